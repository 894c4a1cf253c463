"""Which heads of requests everyone reads in the same way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.framing import is_plain

LINE = b"POST /webhooks/web/messages HTTP/1.1"
HOST = b"Host: 127.0.0.1:5005"


def head(*headers: bytes, line: bytes = LINE) -> bytes:
    return b"\r\n".join((line, *headers))


@pytest.mark.parametrize(
    "given",
    [
        head(HOST),
        head(HOST, b"Content-Length: 0"),
        head(HOST, b"content-length:\t12 "),
        head(HOST, b"Transfer-Encoding: chunked"),
        head(HOST, b"X-Empty:"),
        head(HOST, b"X-Name: caf\xe9"),
        head(HOST, b"Accept: a", b"Accept: b"),
        head(line=b"GET /health HTTP/1.0"),
        head(b"Host: a", line=b"GET /health HTTP/1.0"),
    ],
)
def test_plain(given: bytes) -> None:
    assert is_plain(given)


@pytest.mark.parametrize(
    "given",
    [
        *(
            head(HOST, b"Content-Length: " + length)
            for length in (
                b"-1", b"+1", b"1e3", b"0x10", b"1 2", b"1,1", b"", b"1.0", b"9" * 10, b"9" * 400, b"1_0", b"\xb2",
                "١٢".encode(),
            )
        ),
        *(
            head(HOST, b"Transfer-Encoding: " + coding)
            for coding in (b"gzip", b"chunked, chunked", b"identity", b"xchunked", b"gzip, chunked", b"chunked;a", b"")
        ),
        head(HOST, b"Content-Length: 4", b"Content-Length: 4"),
        head(HOST, b"Content-Length: 4", b"content-length: 5"),
        head(HOST, b"Content-Length: 4", b"Transfer-Encoding: chunked"),
        head(HOST, b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
        head(HOST, b"Content-Length : 4"),
        head(HOST, b" Content-Length: 4"),
        head(HOST, b"X: a\nContent-Length: 4"),
        head(HOST, b"X: a\rContent-Length: 4"),
        head(HOST, b"X: a\0b"),
        head(HOST, b"X\0: a"),
        head(HOST, b"X: a", b" folded"),
        head(HOST, b"geen dubbele punt"),
        head(HOST, b": geen naam"),
        head(HOST, b""),
        head(HOST, HOST),
        head(HOST, b"host: elders"),
        head(),
        head(HOST, HOST, line=b"GET /health HTTP/1.0"),
    ],
)  # fmt: skip
def test_not_plain(given: bytes) -> None:
    assert not is_plain(given)


@given(st.binary(max_size=300))
def test_says_something_of_anything(junk: bytes) -> None:
    assert is_plain(head(HOST, b"X: " + junk)) in {True, False}
    assert is_plain(junk) in {True, False}


@given(st.integers(), st.integers())
def test_never_two_lengths(first: int, second: int) -> None:
    lengths = (b"Content-Length: %d" % number for number in (first, second))
    assert not is_plain(head(HOST, *lengths))
