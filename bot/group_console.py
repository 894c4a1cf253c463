"""A group session that is led in a terminal: `meldwijzer group`, for who has no screen in the room for `/trainer`."""

from __future__ import annotations

import io
import os
import select
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import segno

from meldwijzer import group_report, groups
from meldwijzer.groups import Group

LOOK_SECONDS = 0.5
WIDTH = 78
#: Characters of a bar of all answers.
LONGEST_BAR = 24
FEW = "Minder dan vijf antwoorden: aantallen blijven verborgen."
HIDDEN = "verborgen"
#: What Enter does.
START, REVEAL, NEXT, END = "start", "toon antwoorden", "volgende", "stop sessie en toon rapport"


def lead(group: Group, url: str | None, out: Path | None) -> None:
    """Lead a session from begin to report; Enter goes on. At the end all of it is erased.

    Ctrl-C and the end of the input stop the session where it is, with its report.

    Args:
        group: the session.
        url: the address at which participants reach this installation, if they do.
        out: where to write the report as CSV.

    Raises:
        click.ClickException: when the session is gone before it is done.
    """
    click.echo("\n".join(invitation(group.code, url)))
    try:
        while _goes_on(group.code):
            pass
    except KeyboardInterrupt:
        click.echo()
    groups.end(group)
    made = group_report.report(group)
    click.echo("\n".join(table(made)))
    if out:
        out.write_text(made["csv"], encoding="utf-8", newline="")
        click.echo(f"Geschreven: {out}")
    groups.erase(group.code)
    click.echo("Alles van deze sessie is gewist." + ("" if out else " Dit rapport staat alleen nog hier."))


def _enter(meanwhile: Callable[[], None]) -> bool:
    """Wait for Enter; what was typed ahead counts once. False at the end of the input.

    Args:
        meanwhile: is done now and then.
    """
    while True:
        meanwhile()
        if select.select([sys.stdin], [], [], LOOK_SECONDS)[0]:
            return bool(os.read(sys.stdin.fileno(), 4096))


def _goes_on(code: str) -> bool:
    """Show where a session is and do what comes next once Enter is pressed; False when it is to be stopped."""
    group = _there(code)
    seen = group_report.state(group)
    does = _what_enter_does(seen)
    click.echo("\n" + "\n".join(step(seen)))
    told = ""

    def count() -> None:
        nonlocal told
        now = group_report.state(_there(code))
        answered = f", {_counted(now['answers'], 'antwoord', 'antwoorden')}" if now["options"] else ""
        line = f"{_counted(now['participants'], 'deelnemer', 'deelnemers')}{answered}  [Enter: {does}]"
        if line != told:
            # In a terminal the new count takes the place of the old one.
            click.echo(f"\r\033[K{line} " if sys.stdout.isatty() else line, nl=not sys.stdout.isatty())
            told = line

    if not _enter(count) or does == END:
        return False
    if does == REVEAL:
        groups.reveal(code, group.number)
    else:
        groups.advance(code, group.number)
    return True


def _there(code: str) -> Group:
    """The session.

    Raises:
        click.ClickException: when its time is over, or its report was taken on `/trainer`.
    """
    group = groups.look(code)
    if group is None or group.over:
        raise click.ClickException("Deze sessie is er niet meer: zij is gestopt of verlopen, en gewist.")
    return group


def _what_enter_does(seen: dict[str, Any]) -> str:
    if seen["phase"] == "wait":
        return START
    if seen["phase"] == "done":
        return END
    # The questions before are not discussed yet.
    return NEXT if seen["revealed"] or seen["phase"] == "before" else REVEAL


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def invitation(code: str, url: str | None) -> list[str]:
    """How to take part.

    Args:
        code: of the session.
        url: the address of this installation.
    """
    ways = f"Typ in de chat van Meldwijzer of in Telegram: {code}"
    if url is None:
        return [f"Code: {code}", ways]
    address = f"{url.rstrip('/')}/groep?code={code}"
    drawn = io.StringIO()
    segno.make(address, error="m").terminal(drawn, border=2, compact=True)
    return [drawn.getvalue(), f"Code: {code}", f"Scan de QR-code, of ga naar {address}", ways]


def step(seen: dict[str, Any]) -> list[str]:
    """A state as lines: the question with its options, and once revealed the counts, the best option and why.

    Args:
        seen: from `group_report.state`.
    """
    lines = [f"── {seen['title']} ".ljust(WIDTH, "─"), *_wrapped(seen["ask"])]
    for option in seen["options"]:
        best = option["id"] == seen["best"]
        lines += ["", *_wrapped(f"{'✓' if best else '·'} {option['label']}{_praise(seen['phase']) if best else ''}")]
        if seen["revealed"] and seen["phase"] == "after":
            lines.append(_bar("eerst", seen["before"], option["id"]))
        if seen["counts"]:
            lines.append(_bar("nu" if seen["phase"] == "after" else "", seen["counts"], option["id"]))
    if seen["few"]:
        lines += ["", FEW]
    if seen["best"]:
        why = seen["feedback"][seen["best"]]
        sources = [", ".join(filter(None, (each["title"], each["where"]))) for each in why["sources"]]
        lines += ["", *_wrapped(why["text"]), *(f"Bron: {source}" for source in sources)]
    if seen["phase"] == "done":
        lines.append("Dit was de laatste vraag. Deelnemers maken hun bewijs van deelname op de pagina /certificaat.")
    return lines


def _praise(phase: str) -> str:
    return " (beste keuze)" if phase == "case" else " (goed antwoord)"


def _bar(when: str, counts: dict[str, int] | None, option: str) -> str:
    if counts is None:
        return f"  {when:5} {HIDDEN}"
    number = counts.get(option, 0)
    return f"  {when:5} {'█' * round(LONGEST_BAR * number / sum(counts.values()))} {number}"


def _wrapped(text: str) -> list[str]:
    return [line for part in text.split("\n") for line in (textwrap.wrap(part, WIDTH) or [""])] if text else []


def table(made: dict[str, Any]) -> list[str]:
    """A report as lines.

    Args:
        made: from `group_report.report`.
    """
    gain = made["gain"]
    learnt = f"eerst {gain['before']:.0%}, daarna {gain['after']:.0%}" if gain else "te weinig om te vergelijken"
    lines = [
        "",
        "RAPPORT VAN DE GROEPSSESSIE",
        f"Datum: {made['day']}   Deelnemers: {made['participants']}   Casus: {made['case'] or 'geen'}",
        f"Goede antwoorden: {learnt}",
    ]
    for at, asked in enumerate(made["questions"], 1):
        lines += _asked(f"Vraag {at}", asked, {"eerst": asked["before"], "daarna": asked["after"]})
    for asked in made["scenes"]:
        lines += _asked(asked["title"], asked, {"aantal": asked})
    return [line.rstrip() for line in lines] + [""]


def _asked(title: str, asked: dict[str, Any], columns: dict[str, dict[str, Any]]) -> list[str]:
    room = WIDTH - 10 * len(columns)
    lines = ["", title, *_wrapped(asked["ask"]), "".ljust(room) + "".join(f"{name:>10}" for name in columns)]
    for option in asked["options"]:
        cells = [HIDDEN if part["counts"] is None else part["counts"].get(option["id"], 0) for part in columns.values()]
        *first, last = textwrap.wrap(f"{'✓' if option['id'] == asked['best'] else '·'} {option['label']}", room - 1)
        lines += [*first, last.ljust(room) + "".join(f"{cell:>10}" for cell in cells)]
    lines.append("samen".ljust(room) + "".join(f"{part['answers']:>10}" for part in columns.values()))
    return lines
