"""Log lines hold no word of a user, whoever writes them."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys

from meldwijzer import logs

CANARY = "kanarievogel-4711"
PROGRAM = f"""
import logging, structlog, warnings
from meldwijzer import logs
early = logging.getLogger("rasa.core.processor")
logs.configure()
early.warning("user said {CANARY}")
early.error("user said %s", "{CANARY}")
structlog.get_logger("rasa").warning("event", text="{CANARY}")
structlog.get_logger("rasa").error("event.{CANARY}", text="{CANARY}")
warnings.warn("about {CANARY}")
try:
    raise ValueError("{CANARY}")
except ValueError as error:
    logging.getLogger("sanic.error").exception("while {CANARY}")
    logs.logger("web").error("turn failed", exc_info=error)
raise RuntimeError("{CANARY}")
"""


def written(log_format: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"MELDWIJZER_LOG_FORMAT": log_format},
        capture_output=True,
        text=True,
        check=False,
    )
    assert CANARY not in done.stdout + done.stderr
    return done.stderr.splitlines()


def test_no_log_line_holds_the_text() -> None:
    lines = written("text")
    assert len([line for line in lines if "turn failed ValueError at" in line]) == 1
    assert len([line for line in lines if "stopped: RuntimeError at" in line]) == 1
    assert len([line for line in lines if "rasa.core.processor" in line]) == 2


def test_no_line_of_json_holds_the_text() -> None:
    lines = [json.loads(line) for line in written("json")]
    assert all(set(line) <= {"time", "level", "logger", "event", "error"} for line in lines)
    (failed,) = [line for line in lines if line["logger"] == "meldwijzer.web"]
    assert failed["level"] == "ERROR"
    assert failed["event"] == "turn failed"
    assert failed["error"].startswith("ValueError at ")
    (foreign,) = [line for line in lines if line["logger"] == "sanic.error"]
    assert re.fullmatch(r"\S+:\d+", foreign["event"])
    assert lines[-1]["event"].startswith("stopped: RuntimeError at")


def test_own_messages_are_written_in_full() -> None:
    record = logging.LogRecord("meldwijzer.web", logging.INFO, "web.py", 1, "%d started", (3,), None)
    record.created = 1764000000.25
    assert logs.TextFreeFormatter().format(record) == "2025-11-24T16:00:00.250Z INFO meldwijzer.web 3 started"
    assert json.loads(logs.JsonFormatter().format(record))["event"] == "3 started"
