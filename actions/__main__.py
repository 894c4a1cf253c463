"""Run the action server: `python -m actions HOST PORT`."""

from __future__ import annotations

import sys

from rasa_sdk.endpoint import create_app
from sanic.request import Request
from sanic.response import HTTPResponse, json

from meldwijzer import logs
from meldwijzer.cases import cases
from meldwijzer.flows import flows
from meldwijzer.knowledge import knowledge
from meldwijzer.quiz import bank
from meldwijzer.regions import regions
from meldwijzer.terms import terms


def main(host: str, port: int) -> None:
    """Serve the actions of this package until stopped.

    Args:
        host: the address to listen on; it must not be reachable from outside, it takes anyone's word.
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
    app.run(host, port, access_log=False, motd=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
