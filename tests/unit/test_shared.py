"""What processes share: in memory, in a real Redis, and in memory again while Redis is away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from meldwijzer import shared
from meldwijzer.shared import Memory, Shared
from tests.servers import Redis


@pytest.fixture(params=["memory", "redis"])
async def two(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Shared, Shared]]:
    """What two processes have; of memory there is one."""
    if request.param == "memory":
        one = Shared(None)
        yield one, one
        return
    server: Redis = request.getfixturevalue("redis_server")
    pair = Shared(server.url), Shared(server.url)
    yield pair
    for each in pair:
        assert each._all
        await each._all._redis.flushdb()
        await each._all._redis.close()


async def test_value_is_there_for_all_until_its_time_is_over(two: tuple[Shared, Shared]) -> None:
    one, other = two
    assert await one.get("naam") is None
    await one.keep("naam", b"eerst", 60)
    await one.keep("naam", b"later", 0.1)
    assert await other.get("naam") == b"later"
    await asyncio.sleep(0.2)
    assert await other.get("naam") is None
    await one.keep("naam", b"weer", 60)
    await other.forget("naam")
    assert await one.get("naam") is None


async def test_counts_are_exact(two: tuple[Shared, Shared]) -> None:
    counted = await asyncio.gather(*(each.count("teller", 60) for each in two * 20))
    assert sorted(counted) == list(range(1, 41))


async def test_one_has_the_turn_at_a_time(two: tuple[Shared, Shared]) -> None:
    inside, most = 0, 0

    async def work(each: Shared) -> None:
        nonlocal inside, most
        async with each.turn("beurt"):
            inside += 1
            most = max(most, inside)
            await each.keep("beurt", b"een waarde met dezelfde naam", 60)
            await asyncio.sleep(0.002)
            inside -= 1

    await asyncio.gather(*(work(each) for each in two * 10))
    assert most == 1


async def test_a_turn_of_a_killed_process_is_free_again(redis_server: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    killed, other = Shared(redis_server.url), Shared(redis_server.url)
    monkeypatch.setattr(shared, "LONGEST_TURN", 0.3)
    assert killed._all
    await killed._all.begin("beurt")
    began = time.monotonic()
    async with other.turn("beurt"):
        assert 0.2 < time.monotonic() - began < 1


async def test_without_redis_each_goes_on_by_itself(redis_server: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "AWAY", 0.2)
    one = Shared(redis_server.url)
    await one.keep("naam", b"in redis", 60)
    assert await one.answers() is True
    redis_server.stop()
    try:
        began = time.monotonic()
        assert await one.get("naam") is None
        await one.keep("naam", b"in het geheugen", 60)
        async with one.turn("beurt"):
            assert await one.count("teller", 60) == 1
        assert await one.get("naam") == b"in het geheugen"
        assert time.monotonic() - began < 1
        assert await one.answers() is False
    finally:
        redis_server.start()
    await asyncio.sleep(0.3)
    assert await one.answers() is True
    assert await one.get("naam") is None
    await one.keep("naam", b"weer in redis", 60)
    assert await one.get("naam") == b"weer in redis"


async def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "MOST_BYTES", 100)
    memory = Memory()
    for number in range(100):
        await memory.keep(str(number), b"x" * 10, 60)
    assert list(memory._values) == [str(number) for number in range(90, 100)]
    await memory.keep("groot", b"x" * 101, 60)
    assert not memory._values
    assert memory._bytes == 0


async def test_a_turn_leaves_nothing_in_memory() -> None:
    one = Shared(None)
    async with one.turn("beurt"):
        assert len(one._own._turns) == 1
    assert not one._own._turns
