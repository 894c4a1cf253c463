"""Guided dialogues: a form with one slot that is asked for until the flow has come to its outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import practice
from actions.conversation import entity, here
from actions.hearing import heard
from meldwijzer.flows import DONT_KNOW, Course, Flow, Outcome, Question, flow_named
from meldwijzer.knowledge import knowledge
from meldwijzer.note import FINDINGS, note
from meldwijzer.regions import Organisation, regions
from meldwijzer.reply import Button, Region, Reply, answer
from meldwijzer.terms import terms
from meldwijzer.topics import payload

#: What is said to begin a flow without naming it on a button.
STARTS = {"weigh": "weighing", "scan_policy": "policy_scan"}
EXPLAIN = "uitleg"
RESUMED = "We gaan verder waar u was."
NOTHING_GOES_ON = "Er loopt nu geen dialoog. Ik kan samen met u afwegen, of vragen beantwoorden."
DOUBT = (
    "Twijfelt u? Bel Veilig Thuis, 0800-2000, gratis, dag en nacht. Advies kan zonder namen. "
    "Weet u het daarna nog niet, kies dan opnieuw 'Weet ik niet'."
)
EXAMPLES = "Voorbeelden ({}), als hulp bij het denken, niet als norm:"
OWN_DECISION = "U beslist; Veilig Thuis adviseert."


class ActionAskFlowAnswer(Action):
    """Asks the question that waits."""

    def name(self) -> str:
        """The name that Rasa gives to the question for a slot."""
        return "action_ask_flow_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Ask."""
        course = Course.from_slot(tracker.get_slot("flow"))
        if course and course.question:
            begins = started(tracker) and not course.path
            asks = practice.ask if course.flow.practice else ask
            dispatcher.utter_message(**asks(course, course.question, introduced=not begins).to_rasa())
        return []


class ValidateFlowForm(FormValidationAction):
    """Takes answers, from buttons and in words, and all that one can say to go another way."""

    def name(self) -> str:
        """The name that Rasa gives to the validation of the form."""
        return "validate_flow_form"

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """The course after the latest message; nothing when it says nothing about the flow."""
        before = Course.from_slot(tracker.get_slot("flow"))
        begun = started(tracker)
        if begun:
            after = before if before and before.flow == begun and before.question else Course(begun)
            if after.path:
                dispatcher.utter_message(**Reply(RESUMED, topic=begun.topic).to_rasa())
            return _kept(after)
        if before is None:
            dispatcher.utter_message(**Reply(NOTHING_GOES_ON, topic="bot.help").to_rasa())
            return [SlotSet("flow", None), SlotSet("requested_slot", None)]
        intent = tracker.latest_message["intent"]["name"]
        # An answer first: "het keert steeds terug" is no wish to go back.
        said = entity(tracker, "answer")
        if said is None and before.question:
            said = heard(before.question, tracker.latest_message.get("text") or "", intent)
        if said is None and intent == "previous":
            return _kept(before.back())
        if said is None and intent == "anew":
            return _kept(Course(before.flow))
        if said is None or before.question is None:
            return []
        return self._taken(dispatcher, before, said, tracker.get_slot("sector"))

    def _taken(
        self, dispatcher: CollectingDispatcher, before: Course, said: str, sector: str | None
    ) -> list[dict[str, Any]]:
        """The course after an answer.

        Args:
            dispatcher: says what is explained.
            before: the course.
            said: `flow.question.answer` of a button, or the id of an answer to the question that waits.
            sector: whose examples are shown.
        """
        *place, given = said.split(".")
        flow_id, question_id = place or (before.flow.id, before.place.id)
        if flow_id != before.flow.id or question_id not in before.flow.questions:
            return []
        if before.flow.practice:
            return _practised(dispatcher, before, before.flow.questions[question_id], given)
        if given == EXPLAIN or (given == DONT_KNOW and before.flow.unsure):
            # The button may be that of an earlier question, of which nothing is answered by it.
            course = before.unknown() if given == DONT_KNOW and question_id == before.place.id else before
            if course.path == before.path:
                dispatcher.utter_message(
                    **explanation(
                        course, before.flow.questions[question_id], sector, doubted=given == DONT_KNOW
                    ).to_rasa()
                )
            return _kept(course)
        try:
            return _kept(before.answered(question_id, given))
        except ValueError:
            return []

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Nothing beforehand: the course tells what an answer means."""
        return []


class ActionFlowOutcome(Action):
    """Shows where the flow came out."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_flow_outcome"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Show the outcome; the course is kept for the note, and for taking an answer back."""
        course = Course.from_slot(tracker.get_slot("flow"))
        if course and course.outcome:
            made = (
                practice.result(course, course.outcome)
                if course.flow.practice
                else outcome(course, course.outcome, organisation_here(tracker))
            )
            dispatcher.utter_message(**made.to_rasa())
        return [SlotSet("flow_answer", None)]


class ActionNote(Action):
    """Hands over the note on the last flow."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_note"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Make the note; without an outcome, say how to come to one."""
        course = Course.from_slot(tracker.get_slot("flow"))
        entry = knowledge()["actie.verslag"]
        if course is None or course.outcome is None or course.flow.practice:
            begin = Button("Samen afwegen", payload("flow", flow="weighing"))
            dispatcher.utter_message(**replace(answer(entry), buttons=(begin,)).to_rasa())
            return [SlotSet("topic", entry.topic)]
        made = note(course, course.outcome, tracker.get_slot("sector"), organisation_here(tracker))
        text = f"Hier is uw verslag: {course.flow.title}. Bewaar het in uw eigen dossier; ik bewaar het verslag niet."
        dispatcher.utter_message(**Reply(text, topic=entry.topic, note=made).to_rasa())
        return [SlotSet("topic", entry.topic)]


def started(tracker: Tracker) -> Flow | None:
    """The flow that the latest message begins, or goes on with."""
    intent = tracker.latest_message["intent"]["name"]
    id_ = entity(tracker, "flow") if intent == "flow" else STARTS.get(intent)
    return flow_named(id_ or "")


def _practised(dispatcher: CollectingDispatcher, before: Course, asked: Question, given: str) -> list[dict[str, Any]]:
    """The course after an answer in practice, which gets feedback; nothing when it is no answer."""
    answer_given = asked.answer(given)
    try:
        after = before.answered(asked.id, given)
    except ValueError:
        return []
    if answer_given:
        dispatcher.utter_message(**practice.feedback(before, asked, answer_given).to_rasa())
    return _kept(after)


def _kept(course: Course) -> list[dict[str, Any]]:
    return [SlotSet("flow", course.to_slot()), SlotSet("flow_answer", True if course.outcome else None)]


def organisation_here(tracker: Tracker) -> Organisation | None:
    """The Veilig Thuis of the place that is talked about."""
    place = regions().get(here(tracker) or "")
    return place.organisation if place else None


def ask(course: Course, asked: Question, *, introduced: bool = True) -> Reply:
    """A question with its answers as buttons.

    Args:
        course: that is gone through.
        asked: the question that waits.
        introduced: the flow was explained before.
    """
    flow = course.flow
    scanned = flow.unsure is None
    number = f"Vraag {len(course.path) + 1}" + (f" van {len(flow.questions)}" if scanned else "") + ". "
    intro = "" if introduced else flow.intro + "\n\n"
    buttons = [Button(each.label, _press(flow, asked, each.id)) for each in asked.answers]
    buttons.append(Button("Uitleg", _press(flow, asked, EXPLAIN)))
    if not scanned:
        buttons.append(Button("Weet ik niet", _press(flow, asked, DONT_KNOW)))
    if course.path:
        buttons.append(Button("Terug", payload("previous")))
    buttons.append(Button("Stoppen", payload("stop")))
    return Reply(intro + number + asked.ask.strip(), tuple(buttons), flow.topic)


def _press(flow: Flow, asked: Question, given: str) -> str:
    return payload("inform", answer=f"{flow.id}.{asked.id}.{given}")


def explanation(course: Course, asked: Question, sector: str | None, *, doubted: bool) -> Reply:
    """What a question means, with examples of one's own sector.

    Args:
        course: that is gone through.
        asked: one of its questions.
        sector: id of the sector list in data/terms.yml.
        doubted: the answer was not known, so that the advice line is pointed to.
    """
    parts = [asked.help.strip()]
    if example := asked.examples.get(sector or ""):
        parts.append(f"{EXAMPLES.format(terms()['sector'].options[sector or ''].label.lower())} {example.strip()}")
    if doubted:
        parts.append(DOUBT)
    return Reply(
        "\n\n".join(parts),
        topic=course.flow.topic,
        sources=asked.sources,
        checked_on=course.flow.checked_on.isoformat(),
    )


def outcome(course: Course, reached: Outcome, organisation: Organisation | None) -> Reply:
    """What the answers point at, and what to do.

    Args:
        course: that came to an outcome.
        reached: the outcome.
        organisation: the Veilig Thuis of the region, where it is known.
    """
    opening = "112: bel nu als er direct gevaar is.\n\n" if reached.urgent else ""
    parts = [f"{opening}{reached.title}.", reached.text.strip()]
    for heading, lines in (("Nu doen", reached.now), ("Informeren", reached.inform), ("Vastleggen", reached.write)):
        if lines:
            parts.append(f"{heading}:\n" + "\n".join(f"- {line.strip()}" for line in lines))
    found = [(heading, course.found(finding)) for finding, heading in FINDINGS.items()]
    scan = "\n".join(
        f"{heading} ({len(points)}): {', '.join(q.title for q in points)}" for heading, points in found if points
    )
    if scan:
        parts.insert(1, scan)
    if reached.contact:
        parts.append(_contact(organisation))
    buttons = [
        Button("Verslag voor mijn dossier", payload("note")),
        Button("Antwoord terugnemen", payload("previous")),
        Button("Opnieuw", payload("anew")),
    ]
    if reached.contact:
        buttons.insert(1, Button("Adviesvraag vastleggen", payload("record_advice")))
        if organisation is None:
            buttons.insert(1, Button("Mijn Veilig Thuis zoeken", payload("region")))
    region = None
    if reached.contact and organisation:
        region = Region(None, organisation.name, organisation.phone, organisation.website)
    return Reply(
        "\n\n".join(parts),
        tuple(buttons),
        course.flow.topic,
        reached.sources,
        course.flow.checked_on.isoformat(),
        region=region,
    )


def _contact(organisation: Organisation | None) -> str:
    if organisation is None:
        return f"Veilig Thuis: 0800-2000, gratis, dag en nacht. {OWN_DECISION}"
    return f"{organisation.name}: {organisation.phone}, gratis, dag en nacht. {OWN_DECISION}"
