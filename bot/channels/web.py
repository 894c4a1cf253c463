"""The web API of contract 2, with the pages that belong to it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import re
import secrets
import time
from functools import partial
from typing import Any

import jwt
import sqlalchemy as sa
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from bot.channels import admin, health, intake, pages, repeats, trainer
from bot.channels.json_body import json_body
from bot.channels.payloads import is_payload
from bot.channels.problems import Problem
from bot.channels.repeats import KEY, OtherMessageError
from bot.channels.security_txt import add_security_txt
from meldwijzer import database, groups, logs
from meldwijzer.regions import regions
from meldwijzer.settings import settings
from meldwijzer.shared import shared
from meldwijzer.topics import payload

ALGORITHM = "HS256"
AUDIENCE = "meldwijzer-web"
MINUTE = 60
#: What tells the participants of a group apart who may reload their page; random, and made by that page.
SEAT = re.compile(r"[A-Za-z0-9]{16,64}")

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
        admin.add_report(routes, limit)
        trainer.add_trainer(routes, limit)
        pages.add_pages(routes)
        add_security_txt(routes)
        health.add_health(routes)

        @routes.post("/webhooks/web/sessions")
        async def begin(request: Request) -> HTTPResponse:
            await limit(request)
            body = json_body(request, needed=False)
            session = secrets.token_urlsafe(24)
            sender, entities = intake.pseudonym(self.name(), session), {}
            if (name := body.get("municipality")) is not None:
                entities["place"] = _place(name)
            group = _group(body.get("group"), body.get("seat"))
            greeting = payload("topic", topic="bot.groet", **entities)
            replies = await intake.greet(on_new_message, self.name(), sender, greeting)
            if group:
                replies = await intake.greet(on_new_message, self.name(), sender, payload("group", group=group))
            return json({"token": _sign(session), "messages": [reply.to_json() for reply in replies]}, status=201)

        @routes.post("/webhooks/web/messages")
        async def message(request: Request) -> HTTPResponse:
            await limit(request)
            token = _token(request)
            sender = await _sender(token)
            handle = self._handling(on_new_message, sender, json_body(request))
            key = request.headers.get("idempotency-key")
            if key is None:
                return json({"messages": [reply.to_json() for reply in await handle()]})
            if not KEY.fullmatch(key):
                raise Problem(400, "Een Idempotency-Key heeft 1 tot en met 64 zichtbare tekens.")
            try:
                return json({"messages": await repeats.once(sender, token, key, request.body, handle)})
            except OtherMessageError:
                raise Problem(422, "Deze Idempotency-Key hoort bij een ander bericht. Kies een nieuwe.") from None

        @routes.delete("/webhooks/web/sessions")
        async def end(request: Request) -> HTTPResponse:
            sender = await _sender(_token(request))
            await repeats.forget(sender)
            # In its turn: a message that is still under way would be stored after it was erased.
            async with request.app.ctx.agent.lock_store.lock(sender):
                await _in_thread(database.forget, sender)
                await intake.forget_context(sender)
            return empty()

        return routes

    def _handling(self, on_new_message: intake.Handler, sender: str, body: dict[str, Any]) -> repeats.Handling:
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


def _token(request: Request) -> str:
    """The token in a request; empty where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


async def _sender(token: str) -> str:
    """The pseudonym of the conversation that a token opens.

    Raises:
        Problem: 401 when the token is absent, not ours, or of a conversation that is gone.
    """
    try:
        session = jwt.decode(token, settings().key, [ALGORITHM], audience=AUDIENCE)["sid"]
    except (jwt.InvalidTokenError, KeyError, UnicodeEncodeError):
        raise Problem(401, "Dit gesprek ken ik niet. Begin een nieuw gesprek.") from None
    sender = intake.pseudonym(WebChannel.name(), session)
    if not await _in_thread(_may_go_on, sender):
        raise Problem(401, "Dit gesprek is gewist of verlopen. Begin een nieuw gesprek.")
    return sender


def _group(code: object, seat: object) -> str | None:
    """The session to take part in, with the seat in it: who comes back to that is the same participant."""
    if seat is not None and not (isinstance(seat, str) and SEAT.fullmatch(seat)):
        raise Problem(400, "Een plaats in de groep heeft 16 tot en met 64 letters en cijfers.")
    if code is None:
        return None
    if not isinstance(code, str) or not groups.CODE.fullmatch(code):
        raise Problem(400, "Dit is geen groepscode.")
    return f"{code}:{intake.pseudonym('seat', f'{code}:{seat}')}" if seat else code


def _place(name: object) -> str:
    found = regions().municipality(name) if isinstance(name, str) else None
    if not found:
        raise Problem(400, "Deze gemeente ken ik niet.")
    return f"gemeente:{found.code}"


async def limit(request: Request) -> None:
    """Count a request of a client in this minute.

    What stands for the client is a keyed digest of its address with the minute, which is gone with it.

    Raises:
        Problem: 429 with Retry-After when it has asked too much.
    """
    most = settings().rate_limit
    if not most:
        return
    minute, passed = divmod(time.time(), MINUTE)
    address = f"limit:{minute}:{_client(request.remote_addr or request.ip)}"
    client = hmac.new(settings().key, address.encode(), hashlib.sha256).hexdigest()
    if await shared().count(f"limit:{client}", MINUTE) > most:
        wait = int(MINUTE - passed) + 1
        raise Problem(
            429,
            f"Te veel berichten. Probeer het over {wait} seconden opnieuw. "
            "Direct gevaar? Bel 112. Veilig Thuis: 0800-2000.",
            {"Retry-After": str(wait)},
        )


def _client(address: str) -> str:
    """Whose an address is; who has one address of IPv6 has the 2^64 around it."""
    try:
        given = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return address
    if isinstance(given, ipaddress.IPv4Address):
        return str(given)
    return str(given.ipv4_mapped or int(given) >> 64)


async def _in_thread(function: Any, *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, function, *arguments)


def _may_go_on(sender: str) -> bool:
    """Whether a conversation is there, or cannot be looked up: who tells of danger then still gets 112."""
    try:
        return database.conversation_exists(sender)
    except sa.exc.SQLAlchemyError:
        return True
