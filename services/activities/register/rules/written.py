"""What bringing a roster in wrote, row by row, to be taken back by; and what rests on that since. Plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from services.activities.register.rules.alike import named


@dataclass(slots=True, kw_only=True)
class Written:
    """The ids of what was made, and how what was changed stood before.

    `ended_memberships` and `ended_circumstances` were open; `ended_posts`: with the day on which each would have ended;
    `homes`: person → unit where he was found; `fields`: person → column → (before, after), days in ISO form; `terms` of
    branch committees, of which each ended the one before it.
    """

    units: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    memberships: list[int] = field(default_factory=list)
    posts: list[int] = field(default_factory=list)
    circumstances: list[int] = field(default_factory=list)
    cares: list[int] = field(default_factory=list)  # of those who came in from elsewhere
    ended_memberships: list[int] = field(default_factory=list)
    ended_posts: list[tuple[int, str | None]] = field(default_factory=list)
    ended_circumstances: list[int] = field(default_factory=list)
    homes: dict[int, int] = field(default_factory=dict)
    fields: dict[int, dict[str, tuple[str | None, str]]] = field(default_factory=dict)
    terms: list[int] = field(default_factory=list)


class Resting(NamedTuple):
    """A kind of things that stand on what was written, and about whom or which unit."""

    what: str
    about: tuple[str, ...]

    @property
    def said(self) -> str:
        """As people read it: 账号：许安、乔梁."""
        return f"{self.what}：{named(self.about)}"


THINGS = {
    "office.account": "账号",
    "office.term": "支部委员会的任期",
    "office.setting": "本单位的设置",
    "activities.activity": "活动记录",
    "activities.attendance": "到会名单",
    "activities.revision": "更正过的活动记录",
    "activities.attachment": "附件",
    "activities.correction": "登记更正",
    "activities.member_act": "党员变动",
    "activities.officer_act": "工作人员事项",
    "activities.planned_regrouping": "党小组调整安排",
    "activities.care": "流动党员和困难党员的登记",
    "activities.care_entry": "联系和走访记录",
    "activities.succession": "接任安排",
    "activities.transfer": "乡镇之间的介绍信",
    "assessment.attachment": "佐证材料",
    "assessment.leader_case": "年度考核",
    "assessment.sheet": "年度考核",
    "assessment.objection": "考核异议",
    "assessment.rectification": "整改",
    "assessment.replacement": "调整",
}
OTHER = "其他登记"
"""Of a table that this room does not know: what stands there stands all the same."""
LATER = {
    "membership": "以后又编入、调动或减员的",
    "post": "以后又任免的职务",
    "circumstance": "以后又登记或结束的情况",
    "unit": "以后新设的党小组",
    "term": "以后又登记或者更正过任期的",
    "fields": "以后又更正过登记信息的",
    "successor": "原来的职务已由别人担任的",
    "left": "以后又办理了党员变动或者已经不在册，原来的职务和情况不能恢复的",
    "office": "乡镇工作人员，职务要先提出、经同意才能变动的",
    "own": "您本人，不能给自己恢复职务的",
    "apart": "现在的职务和原来的职务不能由同一个人担任的",
    "dissolved": "原来所在的党小组或党支部已经撤销的",
    "cared": "以后又结束或者联系过的流入党员",
    "listed": "已按新的党小组记入到会名单的",
}

OF_UNIT = frozenset({LATER["unit"], LATER["term"], LATER["cared"]})
"""What of these is about a unit, not about somebody."""


def gathered(found: Iterable[tuple[str, str]]) -> list[Resting]:
    """What rests, as (kind, about whom or what), each kind once and in order."""
    kinds: dict[str, dict[str, None]] = {}
    for what, about in found:
        kinds.setdefault(what, {})[about] = None
    return [Resting(what, tuple(about)) for what, about in kinds.items()]
