"""The report on advice requests as one page of HTML, for the screen and for A4."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from meldwijzer.report import SECRET, Report, in_dutch
from meldwijzer.report_chart import svg

TEMPLATE = Path(__file__).with_name("report_page.html")
#: With more columns a table needs the long side of the paper.
MOST_UPRIGHT = 8


def html(report: Report) -> bytes:
    """The page: needs no other file and has no script, so it can be mailed and kept."""
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in report.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th>{"".join(map(_cell, row))}</tr>\n'
        for label, row in zip(report.rows, report.cells)
    )
    chart = svg(report)
    wide = len(report.columns) > MOST_UPRIGHT
    page = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(report.title),
        subtitle=escape(report.subtitle),
        total="geheim" if report.total == SECRET else in_dutch(report.total),
        source=escape(report.source),
        chart=f"<figure>{chart}</figure>" if chart else "",
        first=escape(report.titles[0]),
        columns=columns,
        rows=rows,
        crossed="crossed" if len(report.titles) == 2 else "",
        paper="A4 landscape" if wide else "A4",
        width="86rem" if wide else "60rem",
        notes="".join(f"<li>{escape(note)}</li>\n" for note in report.notes),
    )
    return page.encode()


def _cell(cell: int | str) -> str:
    if cell == SECRET:
        return f'<td><abbr title="geheim">{SECRET}</abbr></td>'
    return f"<td>{escape(in_dutch(cell))}</td>"
