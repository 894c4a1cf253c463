"""Reading a message in the light of what came before, and two questions at once."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.ranking import ranking_of, set_ranking
from bot.nlu.readings import PART, READING, Reader, ReadingChooser, is_elliptical, questions_in
from meldwijzer.reply import label_of

Ranking = list[tuple[str, float]]


def message(text: str, ranking: Ranking, **data: Any) -> Message:
    """A message as it comes from the classifiers."""
    made = Message({TEXT: text, **data})
    set_ranking(made, ranking)
    return made


def read(text: str, topic: str | None = None) -> list[str]:
    """The readings of a message that comes after the answer on a topic."""
    metadata = {"metadata": {"topic": topic}} if topic else {}
    return [reading.get(TEXT) for reading in Reader().process([Message({TEXT: text, **metadata})])]


def chosen(messages: list[Message]) -> Message:
    """What the chooser makes of a message and its readings."""
    (result,) = ReadingChooser(ReadingChooser.get_default_config()).process(messages)
    return result


@pytest.mark.parametrize(
    "text", ["en hoe lang?", "en bij ouderen?", "wat als ze weigert", "Mag dat ook zonder ouders?"]
)
def test_short_follow_up_is_elliptical(text: str) -> None:
    assert is_elliptical(text)


@pytest.mark.parametrize(
    "text",
    ["wat is de kindcheck", "huisverbod duur", "en dan vertelde moeder mij gisteren bij het hek dat hij weer drinkt"],
)
def test_question_that_stands_by_itself_is_not(text: str) -> None:
    assert not is_elliptical(text)


def test_two_questions_are_told_apart() -> None:
    assert questions_in("Wat is de kindcheck? En moet ik ouders inlichten?") == [
        "Wat is de kindcheck?",
        "En moet ik ouders inlichten?",
    ]
    assert questions_in("hoe lang duurt een huisverbod en wie legt het op") == [
        "hoe lang duurt een huisverbod",
        "wie legt het op",
    ]


@pytest.mark.parametrize(
    "text", ["Moeder drinkt en vader is weg. Wat nu?", "wat en hoe", "Een? Twee drie vier? Vijf zes zeven?"]
)
def test_one_question_stays_whole(text: str) -> None:
    assert questions_in(text) == []


def test_reader_adds_readings_and_leaves_buttons_alone() -> None:
    assert read("en hoe lang?", "hv.wat") == ["en hoe lang?", f"en hoe lang? {label_of('hv.wat')}"]
    assert read("en hoe lang?") == ["en hoe lang?"]
    assert read("en hoe lang?", "no.topic") == ["en hoe lang?"]
    assert read('/topic{"topic":"hv.wat"}', "hv.wat") == ['/topic{"topic":"hv.wat"}']


def after(topic: str, text: str, plain: Ranking, completed: Ranking, **data: Any) -> Message:
    """The choice between a message and its completion."""
    first = message(text, plain, metadata={"topic": topic}, **data)
    return chosen([first, message(f"{text} …", completed, **{READING: "completed"})])


def test_completed_reading_decides_where_the_plain_one_is_not_clear() -> None:
    result = after("hv.wat", "en hoe lang?", [("pr.dossier", 0.3)], [("hv.wat", 0.5), ("hv.duur", 0.4)])
    assert ranking_of(result) == [("hv.duur", pytest.approx(0.8))]


def test_completed_reading_that_is_wholly_sure_of_the_topic_before_changes_nothing() -> None:
    result = after("hv.duur", "en dan?", [("hv.wat", 0.4), ("hv.duur", 0.3)], [("hv.duur", 1.0), ("hv.wat", 0.0)])
    assert ranking_of(result)[0] == ("hv.wat", 0.4)


def test_clear_question_needs_no_context() -> None:
    result = after("hv.wat", "en wat is de kindcheck?", [("meldcode.kindcheck", 0.9)], [("hv.duur", 0.9)])
    assert ranking_of(result)[0][0] == "meldcode.kindcheck"


def test_sector_asks_for_what_differs_there() -> None:
    entities = [{"entity": "sector", "value": "medisch"}]
    plain, completed = [("keten.huisarts", 0.3)], [("meldcode.medisch", 0.9)]
    result = after("meldcode.stap2", "en voor artsen?", plain, completed, **{ENTITIES: entities})
    assert ranking_of(result)[0] == ("meldcode.stap2", 1.0)
    assert result.get(ENTITIES)[0]["role"] == "asked"


def two(one: Ranking, other: Ranking, whole: Ranking) -> Message:
    """The choice on a message with two questions."""
    return chosen(
        [
            message("één? twee?", whole),
            message("één?", one, **{READING: PART}),
            message("twee?", other, **{READING: PART}),
        ]
    )


def test_two_clear_questions_are_both_answered() -> None:
    result = two([("hv.duur", 0.9)], [("hv.wie", 0.8)], [("hv.wie", 0.5)])
    assert ranking_of(result)[0][0] == "hv.duur"
    assert [(e["entity"], e["value"]) for e in result.get(ENTITIES)] == [("second", "hv.wie")]


def test_two_questions_of_which_one_is_not_clear_are_both_offered() -> None:
    result = two([("hv.duur", 0.9)], [("hv.wie", 0.3)], [("hv.wie", 0.4), ("hv.regels", 0.3)])
    ranking = ranking_of(result)
    assert [label for label, _ in ranking[:2]] == ["hv.duur", "hv.wie"]
    assert ranking[0][1] == ranking[1][1]
    assert not result.get(ENTITIES)


def test_danger_in_one_of_two_questions_comes_first() -> None:
    result = two([("hv.duur", 0.9)], [("nood.acuut", 1.0)], [("hv.duur", 0.9)])
    assert ranking_of(result)[0][0] == "nood.acuut"


def test_possible_danger_in_one_of_two_questions_is_not_lost() -> None:
    danger = {"entity": "danger", "value": "possible"}
    parts = [
        message("één?", [("hv.duur", 0.9)], **{READING: PART}),
        message("twee?", [("hv.wie", 0.8)], **{READING: PART, ENTITIES: [danger]}),
    ]
    result = chosen([message("één? twee?", [("hv.wie", 0.5)]), *parts])
    assert danger in result.get(ENTITIES)


def test_go_on_is_a_question_where_what_came_before_makes_it_one() -> None:
    completed = [("vt.na_melding", 0.8), ("vt.melding", 0.1)]
    result = after("vt.melding", "en wat gebeurt er daarna?", [("more", 0.9)], completed)
    assert ranking_of(result)[0][0] == "vt.na_melding"
    unclear = after("vt.melding", "en verder?", [("more", 0.9)], [("vt.melding", 0.9), ("vt.na_melding", 0.03)])
    assert ranking_of(unclear)[0][0] == "more"


def test_several_messages_keep_their_own_readings() -> None:
    messages = [message("a", [("hv.wat", 0.9)]), message("b", [("hv.wie", 0.9)])]
    made = ReadingChooser(ReadingChooser.get_default_config()).process(messages)
    assert [m.get(TEXT) for m in made] == ["a", "b"]
