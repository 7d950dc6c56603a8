"""A sheet as a person sees it in his own program: hidden columns say nothing; what looks doubtful is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shared.tables.cells import Cell, Problem, Sheet, column_letters
from shared.tables.columns import TableKind, find_layout

BLIND = "这个旧格式的文件（.xls、.xlsb）看不出哪些行是隐藏的、哪些字画了删除线，都照读了；有的话请另存为 .xlsx 再上传"
HIDDEN = "{columns}是隐藏的，没有读入，系统里已有的不变；要导入请先取消隐藏"
GREYED = "第 {rows} 行的字或底色是灰色的（共 {count} 行），都照读了；不再是党员或不算数的，请删去或在名册里办理"
NAMED = 20
SCANNED_ROWS = 60
FEW = 3
"""Grey rows say something only where no more than one in so many is grey: else it is the look of the table."""


def as_seen(sheet: Sheet) -> Sheet:
    """The sheet without its hidden columns; a merged cell that reaches beyond them is seen."""
    if not sheet.unseen:
        return sheet
    return replace(sheet, rows=[_row_seen(row, sheet.unseen) for row in sheet.rows])


def _row_seen(row: list[Cell], unseen: frozenset[int]) -> list[Cell]:
    return [
        Cell(None, "", cell.row, cell.column) if cell.column in unseen and not _reaches(row, at, unseen) else cell
        for at, cell in enumerate(row)
    ]


def _reaches(row: list[Cell], at: int, unseen: frozenset[int]) -> bool:
    """Whether a cell is the beginning of a merged one that is seen farther on."""
    for cell in row[at + 1 :]:
        if not cell.spread or cell.text != row[at].text:
            return False
        if cell.column not in unseen:
            return True
    return False


def doubts(sheet: Sheet, top: int) -> Iterator[Problem]:
    """What is to be said of how a sheet looks. `top`: the row of its heading, counted from 0."""
    if sheet.blind:
        yield _said(sheet, 1, 1, BLIND)
    if hidden := _hidden(sheet, top):
        yield _said(sheet, top + 1, hidden[0][0], unseen_said(sheet, top))
    written = [row[0].row for row in sheet.rows[top + 1 :] if any(cell.text for cell in row)]
    grey = [row for row in written if row in sheet.greyed and row not in sheet.hidden]
    if grey and len(grey) * FEW <= len(written):
        rows = "、".join(map(str, grey[:NAMED])) + ("等" if len(grey) > NAMED else "")
        yield _said(sheet, grey[0], 1, GREYED.format(rows=rows, count=len(grey)))


def unseen_said(sheet: Sheet, top: int) -> str:
    """Which columns nobody sees, in which something is written; nothing where there are none."""
    if not (hidden := _hidden(sheet, top)):
        return ""
    words = "、".join(f"{column_letters(column)} 列“{heading[:NAMED]}”" for column, heading in hidden[:NAMED])
    return HIDDEN.format(columns=words + (f"等 {len(hidden)} 列" if len(hidden) > NAMED else ""))


def hides(sheet: Sheet, kind: TableKind) -> str:
    """That nobody sees the column by which a sheet would be such a table, if so."""
    layout = find_layout(sheet, kind) if sheet.unseen else None
    anchors = [layout.columns[key] + 1 for key in kind.anchors if key in layout.columns] if layout else []
    if layout is None or not anchors or not sheet.unseen.issuperset(anchors):
        return ""
    said = unseen_said(sheet, layout.top)
    return f"工作表“{sheet.name}”的 {said}" if said else ""


def _hidden(sheet: Sheet, top: int) -> list[tuple[int, str]]:
    return [(column, heading) for column in sorted(sheet.unseen) if (heading := _heading(sheet, column, top))]


def _heading(sheet: Sheet, column: int, top: int) -> str:
    """What stands over a hidden column in which something is written."""
    cells = [row[column - 1] for row in sheet.rows[top:] if column <= len(row)]
    texts = [cell.text for cell in cells[:SCANNED_ROWS] if cell.text]
    return texts[0] if len(texts) > 1 else ""


def _said(sheet: Sheet, row: int, column: int, sentence: str) -> Problem:
    return Problem(sheet.name, f"{column_letters(column)}{row}", sentence, row, fatal=False)
