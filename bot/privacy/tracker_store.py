"""The tracker store: Rasa's own SQL store, with every typed or shown word taken out before it writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core import events
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from meldwijzer import logs
from meldwijzer.database import share_file
from meldwijzer.settings import settings

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


class TextFreeTrackerStore(SQLTrackerStore):
    """Keeps topics, closed values and actions of a conversation, never a word (contract 3)."""

    def __init__(self, domain: Domain | None = None, event_broker: EventBroker | None = None, **_: Any) -> None:
        """Open the database of the settings."""
        super().__init__(domain, host=settings().database, event_broker=event_broker)
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", share_file)
            self.engine.dispose()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store what is new, or leave it while the database fails.

        An error would make Rasa keep the whole conversation, text and all, in the memory of the server until it
        stops (`FailSafeTrackerStore`), where erasing and retention do not reach. It would never be read there.
        """
        try:
            await super().save(tracker)
        except Exception as error:
            logger.error("conversation not stored", exc_info=error)

    def _additional_events(self, session: Any, tracker: DialogueStateTracker) -> Iterator[events.Event]:
        """The events that are not stored yet; one for one, as Rasa counts them to know what is new."""
        return map(without_text, super()._additional_events(session, tracker))


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
