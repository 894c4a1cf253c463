"""The closed lists that an advice request is recorded with (data/terms.yml)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import yaml

from meldwijzer.settings import ROOT


@dataclass(frozen=True)
class Option:
    """One value: the id that is recorded, the text on the button, the words that mean it."""

    id: str
    label: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class TermList:
    """A closed list: the question that asks for it, its name in the summary, its values by id."""

    name: str
    ask: str
    summary: str
    options: dict[str, Option]

    @property
    def unknown(self) -> str | None:
        """The value for someone who does not know, where the list has one."""
        return next((id_ for id_ in ("onbekend", "anders", "open") if id_ in self.options), None)


@lru_cache(maxsize=1)
def terms() -> dict[str, TermList]:
    """The lists by name, in the order in which the form asks for them."""
    raw = yaml.safe_load((ROOT / "data" / "terms.yml").read_text(encoding="utf-8"))
    return {
        name: TermList(
            name,
            body["ask"],
            body["summary"],
            {o["id"]: Option(o["id"], o["label"], tuple(map(str, o["words"]))) for o in body["options"]},
        )
        for name, body in raw.items()
    }
