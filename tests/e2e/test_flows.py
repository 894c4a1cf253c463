"""Guided dialogues over the web API, to every outcome of the weighing, with all that one can say on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Assistant, Conversation
from tests.e2e import weighings

TOPIC = "actie.afwegen"


def press(conversation: Conversation, title: str, messages: list[dict]) -> list[dict]:
    """Press the button of the last message that bears this title."""
    return conversation.press(next(b["payload"] for b in messages[-1]["buttons"] if b["title"] == title))


def begun(assistant: Assistant) -> tuple[Conversation, list[dict]]:
    conversation = assistant.session()
    return conversation, conversation.say(weighings.BEGIN)


@pytest.fixture(scope="module")
def transcripts() -> Iterator[dict[str, list[tuple[str, list[str]]]]]:
    held: dict[str, list[tuple[str, list[str]]]] = {}
    yield held
    weighings.write("web", held)


@pytest.mark.parametrize(("said", "outcome"), weighings.WEIGHINGS)
def test_weighing_comes_to_each_outcome_in_words(
    assistant: Assistant, transcripts: dict[str, list[tuple[str, list[str]]]], said: list[str], outcome: str
) -> None:
    conversation, messages = begun(assistant)
    assert messages[-1]["topic"] == TOPIC
    assert "Vraag 1" in messages[-1]["text"]
    turns = [(weighings.BEGIN, [message["text"] for message in messages])]
    for words in said:
        messages = conversation.say(words)
        turns.append((words, [message["text"] for message in messages]))
        assert {message["topic"] for message in messages} == {TOPIC}
    transcripts[outcome] = turns
    last = messages[-1]
    assert outcome in last["text"]
    assert last["sources"]
    assert "0800-2000" in last["text"]
    assert last["emergency"] is (outcome == "Acute onveiligheid")
    (note,) = press(conversation, "Verslag voor mijn dossier", messages)
    assert note["topic"] == "actie.verslag"
    assert note["note"]["title"] == "Samen afwegen"
    passed = note["note"]["sections"][0]
    assert passed["heading"] == "Doorlopen vragen"
    # Not knowing counts once: the first time the question is explained.
    assert len(passed["lines"]) == len(set(said) if outcome == "Vraag advies" else said)


def test_a_question_in_between_is_answered_and_the_flow_goes_on(assistant: Assistant) -> None:
    conversation, _ = begun(assistant)
    conversation.say("ja")
    answered, asked = conversation.say("wat is structurele onveiligheid ook alweer?")
    assert answered["topic"] == "meldcode.structurele_onveiligheid"
    assert "Vraag 2" in asked["text"]


def test_danger_in_between_comes_first_and_leads_back(assistant: Assistant) -> None:
    conversation, _ = begun(assistant)
    conversation.say("ja")
    danger = conversation.say("hij staat nu met een mes voor haar deur")
    assert danger[0]["text"].startswith("112")
    back = conversation.press(danger[0]["buttons"][0]["payload"])
    assert "Vraag 2" in back[-1]["text"]


def test_back_again_and_a_change_of_mind(assistant: Assistant) -> None:
    conversation, first = begun(assistant)
    conversation.say("ja")
    conversation.say("geen van beide")
    (second,) = conversation.say("terug")
    assert "Vraag 2" in second["text"]
    (anew,) = conversation.say("opnieuw beginnen")
    assert "Vraag 1" in anew["text"]
    conversation.say("ja")
    # The button of an earlier question changes the answer to it.
    changed = press(conversation, "Nee, geen vermoeden meer", first)
    assert "Afsluiten" in changed[-1]["text"]
    taken_back = press(conversation, "Antwoord terugnemen", changed)
    assert "Vraag 1" in taken_back[-1]["text"]


def test_stop_leaves_nothing(assistant: Assistant) -> None:
    conversation, _ = begun(assistant)
    conversation.say("ja")
    (stopped,) = conversation.say("stop maar")
    assert "Gestopt" in stopped["text"]
    (nothing,) = conversation.press("/note")
    assert "note" not in nothing
    (reply,) = conversation.say("Hoe lang duurt een huisverbod?")
    assert reply["topic"] == "hv.duur"


def test_what_is_no_answer_is_asked_again(assistant: Assistant) -> None:
    conversation, _ = begun(assistant)
    messages = conversation.say("bladiebla hupsakee")
    assert len(messages) == 2
    assert "Vraag 1" in messages[-1]["text"]


def test_explanation_has_examples_of_ones_own_sector_and_the_advice_line(assistant: Assistant) -> None:
    conversation = assistant.session()
    conversation.say("ik werk in het basisonderwijs")
    messages = conversation.say("wil je samen met mij afwegen of ik moet melden")
    messages = press(conversation, "Weet ik niet", messages)
    assert "onderwijs" in messages[0]["text"]
    assert "0800-2000" in messages[0]["text"]
    assert "Vraag 1" in messages[-1]["text"]


def test_outcome_shows_the_region_that_is_known(assistant: Assistant) -> None:
    conversation = assistant.session(municipality="Arnhem")
    conversation.say("help mij afwegen of ik moet melden")
    conversation.say("ja")
    messages = conversation.say("acuut")
    assert messages[-1]["region"]["organisation"] == "Veilig Thuis Gelderland-Midden"


@pytest.mark.parametrize("topic", ["meldcode.kindcheck", "pr.delen"])
def test_other_flows_begin_at_their_answer(assistant: Assistant, topic: str) -> None:
    conversation = assistant.session()
    messages = conversation.press(f'/topic{{"topic":"{topic}"}}')
    messages = press(conversation, "Loop dit samen door", messages)
    assert messages[-1]["topic"] == topic
    assert "Vraag 1" in messages[-1]["text"]


def test_policy_scan_ends_in_an_overview(assistant: Assistant) -> None:
    conversation = assistant.session()
    messages = conversation.say("doe met mij de scan van ons gemeentelijk beleid")
    assert "Vraag 1 van 22" in messages[-1]["text"]
    for number in range(22):
        messages = conversation.say(("ja", "deels", "nee", "weet ik niet")[number % 4])
    assert "Sterke punten (6)" in messages[-1]["text"]
    (note,) = press(conversation, "Verslag voor mijn dossier", messages)
    headings = [section["heading"] for section in note["note"]["sections"]]
    assert {"Sterke punten", "Deels op orde", "Ontbreekt", "Nog uit te zoeken"} <= set(headings)
