"""The chart of a report, as SVG: bars for the rows, side by side for the columns."""

from __future__ import annotations

import io
import textwrap
from html import escape
from typing import Any

import matplotlib as mpl  # type: ignore[import-untyped]
from matplotlib.backends.backend_svg import FigureCanvasSVG  # type: ignore[import-untyped]
from matplotlib.figure import Figure  # type: ignore[import-untyped]

from meldwijzer.report import SECRET, Report, in_dutch

MOST_PANELS = 6
MOST_BARS = 30
#: Letters of headings that fit beside each other.
HEADING = 62
BRAND, INK, MUTED, LINE = "#0b5c63", "#15211f", "#4d5b58", "#cfd8d5"
#: Inches of a page of A4 within its margins.
WIDTH = 7.1
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "meldwijzer", "font.family": "DejaVu Sans", "font.size": 8.5}


def svg(report: Report) -> str:
    """Draw the counts of a report.

    A cross table gets a panel for each column, or for each row where these are fewer; where both are many, the totals
    of the rows are drawn. A secret count is a point and has no bar, so that it cannot be measured.

    Returns:
        An `<svg>` element; nothing where there is no count to draw.
    """
    title, bars, panels = _panels(report)
    bars = bars[:MOST_BARS]
    highest = max((cell for _, cells in panels for cell in cells[:MOST_BARS] if isinstance(cell, int)), default=0)
    if not highest:
        return ""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 0.25 * len(bars) + 0.6), constrained_layout=True)
        FigureCanvasSVG(figure)
        axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, (heading, cells) in zip(axes, panels):
            _draw(ax, textwrap.fill(heading, HEADING // len(panels)), cells[:MOST_BARS])
            ax.set_xlim(0, highest * (1 + 0.08 * (len(panels) + 1)))  # room for the number after the longest bar
        axes[0].set_yticks(range(len(bars)))
        axes[0].set_yticklabels([textwrap.shorten(label, 40, placeholder="…") for label in bars], color=INK)
        written = io.StringIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    drawn = written.getvalue()
    return drawn[drawn.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{escape(title)}"', 1)


def _panels(report: Report) -> tuple[str, list[str], list[tuple[str, list[int | str]]]]:
    """What the chart is of, the labels of its bars, and its panels, each with a heading and the counts of its bars."""
    rows, cells = list(report.rows[:-1]), report.cells[:-1]
    columns = list(report.columns[:-1])
    what = f"Staafdiagram: {report.title.lower()}. De aantallen staan ook in de tabel."
    if not columns:
        return what, rows, [("", [row[0] for row in cells])]
    if len(columns) <= MOST_PANELS:
        return what, rows, [(name, [row[at] for row in cells]) for at, name in enumerate(columns)]
    if len(rows) <= MOST_PANELS:
        return what, columns, [(name, list(row[:-1])) for name, row in zip(rows, cells)]
    return what, rows, [("Totaal", [row[-1] for row in cells])]


def _draw(ax: Any, heading: str, cells: list[int | str]) -> None:
    ax.barh(range(len(cells)), [cell if isinstance(cell, int) else 0 for cell in cells], 0.68, color=BRAND)
    for at, cell in enumerate(cells):
        number = cell if isinstance(cell, int) else 0
        color = MUTED if cell == SECRET else INK
        weight = "bold" if cell == SECRET else "normal"
        ax.annotate(
            in_dutch(cell),
            (number, at),
            (3, 0),
            textcoords="offset points",
            va="center",
            color=color,
            fontsize=8,
            fontweight=weight,
        )
    ax.set_title(heading, loc="left", fontsize=8.5, fontweight="bold", color=INK)
    ax.set_ylim(len(cells) - 0.4, -0.6)
    ax.set_xticks([])
    ax.tick_params(axis="y", length=0)
    for side in ("top", "right", "bottom"):
        ax.spines[side].set_visible(False)
    ax.spines["left"].set_color(LINE)
