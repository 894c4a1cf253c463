"""The guide of trainers (docs/trainer-guide.md) followed literally: a projector, a phone, and phones in the room."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from meldwijzer.settings import ROOT
from tests.conftest import Assistant, needs, running
from tests.e2e.browsing import Chat, new_page, watch
from tests.e2e.test_groups import TRAINER, OnWeb

GUIDE = (ROOT / "docs" / "trainer-guide.md").read_text(encoding="utf-8")
SCREENS: dict[str, tuple[int, int] | str] = {"projector": (1920, 1080), "phone": "phone"}
PHONES = 5
PICTURES = {"waiting-projector", "revealed-projector", "scene-projector", "scene-phone", "participant-phone",
            "report-projector"}  # fmt: skip
#: Pixels of text that is read from the back of a room.
READABLE = 24
NOTHING_KEPT = "() => document.cookie.length + localStorage.length + sessionStorage.length"
SIDEWAYS = "() => document.documentElement.scrollWidth > innerWidth"
SMALL = """least => [...document.querySelectorAll("#question p, #options .label, #letters, #answers")]
  .filter(node => node.checkVisibility() && parseFloat(getComputedStyle(node).fontSize) < least)
  .map(node => node.textContent)"""

pytestmark = needs("chromium")


@pytest.fixture(scope="module")
def room(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with running(model, tmp_path_factory.mktemp("room") / "data", MELDWIJZER_TRAINER_TOKEN=TRAINER) as started:
        yield started


def picture(page: Page, name: str) -> None:
    """Renew a screenshot of the guide when asked to."""
    if os.environ.get("UPDATE_README") and name in PICTURES:
        page.screenshot(path=ROOT / "docs" / f"trainer-{name}.png")


class Trainer:
    """The page of a trainer, by the names that the guide gives to its buttons."""

    def __init__(self, page: Page, screen: str, judge: Callable[[Page], list[str]]) -> None:
        self.page, self.screen, self.judge = page, screen, judge

    def press(self, name: str) -> None:
        assert f"**{name}**" in GUIDE, name
        self.page.get_by_role("button", name=name, exact=True).click()

    def look(self, name: str) -> None:
        """Judge what is shown, and take its picture."""
        assert self.judge(self.page) == [], name
        assert not self.page.evaluate(SIDEWAYS), name
        assert self.page.evaluate(NOTHING_KEPT) == 0, name
        if self.screen == "projector":
            assert self.page.evaluate(SMALL, READABLE) == [], name
        picture(self.page, f"{name}-{self.screen}")

    def space(self) -> str:
        """Press the space bar, and tell which button comes next."""
        self.page.keyboard.press("Space")
        self.page.wait_for_function("() => !document.activeElement.matches('[aria-disabled=true]')")
        return self.page.evaluate("() => document.activeElement.textContent")


@pytest.mark.parametrize("screen", SCREENS)
def test_the_guide_followed(  # noqa: PLR0915 (one session from begin to end)
    browser: Browser, room: Assistant, axe: Callable[[Page], list[str]], screen: str, tmp_path: Path
) -> None:
    problems: list[str] = []
    page = new_page(browser, SCREENS[screen])
    watch(page, room.url, problems)
    trainer = Trainer(page, screen, axe)

    # Een kwartier ervoor.
    page.goto(f"{room.url}/trainer")
    trainer.look("login")
    field = page.get_by_label("Wachtwoord voor trainers")
    field.fill(TRAINER)
    field.press("Enter")
    expect(page.get_by_role("heading", name="Sessie klaarzetten")).to_be_focused()
    trainer.look("setup")
    page.get_by_label("Casus", exact=True).select_option("suzan")
    trainer.press("Sessie openen")
    expect(page.locator("#letters")).to_have_text(re.compile(r"\w{6}"))
    code = page.locator("#letters").inner_text()
    assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{6}", code)
    expect(page.locator("#qr")).to_be_visible()
    assert page.locator("#qr").evaluate("image => image.decode().then(() => image.naturalWidth > 0)")

    # 0-7: deelnemers doen mee.
    phone = new_page(browser, "phone")
    phone.goto(f"{room.url}/groep?code={code}")
    chat = Chat(phone)
    chat.shows(code)
    expect(page.locator("#participants")).to_have_text("1 deelnemer")
    # Who reloads is the same participant.
    phone.reload()
    chat.shows(code)
    people = [OnWeb(room, code) for _ in range(PHONES)]
    expect(page.locator("#participants")).to_have_text(f"{PHONES + 1} deelnemers")
    trainer.look("waiting")

    # 7-11: vragen vooraf, zonder uitleg.
    trainer.press("Start")
    expect(page.locator("#title")).to_contain_text("Vraag 1 van 5")
    chat.button("Verder").click()
    phone.get_by_role("button", name=page.locator("#options .label").first.inner_text()).click()
    chat.shows("Geteld")
    for person in people:
        answer(person)
    expect(page.locator("#answers")).to_have_text(f"{PHONES + 1} antwoorden")
    expect(page.locator("#options .number")).to_have_count(0)
    trainer.look("question")
    if screen == "phone":
        picture(phone, "participant-phone")
    trainer.press("Toon antwoorden")
    expect(page.locator("#options .number").first).to_be_visible()
    counts = [int(re.sub(r"\D", "", number)) for number in page.locator("#options .number").all_inner_texts()]
    assert sum(counts) == PHONES + 1
    # Nog geen uitleg: het goede antwoord komt pas achteraf.
    expect(page.locator("#options .best")).to_have_count(0)
    trainer.look("revealed")
    # "De spatiebalk werkt ook: die gaat van knop naar knop." Fewer than five answers stay hidden.
    page.get_by_role("button", name="Volgende").focus()
    assert trainer.space() == "Toon antwoorden"
    expect(page.locator("#title")).to_contain_text("Vraag 2 van 5")
    answer(people[0])
    assert trainer.space() == "Volgende"
    expect(page.locator("#few")).to_be_visible()
    trainer.look("few")
    while "Casus" not in (title := page.locator("#title").inner_text()):
        trainer.press("Volgende")
        expect(page.locator("#title")).not_to_have_text(title)

    # 11-34: de casus.
    trainer.look("scene")
    for person in people:
        answer(person)
    trainer.press("Toon antwoorden")
    expect(page.locator("#options .best")).to_have_count(1)
    page.get_by_text("Uitleg", exact=False).locator("visible=true").first.click()
    trainer.look("explained")

    # "Wat zou Meldwijzer antwoorden?"
    assert "Wat zou Meldwijzer antwoorden?" in GUIDE
    page.get_by_text("Wat zou Meldwijzer antwoorden?").click()
    page.get_by_label("Vraag aan Meldwijzer").fill("Hoe lang duurt een huisverbod?")
    page.get_by_role("button", name="Vraag stellen").click()
    expect(page.locator("#try-answer")).to_contain_text("Zekerheid")
    expect(page.locator("#try-answer")).to_contain_text("Wet tijdelijk huisverbod")
    trainer.look("ask")
    page.get_by_text("Wat zou Meldwijzer antwoorden?").click()

    # 34-42: dezelfde vragen, en het rapport, waarvan het eerste antwoord verloren gaat.
    for _ in range(40):
        if page.locator("#next").is_hidden():
            break
        title = page.locator("#title").inner_text()
        if title.startswith("Nog een keer: vraag 1"):
            for person in people:
                answer(person)
        trainer.press("Volgende")
        expect(page.locator("#title")).not_to_have_text(title)
    trainer.look("done")
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.url)
        route.fetch()
        route.abort()

    page.route("**/end", lose)
    trainer.press("Stop sessie")
    page.get_by_role("button", name="Stoppen en rapport tonen").click()
    expect(page.get_by_role("heading", name="Rapport van de groepssessie")).to_be_focused(timeout=15_000)
    assert lost
    expect(page.locator("#erased")).to_have_text("Alles van deze sessie is op de server gewist.")
    expect(page.locator("#report-body")).to_contain_text(f"Deelnemers{PHONES + 1}", use_inner_text=False)
    trainer.look("report")
    with page.expect_download() as got:
        page.get_by_role("button", name="Download CSV").click()
    got.value.save_as(tmp_path / "report.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "report.csv").read_text("utf-8-sig")), delimiter=";"))
    first = [int(row["voor"]) for row in rows if row["vraag"] == rows[0]["vraag"]]
    assert sum(first) == PHONES + 1
    chat.button("Verder").click()
    chat.shows("is afgelopen")
    # The attempt that the test itself lost.
    assert [problem for problem in problems if "ERR_FAILED" not in problem] == []
    page.context.close()
    phone.context.close()


def answer(person: OnWeb) -> None:
    person.press("Verder")
    person.press(next(title for title in person.buttons() if title not in {"Verder", "Stoppen"}))


def test_wrong_password_and_going_on_after_a_reload(
    browser: Browser, room: Assistant, axe: Callable[[Page], list[str]]
) -> None:
    page = new_page(browser, (1280, 800))
    page.goto(f"{room.url}/trainer")

    def enter(password: str) -> None:
        page.get_by_label("Wachtwoord voor trainers").fill(password)
        page.get_by_role("button", name="Verder").click()

    enter("een ander wachtwoord")
    expect(page.get_by_text("Dit wachtwoord klopt niet").locator("visible=true").first).to_be_visible()
    assert axe(page) == []
    enter(TRAINER)
    page.get_by_role("button", name="Sessie openen").click()
    expect(page.locator("#letters")).to_have_text(re.compile(r"\w{6}"))
    code = page.locator("#letters").inner_text()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    enter(TRAINER)
    page.get_by_label("Code van de sessie").fill(code.lower())
    page.get_by_role("button", name="Verdergaan").click()
    expect(page.locator("#letters")).to_have_text(code)
    page.context.close()


def test_certificate_is_made_in_the_browser_and_never_sent(browser: Browser, room: Assistant) -> None:
    page = new_page(browser, (1280, 800))
    sent: list[Any] = []
    page.goto(f"{room.url}/certificaat")
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_label("Uw naam").fill("Verzonnen Persoon")
    expect(page.locator("#shown-name")).to_have_text("Verzonnen Persoon")
    page.emulate_media(media="print")
    expect(page.get_by_label("Uw naam")).to_be_hidden()
    expect(page.locator("#shown-name")).to_be_visible()
    assert sent == []
    assert page.evaluate(NOTHING_KEPT) == 0
    page.context.close()
