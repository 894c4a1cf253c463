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

from meldwijzer.settings import ROOT, settings

Base: Any = declarative_base()

#: Rasa's own table of conversation events; its texts are stripped by bot.privacy.tracker_store.
events = sa.table("events", sa.column("sender_id"), sa.column("timestamp"))


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


class Receipt(Base):
    """That a draft was recorded, so that it is not recorded twice; not as which row, nor of whom."""

    __tablename__ = "receipt"

    digest = sa.Column(sa.String(64), primary_key=True)
    day = sa.Column(sa.Date, nullable=False)


@lru_cache(maxsize=1)
def engine() -> sa.engine.Engine:
    """The engine of this process for `MELDWIJZER_DATABASE_URL`, SQLite under `MELDWIJZER_DATA` by default."""
    made = sa.create_engine(settings().database, future=True, pool_pre_ping=True)
    if made.dialect.name == "sqlite":
        sa.event.listen(made, "connect", share_file)
    return made


def share_file(connection: Any, _: object) -> None:
    """Let the Rasa server and the action server use one SQLite file side by side; what is erased is overwritten."""
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


def forget(sender: str) -> None:
    """Remove every stored event of one conversation.

    Args:
        sender: its pseudonymous sender id.
    """
    with session() as opened:
        opened.execute(sa.delete(events).where(events.c.sender_id == sender))


def conversation_exists(sender: str) -> bool:
    """Whether anything is stored of the conversation of this pseudonymous sender."""
    with session() as opened:
        return bool(opened.scalar(sa.select(sa.exists().where(events.c.sender_id == sender))))


def purge(now: dt.datetime | None = None) -> int:
    """Remove conversations without activity for `MELDWIJZER_RETENTION_HOURS`, and receipts that no longer serve.

    Args:
        now: the moment to count from, in UTC; the present by default.

    Returns:
        The number of conversations removed.
    """
    now = now or dt.datetime.now(dt.timezone.utc)
    before = now.timestamp() - settings().retention_hours * 3600
    silent = sa.select(events.c.sender_id).group_by(events.c.sender_id).having(sa.func.max(events.c.timestamp) < before)
    with session() as opened:
        tables = set(sa.inspect(opened.connection()).get_table_names())
        if Receipt.__tablename__ in tables:
            # By whole days, and one more: a receipt has no time, and its conversation may end later.
            kept = dt.timedelta(days=2 + settings().retention_hours // 24)
            opened.execute(sa.delete(Receipt).where(Receipt.day < now.date() - kept))
        if events.name not in tables:
            return 0
        senders = list(opened.scalars(silent))
        opened.execute(sa.delete(events).where(events.c.sender_id.in_(senders)))
    return len(senders)
