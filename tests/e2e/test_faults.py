"""What fails comes back by itself; meanwhile every user hears something within three seconds, and nothing is lost."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx

from tests.conftest import Assistant, Conversation
from tests.e2e.disturbances import QUESTION, Asking, filled_in, until

USERS = 6


def recorded(assistant: Assistant) -> int:
    with sqlite3.connect(assistant.data / "meldwijzer.db") as opened:
        return int(opened.execute("select count(*) from advice_request").fetchone()[0])


def test_new_content_without_losing_a_request(plain: Assistant) -> None:
    before = plain.children()
    asking = Asking(plain.session())
    asking.start()
    plain.process.send_signal(signal.SIGHUP)
    until(lambda: plain.log.read_bytes().count(b"Nieuwe inhoud in gebruik.\n") == 1, 120)
    asking.end()
    after = plain.children()
    assert [len(pids) for pids in after.values()] == [1, 1]
    assert not {pid for pids in before.values() for pid in pids} & {pid for pids in after.values() for pid in pids}
    assert set(asking.statuses) == {200}
    assert asking.slowest < 3


def test_killed_action_server_comes_back(plain: Assistant) -> None:
    conversation = plain.session()
    (killed,) = plain.children()["actions"]
    os.kill(killed, signal.SIGKILL)
    began = time.monotonic()
    (reply,) = conversation.say(QUESTION)
    assert time.monotonic() - began < 3
    assert "112" in reply["text"] or reply["topic"] == "hv.duur"
    until(lambda: httpx.get(f"{plain.url}/health", timeout=10).status_code == 200)
    assert plain.children()["actions"] != [killed]
    assert conversation.say(QUESTION)[0]["topic"] == "hv.duur"


def test_killed_server_comes_back_and_no_confirmation_is_lost(plain: Assistant) -> None:
    before = recorded(plain)
    people = [plain.session() for _ in range(USERS)]
    for person in people:
        filled_in(person)
    slowest: list[float] = []
    apologies: list[str] = []

    def confirm(conversation: Conversation) -> None:
        """Press as long as it takes, as who sends again what got no answer."""
        for _ in range(600):
            began = time.monotonic()
            try:
                response = conversation.post({"payload": "/affirm"})
            except httpx.HTTPError:
                # What the killed process had taken in: its client sees the connection end.
                continue
            finally:
                slowest.append(time.monotonic() - began)
            if response.status_code == 200:
                return
            assert response.status_code == 503
            apologies.append(response.json()["detail"])
            time.sleep(0.1)
        raise AssertionError

    (killed,) = plain.children()["server"]
    with ThreadPoolExecutor(USERS) as hands:
        presses = [hands.submit(confirm, person) for person in people]
        time.sleep(0.05)
        os.kill(killed, signal.SIGKILL)
        for press in presses:
            press.result()
    assert recorded(plain) == before + USERS
    assert max(slowest) < 3
    # It takes seconds to start a server, in which someone answered.
    assert apologies
    assert all("112" in text and "0800-2000" in text for text in apologies)
    assert plain.children()["server"] != [killed]
    assert people[0].say(QUESTION)[0]["topic"] == "hv.duur"


@contextmanager
def full_disk(assistant: Assistant) -> Iterator[None]:
    """No process of the assistant can write a byte to a file."""
    pids = [pid for some in assistant.children().values() for pid in some]
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid, (_, most) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def test_full_disk(plain: Assistant) -> None:
    before = recorded(plain)
    conversation = plain.session()
    filled_in(conversation)
    with full_disk(plain):
        began = time.monotonic()
        for message in ({"payload": "/affirm"}, {"text": QUESTION}, {"text": "hij slaat haar nu"}):
            replies = conversation.post(message).json()["messages"]
            assert time.monotonic() - began < 3
            assert not any(reply["text"].startswith("Vastgelegd") for reply in replies)
            began = time.monotonic()
        assert replies[0]["emergency"]
        assert recorded(plain) == before
    (done,) = conversation.press("/affirm")
    assert done["text"].startswith("Vastgelegd")
    assert recorded(plain) == before + 1
