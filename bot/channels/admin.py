"""The report on advice requests for whoever runs the assistant: `/admin/report`."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hmac
from collections.abc import Awaitable, Callable

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.channels.problems import Problem
from meldwijzer import report
from meldwijzer.report_files import FORMATS
from meldwijzer.settings import settings

#: The page has its style and its chart within it, and nothing else.
PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class NoAccess(Problem):
    """A request without the token, which a browser may ask its user for."""

    def __init__(self) -> None:
        """Make the problem."""
        super().__init__(401, "Geef het beheerderswachtwoord; de gebruikersnaam doet er niet toe.")

    def response(self) -> HTTPResponse:
        """The response, which asks for HTTP Basic where other routes ask for the token of a conversation."""
        made = super().response()
        made.headers["WWW-Authenticate"] = 'Basic realm="Meldwijzer beheer", charset="UTF-8"'
        return made


def add_report(routes: Blueprint, limit: Callable[[Request], Awaitable[None]]) -> None:
    """Add the page, when there is a token to protect it with.

    Args:
        routes: to add it to.
        limit: counts a request, and refuses it when there were too many.
    """
    secret = settings().admin_token
    if secret is None:
        return
    token = secret.get_secret_value().encode()

    @routes.get("/admin/report")
    async def show(request: Request) -> HTTPResponse:
        await limit(request)
        if not hmac.compare_digest(_password(request), token):
            raise NoAccess
        kind = request.args.get("format", "html")
        if kind not in FORMATS:
            raise Problem(400, f"Kies een format uit: {', '.join(FORMATS)}.")
        first, last = _day(request, "from"), _day(request, "to")
        try:
            # Both the query and the drawing take time in which the assistant has to go on answering.
            made = await asyncio.to_thread(report.make, first, last, request.args.getlist("by", []))
            body = await asyncio.to_thread(FORMATS[kind].make, made)
        except report.ReportError as error:
            raise Problem(400, str(error)) from None
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": PAGE_POLICY}
        if kind != "html":
            name = f"adviesvragen-{made.period.first}-{made.period.last}.{kind}"
            headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return raw(body, headers=headers, content_type=FORMATS[kind].media_type)


def _password(request: Request) -> bytes:
    """The password of HTTP Basic; empty where there is none."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(given.strip(), validate=True).partition(b":")[2]
    except ValueError:
        return b""


def _day(request: Request, name: str) -> dt.date | None:
    """A day from the query.

    Raises:
        Problem: 400 for what is no day.
    """
    given = request.args.get(name)
    try:
        return dt.date.fromisoformat(given) if given else None
    except ValueError:
        raise Problem(400, f"Geef '{name}' als jaar-maand-dag, zoals 2026-01-31.") from None
