"""The widget and the pages around it: what a browser gets beside the API."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, file, html

from bot.channels.problems import Problem
from meldwijzer.settings import ROOT

FOLDER = ROOT / "widget"
#: What of the folder is for browsers; the sources of the widget are not.
FILES = frozenset(
    {
        "meldwijzer.js", "demo.js", "demo.css", "forms.css", "trainer.js", "trainer.css", "group.js", "certificate.js",
        "certificate.css",
    }
)  # fmt: skip
#: As a browser writes it: what else a client says that the address is, is not shown or drawn.
ADDRESS = re.compile(r"https?://([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?", re.IGNORECASE | re.ASCII)
#: Asked for anew each time, and sent only when it changed.
REVALIDATE = {"Cache-Control": "no-cache"}


def integrity() -> str:
    """The hash of the widget by which a page may demand precisely this file (Subresource Integrity)."""
    digest = hashlib.sha384((FOLDER / "meldwijzer.js").read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


def address_of(request: Request) -> str:
    """The address at which a client reached the server, without a path.

    Raises:
        Problem: 400 when what the client says is none.
    """
    address = f"{request.scheme}://{request.host}"
    if not ADDRESS.fullmatch(address):
        raise Problem(400, "Het adres in uw verzoek (Host) klopt niet.")
    return address


def add_pages(routes: Blueprint) -> None:
    """Add the pages and the files of them: demo, embedding for web editors, joining a group, certificate."""

    @routes.get("/demo")
    async def demo(_: Request) -> HTTPResponse:
        return await file(FOLDER / "demo.html", headers=REVALIDATE)

    @routes.get("/groep")
    async def group(_: Request) -> HTTPResponse:
        return await file(FOLDER / "group.html", headers=REVALIDATE)

    @routes.get("/certificaat")
    async def certificate(_: Request) -> HTTPResponse:
        return await file(FOLDER / "certificate.html", headers=REVALIDATE)

    @routes.get("/widget")
    async def embed(request: Request) -> HTTPResponse:
        page = (FOLDER / "embed.html").read_text(encoding="utf-8")
        server = escape(address_of(request))
        return html(page.replace("{server}", server).replace("{integrity}", integrity()), headers=REVALIDATE)

    @routes.get("/widget/<name:str>")
    async def widget(_: Request, name: str) -> HTTPResponse:
        if name not in FILES:
            raise Problem(404, "Deze pagina bestaat niet.")
        return await file(FOLDER / name, headers=REVALIDATE)
