"""The guided dialogues: where every answer leads, and the way through them forth and back.

`UPDATE_DOCS=1 uv run pytest tests/unit/test_flows.py` writes docs/flows.md as the data are now.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import yaml

from actions.flows import ValidateFlowForm, ask, outcome
from bot.channels.payloads import is_payload
from meldwijzer import flows as module
from meldwijzer.flows import DONT_KNOW, Course, Flow, Outcome, diagram, flows, reachable, ways
from meldwijzer.settings import ROOT

LEADS: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(
    (Path(__file__).parent / "flows.yml").read_text(encoding="utf-8")
)
EVERY = [
    pytest.param(flow, question, answer, to, id=f"{flow}.{question}.{answer}")
    for flow, questions in LEADS.items()
    for question, answers in questions.items()
    for answer, to in answers.items()
]
DIAGRAMS = ROOT / "docs" / "flows.md"
#: Outcomes that say that notifying is the professional norm.
NORM = "professionele norm"


def course_at(flow: Flow, place: str) -> Course:
    """A course whose place is a question or an outcome."""
    waiting = [Course(flow)]
    while waiting:
        course = waiting.pop(0)
        if course.place.id == place:
            return course
        if course.question:
            waiting += [course.answered(course.question.id, answer.id) for answer in course.question.answers[::-1]]
    raise AssertionError(place)


def shortest(flow: Flow, place: str) -> Course:
    """As `course_at`; in a scan, whose every question has four answers, by its first answers only."""
    course = Course(flow)
    if flow.unsure:
        return course_at(flow, place)
    while course.place.id != place:
        assert course.question
        course = course.answered(course.question.id, course.question.answers[0].id)
    return course


@pytest.mark.parametrize(("flow", "question", "answer", "to"), EVERY)
def test_answer_leads(flow: str, question: str, answer: str, to: str) -> None:
    at = shortest(flows()[flow], question)
    assert at.answered(question, answer).place.id == to


def test_table_holds_every_answer_of_every_flow() -> None:
    found = {(flow.id, question, answer) for flow in flows().values() for question, answer, _ in ways(flow)}
    assert found == {tuple(param.values[:3]) for param in EVERY}
    assert all(list(questions) == list(flows()[flow].questions) for flow, questions in LEADS.items())


@pytest.mark.parametrize("flow", flows().values(), ids=flows())
def test_every_place_is_reached_and_no_way_goes_round(flow: Flow) -> None:
    assert reachable(flow) == {*flow.questions, *flow.outcomes}
    leads: dict[str, set[str]] = {}
    for question, _, to in ways(flow):
        leads.setdefault(question, set()).add(to)
    # Taking away what leads nowhere further leaves nothing, unless a way goes round.
    while ended := [question for question, to in leads.items() if not to & {*leads}]:
        for question in ended:
            del leads[question]
    assert leads == {}


@pytest.mark.parametrize("flow", flows().values(), ids=flows())
def test_change_of_an_earlier_answer_cuts_the_path(flow: Flow) -> None:
    end = max((shortest(flow, place) for place in flow.questions), key=lambda course: len(course.path))
    first = end.path[0]
    changed = end.answered(first[0], first[1])
    assert changed == Course(flow, (first,))


def test_changed_answer_leads_elsewhere() -> None:
    course = course_at(flows()["weighing"], "hulp_aanvaard").answered("onveiligheid", "acuut")
    assert course.path == (("vermoeden", "ja"), ("onveiligheid", "acuut"))
    assert course.outcome and course.outcome.id == "melden_acuut"


def test_back_takes_answers_back_one_by_one() -> None:
    course = course_at(flows()["weighing"], "melden_onthulling")
    passed = []
    while course.path:
        course = course.back()
        passed.append(course.place.id)
    assert passed == ["onthulling", "onveiligheid", "vermoeden"]
    assert course.back() == course


@pytest.mark.parametrize(
    ("question", "answer"), [("hulp_werkt", "ja"), ("vermoeden", "misschien"), ("bestaat_niet", "ja")]
)
def test_what_was_not_asked_cannot_be_answered(question: str, answer: str) -> None:
    with pytest.raises(ValueError, match=question):
        Course(flows()["weighing"]).answered(question, answer)


@pytest.mark.parametrize(
    ("flow", "question"),
    [(flow.id, question) for flow in flows().values() if flow.unsure for question in flow.questions],
)
def test_unknown_is_first_explained_and_then_leads_to_advice(flow: str, question: str) -> None:
    course = course_at(flows()[flow], question)
    once = course.unknown()
    assert (once.path, once.explained) == (course.path, question)
    twice = once.unknown()
    assert twice.place.id == flows()[flow].unsure
    assert twice.path[-1] == (question, DONT_KNOW)
    assert twice.explained is None


def test_an_answer_in_between_makes_that_the_next_question_is_explained_first() -> None:
    course = Course(flows()["weighing"]).unknown().answered("vermoeden", "ja").unknown()
    assert course.explained == "onveiligheid"
    assert course.question


@pytest.mark.parametrize("flow", flows().values(), ids=flows())
def test_slot_holds_the_course_through_json(flow: Flow) -> None:
    for place in (*flow.questions, *flow.outcomes):
        course = shortest(flow, place) if place != flow.unsure else Course(flow).unknown().unknown()
        assert Course.from_slot(json.loads(json.dumps(course.to_slot()))) == course
    doubted = Course(flow).unknown() if flow.unsure else Course(flow)
    assert Course.from_slot(doubted.to_slot()) == doubted


@pytest.mark.parametrize("slot", [None, {}, {"flow": "bestaat_niet", "path": [], "explained": None}])
def test_slot_without_a_flow(slot: dict[str, Any] | None) -> None:
    assert Course.from_slot(slot) is None


def changed_weighing(how: str) -> Flow:
    """The weighing as a later version might have it."""
    flow = flows()["weighing"]
    first = flow.questions["vermoeden"]
    if how == "question renamed":
        return replace(flow, questions={"oorzaak": replace(first, id="oorzaak"), **flow.questions})
    if how == "answer gone":
        answers = tuple(answer for answer in first.answers if answer.id != "ja")
    else:
        answers = tuple(replace(answer, next="onthulling") for answer in first.answers)
    return replace(flow, questions={**flow.questions, "vermoeden": replace(first, answers=answers)})


@pytest.mark.parametrize("how", ["question renamed", "answer gone", "answer leads elsewhere"])
def test_slot_of_a_flow_that_changed_since_is_dropped(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slot = course_at(flows()["weighing"], "onthulling").to_slot()
    changed = {"weighing": changed_weighing(how)}
    monkeypatch.setattr(module, "flows", lambda: changed)
    assert Course.from_slot(slot) is None


@pytest.mark.parametrize("flow", flows().values(), ids=flows())
def test_every_button_of_every_question_and_outcome_is_accepted(flow: Flow) -> None:
    for question in flow.questions.values():
        course = shortest(flow, question.id)
        for button in ask(course, question).buttons:
            assert is_payload(button.payload), button
            assert len(button.payload.encode()) <= 64
            assert len(button.title) <= 40
    for reached in flow.outcomes.values():
        for button in outcome(Course(flow), reached, None).buttons:
            assert is_payload(button.payload), button


@pytest.mark.parametrize("text", ["weighing.vermoeden.misschien", "weighing.zorg.ja", "x.vermoeden.ja", "weighing", ""])
def test_answer_that_no_question_has_is_no_payload(text: str) -> None:
    assert not is_payload("/inform" + json.dumps({"answer": text}, separators=(",", ":")))


def test_scan_counts_its_questions_and_the_others_do_not() -> None:
    assert len(flows()["policy_scan"].questions) == 22
    scan = flows()["policy_scan"]
    assert ask(Course(scan), scan.start).text.startswith("Vraag 1 van 22. ")
    assert "van 6" not in ask(Course(flows()["weighing"]), flows()["weighing"].start).text


OUTCOMES = [
    pytest.param(flow, reached, id=f"{flow.id}.{reached.id}")
    for flow in flows().values()
    for reached in flow.outcomes.values()
]


@pytest.mark.parametrize(("flow", "reached"), OUTCOMES)
def test_outcome_is_safe(flow: Flow, reached: Outcome) -> None:
    shown = outcome(shortest(flow, flow.start.id), reached, None).text
    assert shown.startswith("112") == reached.urgent
    assert "0800-2000" in shown
    assert "wettelijk verplicht te melden" not in shown
    assert "meldplicht" not in shown
    if NORM in shown:
        assert reached.contact
    if reached.urgent:
        assert "112" in reached.now[0]


@pytest.mark.parametrize(
    ("flow", "urgent"), [("weighing", {"melden_acuut"}), ("kindcheck", {"acuut"}), ("sharing", {"acuut"})]
)
def test_acute_danger_is_urgent_and_nothing_else_is(flow: str, urgent: set[str]) -> None:
    assert {reached.id for reached in flows()[flow].outcomes.values() if reached.urgent} == urgent


def given(slot: dict[str, Any], pressed: str) -> tuple[dict[str, Any], int]:
    """The slot after a button, and how many messages it was answered with."""
    dispatcher, course = Mock(), Course.from_slot(slot)
    assert course
    events = ValidateFlowForm()._taken(dispatcher, course, pressed, None)
    return events[0]["value"], dispatcher.utter_message.call_count


def test_button_of_an_earlier_question_does_not_make_the_present_one_unknown() -> None:
    slot = course_at(flows()["weighing"], "onthulling").unknown().to_slot()
    assert given(slot, f"weighing.vermoeden.{DONT_KNOW}") == (slot, 1)


def test_button_of_the_present_question_explains_it_and_then_counts() -> None:
    once, said = given(Course(flows()["weighing"]).to_slot(), f"weighing.vermoeden.{DONT_KNOW}")
    assert (once["path"], once["explained"], said) == ([], "vermoeden", 1)
    twice, said = given(once, f"weighing.vermoeden.{DONT_KNOW}")
    assert (twice["path"], said) == ([["vermoeden", DONT_KNOW]], 0)


def test_diagrams_are_those_of_the_data() -> None:
    now = "# De begeleide dialogen\n\n"
    now += "Gemaakt uit `data/flows/` met `UPDATE_DOCS=1 uv run pytest tests/unit/test_flows.py`; wijzig het daar.\n"
    for flow in flows().values():
        now += f"\n## {flow.title} (`{flow.id}`)\n\n```mermaid\n{diagram(flow)}\n```\n"
    if os.environ.get("UPDATE_DOCS"):
        DIAGRAMS.write_text(now, encoding="utf-8")
    assert DIAGRAMS.read_text(encoding="utf-8") == now
