"""Run the action server: `python -m actions [HOST PORT]`, the latter unless a supervisor started it."""

from __future__ import annotations

import sys

from rasa_sdk.endpoint import create_app
from sanic.request import Request
from sanic.response import HTTPResponse, json

from meldwijzer import logs, supervised
from meldwijzer.cases import cases
from meldwijzer.flows import flows
from meldwijzer.knowledge import knowledge
from meldwijzer.quiz import bank
from meldwijzer.regions import regions
from meldwijzer.terms import terms


def main(host: str = "127.0.0.1", port: str = "5055") -> None:
    """Serve the actions of this package until stopped.

    Args:
        host: the address to listen on, unless a supervisor has a socket for it; it must not be reachable from outside,
            since it takes anyone's word.
        port: the port to listen on.
    """
    app = create_app("actions")

    # The SDK's own handler returns the request, user text and all, and logs it.
    @app.exception(Exception)
    async def failed(_: Request, error: Exception) -> HTTPResponse:
        logs.logger("actions").error("action failed", exc_info=error)
        return json({"error": "failed"}, status=500)

    logs.configure()
    # Read before the first user asks for them.
    for load in (terms, flows, cases, bank, regions, knowledge):
        load()
    supervised.serve(app, host, int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
