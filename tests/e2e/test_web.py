"""The web API of contract 2, against a really running assistant."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable

import httpx
import jwt
import pytest

from tests.conftest import LIMIT, Assistant

QUESTION = "Hoe lang duurt een huisverbod?"


def problem(response: httpx.Response, status: int) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert "Traceback" not in response.text
    return body


def test_greeting_says_what_it_is(assistant: Assistant) -> None:
    (greeting,) = assistant.session().messages
    assert greeting["topic"] == "bot.groet"
    assert "geautomatiseerde" in greeting["text"]
    assert greeting["emergency"] is False


def test_question_gets_its_answer_with_source_and_date(assistant: Assistant) -> None:
    (reply,) = assistant.session().say(QUESTION)
    assert reply["topic"] == "hv.duur"
    assert "28 dagen" in reply["text"]
    assert reply["sources"][0]["title"] == "Wet tijdelijk huisverbod"
    assert reply["checked_on"] == "2026-11-22"
    assert reply["emergency"] is False
    assert "suggestions" not in reply
    assert reply["buttons"]


def test_button_gives_the_explanation(assistant: Assistant) -> None:
    conversation = assistant.session()
    (reply,) = conversation.say(QUESTION)
    more = next(button for button in reply["buttons"] if button["title"] == "Meer uitleg")
    (explained,) = conversation.press(more["payload"])
    assert explained["topic"] == "hv.duur"
    assert explained["text"] != reply["text"]


def test_emergency_opens_with_112(assistant: Assistant) -> None:
    (reply,) = assistant.session().say("hij slaat haar nu, de kinderen zijn erbij")
    assert reply["emergency"] is True
    assert reply["text"].startswith("112")
    assert "0800-2000" in reply["text"]
    assert reply["topic"] == "nood.acuut"


def test_unclear_question_offers_topics_and_then_people(assistant: Assistant) -> None:
    conversation = assistant.session()
    (first,) = conversation.say("dossier melding")
    assert first["topic"] is None
    assert 1 <= len(first["suggestions"]) <= 3
    assert [button["title"] for button in first["buttons"]][-1] == "Iets anders"
    assert len(first["buttons"]) == len(first["suggestions"]) + 1
    (second,) = conversation.press(first["buttons"][-1]["payload"])
    assert second["topic"] == "bot.mens"
    assert "0800-2000" in second["text"]
    assert "aandachtsfunctionaris" in second["text"]


def test_out_of_scope_is_said_to_be_so(assistant: Assistant) -> None:
    (reply,) = assistant.session().say("Wat wordt het weer morgen op Texel?")
    assert reply["topic"] == "bot.buiten_bereik"


def test_english_gets_a_short_english_reply(assistant: Assistant) -> None:
    (reply,) = assistant.session().say("Sorry, do you speak English?")
    assert reply["topic"] == "bot.andere_taal"
    assert "112" in reply["text"]
    assert "0800-2000" in reply["text"]


@pytest.mark.parametrize(
    ("question", "organisation", "municipality"),
    [
        ("welk Veilig Thuis hoort bij Spijkenisse?", "Veilig Thuis Rotterdam-Rijnmond", "Nissewaard"),
        ("6882", "Veilig Thuis Gelderland-Midden", "Rheden"),
        ("gemeente Rheden", "Veilig Thuis Gelderland-Midden", "Rheden"),
    ],
)
def test_region(assistant: Assistant, question: str, organisation: str, municipality: str) -> None:
    (reply,) = assistant.session().say(question)
    assert reply["topic"] == "vt.regio"
    assert reply["region"]["organisation"] == organisation
    assert reply["region"]["municipality"] == municipality
    assert reply["region"]["phone"] == "0800-2000"


def test_ambiguous_place_asks_which_one(assistant: Assistant) -> None:
    conversation = assistant.session()
    (asked,) = conversation.say("welk Veilig Thuis hoort bij Velp")
    assert "region" not in asked
    rheden = next(button for button in asked["buttons"] if "Rheden" in button["title"])
    (found,) = conversation.press(rheden["payload"])
    assert found["region"]["organisation"] == "Veilig Thuis Gelderland-Midden"


def test_unknown_place_says_so_and_gives_the_number(assistant: Assistant) -> None:
    (reply,) = assistant.session().say("welk veilig thuis hoort bij Foobarstad")
    assert "region" not in reply
    assert "vind ik niet" in reply["text"]
    assert "0800-2000" in reply["text"]


def test_municipality_of_the_page_answers_for_that_place(assistant: Assistant) -> None:
    (reply,) = assistant.session(municipality="Arnhem").say("welk veilig thuis is dat hier?")
    assert reply["region"]["municipality"] == "Arnhem"


def test_typed_commands_are_plain_text(assistant: Assistant) -> None:
    conversation = assistant.session()
    for command in ("/restart", "/session_start", '/topic{"topic":"hv.duur"}', "/back"):
        # What looks like the name of an account may get a word about that as well.
        assert conversation.say(command)[0]["text"]
    (reply,) = conversation.say(QUESTION)
    assert reply["topic"] == "hv.duur"


def test_nothing_typed_gets_a_hint(assistant: Assistant) -> None:
    for text in ("", "   ", "\n", "\u200b", "///"):
        (reply,) = assistant.session().say(text)
        assert reply["text"]


def test_form_records_one_row_without_sender(assistant: Assistant) -> None:
    conversation = assistant.session()
    conversation.say("ik wil een adviesvraag vastleggen")
    conversation.say("onderwijs")
    interrupted = conversation.say(QUESTION)
    assert [reply["topic"] for reply in interrupted] == ["hv.duur", "actie.advies_vastleggen"]
    conversation.say("Spijkenisse")
    conversation.press('/inform{"subject":"gesprek"}')
    (danger,) = conversation.say("ze belt net dat hij de deur intrapt met een mes")
    assert danger["emergency"] is True
    assert danger["buttons"][0]["title"] == "Verder waar ik was"
    resumed = conversation.press(danger["buttons"][0]["payload"])
    assert "verder" in resumed[0]["text"]
    assert "Vraag 4 van 7" in resumed[1]["text"]
    conversation.say("stap 3")
    conversation.say("verwaarlozing")
    conversation.say("een jongen van 9")
    (summary,) = conversation.press('/inform{"outcome":"advies"}')
    for shown in ("Onderwijs", "Rotterdam-Rijnmond", "Stap 3", "Verwaarlozing", "4 tot en met 11", "Advies gevraagd"):
        assert shown in summary["text"]
    (corrected,) = conversation.say("nee, de sector is kinderopvang")
    assert "Kinderopvang" in corrected["text"]
    before = len(rows(assistant))
    (done,) = conversation.say("ja dat klopt")
    assert done["text"].startswith("Vastgelegd")
    recorded = rows(assistant)
    assert len(recorded) == before + 1
    assert set(recorded[-1]) == {
        "id", "day", "region", "municipality", "sector", "topic", "step", "form_of_violence", "age_group", "outcome",
        "channel",
    }  # fmt: skip
    assert recorded[-1]["sector"] == "kinderopvang"
    assert recorded[-1]["region"] == "rotterdam-rijnmond"
    assert recorded[-1]["municipality"] is None
    assert len(str(recorded[-1]["day"])) == len("2026-11-22")


def test_form_can_be_withdrawn(assistant: Assistant) -> None:
    conversation = assistant.session()
    before = len(rows(assistant))
    conversation.say("ik wil een adviesvraag vastleggen")
    conversation.press('/inform{"sector":"ggz"}')
    (stopped,) = conversation.say("stop, toch maar niet")
    assert "niets vastgelegd" in stopped["text"]
    (reply,) = conversation.say(QUESTION)
    assert reply["topic"] == "hv.duur"
    assert len(rows(assistant)) == before


def rows(assistant: Assistant) -> list[dict[str, object]]:
    import sqlite3

    with sqlite3.connect(assistant.data / "meldwijzer.db") as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute("select * from advice_request order by id")]


def test_deleted_session_leaves_no_trace_and_its_token_is_worthless(assistant: Assistant) -> None:
    import sqlite3

    with sqlite3.connect(assistant.data / "meldwijzer.db") as database:
        before = database.execute("select count(*) from conversation").fetchone()
        conversation = assistant.session()
        conversation.say(QUESTION)
        assert database.execute("select count(*) from conversation").fetchone() != before
        response = httpx.delete(f"{assistant.url}/webhooks/web/sessions", headers=conversation.headers)
        assert response.status_code == 204
        assert database.execute("select count(*) from conversation").fetchone() == before
    problem(conversation.post({"text": QUESTION}), 401)


def test_erasing_by_request_removes_what_was_before(assistant: Assistant) -> None:
    import sqlite3

    conversation = assistant.session()
    conversation.say(QUESTION)
    (erased,) = conversation.say("wis mijn gesprek")
    assert erased["topic"] == "actie.wissen"
    (reply,) = conversation.say("Wat is de kindcheck?")
    assert reply["topic"] == "meldcode.kindcheck"
    with sqlite3.connect(assistant.data / "meldwijzer.db") as database:
        states = [
            row[0] for row in database.execute("select state from conversation order by changed desc, rowid desc")
        ]
    newest = next(state for state in states if "meldcode.kindcheck" in state)
    assert "hv.duur" not in newest


def test_tokens_that_are_not_ours(assistant: Assistant) -> None:
    conversation = assistant.session()
    forged = jwt.encode({"sid": "x", "aud": "meldwijzer-web"}, "guessed", "HS256")
    unsigned = jwt.encode({"sid": "x", "aud": "meldwijzer-web"}, None, "none")  # type: ignore[arg-type]
    for token in ("x", forged, unsigned, conversation.token[:-2] + "xx"):
        conversation.token = token
        problem(conversation.post({"text": QUESTION}), 401)


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"text": 3}', "application/json", 400),
        (b'{"text": "a", "payload": "/more"}', "application/json", 400),
        (b'{"payload": "/restart"}', "application/json", 400),
        (json.dumps({"payload": "/topic" + '{"a":' * 3000 + "}" * 3000}).encode(), "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 20000, "application/json", 400),
        (b"text=hallo", "application/x-www-form-urlencoded", 415),
        (json.dumps({"text": "a" * 2001}).encode(), "application/json", 413),
        (json.dumps({"text": "a" * 100_000}).encode(), "application/json", 413),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_input_gets_a_clear_error(assistant: Assistant, content: bytes, kind: str, status: int) -> None:
    conversation = assistant.session()
    response = httpx.post(
        f"{assistant.url}/webhooks/web/messages",
        content=content,
        headers=conversation.headers | {"Content-Type": kind},
        timeout=10,
    )
    problem(response, status)
    assert conversation.say(QUESTION)[0]["topic"] == "hv.duur"


def test_longest_text_is_answered(assistant: Assistant) -> None:
    text = ("Ik wil weten hoe lang een huisverbod duurt. " * 50)[:2000]
    assert assistant.session().say(text)[0]["text"]


def test_half_an_emoji_does_not_hide_danger(assistant: Assistant) -> None:
    response = httpx.post(
        f"{assistant.url}/webhooks/web/messages",
        content=b'{"text": "hij slaat haar nu, de kinderen zijn erbij \\ud83d"}',
        headers=assistant.session().headers | {"Content-Type": "application/json"},
        timeout=10,
    )
    assert response.json()["messages"][0]["topic"] == "nood.acuut"


def test_other_paths_and_methods(assistant: Assistant) -> None:
    problem(httpx.get(f"{assistant.url}/nergens"), 404)
    problem(httpx.get(f"{assistant.url}/webhooks/web/messages"), 405)
    problem(httpx.get(f"{assistant.url}/widget/..%2f..%2fpyproject.toml"), 404)
    assert httpx.post(f"{assistant.url}/webhooks/rest/webhook", json={"message": "hi"}).status_code == 404
    assert httpx.get(f"{assistant.url}/conversations/default/tracker").status_code == 404


def test_unknown_municipality_is_refused(assistant: Assistant) -> None:
    response = httpx.post(f"{assistant.url}/webhooks/web/sessions", json={"municipality": "Foobarstad"})
    problem(response, 400)


def test_rate_limit(limited: Assistant, from_address: Callable[[str], httpx.Client]) -> None:
    client = from_address("127.0.0.2")
    begun = client.post(f"{limited.url}/webhooks/web/sessions")
    headers = {"Authorization": f"Bearer {begun.json()['token']}"}
    responses = [
        client.post(f"{limited.url}/webhooks/web/messages", json={"text": "hallo"}, headers=headers)
        for _ in range(LIMIT)
    ]
    assert [response.status_code for response in responses] == [200] * (LIMIT - 1) + [429]
    problem(responses[-1], 429)
    assert 1 <= int(responses[-1].headers["retry-after"]) <= 60


def test_apology_within_three_seconds_when_actions_fail(plain: Assistant) -> None:
    conversation = plain.session()
    (actions,) = plain.children()["actions"]
    os.kill(actions, signal.SIGSTOP)  # answers no more, as when it hangs
    try:
        for text, opens in ((QUESTION, "Sorry"), ("hij heeft een mes en slaat haar nu", "112")):
            start = time.monotonic()
            (reply,) = conversation.say(text)
            assert time.monotonic() - start < 3
            assert reply["text"].startswith(opens)
            assert "112" in reply["text"]
            assert "0800-2000" in reply["text"]
        states = problem(httpx.get(f"{plain.url}/health", timeout=10), 503)
        assert (states["model"], states["action_server"], states["database"]) == ("ok", "error", "ok")
    finally:
        os.kill(actions, signal.SIGCONT)
    assert conversation.say(QUESTION)[0]["topic"] == "hv.duur"
