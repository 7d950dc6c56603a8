"""A Word document of the office, to begin with: its page, its title, lines and tables, in the fonts of its papers.

Fonts are named, not shipped: Word and WPS have 仿宋 and 小标宋 where the office works.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

if TYPE_CHECKING:
    from docx.document import Document

TITLE, HEADING, BODY = "方正小标宋简体", "黑体", "仿宋_GB2312"
MARGINS = {False: (25.4, 25.4, 31.7, 31.7), True: (37, 35, 28, 26)}
"""Top, bottom, left, right in millimetres: of records and books, and of official papers (GB/T 9704)."""
GRID = 146
"""How wide a table is, in millimetres: what the margins leave."""
LINES = {False: 31, True: 28}
EDGES = {False: (15, 17.5), True: (15, 28)}
"""Millimetres from the top of the page to its header, and from its foot to the number of the page."""


class Letter:
    """A document that is being written. `official`: a notice or a decision, set by GB/T 9704."""

    def __init__(self, *, official: bool = False) -> None:
        self.document: Document = docx.Document()
        self._pitch = LINES[official]
        page = self.document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = map(Mm, MARGINS[official])
        page.header_distance, page.footer_distance = map(Mm, EDGES[official])
        self._number(page.footer.paragraphs[0])
        normal: Any = self.document.styles["Normal"]
        normal.font.name, normal.font.size = BODY, Pt(16)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)

    def title(self, text: str) -> None:
        """The title, in the middle."""
        paragraph = self._paragraph(text, font=TITLE, points=22, pitch=36)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def heading(self, text: str) -> None:
        """What stands over a part."""
        self._paragraph(text, font=HEADING, points=16, pitch=self._pitch)

    def line(self, text: str) -> None:
        """A line of the text."""
        paragraph = self._paragraph(text, font=BODY, points=16, pitch=self._pitch)
        paragraph.paragraph_format.first_line_indent = Pt(32)

    def table(self, *rows: Sequence[str]) -> None:
        """A table; its first row is the head, repeated on each page."""
        table = self.document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
        for number, row in enumerate(rows):
            cells = table.add_row().cells
            for cell, text in zip(cells, row, strict=True):
                self._write(cell.paragraphs[0], text, font=HEADING if number == 0 else BODY, points=11)
        self._repeat(table.rows[0])

    def aside(self, text: str, *, right: bool = False) -> None:
        """A line without an indent, or at the right: who signs, and the day."""
        paragraph = self._paragraph(text, font=BODY, points=16, pitch=self._pitch)
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def grid(self, rows: Sequence[Sequence[str]], widths: Sequence[int], *, head: bool) -> None:
        """A table whose columns are so wide, as parts; the last cell of a shorter row takes what is left."""
        table = self.document.add_table(rows=0, cols=len(widths), style="Table Grid")
        table.autofit = False
        for number, row in enumerate(rows):
            cells = list(table.add_row().cells)
            for cell, part in zip(cells, widths, strict=True):
                cell.width = Mm(GRID * part / sum(widths))
            last = cells[len(row) - 1].merge(cells[-1]) if len(row) < len(cells) else cells[-1]
            for cell, text in zip([*cells[: len(row) - 1], last], row, strict=True):
                for line, said in enumerate(text.split("\n")):
                    paragraph = cell.paragraphs[0] if line == 0 else cell.add_paragraph()
                    self._write(paragraph, said, font=HEADING if head and number == 0 else BODY, points=11)
        if head:
            self._repeat(table.rows[0])

    def data(self) -> bytes:
        """The document, as .docx."""
        target = BytesIO()
        self.document.save(target)
        return target.getvalue()

    def _number(self, foot: Any) -> None:  # noqa: ANN401
        """— 1 — at the foot of each page."""
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._write(foot, "— ", font=BODY, points=14)
        for kind, said in (("begin", ""), ("", "PAGE"), ("end", "")):
            self._write(foot, "", font=BODY, points=14)
            run = foot.runs[-1]._element  # noqa: SLF001  the library has no word for a field
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            part.text = said or None
            run.append(part)
        self._write(foot, " —", font=BODY, points=14)

    @staticmethod
    def _repeat(row: Any) -> None:  # noqa: ANN401  python-docx tells no type of it
        """It stands on each page."""
        repeated = row._tr.get_or_add_trPr()  # noqa: SLF001  the library has no word for it
        repeated.append(repeated.makeelement(qn("w:tblHeader"), {}))

    def _paragraph(self, text: str, *, font: str, points: int, pitch: int) -> Any:  # noqa: ANN401
        paragraph = self.document.add_paragraph()
        look = paragraph.paragraph_format
        look.line_spacing_rule, look.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
        look.space_before = look.space_after = Pt(0)
        self._write(paragraph, text, font=font, points=points)
        return paragraph

    def _write(self, paragraph: Any, text: str, *, font: str, points: int) -> None:  # noqa: ANN401
        """One run: a blank that was cut in two is harder to find for whoever edits it."""
        run = paragraph.add_run(text)
        run.font.name, run.font.size = font, Pt(points)
        run._element.rPr.rFonts.set(qn("w:eastAsia"), font)  # noqa: SLF001  Word keeps the Chinese font apart
