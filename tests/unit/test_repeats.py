"""A message that is sent again is handled once, and its reply is kept sealed, and no longer than that takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from bot.channels import repeats
from bot.channels.repeats import KEY, OtherMessageError
from meldwijzer import shared
from meldwijzer.reply import Reply

BODY = b'{"text": "hallo"}'
Handler = Callable[[], Coroutine[Any, Any, list[Reply]]]


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[shared.Memory]:
    own = shared.Shared(None)
    monkeypatch.setattr(repeats, "shared", lambda: own)
    yield own._own
    assert not repeats._running


def counting(*, erased: bool = False) -> tuple[list[int], Handler]:
    calls: list[int] = []

    async def handle() -> list[Reply]:
        calls.append(1)
        await asyncio.sleep(0.01)
        return [Reply(str(len(calls)), erased=erased)]

    return calls, handle


async def sent(handle: Handler, key: str = "k", *, sender: str = "s", body: bytes = BODY, token: str = "t") -> str:
    (message,) = await repeats.once(sender, token, key, body, handle)
    text: str = message["text"]
    return text


@pytest.mark.parametrize("key", ["a", '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "~" * 64])
def test_keys(key: str) -> None:
    assert KEY.fullmatch(key)


@pytest.mark.parametrize("key", ["", " ", "a b", "a\n", "\x7f", "é", "a" * 65])
def test_no_keys(key: str) -> None:
    assert not KEY.fullmatch(key)


async def test_the_same_again_gets_the_same_reply() -> None:
    calls, handle = counting()
    assert [await sent(handle) for _ in range(3)] == ["1", "1", "1"]
    assert len(calls) == 1


async def test_another_key_or_conversation_is_another_message() -> None:
    _, handle = counting()
    told = [await sent(handle, key, sender=sender) for sender, key in (("s", "k"), ("s", "l"), ("u", "k"))]
    assert told == ["1", "2", "3"]


async def test_while_the_first_is_under_way() -> None:
    calls, handle = counting()
    assert await asyncio.gather(*(sent(handle) for _ in range(5))) == ["1"] * 5
    assert len(calls) == 1


async def test_goes_on_when_the_client_hangs_up() -> None:
    calls, handle = counting()
    first = asyncio.create_task(sent(handle))
    await asyncio.sleep(0.005)
    assert calls
    first.cancel()
    await asyncio.wait([first])
    assert first.cancelled()
    assert await sent(handle) == "1"


async def test_another_message_with_the_same_key() -> None:
    calls, handle = counting()
    await sent(handle)
    with pytest.raises(OtherMessageError):
        await sent(handle, body=b'{"text": "dag"}')
    assert len(calls) == 1


async def test_what_failed_is_tried_again() -> None:
    _, handle = counting()

    async def fail() -> list[Reply]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await sent(fail)
    assert await sent(handle, body=b"other") == "1"


async def test_is_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "SECONDS", 0.05)
    _, handle = counting()
    assert await sent(handle) == "1"
    await asyncio.sleep(0.1)
    assert await sent(handle) == "2"


async def test_a_forgotten_conversation_leaves_nothing(memory: shared.Memory) -> None:
    _, handle = counting()
    await sent(handle)
    assert memory._values
    await repeats.forget("s")
    await repeats.forget("unknown")
    assert not memory._values


async def test_forgetting_waits_for_what_is_under_way(memory: shared.Memory) -> None:
    calls, handle = counting()
    first = asyncio.create_task(sent(handle))
    await asyncio.sleep(0.005)
    assert calls
    await repeats.forget("s")
    assert await first == "1"
    assert not memory._values


async def test_an_erased_conversation_is_not_kept(memory: shared.Memory) -> None:
    _, handle = counting(erased=True)
    await sent(handle)
    assert not memory._values


async def test_only_the_last_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "MOST_KEYS", 2)
    _, handle = counting()
    assert [await sent(handle, key) for key in "klmmk"] == ["1", "2", "3", "3", "4"]


async def test_nothing_can_be_read_without_the_token(memory: shared.Memory) -> None:
    async def handle() -> list[Reply]:
        return [Reply("een geheim")]

    await sent(handle, "een-geheim", body=b"een-geheim", token="een-geheim")
    ((name, value),) = memory._values.items()
    assert "geheim" not in name
    assert b"geheim" not in value.content
    _, other = counting()
    # With another token there is nothing to find, and nothing fails.
    assert await sent(other, "een-geheim", body=b"een-geheim", token="ander") == "1"
