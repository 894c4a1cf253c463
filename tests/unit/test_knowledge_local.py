"""The answers of a municipality lie over the national ones."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from meldwijzer import knowledge as module
from meldwijzer.knowledge import Entry, folder_name, knowledge
from meldwijzer.regions import FOLDER as REGIONS
from meldwijzer.regions import UNKNOWN

ENTRY = """\
- topic: {topic}
  label: {label}
  question: Wat nu?
  answer: Bel.
  sources:
    - {{title: Wmo 2015, where: artikel 4.1.1}}
  checked_on: 2026-06-01
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of knowledge with two national answers, one of which has a further explanation."""
    write(tmp_path / "vt.yml", ENTRY.format(topic="vt.wat", label="Landelijk") + "  more: Meer.\n")
    write(tmp_path / "hv.yml", ENTRY.format(topic="hv.wat", label="Huisverbod"))
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    module._national.cache_clear()
    module._local.cache_clear()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def labels(entries: dict[str, Entry]) -> dict[str, str]:
    return {topic: entry.label for topic, entry in entries.items()}


NATIONAL = {"hv.wat": "Huisverbod", "vt.wat": "Landelijk"}


def test_own_answer_replaces_the_whole_national_one(folder: Path):
    write(folder / "local/arnhem/vt.yml", ENTRY.format(topic="vt.wat", label="Arnhem"))
    own = knowledge("gemeente:0202")
    assert labels(own) == NATIONAL | {"vt.wat": "Arnhem"}
    assert (own["vt.wat"].more, own["vt.wat"].checked_on) == (None, dt.date(2026, 6, 1))
    assert labels(knowledge()) == NATIONAL
    assert knowledge()["vt.wat"].more == "Meer."


def test_own_answer_is_added_where_there_is_no_national_one(folder: Path):
    write(folder / "local/arnhem/a.yml", ENTRY.format(topic="keten.wijkteam", label="Wijkteams"))
    write(folder / "local/arnhem/b.yml", ENTRY.format(topic="hv.wie", label="Wie"))
    assert labels(knowledge("gemeente:0202")) == NATIONAL | {"keten.wijkteam": "Wijkteams", "hv.wie": "Wie"}
    assert labels(knowledge()) == NATIONAL


@pytest.mark.parametrize("key", ["gemeente:0275", "0275", "plaats:velp:0275", "pc4:6882"])
def test_municipality_of_a_place(folder: Path, key: str):
    write(folder / "local/rheden/vt.yml", ENTRY.format(topic="vt.wat", label="Rheden"))
    assert knowledge(key)["vt.wat"].label == "Rheden"


@pytest.mark.parametrize(
    "key", [None, "", "gemeente:0202", "plaats:velp", "provincie:gelderland", "vt:gelderland-midden", "9999", UNKNOWN]
)
def test_national_answers_otherwise(folder: Path, key: str | None):
    write(folder / "local/rheden/vt.yml", ENTRY.format(topic="vt.wat", label="Rheden"))
    write(folder / "local/gelderland/vt.yml", ENTRY.format(topic="vt.wat", label="Gelderland"))
    assert knowledge(key) is knowledge()


def test_read_once(folder: Path):
    write(folder / "local/arnhem/vt.yml", ENTRY.format(topic="vt.wat", label="Arnhem"))
    assert knowledge("0202") is knowledge("gemeente:0202")
    assert knowledge() is knowledge()


def test_namesakes_have_a_folder_each(folder: Path):
    write(folder / "local/bergen-nh/vt.yml", ENTRY.format(topic="vt.wat", label="Noord-Holland"))
    write(folder / "local/bergen-l/vt.yml", ENTRY.format(topic="vt.wat", label="Limburg"))
    assert knowledge("gemeente:0373")["vt.wat"].label == "Noord-Holland"
    assert knowledge("gemeente:0893")["vt.wat"].label == "Limburg"


@pytest.mark.parametrize("text", ["", "- [", "- 1", "tekst", "- {topic: vt.wat}", "- {label: x}"])
def test_mistake_of_one_municipality_is_told_and_leaves_the_national_answers(
    folder: Path, text: str, caplog: pytest.LogCaptureFixture
):
    write(folder / "local/arnhem/vt.yml", text)
    write(folder / "local/ede/vt.yml", ENTRY.format(topic="vt.wat", label="Ede"))
    assert knowledge("gemeente:0202") is knowledge()
    assert knowledge("gemeente:0228")["vt.wat"].label == "Ede"
    assert "answers of municipality arnhem not loaded" in caplog.text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Arnhem", "arnhem"),
        ("Bergen op Zoom", "bergen-op-zoom"),
        ("Bergen (NH.)", "bergen-nh"),
        ("'s-Gravenhage", "s-gravenhage"),
        ("Súdwest-Fryslân", "sudwest-fryslan"),
        ("Nuenen, Gerwen en Nederwetten", "nuenen-gerwen-en-nederwetten"),
    ],
)
def test_folder_name(name: str, expected: str):
    assert folder_name(name) == expected


def test_every_municipality_has_a_folder_name_of_its_own():
    with (REGIONS / "gemeenten.csv").open(encoding="utf-8", newline="") as file:
        names = [row["gemeente"] for row in csv.DictReader(file)]
    assert len({folder_name(name) for name in names}) == len(names)
