"""One question without a server, for `meldwijzer ask`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import rasa.core.agent
import rasa.core.utils

from bot import training
from bot.channels import intake
from bot.channels.web import WebChannel
from meldwijzer import database
from meldwijzer.settings import ROOT


async def ask(text: str) -> dict[str, Any]:
    """Ask one question in a conversation of its own, which is erased afterwards.

    Args:
        text: the question.

    Returns:
        The answer of contract 2.
    """
    database.migrate()
    model = training.current_model() or training.train()
    with _action_server() as port:
        os.environ["MELDWIJZER_ACTION_URL"] = f"http://127.0.0.1:{port}/webhook"
        endpoints = rasa.core.utils.AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
        agent = await rasa.core.agent.load_agent(str(model), endpoints=endpoints)
        await _until_open(port)
        sender = intake.pseudonym(WebChannel.name(), secrets.token_urlsafe())
        try:
            replies = await intake.say(agent.handle_message, WebChannel.name(), sender, text[: intake.LONGEST])
        finally:
            database.forget(sender)
    return {"messages": [reply.to_json() for reply in replies]}


@contextlib.contextmanager
def _action_server() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "actions", "127.0.0.1", str(port)], cwd=ROOT)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


async def _until_open(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.1)
