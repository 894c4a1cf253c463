"""Several workers with PostgreSQL and Redis: conversations, counts and limits are right, whichever worker answers."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from tests.conftest import Assistant, Conversation, running
from tests.e2e.test_groups import TRAINER, OnWeb, Trainer
from tests.servers import PostgreSQL, Redis

QUESTION = "Hoe lang duurt een huisverbod?"
FIELDS = (("sector", "onderwijs"), ("region", "onbekend"), ("subject", "meldcode"), ("step", "stap4"),
          ("violence", "getuige"), ("age", "4-11"), ("outcome", "advies"))  # fmt: skip
LIMIT = 400


@pytest.fixture(scope="module")
def address(postgresql_server: PostgreSQL) -> str:
    return postgresql_server.database("workers")


@pytest.fixture(scope="module")
def workers(
    model: Path, address: str, redis_server: Redis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assistant]:
    settings = {
        "MELDWIJZER_DATABASE_URL": address,
        "MELDWIJZER_REDIS_URL": redis_server.url,
        "MELDWIJZER_TRAINER_TOKEN": TRAINER,
        "MELDWIJZER_RATE_LIMIT": str(LIMIT),
    }
    with running(model, tmp_path_factory.mktemp("workers") / "data", "--workers", "2", **settings) as started:
        yield started


def recorded(address: str) -> int:
    engine = sa.create_engine(address, future=True)
    with engine.connect() as connection:
        number: int = connection.scalar(sa.text("select count(*) from advice_request"))
    engine.dispose()
    return number


def test_more_than_one_worker_asks_for_redis_and_postgresql(model: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="MELDWIJZER_REDIS_URL"):
        with running(model, tmp_path / "data", "--workers", "2"):
            pass


def test_every_worker_answers_and_knows_the_conversation(workers: Assistant) -> None:
    assert len(workers.children()["server"]) == 2
    health = httpx.get(f"{workers.url}/health").json()
    assert health["redis"] == "ok"
    conversation = workers.session()
    # Each request has a connection of its own, and so one worker or the other.
    for _ in range(6):
        assert conversation.say(QUESTION)[0]["topic"] == "hv.duur"
        (followed,) = conversation.say("wat mag hij dan niet?")
        assert followed["topic"] == "hv.regels"


def test_sent_again_to_whichever_worker_is_handled_once(workers: Assistant) -> None:
    conversation = workers.session()
    conversation.press("/record_advice")
    url, headers = f"{workers.url}/webhooks/web/messages", conversation.headers | {"Idempotency-Key": "een"}

    def send(_: int) -> str:
        return httpx.post(url, json={"text": "onderwijs"}, headers=headers, timeout=15).text

    with ThreadPoolExecutor(8) as clients:
        replies = set(clients.map(send, range(8)))
    assert len(replies) == 1
    assert "Vraag 2 van 7" in replies.pop()
    assert httpx.post(url, json={"text": "ggz"}, headers=headers, timeout=15).status_code == 422


def test_confirmed_twice_at_the_same_moment_is_recorded_once(workers: Assistant, address: str) -> None:
    before = recorded(address)

    def record(conversation: Conversation) -> None:
        conversation.press("/record_advice")
        for field, value in FIELDS:
            conversation.press(f'/inform{{"{field}":"{value}"}}')
        with ThreadPoolExecutor(2) as hands:
            presses = [hands.submit(conversation.press, "/affirm") for _ in range(2)]
        assert any(reply["text"].startswith("Vastgelegd") for press in presses for reply in press.result())

    with ThreadPoolExecutor(5) as users:
        list(users.map(record, [workers.session() for _ in range(10)]))
    assert recorded(address) == before + 10


def test_group_is_counted_exactly(workers: Assistant) -> None:
    trainer = Trainer(workers.url, subject="privacy", case=None)
    people = [OnWeb(workers, trainer.code) for _ in range(8)]
    trainer.steer("next")

    def answered(person: OnWeb) -> str:
        person.press("Verder")
        title = next(title for title in person.buttons() if title not in {"Verder", "Stoppen"})
        payload = person.buttons()[title]
        person.press(title)
        person.conversation.press(payload)
        return payload.split('"')[3].rpartition(".")[2]

    with ThreadPoolExecutor(8) as threads:
        given = Counter(threads.map(answered, people))
    assert trainer.steer("reveal")["counts"] == given
    trainer.end()


def test_limit_counts_all_workers_together(workers: Assistant) -> None:
    # The whole of 127/8 is this machine: another address is another client.
    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.9")) as client:
        while time.time() % 60 > 50:
            time.sleep(0.2)
        statuses = Counter(
            client.post(
                f"{workers.url}/webhooks/web/sessions", content=b"{", headers={"Connection": "close"}
            ).status_code
            for _ in range(LIMIT + 20)
        )
    assert statuses == {415: LIMIT, 429: 20}


class Asking(threading.Thread):
    """Someone who goes on asking; counts what came of it."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__(daemon=True)
        self.conversation, self.statuses, self.slowest = conversation, Counter[int](), 0.0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.1):
            began = time.monotonic()
            try:
                status = self.conversation.post({"text": QUESTION}).status_code
            except httpx.HTTPError:
                status = 0
            self.statuses[status] += 1
            self.slowest = max(self.slowest, time.monotonic() - began)

    def end(self) -> None:
        self._done.set()
        self.join()


@pytest.fixture
def asking(workers: Assistant) -> Iterator[Asking]:
    thread = Asking(workers.session())
    thread.start()
    yield thread
    thread.end()


def until(holds: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.2)


def test_new_content_without_losing_a_request(workers: Assistant, asking: Asking) -> None:
    before = workers.children()
    workers.process.send_signal(signal.SIGHUP)
    until(lambda: b"Nieuwe inhoud in gebruik.\n" in workers.log.read_bytes(), 120)
    after = workers.children()
    assert not {pid for pids in before.values() for pid in pids} & {pid for pids in after.values() for pid in pids}
    asking.end()
    assert set(asking.statuses) == {200}


def test_killed_worker_is_replaced_while_the_other_answers(workers: Assistant) -> None:
    before = workers.children()["server"]
    os.kill(before[0], signal.SIGKILL)
    answered = [workers.session().say(QUESTION)[0]["topic"] for _ in range(5)]
    assert answered == ["hv.duur"] * 5
    until(lambda: len(workers.children()["server"]) == 2)


def test_redis_away_and_back(workers: Assistant, redis_server: Redis) -> None:
    conversation = workers.session()
    redis_server.stop()
    try:
        began = time.monotonic()
        assert conversation.say(QUESTION)[0]["topic"] == "hv.duur"
        assert time.monotonic() - began < 3
        health = httpx.get(f"{workers.url}/health")
        assert (health.status_code, health.json()["redis"]) == (200, "error")
    finally:
        redis_server.start()
    assert conversation.say(QUESTION)[0]["topic"] == "hv.duur"
    until(lambda: httpx.get(f"{workers.url}/health").json()["redis"] == "ok", 10)


def test_postgresql_away_and_back(workers: Assistant, postgresql_server: PostgreSQL, address: str) -> None:
    conversation = workers.session()
    conversation.press("/record_advice")
    for field, value in FIELDS:
        conversation.press(f'/inform{{"{field}":"{value}"}}')
    before = recorded(address)
    postgresql_server.stop()
    try:
        for message, opens in (({"payload": "/affirm"}, "Sorry"), ({"text": "hij slaat haar nu"}, "112")):
            began = time.monotonic()
            (reply,) = conversation.post(message).json()["messages"]
            assert time.monotonic() - began < 3
            assert reply["text"].startswith(opens)
            assert "0800-2000" in reply["text"]
        assert httpx.get(f"{workers.url}/health", timeout=10).status_code == 503
    finally:
        postgresql_server.start()
    until(lambda: httpx.get(f"{workers.url}/health", timeout=10).status_code == 200, 10)
    (done,) = conversation.press("/affirm")
    assert done["text"].startswith("Vastgelegd")
    assert recorded(address) == before + 1
