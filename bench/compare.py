"""Compare Meldwijzer with stock Rasa on the same machine: training, load, long conversations, accuracy.

    uv run python bench/compare.py train --epochs 5     # both; stock for so many of its 100 epochs
    uv run python bench/compare.py load                 # 1, 10 and 50 users, both systems in turn
    uv run python bench/compare.py turns                # conversations of a hundred turns
    uv run python bench/compare.py accuracy             # tests/nlu/questions.yml
    uv run python bench/compare.py load --systems ours,stock,stock-pinned,stock-rules,stock-sqlite,empty

Stock is what bench/stock_project.py writes, run by `rasa run` with its REST channel in an environment of its own.
Ours is `meldwijzer start`. Both use our action server, as a process beside the Rasa server, and both get the
messages of bench/load.py. Speed does not depend on how long a model was trained, so that the stock model may be one
of few epochs. Everything is kept under var/bench.

`stock-pinned` is stock Rasa in our environment, with our jsonschema and the same versions otherwise; `stock-rules` has
no stories, so that TEDPolicy and UnexpecTEDIntentPolicy have nothing to predict; `stock-sqlite` keeps conversations in
SQLite, as ours does, instead of in memory; `empty` understands nothing: a keyword for an intent, RulePolicy, and the
action server, which is what Rasa itself costs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

import stock_project
from systems import ACTIONS, FOLDER, STOCK, SYSTEMS, URL, Cost, Running, run, running, train_stock

from bot import evaluation, training
from meldwijzer.settings import ROOT
from meldwijzer.topics import topic_of

#: What Rasa proposes for DIETClassifier and ResponseSelector.
EPOCHS = 100
TURNS, PART, CONVERSATIONS = 100, 10, 10
LOCUST = ("uv", "run", "--no-project", "--python", "3.10", "--with", "locust==2.46.0", "--with", "pyyaml", "locust")
HEADING = (
    f"{'system':13} {'users':>5} {'msg/s':>7} {'p50 ms':>7} {'p95 ms':>7} {'p99 ms':>7} {'failed':>6} "
    f"{'CPU ms a message':>17} {'MB':>11} {'busy':>5}"
)


def main() -> None:
    """Do what is asked for."""
    options = argparse.ArgumentParser()
    options.add_argument("what", choices=["train", "load", "turns", "accuracy"])
    options.add_argument("--epochs", type=int, default=5, help=f"how long stock is trained; Rasa proposes {EPOCHS}")
    options.add_argument("--systems", default="ours,stock", help=f"of {', '.join(SYSTEMS)}")
    options.add_argument("--users", default="1,10,50")
    options.add_argument("--seconds", type=int, default=40)
    options.add_argument("--rounds", type=int, default=2)
    chosen = options.parse_args()
    systems = chosen.systems.split(",")
    FOLDER.mkdir(parents=True, exist_ok=True)
    if chosen.what == "train":
        train(chosen.epochs)
    elif chosen.what == "load":
        load(systems, [int(users) for users in chosen.users.split(",")], chosen.seconds, chosen.rounds)
    elif chosen.what == "turns":
        turns(systems, chosen.rounds)
    else:
        accuracy()


def train(epochs: int) -> None:
    """Train ours with nothing remembered, then stock for some epochs; print what both took and stock would take."""
    data = Path(tempfile.mkdtemp(dir=FOLDER))
    ours = run([sys.executable, "-m", "bot.cli", "train"], ROOT, data / "train.log", MELDWIJZER_DATA=str(data))
    shutil.rmtree(data)
    print(f"ours: {told(ours)}", flush=True)
    shutil.rmtree(STOCK, ignore_errors=True)
    stock_project.write(STOCK, ACTIONS, epochs)
    stock = train_stock(STOCK)
    print(f"stock, {epochs} epochs: {told(stock)}")
    more = 0.0
    for name, seconds in epochs_in((STOCK / "train.log").read_text(encoding="utf-8")):
        print(f"  {name}: {seconds:.1f} s an epoch")
        more += seconds * (EPOCHS - epochs)
    whole = stock.wall + more
    print(f"stock, {EPOCHS} epochs, computed from that: {whole:.0f} s; ours takes {ours.wall / whole:.3f} of it")


def told(cost: Cost) -> str:
    """A cost in words."""
    return f"{cost.wall:.0f} s, of all cores together {cost.cpu:.0f} s, at most {cost.megabytes:.0f} MB"


def epochs_in(log: str) -> list[tuple[str, float]]:
    """DIETClassifier and ResponseSelector in a log of `rasa train`, with the seconds of one epoch."""
    found = []
    for part in log.split("Starting to train component ")[1:]:
        name = part.split("'")[1]
        done = re.findall(r"(\d+)/\1 \[(?:(\d+):)?(\d+):(\d+)<", part)
        if done and name in {"DIETClassifier", "ResponseSelector"}:
            epochs, hours, minutes, seconds = (int(value or 0) for value in done[-1])
            found.append((name, (hours * 3600 + minutes * 60 + seconds) / epochs))
    return found


def load(systems: list[str], users: list[int], seconds: int, rounds: int) -> None:
    """Load the systems in turn, print each run, and at the end the median of the rounds against stock."""
    runs: list[dict[str, Any]] = []
    print(HEADING, flush=True)
    for _ in range(rounds):
        for name in systems:
            with running(name) as system:
                locust(system, 5, 10)  # the first messages load what is only needed then
                for count in users:
                    runs.append(measured(system, count, seconds))
                    print(line(runs[-1]), flush=True)
    (FOLDER / "load.json").write_text(json.dumps(runs, indent=1), encoding="utf-8")
    if "stock" in systems:
        for count in users:
            base = middle(runs, "stock", count)
            for name in systems:
                mine = middle(runs, name, count)
                ratios = ", ".join(f"{key} {mine[key] / base[key]:.2f}" for key in mine)
                print(f"{name} against stock with {count} users: {ratios}")


def measured(system: Running, users: int, seconds: int) -> dict[str, Any]:
    """One run of bench/load.py with what it cost."""
    busy, before = os.getloadavg()[0], system.cpu()
    made = locust(system, users, seconds)
    spent = {part: (value - before[part]) * 1000 / made["total"] for part, value in system.cpu().items()}
    return made | {"system": system.name, "users": users, "cpu": spent, "memory": system.megabytes(), "busy": busy}


def locust(system: Running, users: int, seconds: int) -> dict[str, Any]:
    """The figures of one run of bench/load.py."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        command = [
            *LOCUST, "-f", str(ROOT / "bench" / "load.py"), "--headless", "--only-summary", "--host", URL,
            "--users", str(users), "--spawn-rate", str(users), "--run-time", f"{seconds}s",
            "--system", system.api, "--out", out.name,
        ]  # fmt: skip
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        written = Path(out.name).read_text(encoding="utf-8")
        if not written:
            raise SystemExit(ended.stderr)
        made: dict[str, Any] = json.loads(written)
        return made


def line(made: dict[str, Any]) -> str:
    """One run in the table."""
    cells = " ".join(f"{made[key]:7.1f}" for key in ("per_second", "p50", "p95", "p99"))
    spent, memory = (
        f"{made[key]['server']:.{digits}f} + {made[key]['actions']:.{digits}f}"
        for key, digits in (("cpu", 1), ("memory", 0))
    )
    counts = f"{made['failures']:6} {spent:>17} {memory:>11} {made['busy']:5.1f}"
    return f"{made['system']:13} {made['users']:5} {cells} {counts}"


def middle(runs: list[dict[str, Any]], name: str, users: int) -> dict[str, float]:
    """The medians of all rounds of a system."""
    mine = [made for made in runs if made["system"] == name and made["users"] == users]
    figures = {key: statistics.median(made[key] for made in mine) for key in ("per_second", "p50", "p95")}
    return figures | {"memory": statistics.median(sum(made["memory"].values()) for made in mine)}


def turns(systems: list[str], rounds: int) -> None:
    """Print how long the first and the last turns of long conversations take, one user at a time."""
    texts = [question.text for question in evaluation.questions()][:: len(evaluation.questions()) // TURNS][:TURNS]
    for _ in range(rounds):
        for name in systems:
            with running(name) as system, httpx.Client(base_url=URL, timeout=60) as client:
                conversation(client, system, "first", texts)  # the first messages load what is only needed then
                took = [conversation(client, system, f"user-{each}", texts) for each in range(CONVERSATIONS)]
            first = [one for turns in took for one in turns[:PART]]
            last = [one for turns in took for one in turns[-PART:]]
            (p50, p95), (late50, late95) = map(percentiles, (first, last))
            print(
                f"{name:13} turns 1-{PART}: p50 {p50:.1f} p95 {p95:.1f} ms; {TURNS - PART + 1}-{TURNS}: "
                f"p50 {late50:.1f} p95 {late95:.1f} ms; ratio p50 {late50 / p50:.2f} p95 {late95 / p95:.2f}",
                flush=True,
            )


def percentiles(took: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    return statistics.median(took), statistics.quantiles(took, n=20, method="inclusive")[-1]


def conversation(client: httpx.Client, system: Running, sender: str, texts: list[str]) -> list[float]:
    """The milliseconds of each turn; every tenth text comes at each place, so that all parts get all texts."""
    shift = sum(map(ord, sender)) % PART * PART
    headers = {}
    if system.api == "ours":
        headers["Authorization"] = f"Bearer {client.post('/webhooks/web/sessions').json()['token']}"
    took = []
    for text in (*texts[shift:], *texts[:shift]):
        start = time.perf_counter()
        if system.api == "ours":
            answer = client.post("/webhooks/web/messages", json={"text": text}, headers=headers)
        else:
            answer = client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
        took.append((time.perf_counter() - start) * 1000)
        answer.raise_for_status()
    return took


def accuracy() -> None:
    """Print how often each finds the topic of the questions of tests/nlu: as the first, and among the first three."""
    asked = evaluation.questions()
    read, written = FOLDER / "questions.json", FOLDER / "answers.json"
    read.write_text(json.dumps([question.text for question in asked]), encoding="utf-8")
    model = next(STOCK.glob("models/*.tar.gz"))
    command = [stock_project.python(), stock_project.STOCK / "ask.py", model, read, written]
    run(list(map(str, command)), STOCK, FOLDER / "ask.log")
    answers = json.loads(written.read_text(encoding="utf-8"))
    stock = [
        evaluation.Outcome(question, intent, ranking(intent, keys)) for question, (intent, keys) in zip(asked, answers)
    ]
    for name, made in (("ours", asyncio.run(understood(asked))), ("stock", stock)):
        first, among = evaluation.top(made, 1), evaluation.top(made, 3)
        print(f"{name:6} {len(made)} questions: {first:.3f} first, {among:.3f} among three")


async def understood(asked: list[evaluation.Question]) -> list[evaluation.Outcome]:
    """What our model makes of the questions."""
    from rasa.core.agent import load_agent

    return await evaluation.outcomes(await load_agent(str(training.current_model() or training.train())), asked)


def ranking(intent: str, keys: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The topics that stock Rasa considers, likeliest first.

    Where DIETClassifier is not sure, ResponseSelector still has an opinion, which counts in its favour.
    """
    topics = [(key.partition("/")[2], confidence) for key, confidence in keys]
    if intent in {"topic", evaluation.FALLBACK}:
        return topics
    return [(topic_of(intent) or intent, 1.0), *topics]


if __name__ == "__main__":
    main()
