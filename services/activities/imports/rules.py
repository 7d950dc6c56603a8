"""Where a file stands that was handed in, who takes it on, and how people are told how far it is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.activities.grid.rules.planned import GridWritten
from services.activities.grid.rules.planned_said import written_said
from services.activities.ledger.rules.plan import LedgerWritten
from services.activities.register.rules.regrouping import day_said
from services.activities.register.rules.written import Written
from shared.moves import Machine, Move
from shared.progress import Progress
from shared.roles import Role

BRING_IN = "activities.bring_in"
TRIES = 6


class Kind(StrEnum):
    """What a file is."""

    ROSTER = "roster"
    LEDGER = "ledger"  # of a year
    COMMITTEES = "committees"  # the new committees of branches
    GRID = "grid"  # cells, their units and links of members

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return CALLED[self.value]


CALLED = {"roster": "花名册", "ledger": "台账", "committees": "支部委员会换届名册", "grid": "网格台账"}
WRITTEN: Mapping[str, type[Written | LedgerWritten | GridWritten]] = {
    Kind.ROSTER: Written,
    Kind.LEDGER: LedgerWritten,
    Kind.COMMITTEES: Written,
    Kind.GRID: GridWritten,
}
"""As what it is kept what a file of each kind wrote."""


def file_said(kind: str, year: int | None) -> str:
    """What a file is, in words: 花名册, 2025年台账."""
    return f"{year}年{Kind(kind).chinese}" if year else Kind(kind).chinese


class Stage(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"  # looked at, as often as one likes
    IMPORTING = "importing"  # being brought in, or about to be
    STOPPED = "stopped"  # by a person: all is as it was before
    REFUSED = "refused"  # it could not be brought in, for a reason that a person can mend: all is as it was before
    IMPORTED = "imported"  # brought in, once
    UNDONE = "undone"  # and taken back: all is as it was before

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return CHINESE[self]


CHINESE: dict[Stage, str] = {
    Stage.WAITING: "还没导入",
    Stage.IMPORTING: "正在导入",
    Stage.STOPPED: "已停止",
    Stage.REFUSED: "没有导入成",
    Stage.IMPORTED: "已导入",
    Stage.UNDONE: "已撤销导入",
}


class Step(StrEnum):
    """What takes a file on."""

    BEGIN = "begin"
    STOP = "stop"
    FINISH = "finish"
    REFUSE = "refuse"
    UNDO = "undo"


OFFICE = frozenset({Role.ORGANISER, Role.SYSTEM})
ITSELF = frozenset({Role.SYSTEM})

MOVES: Machine[Stage, Step] = Machine(
    "handed",
    start=Stage.WAITING,
    moves={
        (Stage.WAITING, Step.BEGIN): Move(Stage.IMPORTING, OFFICE),
        (Stage.IMPORTING, Step.STOP): Move(Stage.STOPPED, OFFICE),
        (Stage.IMPORTING, Step.REFUSE): Move(Stage.REFUSED, ITSELF),
        (Stage.IMPORTING, Step.FINISH): Move(Stage.IMPORTED, ITSELF),
        (Stage.STOPPED, Step.BEGIN): Move(Stage.IMPORTING, OFFICE),
        (Stage.REFUSED, Step.BEGIN): Move(Stage.IMPORTING, OFFICE),
        (Stage.IMPORTED, Step.UNDO): Move(Stage.UNDONE, OFFICE),
    },
)

WAITS: dict[str, tuple[str, Role] | None] = {
    Stage.WAITING: None,  # whoever handed it in has it before him, and need not want it
    Stage.IMPORTING: None,
    Stage.STOPPED: None,  # a person did that
    Stage.REFUSED: ("activities.bring_in", Role.ORGANISER),  # as long as it is kept
    Stage.IMPORTED: None,
    Stage.UNDONE: None,  # a person did that
}

# What is being done, by the names under which the register and the ledger tell it.
DOING = {
    "reading": "正在读取文件",
    "comparing": "正在和名册核对",
    "people": "正在写入党员信息",
    "memberships": "正在编入支部和党小组",
    "posts": "正在登记任职",
    "circumstances": "正在登记情况",
    "records": "正在写入活动记录",
    "cells": "正在设立网格",
    "links": "正在登记党员的网格联系",
}


@dataclass(frozen=True, slots=True)
class Going:
    """How far the bringing-in of a file is."""

    progress: Progress
    step: str | None  # none before anybody has begun with it
    tries: int
    dead: bool  # given up by the machine: a person stops it, and lets it be tried again

    @property
    def doing(self) -> str:
        """What is being done just now, in words."""
        return DOING[self.step] if self.step else "等待开始"


def figures_said(written: Written | LedgerWritten | GridWritten) -> list[str]:
    """What an import wrote, in words: what goes again with it, and what goes back."""
    if isinstance(written, GridWritten):
        return written_said(written)
    if isinstance(written, LedgerWritten):
        back = [f"起用日期恢复为{day_said(written.begins[0])}"] if written.begins else []
        return [f"{len(written.activities)} 条活动记录和到会名单删除", *back]
    lines = (
        (len(written.people), "名新登记的党员删除"),
        (len(written.units), "个新设的党支部和党小组删除"),
        (len(written.memberships), "条编入删除"),
        (len(written.posts), "个新任的职务删除"),
        (len(written.circumstances), "条情况登记删除"),
        (len(written.cares), "名流入党员的登记删除"),
        (len(written.ended_memberships), "名党员回到原来的党小组或类别"),
        (len(written.ended_posts), "个结束了的职务恢复"),
        (len(written.fields), "名党员的登记信息恢复"),
        (len(written.terms), "个支部的这一届任期撤销，上一届恢复"),
    )
    return [f"{number} {said}" for number, said in lines if number]


def key_of(handed_id: int, run: int) -> str:
    """The name of one bringing-in: unique, so that it is done once."""
    return f"file:{handed_id}:run:{run}"
