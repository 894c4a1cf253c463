"""Practice cases and the knowledge test: every way through them, their scores, and what their buttons send."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import practice
from actions.flows import ValidateFlowForm
from bot.channels.payloads import is_payload
from meldwijzer import quiz
from meldwijzer.cases import Case, cases
from meldwijzer.flows import Course, Flow, reachable
from meldwijzer.knowledge import knowledge
from meldwijzer.terms import terms

SECTORS = {"onderwijs", "kinderopvang", "medisch", "ggz", "sociaal_domein", "politie", "ouderenzorg"}
LONGEST_BUTTON = 64
EVERY_CASE = pytest.mark.parametrize("case", cases().values(), ids=cases())


def courses(flow: Flow) -> list[Course]:
    """Every way from the start to an end."""
    ended, waiting = [], [Course(flow)]
    while waiting:
        course = waiting.pop()
        if course.question is None:
            ended.append(course)
        else:
            waiting += [course.answered(course.question.id, each.id) for each in course.question.answers]
    return ended


def test_there_is_a_case_for_every_sector_and_the_five_of_the_regiovisie() -> None:
    assert len(cases()) >= 12
    assert {case.sector for case in cases().values()} >= SECTORS
    assert {"mieke", "chayenne", "suzan", "elif", "trudy"} <= set(cases())


@EVERY_CASE
def test_every_branch_of_a_case_is_reached_scored_and_sourced(case: Case) -> None:
    assert reachable(case) == {*case.questions, *case.outcomes}
    ended = courses(case)
    assert {course.outcome.id for course in ended} == set(case.outcomes)
    for course in ended:
        got, most = (sum(column) for column in zip(*course.scores().values()))
        assert 0 <= got <= most
        assert practice.result(course, course.outcome).sources
    for scene in case.questions.values():
        for given in scene.answers:
            reply = practice.feedback(Course(case), scene, given)
            assert reply.sources
            assert given.feedback in reply.text
            assert reply.topic == "scholing.oefenen"


@EVERY_CASE
def test_best_choices_get_all_points_and_pass_several_steps(case: Case) -> None:
    course = Course(case)
    while course.question:
        best = max(course.question.answers, key=lambda answer: answer.points)
        course = course.answered(course.question.id, best.id)
    assert all(got == most for got, most in course.scores().values())
    assert len(course.path) >= 4
    assert len(course.scores()) >= 2


@EVERY_CASE
def test_best_choice_does_not_stand_in_one_place(case: Case) -> None:
    places = {
        max(range(len(scene.answers)), key=lambda at: scene.answers[at].points) for scene in case.questions.values()
    }
    assert len(places) > 1


@EVERY_CASE
def test_buttons_of_a_case_are_accepted_and_fit(case: Case) -> None:
    for scene in case.questions.values():
        for button in practice.ask(Course(case), scene, introduced=True).buttons:
            assert is_payload(button.payload)
            assert len(button.payload.encode()) <= LONGEST_BUTTON
    for button in practice.offer(case.sector, [case]).buttons:
        assert is_payload(button.payload)
        assert len(button.title) <= 40
    assert all(is_payload(button.payload) for button in practice.ask_sector().buttons)


def test_bank_is_large_and_varied() -> None:
    items = [item for items in quiz.bank().items.values() for item in items]
    assert len(items) >= 80
    assert len({item.question.id for item in items}) == len(items)
    assert {item.level for item in items} == set(quiz.LEVELS.values())
    for item in items:
        assert sum(answer.points for answer in item.question.answers) == 1
        assert item.question.topic in knowledge()
        assert item.question.sources


@pytest.mark.parametrize("subject", [quiz.ALL, *quiz.bank().items])
@pytest.mark.parametrize(("level", "number"), itertools.product("abv", (quiz.SHORT, quiz.LONG)))
def test_drawn_test_is_the_same_each_time_and_comes_to_its_result(subject: str, level: str, number: int) -> None:
    id_ = quiz.name(subject, level, number, seed=7)
    drawn = quiz.drawn(id_)
    assert drawn is not None
    assert drawn == quiz.drawn(id_)
    assert reachable(drawn) == {*drawn.questions, quiz.RESULT}
    if subject == quiz.ALL:
        assert len(drawn.questions) == number
        assert len({question.subject for question in drawn.questions.values()}) == min(number, len(quiz.bank().items))
    for question in drawn.questions.values():
        for button in practice.ask(Course(drawn), question, introduced=True).buttons:
            assert is_payload(button.payload), button
            assert len(button.payload.encode()) <= LONGEST_BUTTON


def test_tests_differ_by_seed_and_keep_to_their_level() -> None:
    assert quiz.drawn(quiz.name(seed=1)).questions.keys() != quiz.drawn(quiz.name(seed=2)).questions.keys()
    levels = {item.question.id: item.level for items in quiz.bank().items.values() for item in items}
    hard = quiz.drawn(quiz.name(level="v", number=quiz.LONG, seed=3))
    assert {levels[id_] for id_ in hard.questions} == {"verdieping"}


@pytest.mark.parametrize(
    "id_", ["q-niets-a5-1", "q-alles-x5-1", "q-alles-a6-1", "q-alles-a5-12345", "q-alles-a5-1\n", "weighing", ""]
)
def test_other_ids_draw_nothing(id_: str) -> None:
    assert quiz.drawn(id_) is None
    assert not is_payload(f'/flow{{"flow":"{id_}"}}') or id_ == "weighing"


def test_result_tells_the_score_and_what_to_read() -> None:
    drawn = quiz.drawn(quiz.name(number=quiz.LONG, seed=11))
    course = Course(drawn)
    for number, question in enumerate(drawn.questions.values()):
        given = next(answer for answer in question.answers if bool(answer.points) == (number >= 4))
        course = course.answered(question.id, given.id)
    reply = practice.result(course, course.outcome)
    assert "6 van 10 punten" in reply.text
    assert 1 <= len(practice.missed(course)) <= practice.MOST_TOPICS
    wrong = [question.topic for question in list(drawn.questions.values())[:4]]
    assert set(practice.missed(course)) <= set(wrong)


async def test_choice_gets_its_feedback_and_leads_on() -> None:
    case = next(iter(cases().values()))
    scene = case.start
    tracker = Tracker.from_dict(
        {
            "sender_id": "x",
            "slots": {"flow": Course(case).to_slot(), "sector": None},
            "latest_message": {
                "intent": {"name": "inform"},
                "entities": [{"entity": "answer", "value": f"{case.id}.{scene.id}.{scene.answers[0].id}"}],
                "text": "",
            },
            "events": [],
            "active_loop": {"name": "flow_form"},
        }
    )
    dispatcher = CollectingDispatcher()
    events: list[dict[str, Any]] = await ValidateFlowForm().get_validation_events(dispatcher, tracker, {})
    (message,) = dispatcher.messages
    assert scene.answers[0].feedback in message["text"]
    assert events[0]["value"]["path"] == [[scene.id, scene.answers[0].id]]


def test_sectors_of_the_menu_are_known() -> None:
    assert {case.sector for case in cases().values()} <= set(terms()["sector"].options)
