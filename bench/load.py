"""Load on a running assistant with Locust: professionals who type questions and press buttons without a pause.

    uv run --no-project --python 3.10 --with locust==2.46.0 --with pyyaml locust -f bench/load.py --headless \
        --users 50 --spawn-rate 50 --run-time 40s --host http://127.0.0.1:5005 --system ours --out load.json

A conversation is a greeting, which is not counted, and ten messages: eight questions of tests/nlu/questions.yml in
the same random order for every system, a press on "meer uitleg" and a typed "waar staat dat?". Users wait for an
answer and go on at once, so the number of users is the number of messages under way. bench/compare.py runs this for
us and for stock Rasa.

Locust runs in an environment of its own: it is no part of the assistant.
"""

from __future__ import annotations

import itertools
import json
import random
import statistics
import time
from pathlib import Path
from typing import Any

import yaml
from locust import FastHttpUser, events, task
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.exception import RescheduleTask

QUESTIONS = Path(__file__).parent.parent / "tests" / "nlu" / "questions.yml"
GREETING = '/topic{"topic":"bot.groet"}'
EXPLAIN, SOURCE = "/more", "waar staat dat?"
#: Seconds at the beginning that do not count.
WARMING_UP = 5
#: What our channel says when the turn failed.
APOLOGY = "Sorry, het antwoord lukt mij nu niet"

senders = itertools.count()
#: When each counted message was answered, and after how many milliseconds.
answered: list[tuple[float, float]] = []
failures: list[str] = []


def conversations() -> list[list[str]]:
    """All questions in conversations of ten messages, in an order that is always the same."""
    topics = yaml.load(QUESTIONS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    texts = [text for styles in topics.values() for said in styles.values() for text in said]
    random.Random(0).shuffle(texts)
    asked = [texts[start : start + 8] for start in range(0, len(texts) - 7, 8)]
    return [[*some[:2], EXPLAIN, *some[2:5], SOURCE, *some[5:]] for some in asked]


class Professional(FastHttpUser):
    """One user at a time in conversation after conversation."""

    spoken = itertools.cycle(conversations())
    network_timeout = connection_timeout = 60.0

    @task
    def conversation(self) -> None:
        """Begin, and send ten messages."""
        system = Ours(self) if self.environment.parsed_options.system == "ours" else Stock(self)
        for message in next(self.spoken):
            start = time.perf_counter()
            text = system.send(message)
            now = time.perf_counter()
            if not text or text.startswith(APOLOGY):
                failures.append(text)
            answered.append((now, (now - start) * 1000))

    def ask(self, path: str, name: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        """Post JSON; what it returns is the JSON of the response.

        Raises:
            RescheduleTask: when the response is none or an error; the user then begins a new conversation.
        """
        with self.client.post(path, name=name, json=body, headers=headers, catch_response=True) as response:
            if response.status_code not in {200, 201}:
                failures.append(f"{response.status_code}")
                raise RescheduleTask
            return response.json()


class Ours:
    """The web API of Meldwijzer."""

    def __init__(self, user: Professional) -> None:
        """Begin a conversation."""
        self._user = user
        token = user.ask("/webhooks/web/sessions", "begin", None)["token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def send(self, message: str) -> str:
        """Send a message; what it returns is the text of the first reply."""
        body = {"payload" if message.startswith("/") else "text": message}
        made = self._user.ask("/webhooks/web/messages", "message", body, self._headers)
        return str(made["messages"][0]["text"])


class Stock:
    """Rasa's REST channel."""

    def __init__(self, user: Professional) -> None:
        """Begin a conversation."""
        self._user, self._sender = user, f"user-{next(senders)}"
        self.send(GREETING, "begin")

    def send(self, message: str, name: str = "message") -> str:
        """Send a message; what it returns is the text of the first reply."""
        body = {"sender": self._sender, "message": message}
        made = self._user.ask("/webhooks/rest/webhook", name, body)
        return next((str(reply["text"]) for reply in made if reply.get("text")), "")


@events.init_command_line_parser.add_listener
def options(parser: LocustArgumentParser) -> None:
    """What to load, and where the figures go."""
    parser.add_argument("--system", choices=["ours", "stock"], default="ours")
    parser.add_argument("--out", help="JSON file for the figures")


@events.quitting.add_listener
def report(environment: Environment, **_: Any) -> None:
    """Write the figures."""
    figures = summary()
    print(json.dumps(figures))
    if environment.parsed_options.out:
        Path(environment.parsed_options.out).write_text(json.dumps(figures), encoding="utf-8")


def summary() -> dict[str, float]:
    """Messages a second, and percentiles of the milliseconds a message takes."""
    begin = answered[0][0] + WARMING_UP
    counted = [(when, took) for when, took in answered if when >= begin]
    took = [milliseconds for _, milliseconds in counted]
    percentiles = statistics.quantiles(took, n=100, method="inclusive")
    return {
        "messages": len(took),
        "total": len(answered),
        "per_second": len(took) / (counted[-1][0] - begin),
        "p50": percentiles[49],
        "p95": percentiles[94],
        "p99": percentiles[98],
        "failures": len(failures),
    }
