"""Log lines hold no word of a user, whoever writes them."""

from __future__ import annotations

import logging
import subprocess
import sys

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


def test_no_log_line_holds_the_text() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert CANARY not in done.stdout + done.stderr
    assert "turn failed ValueError at" in done.stderr
    assert "stopped: RuntimeError at" in done.stderr
    assert done.stderr.count("rasa.core.processor") == 2


def test_own_messages_are_written_in_full() -> None:
    from meldwijzer.logs import TextFreeFormatter

    record = logging.LogRecord("meldwijzer.web", logging.INFO, "web.py", 1, "%d started", (3,), None)
    record.created, record.msecs = 1764000000.25, 250.0
    assert TextFreeFormatter().format(record) == "2025-11-24T16:00:00.250Z INFO meldwijzer.web 3 started"
