"""The demo page in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from meldwijzer.settings import ROOT
from tests.conftest import Assistant, needs

CHROMIUM = shutil.which("chromium")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"]  # fmt: skip

pytestmark = needs("chromium")


@pytest.fixture(params=[(360, 740), (1280, 800)], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, assistant: Assistant) -> Iterator[Page]:
    width, height = request.param
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        opened = browser.new_page(viewport={"width": width, "height": height})
        problems: list[str] = []
        opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on("request", lambda asked: asked.url.startswith(assistant.url) or problems.append(asked.url))
        opened.goto(f"{assistant.url}/demo")
        yield opened
        browser.close()
        assert [problem for problem in problems if "favicon" not in problem] == []


def test_question_answer_and_emergency(page: Page) -> None:
    expect(page.get_by_text("geautomatiseerde assistent", exact=False).last).to_be_visible(timeout=10_000)
    field = page.get_by_role("textbox")
    field.fill("Mag ik stappen van de meldcode overslaan?")
    field.press("Enter")
    expect(page.get_by_text("Gecontroleerd op 22 november 2026").last).to_be_visible(timeout=10_000)
    expect(page.get_by_role("button", name="Meer uitleg").last).to_be_visible()
    if os.environ.get("UPDATE_README"):
        page.screenshot(path=ROOT / "docs" / f"screenshot{'-phone' if page.viewport_size['width'] < 500 else ''}.png")
    field.fill("ze belt net dat hij de deur intrapt met een mes")
    field.press("Enter")
    expect(page.get_by_role("link", name="112").last).to_have_attribute("href", "tel:112")
    expect(page.get_by_text("bel dit nummer nu als er direct gevaar is").last).to_be_visible(timeout=10_000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.cookie") == ""


def test_erase_begins_anew(page: Page) -> None:
    expect(page.get_by_text("geautomatiseerde assistent", exact=False).last).to_be_visible(timeout=10_000)
    field = page.get_by_role("textbox")
    field.fill("Wat is de kindcheck?")
    field.press("Enter")
    expect(page.get_by_role("button", name="Meer uitleg").last).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="Wis gesprek").click()
    expect(page.get_by_text("Wat is de kindcheck?")).to_have_count(0, timeout=10_000)


def test_note_is_shown_printed_and_saved_in_the_browser(page: Page) -> None:
    expect(page.get_by_text("geautomatiseerde assistent", exact=False).last).to_be_visible(timeout=10_000)
    field = page.get_by_role("textbox")
    for words, shown in (
        ("help mij afwegen of ik moet melden", "Vraag 1."),
        ("ja", "Vraag 2."),
        ("het keert steeds terug", "Structurele onveiligheid"),
    ):
        field.fill(words)
        field.press("Enter")
        expect(page.get_by_text(shown, exact=False).last).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="Verslag voor mijn dossier").last.click()
    opens = page.get_by_role("button", name="Verslag openen").last
    expect(opens).to_be_visible(timeout=10_000)
    opens.click()
    note = page.get_by_role("dialog")
    expect(note.get_by_role("heading", name="Samen afwegen")).to_be_visible()
    expect(note.get_by_text("Uitkomst")).to_be_visible()
    if os.environ.get("UPDATE_README"):
        page.screenshot(path=ROOT / "docs" / f"note{'-phone' if page.viewport_size['width'] < 500 else ''}.png")
    with page.expect_download() as saved:
        note.get_by_role("button", name="Opslaan").click()
    text = saved.value.path().read_text(encoding="utf-8")
    assert saved.value.suggested_filename == "verslag-meldwijzer.html"
    assert "<script" not in text
    assert "Structurele onveiligheid" in text
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    note.get_by_role("button", name="Sluiten").click()
    expect(note).to_have_count(0)
