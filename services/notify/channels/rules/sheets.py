"""A sheet that says as whom a provider knows people: a line each, as it is copied out of Excel or typed. Pure."""

import re
from collections import Counter
from dataclasses import dataclass

from shared.errors import Invalid

LINES_MAX, NUMBER_LENGTH_MAX, TOLD_MAX = 3000, 64, 10
BETWEEN = re.compile(r"[\t ,，、;；]")
NUMBER = re.compile(r"[A-Za-z0-9._@$-]+")
HEADS = frozenset({"姓名", "名字"})


@dataclass(frozen=True)
class Line:
    """A line: where it stands, whose it is, of which unit (empty: one has that name), and as whom he is known."""

    n: int
    name: str
    unit: str
    number: str


def read_lines(text: str) -> list[Line]:
    """The lines of a sheet: name, unit if it is needed, number. Invalid says what is wrong with which."""
    rows = [(n, _pieces(row)) for n, row in enumerate(text.splitlines(), 1)]
    rows = [(n, pieces) for n, pieces in rows if pieces and pieces[0] not in HEADS]
    if not rows or len(rows) > LINES_MAX:
        raise Invalid(f"请一行写一个人，最多{LINES_MAX}行。", field="sheet")
    wrong = [n for n, pieces in rows if len(pieces) not in {2, 3} or not _is_number(pieces[-1])]
    refuse([f"第{n}行看不懂：请写“姓名 帐号”或者“姓名 支部 帐号”，帐号是字母和数字" for n in wrong])
    lines = [Line(n, pieces[0], pieces[1] if len(pieces) > 2 else "", pieces[-1]) for n, pieces in rows]  # noqa: PLR2004
    often = Counter(line.number.lower() for line in lines)
    refuse([f"第{line.n}行的帐号“{line.number}”不止写了一次" for line in lines if often[line.number.lower()] > 1])
    return lines


def refuse(wrong: list[str]) -> None:
    """Invalid where anything is wrong: nothing of the sheet is taken then."""
    if wrong:
        more = f"；另外还有{len(wrong) - TOLD_MAX}处" if len(wrong) > TOLD_MAX else ""
        raise Invalid(f"没有登记：{'；'.join(wrong[:TOLD_MAX])}{more}。请改正以后再提交。", field="sheet")


def _pieces(row: str) -> list[str]:
    return [piece for piece in BETWEEN.split(row.strip()) if piece]


def _is_number(piece: str) -> bool:
    return len(piece) <= NUMBER_LENGTH_MAX and NUMBER.fullmatch(piece) is not None
