"""Logging that cannot hold a word that a user typed.

Rasa, Sanic and others put message texts, and on errors the local variables of every frame, into their
log records. So a record of theirs is reduced to where it came from and the kind of error; only our own
loggers, which never receive user text, are written in full.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
import warnings
from pathlib import Path
from types import TracebackType

import structlog

OWN = "meldwijzer"


class TextFreeFormatter(logging.Formatter):
    """Formats a record as time (UTC), level, logger and, for our own loggers only, the message."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """Return one line for `record`, without arguments or messages of other people's loggers."""
        own = record.name == OWN or record.name.startswith(f"{OWN}.")
        what = record.getMessage() if own else f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[0]:
            what += f" {_where(record.exc_info[0], record.exc_info[2])}"
        return f"{self.formatTime(record)} {record.levelname} {record.name} {what}"


def _where(kind: type[BaseException], trace: TracebackType | None) -> str:
    """The kind of an error and the files and lines it passed; its message may quote a user."""
    frames = traceback.extract_tb(trace)[-4:]
    return f"{kind.__name__} at " + " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))


def logger(part: str) -> logging.Logger:
    """The logger of one part of this project; never give it anything that a user typed."""
    return logging.getLogger(f"{OWN}.{part}")


def configure() -> None:
    """Send all logging of this process to standard error, free of user text."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextFreeFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OWN).setLevel(logging.INFO)
    for name in list(logging.root.manager.loggerDict):
        other = logging.getLogger(name)
        other.handlers.clear()
        other.propagate = True
    logging.raiseExceptions = False
    # Rasa's structlog events carry texts as fields, so they go through the standard formatter without them.
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, _event_only],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.captureWarnings(capture=True)
    warnings.simplefilter("ignore")
    sys.excepthook = lambda kind, _, trace: logging.getLogger(OWN).critical("stopped: %s", _where(kind, trace))


def _event_only(_: object, __: str, event: structlog.typing.EventDict) -> tuple[tuple[str], dict[str, object]]:
    return (str(event.get("event", "")),), {"exc_info": event.get("exc_info")}
