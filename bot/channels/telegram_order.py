"""In which order, and how often, the updates of Telegram are handled."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from math import inf
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor


class Memory:
    """Remembers a bounded number of things, in memory only."""

    def __init__(self, most: int, seconds: float = inf) -> None:
        """Make a memory.

        Args:
            most: the oldest is forgotten beyond this number.
            seconds: how long a thing is remembered.
        """
        self._most = most
        self._seconds = seconds
        self._moments: OrderedDict[Hashable, float] = OrderedDict()

    def is_new(self, thing: Hashable) -> bool:
        """Whether `thing` was not remembered; from now on it is."""
        now = time.monotonic()
        if now - self._moments.get(thing, -inf) < self._seconds:
            return False
        self._moments[thing] = now
        self._moments.move_to_end(thing)
        if len(self._moments) > self._most:
            self._moments.popitem(last=False)
        return True


class _Chat:
    """The updates of one chat that wait for their turn."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.waiting = 0
        self.refused = False


class InOrder(BaseUpdateProcessor):
    """Handles the updates of one chat one after the other, and of different chats at the same time.

    A chat that sends faster than it is answered does not take the places of others: what is beyond
    `MOST_WAITING` is refused, once in words.
    """

    MOST_AT_ONCE = 1024
    MOST_WAITING = 20

    def __init__(self, refuse: Callable[[int], Awaitable[None]]) -> None:
        """Make the processor.

        Args:
            refuse: tells a chat, by its id, that it sends too fast.
        """
        super().__init__(self.MOST_AT_ONCE)
        self._refuse = refuse
        # A chat is in here only while an update of it is handled or waits.
        self._chats: WeakValueDictionary[int, _Chat] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle an update when it is its turn.

        Args:
            update: from Telegram.
            coroutine: handles it.
        """
        if not isinstance(update, Update) or update.effective_chat is None:
            await coroutine
            return
        chat = self._chats.setdefault(update.effective_chat.id, _Chat())
        if chat.waiting >= self.MOST_WAITING:
            if isinstance(coroutine, Coroutine):
                coroutine.close()
            if not chat.refused:
                chat.refused = True
                await self._refuse(update.effective_chat.id)
            return
        chat.waiting += 1
        try:
            async with chat.turn:
                await coroutine
        finally:
            chat.waiting -= 1

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clean up."""
