"""Forged keys, made-up buttons, and clients that send what no library would; test_attacks.py has the rest."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import re
import socket
import time
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest

from tests.conftest import ADMIN_TOKEN, LIMIT, Assistant
from tests.e2e.test_web import problem

MESSAGES, SESSIONS = "/webhooks/web/messages", "/webhooks/web/sessions"
QUESTION = "Hoe lang duurt een huisverbod?"
#: Seconds within which an assistant answers anything; a turn takes at most 2.5.
PATIENCE = 5
BODIES = {"content-type": "application/json"}


def answers(assistant: Assistant) -> None:
    """The assistant still does what it is for."""
    assert assistant.session().say(QUESTION)[0]["topic"] == "hv.duur"


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def by_hand(head: dict[str, Any], body: dict[str, Any], key: bytes = b"") -> str:
    """A token as no library makes it."""
    parts = ".".join(encoded(json.dumps(part).encode()) for part in (head, body))
    return f"{parts}.{encoded(hmac.new(key, parts.encode(), hashlib.sha256).digest()) if key else ''}"


def forgeries(token: str, other: str) -> dict[str, str]:
    """Tokens made of a real one, without the key."""
    head, body, signature = token.split(".")
    mine = claims(token)
    made = {
        f"alg {alg}": by_hand({"alg": alg, "typ": "JWT"}, mine) for alg in ("none", "None", "NONE", "nOnE", "", "HS0")
    }
    made |= {f"{alg} with a key of ours": jwt.encode(mine, "x" * 64, alg) for alg in ("HS256", "HS384", "HS512")}
    # The key of a server that takes the public key, the address or the file in the head for its own.
    made |= {
        f"head with {name}": by_hand({"alg": "HS256", "typ": "JWT", name: value}, mine, b"x")
        for name, value in (
            ("kid", "../../../dev/null"),
            ("kid", "' UNION SELECT 'x"),
            ("jku", "http://127.0.0.1:1/keys"),
            ("x5u", "http://127.0.0.1:1/keys"),
            ("jwk", {"kty": "oct", "k": encoded(b"x")}),
            ("crit", ["exp"]),
            ("b64", False),
        )
    }
    made |= {
        "RS256 named, HS256 made": by_hand({"alg": "RS256", "typ": "JWT"}, mine, b"x"),
        "list of algorithms": by_hand({"alg": ["none", "HS256"]}, mine, b"x"),
        "empty key": by_hand({"alg": "HS256", "typ": "JWT"}, mine, b"\0"),
        "no signature": f"{head}.{body}.",
        "two parts": f"{head}.{body}",
        "four parts": f"{token}.{signature}",
        "signature cut": token[:-4],
        "signature of another": f"{head}.{body}.{other.rpartition('.')[2]}",
        "body of another": f"{head}.{other.split('.')[1]}.{signature}",
        "empty": "",
        "dots": "..",
        "very long": "a" * 7_000,
        "nested": f"{head}.{encoded(b'[' * 3_000)}.{signature}",
        "no object": f"{head}.{encoded(b'1')}.{signature}",
    }
    return made


def test_forged_tokens(plain: Assistant) -> None:
    victim, other = plain.session(), plain.session()
    for name, token in forgeries(victim.token, other.token).items():
        # As latin-1, since a header has no other letters.
        headers = {"Authorization": f"Bearer {token}".strip()}
        for method, path, body in (("POST", MESSAGES, {"text": QUESTION}), ("DELETE", SESSIONS, None)):
            response = httpx.request(method, plain.url + path, json=body, headers=headers, timeout=PATIENCE)
            assert response.status_code == 401, name
            problem(response, 401)
    # None of the DELETEs had an effect.
    for conversation in (victim, other):
        assert conversation.say(QUESTION)[0]["topic"] == "hv.duur"


def test_tokens_do_not_open_each_others_conversations(plain: Assistant) -> None:
    first, second = plain.session(), plain.session()
    first.say("ik wil een adviesvraag vastleggen")
    # Nothing of the form of the first shows in the second, and pressing its buttons there does nothing.
    assert "Vraag" not in second.say("onderwijs")[0]["text"]
    httpx.delete(plain.url + SESSIONS, headers=second.headers, timeout=PATIENCE)
    problem(second.post({"text": QUESTION}), 401)
    assert "Vraag 2 van 7" in first.say("onderwijs")[0]["text"]


def test_token_where_it_does_not_belong(assistant: Assistant) -> None:
    conversation = assistant.session()
    token = conversation.token
    send = {"text": QUESTION}
    address = assistant.url + MESSAGES
    for response in (
        httpx.post(address, json=send, params={"token": token, "access_token": token, "Authorization": token}),
        httpx.post(address, json=send | {"token": token, "access_token": token}),
        httpx.post(address, json=send, cookies={"token": token, "Authorization": f"Bearer {token}"}),
        httpx.post(address, json=send, headers={"X-Authorization": f"Bearer {token}"}),
        httpx.post(address, json=send, headers={"Authorization": token}),
        httpx.post(address, json=send, headers={"Authorization": f"Basic {token}"}),
        httpx.post(address, json=send, auth=(token, "")),
        httpx.post(address, json=send, auth=("", token)),
        httpx.post(address, json=send, headers={"Authorization": f"Bearer Bearer {token}"}),
        httpx.post(address, json=send, headers={"Authorization": f"Bearer\t{token}"}),
        # The passwords of this assistant open no conversation, nor do tokens the report.
        httpx.post(address, json=send, headers={"Authorization": f"Bearer {ADMIN_TOKEN}"}),
        httpx.post(address, json=send, auth=("", ADMIN_TOKEN)),
        httpx.get(f"{assistant.url}/admin/report", headers=conversation.headers),
        httpx.get(f"{assistant.url}/admin/report", auth=("", token)),
        httpx.get(f"{assistant.url}/admin/report", headers={"Authorization": f"Bearer {ADMIN_TOKEN}"}),
        httpx.get(f"{assistant.url}/admin/report", params={"token": ADMIN_TOKEN, "password": ADMIN_TOKEN}),
    ):
        problem(response, 401)
        assert token not in response.text
        assert ADMIN_TOKEN not in response.text
    log = assistant.log.read_text()
    assert token not in log
    assert ADMIN_TOKEN not in log


#: Rasa executes some of these when they are typed or come as a payload.
COMMANDS = (
    "/restart", "/session_start", "/back", "/out_of_scope", "/nlu_fallback", "/_restart", "//restart",
    '/topic@0.9{"topic":"hv.duur"}', "/topic@0.9", "/topic@1", '/EXTERNAL: {"a":1}', "EXTERNAL: restart",
    "EXTERNAL: /restart", '/emergency{"topic":"nood.acuut","x":"y"}', '/emergency{"topic":"pr.bot"} ',
    '/topic{"topic":"hv.duur","intent":"restart"}', '/topic{"topic":"../../secret"}', '/topic{"topic":"..%2f..%2f"}',
    '/topic{"topic":"hv.duur\\u0000"}', '/topic{"topic":"HV.DUUR"}', '/topic{"topic":null}', '/topic{"topic":{"a":1}}',
    '/topic{"topic":["hv.duur"]}', '/topic {"topic":"hv.duur"}', '/topic\n{"topic":"hv.duur"}', '/topic{"topic":NaN}',
    '/topic{"topic":"hv.duur"}{"topic":"hv.duur"}', '/TOPIC{"topic":"hv.duur"}', '/topic{"topic":"hv.duur"}\n',
    "\uff0frestart", "\u2044restart", "\u2215restart", "\u29f8restart", "\u200b/restart", "\u202e/tratser",
    "\ufeff/restart",
    '/inform{"sector":"<script>"}', '/inform{"answer":"weigh.__class__.x"}', '/inform{"answer":"..."}',
    '/flow{"flow":"__init__"}', '/flow{"flow":"../../etc/passwd"}', '/region{"place":"gemeente:../../secret"}',
    '/group{"group":"BCDFGH.99.zzzz"} ', '/group{"group":"BCDFGH.1.a.b"}', '/group{"group":"bcdfgh"}',
    '/change{"field":"__dict__"}', '/practise{"topic":"pr.bot"}', '/more{"topic":"nergens"}', "/more{}", "/more[]",
    "/more 1", "/more\0", "/", "", "more", "/m\u00f6re", "/more{" + '"a":' * 500 + "1" + "}" * 500,
    '/slot{"group":"x"}', "/action_erase", "/utter_x", "[a](topic)", '[x]{"entity":"topic","value":"hv.duur"}',
)  # fmt: skip


def test_commands_pressed(plain: Assistant) -> None:
    conversation = plain.session()
    conversation.say("ik wil een adviesvraag vastleggen")
    for command in COMMANDS:
        response = conversation.post({"payload": command})
        assert response.status_code == 400, command
        problem(response, 400)
    # In the same place as before them.
    assert "Vraag 2 van 7" in conversation.say("onderwijs")[0]["text"]


def raw(assistant: Assistant, content: bytes, *, parts: int = 1, patience: float = PATIENCE) -> bytes:
    """What a server answers to bytes that no client library would send, until it hangs up or says no more."""
    with socket.create_connection(("127.0.0.1", int(assistant.url.rpartition(":")[2])), patience) as opened:
        for at in range(parts):
            try:
                opened.sendall(content[at * len(content) // parts : (at + 1) * len(content) // parts])
            except OSError:
                break
            if at < parts - 1:
                time.sleep(0.01)
        got = b""
        try:
            while block := opened.recv(65536):
                got += block
                if ended(got):
                    break
        except ConnectionResetError:
            pass
        return got


def ended(got: bytes) -> bool:
    head, blank, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return bool(blank and length and len(body) >= int(length[1]))


def status_of(answer: bytes) -> int:
    assert b"Traceback" not in answer
    assert b"<html" not in answer.lower()
    assert b"sanic" not in answer.lower()
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    assert found, answer[:200]
    if int(found[1]) >= 400:
        assert b"application/problem+json" in answer, answer[:400]
        json.loads(answer.partition(b"\r\n\r\n")[2])
    return int(found[1])


def posted(token: str, *headers: str, body: bytes) -> bytes:
    """A request of which the caller gives the length, rightly or not."""
    key, kind = f"Authorization: Bearer {token}", "Content-Type: application/json"
    lines = (f"POST {MESSAGES} HTTP/1.1", "Host: 127.0.0.1", key, kind, *headers)
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


BODY = json.dumps({"text": QUESTION}).encode()
SIZE = f"Content-Length: {len(BODY)}"


@pytest.mark.parametrize(
    "content",
    [
        b"\0" * 2000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /health\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET  HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
        b"G\0T /health HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 20_000 + b"\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"TRACE /health HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://127.0.0.1:5055/webhook HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET //evil.example/%2e%2e/health HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /widget/..%2f..%2fvar%2fsecret HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /widget/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /widget/%ff%fe HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
    ids=lambda content: repr(content[:40]),
)
def test_what_is_hardly_a_request(plain: Assistant, content: bytes) -> None:
    answer = raw(plain, content)
    # Of a target that is no address Sanic can make no request to answer to: it hangs up.
    assert answer == b"" or 400 <= status_of(answer) < 500
    assert httpx.get(f"{plain.url}/health", timeout=PATIENCE).status_code == 200


TEXT = '{"text": "' + QUESTION + '"}'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"text": NaN}', 400),
        (b'{"text": Infinity}', 400),
        (b'{"text": 1e999}', 400),
        (b'{"text": ' + b"9" * 20_000 + b"}", 400),
        (b'{"text": true}', 400),
        (b'{"text": null}', 400),
        (b'{"text": {"$gt": ""}}', 400),
        (b'{"text": ["hallo"]}', 400),
        (b'{"text": "a", "payload": ""}', 400),
        (b'{"text": "a"} x', 400),
        (b'{"text": "a",}', 400),
        (b"{'text': 'a'}", 400),
        (b'{"text": "\x80\xff"}', 400),
        (b'{"text": "\xc0\xaf"}', 400),
        (b'{"text": "\xed\xa0\x80"}', 200),
        (b"[" * 30_000, 400),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, 400),
        (b'{"text": ' + b"[" * 15_000 + b"]" * 15_000 + b"}", 400),
        (b"[" * 100_000 + b"]" * 100_000, 413),
        (TEXT.encode("utf-16"), {200, 400}),
        (TEXT.encode("utf-16-le"), {200, 400}),
        (TEXT.encode("utf-32"), {200, 400}),
        (TEXT.encode("utf-8-sig"), {200, 400}),
        (TEXT.encode("utf-7"), 200),
        (b'{"text": "a", "text": "' + QUESTION.encode() + b'"}', 200),
        (b'{"__proto__": {"text": "a"}, "text": "' + QUESTION.encode() + b'"}', 200),
        (gzip.compress(TEXT.encode()), 400),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_odd_json(plain: Assistant, body: bytes, status: int | set[int]) -> None:
    headers = plain.session().headers | BODIES
    response = httpx.post(plain.url + MESSAGES, content=body, headers=headers, timeout=PATIENCE)
    assert response.status_code in (status if isinstance(status, set) else {status}), response.text
    if response.status_code >= 400:
        problem(response, response.status_code)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "compress", "gzip, gzip"])
def test_compressed_body_is_not_unpacked(plain: Assistant, coding: str) -> None:
    """So no bomb is either: 32 kB of gzip hold 32 MB."""
    headers = plain.session().headers | BODIES | {"Content-Encoding": coding}
    bomb = gzip.compress(b'{"text": "' + b" " * 30_000_000 + b'"}')
    response = httpx.post(plain.url + MESSAGES, content=bomb, headers=headers, timeout=PATIENCE)
    problem(response, 400)


def test_chunks(plain: Assistant) -> None:
    conversation = plain.session()
    for size in (1, 7, len(BODY)):
        chunks = [BODY[at : at + size] for at in range(0, len(BODY), size)]
        response = httpx.post(
            plain.url + MESSAGES, content=iter(chunks), headers=conversation.headers | BODIES, timeout=PATIENCE
        )
        assert response.json()["messages"][0]["topic"] == "hv.duur"
    endless = (b'{"text": "' if not at else b"a" * 1000 for at in range(200))
    try:
        refused = httpx.post(
            plain.url + MESSAGES, content=endless, headers=conversation.headers | BODIES, timeout=PATIENCE
        )
        problem(refused, 413)
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        pass  # hung up on while it was still sending
    answers(plain)


def test_slow_clients_keep_nobody_waiting(plain: Assistant) -> None:
    """Sixty that send half a request and then nothing."""
    token = plain.session().token
    address = ("127.0.0.1", int(plain.url.rpartition(":")[2]))
    half = posted(token, SIZE, body=BODY[:5])
    opened = [socket.create_connection(address, PATIENCE) for _ in range(60)]
    try:
        for number, each in enumerate(opened):
            each.sendall(half if number % 2 else half[:60])
        start = time.monotonic()
        answers(plain)
        assert time.monotonic() - start < PATIENCE
        # A body that comes letter by letter is answered as any other.
        assert status_of(raw(plain, posted(token, SIZE, body=BODY), parts=40)) == 200
    finally:
        for each in opened:
            each.close()


def test_head_and_body_are_not_taken_for_each_other(plain: Assistant) -> None:
    """Two requests in one connection: the second is for the second conversation."""
    first, second = plain.session().token, plain.session().token
    sent = posted(first, SIZE, body=BODY) + posted(second, SIZE, "Connection: close", body=BODY)
    with socket.create_connection(("127.0.0.1", int(plain.url.rpartition(":")[2])), PATIENCE) as opened:
        opened.sendall(sent)
        got = b""
        while block := opened.recv(65536):
            got += block
    assert got.count(b"HTTP/1.1 200 ") == 2
    assert got.count(b"28 dagen") >= 2


@pytest.mark.parametrize(
    "wish",
    [
        {"municipality": ["Arnhem"]}, {"municipality": {"a": 1}}, {"municipality": 1}, {"municipality": True},
        {"municipality": "../../secret"}, {"municipality": "a" * 20_000}, {"municipality": "gemeente:0202"},
        {"group": "bcdfgh"}, {"group": "BCDFGH\n"}, {"group": "BCDFGHJ"}, {"group": "BCDFGH.1.a"}, {"group": 123456},
        {"group": ["BCDFGH"]},
    ],
)  # fmt: skip
def test_odd_beginnings(plain: Assistant, wish: dict[str, Any]) -> None:
    problem(httpx.post(plain.url + SESSIONS, json=wish, timeout=PATIENCE), 400)


def test_limit_is_not_evaded(limited: Assistant, from_address: Callable[[str], httpx.Client]) -> None:
    client = from_address("127.0.0.77")
    forged = (
        "X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP", "True-Client-IP", "Via",
    )  # fmt: skip
    statuses = [
        client.post(
            limited.url + SESSIONS,
            headers={name: f"for=192.0.2.{number}" if name == "Forwarded" else f"192.0.2.{number}" for name in forged},
        ).status_code
        for number in range(LIMIT + 2)
    ]
    assert statuses == [201] * LIMIT + [429] * 2
    # Neither by another path, method or spelling of what counts.
    assert client.post(limited.url + MESSAGES, json={"text": QUESTION}).status_code == 429
    assert client.get(f"{limited.url}/admin/report", auth=("", ADMIN_TOKEN)).status_code == 429
    assert client.post(f"{limited.url}{SESSIONS}?x=1").status_code == 429
    assert client.post(f"{limited.url}{SESSIONS}/").status_code == 404
    # Another client is not held up by it.
    assert from_address("127.0.0.78").post(limited.url + SESSIONS).status_code == 201


def test_word_that_kept_the_server_busy_for_ever(plain: Assistant) -> None:
    start = time.monotonic()
    assert plain.session().say("welk veilig thuis hoort bij v" + "eie" * 600)[0]["text"]
    assert time.monotonic() - start < PATIENCE
