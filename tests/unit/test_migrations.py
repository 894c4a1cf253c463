"""The tables of the register go up and down, on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import alembic.command
import alembic.config
import pytest
import sqlalchemy as sa

from meldwijzer.settings import ROOT


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_migrations_go_up_and_down(kind: str, postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from meldwijzer import database
    from meldwijzer.settings import settings

    url = postgresql if kind == "postgresql" else f"sqlite:///{tmp_path / 'register.db'}"
    monkeypatch.setenv("MELDWIJZER_DATABASE_URL", url)
    monkeypatch.setenv("MELDWIJZER_DATA", str(tmp_path))
    settings.cache_clear()
    database.engine.cache_clear()
    try:
        config = alembic.config.Config()
        config.set_main_option("script_location", str(ROOT / "meldwijzer" / "migrations"))
        database.migrate()
        assert sa.inspect(database.engine()).has_table("advice_request")
        alembic.command.check(config)
        alembic.command.downgrade(config, "base")
        assert not sa.inspect(database.engine()).has_table("advice_request")
        database.migrate()
    finally:
        database.engine().dispose()
        settings.cache_clear()
        database.engine.cache_clear()
