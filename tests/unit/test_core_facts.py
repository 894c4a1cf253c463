"""The facts that an answer may not lose: every topic against tests/knowledge/core_facts.yml."""

from __future__ import annotations

import re

import pytest
import yaml

from meldwijzer.knowledge import Entry, knowledge
from meldwijzer.settings import ROOT

FACTS = yaml.safe_load((ROOT / "tests" / "knowledge" / "core_facts.yml").read_text(encoding="utf-8"))
TOPICS = {
    topic["id"]: topic
    for group in yaml.safe_load((ROOT / "data" / "topics.yml").read_text(encoding="utf-8")).values()
    for topic in group
}


def collapse(text: str) -> str:
    return " ".join(text.split())


def lost(facts: list[str | list[str]], text: str) -> list[str | list[str]]:
    """The facts of which no wording is found in the text."""
    return [
        fact
        for fact in facts
        if not any(re.search(wording, text, re.IGNORECASE) for wording in ([fact] if isinstance(fact, str) else fact))
    ]


def whole(entry: Entry) -> str:
    return collapse("\n".join([entry.answer, entry.more or "", *entry.sectors.values()]))


def test_every_topic_has_core_facts():
    assert FACTS.keys() == TOPICS.keys()


@pytest.mark.parametrize("topic", FACTS)
def test_answer_holds_its_core_facts(topic):
    entry = knowledge()[topic]
    facts = FACTS[topic]
    assert facts.keys() <= {"answer", "anywhere"}
    assert lost(facts.get("answer", []), collapse(entry.answer)) == []
    assert lost(facts.get("anywhere", []), whole(entry)) == []


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if "kern" in TOPICS[topic]])
def test_every_element_of_the_core_has_a_fact(topic):
    elements = [part for part in re.split("[;,]", TOPICS[topic]["kern"]) if part.strip()]
    assert sum(map(len, FACTS[topic].values())) >= len(elements)


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic.startswith("nood.")])
def test_emergency_opens_with_both_numbers(topic):
    assert re.match(r"112: [^.]*\. 0800-2000: ", collapse(knowledge()[topic].answer))


def test_changed_fact_is_lost():
    entry = knowledge()["hv.duur"]
    assert lost(FACTS["hv.duur"]["answer"], collapse(entry.answer.replace("28", "27"))) != []
    assert lost([["elf stappen", "vijf stappen"]], "Er zijn vijf stappen.") == []
