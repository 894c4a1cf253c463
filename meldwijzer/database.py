"""The one place that opens the database, and the register of advice requests (contract 3)."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import alembic.command
import alembic.config
import sqlalchemy as sa
from sqlalchemy.orm import Session, declarative_base
from sqlalchemy.pool import QueuePool

from meldwijzer.settings import ROOT, settings

Base: Any = declarative_base()

UNANSWERED_DAYS = 30


class Conversation(Base):
    """The state of a conversation, as bot/privacy/tracker_store.py writes it; `changed` in seconds since 1970."""

    __tablename__ = "conversation"

    sender = sa.Column(sa.String(32), primary_key=True)
    changed = sa.Column(sa.Integer, nullable=False, index=True)
    state = sa.Column(sa.Text, nullable=False)


class AdviceRequest(Base):
    """One advice request: closed values only, no sender, a day without a time (contract 3)."""

    __tablename__ = "advice_request"

    id = sa.Column(sa.Integer, primary_key=True)
    day = sa.Column(sa.Date, nullable=False)
    region = sa.Column(sa.String(40), nullable=False)
    municipality = sa.Column(sa.String(60))
    sector = sa.Column(sa.String(20), nullable=False)
    topic = sa.Column(sa.String(20), nullable=False)
    step = sa.Column(sa.String(10), nullable=False)
    form_of_violence = sa.Column(sa.String(20), nullable=False)
    age_group = sa.Column(sa.String(10), nullable=False)
    outcome = sa.Column(sa.String(20), nullable=False)
    channel = sa.Column(sa.String(10), nullable=False)


KEEP_CONVERSATION = sa.text(
    "INSERT INTO conversation (sender, changed, state) VALUES (:sender, :changed, :state) "
    "ON CONFLICT (sender) DO UPDATE SET changed = :changed, state = :state"
)


class Unanswered(Base):
    """A question that was not answered, without personal data, where the operator keeps these (contract 3)."""

    __tablename__ = "unanswered"

    id = sa.Column(sa.Integer, primary_key=True)
    day = sa.Column(sa.Date, nullable=False)
    text = sa.Column(sa.Text, nullable=False)


class Receipt(Base):
    """That a draft was recorded, so that it is not recorded twice; not as which row, nor of whom."""

    __tablename__ = "receipt"

    digest = sa.Column(sa.String(64), primary_key=True)
    day = sa.Column(sa.Date, nullable=False)


@lru_cache(maxsize=1)
def engine() -> sa.engine.Engine:
    """The engine of this process for `MELDWIJZER_DATABASE_URL`, SQLite under `MELDWIJZER_DATA` by default."""
    if settings().database.startswith("sqlite"):
        # Kept open: to open a file for each message takes longer than what is done with it.
        shared = {"check_same_thread": False}
        made = sa.create_engine(settings().database, future=True, poolclass=QueuePool, connect_args=shared)
        sa.event.listen(made, "connect", share_file)
        return made
    return sa.create_engine(settings().database, future=True, pool_pre_ping=True)


def share_file(connection: Any, _: object) -> None:
    """Let the server and the action server use one SQLite file side by side; what is erased is overwritten."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA busy_timeout=2000")
    connection.execute("PRAGMA secure_delete=ON")


@contextmanager
def session() -> Iterator[Session]:
    """A session that commits at its end and rolls back on an error."""
    with Session(engine(), future=True) as opened, opened.begin():
        yield opened


def answers() -> bool:
    """Whether the database answers."""
    try:
        with session() as opened:
            return opened.scalar(sa.select(1)) == 1
    except sa.exc.SQLAlchemyError:
        return False


def migrate() -> None:
    """Bring the tables of the register up to date."""
    config = alembic.config.Config()
    config.set_main_option("script_location", str(ROOT / "meldwijzer" / "migrations"))
    alembic.command.upgrade(config, "head")


def record(request: AdviceRequest, draft: str) -> None:
    """Write an advice request; nothing when this draft was written before with the same answers.

    A user who presses twice, or whose first reply was lost on the way, gets one row.

    Args:
        request: the row.
        draft: a random name that the conversation has for this request.
    """
    answers = [str(getattr(request, column.name)) for column in AdviceRequest.__table__.columns if column.name != "id"]
    digest = hmac.new(settings().key, "|".join([draft, *answers]).encode(), hashlib.sha256).hexdigest()
    with session() as opened:
        if opened.get(Receipt, digest) is None:
            opened.add(Receipt(digest=digest, day=request.day))
            # First, so that of two at the same moment one fails before anything is written.
            opened.flush()
            opened.add(request)


def keep_unanswered(text: str, day: dt.date) -> None:
    """Write a question that was not answered.

    Args:
        text: without personal data (meldwijzer/redaction.py).
        day: on which it was asked.
    """
    with session() as opened:
        opened.add(Unanswered(day=day, text=text))


def unanswered() -> list[tuple[dt.date, str]]:
    """The questions that were not answered, the latest first."""
    with session() as opened:
        rows = opened.execute(sa.select(Unanswered.day, Unanswered.text).order_by(Unanswered.day.desc()))
        return [(row.day, row.text) for row in rows]


def keep_conversation(sender: str, state: str) -> None:
    """Write the state of a conversation over what was there.

    Args:
        sender: its pseudonymous sender id.
        state: without text.
    """
    with session() as opened:
        opened.execute(KEEP_CONVERSATION, {"sender": sender, "changed": int(_now().timestamp()), "state": state})


def conversation(sender: str) -> str | None:
    """The state of a conversation; None when there is none."""
    with session() as opened:
        return opened.scalar(sa.select(Conversation.state).where(Conversation.sender == sender))


def forget(sender: str) -> None:
    """Remove what is stored of one conversation.

    Args:
        sender: its pseudonymous sender id.
    """
    with session() as opened:
        opened.execute(sa.delete(Conversation).where(Conversation.sender == sender))


def conversation_exists(sender: str) -> bool:
    """Whether anything is stored of the conversation of this pseudonymous sender."""
    with session() as opened:
        return bool(opened.scalar(sa.select(sa.exists().where(Conversation.sender == sender))))


def purge(now: dt.datetime | None = None) -> int:
    """Remove conversations without activity for `MELDWIJZER_RETENTION_HOURS`, and what else has served its time.

    Args:
        now: the moment to count from, in UTC; the present by default.

    Returns:
        The number of conversations removed.
    """
    now = now or _now()
    before = now.timestamp() - settings().retention_hours * 3600
    # By whole days, and one more: a receipt has no time, and its conversation may end later.
    kept = dt.timedelta(days=2 + settings().retention_hours // 24)
    with session() as opened:
        opened.execute(sa.delete(Receipt).where(Receipt.day < now.date() - kept))
        opened.execute(sa.delete(Unanswered).where(Unanswered.day < now.date() - dt.timedelta(days=UNANSWERED_DAYS)))
        return int(opened.execute(sa.delete(Conversation).where(Conversation.changed < before)).rowcount)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)
