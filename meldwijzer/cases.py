"""Practice cases: a story in scenes, with choices that get feedback and points (data/training/cases/*.yml).

A case is a guided dialogue like any other, so that it can be interrupted, gone on with and stopped the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from meldwijzer.flows import Answer, Flow, Outcome, Question
from meldwijzer.knowledge import Source
from meldwijzer.settings import ROOT

FOLDER = ROOT / "data" / "training" / "cases"
TOPIC = "scholing.oefenen"


@dataclass(frozen=True)
class Case(Flow):
    """A case: for which sector, what it practises, how long it takes, and where the story comes from."""

    sector: str = ""
    practises: str = ""
    minutes: int = 0
    origin: str = ""

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Case:
        """Build a case from its YAML mapping (valid by data/schemas/case.json)."""
        return cls(
            id=raw["case"],
            topic=TOPIC,
            title=raw["title"],
            intro=raw["intro"].strip(),
            checked_on=raw["checked_on"],
            questions={scene["id"]: _scene(scene) for scene in raw["scenes"]},
            outcomes={end["id"]: _end(end) for end in raw["ends"]},
            practice=True,
            sector=raw["sector"],
            practises=raw["practises"],
            minutes=raw["minutes"],
            origin=raw["origin"],
        )


def _scene(raw: dict[str, Any]) -> Question:
    return Question(
        id=raw["id"],
        title=raw["title"],
        ask=f"{raw['text'].strip()}\n\n{raw['ask'].strip()}",
        help="",
        answers=tuple(_choice(choice) for choice in raw["choices"]),
        sources=(),
        subject=f"Stap {raw['step']}",
    )


def _choice(raw: dict[str, Any]) -> Answer:
    return Answer(
        id=raw["id"],
        label=raw["label"],
        words=tuple(map(str, raw["words"])),
        next=raw["next"],
        points=raw["points"],
        feedback=raw["feedback"].strip(),
        sources=tuple(Source(**source) for source in raw["sources"]),
    )


def _end(raw: dict[str, Any]) -> Outcome:
    return Outcome(
        id=raw["id"],
        title=raw["title"],
        text=raw["text"].strip(),
        now=(),
        inform=(),
        write=(),
        sources=tuple(Source(**source) for source in raw["sources"]),
        lessons=tuple(raw["lessons"]),
    )


@lru_cache(maxsize=1)
def cases() -> Mapping[str, Case]:
    """The cases of this process by id."""
    return load()


def load(folder: Path = FOLDER) -> dict[str, Case]:
    """Read all cases; `meldwijzer check` tells what is wrong with a file that does not load."""
    read = (
        yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) for path in sorted(folder.glob("*.yml"))
    )
    return {raw["case"]: Case.from_dict(raw) for raw in read}
