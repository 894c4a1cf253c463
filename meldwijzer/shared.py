"""What the processes of an assistant share for a short while: turns, counts and small values.

With `MELDWIJZER_REDIS_URL` these are in Redis, so that several processes and machines agree. Without it they are in
the memory of the one process. While Redis cannot be reached each process goes on by itself: an answer without a shared
limit is better than none. No word that a user typed may be a name or a value here, unless sealed with a key that the
assistant does not keep.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import redis.asyncio
from redis.exceptions import LockError, RedisError

from meldwijzer import logs
from meldwijzer.settings import settings

PREFIX = "meldwijzer:"
#: Seconds before Redis counts as away, and for which it is then left alone: a turn has no time to wait for it often.
PATIENCE, AWAY = 1.0, 2.0
#: Seconds after which a turn that nobody ended is free again: a process that was killed ends none.
LONGEST_TURN = 5.0
#: Seconds between two looks at a turn that another process has.
LOOK_AGAIN = 0.02
#: Bytes that the memory of a process holds of values; the oldest go first.
MOST_BYTES = 2**26
FAILURES = (RedisError, OSError, asyncio.TimeoutError)

logger = logs.logger("shared")


class _Value(NamedTuple):
    content: bytes
    end: asyncio.TimerHandle


class Memory:
    """Of one process; values go when their time is over, and the oldest when there is no room."""

    def __init__(self) -> None:
        """Begin empty."""
        self._values: OrderedDict[str, _Value] = OrderedDict()
        self._bytes = 0
        # A turn is in here only while someone has it or waits for it.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(self, name: str) -> bytes | None:
        """The value with a name."""
        value = self._values.get(name)
        return value.content if value else None

    async def keep(self, name: str, content: bytes, seconds: float) -> None:
        """Keep a value for so many seconds, in place of an earlier one."""
        await self.forget(name)
        self._values[name] = _Value(content, asyncio.get_running_loop().call_later(seconds, self._drop, name))
        self._bytes += len(content)
        while self._bytes > MOST_BYTES:
            self._drop(next(iter(self._values)))

    async def forget(self, name: str) -> None:
        """Forget a value."""
        if name in self._values:
            self._drop(name)

    async def count(self, name: str, seconds: float) -> int:
        """Count one more under a name that is kept for so many seconds, and tell how many that makes."""
        number = int(await self.get(name) or 0) + 1
        await self.keep(name, str(number).encode(), seconds)
        return number

    def turn(self, name: str) -> asyncio.Lock:
        """The turn with a name, which one has at a time."""
        return self._turns.setdefault(name, asyncio.Lock())

    def _drop(self, name: str) -> None:
        value = self._values.pop(name)
        value.end.cancel()
        self._bytes -= len(value.content)


class _InRedis:
    """Of all processes that use the same Redis."""

    def __init__(self, address: str) -> None:
        self._redis: Any = redis.asyncio.from_url(address, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)

    async def get(self, name: str) -> Any:
        return await self._redis.get(PREFIX + name)

    async def keep(self, name: str, content: bytes, seconds: float) -> None:
        await self._redis.set(PREFIX + name, content, px=max(1, int(seconds * 1000)))

    async def forget(self, name: str) -> None:
        await self._redis.delete(PREFIX + name)

    async def count(self, name: str, seconds: float) -> int:
        async with self._redis.pipeline() as both:
            number, _ = await both.incr(PREFIX + name).pexpire(PREFIX + name, int(seconds * 1000)).execute()
        return int(number)

    async def begin(self, name: str) -> Any:
        turn = self._redis.lock(f"{PREFIX}turn:{name}", timeout=LONGEST_TURN, sleep=LOOK_AGAIN, thread_local=False)
        await turn.acquire()
        return turn

    async def ping(self) -> bool:
        return bool(await self._redis.ping())


class Shared:
    """In Redis while that answers, else in the memory of this process."""

    def __init__(self, address: str | None) -> None:
        """Make it.

        Args:
            address: of Redis, or None for the memory alone.
        """
        self._own = Memory()
        self._all = _InRedis(address) if address else None
        self._away_until = 0.0

    async def get(self, name: str) -> bytes | None:
        """The value with a name; None when there is none."""
        found: bytes | None = await self._either("get", name)
        return found

    async def keep(self, name: str, content: bytes, seconds: float) -> None:
        """Keep a value for so many seconds, in place of an earlier one."""
        await self._either("keep", name, content, seconds)

    async def forget(self, name: str) -> None:
        """Forget a value, wherever it was kept."""
        await self._own.forget(name)
        await self._either("forget", name)

    async def count(self, name: str, seconds: float) -> int:
        """Count one more under a name that is kept for so many seconds after the last, and tell how many that makes."""
        number: int = await self._either("count", name, seconds)
        return number

    @contextlib.asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Have the turn with a name, which one has at a time, for at most `LONGEST_TURN` seconds."""
        # Of this process first: those that wait here wait in order, and without a question to Redis each.
        async with self._own.turn(name):
            _, turn = await self._in_redis("begin", name)
            try:
                yield
            finally:
                if turn:
                    # Too late, it was freed without us; away, it will be.
                    with contextlib.suppress(LockError, *FAILURES):
                        await turn.release()

    async def answers(self) -> bool | None:
        """Whether Redis answers; None when there is none to answer."""
        if self._all is None:
            return None
        try:
            return await self._all.ping()
        except FAILURES:
            return False

    async def _either(self, operation: str, *arguments: Any) -> Any:
        done, found = await self._in_redis(operation, *arguments)
        return found if done else await getattr(self._own, operation)(*arguments)

    async def _in_redis(self, operation: str, *arguments: Any) -> tuple[bool, Any]:
        """Whether Redis did it, and what came of it."""
        if self._all is None or time.monotonic() < self._away_until:
            return False, None
        try:
            return True, await getattr(self._all, operation)(*arguments)
        except FAILURES as error:
            logger.warning("Redis does not answer: %s", type(error).__name__)
            self._away_until = time.monotonic() + AWAY
            return False, None


@lru_cache(maxsize=1)
def shared() -> Shared:
    """What this process shares with the others, by the settings."""
    address = settings().redis_url
    return Shared(address.get_secret_value() if address else None)
