"""The report on advice requests: counts from the register, by one or two of its columns, safe to publish.

By sector and quarter it follows an indicator of the midterm review Kinderen Veilig (ministry of VWS, 2014), paragraph
3.1, "Samenwerking Veilig Thuis met politie, OM en het lokale veld": "Aantal adviesaanvragen en meldingen bij Veilig
Thuis door scholen, huisartsen en kinderopvang". The review names the sectors; that it is counted by the quarter is our
choice, since a council is informed by the quarter.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa

from meldwijzer import disclosure
from meldwijzer.database import AdviceRequest, session
from meldwijzer.dates import MONTHS, in_words
from meldwijzer.regions import regions
from meldwijzer.settings import ROOT
from meldwijzer.terms import terms

DEFAULT = ("sector", "quarter")
YEARS = range(2000, 2101)
LONGEST_YEARS = 10
MOST_CELLS = 10_000
#: The sign of CBS for a count that is secret; one that cannot occur is left blank.
SECRET, BLANK = ".", ""
TOTAL = "Totaal"
PART = "(deel)"
NETHERLANDS = ZoneInfo("Europe/Amsterdam")


Axis = dict[Hashable, str]


class ReportError(ValueError):
    """A report that cannot be made; the message tells why, in Dutch."""


@dataclass(frozen=True)
class Span:
    """A month, quarter or year, by its first and last day."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Dimension:
    """Something to count by.

    `axis` gives the label of each value, in the order of the table, for a period and the day of making. `plural` is
    set where most values have no requests at all: of these only the ones with a number are shown.
    """

    title: str
    column: str
    axis: Callable[[Span, dt.date], Axis]
    plural: str = ""


@dataclass(frozen=True)
class Report:
    """A table that may be published, with all that belongs under it.

    The last row, and in a cross table the last column, has the totals. A cell is a rounded count, `SECRET` or `BLANK`.
    """

    period: Span
    titles: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | str, ...], ...]
    made_on: dt.date
    left_out: tuple[str, ...]
    version: str = field(default_factory=lambda: version("meldwijzer"))

    @property
    def title(self) -> str:
        """What is counted: `Adviesvragen naar sector en kwartaal`."""
        return "Adviesvragen naar " + " en ".join(title.lower() for title in self.titles)

    @property
    def subtitle(self) -> str:
        """The period in words."""
        return f"{in_words(self.period.first)} tot en met {in_words(self.period.last)}"

    @property
    def total(self) -> int | str:
        """The number of all requests."""
        return self.cells[-1][-1]

    @property
    def notes(self) -> list[str]:
        """What a reader has to know of the numbers, in plain Dutch."""
        notes = [
            (
                "Geteld zijn de adviesvragen die beroepskrachten zelf in Meldwijzer hebben vastgelegd. Dat zijn niet "
                "alle adviesvragen bij Veilig Thuis."
            ),
            (
                f"Elk aantal is afgerond op een veelvoud van {disclosure.BASE}, ook elk totaal. Daardoor kan een "
                "totaal iets verschillen van de som van de aantallen."
            ),
        ]
        cells = {cell for row in self.cells for cell in row}
        if SECRET in cells:
            notes.append(
                f"Een punt ( {SECRET} ) betekent: geheim. Het aantal is kleiner dan {disclosure.THRESHOLD} (het kan "
                "ook 0 zijn), of u zou er zo’n klein aantal mee kunnen uitrekenen. Zo is niemand te herkennen."
            )
        if BLANK in cells:
            notes.append("Een leeg vak betekent: dit kan niet voorkomen, zoals een maand die nog moet beginnen.")
        if any(PART in label for label in (*self.rows, *self.columns)):
            notes.append(
                f"{PART} betekent: niet alle dagen tellen mee. De andere vallen buiten de periode of komen nog."
            )
        notes += self.left_out
        if DIMENSIONS["sector"].title in self.titles:
            notes.append(
                "Het aantal per sector sluit aan bij een indicator van het Rijk: ‘Aantal adviesaanvragen en meldingen "
                "bij Veilig Thuis door scholen, huisartsen en kinderopvang’ (ministerie van VWS, midterm review "
                "Kinderen Veilig, 2014, paragraaf 3.1). Die telt bij Veilig Thuis; dit rapport telt in Meldwijzer."
            )
        return notes

    @property
    def source(self) -> str:
        """The line that says where the numbers come from."""
        return f"Bron: register van adviesvragen, Meldwijzer {self.version}. Gemaakt op {in_words(self.made_on)}."


def in_dutch(cell: int | str) -> str:
    """A cell as people read it: `1.240`."""
    return f"{cell:,}".replace(",", ".") if isinstance(cell, int) else cell


def make(
    first: dt.date | None = None,
    last: dt.date | None = None,
    by: Sequence[str] = (),
    made_on: dt.date | None = None,
) -> Report:
    """Count the advice requests of a period.

    Args:
        first: first day of the period; by default that of the year of its last day.
        last: its last day; by default the day of making.
        by: one or two names from `DIMENSIONS`: what to have in the rows, and in the columns; `DEFAULT` by default.
        made_on: the day of making; today by default.

    Returns:
        The protected table.

    Raises:
        ReportError: the period or what to count by makes no table.
    """
    made_on = made_on or dt.datetime.now(NETHERLANDS).date()
    last = last or made_on
    first = first or last.replace(month=1, day=1)
    by = by or DEFAULT
    period = Span(first, last)
    if last < first:
        raise ReportError("De einddatum ligt voor de begindatum.")
    if first.year not in YEARS or last.year not in YEARS:
        raise ReportError(f"Een rapport gaat over de jaren {YEARS[0]} tot en met {YEARS[-1]}.")
    if last.year - first.year >= LONGEST_YEARS:
        raise ReportError(f"Een rapport gaat over hoogstens {LONGEST_YEARS} kalenderjaren.")
    if not set(by) <= set(DIMENSIONS):
        raise ReportError(f"Deze indeling ken ik niet. Kies uit: {', '.join(DIMENSIONS)}.")
    if not 1 <= len(by) <= 2 or len(set(by)) < len(by):
        raise ReportError("Kies een of twee verschillende indelingen.")

    dimensions = [DIMENSIONS[name] for name in by]
    axes = [dimension.axis(period, made_on) for dimension in dimensions]
    counted = _count(period, dimensions, axes)
    keys = [list(axis) for axis in axes]
    shape = tuple(map(len, keys))
    if np.prod(shape) > MOST_CELLS:
        raise ReportError("Deze tabel wordt te groot. Kies een kortere periode of een andere indeling.")
    counts, impossible = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
    for place in np.ndindex(shape):
        values = tuple(axis[at] for axis, at in zip(keys, place))
        counts[place] = counted[values]
        impossible[place] = not counts[place] and not _can_occur(by, values, made_on)
    table = disclosure.protect(counts, impossible)
    return _report(period, dimensions, [list(axis.values()) for axis in axes], table, made_on)


def _report(
    period: Span,
    dimensions: list[Dimension],
    labels: list[list[str]],
    table: disclosure.Protected,
    made_on: dt.date,
) -> Report:
    """Leave out what has no number, and put words and signs where they belong."""
    shown, left_out = [], []
    for axis, dimension in enumerate(dimensions):
        others = tuple(other for other in range(len(dimensions)) if other != axis)
        has_number = ~(table.hidden | table.impossible).all(axis=others)
        keep = has_number[:-1] if dimension.plural else np.ones(len(labels[axis]), dtype=bool)
        if not keep.all():
            count = int((~keep).sum())
            name = dimension.plural if count > 1 else dimension.title.lower()
            left_out.append(f"Niet getoond: {count} {name}, omdat daar elk aantal geheim is.")
        shown.append([*np.flatnonzero(keep), len(keep)])
    signs = np.where(table.hidden, SECRET, np.where(table.impossible, BLANK, table.counts.astype(object)))
    signs = signs[np.ix_(*shown)].reshape(len(shown[0]), -1)
    names = [[[*axis, TOTAL][at] for at in keep] for axis, keep in zip(labels, shown)]
    return Report(
        period=period,
        titles=tuple(dimension.title for dimension in dimensions),
        rows=tuple(names[0]),
        columns=tuple(names[1]) if len(names) == 2 else ("Aantal",),
        cells=tuple(tuple(cell if isinstance(cell, str) else int(cell) for cell in row) for row in signs),
        made_on=made_on,
        left_out=tuple(left_out),
    )


def _count(period: Span, dimensions: list[Dimension], axes: list[Axis]) -> Counter[tuple[Hashable, ...]]:
    """The requests of a period by the values of the axes; a value that no list has any more gets a label of its own."""
    columns = [getattr(AdviceRequest, dimension.column) for dimension in dimensions]
    query = sa.select(*columns, sa.func.count()).group_by(*dict.fromkeys(columns))
    query = query.where(AdviceRequest.day.between(period.first, period.last))
    counted: Counter[tuple[Hashable, ...]] = Counter()
    with session() as opened:
        if not sa.inspect(opened.connection()).has_table(AdviceRequest.__tablename__):
            return counted
        for *values, count in opened.execute(query):
            for at, (value, axis) in enumerate(zip(values, axes)):
                if isinstance(value, dt.date):
                    values[at] = next(
                        span for span in axis if isinstance(span, Span) and span.first <= value <= span.last
                    )
                else:
                    axis.setdefault(value, value or "Onbekend")
            counted[tuple(values)] += count
    return counted


def _can_occur(by: Sequence[str], values: tuple[Hashable, ...], made_on: dt.date) -> bool:
    """Whether a request can have these values together.

    Not so are a month, quarter or year that is still to begin, one outside the other (months by years), and a
    municipality in a region that is not its own.
    """
    spans = [value for value in values if isinstance(value, Span)]
    if any(span.first > made_on for span in spans):
        return False
    if len(spans) == 2:
        return max(span.first for span in spans) <= min(span.last for span in spans)
    if set(by) == {"region", "municipality"}:
        named = dict(zip(by, values))
        return _region_of().get(named["municipality"]) in {None, named["region"]}
    return True


@lru_cache(maxsize=1)
def _region_of() -> dict[Hashable, str]:
    """The slug of the Veilig Thuis of each municipality."""
    with (ROOT / "data" / "regions" / "gemeenten.csv").open(encoding="utf-8", newline="") as file:
        return {row["gemeente"]: row["veilig_thuis_slug"] for row in csv.DictReader(file)}


def _municipalities(*_: object) -> Axis:
    return {name: str(name) for name in _region_of()} | {None: "Niet vastgelegd"}


def _regions(*_: object) -> Axis:
    named: Axis = {each.slug: each.name.removeprefix("Veilig Thuis ") for each in regions().organisations()}
    return named | {o.id: o.label for o in terms()["region"].options.values()}


def _channels(*_: object) -> Axis:
    return {"web": "Website", "telegram": "Telegram"}


def _term(title: str, column: str, name: str) -> Dimension:
    return Dimension(title, column, lambda *_: {o.id: o.label for o in terms()[name].options.values()})


def _time(title: str, months: int, label: Callable[[dt.date], str]) -> Dimension:
    """Count by pieces of so many months, from the start of a year."""

    def axis(period: Span, made_on: dt.date) -> Axis:
        counted = Span(period.first, min(period.last, made_on))
        labels: Axis = {}
        start = period.first.replace(month=(period.first.month - 1) // months * months + 1, day=1)
        while start <= period.last:
            following = (start + dt.timedelta(days=31 * months)).replace(day=1)
            span = Span(start, following - dt.timedelta(days=1))
            part = start <= made_on and (start < counted.first or span.last > counted.last)
            labels[span] = f"{label(start)} {PART}" if part else label(start)
            start = following
        return labels

    return Dimension(title, "day", axis)


DIMENSIONS = {
    "sector": _term("Sector", "sector", "sector"),
    "region": Dimension("Regio", "region", _regions, "regio’s"),
    "topic": _term("Onderwerp", "topic", "subject"),
    "step": _term("Stap van de meldcode", "step", "step"),
    "violence": _term("Vorm van geweld", "form_of_violence", "violence"),
    "age": _term("Leeftijd", "age_group", "age"),
    "outcome": _term("Uitkomst", "outcome", "outcome"),
    "channel": Dimension("Kanaal", "channel", _channels),
    "municipality": Dimension("Gemeente", "municipality", _municipalities, "gemeenten"),
    "month": _time("Maand", 1, lambda day: f"{MONTHS[day.month - 1]} {day.year}"),
    "quarter": _time("Kwartaal", 3, lambda day: f"{day.month // 3 + 1}e kwartaal {day.year}"),
    "year": _time("Jaar", 12, lambda day: str(day.year)),
}
