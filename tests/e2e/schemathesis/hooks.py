"""A conversation for every request that needs one: a request may erase it."""

from __future__ import annotations

from typing import Any

import requests
import schemathesis


@schemathesis.auth(refresh_interval=None)
class Token:
    """The token of a new conversation."""

    def get(self, case: Any, _: Any) -> str:
        """Begin a conversation."""
        server = case.operation.schema.get_base_url().rstrip("/")
        token: str = requests.post(f"{server}/webhooks/web/sessions", timeout=10).json()["token"]
        return token

    def set(self, case: Any, token: str, _: Any) -> None:
        """Open it with this request."""
        case.headers["Authorization"] = f"Bearer {token}"
