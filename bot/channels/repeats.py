"""A message that a client sends again, because its answer got lost on the way, is handled once.

The header is `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). What is kept for it, and shortly, is sealed
with the token of the conversation, which the assistant does not keep: only the client can have it opened again.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from meldwijzer.reply import Reply
from meldwijzer.shared import shared

#: Visible characters; the quotes that the draft puts around a key are part of it.
KEY = re.compile(r"[!-~]{1,64}")
#: How long a reply can be asked for again.
SECONDS = 600
#: Of one conversation, where a client repeats only what it sent last.
MOST_KEYS = 4

Handling = Callable[[], Coroutine[Any, Any, list[Reply]]]

#: The event loop itself holds no task.
_running: set[asyncio.Task[Any]] = set()


class OtherMessageError(ValueError):
    """A key that was used before for something else."""


async def once(sender: str, token: str, key: str, body: bytes, handle: Handling) -> list[dict[str, Any]]:
    """Handle a message, or give what came of it when it was sent before, be it still under way.

    Args:
        sender: pseudonym of the conversation.
        token: of the conversation.
        key: that the client gave to the message.
        body: the message as it was sent.
        handle: handles it; goes on when the client hangs up, and is tried again when it fails.

    Returns:
        The messages of contract 2.

    Raises:
        OtherMessageError: when the key came with another body before.
    """
    seal = Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"repeats:{token}".encode()).digest()))
    task = asyncio.create_task(_once(sender, seal, key, hashlib.sha256(body).hexdigest(), handle))
    _running.add(task)
    task.add_done_callback(_ended)
    return await asyncio.shield(task)


async def forget(sender: str) -> None:
    """Forget what was kept of a conversation, once what is under way has ended."""
    async with shared().turn(_name(sender)):
        await shared().forget(_name(sender))


async def _once(sender: str, seal: Fernet, key: str, digest: str, handle: Handling) -> list[dict[str, Any]]:
    async with shared().turn(_name(sender)):
        turns = _opened(seal, await shared().get(_name(sender)))
        if key in turns:
            earlier, messages = turns[key]
            if earlier != digest:
                raise OtherMessageError
            return messages
        replies = await handle()
        messages = [reply.to_json() for reply in replies]
        if any(reply.erased for reply in replies):
            await shared().forget(_name(sender))
        else:
            latest = dict([*turns.items(), (key, (digest, messages))][-MOST_KEYS:])
            await shared().keep(_name(sender), seal.encrypt(json.dumps(latest).encode()), SECONDS)
        return messages


def _name(sender: str) -> str:
    return f"repeats:{sender}"


def _opened(seal: Fernet, kept: bytes | None) -> dict[str, Any]:
    """What was kept by key: the digest of the body, and the messages."""
    try:
        return json.loads(seal.decrypt(kept)) if kept else {}
    except InvalidToken:
        return {}


def _ended(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    # Looked at, since nobody else does when the client has gone.
    if not task.cancelled():
        task.exception()
