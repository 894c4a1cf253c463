"""What answers while no server does: 112 and 0800-2000 instead of silence, in the process that starts the servers."""

from __future__ import annotations

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bot.channels.problems import PEOPLE, Problem

LOOK_SECONDS = 0.1
LARGEST_REQUEST = 32_768


class Apology:
    """Answers whoever asks while no server does."""

    def __init__(self, listening: socket.socket) -> None:
        """Make it.

        Args:
            listening: the socket that the servers listen on too.
        """
        # A server may be the first to accept a connection that was seen here.
        listening.settimeout(0)
        self._listening = listening
        self._server: ThreadingHTTPServer | None = None

    def begin(self) -> None:
        """Answer from now on."""
        if self._server is None:
            self._server = ThreadingHTTPServer(("", 0), _Apologise, bind_and_activate=False)
            self._server.socket.close()
            self._server.socket = self._listening
            threading.Thread(target=self._server.serve_forever, args=[LOOK_SECONDS], daemon=True).start()

    def end(self) -> None:
        """Leave it to the servers."""
        if self._server:
            # The socket stays open.
            self._server.shutdown()
            self._server = None


class _Apologise(BaseHTTPRequestHandler):
    """The answer to every request: a problem of RFC 9457 with the numbers to call."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Meldwijzer", ""
    timeout = 3

    def do_GET(self) -> None:
        """Answer; what was sent is read first, so that the client gets to read too."""
        with contextlib.suppress(ValueError):
            self.rfile.read(min(int(self.headers.get("content-length", "0")), LARGEST_REQUEST))
        response = Problem(503, f"De assistent start. Probeer het over een minuut opnieuw. {PEOPLE}").response()
        self.send_response(503)
        for name, value in {
            "Content-Type": response.content_type,
            "Content-Length": str(len(response.body)),
            "Retry-After": "10",
            "Cache-Control": "no-store",
            "Connection": "close",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = do_OPTIONS = do_GET

    def log_message(self, *_: object) -> None:
        """Log nothing: a request line may hold anything."""
