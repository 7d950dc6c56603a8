"""Printing: Chinese is set from the fonts that are shipped, text stays text, and a slip in a template is contained."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
from pypdf import PdfReader

import shared.print as printing
from shared.apart import Seats
from shared.errors import Away, Invalid
from shared.print import pdf
from shared.print.glyphs import unprintable

MADE = datetime(2025, 4, 1, 1, tzinfo=UTC)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "letter.typ"
    path.write_text("#title(data.name)\n#heading-line[一、经过]\n#for line in data.lines [#line \\ ]\n")
    return path


def text_of(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)


def test_chinese_is_set_on_a4_and_read_back(template: Path):
    made = pdf(template, {"name": "第一党小组", "lines": ["堃喆翀龑䶮", "2025年3月"]}, made_at=MADE)

    page = PdfReader(BytesIO(made)).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    assert all(word in text_of(made) for word in ("第一党小组", "一、经过", "堃喆翀龑䶮", "2025年3月", "— 1 —"))


def test_text_is_only_text_whatever_signs_are_in_it(template: Path):
    lines = ['#read("/etc/passwd")', "$x^2$ *bold* _it_", "#panic()", '"\\']

    made = text_of(pdf(template, {"name": "#", "lines": lines}, made_at=MADE))

    assert '#read("/etc/passwd")' in made
    assert "#panic()" in made


def test_the_same_data_at_the_same_moment_are_the_same_bytes(template: Path):
    data = {"name": "党小组", "lines": []}

    assert pdf(template, data, made_at=MADE) == pdf(template, data, made_at=MADE)


def test_a_template_reads_nothing_outside_its_folder(tmp_path: Path):
    (tmp_path / "secret.txt").write_text("secret")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "spy.typ").write_text('#read("../secret.txt")')

    with pytest.raises(RuntimeError, match=r"spy\.typ was not printed"):
        pdf(inner / "spy.typ", {}, made_at=MADE)


def test_a_print_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(printing, "CEILING", replace(printing.CEILING, patience=1))
    (tmp_path / "endless.typ").write_text("#let n = 0\n#for a in range(90000) { for b in range(90000) { n += 1 } }")

    with pytest.raises(Away, match="打印没有完成"):
        pdf(tmp_path / "endless.typ", {}, made_at=MADE)


def test_a_print_that_takes_too_much_memory_is_given_up(template: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(printing, "CEILING", replace(printing.CEILING, memory=88 * 2**20))

    with pytest.raises(Away, match="打印没有完成"):
        pdf(template, {"name": "党小组", "lines": []}, made_at=MADE)


def test_whoever_prints_while_all_seats_are_taken_is_told_to_wait(template: Path, monkeypatch: pytest.MonkeyPatch):
    seats = Seats(1, 0, 0.0, "现在打印的人太多，请稍后再试。")
    monkeypatch.setattr(printing, "SEATS", seats)

    with seats.one(), pytest.raises(Away, match="打印的人太多"):
        pdf(template, {"name": "党小组", "lines": []}, made_at=MADE)


def environment(_data: bytes, **_asked: object) -> bytes:
    """What a print sees of its surroundings; run in the program of its own."""
    return " ".join(["seen:", *os.environ]).encode()


def test_it_knows_no_secret(template: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XIAOZU_SECRET_KEY", "secret")
    monkeypatch.setattr(printing, "PROGRAM", f"{__name__}:environment")

    seen = pdf(template, {}, made_at=MADE)

    assert seen.startswith(b"seen:")
    assert b"XIAOZU" not in seen


def test_a_letter_that_no_font_has_is_named_and_word_is_offered(template: Path):
    rare = chr(0x20000)  # of extension B

    with pytest.raises(Invalid, match=f"「{rare}」.*Word"):
        pdf(template, {"name": f"王{rare}", "lines": []}, made_at=MADE)
    assert "王" in text_of(pdf(template, {"name": "王·👍", "lines": []}, made_at=MADE))  # no letter of a name


def test_what_the_fonts_have_is_known_letter_by_letter():
    shipped = Path(pylopdf_fonts_zh_cn.__file__).parent

    assert unprintable("堃喆翀龑䶮, 2025年 Ёж", [shipped]) == []
    assert unprintable(f"王{chr(0x20000)}五{chr(0x20000)}", [shipped]) == [chr(0x20000)]
