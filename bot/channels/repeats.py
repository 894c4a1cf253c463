"""A message that a client sends again, because its answer got lost on the way, is handled once.

The header is `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). Replies lie in memory only, and shortly.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

#: Visible characters; the quotes that the draft puts around a key are part of it.
KEY = re.compile(r"[!-~]{1,64}")
#: How long a reply can be asked for again.
SECONDS = 600
#: Of one conversation, where a client repeats only what it sent last.
MOST_KEYS = 4
MOST_CONVERSATIONS = 2_000


class OtherMessageError(ValueError):
    """A key that was used before for something else."""


@dataclass
class _Turn:
    body: bytes
    task: asyncio.Task[Any]
    end: asyncio.TimerHandle


class Repeats:
    """The last turns of each conversation, by the key that the client gave."""

    def __init__(self) -> None:
        """Begin empty."""
        # Neither a key nor a body is kept as it was sent: a user may have written it.
        self._secret = secrets.token_bytes()
        self._turns: OrderedDict[str, OrderedDict[bytes, _Turn]] = OrderedDict()
        self._running: set[asyncio.Task[Any]] = set()

    async def once(self, sender: str, key: str, body: bytes, handle: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Handle a message, or give what came of it when it was sent before, be it still under way.

        Args:
            sender: pseudonym of the conversation.
            key: that the client gave to the message.
            body: the message as it was sent.
            handle: handles it; goes on when the client hangs up, and is tried again when it fails.

        Returns:
            What `handle` returns.

        Raises:
            OtherMessageError: when the key came with another body before.
        """
        name, digest = self._digest(key.encode()), self._digest(body)
        turn = self._turns.get(sender, OrderedDict()).get(name)
        if turn is None:
            turn = self._begin(sender, name, digest, handle)
        elif not hmac.compare_digest(turn.body, digest):
            raise OtherMessageError
        return await asyncio.shield(turn.task)

    def forget(self, sender: str) -> None:
        """Forget a conversation."""
        for turn in self._turns.pop(sender, OrderedDict()).values():
            turn.end.cancel()

    def _begin(self, sender: str, name: bytes, digest: bytes, handle: Callable[[], Coroutine[Any, Any, Any]]) -> _Turn:
        def ended(task: asyncio.Task[Any]) -> None:
            self._running.discard(task)
            if task.cancelled() or task.exception():
                self._drop(sender, name, task)

        task = asyncio.create_task(handle())
        # The event loop itself holds no task, and this one may be forgotten while it is under way.
        self._running.add(task)
        task.add_done_callback(ended)
        end = asyncio.get_running_loop().call_later(SECONDS, self._drop, sender, name, task)
        turn = _Turn(digest, task, end)
        turns = self._turns.setdefault(sender, OrderedDict())
        self._turns.move_to_end(sender)
        turns[name] = turn
        if len(turns) > MOST_KEYS:
            turns.popitem(last=False)[1].end.cancel()
        if len(self._turns) > MOST_CONVERSATIONS:
            self.forget(next(iter(self._turns)))
        return turn

    def _drop(self, sender: str, name: bytes, task: asyncio.Task[Any]) -> None:
        turns = self._turns.get(sender, OrderedDict())
        # Forgotten meanwhile, the same key may have come again.
        if name in turns and turns[name].task is task:
            turns.pop(name).end.cancel()
            if not turns:
                self._turns.pop(sender)

    def _digest(self, text: bytes) -> bytes:
        return hmac.digest(self._secret, text, "sha256")
