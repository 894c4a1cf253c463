"""Where to report a weakness: `/.well-known/security.txt` (RFC 9116), once the operator says where."""

from __future__ import annotations

import datetime as dt

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, text

from meldwijzer.settings import settings

#: RFC 9116 wants less than a year. It is counted from each request: a server that runs has someone who runs it.
DAYS = 180


def add_security_txt(routes: Blueprint) -> None:
    """Add the file, when MELDWIJZER_SECURITY_CONTACT says whom to write to; without, there is no such page."""
    contact = settings().security_contact
    if not contact:
        return

    @routes.get("/.well-known/security.txt")
    async def show(_: Request) -> HTTPResponse:
        return text(security_txt(contact, dt.datetime.now(dt.timezone.utc)))


def security_txt(contact: str, now: dt.datetime) -> str:
    """The file.

    Args:
        contact: an address as RFC 9116, section 2.5.3, wants it: `mailto:`, `https:` or `tel:`.
        now: in UTC.
    """
    # At midnight, so that it is the same all day.
    expires = (now + dt.timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    return f"Contact: {contact}\nExpires: {expires.isoformat().replace('+00:00', 'Z')}\nPreferred-Languages: nl, en\n"
