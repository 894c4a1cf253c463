"""The command `meldwijzer`."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import ValidationError

from meldwijzer.settings import ROOT, Settings, settings

ACTION_PORT_OFFSET = 50
WAIT_SECONDS = 120
STOP_SECONDS = 10


@click.group()
def main() -> None:
    """Meldwijzer: assistent over de meldcode, Veilig Thuis, huisverbod en privacy."""
    try:
        settings()
    except ValidationError as error:
        raise click.ClickException("\n".join(_wrong(**each) for each in error.errors())) from None


def _wrong(loc: tuple[str, ...], msg: str, **_: object) -> str:
    """A line on one wrong setting, under the name that it has in the environment."""
    names = Settings.__fields__[loc[0]].field_info.extra["env_names"]
    return f"{', '.join(names).upper()}: {msg}"


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adres waarop de assistent luistert.")
@click.option("--port", default=5005, show_default=True, help="Poort van de assistent.")
def start(host: str, port: int) -> None:
    """Zet alles klaar en start de assistent; Ctrl-C stopt."""
    from bot import metrics, training
    from meldwijzer import database

    click.echo("Database bijwerken …")
    database.migrate()
    model = training.current_model()
    if model is None:
        click.echo("Er is nog geen model voor deze inhoud: trainen (ongeveer anderhalve minuut) …")
        # In a process of its own: what training takes in memory would be kept for as long as the assistant runs.
        if subprocess.run([sys.executable, "-m", "bot.cli", "train"], cwd=ROOT, check=False).returncode:
            raise click.ClickException("Het trainen is mislukt; de regels hierboven zeggen waarom.")
        model = training.current_model()
    if model is None:
        raise click.ClickException("De inhoud is tijdens het trainen veranderd. Start nog eens.")
    os.environ.update(metrics.environment())
    click.echo("Action server en assistent starten …")
    with _servers(model, host, port) as (actions, server):
        _wait_until_well(host, port, (actions, server))
        click.echo(f"Meldwijzer draait: http://{host}:{port}/demo  (Ctrl-C stopt)")
        while all(process.poll() is None for process in (actions, server)):
            time.sleep(0.5)
    raise click.ClickException("Een van de processen is gestopt; zie de regels hierboven.")


@contextlib.contextmanager
def _servers(model: Path, host: str, port: int) -> Iterator[tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]]:
    """The action server and the Rasa server; both are stopped at the end, however it comes."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    action_port = str(port + ACTION_PORT_OFFSET)
    environment = os.environ | {
        "MELDWIJZER_DATA": str(settings().data.resolve()),
        "MELDWIJZER_ACTION_URL": os.environ.get("MELDWIJZER_ACTION_URL", f"http://127.0.0.1:{action_port}/webhook"),
        "RASA_TELEMETRY_ENABLED": "false",
        # One message is too small to share among threads, and threads that wait for each other cost more.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
    run = [sys.executable, "-m"]
    processes = []
    try:
        for command in (
            [*run, "actions", "127.0.0.1", action_port],
            [*run, "bot.server", str(model), host, str(port)],
        ):
            processes.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        yield processes[0], processes[1]
    except KeyboardInterrupt:
        click.echo("\nGestopt.")
        sys.exit(0)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_well(host: str, port: int, processes: tuple[subprocess.Popen[bytes], ...]) -> None:
    """Wait until /health says that everything answers.

    Raises:
        click.ClickException: when a process ended, or it takes longer than `WAIT_SECONDS`.
    """
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/health"  # noqa: S104
    for _ in range(WAIT_SECONDS * 4):
        if any(process.poll() is not None for process in processes):
            raise click.ClickException("Starten is niet gelukt; zie de regels hierboven. Is de poort nog vrij?")
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            with urllib.request.urlopen(address, timeout=5):
                return
        time.sleep(0.25)
    raise click.ClickException(f"De assistent antwoordt na {WAIT_SECONDS} seconden nog niet.")


@main.command()
def train() -> None:
    """Train het model voor de huidige inhoud."""
    from bot import training

    click.echo(f"Model: {training.train()}")


@main.command()
def check() -> None:
    """Controleer de inhoud: antwoorden, voorbeeldzinnen, regels."""
    from bot import content

    mistakes = content.check(ROOT)
    for mistake in mistakes:
        click.echo(str(mistake))
    if mistakes:
        raise click.ClickException(f"{len(mistakes)} {'fout' if len(mistakes) == 1 else 'fouten'} gevonden.")
    click.echo("Geen fouten gevonden.")


@main.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Map voor de cijfers en de plaatjes.")
def evaluate(out: Path | None) -> None:
    """Meet hoe goed vragen worden begrepen die niet zijn getraind."""
    import asyncio

    import rasa.core.agent

    from bot import evaluation, training
    from meldwijzer import logs

    logs.configure()

    async def measure() -> tuple[list[evaluation.Outcome], list[evaluation.Outcome]]:
        agent = await rasa.core.agent.load_agent(str(training.current_model() or training.train()))
        return (
            await evaluation.outcomes(agent, evaluation.questions()),
            await evaluation.outcomes(agent, evaluation.dangers()),
        )

    made, danger = asyncio.run(measure())
    for line in evaluation.report(made, danger):
        click.echo(line)
    if out:
        evaluation.write(out, made, danger)
        click.echo(f"Geschreven in {out}: figures.json, curve.png, confusion.png")


@main.command()
@click.argument("text")
def ask(text: str) -> None:
    """Stel een vraag en toon het antwoord als JSON van de web-API."""
    import asyncio
    import json

    from bot import console
    from meldwijzer import logs

    logs.configure()
    click.echo(json.dumps(asyncio.run(console.ask(text)), ensure_ascii=False, indent=2))


@main.command()
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="Eerste dag. [standaard: 1 januari]")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Laatste dag. [standaard: vandaag]")
@click.option("--by", multiple=True,
              help="Tel per sector, region, topic, step, violence, age, outcome, channel, municipality, month, quarter "
              "of year; twee keer geeft een kruistabel. [standaard: sector en quarter]")  # fmt: skip
@click.option("--format", "kind", type=click.Choice(["terminal", "csv", "xlsx", "html"]),
              help="Soort uitvoer. [standaard: naar de naam van het bestand, anders terminal]")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Bestand om te schrijven.")
def report(first: dt.datetime | None, last: dt.datetime | None, by: tuple[str, ...], kind: str | None,
           out: Path | None) -> None:  # fmt: skip
    """Tel de adviesvragen van een periode, afgerond en zonder kleine aantallen."""
    from meldwijzer import report, report_files

    kind = kind or (out.suffix[1:].lower() if out else "terminal")
    if kind not in {"terminal", *report_files.FORMATS}:
        raise click.BadParameter("Geef met --format aan wat voor bestand dit wordt.", param_hint="--out")
    if kind != "terminal" and out is None:
        raise click.UsageError("Geef met --out aan in welk bestand het rapport komt.")
    try:
        made = report.make(first and first.date(), last and last.date(), by)
    except report.ReportError as error:
        raise click.ClickException(str(error)) from None
    if out is None:
        click.echo(report_files.terminal(made))
        return
    text = f"{report_files.terminal(made)}\n".encode() if kind == "terminal" else report_files.FORMATS[kind].make(made)
    out.write_bytes(text)
    click.echo(f"Geschreven: {out}")


@main.command()
def purge() -> None:
    """Verwijder gesprekken die langer stil zijn dan de bewaartermijn."""
    from meldwijzer import database

    click.echo(f"{database.purge()} gesprekken verwijderd.")


@main.command()
def migrate() -> None:
    """Werk de tabellen van het register bij."""
    from meldwijzer import database

    database.migrate()
    click.echo("Bijgewerkt.")


@main.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def back_up(file: Path) -> None:
    """Bewaar de adviesvragen van het register in een bestand, en niets anders."""
    from meldwijzer import backup

    click.echo(f"{backup.write(file)} adviesvragen bewaard in {file}.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Zet adviesvragen uit een back-up terug die niet in het register staan."""
    from meldwijzer import backup, database

    database.migrate()
    try:
        click.echo(f"{backup.restore(file)} adviesvragen teruggezet.")
    except backup.BackupError as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
