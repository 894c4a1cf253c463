"""What a trainer sees of a group session, on the page and in a terminal: where it is, and what came of it.

Of fewer than five answers no count is told.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from typing import Any

from meldwijzer import groups
from meldwijzer.cases import cases
from meldwijzer.flows import Question
from meldwijzer.groups import FEWEST, Group, Step


def state(group: Group) -> dict[str, Any]:
    """A session as its trainer sees it; counts only once revealed, and never of a few.

    Args:
        group: the session.
    """
    step, shown = group.step, group.revealed and group.step.question is not None
    given = groups.counts(group.code, group.number)
    told = shown and step.phase != "before"
    before = groups.counts(group.code, step.twin) if shown and step.twin else None
    return {
        "code": group.code,
        "expires": dt.datetime.fromtimestamp(group.expires, dt.timezone.utc).isoformat().replace("+00:00", "Z"),
        "participants": groups.participants(group.code),
        "step": group.number,
        "steps": len(group.steps),
        "phase": step.phase,
        "title": step.title,
        "ask": step.question.ask if step.question else "",
        "options": _options(step.question),
        "answers": sum(given.values()),
        "revealed": group.revealed,
        "counts": _many(given) if shown else None,
        "before": _many(before) if before is not None else None,
        "few": bool(shown and _many(given) is None),
        "best": step.best.id if told and step.best else None,
        "feedback": _feedback(step) if told else None,
    }


def _feedback(step: Step) -> dict[str, Any]:
    return {
        each.id: {"text": each.feedback, "sources": [vars(source) for source in each.sources]}
        for each in (step.question.answers if step.question else ())
    }


def _options(question: Question | None) -> list[dict[str, str]]:
    return [{"id": each.id, "label": each.label} for each in question.answers] if question else []


def _many(given: dict[str, int]) -> dict[str, int] | None:
    """Counts, unless there are so few that they would tell who answered what."""
    return dict(given) if sum(given.values()) >= FEWEST else None


def report(group: Group) -> dict[str, Any]:
    """What came of a session: counts by question, and the gain between before and after.

    Args:
        group: the session, which is still there.
    """
    given = {number: groups.counts(group.code, number) for number in range(len(group.steps))}
    questions, scenes = [], []
    for number, step in enumerate(group.steps):
        if step.question is None or step.best is None:
            continue
        asked = {"ask": step.question.ask, "options": _options(step.question), "best": step.best.id}
        if step.phase == "after" and step.twin:
            questions.append({**asked, "before": _told(given[step.twin]), "after": _told(given[number])})
        elif step.phase == "case":
            scenes.append({"title": step.title, **asked, **_told(given[number])})
    made = {
        "code": group.code,
        "day": dt.datetime.now(dt.timezone.utc).date().isoformat(),
        "participants": groups.participants(group.code),
        "case": cases()[group.case].title if group.case else None,
        "gain": _gain(group, given),
        "questions": questions,
        "scenes": scenes,
    }
    return {**made, "csv": _csv(made)}


def _told(given: dict[str, int]) -> dict[str, Any]:
    return {"answers": sum(given.values()), "counts": _many(given)}


def _gain(group: Group, given: dict[int, Counter[str]]) -> dict[str, float] | None:
    """The share of right answers before and after, over the questions that enough people answered both times."""
    pairs = [
        (given[step.twin], given[number], step.best.id)
        for number, step in enumerate(group.steps)
        if step.twin and step.best and min(sum(given[step.twin].values()), sum(given[number].values())) >= FEWEST
    ]
    if not pairs:
        return None
    before = sum(first[best] for first, _, best in pairs) / sum(sum(first.values()) for first, _, _ in pairs)
    after = sum(last[best] for _, last, best in pairs) / sum(sum(last.values()) for _, last, _ in pairs)
    return {"before": round(before, 3), "after": round(after, 3)}


def _csv(made: dict[str, Any]) -> str:
    """The report as a table: one line for each option, counts empty where few answered."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(["soort", "vraag", "antwoord", "beste", "voor", "na"])
    for kind, asked in [("vraag", each) for each in made["questions"]] + [("casus", each) for each in made["scenes"]]:
        first = asked["before"] if kind == "vraag" else asked
        second = asked["after"] if kind == "vraag" else {"counts": None}
        for option in asked["options"]:
            counted = [
                "" if part["counts"] is None else part["counts"].get(option["id"], 0) for part in (first, second)
            ]
            best = "ja" if option["id"] == asked["best"] else "nee"
            table.writerow([kind, " ".join(asked["ask"].split()), option["label"], best, *counted])
    # With a mark by which spreadsheets see that it is UTF-8.
    return "\ufeff" + out.getvalue()
