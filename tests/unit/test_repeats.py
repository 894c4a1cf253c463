"""A message that is sent again is handled once, and its reply is not kept longer than that takes."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.channels import repeats
from bot.channels.repeats import KEY, OtherMessageError, Repeats

BODY = b'{"text": "hallo"}'


class Reply:
    """Something that can be seen to be gone."""


def counting() -> tuple[list[int], Callable[[], Coroutine[Any, Any, int]]]:
    calls: list[int] = []

    async def handle() -> int:
        calls.append(1)
        await asyncio.sleep(0.01)
        return len(calls)

    return calls, handle


@pytest.mark.parametrize("key", ["a", '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "~" * 64])
def test_keys(key: str) -> None:
    assert KEY.fullmatch(key)


@pytest.mark.parametrize("key", ["", " ", "a b", "a\n", "\x7f", "é", "a" * 65])
def test_no_keys(key: str) -> None:
    assert not KEY.fullmatch(key)


async def test_the_same_again_gets_the_same_reply() -> None:
    kept, (calls, handle) = Repeats(), counting()
    assert [await kept.once("s", "k", BODY, handle) for _ in range(3)] == [1, 1, 1]
    assert len(calls) == 1


async def test_another_key_or_conversation_is_another_message() -> None:
    kept, (_, handle) = Repeats(), counting()
    told = [await kept.once(sender, key, BODY, handle) for sender, key in (("s", "k"), ("s", "l"), ("t", "k"))]
    assert told == [1, 2, 3]


async def test_while_the_first_is_under_way() -> None:
    kept, (calls, handle) = Repeats(), counting()
    assert await asyncio.gather(*(kept.once("s", "k", BODY, handle) for _ in range(5))) == [1] * 5
    assert len(calls) == 1


async def test_goes_on_when_the_client_hangs_up() -> None:
    kept, (calls, handle) = Repeats(), counting()
    first = asyncio.create_task(kept.once("s", "k", BODY, handle))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert calls
    first.cancel()
    await asyncio.wait([first])
    assert first.cancelled()
    assert await kept.once("s", "k", BODY, handle) == 1


async def test_another_message_with_the_same_key() -> None:
    kept, (calls, handle) = Repeats(), counting()
    await kept.once("s", "k", BODY, handle)
    with pytest.raises(OtherMessageError):
        await kept.once("s", "k", b'{"text": "dag"}', handle)
    assert len(calls) == 1


async def test_what_failed_is_tried_again() -> None:
    kept, (_, handle) = Repeats(), counting()

    async def fail() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await kept.once("s", "k", BODY, fail)
    await asyncio.sleep(0)
    assert await kept.once("s", "k", b"other", handle) == 1


async def test_is_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "SECONDS", 0.05)
    kept, (_, handle) = Repeats(), counting()
    assert await kept.once("s", "k", BODY, handle) == 1
    await asyncio.sleep(0.1)
    assert not kept._turns
    assert await kept.once("s", "k", BODY, handle) == 2


async def test_a_forgotten_conversation_leaves_nothing_in_memory() -> None:
    kept = Repeats()
    made = []

    async def handle() -> Reply:
        reply = Reply()
        made.append(weakref.ref(reply))
        return reply

    await kept.once("s", "k", BODY, handle)
    gc.collect()
    assert made[0]() is not None
    kept.forget("s")
    kept.forget("unknown")
    await asyncio.sleep(0)
    gc.collect()
    assert made[0]() is None
    assert not kept._turns
    assert not kept._running


async def test_forgotten_while_under_way() -> None:
    kept, (calls, handle) = Repeats(), counting()
    first = asyncio.create_task(kept.once("s", "k", BODY, handle))
    await asyncio.sleep(0.005)
    kept.forget("s")
    assert await kept.once("s", "k", BODY, handle) == 2
    assert await first == 2
    assert len(calls) == 2


async def test_only_the_last_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "MOST_KEYS", 2)
    monkeypatch.setattr(repeats, "MOST_CONVERSATIONS", 3)
    kept, (_, handle) = Repeats(), counting()
    for number, key in enumerate("klm", 1):
        assert await kept.once("s", key, BODY, handle) == number
    assert await kept.once("s", "m", BODY, handle) == 3
    assert await kept.once("s", "k", BODY, handle) == 4
    for sender in "tuv":
        await kept.once(sender, "k", BODY, handle)
    assert list(kept._turns) == ["t", "u", "v"]


async def test_nothing_of_the_message_is_kept() -> None:
    kept, (_, handle) = Repeats(), counting()
    await kept.once("s", "een-geheim", b"een-geheim", handle)
    ((name, turn),) = kept._turns["s"].items()
    assert b"geheim" not in name + turn.body
    assert name != Repeats()._digest(b"een-geheim")
