"""Rows set aside before they are read, and cells that say nothing though they are not empty: each said, like ones once.

What a person sees in his own program is what is read: a row hidden or struck out is none, a formula that failed is no
blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from shared.tables.cells import NEVER, STRUCK, UNSEEN, Cell, Problem
from shared.tables.columns import TableKind
from shared.tables.dates import shown
from shared.tables.lines import Line, SheetLines, Total

ALIKE = 5
"""So many warnings of a sheet may say the same; of more the first speaks for all."""
_OWN = re.compile(r"“[^”]{0,60}”|[A-Z]{1,3}\d{1,6}|\d{1,18}")
NAMED = 20

HIDDEN = "这一行在表格里是隐藏的（筛选或折叠起来了），没有读入；要导入请先取消隐藏"
STRUCK_OUT = "这一行画了删除线，没有读入；要导入请去掉删除线"
OUT_OF_SIGHT = "这一行的字和底色一样，看不见，没有读入；要导入请改成看得见的颜色"
FORMER = "这一行列在“{said}”之下，不是在册党员，没有读入；系统里还在册的，请在名册里办理"
APART = "这一行列在“{said}”之下，不是这张表里的人，没有读入；请放在单独的一张工作表里，表名写上“流入党员”再导入"
WHOLE = {STRUCK: STRUCK_OUT, UNSEEN: OUT_OF_SIGHT}
"""What the mark of the first field of a row says of the whole."""
SILENT = {STRUCK: "画了删除线", UNSEEN: "的字和底色一样、看不见"}
FAILED_SAID = "公式出错或没有计算"


def set_aside(
    lines: Iterable[Line],
    kind: TableKind,
    needed: Sequence[str],
    amiss: Callable[[Line], Problem | None] = lambda _: None,
) -> tuple[list[Line], list[Problem]]:
    """The lines to be read; why the others are not, a fatal problem each, and what says nothing, once a column.

    `needed`: the fields without which nobody can tell whom or what a row means. `amiss`: what else forbids a row.
    """
    kept: list[Line] = []
    problems: list[Problem] = []
    silent: dict[tuple[str, str, str], list[Cell]] = {}
    for line in lines:
        marked = line.marked
        told = marked or line.hidden or line.former or line.apart
        if wrong := (_wrong(line, needed) if told else None) or amiss(line):
            problems.append(wrong)
            continue
        kept.append(line)
        for key in line.layout.columns if marked else ():
            if (cell := line.stands(key)).mark and key != "number":
                silent.setdefault((line.sheet, key, SILENT.get(cell.mark, FAILED_SAID)), []).append(cell)
    return kept, [*problems, *_silent(silent, {one.key: one.label for one in kind.fields})]


def _wrong(line: Line, needed: Sequence[str]) -> Problem | None:
    """Why a line is not to be read, if so."""
    keys = [key for key in needed if key in line.layout.columns]
    first = keys[0] if keys else "number"
    marked = next((key for key in keys if line.stands(key).mark), None)
    if line.hidden:
        return Problem(line.sheet, line.address(first), HIDDEN, line.row)
    if whole := WHOLE.get(line.stands(first).mark):
        return Problem(line.sheet, line.address(first), whole, line.row)
    if marked is not None:
        cell = line.stands(marked)
        return Problem(line.sheet, cell.address, f"{said_of(cell)}，这一行没有读入", line.row)
    if line.apart:
        return Problem(line.sheet, line.address(first), APART.format(said=shown(line.apart)), line.row)
    if line.former:
        return Problem(line.sheet, line.address(first), FORMER.format(said=shown(line.former)), line.row)
    return None


def said_of(cell: Cell) -> str:
    """What is wrong in a cell."""
    if cell.mark == STRUCK:
        return "这一格画了删除线，不知道以什么为准"
    if cell.mark == UNSEEN:
        return "这一格的字和底色一样，看不见，不知道以什么为准"
    if cell.mark == NEVER:
        return "这一格是公式，还没有计算出结果，不是空的；请在表格软件里打开、保存，或改成填写的内容"
    return f"这一格是公式，计算出错（{cell.mark}），不是空的；请改成填写的内容"


def gathered(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, with one line for a thousand warnings that say the same of a thousand rows."""
    alike: dict[tuple[str, str], list[Problem]] = {}
    for each in problems:
        if each.fatal:
            yield each
        else:
            alike.setdefault((each.sheet, _OWN.sub("", each.problem)), []).append(each)
    for same in alike.values():
        if len(same) <= ALIKE:
            yield from same
            continue
        cells = "、".join(each.cell for each in same[:NAMED]) + ("等" if len(same) > NAMED else "")
        yield replace(same[0], problem=f"{same[0].problem}（同样的共 {len(same)} 处：{cells}）")


def _silent(found: dict[tuple[str, str, str], list[Cell]], labels: dict[str, str]) -> Iterator[Problem]:
    for (sheet, key, why), cells in found.items():
        said = f"“{labels[key]}”一列有 {len(cells)} 格{why}，这些格没有读入，系统里已有的不变"
        yield Problem(sheet, cells[0].address, said, cells[0].row, fatal=False)


def totals_off(found: SheetLines, unit: str, noun: Callable[[Total], str] | None = None) -> Iterator[Problem]:
    """A warning for each typed count that is not the number of rows met."""
    for total in found.totals:
        right = {total.since} if total.part else {total.since, total.overall}
        if total.typed not in right:
            met = total.since if total.part else total.overall
            said = noun(total) if noun else "表里写的人数是"
            sentence = f"{said} {total.typed}，实际有 {met} {unit}，请核对"
            yield Problem(found.sheet.name, total.cell.address, sentence, total.cell.row, fatal=False)
