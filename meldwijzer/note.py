"""The note for one's own dossier: what was gone through in a flow, and what came of it.

It is made on request from the closed answers of the conversation, handed to the channel and kept nowhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

from meldwijzer.dates import in_words
from meldwijzer.flows import Course, Outcome, Question
from meldwijzer.knowledge import Source
from meldwijzer.regions import Organisation
from meldwijzer.terms import terms

NETHERLANDS = ZoneInfo("Europe/Amsterdam")
CAUTION = (
    "Meldwijzer geeft uitleg en beslist niet. De afweging en de beslissing zijn van de beroepskracht; "
    "Veilig Thuis adviseert. In dit verslag staan geen namen; Meldwijzer bewaart het niet."
)
ROOM = "Aanvulling (feiten met datum, wat u zag en hoorde, wie u sprak)"
FINDINGS = {"strong": "Sterke punten", "partly": "Deels op orde", "gap": "Ontbreekt", "unknown": "Nog uit te zoeken"}


@dataclass(frozen=True)
class Section:
    """A heading with lines under it; a line may have a term in front of it, and may be empty to be written on."""

    heading: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Note:
    """A document of one page: a title, when and with what it was made, and sections."""

    title: str
    made: str
    sections: tuple[Section, ...]
    caution: str = CAUTION

    def to_json(self) -> dict[str, Any]:
        """The note as it stands in a message of contract 2."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Note:
        """The note in a message."""
        sections = tuple(
            Section(each["heading"], tuple((term, text) for term, text in each["lines"])) for each in raw["sections"]
        )
        return cls(raw["title"], raw["made"], sections, raw["caution"])


def note(course: Course, outcome: Outcome, sector: str | None = None, organisation: Organisation | None = None) -> Note:
    """The note on a flow that came to its outcome.

    Args:
        course: that came to the outcome.
        outcome: where it came to.
        sector: id of the sector list in data/terms.yml.
        organisation: the Veilig Thuis of the user's region, where it is known.
    """
    now = dt.datetime.now(NETHERLANDS)
    passed = list(course.passed())
    made = f"Gemaakt op {in_words(now.date())} om {now:%H.%M} uur met Meldwijzer {version('meldwijzer')}"
    made += f"; inhoud gecontroleerd op {in_words(course.flow.checked_on)}"
    scanned = any(answer.finding for question in course.flow.questions.values() for answer in question.answers)
    sections = [
        Section("Doorlopen vragen", tuple((question.title, answer) for question, answer in passed)),
        *(_findings(course) if scanned else ()),
        Section("Uitkomst", (("", outcome.title), ("", one_line(outcome.text)))),
        _list("Nu doen", outcome.now),
        _list("Informeren en overleggen", outcome.inform),
        _list("Vastleggen", outcome.write),
        Section("Contact", _contact(organisation) if outcome.contact else ()),
        Section(ROOM, () if scanned else (("", ""),) * 4),
        Section("Wat de vragen betekenen", () if scanned else _explanations(passed, sector)),
        Section("Bronnen", _sources([*(s for question, _ in passed for s in question.sources), *outcome.sources])),
    ]
    return Note(course.flow.title, made, tuple(section for section in sections if section.lines))


def _explanations(passed: Iterable[tuple[Question, str]], sector: str | None) -> tuple[tuple[str, str], ...]:
    """What was asked, in the words of the help; with the sector whose examples were shown."""
    option = terms()["sector"].options.get(sector or "")
    own = (("", f"Sector: {option.label}"),) if option else ()
    return (*own, *((question.title, one_line(question.help)) for question, _ in passed))


def _findings(course: Course) -> list[Section]:
    """The points of a scan by finding; those that are not strong with what is advised."""
    return [
        Section(
            heading,
            tuple((q.title, (q.action or "") if finding != "strong" else "") for q in course.found(finding)),
        )
        for finding, heading in FINDINGS.items()
    ]


def _list(heading: str, lines: Iterable[str]) -> Section:
    return Section(heading, tuple(("", one_line(line)) for line in lines))


def _contact(organisation: Organisation | None) -> tuple[tuple[str, str], ...]:
    general = ("Veilig Thuis", "0800-2000, gratis, dag en nacht; bij direct gevaar 112")
    if organisation is None:
        return (general,)
    website = f", {organisation.website}" if organisation.website else ""
    return ((organisation.name, f"{organisation.phone}{website}"), general)


def _sources(sources: Iterable[Source]) -> tuple[tuple[str, str], ...]:
    return tuple((("", f"{each.title}, {each.where}")) for each in dict.fromkeys(sources))


def one_line(text: str) -> str:
    """A text without line breaks."""
    return " ".join(text.split())
