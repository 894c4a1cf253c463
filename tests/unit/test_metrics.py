"""What is counted, by several processes, and what is not given out at the moment itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import Daily, subject
from meldwijzer.reply import CAUTION, Reply

TURNS = """
import os, sys
from prometheus_client import generate_latest
from bot import metrics
from meldwijzer.reply import Reply
metrics.BUILD.labels("1", "m" + sys.argv[1]).set(1)
for _ in range(int(sys.argv[1])):
    with metrics.turn("web", [Reply("Tekst", topic="hv.duur")] * 4):
        pass
with metrics.turn("telegram", []):
    pass
metrics.daily.give_out()
waiting = metrics.turn("web", [])
waiting.__enter__()
if sys.argv[1] == "3":
    # While this one lives the others are gone.
    print(generate_latest(metrics.added_up()).decode(), flush=True)
os._exit(0)
"""


@pytest.mark.parametrize(
    ("reply", "counted"),
    [
        (Reply("Tekst", topic="hv.duur"), "huisverbod"),
        (Reply("112: bel nu", topic="hv.duur"), "emergency"),
        (Reply(f"{CAUTION}\n\nTekst", suggestions=("hv.duur",)), "emergency"),
        (Reply("Welke?", suggestions=("hv.duur",)), "suggestions"),
        (Reply("Weet ik niet", topic="bot.buiten_bereik"), "declined"),
        (Reply("Tekst"), "other"),
        (Reply("Tekst", topic="van.een.gemeente"), "other"),
    ],
)
def test_what_a_reply_counts_as(reply: Reply, counted: str) -> None:
    assert subject(reply) == counted


def test_what_was_asked_about_is_given_out_in_tens() -> None:
    registry = CollectorRegistry()
    daily = Daily(Counter("replies", "", ["about"], registry=registry))

    def given(about: str) -> float | None:
        return registry.get_sample_value("replies_total", {"about": about})

    for _ in range(19):
        daily.add("meldcode")
    daily.add("emergency")
    assert given("meldcode") is None
    daily.give_out()
    assert given("meldcode") == 10
    assert given("emergency") is None
    daily.add("meldcode")
    assert given("meldcode") == 10
    daily.give_out()
    assert given("meldcode") == 20
    for _ in range(9):
        daily.add("emergency")
    daily.give_out()
    assert given("emergency") == 10


def test_processes_are_added_up_and_the_dead_have_nothing_under_way(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for turns in ("4", "8", "3"):
        done = subprocess.run(
            [sys.executable, "-c", TURNS, turns], env=environment, capture_output=True, text=True, check=True
        )
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(done.stdout)
        for sample in family.samples
    }
    assert samples["meldwijzer_turns_total", "web"] == 15
    assert samples["meldwijzer_turn_seconds_count", "web"] == 15
    assert samples["meldwijzer_turns_failed_total", "telegram"] == 3
    # 16, 32 and 12 replies: each process keeps back what makes no ten.
    assert samples["meldwijzer_replies_total", "huisverbod"] == 10 + 30 + 10
    assert samples["meldwijzer_turns_under_way",] == 1
    assert [key for key in samples if key[0] == "meldwijzer_build_info"] == [("meldwijzer_build_info", "m3", "1")]
