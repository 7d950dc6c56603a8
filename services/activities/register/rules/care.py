"""Members whom a branch looks after: mobile ones (流动党员, out and in), in need (困难), out of contact (失联). Pure.

Who is away six months keeps his relation at home: a contact person, the day of the last contact, out of the
denominators (教育管理工作条例 25, 32–34). Whoever is out of contact (24) is looked for, and stays expected: what
follows from it people decide. What need somebody is in is for branch and township alone: it is kept sealed.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from shared.errors import Invalid


class Sort(StrEnum):
    """Which list somebody is on."""

    OUT = "mobile_out"
    IN = "mobile_in"
    NEED = "in_need"
    LOST = "lost"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return SORTS[self]


SORTS: Mapping[Sort, str] = {
    Sort.OUT: "流动党员（流出）",
    Sort.IN: "流动党员（流入）",
    Sort.NEED: "困难党员",
    Sort.LOST: "失联党员",
}
OF_MEMBERS = (Sort.OUT, Sort.NEED, Sort.LOST)
"""Sorts of the branch's own members; whoever came in belongs elsewhere."""
KINDS: Mapping[Sort, tuple[str, ...]] = {
    Sort.OUT: ("务工", "经商", "随迁", "求学", "其他"),
    Sort.IN: ("务工", "经商", "随迁", "求学", "其他"),
    Sort.NEED: ("病", "残", "灾", "无劳力", "孤老", "其他"),
    Sort.LOST: ("联系不上", "下落不明", "其他"),
}
WITHOUT_WORD = (Sort.OUT, Sort.LOST)
"""Of these a contact is owed again and again: whoever is out is asked after, and whoever is lost is looked for."""
SAID: Mapping[str, str] = {
    "name": "姓名",
    "kind": "类型",
    "place": "去向",
    "home": "流出地党组织",
    "group": "编入党小组",
    "card": "流动党员活动证号",
    "returns": "预计返回",
    "phone": "联系方式",
    "help": "帮扶措施",
    "tried": "查找情况",
}
"""What may be told of him; each sort asks for its own part."""
OFFERED: Mapping[Sort, tuple[str, ...]] = {
    Sort.OUT: ("kind", "place", "card", "returns"),
    Sort.IN: ("name", "kind", "home", "group", "card", "phone"),
    Sort.NEED: ("kind", "help"),
    Sort.LOST: ("kind", "tried"),
}
AHEAD = timedelta(days=30)
"""How long before its day a contact stands on the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What is asked for. told: words by the keys of SAID. contact_id: the contact person, or the helper."""

    sort: Sort
    on: date
    told: Mapping[str, str] = field(default_factory=dict)
    abroad: bool = False
    contact_id: int | None = None


def check(asked: Looked, *, today: date) -> dict[str, str]:
    """What is told, cleared of what is empty or of another sort; refuses what says too little."""
    if asked.on > today:
        raise Invalid("日期不能在今天以后，请到那天再登记。", field="on")
    told = {key: value for key in OFFERED[asked.sort] if (value := asked.told.get(key, ""))}
    if told.get("kind") not in KINDS[asked.sort]:
        raise Invalid("请选择类型。", field="kind")
    if asked.sort is Sort.OUT and not told.get("place"):
        raise Invalid("请填写去了哪里（省市县）。", field="place")
    if asked.sort is Sort.IN and not told.get("name"):
        raise Invalid("请填写姓名。", field="name")
    if asked.sort is Sort.IN and not told.get("home"):
        raise Invalid("请填写流出地党组织。", field="home")
    if asked.sort in {Sort.OUT, Sort.NEED} and asked.contact_id is None:
        raise Invalid("请选择支部联系人。" if asked.sort is Sort.OUT else "请选择帮扶人。", field="contact_id")
    return told


def next_contact(sort: str, last_on: date, *, months: int) -> date | None:
    """By when the next contact, or the next look, is owed: so many months after the last; none where none is asked."""
    if sort not in WITHOUT_WORD or not months:
        return None
    year, month = divmod(last_on.month - 1 + months, 12)
    year, month = last_on.year + year, month + 1
    return date(year, month, min(last_on.day, monthrange(year, month)[1]))
