"""A list of corrections in the long form: a row for each thing that is wrong, with what it is and how it is right.

Rows of one member are one; what is to be changed by an act of its own, as where he belongs, no list of them changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from services.activities.register.rules.columns import ROSTER
from services.activities.register.rules.more import SAID
from shared.tables import Line, Problem, compact
from shared.tables.columns import Layout
from shared.tables.dates import shown

ITEM, RIGHT = "item", "corrected"
MAY = frozenset({"sex", "born", "education", "joined", "full", "phone", *SAID})
LABELS = {one.key: one.label for one in ROSTER.fields}


def is_long(layout: Layout) -> bool:
    """Whether a table is of that form."""
    return {ITEM, RIGHT} <= layout.columns.keys()


def set_right(lines: Iterable[Line]) -> tuple[list[Line], list[Problem]]:
    """The lines, those of the long form as a roster has them; and why some of these cannot be taken."""
    found: list[Line] = []
    wrong: list[Problem] = []
    first: dict[tuple[str, str, str, str], Line] = {}
    for line in lines:
        if not is_long(line.layout):
            found.append(line)
            continue
        key = ROSTER.exact(line.text(ITEM))
        if problem := _problem(line, key):
            wrong.append(problem)
            continue
        whose = line.sheet, line.branch, compact(line.text("name")), compact(line.text("id_number"))
        if whose not in first:
            first[whose] = _bare(line)
            found.append(first[whose])
        _add(first[whose], str(key), line)
    return found, wrong


def _problem(line: Line, key: str | None) -> Problem | None:
    """Why a row of the long form says nothing that a file may change."""
    item = shown(line.text(ITEM))
    if key in MAY and line.text(RIGHT):
        return None
    if key in MAY:
        said = f"“{item}”没有写更正后的内容，没有读入"
        return Problem(line.sheet, line.address(RIGHT), said, line.row)
    may = "、".join(label for each, label in LABELS.items() if each in MAY)
    said = f"更正项目“{item}”不能按更正表改，没有读入；可以改的有{may}，其余的请在名册里办理"
    return Problem(line.sheet, line.address(ITEM), said, line.row)


def _bare(line: Line) -> Line:
    """The member that a row is of, without anything to be corrected yet."""
    columns = {key: at for key, at in line.layout.columns.items() if key in {"branch", "group", "name", "id_number"}}
    return replace(line, cells=list(line.cells), layout=replace(line.layout, columns=columns))


def _add(member: Line, key: str, line: Line) -> None:
    """One thing more of a member; what is said twice counts as it is said last."""
    at = line.layout.columns[RIGHT]
    if line.row != member.row:
        member.cells.append(line.cells[at])
        at = len(member.cells) - 1
    member.layout = replace(
        member.layout,
        columns={**member.layout.columns, key: at},
        headings=(*member.layout.headings, *[""] * (len(member.cells) - len(member.layout.headings))),
    )
