"""The curated answers under data/knowledge/, one entry a topic, and those that a municipality puts over them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from meldwijzer import logs
from meldwijzer.regions import regions
from meldwijzer.settings import ROOT

FOLDER = ROOT / "data" / "knowledge"
#: Below the folder of the knowledge: a folder for each municipality with answers of its own.
LOCAL = "local"

logger = logs.logger("knowledge")


@dataclass(frozen=True)
class Source:
    """Where a fact stands: a law with its article, a document with its section."""

    title: str
    where: str
    url: str | None = None


@dataclass(frozen=True)
class Entry:
    """The answer on one topic.

    `answer` is at most 120 words; `more` is shown on request; `sectors` holds what differs for one sector; `flow` is
    the guided dialogue that goes through the matter.
    """

    topic: str
    label: str
    question: str
    answer: str
    sources: tuple[Source, ...]
    checked_on: dt.date
    more: str | None = None
    sectors: dict[str, str] = field(default_factory=dict)
    follow_up: tuple[str, ...] = ()
    flow: str | None = None

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Entry:
        """Build an entry from its YAML mapping (valid by data/knowledge/schema.json)."""
        return cls(
            **{
                **raw,
                "sources": tuple(Source(**source) for source in raw["sources"]),
                "follow_up": tuple(raw.get("follow_up", ())),
            }
        )


def files(folder: Path = FOLDER) -> list[Path]:
    """The YAML files of the knowledge, in order of name."""
    return sorted(folder.glob("*.yml"))


def folder_name(municipality: str) -> str:
    """The name of the folder with a municipality's own answers.

    Args:
        municipality: its name in data/regions/gemeenten.csv, which no two have: "Bergen (NH.)" is `bergen-nh`.
    """
    decomposed = unicodedata.normalize("NFKD", municipality.lower())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter) and letter not in "'’.")
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def load(folder: Path = FOLDER, local: str | None = None) -> dict[str, Entry]:
    """Read all answers.

    Args:
        folder: where the YAML files lie.
        local: name of the folder of a municipality below it, whose entries replace those of the same topic.

    Returns:
        Entries by topic id. `meldwijzer check` tells what is wrong with a file that does not load.
    """
    paths = files(folder) + (files(folder / LOCAL / local) if local else [])
    return {
        raw["topic"]: Entry.from_dict(raw)
        for path in paths
        for raw in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    }


def knowledge(municipality: str | None = None) -> dict[str, Entry]:
    """The answers of this process.

    Args:
        municipality: a CBS code ("0202"), or the key of a place as the slot `place` holds it ("gemeente:0202",
            "plaats:velp:0275").

    Returns:
        Entries by topic id, with the municipality's own answers over the national ones. The national ones alone when
        there is no municipality, when the place may lie in several, and when it has no answers of its own.
    """
    place = (
        regions().get(f"gemeente:{municipality}" if municipality.isdigit() else municipality) if municipality else None
    )
    if place is None or len(place.candidates) != 1:
        return _national()
    return _local(folder_name(place.candidates[0].name))


@cache
def _national() -> dict[str, Entry]:
    return load(FOLDER)


@cache
def _local(name: str) -> dict[str, Entry]:
    """The answers in a municipality; a mistake in its files costs it its own answers, not the national ones."""
    if not files(FOLDER / LOCAL / name):
        return _national()
    try:
        return load(FOLDER, name)
    except (yaml.YAMLError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.error("answers of municipality %s not loaded: run `meldwijzer check`", name, exc_info=error)
        return _national()
