"""The assistant on PostgreSQL, by `MELDWIJZER_DATABASE_URL`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import alembic.command
import alembic.config
import pytest
import sqlalchemy as sa

from meldwijzer.settings import ROOT
from tests.conftest import Conversation, Runner

CANARY = "kanarievogelzang"


def test_records_and_stores_no_word(postgresql: str, run_assistant: Runner) -> None:
    with run_assistant(MELDWIJZER_DATABASE_URL=postgresql) as assistant:
        conversation = assistant.session()
        conversation.say(f"{CANARY} hoe lang duurt een huisverbod")
        conversation.say("ik wil een adviesvraag vastleggen")
        for field, value in (("sector", "ggz"), ("region", "onbekend"), ("subject", "privacy"), ("step", "stap2"),
                             ("violence", "psychisch"), ("age", "18-64"), ("outcome", "open")):  # fmt: skip
            conversation.press(f'/inform{{"{field}":"{value}"}}')
        (done,) = conversation.press("/affirm")
        assert done["text"].startswith("Vastgelegd")
        assert not list(assistant.data.glob("*.db"))
    engine = sa.create_engine(postgresql, future=True)
    with engine.connect() as connection:
        (row,) = connection.execute(sa.text("select * from advice_request")).mappings()
        assert row["sector"] == "ggz"
        assert row["region"] == "onbekend"
        for table in sa.inspect(connection).get_table_names():
            everything = connection.execute(sa.text(f"select * from {table}")).fetchall()
            assert CANARY not in repr(everything)
    engine.dispose()


FIELDS = (("sector", "onderwijs"), ("region", "onbekend"), ("subject", "meldcode"), ("step", "stap4"),
          ("violence", "getuige"), ("age", "4-11"), ("outcome", "advies"))  # fmt: skip


def test_fifty_at_once_and_each_confirmed_twice_make_fifty_rows(postgresql: str, run_assistant: Runner) -> None:
    def record(conversation: Conversation) -> list[str]:
        conversation.press("/record_advice")
        for field, value in FIELDS:
            conversation.press(f'/inform{{"{field}":"{value}"}}')
        # As someone does who presses twice: the second press is under way before the first is answered.
        with ThreadPoolExecutor(2) as hands:
            presses = [hands.submit(conversation.press, "/affirm") for _ in range(2)]
        return [reply["text"] for press in presses for reply in press.result()]

    engine = sa.create_engine(postgresql, future=True)
    with run_assistant(MELDWIJZER_DATABASE_URL=postgresql) as assistant:
        with engine.connect() as connection:
            before = connection.scalar(sa.text("select count(*) from advice_request"))
        conversations = [assistant.session() for _ in range(50)]
        with ThreadPoolExecutor(10) as users:
            said = list(users.map(record, conversations))
        assert all(any(text.startswith("Vastgelegd") for text in texts) for texts in said)
        with engine.connect() as connection:
            assert connection.scalar(sa.text("select count(*) from advice_request")) == before + 50
    engine.dispose()


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
