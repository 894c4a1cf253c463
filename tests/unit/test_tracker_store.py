"""What is stored of a conversation: never a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core import events
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.privacy.tracker_store import TextFreeTrackerStore, without_text
from meldwijzer import database

CANARY = "kanarievogel-4711"

SAID = events.UserUttered(
    text=f"{CANARY} slaat",
    intent={"name": "topic", "confidence": 0.8, "full_retrieval_intent_name": f"topic/{CANARY}"},
    entities=[{"entity": "sector", "value": "onderwijs", "start": 0, "end": 3, "text": CANARY}],
    parse_data={"text": CANARY, "intent": {"name": "topic"}, "entities": [], "intent_ranking": [{"name": CANARY}]},
    input_channel="web",
    message_id=CANARY,
    metadata={"from": CANARY},
)


@pytest.mark.parametrize(
    "event",
    [
        SAID,
        events.BotUttered(text=CANARY, data={"buttons": [{"title": CANARY}]}, metadata={"x": CANARY}),
        events.EntitiesAdded([{"entity": "place", "value": CANARY}]),
        events.ReminderScheduled(CANARY, __import__("datetime").datetime(2026, 1, 1), name=CANARY),
        events.AgentUttered(text=CANARY),
    ],
    ids=lambda event: event.type_name,
)
def test_no_word_is_left(event: events.Event) -> None:
    assert CANARY not in json.dumps(without_text(event).as_dict())


def test_what_the_dialogue_needs_is_kept() -> None:
    kept = without_text(SAID)
    assert isinstance(kept, events.UserUttered)
    assert kept.intent_name == "topic"
    assert kept.entities == [{"entity": "sector", "value": "onderwijs"}]
    assert kept.timestamp == SAID.timestamp


@pytest.mark.parametrize(
    "event", [events.SlotSet("step", "stap3"), events.ActionExecuted("action_answer"), events.ActiveLoop("advice_form")]
)
def test_events_without_text_stay_as_they_are(event: events.Event) -> None:
    assert without_text(event) == event


async def test_no_text_stays_in_memory_when_the_database_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meldwijzer.settings.Settings.database", f"sqlite:///{tmp_path}/meldwijzer.db")
    store = TextFreeTrackerStore(Domain.empty())
    as_rasa_uses_it = FailSafeTrackerStore(store)
    tracker = DialogueStateTracker.from_events("someone", [SAID])
    with store.engine.begin() as connection:
        connection.execute(sa.text("drop table events"))
    await as_rasa_uses_it.save(tracker)
    assert await as_rasa_uses_it.fallback_tracker_store.retrieve("someone") is None


def test_what_is_erased_is_overwritten() -> None:
    engine = sa.create_engine("sqlite://", future=True)
    with engine.connect() as connection:
        plain = connection.connection.dbapi_connection
        # The default depends on how the SQLite of a Python was built.
        plain.execute("PRAGMA secure_delete=OFF")
        database.share_file(plain, None)
        assert plain.execute("PRAGMA secure_delete").fetchone() == (1,)
