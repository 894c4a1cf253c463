"""Taking part in the group session of a trainer."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import GROUP_TOPIC, entity
from meldwijzer import groups
from meldwijzer.flows import Answer
from meldwijzer.groups import Group
from meldwijzer.reply import Button, Reply, button_for
from meldwijzer.shared import shared
from meldwijzer.topics import payload

ASK_CODE = (
    "Typ de code van zes letters die uw trainer laat zien. Een naam is niet nodig. "
    "Uw antwoorden worden alleen geteld, en na afloop gewist."
)
UNKNOWN = "Deze code ken ik niet. Kijk nog eens op het scherm van uw trainer: zes letters, zonder klinkers."
TOO_MANY = "Er zijn te veel codes geprobeerd. Wacht een minuut en typ de code dan opnieuw."
OVER = (
    "De sessie met uw trainer is afgelopen; de antwoorden worden niet bewaard. U kunt alleen verder oefenen, "
    "of een vraag stellen."
)
WAITING = "U doet mee met de groep {}. Zodra de trainer de eerste vraag opent, drukt u op 'Verder'."
COUNTED = "Geteld: {}.\n\nDruk op 'Verder' als de trainer verdergaat."
CLOSED = "Deze vraag is gesloten. Druk op 'Verder' als de trainer verdergaat."
DONE = "Dit was de laatste vraag. Dank voor het meedoen. Kijk samen met uw trainer naar het resultaat."
#: Wrong codes that are looked up in a minute, of all together: guessing one of 64 million would take years.
MOST_WRONG = 60


async def _wrong_codes(count: bool) -> int:
    """How many wrong codes were tried in this minute; with `count`, one more."""
    name = f"wrong codes:{int(time.time()) // 60}"
    return await shared().count(name, 60) if count else int(await shared().get(name) or 0)


class ActionGroup(Action):
    """Joins a session, counts an answer, and shows where the session is.

    One action and no form: in a session all press at the same moment, and a form takes twice as long.
    """

    def name(self) -> str:
        """The name in the domain."""
        return "action_group"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Do what was pressed, `code` or `code.step.choice`; without a code, ask for it.

        Who joined on the page of a group has a place, `code:seat`, which the slot keeps and a button does not name.
        """
        joined: str = tracker.get_slot("group") or ""
        place, *answered = (entity(tracker, "group") or joined).split(".")
        if place == joined.partition(":")[0]:
            place = joined
        reply, kept = Reply(ASK_CODE), ""
        if place:
            reply, kept = await self._turn(tracker.sender_id, place, answered, joined)
        dispatcher.utter_message(**replace(reply, topic=GROUP_TOPIC).to_rasa())
        return [SlotSet("group", kept or None), SlotSet("topic", GROUP_TOPIC), SlotSet("unclear", None)]

    async def _turn(self, sender: str, place: str, answered: list[str], joined: str) -> tuple[Reply, str]:
        """What to show, and the place that is now taken: of which session, and on which seat."""
        if place != joined and await _wrong_codes(count=False) >= MOST_WRONG:
            return Reply(TOO_MANY), joined
        code, _, seat = place.partition(":")
        who = seat or sender
        group = groups.look(code)
        if (group is None or group.over) and place == joined:
            return Reply(OVER, (button_for("scholing.oefenen"), button_for("scholing.toets"))), ""
        if group is None or group.over:
            await _wrong_codes(count=True)
            return Reply(UNKNOWN), joined
        if place != joined:
            groups.join(code, who)
        if answered:
            number, choice = int(answered[0]), answered[1]
            question = group.steps[number].question if number < len(group.steps) else None
            if question and question.answer(choice):
                groups.answer(code, who, number, choice)
        return show(group, groups.answer_of(group, who)), place


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
        return Reply(text, on)
    if group.revealed and step.phase != "before":
        return _discussed(step.best, given, on)
    if given:
        return Reply(COUNTED.format(given.label), on)
    if group.revealed:
        return Reply(CLOSED, on)
    buttons = (
        Button(each.label, payload("group", group=f"{group.code}.{group.number}.{each.id}"))
        for each in step.question.answers
    )
    return Reply(f"{step.title}.\n\n{step.question.ask}", (*buttons, *on))


def _discussed(best: Answer | None, given: Answer | None, on: tuple[Button, ...]) -> Reply:
    """What there is to say once the answers were shown."""
    told = given or best
    if told is None or best is None:
        return Reply(CLOSED, on)
    chosen = f"U koos: {given.label}. " if given else ""
    ranked = "" if given is best else f"Het beste antwoord: {best.label}."
    return Reply(f"{chosen}{ranked}\n\n{told.feedback}".strip(), on, sources=told.sources)
