"""What holds of every matter, whatever the topic: whose it is, how long he has had it, when it is late. Pure.

The clock runs on through a hand-over and a giving back: neither moves the day that it is due on. A day that was
granted moves it once, and the old one stays beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from shared.errors import Invalid, OutOfOrder
from shared.roles import Role
from shared.workdays import Workdays

HANDED_ON_MOST = 2
"""So often holders hand a matter on among themselves; the next time the township says whose it is, for good."""
DESIGNATES = frozenset({Role.ORGANISER, Role.COMMITTEE, Role.SYSTEM})
WHY_LENGTH_MAX = 500
TEXT_LENGTH_MAX = 1000


class Holder(NamedTuple):
    """Who has it: a unit and a post, never a person. Whoever comes into the post finds it there."""

    unit_id: int
    post: Role


class Held(Protocol):
    """A time in which a holder had it."""

    holder_unit: int
    holder_post: str
    starts_on: date
    ends_on: date | None
    designated: bool
    came: str


class Timed(Protocol):
    """What has a clock."""

    due_on: date | None
    extended_to: date | None
    ended_on: date | None


class Share(NamedTuple):
    """How many working days a holder has had it; of somebody who had it twice, together."""

    holder: Holder
    working_days: int


def last_day(matter: Timed) -> date | None:
    """The day by which it is to be done: the one that was granted, or the first one; None where it has none."""
    return matter.extended_to or matter.due_on


def days_late(matter: Timed, today: date) -> int:
    """How many days it is behind, or was when it ended; its last day is still in time."""
    last = last_day(matter)
    return max(((matter.ended_on or today) - last).days, 0) if last else 0


def shares(holdings: Iterable[Held], today: date, days: Workdays) -> list[Share]:
    """Each holder's own working days, in the order in which they first had it: a returned matter restarts nothing."""
    found: dict[Holder, int] = {}
    for each in holdings:
        holder = Holder(each.holder_unit, Role(each.holder_post))
        found[holder] = found.get(holder, 0) + days.between(each.starts_on, each.ends_on or today)
    return [Share(holder, count) for holder, count in found.items()]


def check_hand_over(holdings: Sequence[Held], to: Holder, *, designates: bool) -> None:
    """Whether it may be handed on to somebody.

    Raises OutOfOrder where it has wandered enough, or was designated, and whoever asks does not designate; Invalid at
    `holder` where he has it already.
    """
    now = holdings[-1]
    if (now.holder_unit, now.holder_post) == to:
        raise Invalid("现在就由这里办理，请另选承办的单位和职务。", field="holder")
    if designates:
        return
    if any(each.designated for each in holdings):
        raise OutOfOrder("这件事是乡镇指定办理的，不能再转交；确有困难的，请退回并写明原因。")
    if sum(each.came == "handed_on" for each in holdings) >= HANDED_ON_MOST:
        raise OutOfOrder(f"这件事已经转交过 {HANDED_ON_MOST} 次，请组织委员指定由谁办理。")


def giver(holdings: Sequence[Held]) -> Holder:
    """To whom it goes back: whoever handed it on to the one who has it. Raises OutOfOrder where nobody did."""
    way: list[Held] = []
    for each in holdings:
        if each.came == "given_back":
            way.pop()
        elif not way or (each.holder_unit, each.holder_post) != (way[-1].holder_unit, way[-1].holder_post):
            way.append(each)
    if len(way) == 1:
        raise OutOfOrder("这件事没有转交过，没有可以退回的单位。")
    before = way[-2]
    return Holder(before.holder_unit, Role(before.holder_post))


def check_time_asked(matter: Timed, until: date, *, today: date, latest: date) -> None:
    """Whether more time may be asked for: once, while the last day has not passed, and not beyond all measure.

    `latest`: the furthest day that the topic's rule grants. Raises OutOfOrder, or Invalid at `until`.
    """
    if matter.due_on is None:
        raise OutOfOrder("这件事没有办理期限，不用申请延期。")
    if matter.extended_to is not None:
        raise OutOfOrder(f"已经延期到{matter.extended_to}，只能延期一次。")
    if today > matter.due_on:
        raise OutOfOrder(f"办理期限{matter.due_on}已过，不能再申请延期，请尽快办结并说明情况。")
    if not matter.due_on < until <= latest:
        raise Invalid(f"延期应当在{matter.due_on}以后、{latest}以前（含当天）。", field="until")


def reason_given(why: str, *, said: str, field: str = "reason") -> str:
    """A reason without its blanks; Invalid at `field` where there is none, or a whole letter."""
    given = why.strip()
    if not 0 < len(given) <= WHY_LENGTH_MAX:
        raise Invalid(f"请写明{said}，不超过 {WHY_LENGTH_MAX} 字。", field=field)
    return given
