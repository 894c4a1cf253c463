"""A backup of the register: the advice requests and nothing else.

Conversations, receipts, unanswered questions and group sessions are not in it: they are to disappear when their time is
over, and a backup would keep them (contract 3). Nor is the secret key, without which nothing of worth is lost.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import os
import zlib
from collections import Counter
from pathlib import Path

import sqlalchemy as sa

from meldwijzer import database
from meldwijzer.database import AdviceRequest

#: Without the number of the row, so that a register that went on meanwhile can take in a backup.
COLUMNS = tuple(column for column in AdviceRequest.__table__.columns if column.name != "id")
NAMES = [column.name for column in COLUMNS]

Row = tuple[str, ...]


class BackupError(ValueError):
    """A file that is no backup of the register, or not a whole one; the message is Dutch."""


def write(path: Path) -> int:
    """Write all advice requests to a file, in gzipped CSV, readable by its owner only.

    Args:
        path: of the file; one that is there is replaced when the new one is complete.

    Returns:
        The number of advice requests.
    """
    rows = sorted(_stored().elements())
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.touch(mode=0o600, exist_ok=False)
        with fresh.open("wb") as file:
            with gzip.open(file, "wt", encoding="utf-8", newline="") as text:
                lines = csv.writer(text)
                lines.writerow(NAMES)
                lines.writerows(rows)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return len(rows)


def restore(path: Path) -> int:
    """Put back the advice requests of a file that are not in the register, all of them or none.

    Of requests that are the same in everything there are then at least as many as in the file, so that a second time
    adds nothing. Someone's new request on the very day of a lost one that was the same is taken for that one.

    Args:
        path: of a file that `write` made.

    Returns:
        The number of advice requests that were put back.

    Raises:
        BackupError: when the file is not a whole backup.
    """
    missing = list((_read(path) - _stored()).elements())
    with database.session() as opened:
        opened.add_all(AdviceRequest(**_values(row)) for row in missing)
    return len(missing)


def _stored() -> Counter[Row]:
    with database.session() as opened:
        return Counter(tuple("" if value is None else str(value) for value in row) for row in
                       opened.execute(sa.select(*COLUMNS)))  # fmt: skip


def _read(path: Path) -> Counter[Row]:
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
            lines = csv.reader(text)
            if next(lines, None) != NAMES:
                raise BackupError(f"{path} is geen back-up van dit register.")
            rows = [tuple(line) for line in lines]
    # A file that was cut off has no end that gzip knows, one that was damaged another checksum.
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise BackupError(f"{path} is geen hele back-up: {type(error).__name__}.") from None
    for number, row in enumerate(rows, 2):
        if not _fits(row):
            raise BackupError(f"Regel {number} van {path} is geen adviesvraag.")
    return Counter(rows)


def _fits(row: Row) -> bool:
    if len(row) != len(COLUMNS):
        return False
    try:
        dt.date.fromisoformat(row[NAMES.index("day")])
    except ValueError:
        return False
    return all(
        len(value) <= getattr(column.type, "length", 10) and (value or column.nullable)
        for column, value in zip(COLUMNS, row)
    )


def _values(row: Row) -> dict[str, object]:
    values: dict[str, object] = {name: value or None for name, value in zip(NAMES, row)}
    return values | {"day": dt.date.fromisoformat(row[NAMES.index("day")])}
