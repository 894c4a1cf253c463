"""The description of the API against a really running assistant, with Schemathesis in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from meldwijzer.settings import ROOT
from tests.conftest import Assistant

FOLDER = ROOT / "tests" / "e2e" / "schemathesis"
PATHS = {"/webhooks/web/sessions", "/webhooks/web/messages", "/health", "/health/live"}


@pytest.fixture(scope="module")
def schemathesis() -> Path:
    """The program, installed as its lock file says."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("needs uv")
    done = subprocess.run(
        [uv, "sync", "--quiet", "--locked", "--project", FOLDER],
        env=os.environ | {"UV_PROJECT_ENVIRONMENT": str(FOLDER / ".venv")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"needs schemathesis, which could not be installed: {done.stderr.strip()}")
    return FOLDER / ".venv" / "bin" / "schemathesis"


def test_is_served(assistant: Assistant) -> None:
    response = httpx.get(f"{assistant.url}/openapi.json")
    assert response.headers["content-type"] == "application/json"
    described = response.json()
    assert described["openapi"].startswith("3.")
    assert set(described["paths"]) == PATHS
    version = described["info"]["version"]
    for path in ("/openapi.json", *PATHS):
        assert httpx.get(f"{assistant.url}{path}").headers["api-version"] == version
    assert "api-version" not in httpx.get(f"{assistant.url}/demo").headers


def test_assistant_does_as_described(plain: Assistant, schemathesis: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [schemathesis, "--config-file", FOLDER / "schemathesis.toml", "run", f"{plain.url}/openapi.json"],
        cwd=tmp_path,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(FOLDER)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "No issues found" in done.stdout
    assert plain.session().say("Hoe lang duurt een huisverbod?")[0]["topic"] == "hv.duur"
