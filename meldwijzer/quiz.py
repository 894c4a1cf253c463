"""The knowledge test: questions drawn from a bank (data/training/questions/*.yml).

A test is a guided dialogue in which every answer leads to the next question. Its id says how it was drawn, so that it
can be made again from the id alone: `q-<subject>-<level><number>-<seed>`, short since it is in every button.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from meldwijzer.flows import Answer, Flow, Outcome, Question
from meldwijzer.knowledge import Source
from meldwijzer.settings import ROOT

FOLDER = ROOT / "data" / "training" / "questions"
TOPIC = "scholing.toets"
ALL = "alles"
#: How hard, by the letter in an id; "a" for all.
LEVELS = {"b": "basis", "v": "verdieping"}
#: Questions in a short test and in a long one.
SHORT, LONG = 5, 10
RESULT = "uitslag"
FORM = re.compile(r"q-(?P<subject>[a-z]+)-(?P<level>[abv])(?P<number>\d{1,2})-(?P<seed>\d{1,4})")
SEEDS = 10_000
#: Orders that are shown beside the right one.
WRONG_ORDERS = 3
LETTERS = "ABCDE"
FACT = ("feit", "mening")


@dataclass(frozen=True)
class Item:
    """A question of the bank, with its level, the subject of its file and the day on which that was checked."""

    question: Question
    level: str
    checked_on: dt.date


@dataclass(frozen=True)
class Bank:
    """All questions, by subject, and what the subjects are called."""

    items: dict[str, tuple[Item, ...]]
    labels: dict[str, str]


@lru_cache(maxsize=1)
def bank() -> Bank:
    """The bank of this process."""
    return load()


def load(folder: Path = FOLDER) -> Bank:
    """Read the bank; `meldwijzer check` tells what is wrong with a file that does not load."""
    items, labels = {}, {}
    for path in sorted(folder.glob("*.yml")):
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        labels[raw["subject"]] = raw["title"]
        items[raw["subject"]] = tuple(
            Item(_question(each, raw["title"]), each["level"], raw["checked_on"]) for each in raw["questions"]
        )
    return Bank(items, labels)


def _question(raw: dict[str, Any], subject: str) -> Question:
    sources = tuple(Source(**source) for source in raw["sources"])
    ask, options = ASKED[raw["kind"]](raw)
    answers = tuple(
        Answer(id_, label, (id_,), RESULT, points=int(right), feedback=raw["feedback"].strip(), sources=sources)
        for id_, label, right in options
    )
    return Question(raw["id"], raw["id"], ask, "", answers, sources, subject=subject, topic=raw["topic"])


def _choice(raw: dict[str, Any]) -> tuple[str, list[tuple[str, str, bool]]]:
    return raw["ask"].strip(), [(each["id"], each["label"], each.get("right", False)) for each in raw["options"]]


def _fact(raw: dict[str, Any]) -> tuple[str, list[tuple[str, str, bool]]]:
    ask = f"In een dossier staat: '{raw['statement'].strip()}'\n\nIs dat een feit of een mening?"
    return ask, [(answer, f"Een {answer}", raw["answer"] == answer) for answer in FACT]


def _order(raw: dict[str, Any]) -> tuple[str, list[tuple[str, str, bool]]]:
    """Items in a mixed order, and four orders to choose from; the same each time, since the seed is the question."""
    chance = random.Random(raw["id"])  # noqa: S311 (nothing secret)
    items: list[str] = raw["items"]
    shown = chance.sample(items, len(items))
    while shown == items:
        shown = chance.sample(items, len(items))
    letters = dict(zip(shown, LETTERS))
    right = tuple(letters[item] for item in items)
    orders = {right}
    while len(orders) <= WRONG_ORDERS:
        orders.add(tuple(chance.sample(right, len(right))))
    listed = "\n".join(f"{letter}. {item}" for item, letter in letters.items())
    options = [(str(number), ", ".join(order), order == right) for number, order in enumerate(sorted(orders), 1)]
    return f"{raw['ask'].strip()}\n\n{listed}", options


ASKED = {"choice": _choice, "fact": _fact, "order": _order}


def name(subject: str = ALL, level: str = "a", number: int = SHORT, seed: int | None = None) -> str:
    """The id of a test.

    Args:
        subject: of the bank, or `ALL`.
        level: a letter of `LEVELS`, or "a" for all.
        number: of questions.
        seed: which draw, 0 to `SEEDS`; a new one without.
    """
    return f"q-{subject}-{level}{number}-{random.randrange(SEEDS) if seed is None else seed}"  # noqa: S311


def drawn(id_: str) -> Flow | None:
    """The test with an id; None for what is no id of a test that can be drawn."""
    match = FORM.fullmatch(id_)
    if not match or match["subject"] not in {ALL, *bank().items}:
        return None
    if int(match["number"]) not in {SHORT, LONG}:
        return None
    level = LEVELS.get(match["level"])
    items = _draw(match["subject"], level, int(match["number"]), random.Random(match["seed"]))  # noqa: S311
    if not items:
        return None
    following = [*(item.question.id for item in items[1:]), RESULT]
    questions = {
        item.question.id: replace(
            item.question, answers=tuple(replace(answer, next=to) for answer in item.question.answers)
        )
        for item, to in zip(items, following)
    }
    return Flow(
        id=id_,
        topic=TOPIC,
        title="Kennistoets",
        intro=f"Een toets van {len(items)} vragen. U krijgt na elke vraag meteen te zien wat klopt, en waarom. "
        "Uw antwoorden verdwijnen met dit gesprek.",
        checked_on=min(item.checked_on for item in items),
        questions=questions,
        outcomes={RESULT: Outcome(RESULT, "Uw uitslag", "", (), (), (), ())},
        practice=True,
    )


def _draw(subject: str, level: str | None, number: int, chance: random.Random) -> list[Item]:
    """So many questions, spread over the subjects in turn."""
    chosen: dict[str, list[Item]] = defaultdict(list)
    for name_, items in bank().items.items():
        if subject in {ALL, name_}:
            fitting = [item for item in items if level in {None, item.level}]
            chosen[name_] = chance.sample(fitting, len(fitting))
    subjects = chance.sample(sorted(chosen), len(chosen))
    turns = [chosen[each][turn] for turn in range(number) for each in subjects if turn < len(chosen[each])]
    return turns[:number]
