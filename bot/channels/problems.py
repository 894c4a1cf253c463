"""Errors as RFC 9457 problem details in Dutch: never a traceback, never an HTML page."""

from __future__ import annotations

from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json

from meldwijzer import logs

TITLES = {
    400: "Ongeldig verzoek",
    401: "Geen toegang",
    404: "Niet gevonden",
    405: "Niet toegestaan",
    413: "Te lang",
    415: "Verkeerd soort inhoud",
    422: "Niet te verwerken",
    429: "Te veel verzoeken",
    500: "Er ging iets mis",
    503: "Niet bereikbaar",
}
PEOPLE = "Direct gevaar? Bel 112. Veilig Thuis: 0800-2000, gratis, dag en nacht."

logger = logs.logger("web")


class Problem(SanicException):
    """An error that a client gets to see."""

    def __init__(
        self, status: int, detail: str, headers: dict[str, str] | None = None, members: dict[str, str] | None = None
    ) -> None:
        """Make a problem.

        Args:
            status: HTTP status.
            detail: what is wrong and what to do, in Dutch, without a word of what the client sent.
            headers: to add to the response.
            members: to add to the body; RFC 9457 calls them extension members.
        """
        super().__init__(detail, status)
        self.detail = detail
        self.extra = headers or {}
        self.members = members or {}

    def response(self) -> HTTPResponse:
        """The response of RFC 9457."""
        body = {
            "type": "about:blank",
            "title": TITLES.get(self.status_code, TITLES[400 if self.status_code < 500 else 500]),
            "status": self.status_code,
            "detail": self.detail,
            **self.members,
        }
        headers = dict(self.extra)
        if self.status_code == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return json(body, self.status_code, headers, content_type="application/problem+json")


def install(app: Sanic) -> None:
    """Let every error of the server answer as a problem."""

    @app.exception(Exception)
    async def failed(_: Request, error: Exception) -> HTTPResponse:
        if isinstance(error, Problem):
            return error.response()
        status = getattr(error, "status_code", 500)
        if status >= 500:
            logger.error("request failed", exc_info=error)
        detail = PEOPLE if status >= 500 else TITLES.get(status, TITLES[400]) + "."
        # Sanic's own errors may have headers that HTTP wants: Allow with a 405.
        return Problem(status, detail, getattr(error, "headers", None)).response()
