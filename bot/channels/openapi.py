"""The description of the web API, at `/openapi.json` as the NL API Design Rules want it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

FILE = Path(__file__).with_name("openapi.yml")
#: Where every response says which version of the API it is of.
PATHS = ("/webhooks/web/", "/health", "/openapi.json")


def description() -> dict[str, Any]:
    """The description, in OpenAPI."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


def install(app: Sanic) -> None:
    """Serve the description, and name its version in the responses that it describes."""
    described = description()

    @app.get("/openapi.json")
    async def openapi(_: Request) -> HTTPResponse:
        return json(described)

    @app.middleware("response")
    async def name_version(request: Request, response: HTTPResponse) -> None:
        if request.path.startswith(PATHS):
            response.headers["API-Version"] = described["info"]["version"]
