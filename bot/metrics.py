"""What the assistant counts for whoever keeps it running: turns, times and failures, never a sender or a text.

Who reads these figures every few seconds, beside the log of a proxy, sees what happens at which moment, and at a small
municipality one moment is one person. So what is counted at once says only that the assistant was used, and how well it
worked. What it was asked about (the group of topics, danger, what it could not answer) is given out once a day and in
tens; the rest waits for a next day.

Several processes share one port, so each writes its figures to a file of its own in one folder, and whichever is asked
adds them up (multiprocess mode of prometheus_client).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
from collections import Counter as Counts
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from meldwijzer.reply import Reply
from meldwijzer.settings import settings
from meldwijzer.topics import OUT_OF_SCOPE, topics

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
NETHERLANDS = ZoneInfo("Europe/Amsterdam")
#: What is asked about is given out in so many at a time, as a report hides a count of fewer (meldwijzer/disclosure.py).
STEP = 10
#: How often the date is looked at, in seconds.
LOOK_SECONDS = 60
#: Seconds, up to the deadline of a turn.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5)

TURNS = Counter("meldwijzer_turns", "Messages, buttons and greetings that were handled", ["channel"])
FAILED = Counter("meldwijzer_turns_failed", "Turns without an answer: the user got the apology with 112", ["channel"])
SECONDS = Histogram("meldwijzer_turn_seconds", "Time until the answer", ["channel"], buckets=BUCKETS)
UNDER_WAY = Gauge("meldwijzer_turns_under_way", "Turns that wait for their answer", multiprocess_mode="livesum")
RESPONSES = Counter("meldwijzer_http_responses", "Responses; 429 is a client over its limit", ["status"])
REPLIES = Counter("meldwijzer_replies", "What was asked about: given out after midnight, in tens", ["about"])
BUILD = Gauge("meldwijzer_build_info", "Always 1: what is running", ["version", "model"], multiprocess_mode="livemax")


class Daily:
    """Counts that are kept back until their day is over, and then given out in steps."""

    def __init__(self, counter: Counter) -> None:
        """Begin with nothing kept back.

        Args:
            counter: where they are given out, with the one label `about`.
        """
        self._counter = counter
        self._kept: Counts[str] = Counts()

    def add(self, about: str) -> None:
        """Keep one back."""
        self._kept[about] += 1

    def give_out(self) -> None:
        """Give out all whole steps; what is left waits."""
        for about, count in self._kept.items():
            given = count - count % STEP
            if given:
                self._counter.labels(about).inc(given)
            self._kept[about] -= given


daily = Daily(REPLIES)


@contextmanager
def turn(channel: str, replies: list[Reply]) -> Iterator[None]:
    """Count one turn.

    Args:
        channel: name of the channel.
        replies: holds the answer when the turn is over; nothing when it failed.
    """
    with UNDER_WAY.track_inprogress(), SECONDS.labels(channel).time():
        yield
    TURNS.labels(channel).inc()
    if not replies:
        FAILED.labels(channel).inc()
    for reply in replies:
        daily.add(subject(reply))


def subject(reply: Reply) -> str:
    """What a reply counts as: danger, a choice of topics, out of reach, or the group of its topic."""
    if reply.emergency:
        return "emergency"
    if reply.suggestions:
        return "suggestions"
    if reply.topic == OUT_OF_SCOPE:
        return "declined"
    topic = topics().get(reply.topic or "")
    return topic.group if topic else "other"


async def give_out_daily() -> None:
    """Give out the counts of a day after its end, for as long as the server runs."""
    day = dt.datetime.now(NETHERLANDS).date()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        today = dt.datetime.now(NETHERLANDS).date()
        if today != day:
            day = today
            daily.give_out()


def environment() -> dict[str, str]:
    """What the processes of an assistant need in their environment to add up what they count.

    The folder is emptied: the figures begin anew with the assistant. Without `MELDWIJZER_METRICS_TOKEN` there is none.
    """
    if settings().metrics_token is None:
        return {}
    folder = settings().folder.resolve() / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return {FOLDER: str(folder)}


def added_up() -> CollectorRegistry:
    """The figures of all processes together."""
    folder = Path(os.environ[FOLDER])
    for file in folder.glob("gauge_live*.db"):
        process = file.stem.rpartition("_")[2]
        # Replaced or crashed: what it had under way is over.
        if not Path("/proc", process).exists():
            mark_process_dead(int(process), str(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))
    return registry
