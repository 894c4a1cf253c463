"""A real browser for the tests of the widget, and a chat as its user handles it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Route, expect

CHROMIUM = shutil.which("chromium")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"]  # fmt: skip
SIZES = {"phone": (360, 740), "desktop": (1280, 800)}
MESSAGES = "**/webhooks/web/messages"
SESSIONS = "**/webhooks/web/sessions"

QUESTION = "Mag ik stappen van de meldcode overslaan?"
EMERGENCY = "ze belt net dat hij de deur intrapt met een mes"

ANSWERED = """times => document.querySelector("meldwijzer-chat").shadowRoot
  .querySelectorAll(".reply:not(.failure)").length === times"""
#: What can be asked of a page.
MEASURES = (Path(__file__).parent / "widget" / "measures.js").read_text(encoding="utf-8")
#: What a page should keep in the browser.
NOTHING = {"cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0}


class Chat:
    """The widget on a page."""

    def __init__(self, page: Page) -> None:
        """Find its parts."""
        self.page = page
        self.host = page.locator("meldwijzer-chat")
        self.opener = page.locator(".opener")
        self.panel = page.locator(".panel")
        self.messages = page.get_by_role("list", name="Berichten")
        self.field = page.get_by_role("textbox", name="Uw vraag")
        self.scroller = page.locator(".scroller")
        self.failure = page.locator(".failure")
        self.note = page.locator(".note")

    def open(self) -> Chat:
        """Open it and wait for the greeting."""
        self.opener.click()
        self.shows("geautomatiseerde assistent")
        return self

    def shows(self, words: str) -> Locator:
        """Wait until the last message with these words is in sight of the user, who may have to scroll."""
        found = self.messages.get_by_text(words).last
        expect(found).to_be_visible(timeout=10_000)
        return found

    def send(self, words: str) -> None:
        """Type something and press Enter."""
        self.field.fill(words)
        self.field.press("Enter")

    def say(self, words: str, shows: str) -> Locator:
        """Send something and wait for its answer."""
        before = self.page.locator(".reply:not(.failure)").count()
        self.send(words)
        self.answered(before + 1)
        return self.shows(shows)

    def answered(self, times: int) -> None:
        """Wait until the assistant said so much, its greeting included."""
        # `expect` looks at growing intervals; this looks at every frame, and there are a hundred answers to wait for.
        self.page.wait_for_function(ANSWERED, arg=times, timeout=10_000)

    def button(self, name: str) -> Locator:
        """The last button with this name."""
        return self.page.get_by_role("button", name=name).last

    def weigh(self) -> None:
        """Weigh together, up to the outcome."""
        self.say("help mij afwegen of ik moet melden", "Vraag 1.")
        self.say("ja", "Vraag 2.")
        self.say("het keert steeds terug", "Structurele onveiligheid")

    def open_note(self) -> None:
        """Open the note about what was weighed."""
        self.button("Verslag voor mijn dossier").click()
        self.button("Verslag openen").click()
        expect(self.note.get_by_role("heading", name="Samen afwegen")).to_be_visible()

    def measure(self, name: str) -> Any:
        """Ask one of the measures."""
        return self.host.evaluate(f"host => {MEASURES.strip()}.{name}(host)")

    @property
    def focus(self) -> dict[str, Any]:
        """What has the focus."""
        return self.measure("focus")

    def listen(self) -> None:
        """Begin to write down what a screen reader is told."""
        self.measure("listen")

    @property
    def said(self) -> list[str]:
        """What a screen reader was told."""
        return self.page.evaluate("said")

    @property
    def cut_off(self) -> list[str]:
        """What can't be read."""
        return self.measure("cutOff")

    @contextlib.contextmanager
    def waiting(self, where: str = MESSAGES) -> Iterator[list[Route]]:
        """The server does not answer until this ends."""
        held: list[Route] = []
        self.page.route(where, hold(held))
        yield held
        self.page.unroute(where)
        for route in held:
            with contextlib.suppress(Exception):  # the widget gave up
                route.continue_()


def hold(held: list[Route]) -> Callable[[Route], None]:
    """Answers requests not yet."""

    def handle(route: Route) -> None:
        held.append(route)

    return handle


def states(chat: Chat) -> Iterator[str]:
    """Every state of the widget, one after the other in one conversation."""
    yield "gesloten"
    chat.open()
    yield "begroeting met keuzes"
    chat.say(QUESTION, "Gecontroleerd op")
    yield "antwoord met bron en keuzes"
    chat.button("Meer uitleg").click()
    chat.answered(3)
    expect(chat.page.locator(".chosen")).to_have_attribute("aria-disabled", "true")
    yield "keuze gemaakt"
    with chat.waiting():
        chat.send("Wat is de kindcheck?")
        expect(chat.page.locator(".typing")).to_be_visible()
        yield "zoekt het antwoord"
        chat.send("a" * 2011)
        expect(chat.page.get_by_text("Haal er 11 tekens af")).to_have_count(2)
        yield "te lange tekst"
        chat.field.fill("")
    chat.answered(4)
    chat.say("ik wil een adviesvraag vastleggen", "Vraag 1 van 7")
    yield "vraag van het formulier"
    chat.say("stop", "gestopt")
    chat.weigh()
    yield "uitkomst van het afwegen"
    chat.open_note()
    chat.answered(10)
    yield "verslag"
    chat.note.get_by_role("button", name="Sluiten").click()
    chat.say(EMERGENCY, "bel dit nummer nu")
    yield "spoed"
    chat.page.route(MESSAGES, lambda route: route.abort())
    chat.send("en hoe lang?")
    expect(chat.failure).to_be_visible()
    yield "server weg"
    chat.page.unroute(MESSAGES)
    chat.button("Wis gesprek").click()
    chat.shows("Uw gesprek is gewist")
    yield "gewist"


def new_page(browser: Browser, size: str | tuple[int, int], **more: Any) -> Page:
    """A page in a browser of its own, of a size; that of a phone has a touch screen."""
    width, height = SIZES[size] if isinstance(size, str) else size
    touch = {"has_touch": True} if size == "phone" else {}
    page = browser.new_context(viewport={"width": width, "height": height}, locale="nl-NL", **touch, **more).new_page()
    page.set_default_timeout(10_000)
    return page


def watch(page: Page, home: str, problems: list[str]) -> None:
    """Write down every error, and every request to another site."""

    def heard(message: Any) -> None:
        if message.type in {"error", "warning"} and not message.location.get("url", "").endswith("/favicon.ico"):
            problems.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith((home, "blob:")) or problems.append(asked.url))
