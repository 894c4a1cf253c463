"""What can be wrong with the guided dialogues of data/flows/, for the validator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from bot.documents import Document, Mistake, Part, did_you_mean
from meldwijzer.flows import DONT_KNOW
from meldwijzer.topics import payload

#: Telegram's limit of what a button sends.
MOST_BYTES = 64
#: The id of what the program itself adds to every question.
EXPLAIN = "uitleg"
#: Most words of a text, by where it stands.
LIMITS = {"intro": 80, "ask": 60, "help": 120, "text": 80, "action": 45}


def flow_mistakes(document: Document, topics: AbstractSet[str], sectors: AbstractSet[str]) -> Iterator[Mistake]:
    """The mistakes in a file that has the right form.

    Args:
        document: a file of data/flows/.
        topics: that there are, none when that is not known.
        sectors: that there are, none when that is not known.
    """
    (flow,) = document.parts()
    questions, outcomes = tuple(document.parts("questions", ...)), tuple(document.parts("outcomes", ...))
    id_, topic = flow.value["flow"], flow.value["topic"]
    if f"{id_}.yml" != document.name.rpartition("/")[2]:
        yield flow.mistake(f"dit bestand heet anders dan de dialoog; noem het {id_}.yml", "flow")
    if topics and topic not in topics:
        yield flow.mistake(f"het thema '{topic}' staat niet in data/topics.yml{did_you_mean(topic, topics)}", "topic")
    yield from doubles((*questions, *outcomes))
    yield from _about_length(flow, "intro")
    places = {part.value["id"] for part in (*questions, *outcomes)}
    ends = {part.value["id"] for part in outcomes}
    unsure = flow.value.get("unsure")
    if unsure and unsure not in ends:
        yield flow.mistake(f"'{unsure}' is geen uitkomst van deze dialoog{did_you_mean(unsure, ends)}", "unsure")
    for question in questions:
        yield from _about_question(flow, question, places, sectors)
    for outcome in outcomes:
        yield from _about_length(outcome, "text")
    if all(answer["next"] in places for question in questions for answer in question.value["answers"]):
        yield from ways_mistakes(questions, outcomes, "answers", (unsure,) if unsure else ())


def doubles(parts: tuple[Part, ...]) -> Iterator[Mistake]:
    """Parts whose id another part has."""
    first: dict[str, Part] = {}
    for part in parts:
        same = first.setdefault(part.value["id"], part)
        if same is not part:
            yield part.mistake(f"het id '{part.value['id']}' staat al op {same.place('id')}; kies een ander", "id")


def _about_question(
    flow: Part, question: Part, places: AbstractSet[str], sectors: AbstractSet[str]
) -> Iterator[Mistake]:
    for key in ("ask", "help", "action"):
        yield from _about_length(question, key)
    if not question.value["ask"].strip().endswith("?"):
        yield question.mistake("de vraag eindigt niet op een vraagteken", "ask")
    for sector in question.value.get("examples", {}) if sectors else ():
        if sector not in sectors:
            hint = did_you_mean(sector, sectors)
            yield question.mistake(f"de sector '{sector}' staat niet in data/terms.yml{hint}", "examples", sector)
    said: dict[str, str] = {}
    # The program adds 'I do not know' itself where the flow says where it leads.
    given: set[str] = {EXPLAIN, DONT_KNOW} if flow.value.get("unsure") else {EXPLAIN}
    for index, answer in enumerate(question.value["answers"]):
        id_, where = answer["id"], ("answers", index)
        if id_ in given:
            yield question.mistake(f"het antwoord '{id_}' is er al bij deze vraag; kies een ander id", *where)
        given.add(id_)
        size = len(payload("inform", answer=f"{flow.value['flow']}.{question.value['id']}.{id_}").encode())
        if size > MOST_BYTES:
            yield question.mistake(
                f"de ids zijn samen te lang voor een knop: {size - MOST_BYTES} tekens te veel", *where
            )
        if answer["next"] not in places:
            hint = did_you_mean(answer["next"], places)
            yield question.mistake(f"'{answer['next']}' is geen vraag en geen uitkomst van deze dialoog{hint}", *where)
        for words in map(str, answer["words"]):
            if words != words.lower():
                yield question.mistake(f"'{words}' bevat een hoofdletter en wordt zo niet herkend", *where)
            if said.setdefault(" ".join(re.findall(r"[\w'-]+", words)), id_) != id_:
                yield question.mistake(f"'{words}' staat bij twee antwoorden van deze vraag; kies er een", *where)


def _about_length(part: Part, key: str) -> Iterator[Mistake]:
    words = len(part.value.get(key, "").split())
    if words > LIMITS[key]:
        yield part.mistake(f"de tekst telt {words} woorden, hoogstens {LIMITS[key]}; kort hem in", key)


def ways_mistakes(
    steps: tuple[Part, ...], ends: tuple[Part, ...], answers: str, others: tuple[str, ...] = ()
) -> Iterator[Mistake]:
    """Whether every step and every end can be reached, and no way goes round.

    Args:
        steps: with an id; the first is where it begins.
        ends: with an id.
        answers: the key of a step under which its answers are, each with a `next`.
        others: ids of ends that are reached in another way.
    """
    leads: dict[str, set[str]] = {step.value["id"]: {each["next"] for each in step.value[answers]} for step in steps}
    reached = {steps[0].value["id"], *others} | _reached(steps[0].value["id"], leads)
    for part in (*steps, *ends):
        if part.value["id"] not in reached:
            yield part.mistake(f"'{part.value['id']}' wordt nergens bereikt; laat een antwoord erheen leiden", "id")
    for step in steps:
        if step.value["id"] in _reached(step.value["id"], leads):
            yield step.mistake(f"vanaf '{step.value['id']}' komt men hier weer terug; dat houdt nooit op", "id")


def _reached(start: str, leads: dict[str, set[str]]) -> set[str]:
    """All that can be come to from `start`; that itself only where a way goes round."""
    found: set[str] = set()
    waiting = [*leads[start]]
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += leads.get(place, ())
    return found
