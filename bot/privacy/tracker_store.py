"""The tracker store: of each conversation the state and the last turns, with every typed or shown word taken out.

Rasa's own SQL store writes a row for each event and reads all of them back for each message, so that a conversation
becomes slower as it goes on. The rules of this assistant look at a few turns; what is older matters by the slots and
the dialogue that it left behind, which are written down in its place.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core import events
from rasa.shared.core.domain import Domain
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from meldwijzer import database, logs

#: Turns that are kept as they were.
KEPT_TURNS = 4

logger = logs.logger("tracker_store")

#: Events that hold names from the domain and closed slot values only.
FREE_OF_TEXT = (
    events.ActionExecuted,
    events.ActionExecutionRejected,
    events.ActionReverted,
    events.ActiveLoop,
    events.AllSlotsReset,
    events.DefinePrevUserUtteredFeaturization,
    events.LoopInterrupted,
    events.Restarted,
    events.SessionStarted,
    events.SlotSet,
    events.UserUtteranceReverted,
)


class TextFreeTrackerStore(TrackerStore):
    """Keeps topics, closed values and actions of a conversation, never a word (contract 3)."""

    def __init__(self, domain: Domain | None = None, event_broker: EventBroker | None = None, **_: Any) -> None:
        """Make it; where the database is, the settings say."""
        super().__init__(domain, event_broker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store a conversation, or leave it while the database fails.

        An error would make Rasa keep the whole conversation, text and all, in the memory of the server until it
        stops (`FailSafeTrackerStore`), where erasing and retention do not reach. It would never be read there.
        """
        kept = [without_text(event).as_dict() for event in shortened(tracker, self.domain.slots)]
        try:
            await asyncio.to_thread(database.keep_conversation, tracker.sender_id, json.dumps(kept))
        except sa.exc.SQLAlchemyError as error:
            logger.error("conversation not stored", exc_info=error)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation of a sender; None when there is none."""
        state = await asyncio.to_thread(database.conversation, sender_id)
        return DialogueStateTracker.from_dict(sender_id, json.loads(state), self.domain.slots) if state else None

    async def keys(self) -> Iterable[str]:
        """Nobody asks who there is."""
        return []


def shortened(tracker: DialogueStateTracker, slots: list[Slot]) -> list[events.Event]:
    """The last turns of a conversation, behind the state in which they began.

    Args:
        tracker: a conversation.
        slots: of the domain, with the values that they have to begin with.

    Returns:
        Events that lead to the same slots, dialogue and last turns.
    """
    said = list(tracker.events)
    turns = [index for index, event in enumerate(said) if isinstance(event, events.UserUttered)]
    if len(turns) <= KEPT_TURNS:
        return said
    first = turns[-KEPT_TURNS]
    before = DialogueStateTracker.from_events(tracker.sender_id, said[:first], slots)
    begun = [
        events.SlotSet(name, slot.value, said[first].timestamp)
        for name, slot in before.slots.items()
        if slot.value != slot.initial_value
    ]
    loop = [events.ActiveLoop(before.active_loop_name, said[first].timestamp)] if before.active_loop_name else []
    return [*begun, *loop, *said[first:]]


def without_text(event: events.Event) -> events.Event:
    """The part of an event that may be at rest.

    Args:
        event: an event of a conversation.

    Returns:
        The same event, or one of the same kind without text, or, for kinds that this assistant does not
        use, one that says nothing.
    """
    if isinstance(event, events.UserUttered):
        intent = {"name": event.intent_name, "confidence": 1.0}
        entities = [{"entity": e["entity"], "value": e["value"]} for e in event.entities]
        return events.UserUttered(
            text=f"/{event.intent_name}",
            intent=intent,
            entities=entities,
            parse_data={"intent": intent, "entities": entities, "text": f"/{event.intent_name}"},
            timestamp=event.timestamp,
            input_channel=event.input_channel,
        )
    if isinstance(event, events.BotUttered):
        return events.BotUttered(timestamp=event.timestamp)
    if isinstance(event, FREE_OF_TEXT):
        return event
    return events.ConversationResumed(timestamp=event.timestamp)
