"""The longest messages, made to take long: no pattern or reader may hold up everyone (ReDoS)."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator

import pytest
import yaml

import actions
import bot
import meldwijzer
from actions import hearing
from bot import personal
from bot.channels.intake import LONGEST
from bot.nlu.emergency import rules
from bot.nlu.readings import is_elliptical, questions_in
from meldwijzer.groups import code_in
from meldwijzer.regions import regions
from meldwijzer.settings import ROOT

SECONDS = 1.0
#: Not to be imported: they start something.
PROGRAMS = {"__main__", "env"}
WORD = re.compile(r"\w+(?:['’-]\w+)*")
PLAIN = (" ", "a", "a ", "a.", "1", "1 ", "ja ", "-", "'", "' ", "é", "Aa ", ". ", "\n", "\u200b", "😀", "/", "A.", "@", "[")


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern of text that a module of ours has by name."""
    for package in (actions, bot, meldwijzer):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.rpartition(".")[2] in PROGRAMS or ".migrations." in found.name:
                continue
            for name, value in vars(importlib.import_module(found.name)).items():
                for number, each in enumerate(value if isinstance(value, tuple) else (value,)):
                    each = next((part for part in each if isinstance(part, re.Pattern)), None) if isinstance(each, tuple) else each
                    if isinstance(each, re.Pattern) and isinstance(each.pattern, str):
                        yield f"{found.name}.{name}[{number}]", each


PATTERNS = dict(patterns())
EMERGENCY = yaml.safe_load((ROOT / "data" / "emergency.yml").read_text(encoding="utf-8"))
LINES = [line for lines in (*EMERGENCY["danger"].values(), EMERGENCY["harmless"]) for line in lines]


def longest(*parts: str) -> str:
    text = "".join(parts)
    return (text * (LONGEST // len(text) + 1))[:LONGEST]


def attacks(pattern: str) -> set[str]:
    """Messages of words of a pattern, over and over, and almost what it looks for."""
    words = WORD.findall(re.sub(r"\\[bwdsWDS]", " ", pattern))
    every = {longest(part) for part in PLAIN} | {longest(*(f"{word} " for word in words))} if words else set()
    for word in words[:60]:
        every |= {longest(word), longest(f"{word} "), longest(f"{word} ", " "), longest(words[0], " ", word, " x ")}
    return every | {text[:-1] + "!" for text in every}


def in_time(work: Callable[[str], object], texts: set[str]) -> None:
    for text in texts:
        start = time.process_time()
        work(text)
        taken = time.process_time() - start
        assert taken < SECONDS, (taken, text[:80])


@pytest.mark.parametrize("name", PATTERNS)
def test_pattern(name: str) -> None:
    pattern = PATTERNS[name]

    def all_ways(text: str) -> None:
        pattern.search(text)
        pattern.fullmatch(text)
        pattern.sub("", text)

    in_time(all_ways, attacks(pattern.pattern))


@pytest.mark.parametrize("line", LINES)
def test_emergency_pattern(line: str) -> None:
    in_time(re.compile(line).search, attacks(line))


def test_all_emergency_patterns_together() -> None:
    texts = {longest(*(f"{word} " for word in WORD.findall(line)[:40])) for line in LINES}
    in_time(rules().topic, texts)
    in_time(rules().harmless, texts)
    in_time(rules().topic, {longest(part) for part in PLAIN})


READERS = {
    "place": regions().read,
    "hints": regions().hints if hasattr(regions(), "hints") else regions().read,
    "personal data": lambda text: list(personal.find(text)),
    "code": code_in,
    "questions": questions_in,
    "elliptical": is_elliptical,
}
NAMES = (
    "velp ", "velp bij ", "bergen op zoom ", "sint ", "'s-", "'s-gravenhage ", "den ", "nieuw ", "6882 ", "6882 ab ",
    "welk veilig thuis hoort bij ", "gemeente ", "noord holland ", "arnhm ", "rommeldam ", "in de ", "aan den ijssel ",
    "xqzj ", "a b ", "ij", "velp, ", "velp. ", "van velp naar arnhem en ", "utrecht provincie utrecht ", "Ĳ", "ß", "ŉ",
)  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_reader(name: str) -> None:
    in_time(READERS[name], {longest(part) for part in (*PLAIN, *NAMES)})
    every_name = " ".join(WORD.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    in_time(READERS[name], {every_name[at : at + LONGEST] for at in range(0, len(every_name), LONGEST)})


def test_answers_of_a_flow() -> None:
    assert hearing
