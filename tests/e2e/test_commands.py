"""The commands of contract 1, as a user types them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from meldwijzer.settings import ROOT
from tests.conftest import lend


def meldwijzer(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        cwd=ROOT,
        env=os.environ | {"MELDWIJZER_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def with_model(model: Path, data: Path) -> Path:
    lend(model, data)
    return data


def test_ask_prints_the_json_of_contract_2(model: Path, tmp_path: Path) -> None:
    done = meldwijzer(with_model(model, tmp_path / "data"), "ask", "Hoe lang duurt een huisverbod?")
    assert done.returncode == 0, done.stderr[-2000:]
    (message,) = json.loads(done.stdout)["messages"]
    assert message["topic"] == "hv.duur"
    assert message["sources"]


def test_start_on_a_port_that_is_taken_says_so(model: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = meldwijzer(with_model(model, tmp_path / "data"), "start", "--port", str(taken.getsockname()[1]))
    assert done.returncode != 0
    assert "Is de poort nog vrij?" in done.stderr


def test_every_command_explains_itself(tmp_path: Path) -> None:
    shown = meldwijzer(tmp_path, "--help").stdout
    for command in ("start", "train", "check", "ask", "redact", "group", "backup", "purge", "migrate"):
        assert command in shown
        assert meldwijzer(tmp_path, command, "--help").returncode == 0


def test_purge_and_migrate(tmp_path: Path) -> None:
    assert meldwijzer(tmp_path, "migrate").returncode == 0
    assert "0 gesprekken verwijderd" in meldwijzer(tmp_path, "purge").stdout
