"""What several unit tests stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from meldwijzer import database
from meldwijzer.settings import settings


@pytest.fixture
def own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty SQLite database of one's own."""
    monkeypatch.setenv("MELDWIJZER_DATA", str(tmp_path))
    monkeypatch.delenv("MELDWIJZER_DATABASE_URL", raising=False)
    settings.cache_clear()
    database.engine.cache_clear()
    yield
    database.engine().dispose()
    settings.cache_clear()
    database.engine.cache_clear()
