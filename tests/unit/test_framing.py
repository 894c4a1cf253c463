"""Requests that two readers would cut off at different places are refused."""

from __future__ import annotations

import pytest

from bot.channels.framing import is_plain

LINE = b"POST /webhooks/web/messages HTTP/1.1\r\nHost: x"


@pytest.mark.parametrize(
    "rest",
    [
        b"",
        b"\r\nContent-Length: 0",
        b"\r\ncontent-length:12 ",
        b"\r\nTransfer-Encoding: chunked",
        b"\r\nX-Naam: Z\xfcrich",
    ],
)
def test_plain(rest: bytes) -> None:
    assert is_plain(LINE + rest)


def test_host() -> None:
    assert is_plain(b"GET / HTTP/1.0")
    assert not is_plain(b"GET / HTTP/1.1")
    assert not is_plain(LINE + b"\r\nHost: y")


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: -5",
        b"Content-Length: +5",
        b"Content-Length: 1_0",
        b"Content-Length: 0x10",
        b"Content-Length: \xd9\xa3",
        b"Content-Length:",
        b"Content-Length: 2, 2",
        b"Content-Length: 2\r\nContent-Length: 2",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: gzip",
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"Transfer-Encoding : chunked",
        b" Transfer-Encoding: chunked",
        b"X: y\nContent-Length: 5",
        b"X: \0",
        b"X",
        b": x",
    ],
)
def test_not_plain(rest: bytes) -> None:
    assert not is_plain(LINE + b"\r\n" + rest)


@pytest.mark.parametrize(
    "line",
    [
        b"GET  HTTP/1.1",
        b"GET /\xff\xfe HTTP/1.1",
        b"GET /a b HTTP/1.1",
        b"GET /a\tHTTP/1.1",
        b"CONNECT 127.0.0.1:22 HTTP/1.1",
        b"GET health HTTP/1.1",
        b"PRI * HTTP/2.0",
        b"GET /health",
        b"G\0T / HTTP/1.1",
        b"",
    ],
)
def test_line_that_sanic_cannot_read(line: bytes) -> None:
    assert not is_plain(line + b"\r\nHost: x")


@pytest.mark.parametrize("line", [b"GET http://x/health HTTP/1.1", b"OPTIONS /webhooks/web/messages?a=%20 HTTP/1.1"])
def test_line_that_it_can(line: bytes) -> None:
    assert is_plain(line + b"\r\nHost: x")
