"""Taking part in the group session of a trainer."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import GROUP_TOPIC as TOPIC
from actions.conversation import entity
from actions.hearing import heard
from meldwijzer import groups
from meldwijzer.flows import Answer
from meldwijzer.groups import Group
from meldwijzer.reply import Button, Reply, button_for
from meldwijzer.topics import payload

ASK_CODE = (
    "Typ de code van zes letters die uw trainer laat zien. Een naam is niet nodig. "
    "Uw antwoorden worden alleen geteld, en verdwijnen als de sessie stopt."
)
UNKNOWN = "Deze code ken ik niet. Kijk nog eens op het scherm van uw trainer: zes letters, zonder klinkers."
TOO_MANY = "Er zijn te veel codes geprobeerd. Wacht een minuut en typ de code dan opnieuw."
OVER = (
    "De sessie met uw trainer is afgelopen; de antwoorden zijn verwijderd. U kunt alleen verder oefenen, "
    "of een vraag stellen."
)
WAITING = "U doet mee met de groep {}. Zodra de trainer de eerste vraag opent, drukt u op 'Verder'."
COUNTED = "Geteld: {}.\n\nDruk op 'Verder' als de trainer verdergaat."
CLOSED = "Deze vraag is gesloten. Druk op 'Verder' als de trainer verdergaat."
DONE = "Dit was de laatste vraag. Dank voor het meedoen. Kijk samen met uw trainer naar het resultaat."
#: Wrong codes that are looked up in a minute, of all together: guessing one of 64 million would take years.
MOST_WRONG = 60


class Attempts:
    """How many wrong codes were tried in the last minute."""

    def __init__(self) -> None:
        """Begin at none."""
        self._moments: deque[float] = deque()

    def too_many(self) -> bool:
        """Whether no more codes are looked up for now."""
        while self._moments and self._moments[0] < time.monotonic() - 60:
            self._moments.popleft()
        return len(self._moments) >= MOST_WRONG

    def wrong(self) -> None:
        """Count one."""
        self._moments.append(time.monotonic())


attempts = Attempts()


class ActionAskGroupAnswer(Action):
    """Shows where the session is, or asks for the code."""

    def name(self) -> str:
        """The name that Rasa gives to the question for a slot."""
        return "action_ask_group_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Show or ask."""
        group = groups.look(tracker.get_slot("group") or "")
        reply = show(group, groups.answer_of(group, tracker.sender_id)) if group else Reply(ASK_CODE, (LEAVE,), TOPIC)
        dispatcher.utter_message(**reply.to_rasa())
        return []


class ValidateGroupForm(FormValidationAction):
    """Takes codes and answers, from buttons and in words."""

    def name(self) -> str:
        """The name that Rasa gives to the validation of the form."""
        return "validate_group_form"

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Join, count an answer, or see that the session is over."""
        pressed = entity(tracker, "group")
        joined = tracker.get_slot("group") or ""
        code, *answered = (pressed or joined).split(".")
        if code != joined:
            return self._joined(dispatcher, tracker.sender_id, code)
        if not code:
            return []
        group = groups.look(code)
        if group is None:
            return [SlotSet("group_answer", value=True)]
        if not answered and pressed is None and group.step.question:
            intent = tracker.latest_message["intent"]["name"]
            said = heard(group.step.question, tracker.latest_message.get("text") or "", intent)
            answered = [str(group.number), said] if said else []
        if answered:
            number, choice = answered
            step = group.steps[int(number)] if int(number) < len(group.steps) else None
            if step and step.question and step.question.answer(choice):
                groups.answer(code, tracker.sender_id, int(number), choice)
        return [SlotSet("group_answer", None)]

    def _joined(self, dispatcher: CollectingDispatcher, sender: str, code: str) -> list[dict[str, Any]]:
        refused = TOO_MANY if attempts.too_many() else None
        if refused is None and groups.look(code) is None:
            attempts.wrong()
            refused = UNKNOWN
        if refused:
            dispatcher.utter_message(**Reply(refused, topic=TOPIC).to_rasa())
            return [SlotSet("group", None)]
        groups.join(code, sender)
        return [SlotSet("group", code), SlotSet("group_answer", None)]

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Nothing beforehand: the session tells what an answer means."""
        return []


class ActionLeaveGroup(Action):
    """Says goodbye when the session is over."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_leave_group"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say that it is over, and forget the code."""
        buttons = (button_for("scholing.oefenen"), button_for("scholing.toets"))
        dispatcher.utter_message(**Reply(OVER, buttons, TOPIC).to_rasa())
        return [SlotSet("group", None), SlotSet("group_answer", None), SlotSet("topic", TOPIC)]


LEAVE = Button("Stoppen", payload("stop"))


def show(group: Group, given: Answer | None) -> Reply:
    """Where a session is, for one participant.

    Args:
        group: the session.
        given: what this participant answered at this step.
    """
    on = (Button("Verder", payload("group", group=group.code)), LEAVE)
    step = group.step
    if step.question is None:
        text = DONE if step.phase == "done" else WAITING.format(group.code)
        return Reply(text, on, TOPIC)
    if group.revealed and step.phase != "before":
        return _discussed(step.best, given, on)
    if given:
        return Reply(COUNTED.format(given.label), on, TOPIC)
    if group.revealed:
        return Reply(CLOSED, on, TOPIC)
    buttons = (
        Button(each.label, payload("group", group=f"{group.code}.{group.number}.{each.id}"))
        for each in step.question.answers
    )
    return Reply(f"{step.title}.\n\n{step.question.ask}", (*buttons, LEAVE), TOPIC)


def _discussed(best: Answer | None, given: Answer | None, on: tuple[Button, ...]) -> Reply:
    """What there is to say once the answers were shown."""
    told = given or best
    if told is None or best is None:
        return Reply(CLOSED, on, TOPIC)
    chosen = f"U koos: {given.label}. " if given else ""
    ranked = "" if told is best else f"Het beste antwoord: {best.label}.\n\n"
    return Reply(f"{chosen}{ranked}\n\n{told.feedback}".strip(), on, TOPIC, told.sources)
