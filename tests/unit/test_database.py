"""The database: conversations that are erased or past their retention."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from meldwijzer import database
from meldwijzer.settings import settings

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.timezone.utc)


pytestmark = pytest.mark.usefixtures("own_database")


def store(sender: str, hours_ago: float) -> None:
    database.migrate()
    database.keep_conversation(sender, "[]")
    with database.session() as opened:
        changed = int(NOW.timestamp() - hours_ago * 3600)
        opened.execute(sa.update(database.Conversation).filter_by(sender=sender).values(changed=changed))


def test_purge_removes_conversations_that_are_silent() -> None:
    store("old", 25)
    store("active", 1)
    assert database.purge(NOW) == 1
    assert not database.conversation_exists("old")
    assert database.conversation_exists("active")


def test_the_last_state_of_a_conversation_counts() -> None:
    store("one", 30)
    database.keep_conversation("one", '["later"]')
    assert database.conversation("one") == '["later"]'
    assert database.conversation("other") is None
    # It is new again.
    assert database.purge() == 0


def test_forget_removes_one_conversation() -> None:
    store("one", 1)
    store("other", 1)
    database.forget("one")
    assert not database.conversation_exists("one")
    assert database.conversation_exists("other")


def test_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    assert settings().key == settings().key
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("secret")] == ["secret"]


def request(**values: str) -> database.AdviceRequest:
    known = {"region": "onbekend", "sector": "ggz", "topic": "privacy", "step": "stap2", "age_group": "18-64",
             "form_of_violence": "psychisch", "outcome": "open", "channel": "web"}  # fmt: skip
    return database.AdviceRequest(day=NOW.date(), **{**known, **values})


def count(table: type) -> int:
    with database.session() as opened:
        found: int = opened.scalar(sa.select(sa.func.count()).select_from(table))
        return found


def test_a_draft_is_recorded_once_and_a_corrected_one_again() -> None:
    database.migrate()
    for _ in range(3):
        database.record(request(), "draft")
    assert count(database.AdviceRequest) == 1
    database.record(request(sector="onderwijs"), "draft")
    database.record(request(), "another draft")
    assert count(database.AdviceRequest) == 3


def test_receipts_go_when_their_conversation_is_gone() -> None:
    database.migrate()
    database.record(request(), "draft")
    database.purge(NOW + dt.timedelta(days=3))
    assert count(database.Receipt) == 1
    database.purge(NOW + dt.timedelta(days=4))
    assert count(database.Receipt) == 0
    assert count(database.AdviceRequest) == 1
