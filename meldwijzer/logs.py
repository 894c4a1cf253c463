"""Logging that cannot hold a word that a user typed.

Rasa, Sanic and others put message texts, and on errors the local variables of every frame, into their
log records. So a record of theirs is reduced to where it came from and the kind of error; only our own
loggers, which never receive user text, are written in full. An answered message makes no line: when someone asked
is nobody's business, and bot/metrics.py counts.
"""

from __future__ import annotations

import datetime as dt
import logging
import sys
import traceback
import warnings
from pathlib import Path
from types import TracebackType

import structlog

from meldwijzer.settings import settings

OWN = "meldwijzer"


class TextFreeFormatter(logging.Formatter):
    """Formats a record as time (UTC), level, logger and, for our own loggers only, the message."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line for `record`, without arguments or messages of other people's loggers."""
        return " ".join(fields(record).values())


class JsonFormatter(logging.Formatter):
    """The same as an object of JSON a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line for `record`, without arguments or messages of other people's loggers."""
        return str(structlog.processors.JSONRenderer(ensure_ascii=False)(None, "", fields(record)))


def fields(record: logging.LogRecord) -> dict[str, str]:
    """What may be known of a record, in the order of a line."""
    own = record.name == OWN or record.name.startswith(f"{OWN}.")
    moment = dt.datetime.fromtimestamp(record.created, dt.timezone.utc)
    known = {
        "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "logger": record.name,
        "event": record.getMessage() if own else f"{record.module}:{record.lineno}",
    }
    if record.exc_info and record.exc_info[0]:
        known["error"] = _where(record.exc_info[0], record.exc_info[2])
    return known


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
    handler.setFormatter(JsonFormatter() if settings().log_format == "json" else TextFreeFormatter())
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
