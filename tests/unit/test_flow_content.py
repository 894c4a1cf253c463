"""The validator of the guided dialogues: every kind of mistake is named with its place."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from bot import content

SMALL = Path(__file__).parent / "content"
TODAY = dt.date(2026, 11, 22)
FLOW = "data/flows/kort.yml"
TERMS = "data/terms.yml"
TOPICS = "data/topics.yml"
#: Words of the libraries beneath, none of which may reach someone who does not know Python.
ENGLISH = re.compile(r"\b(is not|expected|required|property|while|found|allowed|object|string|None|True)\b")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "content"))


def change(root: Path, old: str, new: str) -> None:
    text = (root / FLOW).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} does not stand in {FLOW} exactly once"
    (root / FLOW).write_text(text.replace(old, new), encoding="utf-8")


def mistakes(root: Path) -> list[str]:
    return [str(mistake) for mistake in content.check(root, TODAY)]


def case(name: str, old: str, new: str, *expected: str):
    return pytest.param(old, new, [f"{FLOW}:{each}" for each in expected], id=name)


FORM_CASES = (
    case(
        "field missing",
        "intro: Noem geen namen.\n",
        "",
        "1: hier ontbreekt 'intro' (waar de dialoog over gaat en hoe het werkt); vul het aan",
    ),
    case(
        "unknown field",
        "unsure: advies",
        "unsur: advies",
        "6: het veld 'unsur' bestaat niet (bedoelt u 'unsure'?); haal het weg of verbeter de naam",
    ),
    case(
        "form of an id",
        "  - id: hulp\n",
        "  - id: Hulp\n",
        ("25: 'id' klopt niet: 'Hulp'; nodig is een vaste sleutel: kleine letters, cijfers en _, hoogstens 24 tekens"),
    ),
    case(
        "label too long",
        "label: Ja\n        words: [ja, er is gevaar]",
        f"label: {'x' * 41}\n        words: [ja, er is gevaar]",
        "18: 'label' is te lang: 41 tekens, hoogstens 40; maak het korter",
    ),
    case(
        "finding",
        "        next: acuut",
        "        finding: goed\n        next: acuut",
        "20: 'finding' klopt niet: 'goed'; nodig is strong, partly, gap of unknown",
    ),
)
FLOW_CASES = (
    case(
        "file of another name",
        "flow: kort",
        "flow: lang",
        "1: dit bestand heet anders dan de dialoog; noem het lang.yml",
    ),
    case(
        "unknown topic",
        "topic: meldcode.wat",
        "topic: meldcode.watt",
        "2: het thema 'meldcode.watt' staat niet in data/topics.yml (bedoelt u 'meldcode.wat'?)",
    ),
    case(
        "no such date",
        "2026-06-01",
        "2026-06-31",
        "4: 'checked_on' is geen datum: '2026-06-31'; schrijf jaar-maand-dag, zoals 2026-11-22",
    ),
    case(
        "date over a year ago",
        "2026-06-01",
        "2025-11-21",
        (
            "4: dit antwoord is langer dan een jaar geleden gecontroleerd (2025-11-21); vergelijk het met de bronnen "
            "en zet de nieuwe datum"
        ),
    ),
    case(
        "unknown outcome for who is unsure",
        "unsure: advies",
        "unsure: advis",
        "6: 'advis' is geen uitkomst van deze dialoog (bedoelt u 'advies'?)",
    ),
    case(
        "question for who is unsure",
        "unsure: advies",
        "unsure: hulp",
        "6: 'hulp' is geen uitkomst van deze dialoog",
    ),
    case(
        "same id twice",
        "  - id: klaar\n    title: Klaar",
        "  - id: gevaar\n    title: Klaar",
        "33: 'klaar' is geen vraag en geen uitkomst van deze dialoog",
        f"51: het id 'gevaar' staat al op {FLOW}:8; kies een ander",
    ),
    case(
        "long intro",
        "intro: Noem geen namen.",
        f"intro: Noem geen namen.{' woord' * 78}",
        "5: de tekst telt 81 woorden, hoogstens 80; kort hem in",
    ),
    case("just short enough intro", "intro: Noem geen namen.", f"intro: Noem geen namen.{' woord' * 77}"),
    case(
        "long question",
        "ask: Is er hulp?",
        f"ask: Is er{' woord' * 58} hulp?",
        "27: de tekst telt 61 woorden, hoogstens 60; kort hem in",
    ),
    case(
        "long help",
        "help: Hulp die werkt.",
        f"help: Hulp die werkt.{' woord' * 118}",
        "28: de tekst telt 121 woorden, hoogstens 120; kort hem in",
    ),
    case(
        "long action",
        "action: Zoek hulp.",
        f"action: Zoek hulp.{' woord' * 44}",
        "29: de tekst telt 46 woorden, hoogstens 45; kort hem in",
    ),
    case(
        "long outcome",
        "text: Leg het vast.",
        f"text: Leg het vast.{' woord' * 78}",
        "53: de tekst telt 81 woorden, hoogstens 80; kort hem in",
    ),
    case(
        "question that asks nothing",
        "ask: Is er hulp?",
        "ask: Er is hulp.",
        "27: de vraag eindigt niet op een vraagteken",
    ),
    case(
        "unknown sector",
        "      onderwijs: Een leerling",
        "      onderwjs: Een leerling",
        "13: de sector 'onderwjs' staat niet in data/terms.yml (bedoelt u 'onderwijs'?)",
    ),
    case(
        "answer twice",
        "      - id: nee\n        label: Nee\n        words: [nee]",
        "      - id: ja\n        label: Nee\n        words: [nee]",
        "37: het antwoord 'ja' is er al bij deze vraag; kies een ander id",
    ),
    case(
        "answer that the program adds",
        "      - id: nee\n        label: Nee\n        words: [nee]",
        "      - id: weet_niet\n        label: Nee\n        words: [nee]",
        "37: het antwoord 'weet_niet' is er al bij deze vraag; kies een ander id",
    ),
    case(
        "explanation as an answer",
        "      - id: nee\n        label: Nee\n        words: [nee]",
        "      - id: uitleg\n        label: Nee\n        words: [nee]",
        "37: het antwoord 'uitleg' is er al bij deze vraag; kies een ander id",
    ),
    case(
        "answer that leads nowhere",
        "next: klaar",
        "next: klar",
        "33: 'klar' is geen vraag en geen uitkomst van deze dialoog (bedoelt u 'klaar'?)",
    ),
    case(
        "capital in a word",
        "words: [nee, geen gevaar]",
        "words: [nee, Geen gevaar]",
        "21: 'Geen gevaar' bevat een hoofdletter en wordt zo niet herkend",
    ),
    case(
        "word of two answers",
        "words: [nee, geen gevaar]",
        'words: [nee, "ja,"]',
        "21: 'ja,' staat bij twee antwoorden van deze vraag; kies er een",
    ),
    case(
        "outcome that is not reached",
        "next: klaar",
        "next: advies",
        "51: 'klaar' wordt nergens bereikt; laat een antwoord erheen leiden",
    ),
    case(
        "question that is not reached",
        "next: hulp",
        "next: klaar",
        "25: 'hulp' wordt nergens bereikt; laat een antwoord erheen leiden",
    ),
    case(
        "way that goes round",
        "next: klaar",
        "next: gevaar",
        "8: vanaf 'gevaar' komt men hier weer terug; dat houdt nooit op",
        "25: vanaf 'hulp' komt men hier weer terug; dat houdt nooit op",
        "51: 'klaar' wordt nergens bereikt; laat een antwoord erheen leiden",
    ),
    case(
        "question that leads to itself",
        "next: klaar",
        "next: hulp",
        "25: vanaf 'hulp' komt men hier weer terug; dat houdt nooit op",
        "51: 'klaar' wordt nergens bereikt; laat een antwoord erheen leiden",
    ),
)


@pytest.mark.parametrize(("old", "new", "expected"), [*FORM_CASES, *FLOW_CASES])
def test_mistake(root: Path, old: str, new: str, expected: list[str]) -> None:
    change(root, old, new)
    assert mistakes(root) == expected


def test_ids_too_long_for_a_button(root: Path) -> None:
    # No single id is too long: the three together are.
    change(root, "  - id: gevaar\n", f"  - id: {'g' * 24}\n")
    text = (root / FLOW).read_text(encoding="utf-8").replace("flow: kort", f"flow: {'k' * 24}")
    (root / FLOW).unlink()
    name = f"data/flows/{'k' * 24}.yml"
    (root / name).write_text(text, encoding="utf-8")
    told = mistakes(root)
    assert [mistake.split(": ", 1)[0] for mistake in told] == [f"{name}:17", f"{name}:21"]
    assert all("de ids zijn samen te lang voor een knop: " in mistake for mistake in told)


def test_scan_has_its_own_answer_for_who_does_not_know(root: Path) -> None:
    change(root, "unsure: advies\n", "")
    change(
        root,
        "      - id: nee\n        label: Nee\n        words: [nee]",
        "      - id: weet_niet\n        label: Nee\n        words: [nee]",
    )
    assert mistakes(root) == []


@pytest.mark.parametrize("file", [TERMS, TOPICS])
def test_broken_lists_do_not_make_a_flow_seem_wrong(root: Path, file: str) -> None:
    (root / file).write_text("- [", encoding="utf-8")
    assert {mistake.split(":")[0] for mistake in mistakes(root)} == {file}


@pytest.mark.parametrize("text", ["", "- 1", "a: {b: c}", "tekst", "- [", "2: [a]", "questions: [x]", "&a [*a]"])
def test_nonsense_is_told_in_dutch_and_hides_no_other_file(root: Path, text: str) -> None:
    (root / FLOW).write_text(text, encoding="utf-8")
    told = mistakes(root)
    assert {mistake.split(":")[0] for mistake in told} == {FLOW}
    assert not ENGLISH.search("\n".join(told))


def test_answer_that_names_a_flow_that_is_not_there(root: Path) -> None:
    knowledge = root / "data/knowledge/meldcode.yml"
    text = knowledge.read_text(encoding="utf-8")
    knowledge.write_text(text.replace("  checked_on", "  flow: kor\n  checked_on", 1), encoding="utf-8")
    (told,) = mistakes(root)
    assert told.endswith(": de dialoog 'kor' staat niet in data/flows/ (bedoelt u 'kort'?)")
