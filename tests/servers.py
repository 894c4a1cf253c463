"""PostgreSQL and Redis servers of our own, on loopback, for as long as a test needs them."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").exists() else []


class PostgreSQL:
    """A PostgreSQL server, which can be taken away and given back."""

    def __init__(self, port: int) -> None:
        """Start one."""
        if not BINARIES:
            pytest.skip("needs postgres")
        # Not under the folder of pytest, which another pytest that starts closes for other users.
        self._folder, self._port = Path(tempfile.mkdtemp(prefix="postgresql-")), port
        self._as_user: list[str] = []
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root; Debian's package made a user for it.
            shutil.chown(self._folder, "postgres")
            self._as_user = ["runuser", "-u", "postgres", "--"]
        self._run(BINARIES[-1] / "initdb", "-D", self._folder / "data", "-U", "meldwijzer", "-A", "trust", "-E", "UTF8")
        self.start()
        self.url = f"postgresql://meldwijzer@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        """Start it again."""
        self._control("-o", f"-h 127.0.0.1 -p {self._port} -k {self._folder}", "-l", self._folder / "log", "start")

    def stop(self) -> None:
        """Stop it at once, whatever is connected."""
        self._control("-m", "fast", "stop")

    def remove(self) -> None:
        """Stop it for good."""
        self.stop()
        shutil.rmtree(self._folder)

    def database(self, name: str) -> str:
        """The address of a new, empty database."""
        self._run(BINARIES[-1] / "createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", "meldwijzer", name)
        return self.url.replace("/postgres", f"/{name}")

    def _control(self, *arguments: str | Path) -> None:
        self._run(BINARIES[-1] / "pg_ctl", "-D", self._folder / "data", "-w", *arguments)

    def _run(self, *command: str | Path) -> None:
        # Its output may not be captured: the server that it starts would keep the pipe open.
        subprocess.run([*self._as_user, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       cwd="/")  # fmt: skip


class Redis:
    """A Redis server, which can be taken away and given back."""

    def __init__(self, folder: Path, port: int) -> None:
        """Start one that writes nothing to disk."""
        if shutil.which("redis-server") is None:
            pytest.skip("needs redis-server")
        self._port = port
        self._command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        self.url = f"redis://127.0.0.1:{port}/0"
        self.start()

    def start(self) -> None:
        """Start it, again and empty."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return
            time.sleep(0.05)
        raise AssertionError("Redis did not start")

    def stop(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()
