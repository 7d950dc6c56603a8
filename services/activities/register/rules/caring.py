"""Members who are out or in need by a file: proposed for those lists of their branch, never put there by the file.

Lists of those members, and of corrections, are of a part of the members: whoever is not in one is not missing, and it
makes nobody a member.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from services.activities.register.rules.care import KINDS, Sort
from shared.tables import Line, Precision, Unreadable, compact, read_date
from shared.tables.dates import shown
from shared.tables.lines import SheetLines
from shared.tables.units import nothing

_PART = re.compile(
    r"(?:流动|外出|流出|困难|失联)党员(?:台账|名单|登记|情况|统计|信息|管理|汇总|花?名册|明细)"
    r"|(?:信息|数据|名册|党员)?(?:更正|纠错|核实修改|信息变更)(?:表|名单|台账|登记|情况|汇总)"
)
_LONGEST = 40
_SAYING = {Sort.OUT: ("out_place", "out_kind", "card", "out_on"), Sort.NEED: ("need_kind", "need")}
"""The fields of which one says that somebody is out, or in need."""
_SINCE = {Sort.OUT: "out_on", Sort.NEED: "need_on"}
_ALSO = {"残疾": "残", "劳动": "无劳力", "孤": "孤老", "打工": "务工", "读书": "求学", "上学": "求学"}
"""Other words for the kinds."""
OTHERWISE = "其他"
WIDEST = 200


@dataclass(frozen=True, slots=True)
class CareRow:
    """What a row says of somebody who is out or in need. told: by the keys of care.SAID; days only where whole."""

    sort: Sort
    cell: str
    said: str
    on: date | None = None
    told: dict[str, str] = field(default_factory=dict)
    contact: str = ""
    last_on: date | None = None


def of_a_part(found: SheetLines) -> bool:
    """Whether a sheet is, by its title or its name, a list of some members and no roster."""
    titles = (found.title, found.sheet.name)
    return any(len(compact(each)) <= _LONGEST and _PART.search(compact(each)) for each in titles if each)


def cares_in(line: Line) -> Iterator[CareRow]:
    """What a row says of being out, and of being in need."""
    for sort, keys in _SAYING.items():
        if line.layout.columns.keys().isdisjoint(keys):
            continue
        saying = next((key for key in keys if not nothing(line.text(key))), None)
        if saying is None:
            continue
        kind = _kind(sort, line.text("out_kind" if sort is Sort.OUT else "need_kind"))
        told = {"kind": kind} | (_told(line, "help") if sort is Sort.NEED else _out(line))
        yield CareRow(
            sort,
            line.address(saying),
            "，".join(shown(line.text(key), 60) for key in (*keys, "need_on") if not nothing(line.text(key))),
            on=_day(line, _SINCE[sort]),
            told=told,
            contact="" if nothing(line.text("contact")) else compact(line.text("contact")),
            last_on=_day(line, "contacted"),
        )


def _out(line: Line) -> dict[str, str]:
    told = _told(line, "card") | _told(line, "returns")
    return told | ({} if nothing(line.text("out_place")) else {"place": line.text("out_place")[:WIDEST]})


def _told(line: Line, key: str) -> dict[str, str]:
    return {} if nothing(line.text(key)) else {key: line.text(key)[:WIDEST]}


def _kind(sort: Sort, text: str) -> str:
    """The kind that some words mean."""
    plain = compact(text)
    known = {each: each for each in KINDS[sort]} | _ALSO
    return next((kind for word, kind in known.items() if word in plain and kind in KINDS[sort]), OTHERWISE)


def _day(line: Line, key: str) -> date | None:
    """A day that is written whole."""
    cell = line.cell(key)
    if nothing(cell.text):
        return None
    try:
        found = read_date(cell, latest=date.max)
    except Unreadable:
        return None
    return found.on if found.precision is Precision.DAY else None
