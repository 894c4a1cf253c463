"""What other sites may do, which powers pages have, and messages that are sent again."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tests.conftest import ADMIN_TOKEN, LIMIT, SITE, Assistant, Conversation, running

OTHER = "https://www.gemeente.nl.example"
CONTACT = "mailto:beveiliging@gemeente.example"
MESSAGES, SESSIONS = "/webhooks/web/messages", "/webhooks/web/sessions"
QUESTION = {"text": "Hoe lang duurt een huisverbod?"}
CORS = re.compile("access-control-.*")


@pytest.fixture(scope="module")
def shared(model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant behind a proxy, whose API a site may use."""
    with running(
        model,
        tmp_path_factory.mktemp("shared") / "data",
        MELDWIJZER_ORIGINS=f"{SITE}, http://localhost:8080",
        MELDWIJZER_ADMIN_TOKEN=ADMIN_TOKEN,
        MELDWIJZER_SECURITY_CONTACT=CONTACT,
        SANIC_PROXIES_COUNT="1",
    ) as started:
        yield started


def preflight(assistant: Assistant, path: str, origin: str = SITE, method: str = "POST") -> httpx.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    }
    return httpx.options(f"{assistant.url}{path}", headers=headers, timeout=10)


def cors(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if CORS.fullmatch(name)}


def readable(response: httpx.Response, origin: str = SITE) -> bool:
    """Whether a page of `origin` can read the response, and a cache cannot mix it up."""
    assert response.headers["vary"] == "Origin"
    allowed = {"access-control-allow-origin": origin, "access-control-expose-headers": "Retry-After"}
    assert cors(response) in ({}, allowed)
    return bool(cors(response))


def test_a_conversation_from_another_site(shared: Assistant) -> None:
    for path, method in ((SESSIONS, "POST"), (MESSAGES, "POST"), (SESSIONS, "DELETE")):
        response = preflight(shared, path, method=method)
        assert response.status_code == 204
        assert response.headers["vary"] == "Origin"
        assert cors(response) == {
            "access-control-allow-origin": SITE,
            "access-control-allow-methods": "POST, DELETE",
            "access-control-allow-headers": "Authorization, Content-Type, Idempotency-Key",
            "access-control-max-age": "7200",
        }
    origin = {"Origin": SITE}
    begun = httpx.post(f"{shared.url}{SESSIONS}", headers=origin)
    assert begun.status_code == 201
    assert readable(begun)
    key = origin | {"Authorization": f"Bearer {begun.json()['token']}"}
    answered = httpx.post(f"{shared.url}{MESSAGES}", json=QUESTION, headers=key, timeout=10)
    assert answered.status_code == 200
    assert readable(answered)
    erased = httpx.delete(f"{shared.url}{SESSIONS}", headers=key)
    assert erased.status_code == 204
    assert readable(erased)


def test_second_site_of_the_list(shared: Assistant) -> None:
    response = httpx.post(f"{shared.url}{SESSIONS}", headers={"Origin": "http://localhost:8080"})
    assert readable(response, "http://localhost:8080")


@pytest.mark.parametrize("origin", [OTHER, "null", "http://www.gemeente.nl", f"{SITE}:8443", "https://gemeente.nl", ""])
def test_other_sites_can_read_nothing(shared: Assistant, origin: str) -> None:
    assert cors(preflight(shared, MESSAGES, origin)) == {}
    assert not readable(httpx.post(f"{shared.url}{SESSIONS}", headers={"Origin": origin}))


def test_errors_can_be_read_too(
    shared: Assistant, limited: Assistant, from_address: Callable[[str], httpx.Client]
) -> None:
    origin = {"Origin": SITE}
    token = shared.session().headers
    for path, headers, content, status in (
        (MESSAGES, {}, b"{}", 401),
        (MESSAGES, token, b"{", 415),
        (MESSAGES, token | {"Content-Type": "application/json"}, b"{", 400),
        (MESSAGES, token, b"a" * 100_000, 413),
        ("/webhooks/web/nergens", {}, b"", 404),
    ):
        for site, seen in ((SITE, True), (OTHER, False)):
            response = httpx.post(f"{shared.url}{path}", content=content, headers=headers | {"Origin": site})
            assert response.status_code == status
            assert readable(response) == seen
    wrong_method = httpx.get(f"{shared.url}{MESSAGES}", headers=origin)
    assert wrong_method.status_code == 405
    assert wrong_method.headers["allow"] == "POST"
    assert readable(wrong_method)
    client = from_address("127.0.0.4")
    responses = [client.post(f"{limited.url}{SESSIONS}", headers=origin) for _ in range(LIMIT + 1)]
    assert [response.status_code for response in responses] == [201] * LIMIT + [429]
    assert all(readable(response) for response in responses)
    assert preflight(limited, SESSIONS).status_code == 204


@pytest.mark.parametrize("path", ["/health", "/demo", "/admin/report", "/", "/nergens"])
def test_nothing_but_the_api(shared: Assistant, path: str) -> None:
    for response in (
        preflight(shared, path, method="GET"),
        httpx.get(f"{shared.url}{path}", headers={"Origin": SITE}, auth=("", ADMIN_TOKEN)),
    ):
        assert cors(response) == {}
        assert response.headers["cross-origin-resource-policy"] == "same-origin"


def test_no_site_unless_it_is_named(assistant: Assistant) -> None:
    response = preflight(assistant, MESSAGES)
    assert response.status_code == 405
    assert cors(response) == {}
    response = httpx.post(f"{assistant.url}{SESSIONS}", headers={"Origin": SITE})
    assert response.status_code == 201
    assert cors(response) == {}


@pytest.mark.parametrize("path", ["/widget/meldwijzer.js", "/openapi.json"])
def test_what_is_for_every_site(assistant: Assistant, path: str) -> None:
    response = httpx.get(f"{assistant.url}{path}", headers={"Origin": OTHER})
    assert response.status_code == 200
    assert cors(response) == {"access-control-allow-origin": "*"}
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"


def test_where_to_report_a_weakness(assistant: Assistant, shared: Assistant) -> None:
    response = httpx.get(f"{shared.url}/.well-known/security.txt")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in response.text.splitlines())
    assert set(fields) == {"Contact", "Expires", "Preferred-Languages"}
    assert fields["Contact"] == CONTACT
    expires = dt.datetime.fromisoformat(fields["Expires"].replace("Z", "+00:00"))
    assert dt.timedelta(days=30) < expires - dt.datetime.now(dt.timezone.utc) < dt.timedelta(days=365)
    assert httpx.get(f"{assistant.url}/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize("path", ["/demo", "/health", "/openapi.json", MESSAGES, "/widget/meldwijzer.js", "/nergens"])
def test_powers_of_pages(assistant: Assistant, path: str) -> None:
    headers = httpx.get(f"{assistant.url}{path}").headers
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} <= set(policy)
    assert {"require-trusted-types-for 'script'", "trusted-types 'none'"} <= set(policy)
    assert not any("unsafe" in part or "*" in part for part in policy)
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(headers["permissions-policy"].split(", "))
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "server" not in headers
    assert "strict-transport-security" not in headers


def test_https_only_where_a_proxy_that_is_trusted_says_so(assistant: Assistant, shared: Assistant) -> None:
    said = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
    header = "strict-transport-security"
    assert header not in httpx.get(f"{assistant.url}/health", headers=said).headers
    assert httpx.get(f"{shared.url}/health", headers=said).headers[header] == "max-age=31536000"
    assert header not in httpx.get(f"{shared.url}/health", headers=said | {"X-Forwarded-Proto": "http"}).headers


def send(conversation: Conversation, key: str, body: dict[str, str], patience: float = 10) -> httpx.Response:
    headers = conversation.headers | {"Idempotency-Key": key}
    timeout = httpx.Timeout(10, read=patience)
    return httpx.post(f"{conversation.url}{MESSAGES}", json=body, headers=headers, timeout=timeout)


@contextmanager
def under_way(assistant: Assistant, conversation: Conversation, key: str, body: dict[str, str]) -> Iterator[None]:
    """A message whose client hangs up; it is answered at the end."""
    (actions,) = assistant.children()["actions"]
    os.kill(actions, signal.SIGSTOP)
    try:
        with pytest.raises(httpx.ReadTimeout):
            send(conversation, key, body, patience=0.3)
        yield
    finally:
        os.kill(actions, signal.SIGCONT)


def test_sent_again_is_handled_once(assistant: Assistant) -> None:
    conversation = assistant.session()
    conversation.say("ik wil een adviesvraag vastleggen")
    with ThreadPoolExecutor(4) as clients:
        replies = [
            done.result() for done in [clients.submit(send, conversation, "een", {"text": "onderwijs"}) for _ in "1234"]
        ]
    assert {response.status_code for response in replies} == {200}
    assert len({response.text for response in replies}) == 1
    assert "Vraag 2 van 7" in replies[0].text
    again = send(conversation, "een", {"text": "onderwijs"})
    assert again.text == replies[0].text
    refused = send(conversation, "een", {"text": "politie"})
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert "politie" not in refused.text
    assert "Vraag 3 van 7" in send(conversation, "twee", {"text": "Spijkenisse"}).text


def test_goes_on_when_the_client_hangs_up(assistant: Assistant) -> None:
    conversation = assistant.session()
    conversation.say("ik wil een adviesvraag vastleggen")
    with under_way(assistant, conversation, "een", {"text": "onderwijs"}):
        pass
    assert "Vraag 2 van 7" in send(conversation, "een", {"text": "onderwijs"}).text
    assert "Vraag 3 van 7" in send(conversation, "twee", {"text": "Spijkenisse"}).text


def test_key_of_another_conversation(assistant: Assistant) -> None:
    first, second = (send(assistant.session(), "een", {"text": text}) for text in ("hallo", QUESTION["text"]))
    assert [first.status_code, second.status_code] == [200, 200]
    assert second.json()["messages"][0]["topic"] == "hv.duur"


def test_erased_conversation_is_not_repeated(assistant: Assistant) -> None:
    conversation = assistant.session()
    send(conversation, "een", QUESTION)
    (erased,) = send(conversation, "twee", {"text": "wis mijn gesprek"}).json()["messages"]
    assert erased["topic"] == "actie.wissen"
    # The key is free for another message, since nothing of the first is left to compare it with.
    assert send(conversation, "een", {"text": "Wat is de kindcheck?"}).status_code == 200


def test_erasing_waits_for_a_message_that_is_under_way(assistant: Assistant) -> None:
    conversation = assistant.session()
    with ThreadPoolExecutor(1) as client:
        with under_way(assistant, conversation, "een", QUESTION):
            erasing = client.submit(
                httpx.delete, f"{assistant.url}{SESSIONS}", headers=conversation.headers, timeout=10
            )
            time.sleep(0.3)
        assert erasing.result().status_code == 204
    # Were it stored after the erasing, there would be a conversation again.
    time.sleep(0.5)
    assert send(conversation, "een", QUESTION).status_code == 401


@pytest.mark.parametrize("key", ["", "a b", "a" * 65, "\x7f", "é"])
def test_keys_that_are_refused(assistant: Assistant, key: str) -> None:
    conversation = assistant.session()
    headers = [(b"Authorization", conversation.headers["Authorization"].encode()), (b"Idempotency-Key", key.encode())]
    response = httpx.post(f"{assistant.url}{MESSAGES}", json=QUESTION, headers=headers)
    assert response.status_code == 400
    assert "Idempotency-Key" in response.json()["detail"]
