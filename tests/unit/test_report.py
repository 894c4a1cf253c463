"""The report on advice requests, from a register with generated requests to its files."""

from __future__ import annotations

import csv
import datetime as dt
import io
from html.parser import HTMLParser
from pathlib import Path

import hypothesis
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.cli import main
from meldwijzer import database, report, report_files

TODAY = dt.date(2026, 11, 22)
YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))


pytestmark = pytest.mark.usefixtures("own_database")


def store(count: int, day: str = "2026-02-03", **values: str) -> None:
    """Put generated requests in the register."""
    row = {
        "day": dt.date.fromisoformat(day), "region": "gelderland-midden", "municipality": None, "sector": "onderwijs",
        "topic": "meldcode", "step": "stap1", "form_of_violence": "lichamelijk", "age_group": "4-11",
        "outcome": "advies", "channel": "web",
    } | values  # fmt: skip
    database.Base.metadata.create_all(database.engine())
    with database.session() as opened:
        opened.add_all(database.AdviceRequest(**row) for _ in range(count))


def cells(made: report.Report) -> dict[str, dict[str, int | str]]:
    return {label: dict(zip(made.columns, row)) for label, row in zip(made.rows, made.cells)}


def test_sector_by_quarter_is_the_default() -> None:
    store(43)
    store(31, "2026-11-22", sector="kinderopvang")
    store(7, "2026-05-01", sector="politie")
    store(50, "2025-12-31")
    made = report.make(*YEAR, made_on=TODAY)
    assert made.title == "Adviesvragen naar sector en kwartaal"
    assert made.columns == (
        "1e kwartaal 2026", "2e kwartaal 2026", "3e kwartaal 2026", "4e kwartaal 2026 (deel)", "Totaal",
    )  # fmt: skip
    table = cells(made)
    assert table["Onderwijs"]["1e kwartaal 2026"] == 45
    assert table["Kinderopvang"]["4e kwartaal 2026 (deel)"] == 30
    assert table["Politie of justitie"]["2e kwartaal 2026"] == report.SECRET
    assert table["Ggz of verslavingszorg"]["Totaal"] == report.SECRET
    assert made.total == 80
    assert any("midterm review Kinderen Veilig" in note for note in made.notes)


def test_time_that_is_still_to_come_is_blank() -> None:
    store(40)
    made = report.make(*YEAR, ["month"], TODAY)
    table = cells(made)
    assert table["februari 2026"]["Aantal"] == 40
    assert table["januari 2026"]["Aantal"] == report.SECRET
    assert "november 2026 (deel)" in table
    assert table["december 2026"]["Aantal"] == report.BLANK


def test_period_that_cuts_a_month_says_so() -> None:
    store(20, "2026-01-15")
    store(90, "2026-01-14")
    made = report.make(dt.date(2026, 1, 15), dt.date(2026, 2, 28), ["month"], TODAY)
    assert made.rows == ("januari 2026 (deel)", "februari 2026", "Totaal")
    assert made.cells[0] == (20,)
    assert any("(deel)" in note for note in made.notes)


def test_months_by_years_leaves_other_years_blank() -> None:
    store(30)
    store(20, "2025-02-03")
    table = cells(report.make(dt.date(2025, 1, 1), dt.date(2026, 6, 30), ["month", "year"], TODAY))
    assert table["februari 2026"] == {"2025": report.BLANK, "2026 (deel)": 30, "Totaal": 30}
    assert table["februari 2025"]["2025"] == 20


def test_municipality_lies_in_one_region_and_silent_ones_are_left_out() -> None:
    store(30, municipality="Arnhem")
    store(30, municipality="Apeldoorn", region="noord-oost-gelderland")
    made = report.make(*YEAR, ["municipality", "region"], TODAY)
    assert made.rows == ("Apeldoorn", "Arnhem", "Totaal")
    assert made.columns == ("Gelderland-Midden", "Noord Oost Gelderland", "Totaal")
    assert made.cells[1] == (30, report.BLANK, 30)
    assert any("gemeenten, omdat daar elk aantal geheim is" in note for note in made.notes)


def test_value_that_no_list_has_any_more_is_still_counted() -> None:
    store(30, sector="opgeheven")
    assert cells(report.make(*YEAR, ["sector"], TODAY))["opgeheven"]["Aantal"] == 30


@pytest.mark.parametrize("by", report.DIMENSIONS)
def test_every_way_to_count(by: str) -> None:
    store(60, municipality="Arnhem")
    assert report.make(*YEAR, [by], TODAY).total == 60
    assert report.make(*YEAR, [by, "sector" if by != "sector" else "age"], TODAY).total == 60


def test_empty_register_and_no_register() -> None:
    assert report.make(*YEAR, made_on=TODAY).total == report.SECRET
    store(0)
    made = report.make(*YEAR, made_on=TODAY)
    assert made.total == report.SECRET
    assert all(file.make(made) for file in report_files.FORMATS.values())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((YEAR[1], YEAR[0]), "einddatum"),
        ((dt.date(2010, 1, 1), YEAR[1]), "hoogstens 10"),
        ((dt.date(26, 1, 1), YEAR[1]), "2000 tot en met 2100"),
        ((dt.date(9999, 1, 1), dt.date(9999, 12, 31)), "2000 tot en met 2100"),
        ((*YEAR, ["sector", "sector"]), "verschillende"),
        ((*YEAR, ["sector", "age", "step"]), "een of twee"),
        ((*YEAR, ["naam"]), "Kies uit: sector"),
        ((dt.date(2020, 1, 1), YEAR[1], ["municipality", "month"]), "te groot"),
    ],
)
def test_what_makes_no_table(arguments: tuple[object, ...], reason: str) -> None:
    with pytest.raises(report.ReportError, match=reason):
        report.make(*arguments)


def test_csv_opened_again() -> None:
    store(1240)
    store(5, sector="politie")
    written = report_files.as_csv(report.make(*YEAR, ["sector"], TODAY))
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Sector", "Aantal"]
    assert rows[1] == ["Onderwijs", "1240"]
    assert ["Politie of justitie", "."] in rows
    assert rows[-1] == ["Totaal", "1245"]


def test_xlsx_opened_again() -> None:
    store(40)
    made = report.make(*YEAR, ["sector", "channel"], TODAY)
    book = load_workbook(io.BytesIO(report_files.as_xlsx(made)))
    sheet = book["Adviesvragen"]
    assert [cell.value for cell in sheet[4]] == ["Sector", "Website", "Telegram", "Totaal"]
    assert [cell.value for cell in sheet[5]] == ["Onderwijs", 40, ".", 40]
    assert sheet["A1"].value == made.title
    assert made.source in [cell.value for cell in book["Toelichting"]["A"]]


class Page(HTMLParser):
    """What stands in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data.strip())


def test_page_opened_again() -> None:
    store(1240)
    store(40, sector="<script>alert(1)</script>")
    made = report.make(*YEAR, made_on=TODAY)
    page = Page()
    page.feed(report_files.FORMATS["html"].make(made).decode())
    names = [name for name, _ in page.tags]
    assert "script" not in names
    assert names.count("svg") == 1
    assert names.count("table") == 1
    assert names.count("tr") == len(made.rows) + 1
    for _, attributes in page.tags:  # one file: nothing is fetched
        assert not attributes.keys() & {"src", "onload", "onclick"}
        assert not (attributes.get("href") or "#").startswith("http")
    for text in (made.title, made.subtitle, made.source, *made.notes, "1.240", "<script>alert(1)</script>"):
        assert text in page.text
    assert "22 november 2026" in made.source
    assert made.version in made.source


def test_terminal_lines_up() -> None:
    store(1240)
    lines = report_files.terminal(report.make(*YEAR, ["sector"], TODAY)).splitlines()
    table = lines[3 : lines.index("", 3)]
    assert len({len(line) for line in table}) == 1
    assert any(line.startswith("Onderwijs") and line.endswith("1.240") for line in table)


@hypothesis.settings(max_examples=50, deadline=None)
@given(st.text(max_size=20), st.sampled_from(["", "=", "+", "-", "@", "\t", "\r"]))
def test_no_cell_of_text_is_a_formula(text: str, start: str) -> None:
    label = start + text
    made = report.Report(
        period=report.Span(*YEAR), titles=(label,), rows=(label, "Totaal"), columns=(label,), cells=((10,), (10,)),
        made_on=TODAY, left_out=(),
    )  # fmt: skip
    written = report_files.as_csv(made).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(written, newline=""), delimiter=";"):
        assert not row[0].startswith(report_files.FORMULA)
    sheet = load_workbook(io.BytesIO(report_files.as_xlsx(made)))["Adviesvragen"]
    for cell in (sheet["A4"], sheet["B4"], sheet["A5"]):
        assert cell.data_type != "f"
        assert cell.quotePrefix or not str(cell.value or "").startswith(report_files.FORMULA)


def test_command_writes_what_the_name_of_the_file_says(tmp_path: Path) -> None:
    store(40)
    period = ["--from", "2026-01-01", "--to", "2026-12-31"]
    for name, start in (("a.csv", b"\xef\xbb\xbf"), ("a.xlsx", b"PK"), ("a.html", b"<!doctype html>")):
        done = CliRunner().invoke(main, ["report", *period, "--by", "sector", "--out", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        assert (tmp_path / name).read_bytes().startswith(start)
    shown = CliRunner().invoke(main, ["report", *period])
    assert "Adviesvragen naar sector en kwartaal" in shown.output


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--format", "csv"], "--out"),
        (["--out", "report.pdf"], "--format"),
        (["--by", "naam"], "Kies uit: sector"),
        (["--from", "1-1-2026"], "1-1-2026"),
    ],
)
def test_command_says_what_is_wrong(arguments: list[str], reason: str) -> None:
    done = CliRunner().invoke(main, ["report", *arguments])
    assert done.exit_code != 0
    assert reason in done.output
    assert "Traceback" not in done.output
