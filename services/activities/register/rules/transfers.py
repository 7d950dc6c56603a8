"""A relation sent from one township of the installation to another: a letter that waits until it is answered. Pure.

Until he is taken the member counts at home; neither township sees the other's register, only the letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.activities.register.rules.membership import check_dues
from shared.errors import Invalid
from shared.moves import Machine, Move
from shared.roles import Role

UNDONE_WITHIN = timedelta(days=7)
"""How long whoever took him may take that back."""
AHEAD = timedelta(days=90)
"""How long before its day a letter may be sent."""


class Stage(StrEnum):
    """Where a letter stands."""

    SENT = "sent"
    TAKEN = "taken"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STAGES[self]


STAGES: dict[Stage, str] = {
    Stage.SENT: "待对方接收",
    Stage.TAKEN: "已接收",
    Stage.RETURNED: "已退回",
    Stage.WITHDRAWN: "已了结",
}


class Step(StrEnum):
    """What takes it on."""

    TAKE = "take"
    RETURN = "return"
    WITHDRAW = "withdraw"
    UNDO = "undo"


KEEPS = frozenset({Role.ORGANISER, Role.SYSTEM})

MOVES: Machine[Stage, Step] = Machine(
    "transfer",
    start=Stage.SENT,
    moves={
        (Stage.SENT, Step.TAKE): Move(Stage.TAKEN, KEEPS),
        (Stage.SENT, Step.RETURN): Move(Stage.RETURNED, KEEPS),
        (Stage.SENT, Step.WITHDRAW): Move(Stage.WITHDRAWN, KEEPS),
        (Stage.TAKEN, Step.UNDO): Move(Stage.RETURNED, KEEPS),
        (Stage.RETURNED, Step.WITHDRAW): Move(Stage.WITHDRAWN, KEEPS),
    },
)
WAITS: dict[str, tuple[str, Role] | None] = {
    Stage.SENT: ("activities.take", Role.ORGANISER),  # of the receiving township
    Stage.TAKEN: None,
    Stage.RETURNED: ("activities.returned", Role.ORGANISER),  # of the giving one
    Stage.WITHDRAWN: None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What the giving organiser writes: to which township, from which day, the letter's number, dues paid until."""

    to_township_id: int
    on: date
    number: str
    basis: str
    dues_until: date | None


def check(letter: Letter, *, today: date) -> None:
    """Refuse what says too little, or a day that cannot be meant."""
    if letter.on > today + AHEAD:
        raise Invalid("最多提前 90 天开出，请核对日期。", field="on")
    for field, sentence in (
        ("number", "请填写介绍信号。"),
        ("basis", "请写明依据，例如本人申请、工作调动。"),
        ("dues_until", "请填写党费交至哪个月，介绍信上要写明。"),
    ):
        if not getattr(letter, field):
            raise Invalid(sentence, field=field)
    check_dues(letter.dues_until, letter.on)


def check_taking(on: date, *, letter_on: date, today: date) -> None:
    """He is taken on a day that has come, not before that of the letter."""
    if on < letter_on:
        raise Invalid(
            f"介绍信从{letter_on.year}年{letter_on.month}月{letter_on.day}日起，接收日期不能早于这一天。", field="on"
        )
    if on > today:
        raise Invalid("接收日期不能在今天以后，请到那天再接收。", field="on")
