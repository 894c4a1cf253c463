"""Practising: which cases and tests there are, and what is said in them."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import entity
from meldwijzer import cases, quiz
from meldwijzer.cases import Case
from meldwijzer.cases import cases as all_cases
from meldwijzer.flows import Answer, Course, Outcome, Question
from meldwijzer.reply import Button, Reply, button_for
from meldwijzer.terms import terms
from meldwijzer.topics import payload, payload_of

RIGHT, WRONG = "Dat klopt.", "Dat is het niet."
#: Most topics to read on about.
MOST_TOPICS = 3
WHICH_SECTOR = (
    "Een casus is een kort verhaal met keuzes. Na elke keuze leest u waarom die verstandig is of niet, met bron. "
    "De personen zijn verzonnen. U kunt tussendoor een vraag stellen en daarna verdergaan.\n\nIn welke sector werkt u?"
)
WHICH_TEST = (
    "Met de kennistoets kijkt u wat u al weet. U krijgt na elke vraag meteen te zien wat klopt, en waarom. "
    "Welke toets wilt u doen?"
)


class ActionPractise(Action):
    """Offers the practice cases of a sector."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_practise"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Offer the cases of the sector that was chosen or is known, else the sectors."""
        sector = entity(tracker, "sector") or (None if entity(tracker, "topic") else tracker.get_slot("sector"))
        found = [case for case in all_cases().values() if case.sector == sector]
        dispatcher.utter_message(**(offer(sector, found) if sector and found else ask_sector()).to_rasa())
        return [SlotSet("topic", cases.TOPIC)]


class ActionQuiz(Action):
    """Offers the knowledge tests."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_quiz"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Offer tests on everything and on one subject; every button draws anew."""
        wishes = [
            ("Kort: 5 vragen over alles", quiz.name()),
            ("Basis: 10 vragen", quiz.name(level="b", number=quiz.LONG)),
            ("Verdieping: 10 vragen", quiz.name(level="v", number=quiz.LONG)),
            *((f"5 vragen: {label}", quiz.name(subject)) for subject, label in quiz.bank().labels.items()),
        ]
        buttons = tuple(Button(title, payload("flow", flow=id_)) for title, id_ in wishes)
        dispatcher.utter_message(**Reply(WHICH_TEST, buttons, quiz.TOPIC).to_rasa())
        return [SlotSet("topic", quiz.TOPIC)]


def ask_sector() -> Reply:
    """The question for the sector, with those that there is a case for."""
    there = {case.sector for case in all_cases().values()}
    options = (option for option in terms()["sector"].options.values() if option.id in there)
    buttons = (Button(option.label, payload("practise", sector=option.id)) for option in options)
    return Reply(WHICH_SECTOR, tuple(buttons), cases.TOPIC)


def offer(sector: str, found: list[Case]) -> Reply:
    """The cases of a sector."""
    lines = "\n".join(f"- {case.title}: {case.practises.lower()}, {case.minutes} minuten" for case in found)
    buttons = [Button(f"Casus {case.title}"[:40], payload("flow", flow=case.id)) for case in found]
    buttons.append(Button("Andere sector", payload("practise", topic=cases.TOPIC)))
    return Reply(f"Casussen voor {terms()['sector'].options[sector].label}:\n{lines}", tuple(buttons), cases.TOPIC)


def ask(course: Course, asked: Question, *, introduced: bool) -> Reply:
    """A scene of a case or a question of a test, with its answers as buttons.

    Args:
        course: that is gone through.
        asked: the question that waits.
        introduced: the flow was explained before.
    """
    flow = course.flow
    intro = "" if introduced else f"{flow.intro}\n\n"
    number = "" if isinstance(flow, Case) else f"Vraag {len(course.path) + 1} van {len(flow.questions)}. "
    buttons = [
        Button(each.label, payload("inform", answer=f"{flow.id}.{asked.id}.{each.id}")) for each in asked.answers
    ]
    return Reply(intro + number + asked.ask, (*buttons, Button("Stoppen", payload("stop"))), flow.topic)


def feedback(course: Course, asked: Question, given: Answer) -> Reply:
    """What there is to say about an answer, with its source.

    Args:
        course: that is gone through.
        asked: the question that was answered.
        given: the answer.
    """
    if isinstance(course.flow, Case):
        judged = f"Punten: {given.points} van {asked.most}."
    else:
        best = next(answer for answer in asked.answers if answer.points == asked.most)
        judged = RIGHT if given is best else f"{WRONG} Het goede antwoord: {best.label}."
    text = f"U koos: {given.label}. {judged}\n\n{given.feedback}"
    return Reply(text, topic=course.flow.topic, sources=given.sources, checked_on=course.flow.checked_on.isoformat())


def result(course: Course, reached: Outcome) -> Reply:
    """How a story ended or what a test gave: the score by subject, the way taken, and what to read on about.

    Args:
        course: that came to the outcome.
        reached: the outcome.
    """
    scores = course.scores()
    got, most = (sum(column) for column in zip(*scores.values()))
    parts = [f"{reached.title}."]
    if reached.text:
        parts.append(reached.text)
    if isinstance(course.flow, Case):
        parts.append("Uw weg:\n" + "\n".join(f"- {question.title}: {label}" for question, label in course.passed()))
    by_subject = "\n".join(f"- {subject}: {own} van {whole}" for subject, (own, whole) in sorted(scores.items()))
    parts.append(f"Uw score: {got} van {most} punten.\n{by_subject}")
    if reached.lessons:
        parts.append("Om mee te nemen:\n" + "\n".join(f"- {lesson}" for lesson in reached.lessons))
    topics = missed(course)
    if topics:
        parts.append("Lees verder over wat u miste:")
    again = [Button("Opnieuw", payload("anew"))] if isinstance(course.flow, Case) else []
    buttons = [
        *map(button_for, topics),
        *again,
        Button("Een casus oefenen", payload_of(cases.TOPIC)),
        Button("De kennistoets", payload_of(quiz.TOPIC)),
    ]
    return Reply(
        "\n\n".join(parts), tuple(buttons), course.flow.topic, reached.sources, course.flow.checked_on.isoformat()
    )


def missed(course: Course) -> list[str]:
    """The topics of the questions of a test that were not answered right, in their order."""
    asked = ((course.flow.questions[question], answer) for question, answer in course.path)
    wrong = (q.topic for q, answer in asked if q.topic and (given := q.answer(answer)) and given.points < q.most)
    return list(dict.fromkeys(wrong))[:MOST_TOPICS]
