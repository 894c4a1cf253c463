"""A backup of the register brings back exactly what was lost, and keeps nothing else."""

from __future__ import annotations

import datetime as dt
import gzip
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from meldwijzer import backup, database

pytestmark = pytest.mark.usefixtures("own_database")

KNOWN = {"region": "onbekend", "sector": "ggz", "topic": "privacy", "step": "stap2", "age_group": "18-64",
         "form_of_violence": "psychisch", "outcome": "open", "channel": "web", "day": dt.date(2026, 3, 1)}  # fmt: skip


def add(count: int, **values: object) -> None:
    with database.session() as opened:
        opened.add_all(database.AdviceRequest(**(KNOWN | values)) for _ in range(count))


def register() -> Counter[tuple[object, ...]]:
    with database.session() as opened:
        rows = opened.execute(sa.select(*backup.COLUMNS))
        return Counter(tuple(row) for row in rows)


def lose() -> None:
    with database.session() as opened:
        opened.execute(sa.delete(database.AdviceRequest))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A backup of six requests, three of which are the same."""
    database.migrate()
    add(3)
    add(2, day=dt.date(2026, 3, 2), municipality="Arnhem")
    add(1, sector="onderwijs")
    path = tmp_path / "register.csv.gz"
    assert backup.write(path) == 6
    return path


def test_brings_back_exactly_what_was_lost(file: Path) -> None:
    before = register()
    lose()
    assert backup.restore(file) == 6
    assert register() == before
    assert backup.restore(file) == 0
    assert register() == before


def test_holds_no_unanswered_question(tmp_path: Path) -> None:
    database.migrate()
    add(1)
    database.keep_unanswered("wat moet ik met [naam]", dt.date(2026, 3, 1))
    assert backup.write(tmp_path / "register.csv.gz") == 1
    assert b"[naam]" not in gzip.decompress((tmp_path / "register.csv.gz").read_bytes())


def test_keeps_what_came_after_it(file: Path) -> None:
    lose()
    # Their numbers are those of rows in the backup.
    add(2, day=dt.date(2026, 3, 9))
    assert backup.restore(file) == 6
    assert sum(register().values()) == 8


def test_brings_back_a_part(file: Path) -> None:
    before = register()
    with database.session() as opened:
        first = sa.select(sa.func.min(database.AdviceRequest.id)).scalar_subquery()
        opened.execute(
            sa.delete(database.AdviceRequest)
            .where(database.AdviceRequest.id == first)
            .execution_options(synchronize_session=False)
        )
    assert backup.restore(file) == 1
    assert register() == before


def test_is_for_its_owner_and_holds_the_register_only(file: Path) -> None:
    database.record(database.AdviceRequest(**KNOWN), "draft")
    backup.write(file)
    assert file.stat().st_mode & 0o777 == 0o600
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    assert lines[0] == "day,region,municipality,sector,topic,step,form_of_violence,age_group,outcome,channel"
    assert len(lines) == 8
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []


def damaged(file: Path, how: str) -> bytes:
    whole = file.read_bytes()
    text = gzip.decompress(whole).decode()
    return {
        "cut off": whole[: len(whole) // 2],
        "changed": whole[:-6] + bytes([whole[-6] ^ 1]) + whole[-5:],
        "no gzip": text.encode(),
        "empty": b"",
        "another file": gzip.compress(b"name,phone\r\nx,y\r\n"),
        "no day": gzip.compress(text.replace("2026-03-02", "gisteren").encode()),
        "too long": gzip.compress(text.replace("onderwijs", "x" * 21).encode()),
        "no region": gzip.compress(text.replace("onbekend", "").encode()),
    }[how]


@pytest.mark.parametrize(
    "how", ["cut off", "changed", "no gzip", "empty", "another file", "no day", "too long", "no region"]
)
def test_refuses_what_is_no_whole_backup(file: Path, how: str) -> None:
    file.write_bytes(damaged(file, how))
    lose()
    with pytest.raises(backup.BackupError):
        backup.restore(file)
    assert not register()
