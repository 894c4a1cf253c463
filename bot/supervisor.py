"""Keeps the processes of one machine running: action servers and servers, on sockets that outlive them.

A process that ends is started again. While no server is ready, who asks gets an apology (bot/apology.py).
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.apology import Apology
from meldwijzer import logs
from meldwijzer.settings import ROOT
from meldwijzer.supervised import LINE, LISTEN

#: Seconds that a process may take until it is ready, and to end when it is asked to.
READY_SECONDS, STOP_SECONDS = 120, 20
#: Seconds before a process that ended soon after its start is started again; twice as many each time.
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
LOOK_SECONDS = 0.2
SERVER = "server"
ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    # One message is too small to share among threads, and threads that wait for each other cost more.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}

logger = logs.logger("supervisor")


class NotStartedError(RuntimeError):
    """A process ended, or took too long, before it was ready."""


@dataclass
class _Process:
    """A process that was started."""

    running: subprocess.Popen[bytes]
    line: socket.socket
    ready: bool = False

    def look(self) -> bool:
        """Whether it is ready to serve; once it is, it stays so."""
        if not self.ready and select.select([self.line], [], [], 0)[0]:
            self.ready = bool(self.line.recv(1))
        return self.ready

    @property
    def ended(self) -> bool:
        return self.running.poll() is not None

    def stop(self) -> None:
        """End it in order, or else by force."""
        self.running.terminate()
        try:
            self.running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()
        self.line.close()


@dataclass
class _Place:
    """A place for one process, which is filled again when that ends."""

    kind: str
    command: list[str]
    listening: socket.socket
    process: _Process | None = None
    wait: float = FIRST_WAIT
    again_at: float = field(default_factory=time.monotonic)

    def start(self) -> _Process:
        ours, theirs = socket.socketpair()
        environment = {**os.environ, **ENVIRONMENT, LISTEN: str(self.listening.fileno()), LINE: str(theirs.fileno())}
        running = subprocess.Popen(
            self.command, cwd=ROOT, env=environment, pass_fds=(self.listening.fileno(), theirs.fileno())
        )
        theirs.close()
        return _Process(running, ours)

    def keep_filled(self) -> None:
        """Start a process where there is none, or where it ended."""
        if self.process and self.process.look():
            self.wait = FIRST_WAIT
        if self.process and self.process.ended:
            logger.error("%s %d ended with %d", self.kind, self.process.running.pid, self.process.running.returncode)
            self.process.line.close()
            self.process = None
            self.again_at = time.monotonic() + self.wait
            self.wait = min(2 * self.wait, LONGEST_WAIT)
        if self.process is None and time.monotonic() >= self.again_at:
            self.process = self.start()


class Supervisor:
    """The processes of one machine."""

    def __init__(self, host: str, port: int, action_port: int, workers: int) -> None:
        """Take the ports.

        Args:
            host: the address to listen on.
            port: the port to listen on.
            action_port: the port of the action servers, on loopback.
            workers: the number of servers, and of action servers.

        Raises:
            OSError: when a port is taken, or may not be.
        """
        self._workers = workers
        self._public = socket.create_server((host, port), family=_family(host), backlog=1024)
        self._actions = socket.create_server(("127.0.0.1", action_port), backlog=1024)
        self._apology = Apology(self._public)
        self._places: list[_Place] = []

    def start(self, model: Path) -> None:
        """Start all processes.

        Args:
            model: path of the model.

        Raises:
            NotStartedError: when one is not ready in time.
        """
        self._apology.begin()
        self._places = self._made(model)
        for place in self._places:
            place.process = place.start()
        for place in self._places:
            if place.process:
                # The first server that is ready answers, while others still start.
                self._await(place.process, meanwhile=self._attend)
        self._attend()

    def look(self) -> None:
        """Start again what ended; to be called now and then."""
        for place in self._places:
            place.keep_filled()
        self._attend()

    def _attend(self) -> None:
        """Apologise while no server is ready."""
        ready = any(place.process and place.process.look() for place in self._places if place.kind == SERVER)
        (self._apology.end if ready else self._apology.begin)()

    def replace(self, model: Path) -> None:
        """Put new processes in the places of the old, one by one, so that no request is lost.

        Args:
            model: path of the model for the new ones.

        Raises:
            NotStartedError: when a new process is not ready in time; the old ones that are left stay.
        """
        for number, place in enumerate(self._made(model)):
            place.process = place.start()
            try:
                self._await(place.process, meanwhile=self.look)
            except NotStartedError:
                place.process.stop()
                raise
            old, self._places[number] = self._places[number], place
            if old.process:
                old.process.stop()

    def stop(self) -> None:
        """End all processes."""
        stopping = [threading.Thread(target=place.process.stop) for place in self._places if place.process]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join()
        self._apology.end()

    def _made(self, model: Path) -> list[_Place]:
        """Empty places; the action servers first, since a server needs one to be of use."""
        python = [sys.executable, "-m"]
        actions, server = [*python, "actions"], [*python, "bot.server", str(model)]
        return [
            *(_Place("action server", actions, self._actions) for _ in range(self._workers)),
            *(_Place(SERVER, server, self._public) for _ in range(self._workers)),
        ]

    def _await(self, process: _Process, meanwhile: Callable[[], None]) -> None:
        end = time.monotonic() + READY_SECONDS
        while not process.look():
            if process.ended or time.monotonic() > end:
                raise NotStartedError
            time.sleep(LOOK_SECONDS)
            meanwhile()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
