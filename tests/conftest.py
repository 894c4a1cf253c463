"""What all tests share: one trained model, and really running assistants."""

from __future__ import annotations

import atexit
import contextlib
import functools
import itertools
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import training
from meldwijzer.settings import ROOT
from tests.servers import PostgreSQL, Redis

START_SECONDS = 120
PORTS_BETWEEN = 50
ADMIN_TOKEN = "alleen-voor-deze-tests"
SITE = "https://www.gemeente.nl"
#: Requests in a minute.
LIMIT = 3
#: The tests are for one worker; with this they run against as many, with PostgreSQL and Redis. Those that look into
#: SQLite themselves then have nothing to look into.
WORKERS = os.environ.get("TEST_WORKERS", "")
_numbers = itertools.count(1)


@dataclass
class Assistant:
    """A running `meldwijzer start`."""

    url: str
    data: Path
    log: Path
    process: subprocess.Popen[bytes]

    def session(self, **body: Any) -> Conversation:
        """Begin a conversation over the web API."""
        response = httpx.post(f"{self.url}/webhooks/web/sessions", json=body or None, timeout=10)
        assert response.status_code == 201, response.text
        return Conversation(self.url, **response.json())

    def children(self) -> dict[str, list[int]]:
        """The process ids of the Rasa servers and the action servers."""
        listed = subprocess.run(
            ["ps", "--ppid", str(self.process.pid), "-o", "pid=,args="], capture_output=True, text=True, check=True
        ).stdout
        pids: dict[str, list[int]] = {"actions": [], "server": []}
        for line in listed.splitlines():
            pid, _, arguments = line.strip().partition(" ")
            if "-m actions" in arguments or "-m bot.server" in arguments:
                pids["actions" if "-m actions" in arguments else "server"].append(int(pid))
        return pids


@dataclass
class Conversation:
    """A conversation over the web API."""

    url: str
    token: str
    messages: list[dict[str, Any]]

    @property
    def headers(self) -> dict[str, str]:
        """The key to this conversation."""
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, body: Any) -> httpx.Response:
        """Send a body as it is."""
        return httpx.post(f"{self.url}/webhooks/web/messages", json=body, headers=self.headers, timeout=15)

    def say(self, text: str) -> list[dict[str, Any]]:
        """Type something."""
        return self._replies({"text": text})

    def press(self, payload: str) -> list[dict[str, Any]]:
        """Press a button."""
        return self._replies({"payload": payload})

    def _replies(self, body: dict[str, str]) -> list[dict[str, Any]]:
        response = self.post(body)
        assert response.status_code == 200, response.text
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages


def free_port() -> int:
    """A port that is free, with the one of its action server."""
    while True:
        with socket.socket() as first, socket.socket() as second, contextlib.suppress(OSError, OverflowError):
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            second.bind(("127.0.0.1", port + PORTS_BETWEEN))
            return port


@pytest.fixture(scope="session")
def model() -> Path:
    """The model for the current content; trained once, kept in var/models between runs."""
    return training.current_model() or training.train()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    """A PostgreSQL server that all tests share."""
    server = PostgreSQL(free_port())
    yield server
    server.remove()


@pytest.fixture
def postgresql(postgresql_server: PostgreSQL) -> str:
    """The address of a database of one's own."""
    return postgresql_server.database(f"test_{time.monotonic_ns()}")


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis server that all tests share."""
    server = Redis(tmp_path_factory.mktemp("redis"), free_port())
    yield server
    server.stop()


def lend(model: Path, data: Path) -> None:
    """Put the model under `data`, with its seal and the key that it was sealed with."""
    (data / "models").mkdir(parents=True, exist_ok=True)
    for path in (model, model.with_name(f"{model.name}.hmac"), model.parents[1] / "secret"):
        with contextlib.suppress(FileExistsError):
            (data / path.relative_to(model.parents[1])).symlink_to(path)


@functools.lru_cache(maxsize=1)
def _servers() -> tuple[PostgreSQL, Redis]:
    made = PostgreSQL(free_port()), Redis(Path(tempfile.mkdtemp(prefix="redis-")), free_port())
    atexit.register(made[0].remove)
    atexit.register(made[1].stop)
    return made


def _shared_by_workers() -> dict[str, str]:
    """A database of its own, and a Redis of its own, for an assistant with several workers."""
    postgresql, redis = _servers()
    number = next(_numbers)
    return {
        "MELDWIJZER_DATABASE_URL": postgresql.database(f"workers_{number}"),
        "MELDWIJZER_REDIS_URL": redis.url.replace("/0", f"/{number}"),
    }


@contextlib.contextmanager
def running(model: Path, data: Path, *options: str, **environment: str) -> Iterator[Assistant]:
    """Run `meldwijzer start` as a user would, with its state under `data`."""
    port = free_port()
    lend(model, data)
    if WORKERS and "MELDWIJZER_DATABASE_URL" not in environment:
        options = ("--workers", WORKERS, *options)
        environment = _shared_by_workers() | environment
    log = data.parent / f"{data.name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "start", "--port", str(port), *options],
            cwd=ROOT,
            env=os.environ | {"MELDWIJZER_DATA": str(data)} | environment,
            stdout=output,
            stderr=output,
        )
    assistant = Assistant(f"http://127.0.0.1:{port}", data, log, process)
    try:
        _wait(assistant)
        yield assistant
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(assistant: Assistant) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert assistant.process.poll() is None, assistant.log.read_text()[-2000:]
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{assistant.url}/health", timeout=5).status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"not up after {START_SECONDS} s: {assistant.log.read_text()[-2000:]}")


Runner = Callable[..., "contextlib.AbstractContextManager[Assistant]"]


@pytest.fixture(scope="session")
def assistant(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """One assistant with SQLite that most end-to-end tests share."""
    data = tmp_path_factory.mktemp("assistant") / "data"
    with running(model, data, MELDWIJZER_ADMIN_TOKEN=ADMIN_TOKEN) as started:
        yield started


@pytest.fixture(scope="session")
def plain(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """One without passwords and without a limit, for tests that are rough with it."""
    with running(model, tmp_path_factory.mktemp("plain") / "data", MELDWIJZER_RATE_LIMIT="0") as started:
        yield started


@pytest.fixture(scope="session")
def limited(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """One that lets a client ask little: to be used with a client of one's own (`from_address`)."""
    data = tmp_path_factory.mktemp("limited") / "data"
    settings = {"MELDWIJZER_ADMIN_TOKEN": ADMIN_TOKEN, "MELDWIJZER_ORIGINS": SITE}
    with running(model, data, MELDWIJZER_RATE_LIMIT=str(LIMIT), **settings) as started:
        yield started


@pytest.fixture
def from_address() -> Iterator[Callable[[str], httpx.Client]]:
    """Makes a client with an address of its own; not at the end of a minute, when counts begin anew."""
    with contextlib.ExitStack() as opened:

        def client(address: str) -> httpx.Client:
            while time.time() % 60 > 50:
                time.sleep(0.2)
            transport = httpx.HTTPTransport(local_address=address)
            return opened.enter_context(httpx.Client(transport=transport, timeout=15))

        yield client


@pytest.fixture
def run_assistant(model: Path, tmp_path: Path) -> Runner:
    """Starts an assistant of one's own: `with run_assistant(MELDWIJZER_…="…") as assistant`."""

    def run(**environment: str) -> contextlib.AbstractContextManager[Assistant]:
        return running(model, tmp_path / "data", **environment)

    return run


def needs(program: str) -> pytest.MarkDecorator:
    """Skip, and say so, where a program that a test needs is not installed."""
    import shutil

    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program}")
