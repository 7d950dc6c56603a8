"""What leaves of the grid: its ledger as a table, and the card of a cell in print. Doors and numbers, no resident."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path as FilePath
from typing import Any

from services.activities.grid.models import Known, Linked
from services.activities.grid.rules import LEVELS, SORTS, Stage
from services.activities.grid.rules.known import Path, paths_of
from services.activities.grid.rules.places import path_said
from shared import print as press
from shared.sheets import Leaf, write_book

PRINTED = FilePath(__file__).parents[1] / "templates" / "grid" / "card.typ"
LEDGER = (
    *("网格编号", "网格", "级别", "上级网格", "范围", "户数", "设立日期", "对应党小组"),
    *("党员姓名", "党支部", "党小组", "怎样联系", "联系户门牌", "联系户数", "开始日期"),
)
"""As `read_grid` reads it again: out and in changes nothing."""


def ledger_book(
    known: Sequence[Known], links: Sequence[Linked], units: Mapping[int, str], places: Mapping[int, tuple[str, str]]
) -> bytes:
    """网格台账 as .xlsx: a line for each link that holds, and one for each cell that has none.

    `units`: whole names of the cells' units; `places`: branch and group of the units where members belong.
    """
    paths = paths_of([each.cell for each in known])
    of: dict[int, list[Linked]] = {}
    for link in links:
        if link.stage is Stage.IN_FORCE:
            of.setdefault(link.cell_id, []).append(link)
    lines = [
        (*_of_cell(each, paths, units), *_of_link(link, places))
        for each in known
        for link in of.get(each.cell.id, [None])
    ]
    made = BytesIO()
    write_book(made, [Leaf("网格台账", LEDGER, lines)])
    return made.getvalue()


def _of_cell(known: Known, paths: Mapping[int, Path], units: Mapping[int, str]) -> tuple[str | int, ...]:
    cell = known.cell
    return (
        *(cell.outside_code or "", cell.name, LEVELS[cell.level], path_said(paths[cell.id][:-1]), cell.extent),
        cell.households if cell.households is not None else "",
        _day(cell.starts_on),
        "、".join(units.get(each, "") for each in known.unit_ids),
    )


def _of_link(link: Linked | None, places: Mapping[int, tuple[str, str]]) -> tuple[str | int, ...]:
    if link is None:
        return ("",) * 7
    many = link.households if link.households is not None else ""
    return (link.name, *places.get(link.unit_id, ("", "")), SORTS[link.sort], link.doors, many, _day(link.starts_on))


def card_pdf(known: Known, links: Sequence[Linked], units: Sequence[str], *, made_at: datetime) -> bytes:
    """网格卡: where the cell is, which groups have to do with it, and its members with their doors."""
    cell = known.cell
    data: dict[str, Any] = {
        "name": cell.name,
        "level": LEVELS[cell.level],
        "code": cell.outside_code or "",
        "extent": cell.extent,
        "households": f"{cell.households} 户" if cell.households is not None else "",
        "units": "、".join(units),
        "rows": [
            [each.name, SORTS[each.sort], each.doors, f"{each.households} 户" if each.households is not None else ""]
            for each in links
            if each.stage is Stage.IN_FORCE
        ],
        "day": _day(made_at.date()),
    }
    return press.pdf(PRINTED, data, made_at=made_at)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
