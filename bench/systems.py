"""Starts the assistants that bench/compare.py compares: ours, stock Rasa, and variants of stock."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import httpx
import stock_project

from bot import training
from meldwijzer.settings import ROOT

FOLDER = ROOT / "var" / "bench"
STOCK = FOLDER / "stock"
PORT, PORTS_BETWEEN = 5950, 50
URL = f"http://127.0.0.1:{PORT}"
ACTIONS = f"http://127.0.0.1:{PORT + PORTS_BETWEEN}/webhook"
START_SECONDS = 180
SYSTEMS = ("ours", "stock", "stock-pinned", "stock-rules", "stock-sqlite", "empty")
ENVIRONMENT = os.environ | {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


class Cost(NamedTuple):
    """What a process took: seconds, seconds of all cores together, and its most memory in MB."""

    wall: float
    cpu: float
    megabytes: float


class Running(NamedTuple):
    """A system that answers, with the ids of its processes."""

    name: str
    pids: dict[str, int]

    @property
    def api(self) -> str:
        """Which API it has, as bench/load.py names it."""
        return "ours" if self.name == "ours" else "stock"

    def cpu(self) -> dict[str, float]:
        """Seconds that each process has worked."""
        spent = {}
        for name, pid in self.pids.items():
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            spent[name] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return spent

    def megabytes(self) -> dict[str, float]:
        """Resident memory of each process."""
        sizes = {}
        for name, pid in self.pids.items():
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            sizes[name] = int(status.partition("VmRSS:")[2].split()[0]) / 1024
        return sizes


def run(command: list[str], folder: Path, log: Path, **environment: str) -> Cost:
    """Run a command to its end.

    Raises:
        SystemExit: when it fails.
    """
    start = time.perf_counter()
    with log.open("wb") as output:
        started = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT | environment, stdout=output, stderr=output)
        _, status, usage = os.wait4(started.pid, 0)
    if status:
        raise SystemExit(f"{command} failed, see {log}")
    return Cost(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def train_stock(folder: Path) -> Cost:
    """Train the project in a folder; what Rasa says goes to train.log in it."""
    command = [str(stock_project.python()), "-m", "rasa", "train", "--fixed-model-name", "stock"]
    return run(command, folder, folder / "train.log")


@contextlib.contextmanager
def running(name: str) -> Iterator[Running]:
    """Start a system of `SYSTEMS`, wait until it answers, and stop it at the end."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    data = Path(tempfile.mkdtemp(dir=FOLDER))
    with (data / "log").open("wb") as log, contextlib.ExitStack() as stack:
        if name == "ours":
            (data / "models").mkdir()
            model = training.current_model() or training.train()
            for path in (model, model.with_name(f"{model.name}.hmac"), model.parents[1] / "secret"):
                (data / path.relative_to(model.parents[1])).symlink_to(path)
            command = [sys.executable, "-m", "bot.cli", "start", "--port", str(PORT)]
            settings = {"MELDWIJZER_DATA": str(data), "MELDWIJZER_RATE_LIMIT": "0"}
            started = stack.enter_context(_process(command, ROOT, log, **settings))
            _wait(f"{URL}/health", started)
            pids = _children(started.pid)
        else:
            folder = _project(name, data)
            actions = [sys.executable, "-m", "actions", "127.0.0.1", str(PORT + PORTS_BETWEEN)]
            beside = stack.enter_context(_process(actions, ROOT, log, MELDWIJZER_DATA=str(data)))
            python = sys.executable if name == "stock-pinned" else str(stock_project.python())
            command = [python, "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(PORT)]
            started = stack.enter_context(_process(command, folder, log))
            _wait(f"{URL}/webhooks/rest/", started)
            pids = {"server": started.pid, "actions": beside.pid}
        yield Running(name, pids)
    shutil.rmtree(data)


def _project(name: str, data: Path) -> Path:
    """The folder of a stock variant, with a trained model in it."""
    if not list(STOCK.glob("models/*.tar.gz")):
        raise SystemExit("train stock first: bench/compare.py train")
    folder = FOLDER / name
    made = (folder / "models").exists()
    if name == "stock-rules" and not made:
        # Rasa takes what has not changed from its cache, so that only the policies are trained.
        shutil.copytree(STOCK, folder, ignore=shutil.ignore_patterns("models"))
        (folder / "data" / "stories.yml").unlink()
        train_stock(folder)
    elif name == "empty" and not made:
        stock_project.write(folder, ACTIONS, empty=True)
        train_stock(folder)
    elif name in {"stock-pinned", "stock-sqlite"}:
        folder = data / name
        shutil.copytree(STOCK, folder, ignore=shutil.ignore_patterns("models", ".rasa", "data"))
        (folder / "models").symlink_to(STOCK / "models")
        if name == "stock-sqlite":
            stock_project.write_endpoints(folder, ACTIONS, str(data / "rasa.db"))
    return folder


@contextlib.contextmanager
def _process(command: list[str], folder: Path, log: IO[bytes], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command until the end of the block."""
    started = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT | environment, stdout=log, stderr=log)
    try:
        yield started
    finally:
        started.send_signal(signal.SIGINT)
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def _children(parent: int) -> dict[str, int]:
    """The processes of `meldwijzer start`."""
    command = ["ps", "--ppid", str(parent), "-o", "pid=,args="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = [line.strip().partition(" ") for line in listed.splitlines()]
    return {"actions" if "-m actions" in arguments else "server": int(pid) for pid, _, arguments in lines}


def _wait(url: str, started: subprocess.Popen[bytes]) -> None:
    for _ in range(START_SECONDS * 4):
        if started.poll() is not None:
            raise SystemExit(f"{started.args!r} stopped")
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=5).status_code == 200:
                return
        time.sleep(0.25)
    raise SystemExit(f"{url} does not answer")
