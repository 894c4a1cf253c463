"""The contacts that a municipality supplied: its wijkteam, network of aandachtsfunctionarissen, Veiligheidshuis."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from meldwijzer import logs
from meldwijzer.knowledge import Source, folder_name
from meldwijzer.places import Municipality
from meldwijzer.settings import ROOT

#: A file for each municipality that supplied contacts, named as the folder of its own answers.
FOLDER = ROOT / "data" / "regions" / "local"

logger = logs.logger("contacts")


@dataclass(frozen=True)
class Contact:
    """Who can be reached in one municipality, for what, and where that is written.

    At least one of `phone` and `url` is there.
    """

    name: str
    for_whom: str
    source: Source
    checked_on: dt.date
    phone: str | None = None
    url: str | None = None

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Contact:
        """Build a contact from its YAML mapping (valid by data/schemas/contacts.json)."""
        return cls(**{**raw, "source": Source(**raw["source"])})


def contacts(municipality: Municipality) -> tuple[Contact, ...]:
    """The contacts of a municipality, in the order of its file; none when it supplied none.

    A mistake in the file costs the municipality its contacts, not the answer; `meldwijzer check` tells what it is.

    Args:
        municipality: of the place that was asked for.
    """
    return _read(FOLDER / f"{folder_name(municipality.name)}.yml")


@cache
def _read(path: Path) -> tuple[Contact, ...]:
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return tuple(map(Contact.from_dict, raw))
    except FileNotFoundError:
        return ()
    except (yaml.YAMLError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.error("contacts in %s not loaded: run `meldwijzer check`", path.name, exc_info=error)
        return ()
