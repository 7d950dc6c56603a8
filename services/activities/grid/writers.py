"""What leaves of the grid: its ledger as a table, and the card of a cell in print. Doors and numbers, no resident."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from services.activities.grid.models import Known, Linked
from services.activities.grid.rules import LEVELS, SORTS, Stage
from shared import print as press
from shared.sheets import Leaf, write_book

PRINTED = Path(__file__).parents[1] / "templates" / "grid" / "card.typ"
LEDGER = (
    *("网格编号", "网格", "级别", "上级网格", "范围", "户数", "党小组"),
    *("党员姓名", "怎样联系", "联系户门牌", "联系户数", "开始日期"),
)


def ledger_book(known: Sequence[Known], links: Sequence[Linked], units: Mapping[int, str]) -> bytes:
    """网格台账 as .xlsx: a line for each link that holds, and one for each cell that has none."""
    names = {each.cell.id: each.cell.name for each in known}
    of: dict[int, list[Linked]] = {}
    for link in links:
        if link.stage is Stage.IN_FORCE:
            of.setdefault(link.cell_id, []).append(link)
    lines = [
        (*_of_cell(each, names, units), *_of_link(link)) for each in known for link in of.get(each.cell.id, [None])
    ]
    made = BytesIO()
    write_book(made, [Leaf("网格台账", LEDGER, lines)])
    return made.getvalue()


def _of_cell(known: Known, names: Mapping[int, str], units: Mapping[int, str]) -> tuple[str | int, ...]:
    cell = known.cell
    return (
        *(cell.outside_code or "", cell.name, LEVELS[cell.level], names.get(cell.parent_id or 0, ""), cell.extent),
        cell.households if cell.households is not None else "",
        "、".join(units.get(each, "") for each in known.unit_ids),
    )


def _of_link(link: Linked | None) -> tuple[str | int, ...]:
    if link is None:
        return ("",) * 5
    many = link.households if link.households is not None else ""
    return (link.name, SORTS[link.sort], link.doors, many, _day(link.starts_on))


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
