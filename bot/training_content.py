"""What can be wrong with the practice cases and the questions of data/training/, for the validator."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from bot.documents import Document, Mistake, Part, did_you_mean
from bot.flow_content import MOST_BYTES, doubles, ways_mistakes
from meldwijzer import quiz
from meldwijzer.topics import payload

#: Most words of a text, by where it stands.
LIMITS = {"intro": 80, "text": 95, "ask": 55, "feedback": 85, "statement": 30}
BEST = 2


def case_mistakes(document: Document, sectors: AbstractSet[str]) -> Iterator[Mistake]:
    """The mistakes in a case that has the right form.

    Args:
        document: a file of data/training/cases/.
        sectors: that there are, none when that is not known.
    """
    (case,) = document.parts()
    scenes, ends = tuple(document.parts("scenes", ...)), tuple(document.parts("ends", ...))
    id_, sector = case.value["case"], case.value["sector"]
    if f"{id_}.yml" != document.name.rpartition("/")[2]:
        yield case.mistake(f"dit bestand heet anders dan de casus; noem het {id_}.yml", "case")
    if sectors and sector not in sectors:
        yield case.mistake(
            f"de sector '{sector}' staat niet in data/terms.yml{did_you_mean(sector, sectors)}", "sector"
        )
    yield from _too_long(case, "intro")
    yield from doubles((*scenes, *ends))
    places = {part.value["id"] for part in (*scenes, *ends)}
    for scene in scenes:
        yield from _about_scene(id_, scene, places)
    for end in ends:
        yield from _too_long(end, "text")
    if all(choice["next"] in places for scene in scenes for choice in scene.value["choices"]):
        yield from ways_mistakes(scenes, ends, "choices")


def _about_scene(case: str, scene: Part, places: AbstractSet[str]) -> Iterator[Mistake]:
    yield from _too_long(scene, "text", "ask")
    if not scene.value["ask"].strip().endswith("?"):
        yield scene.mistake("de vraag eindigt niet op een vraagteken", "ask")
    choices = scene.value["choices"]
    if sum(choice["points"] == BEST for choice in choices) != 1:
        yield scene.mistake(f"precies één keuze krijgt {BEST} punten", "choices")
    seen: dict[str, str] = {}
    for index, choice in enumerate(choices):
        where = ("choices", index)
        if [each["id"] for each in choices].index(choice["id"]) != index:
            yield scene.mistake(f"de keuze '{choice['id']}' is er al in deze scène; kies een ander id", *where)
        if len(choice["feedback"].split()) > LIMITS["feedback"]:
            yield scene.mistake(f"de feedback telt meer dan {LIMITS['feedback']} woorden; kort hem in", *where)
        if choice["next"] not in places:
            hint = did_you_mean(choice["next"], places)
            yield scene.mistake(f"'{choice['next']}' is geen scène en geen einde van deze casus{hint}", *where)
        size = len(payload("inform", answer=f"{case}.{scene.value['id']}.{choice['id']}").encode())
        if size > MOST_BYTES:
            yield scene.mistake(f"de ids zijn samen te lang voor een knop: {size - MOST_BYTES} tekens te veel", *where)
        for words in map(str, choice["words"]):
            if words != words.lower():
                yield scene.mistake(f"'{words}' bevat een hoofdletter en wordt zo niet herkend", *where)
            if seen.setdefault(words, choice["id"]) != choice["id"]:
                yield scene.mistake(f"'{words}' staat bij twee keuzes van deze scène; kies er een", *where)


def question_mistakes(document: Document, topics: AbstractSet[str]) -> Iterator[Mistake]:
    """The mistakes in a file of questions that has the right form.

    Args:
        document: a file of data/training/questions/.
        topics: that there are, none when that is not known.
    """
    (file,) = document.parts()
    questions = tuple(document.parts("questions", ...))
    subject = file.value["subject"]
    if f"{subject}.yml" != document.name.rpartition("/")[2]:
        yield file.mistake(f"dit bestand heet anders dan het onderwerp; noem het {subject}.yml", "subject")
    yield from doubles(questions)
    for question in questions:
        value = question.value
        if topics and value["topic"] not in topics:
            hint = did_you_mean(value["topic"], topics)
            yield question.mistake(f"het thema '{value['topic']}' staat niet in data/topics.yml{hint}", "topic")
        yield from _too_long(question, "ask", "statement", "feedback")
        yield from _about_kind(question)
        longest = f"{quiz.name(subject, number=quiz.LONG, seed=quiz.SEEDS - 1)}.{value['id']}.{quiz.FACT[1]}"
        if (size := len(payload("inform", answer=longest).encode())) > MOST_BYTES:
            yield question.mistake(f"het id is {size - MOST_BYTES} tekens te lang voor een knop", "id")


def _about_kind(question: Part) -> Iterator[Mistake]:
    """Whether a question has what its kind needs, and nothing of another."""
    needed = {"choice": {"ask", "options"}, "order": {"ask", "items"}, "fact": {"statement", "answer"}}
    kind = question.value["kind"]
    for key in sorted(needed[kind] - set(question.value)):
        yield question.mistake(f"bij kind: {kind} hoort '{key}'", "kind")
    for key in sorted((set().union(*needed.values()) - needed[kind]) & set(question.value)):
        yield question.mistake(f"'{key}' hoort niet bij kind: {kind}", key)
    options = question.value.get("options", [])
    if options and sum(option.get("right", False) for option in options) != 1:
        yield question.mistake("precies één antwoord heeft right: true", "options")
    if len({option["id"] for option in options}) < len(options):
        yield question.mistake("twee antwoorden hebben hetzelfde id", "options")


def _too_long(part: Part, *keys: str) -> Iterator[Mistake]:
    for key in keys:
        words = len(part.value.get(key, "").split())
        if words > LIMITS[key]:
            yield part.mistake(f"de tekst telt {words} woorden, hoogstens {LIMITS[key]}; kort hem in", key)
