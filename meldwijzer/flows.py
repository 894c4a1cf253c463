"""Guided dialogues: questions with closed answers that lead to an outcome (data/flows/*.yml).

What is asked, and where an answer leads, is in the files; here is only the way through them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from meldwijzer.knowledge import Source
from meldwijzer.settings import ROOT

FOLDER = ROOT / "data" / "flows"
#: The answer that every question has beside its own, where the flow says where it leads.
DONT_KNOW = "weet_niet"


@dataclass(frozen=True)
class Answer:
    """One answer: what its button says, the words that mean it, and where it leads."""

    id: str
    label: str
    words: tuple[str, ...]
    next: str
    #: In a scan: `strong`, `partly`, `gap` or `unknown`.
    finding: str | None = None
    #: In practice: what it is worth, and why, with where that stands.
    points: int = 0
    feedback: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question; `help` says what its words mean, `examples` what that looks like in a sector."""

    id: str
    title: str
    ask: str
    help: str
    answers: tuple[Answer, ...]
    sources: tuple[Source, ...]
    examples: dict[str, str] = field(default_factory=dict)
    #: In a scan: what is advised where the answer is not `strong`.
    action: str | None = None
    #: In practice: what its points count for, and the topic to read on about.
    subject: str = ""
    topic: str | None = None

    @property
    def most(self) -> int:
        """The points of its best answer."""
        return max(answer.points for answer in self.answers)

    def answer(self, id_: str) -> Answer | None:
        """The answer with this id."""
        return next((answer for answer in self.answers if answer.id == id_), None)


@dataclass(frozen=True)
class Outcome:
    """Where a flow ends: what the answers point at, and what to do, whom to inform, what to write down."""

    id: str
    title: str
    text: str
    now: tuple[str, ...]
    inform: tuple[str, ...]
    write: tuple[str, ...]
    sources: tuple[Source, ...]
    urgent: bool = False
    contact: bool = False
    #: In practice: what to take along.
    lessons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flow:
    """A guided dialogue; the first question is the start."""

    id: str
    topic: str
    title: str
    intro: str
    checked_on: dt.date
    questions: dict[str, Question]
    outcomes: dict[str, Outcome]
    #: The outcome for who still does not know after the explanation; None where that is an answer of its own.
    unsure: str | None = None
    #: Practice, in which answers get feedback and points: nothing is weighed, and there is no note.
    practice: bool = False

    @property
    def start(self) -> Question:
        """The question that comes first."""
        return next(iter(self.questions.values()))

    def at(self, id_: str) -> Question | Outcome:
        """The question or the outcome with this id."""
        return self.questions.get(id_) or self.outcomes[id_]

    def after(self, question: str, answer: str) -> str:
        """The id of what comes after an answer.

        Raises:
            ValueError: when the question has no such answer.
        """
        if answer == DONT_KNOW and self.unsure:
            return self.unsure
        given = self.questions[question].answer(answer)
        if given is None:
            raise ValueError(f"{question} has no answer {answer}")
        return given.next

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Flow:
        """Build a flow from its YAML mapping (valid by data/schemas/flow.json)."""
        return cls(
            id=raw["flow"],
            topic=raw["topic"],
            title=raw["title"],
            intro=raw["intro"].strip(),
            checked_on=raw["checked_on"],
            questions={each["id"]: _question(each) for each in raw["questions"]},
            outcomes={each["id"]: _outcome(each) for each in raw["outcomes"]},
            unsure=raw.get("unsure"),
        )


def _question(raw: dict[str, Any]) -> Question:
    return Question(
        **{
            **raw,
            "answers": tuple(Answer(**{**each, "words": tuple(map(str, each["words"]))}) for each in raw["answers"]),
            "sources": _sources(raw),
        }
    )


def _outcome(raw: dict[str, Any]) -> Outcome:
    lists = {name: tuple(raw.get(name, ())) for name in ("now", "inform", "write")}
    return Outcome(**{**raw, **lists, "sources": _sources(raw)})


def _sources(raw: dict[str, Any]) -> tuple[Source, ...]:
    return tuple(Source(**source) for source in raw["sources"])


def load(folder: Path = FOLDER) -> dict[str, Flow]:
    """Read all flows; `meldwijzer check` tells what is wrong with a file that does not load."""
    read = (
        yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) for path in sorted(folder.glob("*.yml"))
    )
    return {raw["flow"]: Flow.from_dict(raw) for raw in read}


@lru_cache(maxsize=1)
def flows() -> dict[str, Flow]:
    """The flows of this process by id."""
    return load()


def flow_named(id_: str) -> Flow | None:
    """The flow, the practice case or the quiz with this id."""
    # These make flows of their own files, so they need this module first.
    from meldwijzer import cases, quiz

    return flows().get(id_) or cases.cases().get(id_) or quiz.drawn(id_)


@dataclass(frozen=True)
class Course:
    """How far someone is in a flow: closed values only, so that it may be kept.

    Attributes:
        flow: that is gone through.
        path: the questions that were answered, in order, with the answer.
        explained: the question that was explained, since the answer was not known.
    """

    flow: Flow
    path: tuple[tuple[str, str], ...] = ()
    explained: str | None = None

    @property
    def place(self) -> Question | Outcome:
        """The question that waits for an answer, or the outcome."""
        return self.flow.at(self.flow.after(*self.path[-1])) if self.path else self.flow.start

    @property
    def question(self) -> Question | None:
        """The question that waits; None at an outcome."""
        return self.place if isinstance(self.place, Question) else None

    @property
    def outcome(self) -> Outcome | None:
        """The outcome, once there."""
        return self.place if isinstance(self.place, Outcome) else None

    def answered(self, question: str, answer: str) -> Course:
        """The course after an answer to the question that waits, or to an earlier one, whose answer changes.

        Raises:
            ValueError: when that question was not asked, or has no such answer.
        """
        asked = [passed for passed, _ in self.path]
        if question in asked:
            kept = self.path[: asked.index(question)]
        elif self.question and question == self.question.id:
            kept = self.path
        else:
            raise ValueError(f"{question} was not asked")
        self.flow.after(question, answer)
        return Course(self.flow, (*kept, (question, answer)))

    def unknown(self) -> Course:
        """The course after 'I do not know': first the question is explained, then it counts as the answer."""
        if self.explained == self.place.id:
            return self.answered(self.place.id, DONT_KNOW)
        return replace(self, explained=self.place.id)

    def back(self) -> Course:
        """The course with the last answer taken back."""
        return Course(self.flow, self.path[:-1])

    def passed(self) -> Iterator[tuple[Question, str]]:
        """The questions that were answered, with the label of the answer."""
        for question_id, answer_id in self.path:
            question = self.flow.questions[question_id]
            answer = question.answer(answer_id)
            yield question, answer.label if answer else "Weet ik niet"

    def scores(self) -> dict[str, tuple[int, int]]:
        """In practice: by subject the points of the answers given, and the most that there were to get."""
        made: dict[str, tuple[int, int]] = {}
        for question_id, answer_id in self.path:
            question = self.flow.questions[question_id]
            answer, (got, most) = question.answer(answer_id), made.get(question.subject, (0, 0))
            made[question.subject] = (got + (answer.points if answer else 0), most + question.most)
        return made

    def found(self, finding: str) -> list[Question]:
        """The questions of a scan whose answer is this finding."""
        answers = ((self.flow.questions[question], answer) for question, answer in self.path)
        return [q for q, answer in answers if (given := q.answer(answer)) and given.finding == finding]

    def to_slot(self) -> dict[str, Any]:
        """What the slot of the conversation holds."""
        return {"flow": self.flow.id, "path": [list(step) for step in self.path], "explained": self.explained}

    @classmethod
    def from_slot(cls, value: dict[str, Any] | None) -> Course | None:
        """The course in a slot; None without one, or when the flow has changed since so that it leads nowhere."""
        flow = flow_named((value or {}).get("flow", ""))
        if value is None or flow is None:
            return None
        course = cls(flow)
        try:
            for question, answer in value["path"]:
                course = course.answered(question, answer)
        except ValueError:
            return None
        return replace(course, explained=value.get("explained"))


def ways(flow: Flow) -> Iterator[tuple[str, str, str]]:
    """Every question with every answer and what it leads to, 'I do not know' included."""
    for question in flow.questions.values():
        for answer in question.answers:
            yield question.id, answer.id, answer.next
        if flow.unsure:
            yield question.id, DONT_KNOW, flow.unsure


def reachable(flow: Flow) -> set[str]:
    """The ids of the questions and outcomes that can be reached from the start."""
    leads: dict[str, list[str]] = {}
    for question, _, to in ways(flow):
        leads.setdefault(question, []).append(to)
    found: set[str] = set()
    waiting = [flow.start.id]
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += leads.get(place, [])
    return found


def diagram(flow: Flow) -> str:
    """The flow as a Mermaid flowchart, for docs/flows.md."""
    lines = ["flowchart TD"]
    for question in flow.questions.values():
        lines.append(f'    {question.id}["{_mermaid(question.title)}"]')
    for outcome in flow.outcomes.values():
        lines.append(f'    {outcome.id}(["{_mermaid(outcome.title)}"])')
    for source, label, to in _arrows(flow):
        lines.append(f'    {source} -->|"{_mermaid(label)}"| {to}')
    return "\n".join(lines)


def _arrows(flow: Flow) -> Iterable[tuple[str, str, str]]:
    """Arrows between questions and outcomes; answers that lead to the same place share one."""
    joined: dict[tuple[str, str], list[str]] = {}
    for question, answer, to in ways(flow):
        given = flow.questions[question].answer(answer)
        joined.setdefault((question, to), []).append(given.label if given else "Weet ik niet")
    for (question, to), labels in joined.items():
        yield question, " / ".join(labels), to


def _mermaid(text: str) -> str:
    return text.replace('"', "'")
