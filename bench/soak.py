"""Hours of use of an assistant that this script starts, and a picture of the memory of its processes.

uv run python bench/soak.py --minutes 120 --out soak

Writes OUT.csv, while it runs, and OUT.png. The baseline is the first quarter of the time: the last one is printed as a
ratio to it. Users come at a steady pace: conversations of ten messages, of which some are erased, some abandoned.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import click
import httpx
import matplotlib as mpl

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot import evaluation

mpl.use("Agg")

import matplotlib.pyplot as plt

SAMPLE_SECONDS = 15
MESSAGES = 10
#: Not only "Sorry": so begins what is said to who writes in another language.
APOLOGY = "Sorry, het antwoord lukt mij nu niet"


class Users(threading.Thread):
    """Conversation after conversation, with a pause between messages."""

    def __init__(self, url: str, pause: float, seed: int) -> None:
        """Make them.

        Args:
            url: of the assistant.
            pause: seconds between two messages.
            seed: of chance.
        """
        super().__init__(daemon=True)
        self._client, self._pause, self._chance = httpx.Client(base_url=url, timeout=10), pause, random.Random(seed)
        self._texts = [question.text for question in evaluation.questions()]
        self.times: list[float] = []
        self.failures = 0

    def run(self) -> None:
        """Go on for ever."""
        while True:
            try:
                self._conversation()
            except (httpx.HTTPError, KeyError):
                self.failures += 1

    def _conversation(self) -> None:
        token = self._client.post("/webhooks/web/sessions").json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        for _ in range(MESSAGES):
            time.sleep(self._pause)
            began = time.monotonic()
            response = self._client.post(
                "/webhooks/web/messages", json={"text": self._chance.choice(self._texts)}, headers=headers
            )
            self.times.append(time.monotonic() - began)
            self.failures += response.status_code != 200 or response.json()["messages"][0]["text"].startswith(APOLOGY)
        if self._chance.random() < 1 / 3:
            self._client.delete("/webhooks/web/sessions", headers=headers)


@click.command()
@click.option("--minutes", default=120.0)
@click.option("--users", default=4)
@click.option("--pause", default=2.0, help="Seconds between the messages of a user.")
@click.option("--port", default=5400)
@click.option("--out", type=click.Path(path_type=Path), default=Path("soak"))
def main(minutes: float, users: int, pause: float, port: int, out: Path) -> None:
    """Run it."""
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"MELDWIJZER_DATA": os.environ.get("MELDWIJZER_DATA", data)}
        process = subprocess.Popen([sys.executable, "-m", "bot.cli", "start", "--port", str(port)], env=environment)
        try:
            url = f"http://127.0.0.1:{port}"
            _await(url)
            people = [Users(url, pause, seed) for seed in range(users)]
            for each in people:
                each.start()
            rows = _sample(process.pid, people, minutes, out.with_suffix(".csv"))
        finally:
            process.terminate()
            process.wait(30)
    _tell(rows)
    _draw(rows, out.with_suffix(".png"))


def _await(url: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(f"{url}/health").status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(1)
    raise SystemExit("not started")


def _sample(pid: int, people: list[Users], minutes: float, path: Path) -> list[dict[str, float]]:
    rows: list[dict[str, float]] = []
    began = time.monotonic()
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, ["minute", "server", "actions", "messages", "failures", "p95_ms"])
        table.writeheader()
        while (minute := (time.monotonic() - began) / 60) < minutes:
            recent = [each for person in people for each in person.times[-50:]]
            row = {
                "minute": round(minute, 2),
                **_memory(pid),
                "messages": sum(len(person.times) for person in people),
                "failures": sum(person.failures for person in people),
                "p95_ms": round(1000 * statistics.quantiles(recent, n=20)[-1], 1) if len(recent) > 1 else 0,
            }
            rows.append(row)
            table.writerow(row)
            file.flush()
            time.sleep(SAMPLE_SECONDS)
    return rows


def _memory(pid: int) -> dict[str, float]:
    """Resident MiB of the server and of the action server."""
    found = {"server": 0.0, "actions": 0.0}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        kind = "actions" if b"\0actions\0" in Path(f"/proc/{child}/cmdline").read_bytes() else "server"
        (resident,) = (line for line in Path(f"/proc/{child}/status").read_text().splitlines() if "VmRSS" in line)
        found[kind] = round(int(resident.split()[1]) / 1024, 1)
    return found


def _tell(rows: list[dict[str, float]]) -> None:
    last = rows[-1]
    print(f"{last['minute']} minutes, {last['messages']} messages, {last['failures']} failures")
    quarter = max(1, len(rows) // 4)
    for part in ("server", "actions", "p95_ms"):
        first, end = (statistics.median(row[part] for row in some) for some in (rows[:quarter], rows[-quarter:]))
        print(f"{part:8} first quarter {first:8.1f}  last quarter {end:8.1f}  ratio {end / first:.3f}")


def _draw(rows: list[dict[str, float]], path: Path) -> None:
    figure, (memory, speed) = plt.subplots(2, sharex=True, figsize=(8, 5), layout="constrained")
    minutes = [row["minute"] for row in rows]
    for part in ("server", "actions"):
        memory.plot(minutes, [row[part] for row in rows], label=part)
    memory.set(ylabel="resident, MiB", ylim=(0, None))
    memory.legend()
    speed.plot(minutes, [row["p95_ms"] for row in rows])
    speed.set(xlabel="minutes", ylabel="p95, ms", ylim=(0, None))
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main()
