"""Corrections of what is registered of a person: which fields, who may, and where a proposed one stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from services.activities.register.rules.identity import WrongNumber, id_number_in
from shared.errors import Invalid
from shared.moves import Machine, Move
from shared.roles import Role

FIELDS_SAID: Mapping[str, str] = {
    "name": "姓名",
    "sex": "性别",
    "born_on": "出生日期",
    "joined_on": "入党日期",
    "full_on": "转正日期",
    "education": "学历",
    "id_number": "身份证号码",
    "phone": "联系电话",
    "mail": "电子邮箱",
}
SEALED = ("id_number", "phone", "mail")
OWN = ("phone", "mail")
"""What everybody corrects of himself."""
DAYS = ("born_on", "joined_on", "full_on")
OF_STANDING = frozenset({"joined_on", "full_on"})
"""What nobody settles of himself: another nods."""
CLEARED = ("sex", "born_on", "joined_on", "full_on", "education", "id_number", "phone", "mail")
"""What may stand empty; a name may not."""


class Stage(StrEnum):
    """Where a correction stands."""

    ASKED = "asked"
    DONE = "done"
    DECLINED = "declined"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STAGES[self]


STAGES: dict[Stage, str] = {Stage.ASKED: "等待同意", Stage.DONE: "已更正", Stage.DECLINED: "不同意"}


class Step(StrEnum):
    """What takes it on."""

    AGREE = "agree"
    DECLINE = "decline"


AGREES = frozenset({Role.ORGANISER, Role.COMMITTEE, Role.SYSTEM})  # the committee what an organiser asks of himself
AT_ONCE = AGREES | {Role.SECRETARY, Role.MEMBER}
"""A secretary where the township lets him, everybody his own address."""

MOVES: Machine[Stage, Step] = Machine(
    "correction",
    start=Stage.ASKED,
    moves={
        (Stage.ASKED, Step.AGREE): Move(Stage.DONE, AT_ONCE),
        (Stage.ASKED, Step.DECLINE): Move(Stage.DECLINED, AGREES),
    },
)
WAITS: dict[str, tuple[str, Role] | None] = {
    Stage.ASKED: ("activities.correct", Role.ORGANISER),
    Stage.DONE: None,
    Stage.DECLINED: None,
}


def check(wanted: Mapping[str, Any], now: Mapping[str, Any], *, today: date) -> None:
    """Refuse what cannot be: a day to come, a wrong order of days, an ID number with a slip in it."""
    whole = {**now, **wanted}
    for field in DAYS:
        if wanted.get(field) and whole[field] > today:
            raise Invalid(f"{FIELDS_SAID[field]}不能在今天以后。", field=field)
    for earlier, later in (("born_on", "joined_on"), ("joined_on", "full_on")):
        first, second = whole.get(earlier), whole.get(later)
        if first and second and first > second:
            said = f"{FIELDS_SAID[later]}早于{FIELDS_SAID[earlier]}，请核对。"
            raise Invalid(said, field=later if later in wanted else earlier)
    if wanted.get("id_number"):
        try:
            id_number_in(wanted["id_number"], today=today)
        except WrongNumber as wrong:
            raise Invalid(f"{wrong}。", field="id_number") from None


def fields_said(fields: list[str]) -> str:
    """The fields in words."""
    return "、".join(FIELDS_SAID[each] for each in fields)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As it is sealed: days as texts."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}


def revived(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same, from what was sealed."""
    return {key: date.fromisoformat(value) if key in DAYS and value else value for key, value in values.items()}
