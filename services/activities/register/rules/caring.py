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
_SAYING = {Sort.OUT: ("out_place", "out_kind", "card", "out_on"), Sort.NEED: ("need_kind", "need", "needy")}
"""The fields of which one says that somebody is out, or in need."""
OF_CARES = frozenset(key for keys in _SAYING.values() for key in keys)
_ASKING = {Sort.OUT: "away", Sort.NEED: "needy"}
"""The field that asks whether he is: where it says that he is not, he is not."""
_KIND = {Sort.OUT: ("out_kind", "away"), Sort.NEED: ("need_kind", "need", "needy")}
"""The fields that tell of what kind, the surest first."""
_SINCE = {Sort.OUT: "out_on", Sort.NEED: "need_on"}
_WHO = {Sort.OUT: ("contact", "helper"), Sort.NEED: ("helper", "contact")}
_LAST = {Sort.OUT: ("contacted", "visited"), Sort.NEED: ("visited", "contacted")}
"""The column of each list; that of the other where a table has it alone."""
_ALSO = {"残疾": "残", "劳动": "无劳力", "孤": "孤老", "打工": "务工", "读书": "求学", "上学": "求学"}
_ALSO |= {"无法联系": "联系不上", "失去联系": "联系不上", "去向不明": "下落不明"}
"""Other words for the kinds."""
_NOT = frozenset(
    {"否", "不是", "非", "×", "0", "在村", "在家", "本村", "在乡", "未外出", "不外出", "非流动", "不困难", "未失联"}
)
"""Words by which a cell says that it is not so."""
_NAMED = re.compile(r"[^\d（(【\[]*")
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
        if line.layout.columns.keys().isdisjoint(keys) or denies(line.text(_ASKING[sort])):
            continue
        saying = next((key for key in keys if says(line.text(key))), None)
        if saying is None:
            continue
        kind = _kind(sort, next((text for key in _KIND[sort] if says(text := line.text(key))), ""))
        told = {"kind": kind} | (_told(line, "help") if sort is Sort.NEED else _out(line))
        yield CareRow(
            sort,
            line.address(saying),
            "，".join(shown(line.text(key), 60) for key in (*keys, "need_on") if not nothing(line.text(key))),
            on=_day(line, _SINCE[sort]),
            told=told,
            contact=_name(line.text(_own(line, _WHO[sort]))),
            last_on=_day(line, _own(line, _LAST[sort])),
        )


def lost_in(line: Line) -> dict[str, str]:
    """What a row tells of how somebody is out of contact, and how that is known, by the keys of care.SAID."""
    kind = line.text("lost_kind")
    return ({"kind": _kind(Sort.LOST, kind)} if says(kind) else {}) | _told(line, "tried")


def denies(text: str) -> bool:
    """Whether a cell says that it is not so: 否, 在村."""
    return compact(text) in _NOT


def says(text: str) -> bool:
    """Whether a cell says that it is so, or anything of it."""
    return not nothing(text) and not denies(text)


def _own(line: Line, keys: tuple[str, str]) -> str:
    """The first of two fields, or the second where the table has that alone."""
    own, other = keys
    return own if own in line.layout.columns else other


def _name(text: str) -> str:
    """A name without the telephone behind it."""
    found = _NAMED.match(text)
    return "" if nothing(text) or not found else compact(found[0])


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
