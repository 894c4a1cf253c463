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
