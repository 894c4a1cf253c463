"""How often the region look-up is right, and how long it takes.

    .venv/bin/python bench/regions.py

A name that lies in several municipalities counts as right when all of them, and no others, are offered. Of the messages
in tests/nlu/regions.yml (a development set by now) only the place counts here, not whether the message is recognised as
a question for a region; each one that goes wrong is printed. How many messages on other topics (tests/nlu/questions.yml
and danger.yml) yield a place must not rise.
"""

from __future__ import annotations

import csv
import random
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from meldwijzer.regions import FOLDER, Regions
from meldwijzer.settings import ROOT

MESSAGES = ROOT / "tests" / "nlu" / "regions.yml"

SEED = 20261122
QUESTION = "welk veilig thuis hoort bij {}"
TALK = """\
ik heb een beste vraag over een huisverbod
wat doe ik in stap 3
mag ik bij buren navragen wat zij horen
de kinderen wonen in een woning zonder deur en moeder is bang voor haar ex die steeds langskomt
hoe lang duurt een huisverbod en wie mag het verlengen
ja hallo ik werk op een school in tiel en daar is een kind met blauwe plekken en ik weet niet wie ik moet bellen
welk veilig thuis hoort bij spijkenise
ik werk in Velp bij Arnhem
6882 AB""".splitlines()


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a file of data/regions."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def candidates() -> dict[str, set[str]]:
    """The municipality codes that each written name should give."""
    written: dict[str, set[str]] = defaultdict(set)
    codes: dict[str, set[str]] = defaultdict(set)
    search: dict[str, str] = {}
    for file, column in (("gemeenten", "gemeente"), ("woonplaatsen", "woonplaats"), ("aliassen", "alias")):
        for row in rows(file):
            if row["gemeentecode"]:
                written[row[column]].add(row["gemeentecode"])
                codes[row["zoeknaam"]].add(row["gemeentecode"])
                search[row[column]] = row["zoeknaam"]
    for row in rows("voormalige_gemeenten"):
        name = row["voormalige_gemeente"]
        codes[search.setdefault(name, name)].add(row["gemeentecode"])
    # "Bergen (L.)" tells which one it is; "Bergen" does not.
    told = {name for name, key in search.items() if len(re.findall(r"\w+", name)) > len(key.split()) and name != key}
    return {name: written[name] if name in told else codes[key] for name, key in search.items()}


def accuracy(regions: Regions, names: Iterable[str], all_codes: dict[str, set[str]]) -> str:
    """The share of names, alone and in a question, whose municipalities are the right ones."""
    right = asked = total = 0
    for name in names:
        for text in (name, name.lower(), QUESTION.format(name)):
            place = regions.find(text)
            found = {each.code for each in place.candidates} if place else set()
            total += 1
            right += found == all_codes[name]
            asked += len({each.organisation for each in place.candidates} if place else ()) > 1
    return f"{right}/{total} = {right / total:.4f} (of which {asked} ask which one is meant)"


def outcome(regions: Regions, text: str) -> str | list[str]:
    """What a message comes out as, written as in the file of messages."""
    reading = regions.read(text)
    if reading.place is None:
        return "unknown" if reading.unknown or reading.abroad else "none"
    if reading.place.organisation:
        return reading.place.organisation.slug
    return sorted(each.code for each in reading.place.candidates) or reading.place.key


def messages(regions: Regions) -> str:
    """The share of messages that are right; prints the others."""
    cases = yaml.safe_load(MESSAGES.read_text(encoding="utf-8"))
    right = 0
    for case in cases:
        expected = sorted(case["expect"]) if isinstance(case["expect"], list) else case["expect"]
        found = outcome(regions, case["text"])
        right += found == expected
        if found != expected:
            print(f"  {case['text']!r}: {found}, not {expected}")
    return f"{right}/{len(cases)} = {right / len(cases):.4f}"


def elsewhere(regions: Regions) -> str:
    """How many messages on other topics yield a place, or one that is not in the data."""
    texts = []
    for name in ("questions", "danger"):
        topics = yaml.safe_load(MESSAGES.with_name(f"{name}.yml").read_text(encoding="utf-8"))
        texts += [text for topic, styles in topics.items() if "regio" not in topic for text in _texts(styles)]
    readings = [regions.read(text) for text in texts]
    named, unknown = (sum(map(bool, each)) for each in zip(*((r.place, r.unknown) for r in readings), strict=True))
    return f"{named} yield a place, {unknown} an unknown one, of {len(texts)}"


def _texts(examples: object) -> list[str]:
    if isinstance(examples, str):
        return [examples]
    inside = examples.values() if isinstance(examples, dict) else examples if isinstance(examples, list) else ()
    return [text for each in inside for text in _texts(each)]


def milliseconds(call: Callable[[str], object], texts: Iterable[str]) -> list[float]:
    """How long each call takes, sorted."""
    taken = []
    for text in texts:
        start = time.perf_counter()
        call(text)
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)


def main() -> None:
    """Print accuracy and speed."""
    start = time.perf_counter()
    regions = Regions.load()
    print(f"load                 {time.perf_counter() - start:.2f} s")
    first = milliseconds(regions.find, ["ik werk in xyzzy"])[0]
    print(f"first look-up        {first:.0f} ms (reads the dictionary of Dutch words, once a process)")
    municipalities = [row["gemeente"] for row in rows("gemeenten")]
    former = sorted({row["voormalige_gemeente"] for row in rows("voormalige_gemeenten")})
    places = [row["woonplaats"] for row in random.Random(SEED).sample(rows("woonplaatsen"), 300)]
    known = candidates()
    for title, names in (("municipalities", municipalities), ("former", former), ("places", places)):
        print(f"{title:20} {accuracy(regions, names, known)}")
    print(f"{'messages':20} {messages(regions)}")
    print(f"{'other topics':20} {elsewhere(regions)}")
    names = [*municipalities, *places]
    texts = [*TALK * 40, *names, *map(QUESTION.format, names)]
    random.Random(SEED).shuffle(texts)
    for title, call in (("find", regions.find), ("unknown_place", regions.unknown_place)):
        taken = milliseconds(call, texts)
        p95 = statistics.quantiles(taken, n=20)[-1]
        print(f"{title:20} p50 {statistics.median(taken):.2f} ms, p95 {p95:.2f} ms, {len(taken)} texts")
    longest = (" ".join(TALK) * 10)[:2000]
    print(f"find, 2,000 letters  {milliseconds(regions.find, [longest] * 20)[10]:.1f} ms")


if __name__ == "__main__":
    main()
