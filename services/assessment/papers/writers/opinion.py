"""The opinion form of a leader's year: in Word, from a template whose text the office may edit, and as PDF.

The template is built here, in code that can be read and compared, and not shipped as a binary. The office takes it
out, edits it in Word and hands it in again (shared/papers); its blanks are the fields of Opinion.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.assessment.papers.schemas import Opinion
from shared import print as press

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell

PRINTED = Path(__file__).with_name("opinion.typ")
SONG, HEI = "宋体", "黑体"
SIGNED = "{who}（签名）：                （盖章）          年    月    日"
FACTS = (
    ("姓名", "{{姓名}}", "考核年度", "{{考核年度}}"),
    ("党支部", "{{党支部}}", "党小组", "{{党小组}}"),
)
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("本人总结", ("{{本人总结}}", "本人（签名）：                          年    月    日")),
    (
        "党支部建议",
        ("{{支部建议理由}}", "建议等次：{{支部建议等次}}    {{支部提名日期}}", SIGNED.format(who="党支部书记")),
    ),
    (
        "乡镇审查备案",
        ("备案号：{{备案号}}", "备案日期：{{备案日期}}", SIGNED.format(who="审查人")),
    ),
    (
        "乡镇党委评定",
        (
            "评定等次：{{评定等次}}",
            "理由：{{评定理由}}",
            "评定日期：{{评定日期}}",
            SIGNED.format(who="党委负责人"),
        ),
    ),
)
SCORES = ("指标", "满分", "得分", "说明")
BLANKS = ("{{#各项指标}}{{指标}}", "{{满分}}", "{{得分}}", "{{说明}}{{/各项指标}}")
SUM = "基础分 {{基础分}}　加分 {{加分}}　扣分 {{扣分}}　总分 {{总分}}　计分等次 {{计分等次}}"
FIT = (0.16, 0.34, 0.16, 0.34)
SCORE_FIT = (0.2, 0.1, 0.12, 0.58)


def as_pdf(opinions: Sequence[Opinion], *, made_at: datetime) -> bytes:
    """Forms set on A4, each from a new page on and counted from 1."""
    return press.pdf(PRINTED, {"forms": [asdict(each) for each in opinions]}, made_at=made_at)


def blank_form() -> bytes:
    """The template that ships, as .docx."""
    import docx  # noqa: PLC0415

    document = docx.Document()
    _set_page(document)
    _write(document.add_paragraph(), "{{标题}}", bold=True, points=18, centred=True)
    width = len(FIT)
    form = document.add_table(rows=0, cols=width, style="Table Grid")
    for facts in FACTS:
        for cell, text in zip(form.add_row().cells, facts, strict=True):
            _write(cell.paragraphs[0], text, bold="{" not in text)
    for heading, lines in PARTS[:2]:
        _add_part(form, heading, lines)
    _fit(form, FIT)
    _write(document.add_paragraph(), "计分情况", bold=True)
    _add_scores(document)
    last = document.add_table(rows=0, cols=width, style="Table Grid")
    for heading, lines in PARTS[2:]:
        _add_part(last, heading, lines)
    _fit(last, FIT)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _add_part(form: "Table", heading: str, lines: tuple[str, ...]) -> None:
    """A row: its heading, and the lines in one wide cell."""
    cells = form.add_row().cells  # type: ignore[no-untyped-call]
    _write(cells[0].paragraphs[0], heading, bold=True)
    wide: _Cell = cells[1].merge(cells[-1])
    for number, line in enumerate(lines):
        _write(wide.paragraphs[0] if number == 0 else wide.add_paragraph(), line)


def _add_scores(document: "Document") -> None:
    """A row for each line of the sheet, and the sums under them."""
    scores = document.add_table(rows=0, cols=len(SCORES), style="Table Grid")
    for row in (SCORES, BLANKS):
        for cell, text in zip(scores.add_row().cells, row, strict=True):
            _write(cell.paragraphs[0], text, bold=row is SCORES)
    cells = scores.add_row().cells
    _write(cells[0].merge(cells[-1]).paragraphs[0], SUM, bold=True)
    _fit(scores, SCORE_FIT)
    document.add_paragraph()


def _set_page(document: "Document") -> None:
    """A4 with the office's margins, 宋体 throughout."""
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Mm, Pt  # noqa: PLC0415

    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(28), Mm(20), Mm(24), Mm(22)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = SONG, Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)


def _fit(table: "Table", parts: tuple[float, ...]) -> None:
    """The widths of the columns, as parts of the text's width."""
    from docx.shared import Mm  # noqa: PLC0415

    table.autofit = False
    for row in table.rows:
        for cell, part in zip(row.cells, parts, strict=True):
            if len(set(row.cells)) == len(parts):
                cell.width = Mm(162 * part)


def _write(paragraph: Any, text: str, *, bold: bool = False, points: int = 0, centred: bool = False) -> None:  # noqa: ANN401  python-docx tells no type of it
    """One run: a blank that was cut in two would not be found."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    run = paragraph.add_run(text)
    run.bold = bold
    if bold:
        run.font.name = HEI
        run._element.rPr.rFonts.set(qn("w:eastAsia"), HEI)  # noqa: SLF001  Word keeps the Chinese font apart
    if points:
        run.font.size = Pt(points)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
