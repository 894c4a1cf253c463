"""The dossier note as a PDF, made in memory for channels that send files."""

from __future__ import annotations

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from meldwijzer.note import Note, Section

FILE_NAME = "verslag-meldwijzer.pdf"
FONT = "Helvetica"
#: Millimetres; the height of a line for each point of the letter.
MARGIN, LINE = 20, 0.5
INK, SOFT, ACCENT = (26, 26, 26), (90, 90, 90), (21, 66, 115)
#: Characters that the fonts inside every PDF reader do not have; embedding one would make each note 300 KB.
PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "€": "EUR", "→": "->"})


class _Page(FPDF):
    """A4 with page numbers; the time of making in the file itself is left out of it."""

    def footer(self) -> None:
        """Number the page."""
        self.set_y(-15)
        self.set_font(FONT, size=8)
        self.set_text_color(*SOFT)
        self.cell(0, 10, f"Pagina {self.page_no()} van {{nb}}", align="R")


def pdf(note: Note) -> bytes:
    """The note as a file.

    Args:
        note: for the user's own dossier.

    Returns:
        A PDF of A4 pages.
    """
    page = _Page(format="A4")
    page.set_margins(MARGIN, MARGIN)
    page.set_auto_page_break(auto=True, margin=MARGIN)
    page.set_title(_plain(note.title))
    page.set_lang("nl-NL")
    page.add_page()
    _text(page, note.title, size=18, style="B", colour=ACCENT)
    _text(page, note.made, size=9, colour=SOFT)
    for section in note.sections:
        _section(page, section)
    page.ln(4)
    _text(page, note.caution, size=9, colour=SOFT)
    return bytes(page.output())


def _section(page: FPDF, section: Section) -> None:
    page.ln(4)
    # A heading does not stand alone at the foot of a page.
    if page.will_page_break(20):
        page.add_page()
    _text(page, section.heading, size=12, style="B", colour=ACCENT)
    page.set_draw_color(*ACCENT)
    page.line(MARGIN, page.get_y(), page.w - MARGIN, page.get_y())
    page.ln(1.5)
    for term, text in section.lines:
        if not term and not text:
            page.ln(10)
            page.set_draw_color(*SOFT)
            page.line(MARGIN, page.get_y(), page.w - MARGIN, page.get_y())
            continue
        if term:
            _text(page, term, style="B")
        if text:
            _text(page, text if term else f"- {text}")
        page.ln(0.8)


def _text(page: FPDF, text: str, *, size: float = 10, style: str = "", colour: tuple[int, int, int] = INK) -> None:
    page.set_font(FONT, style, size)
    page.set_text_color(*colour)
    page.multi_cell(0, size * LINE, _plain(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _plain(text: str) -> str:
    return text.translate(PLAIN).encode("latin-1", "replace").decode("latin-1")
