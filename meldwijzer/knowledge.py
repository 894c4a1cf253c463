"""The curated answers under data/knowledge/, one entry a topic."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from meldwijzer.settings import ROOT

FOLDER = ROOT / "data" / "knowledge"


@dataclass(frozen=True)
class Source:
    """Where a fact stands: a law with its article, a document with its section."""

    title: str
    where: str
    url: str | None = None


@dataclass(frozen=True)
class Entry:
    """The answer on one topic.

    `answer` is at most 120 words; `more` is shown on request; `sectors` holds what differs for one sector.
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


def load(folder: Path = FOLDER) -> dict[str, Entry]:
    """Read all answers.

    Args:
        folder: where the YAML files lie.

    Returns:
        Entries by topic id. `meldwijzer check` tells what is wrong with a file that does not load.
    """
    return {
        raw["topic"]: Entry.from_dict(raw)
        for path in files(folder)
        for raw in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    }


@lru_cache(maxsize=1)
def knowledge() -> dict[str, Entry]:
    """The answers of this process."""
    return load()
