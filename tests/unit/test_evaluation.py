"""The figures of `meldwijzer evaluate`, against cases worked out by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot import evaluation
from bot.evaluation import Outcome, Point, Question
from bot.nlu.examples import read_examples
from bot.nlu.ranking import set_ranking
from meldwijzer.settings import ROOT
from meldwijzer.suggestions import suggestions
from meldwijzer.topics import OUT_OF_SCOPE, topics

STAPPEN, STAP1, DUUR, REGELS = "meldcode.stappen", "meldcode.stap1", "hv.duur", "hv.regels"


def outcome(
    topic: str,
    *ranking: tuple[str, float],
    intent: str = "topic",
    style: str = "kort",
    alarmed: bool = False,
    second: str | None = None,
) -> Outcome:
    offered = suggestions(ranking) if intent == evaluation.FALLBACK else ()
    return Outcome(Question("tekst", topic, style), intent, ranking, alarmed, second, offered)


#: Right, right, wrong, and right at the third place.
FOUR = [
    outcome(STAPPEN, (STAPPEN, 0.95), (STAP1, 0.05)),
    outcome(DUUR, (DUUR, 0.75), (REGELS, 0.2), style="vraag"),
    outcome(DUUR, (REGELS, 0.65), (STAPPEN, 0.2), style="vraag"),
    outcome(REGELS, (DUUR, 0.35), (STAP1, 0.3), (REGELS, 0.25), (STAPPEN, 0.1), intent="nlu_fallback"),
]


def test_questions_are_of_known_topics_and_styles_and_none_is_there_twice() -> None:
    asked = evaluation.questions()
    assert {question.topic for question in asked} <= set(topics())
    assert {question.style for question in asked} == {
        "kort", "vraag", "situatie", "spreektaal", "typfout", "jargon", "indirect", "lang", "vrij",
    }  # fmt: skip
    assert len({question.text.casefold() for question in asked}) == len(asked)


def test_danger_questions_are_dangerous_or_harmless() -> None:
    asked = evaluation.dangers()
    assert all(question.topic == "harmless" or question.topic.startswith("nood.") for question in asked)


def test_top_counts_the_topic_among_the_first() -> None:
    assert evaluation.top(FOUR, 1) == 2 / 4
    assert evaluation.top(FOUR, 2) == 2 / 4
    assert evaluation.top(FOUR, 3) == 3 / 4
    assert evaluation.top([], 1) is None


def test_offers_at_most_three_topics_and_never_out_of_scope() -> None:
    unclear = outcome(
        STAPPEN, ("affirm", 0.3), (OUT_OF_SCOPE, 0.2), (STAP1, 0.2), (DUUR, 0.1), (STAP1, 0.1), (REGELS, 0.1),
        (STAPPEN, 0.0), intent="nlu_fallback",
    )  # fmt: skip
    assert suggestions(unclear.ranking) == (STAP1, DUUR, REGELS)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (outcome(DUUR, (DUUR, 0.9)), "right"),
        (outcome(DUUR, (REGELS, 0.9)), "wrong"),
        (outcome(DUUR, (REGELS, 0.9), second=DUUR), "right"),
        (outcome(DUUR, (REGELS, 0.9), second=STAP1), "wrong"),
        (outcome(DUUR, ("affirm", 0.9), intent="affirm"), "wrong"),
        (outcome(DUUR, ("nood.acuut", 1.0), (DUUR, 0.9), intent="emergency"), "wrong"),
        (outcome(DUUR, (REGELS, 0.3), (DUUR, 0.3), intent="nlu_fallback"), "offered"),
        (outcome(DUUR, (DUUR, 0.3), intent="nlu_fallback"), "offered"),
        (outcome(DUUR, (REGELS, 0.3), intent="nlu_fallback"), "missed"),
        (outcome(DUUR, intent="nlu_fallback"), "declined"),
        (outcome(DUUR, (OUT_OF_SCOPE, 0.9)), "declined"),
        (outcome(OUT_OF_SCOPE, (OUT_OF_SCOPE, 0.9)), "declined"),
        (outcome(OUT_OF_SCOPE, (OUT_OF_SCOPE, 0.3), (DUUR, 0.3), intent="nlu_fallback"), "missed"),
        (outcome(OUT_OF_SCOPE, (DUUR, 0.9)), "wrong"),
    ],
)
def test_outcome_is_what_the_user_gets(found: Outcome, expected: str) -> None:
    assert evaluation.received(found) == expected


def test_summary_gives_shares_that_add_up() -> None:
    assert evaluation.summary(FOUR) == {
        "count": 4, "top1": 0.5, "top3": 0.75, "reached": 0.75,
        "right": 0.5, "offered": 0.25, "missed": 0, "wrong": 0.25, "declined": 0,
    }  # fmt: skip


def understood(intent: str, *ranking: tuple[str, float], **entities: str) -> dict[str, Any]:
    message = Message({"text": "tekst"})
    set_ranking(message, list(ranking))
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    return {**message.data, "intent": {"name": intent}, "entities": found}


@pytest.mark.parametrize(
    ("found", "offered"),
    [
        (understood("topic", (DUUR, 0.98), (REGELS, 0.01)), ()),
        (understood("topic", (DUUR, 0.7), (REGELS, 0.2), ("affirm", 0.1)), (REGELS,)),
        (understood("topic", (DUUR, 0.7), (REGELS, 0.2), second=REGELS), ()),
        (understood("nlu_fallback", (DUUR, 0.5), (REGELS, 0.4)), (DUUR, REGELS)),
        (understood("emergency", ("nood.acuut", 1.0), (DUUR, 0.7)), ()),
        (understood("emergency", ("nood.acuut", 1.0), (DUUR, 0.7), danger="likely"), (DUUR,)),
        (understood("affirm", ("affirm", 0.5), (DUUR, 0.4)), ()),
    ],
)
def test_topics_are_offered_where_the_answer_may_not_be_what_was_meant(
    found: dict[str, Any], offered: tuple[str, ...]
) -> None:
    assert evaluation.outcome_of(Question("tekst", DUUR, "kort"), found).offered == offered


def test_reached_counts_what_is_offered_after_an_answer() -> None:
    asked = Question("tekst", REGELS, "kort")
    answered = understood("topic", (DUUR, 0.7), (REGELS, 0.2))
    assert evaluation.reached(evaluation.outcome_of(asked, answered))
    assert evaluation.received(evaluation.outcome_of(asked, answered)) == "wrong"
    assert not evaluation.reached(evaluation.outcome_of(asked, understood("topic", (DUUR, 0.98), (REGELS, 0.01))))


def test_summaries_by_style() -> None:
    parts = evaluation.summaries(FOUR, lambda each: each.question.style)
    assert {name: (part["count"], part["top1"]) for name, part in parts.items()} == {
        "kort": (2, 0.5),
        "vraag": (2, 0.5),
    }


def test_confusions_come_most_frequent_first() -> None:
    assert evaluation.confusions([*FOUR, FOUR[3]]) == [(REGELS, DUUR, 2), (DUUR, REGELS, 1)]
    assert evaluation.confusions([*FOUR, FOUR[3]], most=1) == [(REGELS, DUUR, 2)]


def test_calibration_error_is_the_weighted_gap_of_the_bins() -> None:
    same_bin = [outcome(DUUR, (DUUR, 0.82)), outcome(DUUR, (REGELS, 0.88))]
    # One bin: mean confidence .85, half of it right.
    assert evaluation.calibration_error(same_bin) == pytest.approx(0.35)
    # And one right at 1, which belongs to the last bin, without a gap: two thirds of .35.
    assert evaluation.calibration_error([*same_bin, outcome(DUUR, (DUUR, 1.0))]) == pytest.approx(0.7 / 3)
    # Four bins of one outcome: .05 + .25 + .65 + .35.
    assert evaluation.calibration_error(FOUR) == pytest.approx(1.3 / 4)


def test_tradeoff_counts_the_threshold_itself_as_answered() -> None:
    assert evaluation.tradeoff(FOUR, (0.1, 0.65, 0.7, 0.9, 0.99)) == [
        Point(0.1, 1.0, 0.5),
        Point(0.65, 0.75, 2 / 3),
        Point(0.7, 0.5, 1.0),
        Point(0.9, 0.25, 1.0),
        Point(0.99, 0.0, None),
    ]


def test_matrix_is_by_group_with_what_is_no_topic_last() -> None:
    made = [*FOUR, outcome(STAPPEN, (DUUR, 0.5)), outcome(DUUR, ("affirm", 0.5)), outcome("vt.wat", ("vt.wat", 0.5))]
    assert evaluation.matrix(made) == (
        ["hv", "meldcode", "vt", "overig"],
        [[3, 0, 0, 1], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]],
    )


def test_danger_is_found_or_missed_apart_from_its_topic() -> None:
    found, missed = outcome("nood.acuut", alarmed=True), outcome("nood.kind")
    alarm, quiet = outcome("harmless", alarmed=True), outcome("harmless")
    assert evaluation.danger_figures([found, found, found, missed, alarm, quiet], [*FOUR, alarm]) == {
        "recall": 0.75,
        "false_alarm": 0.5,
        "ordinary_false_alarm": 0.2,
    }


def parsed(intent: str, *entities: str) -> dict[str, Any]:
    """What Rasa's `parse_message` gives, as far as it is used."""
    ranking = [{"intent_response_key": f"topic/{DUUR}", "confidence": 0.7}]
    return {
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [{"entity": name, "value": "possible"} for name in entities],
        "response_selector": {"all_retrieval_intents": ["topic"], "topic": {"response": {}, "ranking": ranking}},
    }


@pytest.mark.parametrize(
    ("message", "alarmed"),
    [
        (parsed("topic"), False),
        (parsed("topic", "place"), False),
        (parsed("topic", "danger"), True),
        (parsed("nlu_fallback", "danger"), True),
        (parsed("emergency"), True),
    ],
)
def test_outcome_of_a_parsed_message(message: dict[str, Any], alarmed: bool) -> None:
    question = Question("hoe lang", DUUR, "kort")
    found = evaluation.outcome_of(question, message)
    assert (found.intent, found.ranking, found.alarmed) == (message["intent"]["name"], [(DUUR, 0.7)], alarmed)


def test_outcome_of_a_message_with_two_questions() -> None:
    message = parsed("topic") | {"entities": [{"entity": "second", "value": REGELS}]}
    assert evaluation.outcome_of(Question("hoe lang en wat mag", REGELS, "vraag"), message).second == REGELS


def test_outcome_of_a_message_without_anything_to_go_by() -> None:
    nothing = {"intent": {"name": None, "confidence": 0.0}, "entities": []}
    found = evaluation.outcome_of(Question("?", DUUR, "kort"), nothing)
    assert (found.intent, found.first, found.confidence) == ("nlu_fallback", evaluation.NOTHING, 0.0)


def test_figures_are_told_in_dutch_and_written_with_pictures(tmp_path: Path) -> None:
    made = [*FOUR, outcome(OUT_OF_SCOPE, (OUT_OF_SCOPE, 0.9))]
    danger = [outcome("nood.acuut", alarmed=True), outcome("harmless")]
    shown = evaluation.figures(made, danger)
    assert (shown["top1"], shown["in_scope"]["top1"], shown["out_of_scope"]["declined"]) == (0.6, 0.5, 1)
    assert list(shown["groups"]) == ["meldcode", "hv"]
    text = "\n".join(evaluation.report(made, danger))
    assert "bovenaan bij 60,0%, bij de eerste drie bij 80,0%" in text
    assert "112 staat vooraan bij gevaar: 100,0%" in text
    assert f"  1  {REGELS}, {DUUR}" in text
    evaluation.write(tmp_path / "new", made, danger)
    assert json.loads((tmp_path / "new" / "figures.json").read_text(encoding="utf-8")) == shown
    for name in ("curve.png", "confusion.png"):
        assert (tmp_path / "new" / name).read_bytes().startswith(b"\x89PNG")


def test_nothing_that_is_measured_on_is_trained_on() -> None:
    def plain(text: str) -> str:
        return " ".join(re.findall(r"\w+", text.casefold()))

    examples = {plain(text) for _, text in read_examples(ROOT / "data" / "nlu")} - {""}
    asked = [*evaluation.questions(), *evaluation.dangers()]
    assert [question.text for question in asked if plain(question.text) in examples] == []
