"""The life of a membership: what may become of one, from which day, on what basis; and where such an act stands. Pure.

Ways off the roll (RULES: Moving): death, relation transferred (介绍信, "dues paid until"), expulsion and striking off
(开除, 除名), resignation, probation cancelled (细则 31), membership suspended (停止党籍).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from shared.errors import Invalid
from shared.moves import Machine, Move
from shared.roles import Role


class Turn(StrEnum):
    """What becomes of a membership."""

    DIED = "died"
    TRANSFERRED = "transferred"
    EXPELLED = "expelled"
    STRUCK_OFF = "struck_off"
    RESIGNED = "resigned"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"
    MISTAKEN = "mistaken"
    MOVED = "moved"
    FULL = "full"
    CAME = "came"
    ADMITTED = "admitted"
    RETURNED = "returned"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return TURNS[self]


TURNS: dict[Turn, str] = {
    Turn.DIED: "去世",
    Turn.TRANSFERRED: "组织关系转出",
    Turn.EXPELLED: "开除党籍",
    Turn.STRUCK_OFF: "除名",
    Turn.RESIGNED: "退党",
    Turn.CANCELLED: "取消预备党员资格",
    Turn.SUSPENDED: "停止党籍",
    Turn.MISTAKEN: "误登记",
    Turn.MOVED: "调动",
    Turn.FULL: "转正",
    Turn.CAME: "组织关系转入",
    Turn.ADMITTED: "接收为预备党员",
    Turn.RETURNED: "重新编入",
}
LEAVES = (
    Turn.DIED,
    Turn.TRANSFERRED,
    Turn.EXPELLED,
    Turn.STRUCK_OFF,
    Turn.RESIGNED,
    Turn.CANCELLED,
    Turn.SUSPENDED,
)
"""Ways off the roll; a mistaken registration was never on it."""
OF_PROBATION = (Turn.FULL, Turn.CANCELLED)


def offered(kind: str | None) -> tuple[Turn, ...]:
    """What his page offers for somebody of this kind, None where he left; moved he is by a form of its own."""
    if kind is None:
        return (Turn.RETURNED,)
    if kind == "probationary":
        return (Turn.FULL, *LEAVES, Turn.MISTAKEN)
    return (*(each for each in LEAVES if each not in OF_PROBATION), Turn.MISTAKEN)


ARRIVALS = (Turn.CAME, Turn.ADMITTED)
"""How somebody comes to be registered who was not there before; undone as a mistaken registration."""
SORTS: Mapping[Turn, str] = dict.fromkeys((*LEAVES, Turn.MISTAKEN), "left") | {
    Turn.MOVED: "moved",
    Turn.FULL: "full",
    Turn.CAME: "came",
    Turn.ADMITTED: "came",
    Turn.RETURNED: "came",
}
"""What it means for the unit, for whoever is told."""

AHEAD = timedelta(days=366)
"""How long before its day it may be arranged."""
UNDONE_WITHIN = timedelta(days=7)
"""How long whoever did it may take it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for.

    on: the first day on which it holds; whoever leaves is not expected on it. decided_on: the meeting, or the paper.
    elsewhere: where the relation goes to or comes from, outside the installation. dues_until: the last month paid.
    """

    turn: Turn
    on: date
    to_unit_id: int | None = None
    basis: str = ""
    number: str = ""
    elsewhere: str = ""
    decided_on: date | None = None
    dues_until: date | None = None


BASIS = ("basis", "请写明依据，例如哪次会议的决定、哪份文件、哪种证明。")
WHERE_TO = ("to_unit_id", "请选择编入哪个党小组或党支部。")
WANTED: Mapping[Turn, tuple[tuple[str, str], ...]] = {
    Turn.TRANSFERRED: (
        BASIS,
        ("elsewhere", "请填写转往哪个党组织。"),
        ("dues_until", "请填写党费交至哪个月，介绍信上要写明。"),
    ),
    Turn.CAME: (BASIS, ("elsewhere", "请填写从哪个党组织转来。")),
    Turn.ADMITTED: (BASIS, ("decided_on", "请填写接收预备党员的支部党员大会日期。")),
    Turn.FULL: (BASIS, ("decided_on", "请填写通过转正的支部党员大会日期。")),
    Turn.RETURNED: (BASIS, WHERE_TO),
    Turn.MOVED: (WHERE_TO,),
}
"""What has to be said, with the sentence where it is not; of the other turns their basis."""


def check(asked: Asked, *, today: date) -> None:
    """Refuse what says too little, or a day that cannot be meant."""
    if asked.on > today + AHEAD:
        raise Invalid("最多提前一年安排，请核对日期。", field="on")
    if asked.turn in {Turn.DIED, Turn.MISTAKEN, *ARRIVALS} and asked.on > today:
        raise Invalid("这一项不能提前安排，请填写今天或以前的日期。", field="on")
    if asked.decided_on is not None and asked.decided_on > today:
        raise Invalid("会议或者文件的日期不能在今天以后。", field="decided_on")
    for field, sentence in WANTED.get(asked.turn, (BASIS,)):
        if not getattr(asked, field):
            raise Invalid(sentence, field=field)
    check_dues(asked.dues_until, asked.on)


def check_dues(until: date | None, on: date) -> None:
    """Refuse a month that is more than a year after the day: the year is a slip of the pen."""
    if until is not None and until > on + AHEAD:
        raise Invalid("党费交至的月份比这一天晚了一年以上，请核对。", field="dues_until")


class Stage(StrEnum):
    """Where such an act stands."""

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STAGES[self]


STAGES: dict[Stage, str] = {
    Stage.PLANNED: "已安排",
    Stage.DONE: "已办理",
    Stage.FAILED: "没有办成",
    Stage.WITHDRAWN: "已撤回",
    Stage.UNDONE: "已撤销",
}


class Step(StrEnum):
    """What takes it on."""

    CARRY_OUT = "carry_out"
    FAIL = "fail"
    WITHDRAW = "withdraw"
    UNDO = "undo"


KEEPS = frozenset({Role.ORGANISER, Role.SYSTEM})

MOVES: Machine[Stage, Step] = Machine(
    "member_act",
    start=Stage.PLANNED,
    moves={
        (Stage.PLANNED, Step.CARRY_OUT): Move(Stage.DONE, KEEPS),
        (Stage.PLANNED, Step.FAIL): Move(Stage.FAILED, frozenset({Role.SYSTEM})),
        (Stage.PLANNED, Step.WITHDRAW): Move(Stage.WITHDRAWN, KEEPS),
        (Stage.FAILED, Step.WITHDRAW): Move(Stage.WITHDRAWN, KEEPS),
        (Stage.DONE, Step.UNDO): Move(Stage.UNDONE, KEEPS),
    },
)
WAITS: dict[str, tuple[str, Role] | None] = {
    Stage.PLANNED: None,  # for its day
    Stage.DONE: None,
    Stage.FAILED: ("activities.member_act", Role.ORGANISER),
    Stage.WITHDRAWN: None,
    Stage.UNDONE: None,
}


@dataclass(frozen=True, slots=True)
class Changed:
    """What an act changed in the register, by which it can be taken back.

    ended: memberships with the days on which they would have ended. began: the membership that began. posts: those
    that ended, with the days on which they would have. circumstances: those that ended. account: it was ended too.
    full_on: since when he was a full member before; only where that was changed. stood_in: what he stood in for, with
    the days on which that would have ended.
    """

    ended: tuple[tuple[int, date | None], ...] = ()
    began: int | None = None
    posts: tuple[tuple[int, date | None], ...] = ()
    circumstances: tuple[int, ...] = ()
    account: bool = False
    full_on: date | None = None
    stood_in: tuple[tuple[int, date], ...] = ()

    def stored(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "ended": [[each, _iso(day)] for each, day in self.ended],
            "began": self.began,
            "posts": [[each, _iso(day)] for each, day in self.posts],
            "circumstances": list(self.circumstances),
            "account": self.account,
            "full_on": _iso(self.full_on),
            "stood_in": [[each, day.isoformat()] for each, day in self.stood_in],
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Changed:
        """The same, from what was stored."""
        return cls(
            ended=tuple((each, _day(day)) for each, day in data["ended"]),
            began=data["began"],
            posts=tuple((each, _day(day)) for each, day in data["posts"]),
            circumstances=tuple(data["circumstances"]),
            account=data["account"],
            full_on=_day(data["full_on"]),
            stood_in=tuple((each, date.fromisoformat(day)) for each, day in data.get("stood_in", ())),
        )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
