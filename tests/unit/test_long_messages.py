"""The longest messages, made to take long: no pattern or reader may hold up everyone (ReDoS)."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
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
from meldwijzer import redaction
from meldwijzer.flows import flows
from meldwijzer.groups import code_in
from meldwijzer.regions import regions
from meldwijzer.settings import ROOT

SECONDS = 1.0
#: Not to be imported: it starts something, or wants the environment of a program.
PROGRAMS = {"__main__", "env"}
#: Their patterns only ever see what `redaction.spans` leaves of a text, so that is tried as a whole.
BEHIND_REDACTION = {"addresses", "redaction"}
WORD = re.compile(r"\w+(?:['’-]\w+)*")
PLAIN = (
    " ", "a", "a ", "a.", "1", "1 ", "ja ", "-", "'", "' ", "é", "Aa ", ". ", "\n", "\u200b", "😀", "/", "A.", "@",
)  # fmt: skip
NAMES = (
    "velp ", "velp bij ", "bergen op zoom ", "sint ", "'s-", "'s-gravenhage ", "den ", "nieuw ", "6882 ", "6882 ab ",
    "welk veilig thuis hoort bij ", "gemeente ", "noord holland ", "arnhm ", "rommeldam ", "in de ", "aan den ijssel ",
    "xqzj ", "a b ", "ij", "velp, ", "velp. ", "van velp naar arnhem en ", "utrecht provincie utrecht ", "Ĳ", "ß", "ŉ",
)  # fmt: skip
PERSONAL = (
    "Prins ", "van de A ", "Jan van ", "gebdatum", "geboren op ", "+31 ", "06-", "NL91 ", "x@y.", "laan van ", "1-",
    "A'",
)  # fmt: skip
#: What answers begin with, deny with and doubt with.
SAID = ("ja ", "nee ", "het is ", "ja en nee ", "niet ", "weet ik ", "denk ik ", "maar ", "ik weet ", "dat klopt ")


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern of text that a module of ours has by name, alone or in a table."""
    for package in (actions, bot, meldwijzer):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.rpartition(".")[2] not in PROGRAMS | BEHIND_REDACTION and ".migrations" not in found.name:
                for name, value in vars(importlib.import_module(found.name)).items():
                    for number, pattern in enumerate(within(value)):
                        yield f"{found.name}.{name}.{number}", pattern


def within(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from within(part)


PATTERNS = dict(patterns())
EMERGENCY = yaml.safe_load((ROOT / "data" / "emergency.yml").read_text(encoding="utf-8"))
LINES = [line for lines in (*EMERGENCY["danger"].values(), EMERGENCY["harmless"]) for line in lines]
QUESTIONS = [question for flow in flows().values() for question in flow.questions.values()]


def longest(*parts: str) -> str:
    text = "".join(parts)
    return (text * (LONGEST // len(text) + 1))[:LONGEST]


def attacks(pattern: str) -> set[str]:
    """Messages of words of a pattern, over and over, and almost what it looks for."""
    words = WORD.findall(re.sub(r"\\[bwdsWDS]", " ", pattern))[:40]
    if not words:
        return {longest(part) for part in PLAIN}
    every = {longest(part) for part in PLAIN} | {longest(*(f"{word} " for word in words))}
    for word in words:
        every |= {longest(word), longest(f"{word} "), longest(words[0], " ", word, " x ")}
        # What begins as the pattern does and then goes on and on with what it repeats.
        every |= {words[0] + longest(word)[:-10], words[0] + longest(word, words[-1])[:-10]}
    return every | {text[:-1] + "!" for text in every}


def in_time(work: Callable[[str], object], texts: set[str]) -> None:
    for text in texts:
        start = time.process_time()
        work(text)
        taken = time.process_time() - start
        assert taken < SECONDS, (taken, text[:80])


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", PATTERNS)
def test_pattern(name: str) -> None:
    pattern = PATTERNS[name]
    in_time(pattern.search, attacks(pattern.pattern))


@pytest.mark.parametrize("line", LINES)
def test_emergency_pattern(line: str) -> None:
    in_time(re.compile(line).search, attacks(line))


def test_all_emergency_patterns_together() -> None:
    texts = {longest(*(f"{word} " for word in WORD.findall(line)[:40])) for line in LINES}
    for work in (rules().topic, rules().harmless):
        in_time(work, texts | {longest(part) for part in PLAIN})


VELP = regions().find("Velp")
READERS: dict[str, Callable[[str], object]] = {
    "place": regions().read,
    "which place": lambda text: regions().narrow(VELP, text),
    "personal data": lambda text: list(personal.find(text)),
    "redaction": redaction.redact,
    "code": code_in,
    "questions": questions_in,
    "elliptical": is_elliptical,
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", READERS)
def test_reader(name: str) -> None:
    in_time(READERS[name], {longest(part) for part in (*PLAIN, *NAMES, *PERSONAL)})


@pytest.mark.parametrize("number", range(0, len(QUESTIONS), 12))
def test_answer_to_a_question_of_a_flow(number: int) -> None:
    in_time(lambda text: hearing.heard(QUESTIONS[number], text, "inform"), {longest(part) for part in (*PLAIN, *SAID)})


@pytest.mark.parametrize("word", ["eie", "ei", "ie", "iei", "e", "ij", "eij"])
def test_almost_veilig_again_and_again(word: str) -> None:
    """In a process of its own, since the time this took once doubled with every three letters."""
    program = "import sys; from meldwijzer.message_words import split; split(sys.argv[1])"
    subprocess.run([sys.executable, "-c", program, "v" + longest(word)[:-1]], cwd=ROOT, check=True, timeout=20)
