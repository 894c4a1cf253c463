"""A training with the guide in hand: the trainer's page, a participant's phone, and a terminal instead of the page."""

from __future__ import annotations

import csv
import io
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect

from meldwijzer.settings import ROOT
from tests.conftest import Assistant, needs, running
from tests.e2e.browsing import MEASURES, NOTHING, Chat, new_page, watch
from tests.e2e.test_groups import TRAINER, OnWeb

GUIDE = (ROOT / "docs" / "trainer-guide.md").read_text(encoding="utf-8")
PROJECTOR, PHONE, DESKTOP = (1920, 1080), (360, 740), (1280, 800)
SMALLEST_ON_PROJECTOR = 24
#: Participants over the API, besides the one with a browser.
OTHERS = 6
FEW = "Minder dan vijf antwoorden: aantallen blijven verborgen."
ONE_LINE = """code => {
  const node = document.querySelector("#letters"), was = node.textContent;
  node.textContent = code;
  const { fontSize } = getComputedStyle(node);
  const fits = node.scrollWidth <= node.clientWidth && node.clientHeight < 2 * parseFloat(fontSize);
  node.textContent = was;
  return fits;
}"""
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"

pytestmark = needs("chromium")


def promised(words: str) -> str:
    """Words that the guide uses for what is on the page, too."""
    assert words in GUIDE
    return words


@pytest.fixture(scope="module")
def house(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant with a page for trainers."""
    data = tmp_path_factory.mktemp("training") / "data"
    with running(model, data, MELDWIJZER_TRAINER_TOKEN=TRAINER, MELDWIJZER_RATE_LIMIT="0") as started:
        yield started


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def picture(page: Page, name: str) -> None:
    """Renew a picture of the guide when asked to."""
    if name and os.environ.get("UPDATE_README"):
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        shot.quantize(128, dither=Image.Dither.NONE).save(ROOT / "docs" / f"{name}.png", optimize=True)


class Room:
    """The trainer's page on a projector, as the guide tells how to use it."""

    def __init__(self, page: Page, axe: Callable[[Page], list[str]]) -> None:
        self.page = page
        self.axe = axe
        self.title = page.locator("#title")
        self.answers = page.locator("#answers")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=promised(name), exact=True)

    def log_in(self, password: str) -> None:
        self.page.get_by_label("Wachtwoord voor trainers").fill(password)
        self.page.get_by_role("button", name="Verder").click()

    def judged(self, shot: str = "", phone: str = "") -> None:
        """No state is worse on a projector or on a phone than it may be; pictures are taken by these names."""
        assert self.axe(self.page) == []
        self.readable()
        picture(self.page, shot)
        resize(self.page, PHONE)
        assert self.axe(self.page) == []
        assert not self.page.evaluate(SIDEWAYS)
        picture(self.page, phone)
        resize(self.page, PROJECTOR)

    def readable(self) -> None:
        """All of it is on the screen, and large enough for the back of a room."""
        assert self.page.evaluate(f"{MEASURES.strip()}.unreadable({SMALLEST_ON_PROJECTOR})") == []

    def space(self, name: str) -> None:
        """The space bar presses the button to which it led."""
        expect(self.button(name)).to_be_focused()
        self.page.keyboard.press("Space")

    def on(self, title: str) -> None:
        self.space("Volgende")
        expect(self.title).to_have_text(title)

    def reveal(self) -> Counter[str] | None:
        """Show the answers; before that there is no count of any."""
        expect(self.page.locator("#options .bar")).to_have_count(0)
        self.space("Toon antwoorden")
        expect(self.page.locator("#session")).to_have_class("revealed")
        return self.shown()

    def shown(self, when: str = "counts") -> Counter[str] | None:
        """The counts on the screen, by option; None when they are hidden."""
        told = self.page.locator(f"#options .bar.{when} .number").all_text_contents()
        if set(told) == {"verborgen"}:
            return None
        labels = [each.partition(" ✓")[0] for each in self.page.locator("#options .label").all_text_contents()]
        return Counter({label: int(each.split()[0]) for label, each in zip(labels, told)})


class Phone:
    """A participant who scanned the code, in a browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(address)
        self.chat = Chat(page)
        self.chat.shows("U doet mee met de groep")

    def on(self, shows: str) -> None:
        """The trainer says: 'Druk op Verder.'."""
        self.chat.button(promised("Verder")).click()
        self.chat.shows(shows)

    def choose(self, option: str) -> None:
        self.chat.button(option).click()
        self.chat.shows(f"Geteld: {option}.")


def answers(people: list[OnWeb], pick: Callable[[int, list[str]], str]) -> Counter[str]:
    """All go on and choose; the options that were chosen."""

    def one(numbered: tuple[int, OnWeb]) -> str:
        number, person = numbered
        person.press("Verder")
        chosen = pick(number, [title for title in person.buttons() if title not in {"Verder", "Stoppen"}])
        assert person.press(chosen).startswith(f"Geteld: {chosen}.")
        return chosen

    with ThreadPoolExecutor(len(people)) as threads:
        return Counter(threads.map(one, enumerate(people)))


def half(number: int, options: list[str]) -> str:
    """Every other one chooses the first."""
    return options[number % 2]


def kept(house: Assistant) -> int:
    """How many rows there are of group sessions."""
    with sqlite3.connect(house.data / "meldwijzer.db") as opened:
        tables = ("group_session", "group_participant", "group_answer")
        return sum(opened.execute(f"select count(*) from {table}").fetchone()[0] for table in tables)


def lose_first(page: Page, where: str, method: str) -> None:
    """The first response is lost on the way, although the server did what was asked."""
    lost: list[Route] = []

    def handle(route: Route) -> None:
        if route.request.method != method or lost:
            route.fallback()
            return
        lost.append(route)
        route.fetch()
        route.abort()

    page.route(where, handle)


def test_training_by_the_guide(  # noqa: PLR0915 (one training from begin to end)
    browser: Browser, house: Assistant, axe: Callable[[Page], list[str]], tmp_path: Path
) -> None:
    problems: list[str] = []
    page = new_page(browser, PROJECTOR)
    watch(page, house.url, problems)
    page.on("dialog", lambda dialog: dialog.accept())
    room = Room(page, axe)

    # "Open het adres van Meldwijzer met /trainer erachter. Vul het wachtwoord in."
    page.goto(house.url + promised("/trainer"))
    room.judged()
    room.log_in("verkeerd")
    expect(page.get_by_text("Dit wachtwoord klopt niet.")).to_be_visible()
    room.judged()
    assert all("401" in each for each in problems)
    problems.clear()
    room.log_in(TRAINER)

    # "Kies een onderwerp voor de vragen, of 'Alle onderwerpen', en kies de casus."
    page.get_by_label("Onderwerp van de vragen").select_option(promised("Alle onderwerpen"))
    page.get_by_label("Casus").select_option(promised("Tycho"))
    room.judged()
    room.button("Sessie openen").click()
    expect(page.get_by_role("img", name="QR-code naar")).to_be_visible()
    code = page.locator("#letters").text_content() or ""
    # Whichever letters a code has, they stand on one line.
    for size in (PHONE, PROJECTOR):
        resize(page, size)
        assert page.evaluate(ONE_LINE, "W" * len(code))
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{6}", code)
    mobile = new_page(browser, "phone")
    watch(mobile, house.url, problems)
    phone = Phone(mobile, f"{house.url}{promised('/groep')}?code={code}")
    people = [OnWeb(house, code) for _ in range(OTHERS)]
    expect(page.locator("#participants")).to_have_text(f"{OTHERS + 1} deelnemers")
    room.judged("trainer-waiting-projector")

    # "Druk op Start, en na elke vraag meteen op Volgende."
    room.button("Start").click()
    before: list[Counter[str] | None] = []
    for at in range(1, 6):
        expect(room.title).to_have_text(f"Vraag {at} van 5")
        options = page.locator("#options .label").all_text_contents()
        if at == 2:
            # "Aantallen ziet u pas als u de antwoorden toont, en alleen als ten minste vijf mensen antwoordden."
            answers(people[:4], half)
            before.append(None)
            expect(room.answers).to_have_text("4 antwoorden")
            room.button("Toon antwoorden").click()
            expect(page.get_by_text(FEW)).to_be_visible()
            expect(page.locator("#options .bar").locator("visible=true")).to_have_count(0)
            room.judged()
        else:
            counted = answers(people, half)
            if at == 1:
                phone.on(page.locator("#question p").first.text_content() or "")
                picture(mobile, "trainer-participant-phone")
                phone.choose(options[0])
                # Who reloads the page is the same participant, and has answered.
                mobile.reload()
                phone.chat.shows(f"Geteld: {options[0]}.")
                counted[options[0]] += 1
            before.append(counted)
            expect(room.answers).to_have_text(f"{sum(counted.values())} antwoorden")
            expect(page.locator("#options .bar")).to_have_count(0)
            if at == 1:
                room.judged()
        if at < 5:
            room.space("Volgende")
    expect(page.locator("#participants")).to_have_text(f"{OTHERS + 1} deelnemers")

    # "Is de pagina dicht? Open /trainer, vul het wachtwoord in en typ de code bij 'Verder met een lopende sessie'."
    page.reload()
    room.log_in(TRAINER)
    expect(page.get_by_role("heading", name=promised("Verder met een lopende sessie"))).to_be_visible()
    page.get_by_label("Code van de sessie").fill(f"{code[:3].lower()} {code[3:]}")
    page.get_by_role("button", name="Verdergaan").click()
    expect(room.title).to_have_text("Vraag 5 van 5")

    # "Lees voor. Laat kiezen. Toon antwoorden. Bespreek. Lees de uitleg: open 'Uitleg' bij het beste antwoord."
    room.button("Volgende").click()
    expect(room.title).to_contain_text("Casus Tycho")
    room.judged("trainer-scene-projector", "trainer-scene-phone")
    # "Dit begin staat boven de eerste vraag, ook op de telefoons."
    phone.on(page.locator("#text p").first.text_content() or "")
    counted = answers(people, half)
    mine = page.locator("#options .label").first.text_content() or ""
    phone.choose(mine)
    counted[mine] += 1
    expect(room.answers).to_have_text(f"{OTHERS + 1} antwoorden")
    assert room.reveal() == Counter(counted)
    best = page.locator("#options .best")
    expect(best).to_contain_text("Beste keuze")
    room.judged()
    best.get_by_text(promised("Uitleg")).click()
    expect(best.get_by_text("Bron").first).to_be_visible()
    # "Wie op Verder drukt, leest op de telefoon de uitleg bij de eigen keuze."
    phone.on(f"U koos: {mine}.")

    # "Vraag het bij 'Wat zou Meldwijzer antwoorden?'"
    page.get_by_text(promised("Wat zou Meldwijzer antwoorden?")).click()
    page.get_by_label("Vraag aan Meldwijzer").fill("Hoe lang duurt een huisverbod?")
    page.keyboard.press("Enter")
    answer = page.locator("#try-answer")
    expect(answer).to_contain_text("Zekerheid: ")
    expect(answer).to_contain_text("Wet tijdelijk huisverbod")
    room.judged()
    page.get_by_text("Wat zou Meldwijzer antwoorden?").click()

    # The other scenes, and then: "Dezelfde vragen. Toon na elke vraag de antwoorden."
    room.button("Volgende").click()
    for _ in range(4):
        expect(room.button("Toon antwoorden")).to_be_focused()
        room.readable()
        room.space("Toon antwoorden")
        expect(room.button("Volgende")).to_be_focused()
        room.readable()
        room.space("Volgende")
    after: list[Counter[str]] = []
    for at in range(1, 6):
        expect(room.title).to_have_text(f"Nog een keer: vraag {at} van 5")
        after.append(answers(people, lambda number, options: options[-1 - number % 2]))
        expect(room.answers).to_have_text(f"{OTHERS} antwoorden")
        assert room.reveal() == after[-1]
        # "Bij de vragen achteraf ziet u per antwoord ook wat de groep de eerste keer koos."
        assert room.shown("before") == before[at - 1]
        expect(page.get_by_text("Uitleg en bronnen")).to_be_visible()
        room.readable()
        if at == 1:
            room.judged("trainer-revealed-projector")
        room.space("Volgende")
    expect(room.title).to_have_text("Klaar")
    room.judged()

    # "Druk op Stop sessie: het rapport verschijnt." Also when that is lost on the way, and so with erasing.
    lose_first(page, "**/end", "POST")
    lose_first(page, f"**/sessions/{code}", "DELETE")
    room.space("Stop sessie")
    expect(page.get_by_role("dialog")).to_be_visible()
    room.judged()
    page.get_by_role("button", name="Stoppen en rapport tonen").click()
    expect(page.get_by_role("heading", name="Rapport van de groepssessie")).to_be_visible()
    phone.on("is afgelopen")
    expect(page.get_by_text("Alles van deze sessie is op de server gewist.")).to_be_visible()
    assert kept(house) == 0
    resize(page, DESKTOP)
    page.mouse.move(0, 0)
    picture(page, "trainer-report-desktop")
    room.judged()
    check_report(page, before, after, tmp_path)

    assert [each for each in problems if "ERR_FAILED" not in each] == []
    for each in (page, mobile):
        assert each.evaluate(f"{MEASURES.strip()}.stored()") == NOTHING
        assert each.context.cookies() == []
        each.context.close()


def check_report(page: Page, before: list[Counter[str] | None], after: list[Counter[str]], folder: Path) -> None:
    """The report on the page, on paper and as CSV says what was counted."""
    tables = page.locator("#report-body section")
    expect(tables).to_have_count(5 + 5)
    counted = list(zip(before, after))
    for at, counts in enumerate(counted):
        for row in tables.nth(at).locator("tbody tr:not(.sum)").all():
            label = (row.locator("th").text_content() or "").partition(" ✓")[0]
            cells = ["verborgen" if each is None else str(each[label]) for each in counts]
            assert row.locator("td").all_text_contents() == cells
    facts = page.locator("#report-body dl")
    expect(facts).to_contain_text(f"Deelnemers{OTHERS + 1}")
    expect(facts).to_contain_text(promised("Goede antwoorden"))
    expect(facts).to_contain_text(re.compile(r"Eerst \d+%, daarna \d+%"))

    with page.expect_download() as downloaded:
        page.get_by_role("button", name=promised("Download CSV")).click()
    downloaded.value.save_as(folder / "rapport.csv")
    rows = list(csv.DictReader(io.StringIO((folder / "rapport.csv").read_text("utf-8-sig")), delimiter=";"))
    questions = list(dict.fromkeys(row["vraag"] for row in rows))
    for row in rows:
        if row["soort"] == "vraag":
            counts = counted[questions.index(row["vraag"])]
            assert [row["voor"], row["na"]] == ["" if each is None else str(each[row["antwoord"]]) for each in counts]
    page.evaluate("globalThis.print = () => (globalThis.printed = true)")
    page.get_by_role("button", name=promised("Afdrukken of als pdf")).click()
    assert page.evaluate("printed")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Download CSV")).to_be_hidden()
    expect(tables.last).to_be_visible()
    page.emulate_media(media="screen")


def test_certificate_is_made_in_the_browser(browser: Browser, house: Assistant) -> None:
    problems: list[str] = []
    page = new_page(browser, PHONE)
    watch(page, house.url, problems)
    page.goto(house.url + promised("/certificaat"), wait_until="networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate("globalThis.print = () => (globalThis.printed = true)")
    page.get_by_label("Uw naam").fill("Proef Persoon")
    page.get_by_label("Organisatie").fill("Proefschool")
    page.get_by_role("button", name="Afdrukken of als pdf").click()
    assert page.evaluate("printed")
    expect(page.get_by_role("article")).to_contain_text("Proef Persoon")
    assert not page.evaluate(SIDEWAYS)
    assert sent == []
    assert problems == []
    assert page.evaluate(f"{MEASURES.strip()}.stored()") == NOTHING
    page.reload()
    expect(page.get_by_label("Uw naam")).to_have_value("")
    page.context.close()


class Terminal:
    """`meldwijzer group` as a trainer types it."""

    def __init__(self, house: Assistant, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "bot.cli", "group", *options],
            cwd=ROOT,
            env=os.environ | {"MELDWIJZER_DATA": str(house.data)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin
        assert self.process.stdout
        self.typed, self.shown = self.process.stdin, self.process.stdout

    def until(self, words: str) -> str:
        """What it says from now on, until a line with these words."""
        said = ""
        while words not in said:
            line = self.shown.readline()
            assert line, said
            said += line
        return said

    def enter(self, until: str) -> str:
        """Press Enter, and read on."""
        self.typed.write("\n")
        self.typed.flush()
        return self.until(until)


def test_session_led_in_a_terminal(house: Assistant, tmp_path: Path) -> None:
    out = tmp_path / "rapport.csv"
    terminal = Terminal(house, "--subject", "privacy", "--case", "tycho", "--url", house.url, "--out", str(out))
    invited = terminal.until("Typ in de chat")
    found = re.search(rf"{house.url}/groep\?code=([A-Z]{{6}})", invited)
    assert found
    assert "▄▄▄▄▄" in invited
    people = [OnWeb(house, found[1]) for _ in range(OTHERS)]
    terminal.until(f"{OTHERS} deelnemers  [Enter: start]")
    for _ in range(5):
        terminal.enter("[Enter: volgende]")
        answers(people, half)
        terminal.until(f"{OTHERS} antwoorden  [Enter: volgende]")
    assert "Casus Tycho" in terminal.enter("[Enter: toon antwoorden]")
    answers(people[:4], half)
    assert "█" not in terminal.until("4 antwoorden  [Enter: toon antwoorden]")
    few = terminal.enter("[Enter: volgende]")
    assert FEW in few
    assert "(beste keuze)" in few
    assert "█" not in few
    for _ in range(4):
        terminal.enter("[Enter: toon antwoorden]")
        terminal.enter("[Enter: volgende]")
    terminal.enter("[Enter: toon antwoorden]")
    (only,) = answers(people, lambda _, options: options[0])
    assert "█" not in terminal.until(f"{OTHERS} antwoorden  [Enter: toon antwoorden]")
    shown = terminal.enter("[Enter: volgende]")
    assert "(goed antwoord)" in shown
    assert f"{only}" in shown
    assert f"  eerst {'█' * 12} {OTHERS // 2}\n  nu    {'█' * 24} {OTHERS}\n" in shown
    # The input ends, as with Ctrl-C: stopped where it is, with its report.
    terminal.typed.close()
    report = terminal.until("Alles van deze sessie is gewist.")
    assert terminal.process.wait(10) == 0
    assert f"Deelnemers: {OTHERS}   Casus: Tycho" in report
    assert re.search(r"Goede antwoorden: eerst \d+%, daarna \d+%", report)
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig")), delimiter=";"))
    assert [rows[0]["antwoord"], rows[0]["voor"], rows[0]["na"]] == [only, str(OTHERS // 2), str(OTHERS)]
    assert "is afgelopen" in people[0].press("Verder")
    assert kept(house) == 0


def test_terminal_names_what_can_be_chosen(tmp_path: Path) -> None:
    terminal = subprocess.run(
        [sys.executable, "-m", "bot.cli", "group", "--case", "bestaat-niet"],
        cwd=ROOT,
        env=os.environ | {"MELDWIJZER_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert terminal.returncode
    assert "tycho" in terminal.stderr
