"""Several workers with PostgreSQL and Redis: conversations, counts and limits are right, whichever worker answers."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import redis
import sqlalchemy as sa

from tests.conftest import Assistant, Conversation, running
from tests.e2e.disturbances import filled_in, until
from tests.e2e.test_groups import TRAINER, OnWeb, Trainer
from tests.servers import PostgreSQL, Redis

QUESTION = "Hoe lang duurt een huisverbod?"
LIMIT = 700
USERS = 30
CANARY = "kanarievogelzang"


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
        filled_in(conversation)
        with ThreadPoolExecutor(2) as hands:
            presses = [hands.submit(conversation.press, "/affirm") for _ in range(2)]
        assert any(reply["text"].startswith("Vastgelegd") for press in presses for reply in press.result())

    with ThreadPoolExecutor(10) as users:
        list(users.map(record, [workers.session() for _ in range(USERS)]))
    assert recorded(address) == before + USERS


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


def test_no_typed_word_is_in_postgresql_or_redis(workers: Assistant, address: str, redis_server: Redis) -> None:
    conversation = workers.session()
    headers = conversation.headers | {"Idempotency-Key": CANARY}
    for text in (f"{CANARY} hoe lang duurt een huisverbod", f"hij slaat haar nu {CANARY}", f"wie is {CANARY}"):
        conversation.say(text)
        response = httpx.post(f"{workers.url}/webhooks/web/messages", json={"text": text}, headers=headers, timeout=15)
        assert response.status_code in {200, 422}
    with redis.Redis.from_url(redis_server.url) as opened:
        kept = {name: opened.get(name) for name in opened.scan_iter()}
    assert any(name.startswith(b"meldwijzer:repeats:") for name in kept)
    assert any(name.startswith(b"meldwijzer:context:") for name in kept)
    assert CANARY.encode() not in repr(kept).encode()
    engine = sa.create_engine(address, future=True)
    with engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            assert CANARY not in repr(connection.execute(sa.text(f"select * from {table}")).fetchall())
    engine.dispose()
    assert CANARY.encode() not in workers.log.read_bytes()


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
    filled_in(conversation)
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
