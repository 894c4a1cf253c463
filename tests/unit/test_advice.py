"""The advice form: what a message fills, changes or empties."""

from __future__ import annotations

from typing import Any

import pytest

from actions.advice import CONFIRMED, FIELDS, age_group, answers, question, row, summary

FILLED = {
    "sector": "onderwijs",
    "region": "gemeente:0275",
    "subject": "gesprek",
    "step": "stap3",
    "violence": "verwaarlozing",
    "age": "4-11",
    "outcome": "advies",
}


def said(**values: str) -> list[dict[str, Any]]:
    return [{"entity": name, "value": value} for name, value in values.items()]


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("een meisje van 9", "4-11"),
        ("8 maanden", "0-3"),
        ("3", "0-3"),
        ("4 jaar", "4-11"),
        ("ze is 12", "12-17"),
        ("17 jr", "12-17"),
        ("18", "18-64"),
        ("mevrouw van 84 jaar", "65-plus"),
        ("6 weken oud", "0-3"),
        ("geen idee", None),
        ("999", None),
    ],
)
def test_age_in_digits(text: str, group: str | None) -> None:
    assert age_group(text) == group


def test_button_answers_the_question() -> None:
    assert answers("", "inform", said(step="stap3"), "step") == {"step": "stap3"}


def test_button_of_an_earlier_question_corrects_it() -> None:
    assert answers("", "inform", said(sector="ggz"), "outcome") == {"sector": "ggz"}


def test_value_outside_the_list_is_not_taken() -> None:
    assert answers("", "inform", said(step="stap9"), "step") == {}


def test_words_answer_only_what_was_asked() -> None:
    assert answers("het gaat om school", "topic", said(sector="onderwijs", subject="meldcode"), "sector") == {
        "sector": "onderwijs"
    }


@pytest.mark.parametrize("text", ["wat is stap 3 ook alweer?", "hoe lang duurt een huisverbod eigenlijk"])
def test_question_in_between_is_no_answer(text: str) -> None:
    assert answers(text, "topic", said(step="stap3"), "step") == {}


def test_correction_in_words() -> None:
    assert answers("nee, het is toch de kinderopvang", "change", said(sector="kinderopvang"), "step") == {
        "sector": "kinderopvang"
    }


def test_correction_without_a_value_asks_again() -> None:
    assert answers("ik wil de leeftijd wijzigen", "change", [], CONFIRMED) == {"age": None}


def test_change_button_asks_again() -> None:
    assert answers("", "change", said(field="region"), CONFIRMED) == {"region": None}


def test_yes_confirms_and_other_words_do_not() -> None:
    assert answers("ja", "affirm", [], CONFIRMED) == {CONFIRMED: True}
    assert answers("nee", "deny", [], CONFIRMED) == {}


def test_not_knowing_takes_the_value_for_that() -> None:
    assert answers("geen idee", "dont_know", [], "step") == {"step": "onbekend"}


def test_place_fills_the_region() -> None:
    assert answers("Spijkenisse", "region", said(place="plaats:spijkenisse"), "region") == {
        "region": "plaats:spijkenisse"
    }


def test_first_sentence_fills_what_cannot_be_mistaken() -> None:
    found = answers(
        "adviesvraag over verwaarlozing", "record_advice", said(violence="verwaarlozing", subject="meldcode"), None
    )
    assert found == {"violence": "verwaarlozing"}


def test_summary_shows_all_that_will_be_recorded() -> None:
    shown = summary(FILLED)
    assert len(shown.splitlines()) == len(FIELDS)
    assert "Veilig Thuis Gelderland-Midden" in shown
    assert "- -" not in shown


def test_confirmation_offers_recording_changing_and_withdrawing() -> None:
    titles = [button.title for button in question(CONFIRMED, FILLED).buttons]
    assert titles[0] == "Vastleggen"
    assert titles[-1] == "Niet vastleggen"
    assert len(titles) == len(FIELDS) + 2


def test_row_holds_the_organisation_and_no_municipality() -> None:
    made = row(FILLED, "web")
    assert made.region == "gelderland-midden"
    assert made.municipality is None
    assert (made.topic, made.form_of_violence, made.channel) == ("gesprek", "verwaarlozing", "web")


@pytest.mark.parametrize("field", FIELDS)
def test_payloads_of_all_choices_fit_telegram(field: str) -> None:
    assert all(len(button.payload.encode()) <= 64 for button in question(field, {}).buttons)
