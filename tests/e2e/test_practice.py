"""Practising alone over the web API: a case with an interruption, and a knowledge test."""

from __future__ import annotations

import sqlite3
from typing import Any

from meldwijzer.cases import cases
from meldwijzer.flows import Course, flow_named
from tests.conftest import Assistant


def button(message: dict[str, Any], title: str) -> str:
    """The payload of the button with this title."""
    payloads: dict[str, str] = {each["title"]: each["payload"] for each in message["buttons"]}
    return payloads[title]


def recorded(assistant: Assistant) -> int:
    """How many advice requests there are."""
    with sqlite3.connect(assistant.data / "meldwijzer.db") as opened:
        (count,) = opened.execute("select count(*) from advice_request").fetchone()
    return count


def test_case_to_its_end_with_a_question_and_danger_in_between(assistant: Assistant) -> None:
    conversation = assistant.session()
    (asked,) = conversation.say("ik wil een casus oefenen")
    assert asked["topic"] == "scholing.oefenen"
    (offered,) = conversation.press(button(asked, "Politie of justitie"))
    (begun,) = conversation.press(button(offered, "Casus Suzan"))
    case = cases()["suzan"]
    assert begun["text"].startswith(case.intro)
    course = Course(case)
    for number in range(len(case.questions)):
        scene = course.question
        if scene is None:
            break
        if number == 1:
            answered, again = conversation.say("Hoe lang duurt een huisverbod?")
            assert answered["topic"] == "hv.duur"
            assert scene.ask in again["text"]
            (danger,) = conversation.say("hij slaat haar nu, ik hoor het door de muur")
            assert danger["emergency"]
            resumed = conversation.press(button(danger, "Verder waar ik was"))
            assert scene.ask in resumed[-1]["text"]
        best = max(scene.answers, key=lambda answer: answer.points)
        feedback, follows = conversation.press(f'/inform{{"answer":"{case.id}.{scene.id}.{best.id}"}}')
        assert best.feedback in feedback["text"]
        assert feedback["sources"]
        course = course.answered(scene.id, best.id)
    got, most = (sum(column) for column in zip(*course.scores().values()))
    assert got == most
    assert f"Uw score: {got} van {most} punten." in follows["text"]
    assert "Uw weg:" in follows["text"]
    (stopped,) = conversation.say("bedankt, dag")
    assert stopped["topic"].startswith("bot.")
    (begun,) = conversation.press(button(follows, "Opnieuw"))
    assert case.start.ask in begun["text"]


def test_typed_answers_and_stop(assistant: Assistant) -> None:
    conversation = assistant.session()
    conversation.press('/flow{"flow":"suzan"}')
    start = cases()["suzan"].start
    feedback, _ = conversation.say(start.answers[1].words[0])
    assert start.answers[1].feedback in feedback["text"]
    (stopped,) = conversation.say("stop")
    assert stopped["text"].startswith("Gestopt")


def test_quiz_of_five_and_nothing_recorded(assistant: Assistant) -> None:
    before = recorded(assistant)
    conversation = assistant.session()
    (menu,) = conversation.say("ik wil mijn kennis toetsen")
    started = button(menu, "Kort: 5 vragen over alles")
    (message,) = conversation.press(started)
    quiz = flow_named(started.split('"')[3])
    for number, question in enumerate(quiz.questions.values(), 1):
        assert f"Vraag {number} van 5." in message["text"]
        right = next(answer for answer in question.answers if answer.points)
        feedback, message = conversation.press(button(message, right.label))
        assert "Dat klopt." in feedback["text"]
        assert feedback["topic"] == "scholing.toets"
    assert "Uw score: 5 van 5 punten." in message["text"]
    assert recorded(assistant) == before
    (again,) = conversation.press(button(message, "De kennistoets"))
    assert button(again, "Kort: 5 vragen over alles") != started


def test_unknown_quiz_or_case_is_refused(assistant: Assistant) -> None:
    conversation = assistant.session()
    for flow in ("bestaat_niet", "q-alles-a7-1", "q-niets-a5-1"):
        assert conversation.post({"payload": f'/flow{{"flow":"{flow}"}}'}).status_code == 400
