"""The report on advice requests as text, CSV, Excel file and web page."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from meldwijzer.report import TOTAL, Report, in_dutch
from meldwijzer.report_page import html

#: What a spreadsheet takes for the start of a formula (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LINE = 100
BRAND, SOFT = "FF0B5C63", "FFE3EFEE"


def terminal(report: Report) -> str:
    """The table in columns of equal width, with what belongs above and under it."""
    lines = [[report.titles[0], *report.columns]]
    lines += [[label, *map(in_dutch, row)] for label, row in zip(report.rows, report.cells)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    table = [
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))])
        for line in lines
    ]
    rule = "─" * len(table[0])
    parts = [report.title, report.subtitle, "", table[0], rule, *table[1:-1], rule, table[-1], ""]
    return "\n".join([*parts, *(_wrapped(note) for note in report.notes), "", report.source])


def _wrapped(note: str) -> str:
    return textwrap.fill(note, LINE, initial_indent="- ", subsequent_indent="  ")


def safe(text: str) -> str:
    """Text that a spreadsheet leaves alone: with an apostrophe before what it would take for a formula."""
    text = _clean(text)
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(report: Report) -> bytes:
    """The table for Excel in Dutch, which wants semicolons and a byte order mark.

    The first row has the headings and the last one the totals; what belongs under the table is left to the other
    formats, so that a program can read this one.
    """
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";")
    writer.writerow(map(safe, (report.titles[0], *report.columns)))
    for label, row in zip(report.rows, report.cells):
        writer.writerow([safe(label), *row])
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(report: Report) -> bytes:
    """The table as an Excel file, with what belongs under it on a second sheet."""
    book = Workbook()
    book.properties.title, book.properties.creator = _clean(report.title), f"Meldwijzer {report.version}"
    sheet = book.active
    sheet.title = "Adviesvragen"
    for number, text in enumerate((report.title, report.subtitle), start=1):
        _text(sheet.cell(number, 1), text)
    sheet.cell(1, 1).font = Font(bold=True, size=14, color=BRAND)
    top = 4
    for column, text in enumerate((report.titles[0], *report.columns), start=1):
        cell = _text(sheet.cell(top, column), text)
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor=BRAND)
        cell.alignment = Alignment(horizontal="right" if column > 1 else "left", vertical="center", wrap_text=True)
        sheet.column_dimensions[cell.column_letter].width = 14 if column > 1 else max(map(len, report.rows)) + 4
    for number, (label, row) in enumerate(zip(report.rows, report.cells), start=top + 1):
        _text(sheet.cell(number, 1), label)
        for column, value in enumerate(row, start=2):
            cell = sheet.cell(number, column)
            cell.alignment = Alignment(horizontal="right")
            if isinstance(value, int):
                cell.value, cell.number_format = value, "#,##0"
            else:
                _text(cell, value)
            if column == len(row) + 1 and report.columns[-1] == TOTAL:
                cell.font = Font(bold=True)
    for cell in sheet[top + len(report.rows)]:
        cell.font, cell.fill, cell.border = (
            Font(bold=True),
            PatternFill("solid", fgColor=SOFT),
            Border(top=Side("thin")),
        )
    sheet.freeze_panes = sheet.cell(top + 1, 2)
    sheet.page_setup.paperSize, sheet.page_setup.orientation = sheet.PAPERSIZE_A4, "landscape"
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True

    under = book.create_sheet("Toelichting")
    under.column_dimensions["A"].width = 110
    for number, text in enumerate((*report.notes, report.source), start=1):
        _text(under.cell(number, 1), text).alignment = Alignment(wrap_text=True, vertical="top")
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _text(cell: Cell, text: str) -> Cell:
    """Write text that stays text: Excel's own apostrophe stands before what looks like a formula."""
    cell.value = text = _clean(text)
    cell.data_type, cell.quotePrefix = "s", text.startswith(FORMULA)
    return cell


def _clean(text: str) -> str:
    """Text without the control characters that files cannot hold, and that could hide a formula."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)


@dataclass(frozen=True)
class Format:
    """A kind of file."""

    media_type: str
    make: Callable[[Report], bytes]


FORMATS = {
    "html": Format("text/html; charset=utf-8", html),
    "csv": Format("text/csv; charset=utf-8", as_csv),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
}
