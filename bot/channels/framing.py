"""Requests of which it is not plain where they end, or for whom they are, are refused before Sanic reads them.

Sanic 21.12 hangs for ever on a Content-Length below zero, answers 500 to one that is no number, and takes the first
of two that differ. A proxy in front may take the other, and then someone's request goes into the next one's
conversation (request smuggling, RFC 9112 section 11.2).
"""

from __future__ import annotations

import re
from collections import defaultdict

from sanic import Sanic

#: A path or a whole address: Sanic answers 500 to an empty one, and can only hang up on what else is none.
LINE = re.compile(rb"[!-~]+ (/|https?://)[!-~]* HTTP/\d\.\d")
NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: What ends a line to some and not to others.
ENDS = re.compile(rb"[\r\n\0]")
LENGTH = re.compile(rb"\d{1,9}")


def install(app: Sanic) -> None:
    """Look at the head of every request as soon as it is there."""

    @app.signal("http.lifecycle.read_head")
    async def refuse(head: bytes) -> None:
        if not is_plain(head):
            # Sanic answers whatever is raised here with 400, and closes the connection.
            raise ValueError


def is_plain(head: bytes) -> bool:
    """Whether everyone reads the head of a request in the same way (RFC 9112, sections 3.2, 5.1, 6.1 and 6.3).

    Args:
        head: the request line and the headers, without the empty line behind them.
    """
    line, *headers = head.split(b"\r\n")
    if not LINE.fullmatch(line):
        return False
    values = defaultdict(list)
    for header in headers:
        name, colon, value = header.partition(b":")
        if not colon or not NAME.fullmatch(name) or ENDS.search(value):
            return False
        values[name.lower()].append(value.strip(b" \t"))
    length, coding, host = values[b"content-length"], values[b"transfer-encoding"], values[b"host"]
    if len(length) + len(coding) > 1 or (len(host) != 1 and (host or not line.endswith(b"HTTP/1.0"))):
        return False
    return all(map(LENGTH.fullmatch, length)) and coding in ([], [b"chunked"])
