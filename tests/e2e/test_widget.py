"""The widget in a real browser: what it does, for whom, and what it does when the server is away."""

from __future__ import annotations

import base64
import gzip
import hashlib
import http.server
import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from meldwijzer.settings import ROOT
from tests.conftest import Assistant, needs, running
from tests.e2e.browsing import (
    EMERGENCY,
    MEASURES,
    MESSAGES,
    NOTHING,
    QUESTION,
    SESSIONS,
    SIZES,
    Chat,
    hold,
    new_page,
    states,
    watch,
)  # fmt: skip

FOLDER = Path(__file__).parent / "widget"
WIDGET = ROOT / "widget"
LARGEST = 14 * 1024
STRICTEST = (
    "style-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)

pytestmark = needs("chromium")
Visit = Callable[..., Chat]


@pytest.fixture
def visit(browser: Browser, assistant: Assistant) -> Iterator[Visit]:
    """Opens the demo page: `visit("phone")`; at the end there must be no error, and no request to another site."""
    pages: list[Page] = []
    problems: list[str] = []

    def go(
        size: str | tuple[int, int] = "desktop",
        wishes: str = "",
        *,
        away: bool = False,
        clock: bool = False,
        **more: Any,
    ) -> Chat:
        page = new_page(browser, size, **more)
        pages.append(page)
        if clock:
            page.clock.install()
        if not away:
            watch(page, assistant.url, problems)
        page.goto(f"{assistant.url}/demo{wishes}")
        return Chat(page)

    yield go
    for page in pages:
        page.context.close()
    assert problems == []


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    return request.param


def picture(chat: Chat, name: str, size: str) -> None:
    """Renew a screenshot of the README when asked to."""
    if os.environ.get("UPDATE_README"):
        chat.page.screenshot(path=ROOT / "docs" / f"{name}{'-phone' if size == 'phone' else ''}.png")


# --------------------------------------------------------------------------------------------------- what it does


def test_question_and_emergency(visit: Visit, size: str) -> None:
    chat = visit(size).open()
    answer = chat.say(QUESTION, "Gecontroleerd op").locator("xpath=ancestor::li")
    expect(answer.get_by_role("link", name="Besluit verplichte meldcode")).to_have_attribute(
        "rel", "noopener noreferrer"
    )
    expect(answer.locator("time")).to_have_attribute("datetime", re.compile(r"\d{4}-\d\d-\d\d"))
    expect(chat.button("Meer uitleg")).to_be_visible()
    picture(chat, "screenshot", size)

    chat.say(EMERGENCY, "bel dit nummer nu")
    alarm = chat.page.locator(".emergency")
    expect(alarm).to_have_count(1)
    expect(alarm.get_by_text("Spoed", exact=True)).to_be_in_viewport()
    for number, address in (("Bel 112", "tel:112"), ("Bel 0800-2000", "tel:08002000")):
        link = alarm.get_by_role("link", name=number)
        expect(link).to_be_in_viewport(ratio=1)
        expect(link).to_have_attribute("href", address)
    border = "node => getComputedStyle(node).borderTopColor"
    usual = chat.page.locator(".reply:not(.emergency) .bubble").last
    assert alarm.locator(".bubble").evaluate(border) != usual.evaluate(border)

    assert chat.cut_off == []
    assert chat.measure("stored") == NOTHING
    assert chat.page.context.cookies() == []


def test_erase(visit: Visit, size: str) -> None:
    chat = visit(size).open()
    with chat.page.expect_response(lambda found: found.request.method == "POST") as sent:
        chat.say("Wat is de kindcheck?", "kindcheck")
    old = sent.value.request.headers["authorization"]
    chat.button("Wis gesprek").click()
    chat.shows("Uw gesprek is gewist, ook op de server.")
    chat.shows("geautomatiseerde assistent")
    expect(chat.messages.get_by_text("Wat is de kindcheck?")).to_have_count(0)
    again = httpx.post(sent.value.url, json={"text": "Wat is de kindcheck?"}, headers={"Authorization": old})
    assert again.status_code == 401


def test_note_is_shown_printed_and_saved_in_the_browser(visit: Visit, size: str) -> None:
    chat = visit(size).open()
    chat.weigh()
    chat.open_note()
    expect(chat.note.get_by_text("Uitkomst")).to_be_visible()
    assert chat.cut_off == []
    picture(chat, "note", size)

    check_printed(chat)
    check_saved(chat)
    chat.note.get_by_role("button", name="Sluiten").click()
    expect(chat.note).to_have_count(0)
    assert chat.measure("stored") == NOTHING


def check_printed(chat: Chat) -> None:
    """The note alone is printed, with its style, and nothing of it stays behind."""
    chat.measure("catchPrint")
    chat.note.get_by_role("button", name="Afdrukken").click()
    printed = chat.page.evaluate("printed")
    assert printed["text"].startswith("Samen afwegen")
    assert "Structurele onveiligheid" in printed["text"]
    assert "Sluiten" not in printed["text"]
    assert (printed["title"], printed["scripts"]) == ("Samen afwegen", 0)
    assert printed["color"] == "rgb(21, 66, 115)"
    expect(chat.note.locator("iframe")).to_have_count(0)


def check_saved(chat: Chat) -> None:
    with chat.page.expect_download() as saved:
        chat.note.get_by_role("button", name="Opslaan").click()
    text = saved.value.path().read_text(encoding="utf-8")
    assert saved.value.suggested_filename == "verslag-meldwijzer.html"
    assert text.startswith('<!doctype html>\n<html lang="nl"><head><meta charset="utf-8">')
    assert "<script" not in text
    assert "Structurele onveiligheid" in text


def test_leaves_at_once(visit: Visit, assistant: Assistant, size: str) -> None:
    chat = visit(size, away=True)
    page = chat.page
    opened: list[Route] = []
    page.route("https://www.buienradar.nl/", hold(opened))
    with page.expect_response(SESSIONS) as begun:
        chat.open()
    token = begun.value.json()["token"]
    chat.say(QUESTION, "Gecontroleerd op")
    left: list[str] = []
    page.on("console", lambda message: left.append(message.text))
    chat.measure("tellOfChanges")
    chat.button("Snel weg").click(no_wait_after=True)
    until(lambda: page.wait_for_timeout(20) or (left and opened))
    assert left == ["0 Buienradar"], "nothing to be seen, however slow the other page is"
    opened[0].fulfill(body="<title>Buienradar</title><p>Het blijft droog.", content_type="text/html; charset=utf-8")
    expect(page).to_have_url("https://www.buienradar.nl/")
    url = f"{assistant.url}/webhooks/web/messages"
    headers = {"Authorization": f"Bearer {token}"}
    until(lambda: httpx.post(url, json={"text": "hallo"}, headers=headers).status_code == 401)

    page.go_back()
    assert page.url == "about:blank"
    page.goto(f"{assistant.url}/demo")
    Chat(page).open()
    expect(page.get_by_text(QUESTION)).to_have_count(0)


def until(true: Callable[[], Any], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


# ---------------------------------------------------------------------------------------------- for everyone


def test_axe_and_targets_in_every_state(visit: Visit, axe: Callable[[Page], list[str]], size: str) -> None:
    chat = visit(size, away=True)
    found = {}
    for state in states(chat):
        found[state] = [*axe(chat.page), *chat.measure("tooSmall"), *chat.cut_off]
    assert len(found) == 12
    assert {state: problems for state, problems in found.items() if problems} == {}


@pytest.mark.parametrize("theme", ["rivier", "heide", "stad", "donker"])
def test_axe_in_every_theme(visit: Visit, axe: Callable[[Page], list[str]], theme: str) -> None:
    chat = visit("desktop", f"?thema={theme}")
    chat.open()
    chat.button("Wanneer bel ik Veilig Thuis?").click()
    chat.answered(2)
    chat.say(EMERGENCY, "bel dit nummer nu")
    assert axe(chat.page) == []
    chat.page.set_viewport_size({"width": 360, "height": 740})
    assert axe(chat.page) == []
    with chat.waiting():
        chat.send("a" * 1900)
        expect(chat.page.locator(".typing")).to_be_visible()
        assert axe(chat.page) == []


@pytest.mark.parametrize("path", ["/demo", "/widget", "/groep", "/certificaat"])
def test_axe_of_the_pages(
    browser: Browser, assistant: Assistant, axe: Callable[[Page], list[str]], size: str, path: str
) -> None:
    page = new_page(browser, size)
    page.goto(assistant.url + path)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_by_keyboard(visit: Visit) -> None:
    chat = visit("desktop")
    page, key = chat.page, chat.page.keyboard
    for _ in range(12):
        key.press("Tab")
        if chat.focus["kind"] == "opener":
            break
    assert chat.focus["name"] == "Vraag het Meldwijzer"
    key.press("Enter")
    assert chat.focus["tag"] == "textarea"
    chat.shows("geautomatiseerde assistent")

    key.type(QUESTION)
    key.press("Enter")
    chat.answered(2)
    assert chat.focus["tag"] == "textarea"
    expect(chat.field).to_have_value("")

    key.press("Shift+Tab")
    assert chat.focus["kind"] == "choice"
    while chat.focus["name"] != "Meer uitleg":
        key.press("Shift+Tab")
        assert chat.focus["kind"] == "choice" and chat.focus["seen"], chat.focus
    key.press("Space")
    chat.answered(3)
    assert chat.focus["name"] == "Meer uitleg (gekozen)" and chat.focus["off"]
    key.press("Space")
    key.press("Enter")
    key.press("Tab")
    assert chat.focus["kind"] == "phone" and chat.focus["seen"], "a link in the reply to it"
    expect(page.locator(".own")).to_have_count(2)

    while chat.focus["tag"] != "textarea":
        key.press("Tab")
        assert chat.focus["seen"] and not chat.focus["off"], chat.focus
    top = chat.scroller.evaluate("node => node.scrollTop")
    key.press("PageUp")
    middle = chat.scroller.evaluate("node => node.scrollTop")
    assert middle < top
    key.press("PageDown")
    assert chat.scroller.evaluate("node => node.scrollTop") > middle
    key.type("woorden")
    key.press("PageUp")
    assert chat.scroller.evaluate("node => node.scrollTop") > middle, "PageUp is of the field when there is text in it"

    key.press("Escape")
    expect(chat.panel).to_be_hidden()
    assert chat.focus["kind"] == "opener"
    key.press("Enter")
    assert chat.focus["tag"] == "textarea"
    expect(chat.field).to_have_value("woorden")
    expect(page.locator(".own")).to_have_count(2)


def test_note_by_keyboard(visit: Visit, size: str) -> None:
    chat = visit(size).open()
    chat.weigh()
    chat.button("Verslag voor mijn dossier").press("Enter")
    opens = chat.button("Verslag openen")
    opens.focus()
    chat.page.keyboard.press("Enter")
    assert chat.focus["name"] == "Afdrukken of als pdf"
    for _ in range(6):
        chat.page.keyboard.press("Tab")
        assert chat.focus["tag"] == "body" or chat.focus["name"] in {
            "Afdrukken of als pdf", "Opslaan", "Sluiten", "Samen afwegen", "Verslag: Samen afwegen",
        }, chat.focus  # fmt: skip
    chat.page.keyboard.press("Escape")
    expect(chat.note).to_have_count(0)
    expect(chat.panel).to_be_visible()
    assert chat.focus["name"] == "Verslag openen"
    chat.page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    assert chat.focus["kind"] == "opener"


def test_focus_stays_within_on_a_phone(visit: Visit) -> None:
    chat = visit("phone").open()
    assert chat.focus["kind"] == "scroller", "not in the field: a keyboard would cover half of the screen"
    kinds = []
    for _ in range(30):
        chat.page.keyboard.press("Tab")
        kinds.append(chat.focus["kind"] or chat.focus["tag"])
        assert chat.focus["name"] not in {"Rivier", "Heide", "Stad", "Donker"}
        assert chat.focus["tag"] == "body" or chat.focus["seen"], chat.focus
    assert {"tool", "tool leave", "choice", "textarea", "send"} <= set(kinds)
    assert (
        chat.page.evaluate(
            "getComputedStyle(document.querySelector('meldwijzer-chat').shadowRoot.querySelector('.opener')).display"
        )
        == "none"
    )


def test_says_every_reply_once(visit: Visit) -> None:
    chat = visit("desktop")
    chat.listen()
    texts: list[str] = []
    chat.page.on(
        "response",
        lambda found: "/webhooks/" in found.url and texts.extend(one["text"] for one in found.json()["messages"]),
    )
    chat.open()
    chat.say(QUESTION, "Gecontroleerd op")
    chat.button("Meer uitleg").click()
    chat.answered(3)
    chat.say(EMERGENCY, "bel dit nummer nu")
    said = chat.said
    assert len(said) == 4
    assert len(texts) == 4
    for line, text in zip(said, texts):
        assert line.removeprefix("Spoed. ").startswith(f"Meldwijzer: {text}")
    assert "Keuzes: Meer uitleg, De vijf stappen op een rij" in said[1]
    assert said[3].startswith("Spoed. Meldwijzer: 112")

    # Who says what, for who can't see left from right; and nothing else that speaks by itself.
    assert chat.page.locator(".own .hidden").first.text_content() == "U zei: "
    assert chat.page.locator(".reply .hidden").first.text_content() == "Meldwijzer zei: "
    assert chat.measure("speaking") == 2
    assert chat.page.locator(".bubble[tabindex]").count() == 0


def test_says_an_answer_that_comes_when_it_is_closed(visit: Visit) -> None:
    chat = visit("desktop").open()
    chat.listen()
    with chat.waiting():
        chat.send(EMERGENCY)
        chat.page.keyboard.press("Escape")
        expect(chat.opener).to_be_visible()
    expect(chat.opener).to_have_text("Nieuw antwoord: bel 112 bij direct gevaar")
    assert [line[:8] for line in chat.said] == ["Spoed. M"]
    chat.opener.click()
    expect(chat.page.locator(".emergency")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.opener).to_have_text("Vraag het Meldwijzer")


def test_reading_back_is_not_disturbed(visit: Visit) -> None:
    chat = visit("desktop").open()
    chat.say(QUESTION, "Gecontroleerd op")
    with chat.waiting():
        chat.send("Wat is de kindcheck?")
        chat.scroller.evaluate("node => node.scrollTop = 0")
    newer = chat.page.get_by_role("button", name="Nieuw bericht")
    expect(newer).to_be_visible()
    assert chat.scroller.evaluate("node => node.scrollTop") == 0
    newer.click()
    expect(chat.page.locator(".reply").last.locator(".text p").first).to_be_in_viewport()
    expect(newer).to_be_hidden()
    assert chat.focus["kind"] == "scroller"


@pytest.mark.parametrize("how", ["400 % zoom", "200 % text", "text spacing"])
def test_enlarged(visit: Visit, how: str) -> None:
    chat = visit((320, 256) if "zoom" in how else "phone", away=True)
    if "spacing" in how:
        chat.measure("space")
    elif "200" in how:
        chat.page.evaluate("document.documentElement.style.fontSize = '200%'")
    for state in states(chat):
        assert (state, chat.cut_off) == (state, [])
        if state == "server weg":
            check_reachable(chat)
            assert chat.scroller.evaluate("node => node.clientHeight") >= 100, state


def check_reachable(chat: Chat) -> None:
    """Whatever has the focus is to be seen, not under something that sticks to an edge (WCAG 2.4.11)."""
    chat.button("Sluiten").focus()
    for _ in range(90):
        chat.page.keyboard.press("Tab")
        found = chat.focus
        assert found["seen"] or found["tag"] == "section", found
        if found["kind"] == "send":
            return
    raise AssertionError("there is no way to the button that sends")


def test_turned_and_zoomed(visit: Visit) -> None:
    chat = visit("phone").open()
    chat.field.focus()
    chat.field.fill("half")
    for width, height, modal in ((740, 360, True), (360, 740, True), (1280, 800, False), (320, 256, True)):
        chat.page.set_viewport_size({"width": width, "height": height})
        until(lambda wanted=modal: chat.panel.evaluate("node => node.matches(':modal')") is wanted)
        chat.page.wait_for_timeout(100)
        expect(chat.panel).to_be_visible()
        assert chat.host.evaluate("host => host.open")
        assert chat.focus["tag"] == "textarea"
        assert chat.cut_off == []
    expect(chat.field).to_have_value("half")


def test_note_stays_when_turned(visit: Visit) -> None:
    chat = visit("desktop").open()
    chat.weigh()
    chat.open_note()
    for width, height in ((360, 740), (1280, 800)):
        chat.page.set_viewport_size({"width": width, "height": height})
        chat.page.wait_for_timeout(100)
        expect(chat.note).to_be_visible()
        assert chat.focus["name"] == "Afdrukken of als pdf" and chat.focus["seen"]
    chat.page.keyboard.press("Escape")
    expect(chat.note).to_have_count(0)
    expect(chat.panel).to_be_visible()


def test_forced_colours_and_reduced_motion(visit: Visit) -> None:
    chat = visit("desktop")
    chat.open()
    with chat.waiting():
        chat.send(QUESTION)
        expect(chat.page.locator(".typing")).to_be_visible()
        assert chat.measure("moving") > 0
        chat.page.emulate_media(reduced_motion="reduce", forced_colors="active")
        assert chat.measure("moving") == 0
    chat.answered(2)
    chat.say(EMERGENCY, "bel dit nummer nu")
    # Colours are the user's; what told things apart by colour has a border.
    for part in (".own .bubble", ".emergency .bubble", ".call", ".choice", ".send", ".tool", "textarea"):
        style, width = chat.page.locator(part).last.evaluate(
            "node => [getComputedStyle(node).borderTopStyle, Number.parseFloat(getComputedStyle(node).borderTopWidth)]"
        )
        assert (style, width >= 1) == ("solid", True), part
    assert chat.measure("moving") == 0


def test_page_that_begins_open_keeps_the_focus(visit: Visit, size: str) -> None:
    chat = visit(size, "?open")
    chat.shows("geautomatiseerde assistent")
    assert chat.focus["tag" if size == "desktop" else "kind"] == ("body" if size == "desktop" else "scroller")


# ----------------------------------------------------------------------------------------- when the server is away


@pytest.fixture
def away(visit: Visit) -> Away:
    """An open chat, with a clock that can be wound on and a server that can fail."""
    chat = visit("desktop", away=True, clock=True).open()
    return Away(chat)


class Away:
    """A server that does with each message what it was told."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.clock = chat.page.clock
        self.keys: list[str] = []
        self.answers: list[Any] = []
        self.todo: list[Callable[[Route], None]] = []
        chat.page.route(MESSAGES, self._handle)

    def _handle(self, route: Route) -> None:
        self.keys.append(route.request.headers["idempotency-key"])
        if self.todo:
            self.todo.pop(0)(route)
            return
        response = route.fetch()
        self.answers.append(response.json())
        route.fulfill(response=response)

    def lost(self, route: Route) -> None:
        """The server has it, but its answer gets lost."""
        self.answers.append(route.fetch().json())
        route.abort()

    def fails(self, *how: Callable[[Route], None]) -> None:
        """What happens to the next messages; after these all is well."""
        self.todo = list(how)

    def asked(self, times: int) -> None:
        """Wait until it was asked so often."""
        until(lambda: self.chat.page.wait_for_timeout(20) or len(self.keys) >= times)
        self.chat.page.wait_for_timeout(50)
        assert len(self.keys) == times


def hang(route: Route) -> None:
    """Never answer."""


def broken(route: Route) -> None:
    """No connection."""
    route.abort()


def status(code: int, **headers: str) -> Callable[[Route], None]:
    """An error."""
    body = json.dumps({"status": code, "detail": "Iets van de server."})
    return lambda route: route.fulfill(
        status=code, body=body, headers={"Content-Type": "application/problem+json", **headers}
    )


def check_failure(chat: Chat, reason: str) -> None:
    expect(chat.failure.get_by_text(reason)).to_be_visible()
    for name, address in (("Bel 112", "tel:112"), ("Bel 0800-2000", "tel:08002000")):
        expect(chat.failure.get_by_role("link", name=name)).to_have_attribute("href", address)
        expect(chat.failure.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)


def check_answered_once(away: Away) -> None:
    away.chat.answered(2)
    expect(away.chat.failure).to_have_count(0)
    expect(away.chat.page.locator(".own")).to_have_count(1)
    assert len(set(away.keys)) == 1


def test_hanging_server(away: Away) -> None:
    chat = away.chat
    chat.listen()
    away.fails(hang)
    chat.send(QUESTION)
    expect(chat.page.locator(".typing")).to_be_visible()
    away.clock.run_for(4_000)
    assert chat.said == ["Een ogenblik, het antwoord komt eraan."]
    chat.send("en nog iets")
    expect(chat.page.locator("#hint")).to_have_text("Een ogenblik, uw bericht gaat zo weg.")
    chat.field.fill("")
    expect(chat.failure).to_have_count(0)
    away.clock.run_for(6_000)
    check_failure(chat, "Het antwoord laat te lang op zich wachten.")
    assert "0800-2000" in chat.said[-1]
    assert len(away.keys) == 1
    away.clock.run_for(3_000)
    check_answered_once(away)
    assert sum("Omdraaien mag" in line for line in chat.said) == 1


def test_server_that_is_away_and_comes_back(away: Away) -> None:
    chat = away.chat
    chat.listen()
    away.fails(broken, status(503), status(502), broken)
    chat.send(QUESTION)
    check_failure(chat, "Er ging iets mis. Ik kan u nu niet antwoorden.")
    for times, seconds in ((2, 3), (3, 5), (4, 10), (5, 20)):
        away.clock.run_for(seconds * 1000 - 600)
        away.asked(times - 1)
        away.clock.run_for(600)
        away.asked(times)
    check_answered_once(away)
    assert sum("Wacht niet op mij" in line for line in chat.said) == 1


def test_tries_again_when_asked(away: Away) -> None:
    chat = away.chat
    away.fails(broken, broken)
    chat.send(QUESTION)
    check_failure(chat, "Er ging iets mis.")
    retry = chat.page.get_by_role("button", name="Nu opnieuw proberen")
    retry.press("Enter")
    away.asked(2)
    assert chat.focus["name"] == "Nu opnieuw proberen"
    expect(retry).not_to_have_attribute("aria-disabled", "true")
    retry.press("Enter")
    check_answered_once(away)
    assert chat.focus["tag"] == "textarea"


def test_too_many_messages(away: Away) -> None:
    away.fails(status(429, **{"Retry-After": "45"}))
    away.chat.send(QUESTION)
    check_failure(away.chat, "U hebt veel berichten kort na elkaar gestuurd.")
    away.clock.run_for(44_000)
    away.asked(1)
    away.clock.run_for(1_000)
    check_answered_once(away)


def test_lost_connection(away: Away) -> None:
    away.fails(broken)
    context = away.chat.page.context
    context.set_offline(True)
    away.chat.send(QUESTION)
    check_failure(away.chat, "U hebt nu geen internetverbinding.")
    context.set_offline(False)
    check_answered_once(away)


def test_lost_answer_is_not_asked_twice(away: Away) -> None:
    chat = away.chat
    chat.say("help mij afwegen of ik moet melden", "Vraag 1.")
    before = len(away.keys)
    away.fails(away.lost)
    chat.send("ja")
    expect(chat.failure).to_be_visible()
    away.clock.run_for(3_000)
    chat.shows("Vraag 2.")
    assert len(away.keys) == before + 2
    assert away.keys[-1] == away.keys[-2] != away.keys[0]
    assert away.answers[-1] == away.answers[-2]
    expect(chat.messages.get_by_text("Vraag 2.")).to_have_count(1)
    chat.say("het keert steeds terug", "Structurele onveiligheid")


def test_message_that_was_queued_goes_once(away: Away) -> None:
    chat = away.chat
    held: list[Route] = []
    away.fails(hold(held))
    chat.send("Wat is de kindcheck?")
    until(lambda: chat.page.wait_for_timeout(20) or held)
    for _ in range(2):
        chat.send(QUESTION)
    held[0].continue_()
    chat.answered(3)
    expect(chat.page.locator(".own")).to_have_count(2)
    away.asked(2)
    assert len(set(away.keys)) == 2


def test_conversation_that_is_gone(visit: Visit) -> None:
    chat = visit("desktop", away=True)
    with chat.page.expect_response(SESSIONS) as begun:
        chat.open()
    gone = httpx.delete(begun.value.url, headers={"Authorization": f"Bearer {begun.value.json()['token']}"})
    assert gone.status_code == 204
    chat.say(QUESTION, "Gecontroleerd op")
    expect(chat.page.locator(".notice")).to_have_text(
        "Uw vorige gesprek was gewist of verlopen. Dit is een nieuw gesprek."
    )
    expect(chat.page.locator(".own")).to_have_count(1)


def test_server_that_is_away_at_the_start_and_when_erasing(visit: Visit) -> None:
    chat = visit("phone", away=True, clock=True)
    chat.page.route(SESSIONS, broken)
    chat.opener.click()
    check_failure(chat, "Er ging iets mis.")
    chat.page.unroute(SESSIONS)
    chat.page.clock.run_for(3_000)
    chat.shows("geautomatiseerde assistent")
    expect(chat.failure).to_have_count(0)
    chat.say(QUESTION, "Gecontroleerd op")
    chat.page.route(SESSIONS, broken)
    chat.button("Wis gesprek").click()
    check_failure(chat, "maar de server heeft dat nog niet bevestigd")
    expect(chat.page.get_by_text(QUESTION)).to_have_count(0)
    chat.page.unroute(SESSIONS)
    chat.page.clock.run_for(3_000)
    chat.shows("Uw gesprek is gewist, ook op de server.")
    expect(chat.failure).to_have_count(0)


# --------------------------------------------------------------------------------------------- on another website


class Host:
    """Another website: pages that a web editor made, under two names."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self.pages))
        self.port = self.server.server_address[1]
        self.allowed = f"http://127.0.0.1:{self.port}"
        self.not_allowed = f"http://localhost:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class _Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, pages: dict[str, tuple[str, str]], *arguments: Any) -> None:
        self.pages = pages
        super().__init__(*arguments)

    def do_GET(self) -> None:
        page, policy = self.pages.get(self.path, ("", ""))
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def website(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Host, Assistant, list[str]]]:
    """A website that is allowed to ask an assistant, and the snippets of the page that tells its editor what to do."""
    host = Host()
    data = tmp_path_factory.mktemp("embedding") / "data"
    with running(model, data, MELDWIJZER_ORIGINS=host.allowed) as started:
        page = httpx.get(f"{started.url}/widget").text
        yield host, started, [unescape(found) for found in re.findall(r"<pre[^>]*><code>(.*?)</code>", page, re.DOTALL)]
    host.server.shutdown()


@pytest.fixture
def embedded(browser: Browser, website: tuple[Host, Assistant, list[str]]) -> Iterator[Callable[..., Chat]]:
    """Opens an otherwise empty page with the snippets in it, under the strictest policy that the page speaks of."""
    host, _, (script, element, _, policy) = website
    pages: list[Page] = []

    def go(origin: str, changed: Callable[[str], str] = str, **more: Any) -> Chat:
        head = f"<head><title>Leeg</title>{changed(script)}</head>"
        host.pages["/"] = (
            f'<!doctype html><html lang="nl">{head}<body>{element}</body></html>',
            f"default-src 'none'; {policy}; {STRICTEST}",
        )
        page = new_page(browser, "desktop", **more)
        pages.append(page)
        page.add_init_script(f"{MEASURES.strip()}.catchViolations()")
        page.goto(origin)
        return Chat(page)

    yield go
    for page in pages:
        page.context.close()


def test_embedded_under_the_strictest_policy(
    embedded: Callable[..., Chat], website: tuple[Host, Assistant, list[str]]
) -> None:
    host, assistant, _ = website
    problems: list[str] = []
    chat = embedded(host.allowed)
    watch(chat.page, "http://127.0.0.1", problems)
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.open()
    chat.say("welk Veilig Thuis is dat hier?", "Gelderland")
    chat.say(EMERGENCY, "bel dit nummer nu")
    chat.weigh()
    chat.open_note()
    check_saved(chat)
    check_printed(chat)
    chat.page.keyboard.press("Escape")
    expect(chat.note).to_have_count(0)
    chat.page.keyboard.press("Escape")
    assert chat.focus["kind"] == "opener"
    assert chat.page.evaluate("broken") == []
    assert problems == []
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {assistant.url.split("/")[2]}
    assert chat.measure("stored") == NOTHING


def test_embedded_on_a_website_that_is_not_allowed(
    embedded: Callable[..., Chat], website: tuple[Host, Assistant, list[str]]
) -> None:
    chat = embedded(website[0].not_allowed)
    chat.opener.click()
    check_failure(chat, "Er ging iets mis. Ik kan u nu niet antwoorden.")


@pytest.mark.parametrize("why", ["another file", "no JavaScript"])
def test_telephone_numbers_stay_without_the_script(
    embedded: Callable[..., Chat], website: tuple[Host, Assistant, list[str]], why: str
) -> None:
    if why == "no JavaScript":
        chat = embedded(website[0].allowed, java_script_enabled=False)
    else:
        chat = embedded(website[0].allowed, lambda script: re.sub(r"sha384-.", "sha384-~", script).replace("~", "A"))
        expect(chat.page.locator("meldwijzer-chat:defined")).to_have_count(0)
    for number, address in (("0800-2000", "tel:08002000"), ("112", "tel:112")):
        expect(chat.page.get_by_role("link", name=number)).to_be_visible()
        expect(chat.page.get_by_role("link", name=number)).to_have_attribute("href", address)
    expect(chat.opener).to_have_count(0)


# -------------------------------------------------------------------------------------------------------- the file


def test_hash_on_the_page_is_that_of_the_file(assistant: Assistant) -> None:
    page = httpx.get(f"{assistant.url}/widget").text
    served = httpx.get(f"{assistant.url}/widget/meldwijzer.js").content
    digest = base64.b64encode(hashlib.sha384(served).digest()).decode()
    assert f'integrity="sha384-{digest}"' in page
    assert len(gzip.compress(served, 9)) <= LARGEST


@needs("npm")
def test_file_is_what_the_sources_give(tmp_path: Path) -> None:
    if not (WIDGET / "node_modules" / "esbuild").exists():
        installed = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund"], cwd=WIDGET, capture_output=True, check=False
        )
        if installed.returncode:
            pytest.skip("needs npm, to install esbuild")
    subprocess.run(["node", "build.js", tmp_path / "meldwijzer.js"], cwd=WIDGET, check=True)
    assert (tmp_path / "meldwijzer.js").read_bytes() == (WIDGET / "meldwijzer.js").read_bytes()
