"""What whoever keeps the assistant running sees of it: figures and log lines without a word, a sender or a moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from meldwijzer.settings import ROOT
from tests.conftest import Assistant, running

TOKEN = "alleen-voor-deze-metingen"
CANARY = "kanarievogelzang"


@pytest.fixture(scope="module")
def watched(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant that shows figures and writes JSON."""
    data = tmp_path_factory.mktemp("watched") / "data"
    with running(
        model, data, MELDWIJZER_METRICS_TOKEN=TOKEN, MELDWIJZER_LOG_FORMAT="json", MELDWIJZER_RATE_LIMIT="20"
    ) as started:
        yield started


def scrape(assistant: Assistant) -> tuple[dict[tuple[str, ...], float], str]:
    response = httpx.get(f"{assistant.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    assert response.headers["cache-control"] == "no-store"
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }, response.text


def test_figures_and_log_tell_how_it_goes_and_not_what_was_asked(watched: Assistant) -> None:
    before, _ = scrape(watched)
    assert before["meldwijzer_turns_failed_total", "web"] == 0
    conversation = watched.session()
    for sentence in (f"{CANARY} hoe lang duurt een huisverbod", f"hij slaat haar nu {CANARY}", CANARY):
        conversation.say(sentence)
    (actions,) = watched.children()["actions"]
    os.kill(actions, signal.SIGSTOP)
    try:
        (apology,) = conversation.say(f"wat is de kindcheck {CANARY}")
        assert apology["text"].startswith("Sorry")
        down, _ = scrape(watched)
        assert down["meldwijzer_part_up", "action_server"] == 0
        assert down["meldwijzer_part_up", "database"] == 1
        assert httpx.get(f"{watched.url}/health", timeout=10).status_code == 503
        assert httpx.get(f"{watched.url}/health/live").json() == {"status": "ok"}
    finally:
        os.kill(actions, signal.SIGCONT)
    for _ in range(20):
        httpx.get(f"{watched.url}/{CANARY}")
        limited = httpx.post(f"{watched.url}/webhooks/web/sessions")
    assert limited.status_code == 429
    after, text = scrape(watched)
    assert after["meldwijzer_part_up", "action_server"] == 1
    assert after["meldwijzer_turns_failed_total", "web"] == 1
    assert after["meldwijzer_turns_total", "web"] - before["meldwijzer_turns_total", "web"] >= 5
    assert after["meldwijzer_turn_seconds_count", "web"] == after["meldwijzer_turns_total", "web"]
    assert after["meldwijzer_turns_under_way",] == 0
    assert after["meldwijzer_http_responses_total", "429"] > 0
    assert after["meldwijzer_group_sessions",] == 0
    assert [key for key in after if key[0] == "meldwijzer_build_info"]
    # The day is not over, so nothing is given out of what was asked about, nor of danger.
    assert not [key for key in after if key[0] == "meldwijzer_replies_total"]
    sender_or_text = (CANARY, conversation.token, "huisverbod", "hv.duur", "127.0.0.1", "nood")
    assert [word for word in sender_or_text if word in text] == []
    log = [line for line in watched.log.read_text().splitlines() if line.startswith("{")]
    assert any(json.loads(line)["event"] == "turn failed" for line in log)
    assert [word for word in sender_or_text if any(word in line for line in log)] == []
    assert not [p for p in watched.data.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()]


@pytest.mark.parametrize("header", ["", "Bearer fout", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_figures_are_for_who_has_the_token(watched: Assistant, header: str) -> None:
    response = httpx.get(f"{watched.url}/metrics", headers={"Authorization": header} if header else None)
    assert response.status_code == 401
    assert "meldwijzer_" not in response.text


def test_no_figures_without_a_token_in_the_environment(assistant: Assistant) -> None:
    response = httpx.get(f"{assistant.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 404
    assert not (assistant.data / "metrics").exists()


REQUEST = sa.text(
    "insert into advice_request (day, region, sector, topic, step, form_of_violence, age_group, outcome, channel) "
    "values (:day, 'gelderland-midden', :sector, 'meldcode', 'stap1', 'lichamelijk', '4-11', 'advies', 'web')"
)


def begin(address: str, data: Path, *arguments: str) -> subprocess.Popen[str]:
    """A command on the database with an address."""
    environment = os.environ | {"MELDWIJZER_DATABASE_URL": address, "MELDWIJZER_DATA": str(data)}
    command = [sys.executable, "-m", "bot.cli", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def said(address: str, data: Path, *arguments: str) -> str:
    process = begin(address, data, *arguments)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    return output


def register(address: str) -> Counter[tuple[str, ...]]:
    engine = sa.create_engine(address, future=True)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("select day, region, sector, topic, channel from advice_request"))
        found = Counter(tuple(map(str, row)) for row in rows)
    engine.dispose()
    return found


def test_register_that_was_destroyed_comes_back_on_another_database(postgresql: str, tmp_path: Path) -> None:
    sqlite, other = (f"sqlite:///{tmp_path / name}" for name in ("register.db", "new.db"))
    said(sqlite, tmp_path, "migrate")
    engine = sa.create_engine(sqlite, future=True)
    with engine.begin() as connection:
        for day, sector, count in (("2026-03-01", "ggz", 12), ("2026-03-02", "onderwijs", 5), ("2026-03-02", "ggz", 1)):
            connection.execute(REQUEST, [{"day": day, "sector": sector}] * count)
    engine.dispose()
    before = register(sqlite)
    assert sum(before.values()) == 18
    assert "18 adviesvragen bewaard" in said(sqlite, tmp_path, "backup", str(tmp_path / "een.gz"))
    (tmp_path / "register.db").unlink()
    assert "18 adviesvragen teruggezet" in said(postgresql, tmp_path, "restore", str(tmp_path / "een.gz"))
    assert "0 adviesvragen teruggezet" in said(postgresql, tmp_path, "restore", str(tmp_path / "een.gz"))
    assert register(postgresql) == before
    # The numbering of PostgreSQL goes on behind what was put back.
    engine = sa.create_engine(postgresql, future=True)
    with engine.begin() as connection:
        connection.execute(REQUEST, {"day": "2026-03-03", "sector": "politie"})
    engine.dispose()
    said(postgresql, tmp_path, "backup", str(tmp_path / "twee.gz"))
    said(other, tmp_path, "restore", str(tmp_path / "twee.gz"))
    assert register(other) == register(postgresql)
    assert sum(register(other).values()) == 19


def test_machines_that_start_together_migrate_once(postgresql: str, tmp_path: Path) -> None:
    together = [begin(postgresql, tmp_path / str(machine), "migrate") for machine in range(4)]
    outputs = [process.communicate(timeout=60)[0] for process in together]
    assert [process.returncode for process in together] == [0] * 4, outputs
    assert not register(postgresql)
