"""A group session led from the terminal: `meldwijzer group`."""

from __future__ import annotations

import click
import segno

from meldwijzer import group_report, groups
from meldwijzer.groups import Group

ENTER = "Enter"


def lead(group: Group, url: str | None) -> str:
    """Lead a session to its end; Enter goes on.

    Args:
        group: the session, just begun.
        url: of the assistant, for the address and the QR code; None when that is not known.

    Returns:
        The report as CSV. Everything else of the session is erased.
    """
    if url:
        join = f"{url.rstrip('/')}/groep?code={group.code}"
        segno.make(join, error="m").terminal(compact=True)
        click.echo(f"Ga naar {join}, of")
    click.echo(f"typ in de chat of in Telegram: {group.code}\n")
    while group.step.phase != "done":
        _show(group)
        if group.step.question:
            _wait("toont de antwoorden", group)
            groups.reveal(group.code, group.number)
            _reveal(group)
        _wait("gaat verder", group)
        groups.advance(group.code, group.number)
        group = groups.look(group.code) or group
    _wait("stopt de sessie en wist alles", group)
    groups.end(group)
    made = group_report.report(group)
    groups.erase(group.code)
    _tell(made)
    return str(made["csv"])


def _show(group: Group) -> None:
    click.secho(f"\n{group.step.title}", bold=True)
    if group.step.question:
        click.echo(f"\n{group.step.question.ask}\n")
        for each in group.step.question.answers:
            click.echo(f"  - {each.label}")


def _wait(what: str, group: Group) -> None:
    """Wait for Enter; who presses anything else sees how many there are."""
    while True:
        if group.step.question:
            many = sum(groups.counts(group.code, group.number).values())
            state = f"{many} van {groups.participants(group.code)} antwoordden"
        else:
            state = f"{groups.participants(group.code)} deelnemers"
        if not click.prompt(f"\n[{state}] Enter {what}, t toont de stand", default="", show_default=False):
            return


def _reveal(group: Group) -> None:
    step = group.step
    counted = group_report.many(groups.counts(group.code, group.number))
    if counted is None:
        click.echo("Minder dan vijf antwoorden: aantallen blijven verborgen.")
    for each in step.question.answers if step.question else ():
        number = "" if counted is None else f"{counted.get(each.id, 0):4} "
        best = "  (het beste)" if step.phase != "before" and each == step.best else ""
        click.echo(f"{number}{each.label}{best}")
    if step.phase != "before" and step.best:
        click.echo(f"\n{step.best.feedback}")


def _tell(made: dict[str, object]) -> None:
    gain = made["gain"]
    told = "te weinig antwoorden"
    if isinstance(gain, dict):
        told = f"eerst {gain['before']:.0%} goed, daarna {gain['after']:.0%}"
    click.echo(f"\nDeelnemers: {made['participants']}. Vragen: {told}. Alles van deze sessie is gewist.")
