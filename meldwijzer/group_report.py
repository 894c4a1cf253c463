"""What came of a group session: counts, and the gain between before and after. Of fewer than five nothing is told."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from typing import Any

from meldwijzer import groups
from meldwijzer.cases import cases
from meldwijzer.flows import Question
from meldwijzer.groups import FEWEST, Group


def options(question: Question | None) -> list[dict[str, str]]:
    """The answers to a question, none where there is no question."""
    return [{"id": each.id, "label": each.label} for each in question.answers] if question else []


def many(given: dict[str, int]) -> dict[str, int] | None:
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
        asked = {"ask": step.question.ask, "options": options(step.question), "best": step.best.id}
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
    return {"answers": sum(given.values()), "counts": many(given)}


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
