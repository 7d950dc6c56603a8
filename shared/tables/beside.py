"""Two tables side by side on one sheet: each is read by itself, in its own columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shared.tables.cells import Cell, Sheet
from shared.tables.columns import Layout, TableKind, find_layout, plain_heading


def parts_of(sheet: Sheet, kind: TableKind) -> Iterator[tuple[Sheet, Layout]]:
    """The sheet with its heading; where headings begin anew to the right, each run of columns with the rest blank."""
    layout = find_layout(sheet, kind)
    if layout is None:
        return
    starts = _starts(layout, kind)
    if len(starts) < 2:  # noqa: PLR2004  one table is the sheet itself
        yield sheet, layout
        return
    for start, end in zip(starts, [*starts[1:], len(layout.headings)], strict=True):
        part = _only(sheet, start, end, layout.top)
        if (own := find_layout(part, kind)) is not None:
            yield part, own


def _starts(layout: Layout, kind: TableKind) -> list[int]:
    """Where the headings of the first columns, with a person's name among them, stand again."""
    headings = [plain_heading(text) for text in layout.headings]
    filled = [at for at, text in enumerate(headings) if text]
    anchors = [at for at in filled if kind.exact(headings[at]) == kind.single]
    if not kind.single or len(anchors) < 2:  # noqa: PLR2004
        return filled[:1]
    lead = anchors[0] - filled[0]
    starts = [at - lead for at in anchors]
    first = headings[starts[0] : anchors[0] + 2]
    return [start for start in starts if start >= 0 and headings[start : start + len(first)] == first]


def _only(sheet: Sheet, start: int, end: int, top: int) -> Sheet:
    """The sheet with the columns from `start` to before `end`; titles, and lines that stand alone, are everybody's."""
    rows = []
    for index, row in enumerate(sheet.rows):
        alone = sum(bool(cell.text) and not cell.spread for cell in row) <= 1
        rows.append(
            row if index < top or alone else [_blank(c) if not start <= at < end else c for at, c in enumerate(row)]
        )
    return replace(sheet, rows=rows)


def _blank(cell: Cell) -> Cell:
    return Cell(None, "", cell.row, cell.column)
