"""Group sessions: a trainer leads, participants answer without a name.

What is kept is who answered what under a digest that means nothing outside the session, until the trainer has
the report or four hours have passed. Every count comes from the rows themselves, so that it is right with several
workers, after a restart, and when an answer comes twice.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from meldwijzer import database, quiz
from meldwijzer.cases import cases
from meldwijzer.database import Base
from meldwijzer.flows import Answer, Course, Question
from meldwijzer.settings import settings

#: Without vowels, so that no code is a word.
ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH = 6
CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")
HOURS = 4
#: Counts of fewer answers are not shown: they would tell who answered what.
FEWEST = 5


class GroupSession(Base):
    """A session: what it goes through, and where it is. `expires` in seconds since 1970."""

    __tablename__ = "group_session"

    code = sa.Column(sa.String(LENGTH), primary_key=True)
    expires = sa.Column(sa.Integer, nullable=False)
    quiz = sa.Column(sa.String(30), nullable=False)
    case_id = sa.Column(sa.String(24))
    step = sa.Column(sa.Integer, nullable=False)
    revealed = sa.Column(sa.Boolean, nullable=False)


class GroupParticipant(Base):
    """That someone joined."""

    __tablename__ = "group_participant"

    code = sa.Column(sa.String(LENGTH), primary_key=True)
    participant = sa.Column(sa.String(32), primary_key=True)


class GroupAnswer(Base):
    """The one answer of a participant at a step."""

    __tablename__ = "group_answer"

    code = sa.Column(sa.String(LENGTH), primary_key=True)
    step = sa.Column(sa.Integer, primary_key=True)
    participant = sa.Column(sa.String(32), primary_key=True)
    choice = sa.Column(sa.String(24), nullable=False)


#: The first answer stands. One statement, so that none comes in after the step was closed, and none twice.
COUNT_ONCE = sa.text(
    "INSERT INTO group_answer (code, step, participant, choice) "
    "SELECT :code, :step, :participant, :choice "
    "WHERE EXISTS (SELECT 1 FROM group_session "
    "WHERE code = :code AND step = :step AND NOT revealed AND expires > :now) "
    "ON CONFLICT (code, step, participant) DO NOTHING"
)
JOIN_ONCE = sa.text(
    "INSERT INTO group_participant (code, participant) SELECT :code, :participant WHERE true "
    "ON CONFLICT (code, participant) DO NOTHING"
)


@dataclass(frozen=True)
class Step:
    """One step of a session.

    It waits, asks questions, goes through the scenes of a case, asks the same questions, is done, and is stopped.

    Attributes:
        phase: `wait`, `before`, `case`, `after`, `done` or, once the trainer has stopped it, `over`.
        title: which of how many.
        twin: for a question after: the step at which it was asked before.
    """

    phase: str
    title: str
    question: Question | None = None
    twin: int | None = None

    @property
    def best(self) -> Answer | None:
        """The best answer."""
        return max(self.question.answers, key=lambda answer: answer.points) if self.question else None


@dataclass(frozen=True)
class Group:
    """A session as it is now."""

    code: str
    expires: int
    number: int
    revealed: bool
    steps: tuple[Step, ...]
    case: str | None

    @property
    def step(self) -> Step:
        """Where it is."""
        return self.steps[self.number]

    @property
    def over(self) -> bool:
        """Whether the trainer has stopped it: it is only there for the report."""
        return self.step.phase == "over"


@lru_cache(maxsize=64)
def program(quiz_id: str, case_id: str | None) -> tuple[Step, ...]:
    """The steps of a session.

    Args:
        quiz_id: of the test that is done before and after.
        case_id: of the case that is discussed scene by scene along its best choices; None for none.

    Raises:
        ValueError: when there is no such test or case.
    """
    test, case = quiz.drawn(quiz_id), cases().get(case_id or "")
    if test is None or (case_id and case is None):
        raise ValueError("no such test or case")
    asked = list(test.questions.values())
    before = [Step("before", f"Vraag {at} van {len(asked)}", each) for at, each in enumerate(asked, 1)]
    scenes: list[Question] = []
    if case:
        course = Course(case)
        while scene := course.question:
            told = scene if scenes else replace(scene, ask=f"{case.intro}\n\n{scene.ask}")
            scenes.append(told)
            course = course.answered(scene.id, max(scene.answers, key=lambda answer: answer.points).id)
    story = [Step("case", f"Casus {case.title}: {scene.title}", scene) for scene in scenes] if case else []
    after = [
        Step("after", f"Nog een keer: vraag {at} van {len(asked)}", each, twin=at) for at, each in enumerate(asked, 1)
    ]
    return (
        Step("wait", "Wachten op deelnemers"),
        *before,
        *story,
        *after,
        Step("done", "Klaar"),
        Step("over", "Afgelopen"),
    )


def start(subject: str = quiz.ALL, case_id: str | None = None) -> Group:
    """Begin a session.

    Args:
        subject: of the questions, as in the bank, or `quiz.ALL`.
        case_id: of the case that is discussed, or None.

    Raises:
        ValueError: when there is no such subject or case.
    """
    quiz_id = quiz.name(subject)
    steps = program(quiz_id, case_id)
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    expires = _now() + HOURS * 3600
    with database.session() as opened:
        opened.add(GroupSession(code=code, expires=expires, quiz=quiz_id, case_id=case_id, step=0, revealed=False))
    return Group(code, expires, 0, revealed=False, steps=steps, case=case_id)


def look(code: str) -> Group | None:
    """The session with a code; None when there is none, or no longer."""
    with database.session() as opened:
        row = opened.get(GroupSession, code)
        if row is None or row.expires <= _now():
            return None
        return Group(code, row.expires, row.step, row.revealed, program(row.quiz, row.case_id), row.case_id)


def code_in(text: str) -> str | None:
    """The code that a message is, however it is spaced and in small letters too; None for any other message."""
    bare = re.sub(r"[\s.-]", "", text).upper()
    return bare if CODE.fullmatch(bare) else None


def join(code: str, who: str) -> None:
    """Count someone as a participant, once.

    Args:
        code: of a session that there is.
        who: the pseudonym of a conversation, or of a seat that outlives it.
    """
    with database.session() as opened:
        opened.execute(JOIN_ONCE, {"code": code, "participant": _participant(code, who)})


def answer(code: str, who: str, number: int, choice: str) -> None:
    """Count an answer, once, and only while its step is open.

    Args:
        code: of a session.
        who: as in `join`.
        number: of the step that was answered.
        choice: id of an answer to the question of that step.
    """
    values = {"code": code, "step": number, "participant": _participant(code, who), "choice": choice, "now": _now()}
    with database.session() as opened:
        opened.execute(COUNT_ONCE, values)


def answer_of(group: Group, who: str) -> Answer | None:
    """What someone answered at the step where the session is."""
    if group.step.question is None:
        return None
    with database.session() as opened:
        row = opened.get(GroupAnswer, (group.code, group.number, _participant(group.code, who)))
        return group.step.question.answer(row.choice) if row else None


def advance(code: str, number: int) -> None:
    """Go on to the next step; nothing when the session is no longer at step `number`, or done."""
    group = look(code)
    if group and number + 2 < len(group.steps):  # to the last one leads `end`
        _change(code, number, step=number + 1, revealed=False)


def reveal(code: str, number: int) -> None:
    """Close a step and show its answers; nothing when the session is no longer at step `number`."""
    _change(code, number, revealed=True)


def _change(code: str, number: int, **values: Any) -> None:
    with database.session() as opened:
        opened.execute(
            sa.update(GroupSession).where(GroupSession.code == code, GroupSession.step == number).values(**values)
        )


def participants(code: str) -> int:
    """How many joined."""
    with database.session() as opened:
        return int(
            opened.scalar(sa.select(sa.func.count()).select_from(GroupParticipant).where(GroupParticipant.code == code))
        )


def open_sessions() -> int:
    """How many sessions there are."""
    with database.session() as opened:
        found = sa.select(sa.func.count()).select_from(GroupSession).where(GroupSession.expires > _now())
        return int(opened.scalar(found))


def counts(code: str, number: int) -> Counter[str]:
    """How often each choice was made at a step."""
    with database.session() as opened:
        rows = opened.execute(
            sa.select(GroupAnswer.choice, sa.func.count())
            .where(GroupAnswer.code == code, GroupAnswer.step == number)
            .group_by(GroupAnswer.choice)
        )
        return Counter(dict(tuple(row) for row in rows))


def end(group: Group) -> None:
    """Stop a session: from now on nobody answers or joins, and what was counted waits for the report."""
    with database.session() as opened:
        over = sa.update(GroupSession).where(GroupSession.code == group.code)
        opened.execute(over.values(step=len(group.steps) - 1, revealed=False))


def erase(code: str) -> None:
    """Delete all that is kept of a session."""
    _delete(GroupSession.code == code)


def purge() -> None:
    """Delete all sessions that are over."""
    _delete(GroupSession.expires <= _now())


def _delete(which: Any) -> None:
    codes = sa.select(GroupSession.code).where(which)
    with database.session() as opened:
        for table in (GroupAnswer, GroupParticipant):
            opened.execute(sa.delete(table).where(table.code.in_(codes)).execution_options(synchronize_session=False))
        opened.execute(sa.delete(GroupSession).where(which).execution_options(synchronize_session=False))


def _participant(code: str, who: str) -> str:
    """Someone in a session: it cannot be led back to the conversation, nor to another session."""
    return hmac.new(settings().key, f"group:{code}:{who}".encode(), hashlib.sha256).hexdigest()[:32]


def _now() -> int:
    return int(dt.datetime.now(dt.timezone.utc).timestamp())
