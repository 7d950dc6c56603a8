"""What a row of a table is, by its words alone: a total, a unit's own row, a hint how to fill it in, a note. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from shared.tables.cells import Cell, compact
from shared.tables.units import chinese_number, units_in

_TOTAL = re.compile(
    r"(?:.{0,12}(?:合计|小计|总计|共计|总人数|总数)(?:[（(:：].*)?|(?:全[乡镇村]|支部|小组)?共有?\d.*)", re.DOTALL
)
_NOTE = re.compile(
    r"(?:填表|填报)?(?:说明|备注|注|提示|注意事项|要求)(?:\d|[:：、.]|$)"
    r"|(?:填表|填报|制表|审核|审批|经办|负责|联系|统计|录入)(?:人|单位|日期|时间|电话)"
    r"|单位.{0,6}[（(]?盖章|党支部书记[（(]?签|第.{1,3}页|[Pp]age"
)
_HINT = re.compile(
    r"填写|必填|选填|填全称|格式|例如|^例|^如[:：\d“]|示例|YYYY|yyyy|下拉|请按|请填|全称|按实际|18位|\d{1,3}位数?$|^\d?[.、]?同上$"
)
_HINTING = re.compile(r"[填例如位]|格式|下拉|请按|全称|按实际|同上|[Yy]{4}")
"""One of these stands in whatever is a hint or an example: most rows have none of them."""
_EXAMPLE = re.compile(r"^[（(【]?(?:填写)?(?:示例|样例|范例)[）)】]?[:：]?\d*$|^例[:：]")
_SAMPLE = re.compile(r"^[（(【]?(?:例|示例|样例|例如|举例|范例|填写示例|如)[）)】]?[:：]?\d*$")
FEW = 2
_LONGEST_TITLE, _LONGEST_NUMBER = 60, 4


def begins_note(text: str) -> bool:
    """Whether a text begins as a note does: 注：…."""
    return bool(_NOTE.match(compact(text)))


def total_among(cells: Sequence[Cell], words: str) -> bool:
    """Whether one of the cells of a row, whose words these are, says that it is a total: 合计, 小计, 共 12 人."""
    return _may_say_total(words) and any(_says_total(cell.text) for cell in cells if isinstance(cell.value, str))


def _may_say_total(text: str) -> bool:
    return "计" in text or "数" in text or "共" in text


def _says_total(text: str) -> bool:
    return _may_say_total(text) and bool(_TOTAL.fullmatch(compact(text)))


def is_section(own: list[Cell]) -> bool:
    """Whether a row only names a unit, with at most its number and the number of its people."""
    if len(own) > FEW + 1:
        return False
    texts = [cell.text for cell in own if not re.fullmatch(r"\d+|[（(]?(?:共|计)?\d+[名人][）)]?", compact(cell.text))]
    return len(texts) == 1 and any(units_in(texts[0])[:2])


def is_instruction(text: str) -> bool:
    """Whether a text over the table explains it, so that units in it are examples."""
    return len(text) > _LONGEST_TITLE or bool(begins_note(text) or "填写" in text or "如：" in text)


class _Hints(NamedTuple):
    """What a text is that tells how to fill in a form."""

    sample: bool
    example: bool
    hint: bool


@lru_cache(maxsize=16_384)
def _hints(text: str) -> _Hints | None:
    """What it is, if anything of the kind; most texts are not, and stand in a table again and again."""
    if not _HINTING.search(text):
        return None
    plain = compact(text)
    return _Hints(bool(_SAMPLE.match(plain)), bool(_EXAMPLE.match(plain)), bool(_HINT.search(plain)))


def is_hint(own: list[Cell], words: str) -> bool:
    """Whether a row, whose words these are, tells how to fill in the form, shows an example, or numbers the columns."""
    said = [_hints(cell.text) for cell in own] if _HINTING.search(words) else []
    if found := [each for each in said if each]:
        shows = any(each.example for each in found) or any(each.sample for each in said[:FEW] if each)
        if shows or sum(each.hint for each in found) * 3 >= len(own):
            return True
    return _is_numbering(own)


def _is_numbering(own: list[Cell]) -> bool:
    """Whether a row numbers the columns, with at most one word beside."""
    words = 0
    for cell in own:
        words += len(cell.text) > _LONGEST_NUMBER
        if words > 1:
            return False
    texts = [compact(cell.text) for cell in own]
    numbers = [n for text in texts if len(text) <= FEW and (n := chinese_number(text)) is not None]
    return len(numbers) >= len(texts) - 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def count_in(cell: Cell) -> int | None:
    """The number in a cell of a total: 334, 334人, 合计：334人; one of branches or groups counts no rows."""
    found = re.search(r"^[^\d支组]*(\d{1,9})", cell.text)
    return int(found[1]) if found else None
