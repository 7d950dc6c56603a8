"""A row whose cells stand one column off, as where a cell was deleted: it is refused, never moved silently."""

from __future__ import annotations

from services.activities.register.rules.columns import ROSTER
from shared.tables import Line, Problem
from shared.tables.columns import Field

_TELLING = tuple(one for one in ROSTER.fields if one.key in {"id_number", "sex", "phone", "kind"})
_ENOUGH = 2


def shifted(line: Line) -> Problem | None:
    """Why a row is not read whose number, or two other values, stand in the column beside their own."""
    strayed = [(one.key, one.label, where) for one in _TELLING if (where := _strayed(line, one))]
    if not strayed or (len(strayed) < _ENOUGH and strayed[0][0] != "id_number"):
        return None
    _, label, where = strayed[0]
    said = f"这一行像是错了一列：“{label}”写在了 {where} 格，没有读入；请把这一行对齐后再导入"
    return Problem(line.sheet, line.address(strayed[0][0]), said, line.row)


def _strayed(line: Line, one: Field) -> str:
    """Where a field's value stands instead of in its own column, if it is right beside it."""
    column, looks = line.layout.columns.get(one.key), one.evidence
    if column is None or looks is None or looks(line.cells[column]):
        return ""
    own = set(line.layout.columns.values())
    for beside in (column - 1, column + 1):
        if beside in own and 0 <= beside < len(line.cells) and looks(line.cells[beside]):
            return line.cells[beside].address
    return ""
