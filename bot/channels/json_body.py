"""The JSON in a request."""

from __future__ import annotations

import json
from typing import Any

from sanic.request import Request

from bot.channels.problems import Problem


def json_body(request: Request, *, needed: bool = True) -> dict[str, Any]:
    """The JSON object in a request.

    Raises:
        Problem: 415 for another media type, 400 for what is no JSON object.
    """
    if not request.body and not needed:
        return {}
    if request.content_type.partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "Stuur JSON, met Content-Type application/json.")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Problem(400, "Dit is geen geldige JSON.") from None
    if not isinstance(body, dict):
        raise Problem(400, "Stuur een JSON-object.")
    return body
