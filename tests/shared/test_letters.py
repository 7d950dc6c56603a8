"""The pages of the office's letters: notices and decisions by GB/T 9704, records by the office's own habit."""

from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Mm, Pt
from pypdf import PdfReader

from shared import print as press
from shared.print.letters import Letter

TITLE, BODY, FOOT = 22, 16, 14
"""Points."""
WORDS = "请各支部认真准备，按时召开，会后三日内上报情况，并把会议记录一并报送备查。" * 3


@pytest.mark.parametrize(
    ("show", "pitch", "left", "top"), [("official-letter", 28, 28, 37), ("record-letter", 31, 31.7, 25.4)]
)
def test_a_letter_in_print_has_the_margins_and_the_lines_of_its_sort(
    tmp_path: Path, show: str, pitch: int, left: float, top: float
):
    template = tmp_path / "letter.typ"
    template.write_text(f"#show: {show}\n#letter-title(data.title)\n#data.words\n#signed-by([办公室], [今天])")
    made = press.pdf(template, {"title": "通知", "words": WORDS}, made_at=datetime(2026, 1, 5, tzinfo=UTC))
    lines: list[tuple[float, float, float]] = []

    def written(operator: bytes, asked: list[Any], at: list[float], _: list[float]) -> None:
        if operator == b"Tf":
            lines.append((asked[1], at[4], at[5]))

    (page,) = PdfReader(BytesIO(made)).pages
    page.extract_text(visitor_operand_before=written)
    heights = [y for size, _, y in lines if size == BODY][:-2]
    assert len(heights) > 3
    assert [one - next_one for one, next_one in pairwise(heights)] == pytest.approx([pitch] * (len(heights) - 1))
    assert min(x for size, x, _ in lines if size == BODY) == pytest.approx(left / 25.4 * 72, abs=0.1)
    assert [841.89 - y for size, _, y in lines if size == TITLE] == pytest.approx(
        [top / 25.4 * 72 + TITLE * 0.8], abs=6
    )
    assert FOOT in {size for size, _, _ in lines}
    assert "— 1 —" in page.extract_text()


@pytest.mark.parametrize(
    ("official", "pitch", "margins"), [(True, 28, (37, 35, 28, 26)), (False, 31, (25.4, 25.4, 31.7, 31.7))]
)
def test_a_letter_in_word_has_them_too_and_the_number_of_each_page(
    official: bool, pitch: int, margins: tuple[float, ...]
):
    letter = Letter(official=official)
    letter.title("通知")
    letter.line(WORDS)
    document = docx.Document(BytesIO(letter.data()))

    (page,) = document.sections
    found = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert found == pytest.approx([Mm(each) for each in margins], abs=Mm(0.1))
    look = document.paragraphs[1].paragraph_format
    assert (look.line_spacing, look.first_line_indent) == (Pt(pitch), Pt(32))
    foot = page.footer.paragraphs[0]
    assert (foot.text, foot._element.xpath("string(.//w:instrText)")) == ("—  —", "PAGE")
