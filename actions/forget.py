"""Erasing the conversation on request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, AllSlotsReset
from rasa_sdk.executor import CollectingDispatcher

from meldwijzer.knowledge import knowledge
from meldwijzer.reply import answer


class ActionForget(Action):
    """Confirms that the conversation is erased.

    The channel erases, after this turn: while a turn runs Rasa still holds the conversation and would write
    it back.
    """

    def name(self) -> str:
        """The name in the domain."""
        return "action_forget"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Tell that the conversation is gone, and ask the channel to make it so."""
        dispatcher.utter_message(**replace(answer(knowledge()["actie.wissen"]), erased=True).to_rasa())
        return [AllSlotsReset(), ActiveLoop(None)]
