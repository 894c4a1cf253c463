"""The command `meldwijzer`."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click
from pydantic import ValidationError

from meldwijzer.settings import ROOT, Settings, settings

if TYPE_CHECKING:
    from bot.supervisor import Supervisor

ACTION_PORT_OFFSET = 50
LOOK_SECONDS = 0.2
GOES_ON = "De assistent draait door met de vorige inhoud."


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
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1),
              help="Aantal processen; meer dan één vraagt om PostgreSQL en Redis.")  # fmt: skip
def start(host: str, port: int, workers: int) -> None:
    """Zet alles klaar en start de assistent; Ctrl-C stopt, SIGHUP neemt nieuwe inhoud in gebruik."""
    from bot import metrics
    from bot.supervisor import NotStartedError, Supervisor
    from meldwijzer import logs

    _check_workers(workers)
    action_port = port + ACTION_PORT_OFFSET
    os.environ["MELDWIJZER_DATA"] = str(settings().folder.resolve())
    os.environ.setdefault("MELDWIJZER_ACTION_URL", f"http://127.0.0.1:{action_port}/webhook")
    os.environ.update(metrics.environment())
    try:
        supervisor = Supervisor(host, port, action_port, workers)
    except (OSError, OverflowError) as error:
        raise click.ClickException(
            f"Luisteren op {host}, poort {port} en {action_port} lukt niet ({error}). Is de poort nog vrij?"
        ) from None
    logs.configure()
    renewal = Renewal()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # In a terminal that is closed, it has its old meaning.
    if not sys.stdin.isatty():
        signal.signal(signal.SIGHUP, lambda *_: renewal.ask())
    try:
        model = _prepared()
        click.echo("Action server en assistent starten …")
        supervisor.start(model)
        click.echo(f"Meldwijzer draait: http://{host}:{port}/demo  (Ctrl-C stopt)")
        while True:
            time.sleep(LOOK_SECONDS)
            supervisor.look()
            if fresh := renewal.model():
                _replace(supervisor, fresh)
    except NotStartedError:
        raise click.ClickException("Starten is niet gelukt; zie de regels hierboven.") from None
    except KeyboardInterrupt:
        click.echo("\nGestopt.")
    finally:
        supervisor.stop()


def _check_workers(workers: int) -> None:
    """Refuse what several processes cannot share.

    Raises:
        click.UsageError: without Redis or PostgreSQL for more than one worker.
    """
    if workers > 1 and (settings().redis_url is None or settings().database.startswith("sqlite")):
        raise click.UsageError(
            "Meer dan één proces deelt gesprekken via PostgreSQL en Redis: "
            "zet MELDWIJZER_DATABASE_URL en MELDWIJZER_REDIS_URL."
        )


def _prepared() -> Path:
    """The model for the current content, with a database that is up to date.

    Raises:
        click.ClickException: when there is no model, and none could be made.
    """
    from bot import training
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
    return model


class Renewal:
    """New content that is made ready beside the assistant, which goes on meanwhile."""

    def __init__(self) -> None:
        """Begin with nothing asked for."""
        self._threads = ThreadPoolExecutor(1)
        self._asked: list[Future[Path]] = []

    def ask(self) -> None:
        """Make ready what is there now."""
        click.echo("Nieuwe inhoud klaarzetten …")
        self._asked.append(self._threads.submit(_prepared))

    def model(self) -> Path | None:
        """The model to take into use, once; None while there is none, or when it could not be made."""
        if not self._asked or not self._asked[0].done():
            return None
        try:
            return self._asked.pop(0).result()
        except Exception as error:
            reason = error.message if isinstance(error, click.ClickException) else type(error).__name__
            click.echo(f"{reason} {GOES_ON}", err=True)
            return None


def _replace(supervisor: Supervisor, model: Path) -> None:
    from bot.supervisor import NotStartedError

    try:
        supervisor.replace(model)
    except NotStartedError:
        click.echo(f"Zie de regels hierboven. {GOES_ON}", err=True)
    else:
        click.echo("Nieuwe inhoud in gebruik.")


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
@click.argument("files", nargs=-1, type=click.File("rb"))
def redact(files: tuple[IO[bytes], ...]) -> None:
    """Haal persoonsgegevens uit tekst, regel voor regel; zonder bestand van de standaardinvoer."""
    from meldwijzer import redaction

    # In bytes: a line ends at \n alone, and what is UTF-8 stays so whatever the terminal is set to.
    for file in files or (sys.stdin.buffer,):
        for line in file:
            click.echo(redaction.redact(line.decode(errors="replace").removesuffix("\n")).encode())


@main.command()
def unanswered() -> None:
    """Toon de vragen die niet werden beantwoord, zonder persoonsgegevens, als u die bewaart."""
    from meldwijzer import database

    if not settings().keep_unanswered:
        raise click.ClickException("Er wordt niets bewaard. Aanzetten: MELDWIJZER_KEEP_UNANSWERED=true.")
    database.migrate()
    for day, text in database.unanswered():
        click.echo(f"{day} {text}")


@main.command()
@click.option("--subject", help="Onderwerp van de vragen; standaard alle onderwerpen.")
@click.option("--case", "case_id", help="Casus die u bespreekt, zoals 'mieke'; standaard geen.")
@click.option("--url", help="Adres van de assistent, voor de QR-code: https://meldwijzer.gemeente.nl")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Rapport als CSV.")
def group(subject: str | None, case_id: str | None, url: str | None, out: Path | None) -> None:
    """Leid een groepssessie in dit venster: Enter gaat verder, Ctrl-C stopt en toont het rapport."""
    from bot import group_console
    from meldwijzer import database, groups, quiz
    from meldwijzer.cases import cases

    database.migrate()
    try:
        begun = groups.start(subject or quiz.ALL, case_id)
    except ValueError:
        raise click.UsageError(
            f"Kies een onderwerp ({', '.join([quiz.ALL, *quiz.bank().labels])}) en zo u wilt een casus "
            f"({', '.join(sorted(cases()))})."
        ) from None
    group_console.lead(begun, url, out)


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
