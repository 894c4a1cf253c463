"""The web API of contract 2, with the pages that belong to it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import jwt
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from bot.channels import admin, health, intake, pages, trainer
from bot.channels.json_body import json_body
from bot.channels.payloads import is_payload
from bot.channels.problems import Problem
from bot.channels.repeats import KEY, OtherMessageError, Repeats
from meldwijzer import database, groups, logs
from meldwijzer.regions import regions
from meldwijzer.reply import Reply
from meldwijzer.settings import settings
from meldwijzer.topics import payload

ALGORITHM = "HS256"
AUDIENCE = "meldwijzer-web"

logger = logs.logger("web")


class WebChannel(InputChannel):
    """Conversations over HTTP, with a token that only the server can make as the key to each."""

    @classmethod
    def name(cls) -> str:
        """The name under which Rasa knows the channel."""
        return "web"

    def url_prefix(self) -> str:
        """The root: the API lies under /webhooks/web, beside /health, /demo and /widget."""
        return "/"

    def blueprint(self, on_new_message: intake.Handler) -> Blueprint:
        """The routes."""
        routes = Blueprint("web", strict_slashes=True)
        limit = RateLimit(settings().rate_limit)
        repeats = Repeats()
        admin.add_report(routes, limit.check)
        trainer.add_trainer(routes, limit.check)
        pages.add_pages(routes)
        health.add_health(routes)

        @routes.post("/webhooks/web/sessions")
        async def begin(request: Request) -> HTTPResponse:
            limit.check(request)
            body = json_body(request, needed=False)
            session = secrets.token_urlsafe(24)
            sender, entities = intake.pseudonym(self.name(), session), {}
            if (name := body.get("municipality")) is not None:
                entities["place"] = _place(name)
            group = _group(body.get("group"))
            greeting = payload("topic", topic="bot.groet", **entities)
            replies = await intake.greet(on_new_message, self.name(), sender, greeting)
            if group:
                replies = await intake.press(on_new_message, self.name(), sender, payload("group", group=group))
            return json({"token": _sign(session), "messages": [reply.to_json() for reply in replies]}, status=201)

        @routes.post("/webhooks/web/messages")
        async def message(request: Request) -> HTTPResponse:
            limit.check(request)
            sender = await _sender(request)
            handle = self._handling(on_new_message, sender, json_body(request))

            async def handled() -> list[Reply]:
                replies = await handle()
                if any(reply.erased for reply in replies):
                    repeats.forget(sender)
                return replies

            key = request.headers.get("idempotency-key")
            if key is None:
                replies = await handled()
            elif not KEY.fullmatch(key):
                raise Problem(400, "Een Idempotency-Key heeft 1 tot en met 64 zichtbare tekens.")
            else:
                try:
                    replies = await repeats.once(sender, key, request.body, handled)
                except OtherMessageError:
                    raise Problem(422, "Deze Idempotency-Key hoort bij een ander bericht. Kies een nieuwe.") from None
            return json({"messages": [reply.to_json() for reply in replies]})

        @routes.delete("/webhooks/web/sessions")
        async def end(request: Request) -> HTTPResponse:
            sender = await _sender(request)
            # In its turn: a message that is still under way would be stored after it was erased.
            async with request.app.ctx.agent.lock_store.lock(sender):
                await _in_thread(database.forget, sender)
                intake.contexts.forget(sender)
                repeats.forget(sender)
            return empty()

        return routes

    def _handling(
        self, on_new_message: intake.Handler, sender: str, body: dict[str, Any]
    ) -> Callable[[], Coroutine[Any, Any, list[Reply]]]:
        """What handles the message in a request.

        Raises:
            Problem: 400 or 413 when there is none that can be handled.
        """
        text, button = body.get("text"), body.get("payload")
        if isinstance(button, str) and text is None:
            if not is_payload(button):
                raise Problem(400, "Deze knop ken ik niet.")
            return partial(intake.press, on_new_message, self.name(), sender, button)
        if isinstance(text, str) and button is None:
            if len(text) > intake.LONGEST:
                raise Problem(413, f"Uw bericht is te lang: hoogstens {intake.LONGEST} tekens.")
            return partial(intake.say, on_new_message, self.name(), sender, text)
        raise Problem(400, 'Stuur {"text": "…"} of {"payload": "/…"}, een van beide.')


def _sign(session: str) -> str:
    return jwt.encode({"sid": session, "aud": AUDIENCE}, settings().key, ALGORITHM)


async def _sender(request: Request) -> str:
    """The pseudonym of the conversation that the token of a request opens.

    Raises:
        Problem: 401 when the token is absent, not ours, or of a conversation that is gone.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise jwt.InvalidTokenError
        session = jwt.decode(token, settings().key, [ALGORITHM], audience=AUDIENCE)["sid"]
    except (jwt.InvalidTokenError, KeyError):
        raise Problem(401, "Dit gesprek ken ik niet. Begin een nieuw gesprek.") from None
    sender = intake.pseudonym(WebChannel.name(), session)
    if not await _in_thread(database.conversation_exists, sender):
        raise Problem(401, "Dit gesprek is gewist of verlopen. Begin een nieuw gesprek.")
    return sender


def _group(code: object) -> str | None:
    if code is None:
        return None
    if not isinstance(code, str) or not groups.CODE.fullmatch(code):
        raise Problem(400, "Dit is geen groepscode.")
    return code


def _place(name: object) -> str:
    found = regions().municipality(name) if isinstance(name, str) else None
    if not found:
        raise Problem(400, "Deze gemeente ken ik niet.")
    return f"gemeente:{found.code}"


class RateLimit:
    """At most so many requests in a minute for each client; addresses are kept as salted hashes in memory only."""

    MOST_CLIENTS = 10_000

    def __init__(self, per_minute: int) -> None:
        """Make a limit; 0 is none."""
        self._per_minute = per_minute
        self._salt = secrets.token_hex()
        self._moments: OrderedDict[int, deque[float]] = OrderedDict()

    def check(self, request: Request) -> None:
        """Count a request.

        Raises:
            Problem: 429 with Retry-After when its client has asked too much in the past minute.
        """
        if not self._per_minute:
            return
        client = hash((self._salt, request.remote_addr or request.ip))
        now = time.monotonic()
        moments = self._moments.setdefault(client, deque())
        self._moments.move_to_end(client)
        while len(self._moments) > self.MOST_CLIENTS:
            self._moments.popitem(last=False)
        while moments and moments[0] <= now - 60:
            moments.popleft()
        if len(moments) >= self._per_minute:
            wait = int(moments[0] + 60 - now) + 1
            raise Problem(
                429,
                f"Te veel berichten. Probeer het over {wait} seconden opnieuw. "
                "Direct gevaar? Bel 112. Veilig Thuis: 0800-2000.",
                {"Retry-After": str(wait)},
            )
        moments.append(now)


async def _in_thread(function: Any, *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, function, *arguments)
