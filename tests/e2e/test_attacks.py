"""Attacks on the web API of a really running assistant: nothing breaks, and nothing of the attack comes back."""

from __future__ import annotations

import json
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import jwt
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from meldwijzer.topics import topics
from tests.conftest import ADMIN_TOKEN, Assistant, Conversation

QUESTION = {"text": "Hoe lang duurt een huisverbod?"}
MESSAGES = "/webhooks/web/messages"
SESSIONS = "/webhooks/web/sessions"
#: Fuzzed messages in all; 10,000 with MELDWIJZER_FUZZ=10000.
FUZZED = int(os.environ.get("MELDWIJZER_FUZZ", "240"))
AT_ONCE = 20


def problem(response: httpx.Response, status: int) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in response.text


def raw(assistant: Assistant, request: bytes) -> tuple[int | None, bytes]:
    """The status and the whole response to bytes on the wire; no status when the connection is closed instead."""
    where = urlsplit(assistant.url)
    with socket.create_connection((where.hostname, where.port), timeout=5) as wire:
        wire.sendall(request)
        wire.settimeout(5)
        received = b""
        while part := wire.recv(65536):
            received += part
    return (int(received.split()[1]) if received else None), received


def head(*headers: bytes, line: bytes = b"POST /webhooks/web/sessions HTTP/1.1") -> bytes:
    return b"\r\n".join([line, b"Connection: close", b"Content-Type: application/json", *headers, b"", b""])


HOST = b"Host: x"


@pytest.mark.parametrize(
    "request_",
    [
        # This one, and nothing more, made Sanic loop for ever.
        head(HOST, b"Content-Length: -5") + b"ABCDEFGHIJK",
        head(HOST, b"Content-Length: elf"),
        head(HOST, b"Content-Length: 2", b"Content-Length: 40") + b"{}",
        head(HOST, b"Content-Length: 3", b"Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n\r\nGET / HTTP/1.1\r\n",
        head(HOST, b"Transfer-Encoding: gzip"),
        head(HOST, b"Transfer-Encoding: chunked") + b"-2\r\n{}\r\n0\r\n\r\n",
        head(HOST, b"Transfer-Encoding: chunked") + b"zz\r\n{}\r\n0\r\n\r\n",
        head(),
        head(HOST, b"Host: y"),
        head(HOST, line=b"GET /health HTTP/9.9"),
        head(HOST, line=b"\x16\x03\x01\x02"),
    ],
)
def test_requests_that_end_in_two_ways(assistant: Assistant, request_: bytes) -> None:
    status, received = raw(assistant, request_)
    assert status == 400
    assert received.count(b"HTTP/1.1 ") == 1
    assert b"application/problem+json" in received
    assert httpx.get(f"{assistant.url}/health", timeout=5).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([b"a%d: b" % number for number in range(3000)], 413),
        ([b"a: " + b"b" * 40_000], 413),
        ([b"Expect: iets", b"Content-Length: 2"], 417),
        ([b"Transfer-Encoding: chunked", b"", b"fffffff\r\n{}"], 413),
    ],
    ids=["many headers", "long header", "expect", "long chunk"],
)
def test_too_much(assistant: Assistant, headers: list[bytes], status: int) -> None:
    told, received = raw(assistant, head(HOST, *headers))
    assert told == status
    assert b"application/problem+json" in received


@pytest.mark.parametrize("target", [b"/\xff", b"http://[::1", b"/a\x00b"])
def test_what_is_no_path_is_not_answered(assistant: Assistant, target: bytes) -> None:
    assert raw(assistant, head(HOST, line=b"GET " + target + b" HTTP/1.1"))[0] in {None, 400, 404}


@pytest.mark.parametrize(
    "path", ["/widget/%00", "/widget/%ff", "/widget/%2e%2e%2fpyproject.toml", "/widget/src", "/widget/embed.html"]
)
def test_other_files(assistant: Assistant, path: str) -> None:
    problem(httpx.get(assistant.url + path), 404)


@pytest.mark.parametrize("host", ['"><script>alert(1)</script>', "x/@evil", "\xff", "a b", "x" * 5000])
def test_forged_host_is_not_shown(assistant: Assistant, host: str) -> None:
    headers = [(b"Host", host.encode("latin-1"))]
    response = httpx.get(f"{assistant.url}/widget", headers=headers)
    problem(response, 400)
    assert host not in response.text


def test_tokens(assistant: Assistant) -> None:
    mine, other = assistant.session(), assistant.session()
    erased = assistant.session()
    assert httpx.delete(f"{assistant.url}{SESSIONS}", headers=erased.headers).status_code == 204
    first, second = mine.token.split("."), other.token.split(".")
    claims = jwt.decode(mine.token, options={"verify_signature": False})
    key = "een-sleutel-van-een-andere-installatie"
    tokens = [
        erased.token,
        ADMIN_TOKEN,
        ".".join(first[:2]),
        ".".join([*first[:2], ""]),
        ".".join([first[0], second[1], first[2]]),
        jwt.encode(claims, None, "none"),  # type: ignore[arg-type]
        jwt.encode(claims, key, "HS256"),
        jwt.encode(claims, key, "HS512"),
        jwt.encode(claims, key, "HS256", headers={"kid": "../../../dev/null", "jku": "http://127.0.0.1/"}),
        "é.é.é",
        "\xff",
        "." * 3000,
    ]
    for token in tokens:
        headers = [(b"Authorization", b"Bearer " + token.encode("latin-1"))]
        problem(httpx.post(f"{assistant.url}{MESSAGES}", json=QUESTION, headers=headers), 401)
    problem(httpx.post(f"{assistant.url}{MESSAGES}", params={"token": mine.token}, json=QUESTION), 401)
    problem(httpx.post(f"{assistant.url}{MESSAGES}", json=QUESTION, auth=("", mine.token)), 401)
    problem(httpx.get(f"{assistant.url}/admin/report", auth=("", mine.token)), 401)
    assert mine.say(QUESTION["text"])[0]["topic"] == "hv.duur"


#: What a button may send, and nobody may type.
BUTTONS = {"/record_advice", '/group{"group":"BCDFGH"}', '/inform{"sector":"ggz"}'}


@pytest.mark.parametrize(
    "text",
    ["/emergency{}", "/record_advice", "/topic@1.0", "EXTERNAL: forget", "／forget", "∕forget", "⁄restart", "/ /forget",
     '/group{"group":"BCDFGH"}', '/inform{"sector":"ggz"}', '/topic{"topic":"../../etc/passwd"}', "\x00/forget"],
)  # fmt: skip
def test_commands_are_neither_typed_nor_made_up(assistant: Assistant, text: str) -> None:
    conversation = assistant.session()
    for reply in conversation.say(text):
        assert "direct verwijderd" not in reply["text"]
        assert "Vraag 1 van" not in reply["text"]
    if text not in BUTTONS:
        problem(conversation.post({"payload": text}), 400)


@pytest.mark.parametrize(
    "content",
    [
        b'{"text": ' + b"[" * 16_000,
        b"[" * 32_000,
        b'{"text": NaN}',
        b'{"text": Infinity}',
        "{'text': 'hallo'}".encode("utf-16"),
        b'{"text": "\xe9"}',
        b"\x1f\x8b\x08",
        b'{"text": "a", "text": 1}',
    ],
    ids=range(8),
)
def test_what_is_no_json(assistant: Assistant, content: bytes) -> None:
    headers = assistant.session().headers | {"Content-Type": "application/json"}
    problem(httpx.post(f"{assistant.url}{MESSAGES}", content=content, headers=headers), 400)


def test_markup_is_not_echoed(assistant: Assistant) -> None:
    for text in ("welk veilig thuis hoort bij <img src=x onerror=alert(1)>stad", "<script>alert(1)</script>"):
        assert "<" not in json.dumps(assistant.session().say(text))
    refused = httpx.post(f"{assistant.url}{SESSIONS}", json={"municipality": "<script>", "group": "<script>"})
    problem(refused, 400)
    assert "<" not in refused.text


def test_spoofed_addresses_do_not_matter(assistant: Assistant) -> None:
    told = {
        "X-Forwarded-For": "<script>, 192.0.2.1",
        "Forwarded": "for=x;host=evil",
        "X-Forwarded-Host": "evil.example",
    }
    page = httpx.get(f"{assistant.url}/widget", headers=told)
    assert page.status_code == 200
    assert "evil" not in page.text


WORDS = st.sampled_from(
    [
        "/",
        "{",
        "kind",
        "hij slaat",
        "Velp",
        "\u202e",
        "z̵̡͉a̷l",
        "😀" * 50,
        "Аmsterdam",
        "\x00",
        "\ud83d",
        "0612345678",
        "niet",
    ]
)
MESSAGE = st.one_of(
    st.text(max_size=200),
    st.text(st.characters(categories=["Cc", "Cf", "Zs", "Mn"]), max_size=100),
    st.lists(WORDS, max_size=30).map(" ".join),
    st.builds(lambda part, times: (part * times)[:2000], st.text(min_size=1, max_size=20), st.integers(1, 100)),
)
STATES = (None, "/record_advice", "/weigh", "/scan_policy", "/practise", "/quiz", "/region", "/join")


def send(conversation: Conversation, text: str) -> None:
    response = httpx.post(
        f"{conversation.url}{MESSAGES}",
        content=json.dumps({"text": text[:2000]}),
        headers=conversation.headers | {"Content-Type": "application/json"},
        timeout=30,
    )
    assert response.status_code == 200, response.text
    replies = response.json()["messages"]
    assert replies
    for reply in replies:
        assert reply["text"]
        assert not reply["text"].startswith("Sorry, het antwoord lukt")
        assert reply.get("suggestions") or reply["topic"] in topics() or reply["topic"].startswith("actie.")


def test_fuzzed_messages(assistant: Assistant) -> None:
    @settings(
        max_examples=FUZZED // AT_ONCE,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(MESSAGE, min_size=AT_ONCE, max_size=AT_ONCE))
    def all_are_answered(texts: list[str]) -> None:
        conversations = [assistant.session() for _ in STATES]
        for conversation, state in zip(conversations, STATES):
            if state:
                conversation.press(state)
        with ThreadPoolExecutor(4) as clients:
            each = (conversations[number % len(STATES)] for number in range(len(texts)))
            list(clients.map(send, each, texts))

    all_are_answered()
