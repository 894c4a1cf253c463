"""Rasa's own end-to-end tests of the dialogues, made to fail on prediction errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from meldwijzer.settings import ROOT


def test_stories(model: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rasa", "test", "core", "--model", str(model), "--stories", "tests/dialogue",
         "--fail-on-prediction-errors", "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    failed = tmp_path / "failed_test_stories.yml"
    assert done.returncode == 0, failed.read_text() if failed.exists() else done.stderr[-3000:]
    assert not failed.exists() or "None of the test stories failed" in failed.read_text()
