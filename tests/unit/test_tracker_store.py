"""What is stored of a conversation: never a word."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core import events
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.privacy.tracker_store import KEPT_TURNS, TextFreeTrackerStore, without_text
from meldwijzer import database
from meldwijzer.settings import ROOT

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


@pytest.mark.usefixtures("own_database")
async def test_no_text_stays_in_memory_when_the_database_fails() -> None:
    as_rasa_uses_it = FailSafeTrackerStore(TextFreeTrackerStore(Domain.empty()))
    tracker = DialogueStateTracker.from_events("someone", [SAID])
    # There is no table.
    await as_rasa_uses_it.save(tracker)
    assert await as_rasa_uses_it.fallback_tracker_store.retrieve("someone") is None


@pytest.mark.usefixtures("own_database")
async def test_a_long_conversation_is_short_and_the_same() -> None:
    database.migrate()
    domain = Domain.load(str(ROOT / "domain.yml"))
    store = TextFreeTrackerStore(domain)
    tracker = DialogueStateTracker.from_events("someone", [], domain.slots)
    for number in range(60):
        said = [
            events.UserUttered(CANARY, {"name": "topic", "confidence": 1.0}),
            events.ActionExecuted("action_answer"),
            events.SlotSet("topic", f"hv.{number}"),
            events.ActionExecuted("action_listen"),
        ]
        if number == 3:
            said += [events.ActiveLoop("advice_form"), events.SlotSet("sector", "ggz")]
        for event in said:
            tracker.update(event, domain)
        await store.save(tracker)
        kept = await store.retrieve("someone")
        assert kept
        assert kept.current_slot_values() == tracker.current_slot_values()
        assert kept.active_loop_name == tracker.active_loop_name
        assert kept.latest_action_name == tracker.latest_action_name
        assert len(kept.events) <= 4 * (KEPT_TURNS + 1) + 4
        # As Rasa does it: the next message comes on top of what was kept.
        tracker = kept
    assert CANARY not in (database.conversation("someone") or "")


def test_what_is_erased_is_overwritten() -> None:
    engine = sa.create_engine("sqlite://", future=True)
    with engine.connect() as connection:
        plain = connection.connection.dbapi_connection
        # The default depends on how the SQLite of a Python was built.
        plain.execute("PRAGMA secure_delete=OFF")
        database.share_file(plain, None)
        assert plain.execute("PRAGMA secure_delete").fetchone() == (1,)
