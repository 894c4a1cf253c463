"""Follow-ups, sectors and double questions, over the web API."""

from __future__ import annotations

import yaml

from meldwijzer.knowledge import knowledge
from meldwijzer.settings import ROOT
from meldwijzer.topics import payload_of
from tests.conftest import Assistant

#: Share of the short follow-ups of which the right topic is answered or offered at once.
FLOOR = 0.65


def test_short_follow_ups_are_understood_from_what_came_before(assistant: Assistant) -> None:
    cases = yaml.safe_load((ROOT / "tests" / "nlu" / "contexts.yml").read_text(encoding="utf-8"))
    answered, offered = [], []
    for case in cases:
        talk = assistant.session()
        talk.press(payload_of(case["after"]))
        replies = talk.say(case["text"])
        answered.append(case["topic"] in {reply["topic"] for reply in replies})
        offered.append(answered[-1] or any(case["topic"] in reply.get("suggestions", ()) for reply in replies))
        if not offered[-1]:
            print(case, [(reply["topic"], reply.get("suggestions")) for reply in replies])
    print(len(cases), "answered", sum(answered) / len(cases), "answered or offered", sum(offered) / len(cases))
    assert sum(offered) / len(cases) >= FLOOR


def test_source_and_summary_of_the_last_answer(assistant: Assistant) -> None:
    talk = assistant.session()
    talk.press(payload_of("hv.duur"))
    source = talk.say("waar staat dat?")[0]
    assert source["topic"] == "hv.duur"
    assert "Wet tijdelijk huisverbod" in source["text"]
    short = talk.say("korter graag")[0]
    assert short["topic"] == "hv.duur"
    assert short["text"] == knowledge()["hv.duur"].answer.strip().split("\n\n")[0]


def test_sector_colours_later_answers_until_it_is_forgotten(assistant: Assistant) -> None:
    talk = assistant.session()
    assert "Huisarts of medisch" in talk.say("ik ben huisarts")[0]["text"]
    differs = knowledge()["meldcode.stap2"].sectors["medisch"].strip()
    assert differs in talk.press(payload_of("meldcode.stap2"))[0]["text"]
    assert "geen rekening meer" in talk.say("vergeet mijn sector")[0]["text"]
    assert differs not in talk.press(payload_of("meldcode.stap2"))[0]["text"]


def test_the_same_answer_for_another_sector(assistant: Assistant) -> None:
    talk = assistant.session()
    talk.press(payload_of("meldcode.stap2"))
    reply = talk.say("en voor artsen?")[0]
    assert reply["topic"] == "meldcode.stap2"
    assert knowledge()["meldcode.stap2"].sectors["medisch"].strip() in reply["text"]


def test_two_questions_are_both_answered(assistant: Assistant) -> None:
    replies = assistant.session().say("Hoe lang duurt een huisverbod? En wat is de kindcheck?")
    assert [reply["topic"] for reply in replies] == ["hv.duur", "meldcode.kindcheck"]
