"""A paper made: from the office's own Word or Excel in a program of its own, or as the table that ships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from shared import files
from shared import print as press
from shared.apart import Ceiling, Unfinished, apart
from shared.errors import Invalid
from shared.papers.kinds import Blank, Filled, PaperKind, Rows, Value, sample_of, words_for
from shared.sheets.forms import Column, Sheet, write_forms

PROGRAM = "shared.print.filling"
"""What fills papers: named and not imported here, for only a program of its own reads what others wrote."""
CEILING = Ceiling(memory=768 * 2**20, seconds=20, answer=32 * 2**20, patience=30)
LARGEST = 2 * 2**20
LIST_PDF = Path(press.__file__).with_name("list.typ")
SIGNED = "党支部书记（签字）：                填表人：                联系电话：                "


def checked(kind: PaperKind, template: bytes) -> str:
    """The form of a paper that may be used, `docx` or `xlsx`. Raises Invalid, at `file`, with what to change."""
    if len(template) > LARGEST:
        raise _wrong(f"模板超过 {LARGEST // 2**20} MB，请去掉大的图片再上传。")
    form = files.kind_of(template)
    if form not in {"docx", "xlsx"}:
        raise _wrong(
            "这不是 Word 文档（.docx）或者 Excel 表格（.xlsx），或者里面有宏。请另存为 .docx 或 .xlsx 再上传。"
        )
    try:
        words = words_for(kind, sample_of(kind))
        apart(f"{PROGRAM}:tried", template, ceiling=CEILING, words=words, needed=kind.needed)
    except Unfinished:
        raise _wrong("模板太大或太复杂，填写一次用的时间或内存超过了限度。请从现在的模板重新改起。") from None
    return str(form)


def filled(kind: PaperKind, template: bytes, several: Sequence[Filled], *, mark: str = "") -> bytes:
    """The office's own paper with what it says in its blanks; of several, one after another (Word only).

    Raises Invalid where its blanks cannot be filled, or it does not come to an end.
    """
    words: Any = [words_for(kind, each) for each in several]
    try:
        return apart(f"{PROGRAM}:filled", template, ceiling=CEILING, words=words, mark=mark)
    except Unfinished:
        raise Invalid("模板太大或太复杂，填不完。请换一个模板，或者先用系统自带的格式。") from None


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, field="file")


# --- the tables that ship ---


def sheet_of(kind: PaperKind, filled: Filled, *, without: frozenset[str] = frozenset()) -> Sheet:
    """A list as it ships: title, unit and day, the table, its total, and who signs. `without`: columns left out."""
    rows = kind.rows[0]
    shown = [each for each in rows.blanks if each.key not in without]
    said = {key: "" if value is None else str(value) for key, value in filled.values.items()}
    return Sheet(
        name=kind.title,
        title=said.get("title") or kind.title,
        unit=f"填报单位（盖章）：{said.get('unit', '')}",
        date=f"填报日期：{said.get('made_on', '')}",
        columns=[Column(each.word, each.width, number=each.number) for each in shown],
        rows=[[_cell(row.get(each.key)) for each in shown] for row in filled.rows.get(rows.key, ())],
        total=said.get("total", ""),
        foot=SIGNED,
        wide=kind.wide,
    )


def _cell(value: Value) -> str | int | Decimal | None:
    return value


def as_excel(sheets: Sequence[Sheet]) -> bytes:
    """A workbook with a leaf for each list."""
    target = BytesIO()
    write_forms(target, sheets)
    return target.getvalue()


def as_pdf(sheet: Sheet, *, made_at: datetime) -> bytes:
    """A list on paper, whole: every row, its total, who signs, and which page of how many."""
    data = asdict(sheet)
    data["rows"] = [[None if cell is None else str(cell) for cell in row] for row in sheet.rows]
    return press.pdf(LIST_PDF, data, made_at=made_at)


# --- a paper to begin with ---


def beginning(kind: PaperKind) -> bytes:
    """A paper of this kind with every field in it, as Word or Excel, for the office to arrange as it likes."""
    return _sheet_to_begin(kind) if kind.form == "xlsx" else _text_to_begin(kind)


def _sheet_to_begin(kind: PaperKind) -> bytes:
    rows = kind.rows[0]
    values = {each.key: f"{{{{{each.word}}}}}" for each in kind.blanks}
    return as_excel([sheet_of(kind, Filled(values, {rows.key: [dict(_marked(rows))]}))])


def _marked(rows: Rows) -> list[tuple[str, str]]:
    """The row that is repeated, its first and last cell with the marks."""
    said = [[each.key, f"{{{{{each.word}}}}}"] for each in rows.blanks]
    said[0][1] = f"{{{{#{rows.word}}}}}{said[0][1]}"
    said[-1][1] = f"{said[-1][1]}{{{{/{rows.word}}}}}"
    return [(key, words) for key, words in said]


def _text_to_begin(kind: PaperKind) -> bytes:
    from shared.print.letters import Letter  # noqa: PLC0415  python-docx is worth its half second here alone

    letter = Letter()
    letter.title("{{标题}}" if any(each.key == "title" and each.word == "标题" for each in kind.blanks) else kind.title)
    for each in kind.blanks:
        if each.word != "标题":
            letter.line(f"{each.word}：{{{{{each.word}}}}}")
    for rows in kind.rows:
        letter.heading(rows.word)
        letter.table([each.word for each in rows.blanks], [words for _, words in _marked(rows)])
    letter.line("负责人（签字）：                              年    月    日")
    return letter.data()


def blanks_said(kind: PaperKind) -> list[tuple[str, str, str]]:
    """The published list of a kind: the blank as it is written, its other name, and of which rows it is."""
    own = [_said(each, "") for each in kind.blanks]
    return [*own, *(_said(each, rows.word) for rows in kind.rows for each in rows.blanks)]


def _said(blank: Blank, rows: str) -> tuple[str, str, str]:
    return f"{{{{{blank.word}}}}}", blank.key, rows
