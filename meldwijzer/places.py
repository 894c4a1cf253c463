"""What the region look-up is about: organisations, municipalities and places."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass

#: What is recorded for a place that is not in the data.
UNKNOWN = "onbekend"
#: What is recorded for a place outside the Netherlands, whichever it is.
ABROAD = "buitenland"
#: Sorts of place that are too wide to name one municipality.
WIDE = frozenset({"provincie", "streek", "veilig thuis"})

#: Kilometres in a degree, north and east, in the middle of the Netherlands.
_NORTH, _EAST = 111.2, 68.0

#: Latitude and longitude.
Location = tuple[float, float]


class RegionDataError(ValueError):
    """A file of data/regions is wrong; the text tells a Dutch reader where."""


@dataclass(frozen=True)
class Organisation:
    """One Veilig Thuis.

    `website` is None where none could be confirmed; `source` is the page that names it, of the year `source_year`, and
    `recorded_on` the day on which it was put in the data.
    """

    slug: str
    name: str
    website: str | None
    phone: str
    source: str = ""
    source_year: str = ""
    recorded_on: dt.date = dt.date.min


@dataclass(frozen=True)
class Municipality:
    """One municipality.

    `confirmed` is False where no source names its Veilig Thuis and it was inferred; `source` tells from what.
    """

    code: str
    name: str
    province: str
    organisation: Organisation
    confirmed: bool
    location: Location = (0.0, 0.0)
    source: str = ""


@dataclass(frozen=True)
class Place:
    """What a name stands for.

    `key` is a closed value that may be stored and put behind a button. `candidates` are the municipalities
    it can lie in, by name; none for a province, region or organisation, whose `organisations` are given.
    """

    key: str
    label: str
    kind: str
    candidates: tuple[Municipality, ...] = ()
    organisations: tuple[Organisation, ...] = ()

    def __post_init__(self) -> None:
        """Take the organisations from the municipalities where there are any."""
        if self.candidates:
            found = {each.organisation.slug: each.organisation for each in self.candidates}
            object.__setattr__(self, "organisations", tuple(found.values()))

    @property
    def organisation(self) -> Organisation | None:
        """The Veilig Thuis, when it is the same whichever candidate is meant."""
        return self.organisations[0] if len(self.organisations) == 1 else None

    @property
    def wide(self) -> bool:
        """Whether it names no municipality."""
        return self.kind in WIDE

    @property
    def abroad(self) -> bool:
        """Whether it lies outside the Netherlands."""
        return self.kind == ABROAD

    def covers(self, municipality: Municipality) -> bool:
        """Whether it lies in a municipality, or is its province."""
        codes = {each.code for each in self.candidates}
        return municipality.code in codes or self.label == f"provincie {municipality.province}"


def base(label: str) -> str:
    """A name without what tells it from its namesakes: "Bergen (NH.)" is Bergen."""
    return label.partition(" (")[0]


def is_municipality(place: Place) -> bool:
    """Whether a municipality bears the name of a place."""
    return any(base(each.name) == base(place.label) for each in place.candidates)


def fits(place: Place, hints: Iterable[Place]) -> bool:
    """Whether a hint speaks for a place."""
    return any(hint.covers(each) for hint in hints for each in place.candidates)


def kilometres(one: Location, other: Location) -> float:
    """The distance as the crow flies, near enough within the Netherlands."""
    return math.hypot((one[0] - other[0]) * _NORTH, (one[1] - other[1]) * _EAST)
