"""Serving under a supervisor (bot/supervisor.py): on its socket, and no longer than it lives."""

from __future__ import annotations

import asyncio
import os
import socket

from sanic import Sanic

#: Where the supervisor says which descriptors it handed over: of the socket to serve on, and of the line to it.
LISTEN, LINE = "MELDWIJZER_LISTEN_FD", "MELDWIJZER_LINE_FD"
READY = b"r"
#: Seconds; the supervisor looks more often than that.
HANDOVER = 0.5


def serve(app: Sanic, host: str, port: int) -> None:
    """Serve until stopped.

    Args:
        app: the application.
        host: the address to listen on, unless the supervisor has a socket for it.
        port: the port to listen on.
    """
    line = os.environ.get(LINE)
    if line is None:
        app.run(host, port, access_log=False, motd=False)
        return

    @app.listener("before_server_start")
    async def tell(_: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        supervisor = socket.socket(fileno=int(line))
        supervisor.send(READY)
        # Nothing ever comes over it, so that it can be read only when the supervisor is gone, however that came.
        loop.add_reader(supervisor, _stop, app, loop, supervisor)
        # Until the supervisor has left off apologising on the same socket; who asks meanwhile waits in its queue.
        await asyncio.sleep(HANDOVER)

    app.run(sock=socket.socket(fileno=int(os.environ[LISTEN])), access_log=False, motd=False)


def _stop(app: Sanic, loop: asyncio.AbstractEventLoop, supervisor: socket.socket) -> None:
    loop.remove_reader(supervisor)
    app.stop()
