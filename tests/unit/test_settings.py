"""Settings that are wrong are refused in words that tell what is right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from meldwijzer.settings import ROOT, Settings


@pytest.mark.parametrize(
    ("listed", "origins"),
    [
        ("", set()),
        ("https://www.gemeente.nl", {"https://www.gemeente.nl"}),
        (
            " https://WWW.gemeente.nl, https://intranet.gemeente.nl:8443,,http://localhost:8080,http://127.0.0.1 ",
            {
                "https://www.gemeente.nl",
                "https://intranet.gemeente.nl:8443",
                "http://localhost:8080",
                "http://127.0.0.1",
            },
        ),
    ],
)
def test_origins(listed: str, origins: set[str]) -> None:
    assert Settings(origins=listed).allowed_origins == origins


@pytest.mark.parametrize(
    "wrong",
    ["*", "null", "https://", "gemeente.nl", "https://gemeente.nl/", "https://gemeente.nl/pad", "https://*.gemeente.nl",
     "http://gemeente.nl", "https://gemeente.nl:443", "https://gemeente.nl:", "https://u@gemeente.nl",
     "https://gemeente.nl?a", "https://gemeente.nl https://a.nl", "https://ok.nl,*", "http://localhost.gemeente.nl"],
)  # fmt: skip
def test_no_origins(wrong: str) -> None:
    with pytest.raises(ValidationError, match=r"geen adres van een website"):
        Settings(origins=wrong)


@pytest.mark.parametrize("contact", ["mailto:a@gemeente.nl", "https://www.gemeente.nl/melden", "tel:+31612345678"])
def test_security_contact(contact: str) -> None:
    assert Settings(security_contact=contact).security_contact == contact


@pytest.mark.parametrize(
    "wrong", ["a@gemeente.nl", "http://gemeente.nl", "mailto:", "mailto:a\nExpires: b", "mailto:a\n", "tel:06"]
)
def test_no_security_contact(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Settings(security_contact=wrong)


def test_command_names_the_setting_and_shows_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "purge"],
        cwd=ROOT,
        env=os.environ | {"MELDWIJZER_DATA": str(tmp_path), "MELDWIJZER_ORIGINS": "https://gemeente.nl/"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: MELDWIJZER_ORIGINS: 'https://gemeente.nl/' is geen adres")
