"""Stopping what goes on: recording an advice request, or a guided dialogue."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.advice import cleared
from actions.conversation import dialogue_topic
from meldwijzer.reply import Reply


class ActionStop(Action):
    """Ends a form and forgets its answers."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_stop"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Forget what was answered so far, and say that nothing is left of it."""
        text = "Gestopt. Er is niets vastgelegd. Waarmee kan ik u nog helpen?"
        dispatcher.utter_message(**Reply(text, topic=dialogue_topic(tracker) or "bot.help").to_rasa())
        return [
            *cleared(),
            SlotSet("flow", None),
            SlotSet("group", None),
            SlotSet("requested_slot", None),
            ActiveLoop(None),
        ]
