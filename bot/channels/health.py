"""Whether the assistant works, for load balancers and whoever watches it: `/health` and `/health/live`."""

from __future__ import annotations

import asyncio

import aiohttp
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.channels.problems import PEOPLE, Problem
from meldwijzer import database
from meldwijzer.settings import settings
from meldwijzer.shared import shared

#: Seconds that a part gets to answer.
PATIENCE = 2.0


def add_health(routes: Blueprint) -> None:
    """Add the routes."""

    @routes.get("/health")
    async def health(request: Request) -> HTTPResponse:
        answering = await parts(request.app)
        states = {name: "ok" if well else "error" for name, well in answering.items()}
        # Without Redis each process goes on by itself, so that this is no reason to send users elsewhere.
        if not all(well for name, well in answering.items() if name != "redis"):
            raise Problem(503, f"Een onderdeel antwoordt niet. {PEOPLE}", members=states)
        return json({"status": "ok", **states})

    @routes.get("/health/live")
    async def live(_: Request) -> HTTPResponse:
        # Nothing else is asked: a server is not to be restarted because its database is away.
        return json({"status": "ok"})


async def parts(app: Sanic) -> dict[str, bool]:
    """Which parts of the assistant answer; Redis only where there is one."""
    agent = getattr(app.ctx, "agent", None)
    redis = await shared().answers()
    return {
        "model": bool(agent and agent.is_ready()),
        "action_server": await _actions_answer(),
        "database": await asyncio.to_thread(database.answers),
        **({} if redis is None else {"redis": redis}),
    }


async def _actions_answer() -> bool:
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as client:
            async with client.get(settings().action_url.replace("/webhook", "/health")) as response:
                return response.status == 200
    except (aiohttp.ClientError, asyncio.TimeoutError):
        return False
