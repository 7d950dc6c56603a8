"""Whoever a roster says is on the roll no more: proposed as an act of the register, with the day where the file has it.

The file moves nobody off the roll by itself: an organiser ticks each, and says the day and the basis where it does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from services.activities.register.rules.changes import Leaves, MembershipNow, PersonNow, Place, RegisterNow
from services.activities.register.rules.knowing import Knowing, Unclear
from services.activities.register.rules.membership import Turn
from services.activities.register.rules.people import PersonRow
from shared.tables import Precision, Unreadable, compact
from shared.tables.dates import date_in, shown

_TURNS = (
    (Turn.DIED, re.compile(r"去世|死亡|病故|病逝|亡故|逝世|已故|离世|身故|^(?:亡|故|殁|死)$")),
    (Turn.EXPELLED, re.compile(r"开除")),
    (Turn.CANCELLED, re.compile(r"取消.{0,4}(?:预备|资格)")),
    (Turn.RESIGNED, re.compile(r"退党")),
    (Turn.STRUCK_OFF, re.compile(r"除名|脱党|(?<!转)出党")),
    (Turn.SUSPENDED, re.compile(r"停止党籍|停止")),
    (Turn.TRANSFERRED, re.compile(r"转出|转往|转至|转到|^已转$")),
)
_DAY = re.compile(r"(?:19|20)\d{2}[年./-]\d{1,2}[月./-]\d{1,2}日?")
_WHERE_TO = re.compile(r"转(?:往|至|到)([^，,。；;、（）()\d]{2,40})")


@dataclass(frozen=True, slots=True)
class Leaving:
    """A row of somebody who left, and what it says; `read`: he stands in the file as a member all the same."""

    person: PersonRow
    cell: str
    said: str
    read: bool = False

    @property
    def turn(self) -> Turn | None:
        """What became of him, where the words say it."""
        plain = compact(self.said)
        found = [turn for turn, pattern in _TURNS if pattern.search(plain)]
        return found[0] if len(found) == 1 else None

    @property
    def on(self) -> date | None:
        """The day, where one is written whole."""
        return day_in(self.said)

    @property
    def elsewhere(self) -> str:
        """Where the relation went, where that is written."""
        found = _WHERE_TO.search(compact(self.said))
        return found[1] if found else ""


def day_in(said: str) -> date | None:
    """The one day that is written whole in some words."""
    days = _DAY.findall(compact(said))
    try:
        read = date_in(days[0], latest=date.max) if len(days) == 1 else None
    except Unreadable:
        return None
    return read.on if read and read.precision is Precision.DAY else None


def proposed(
    leaving: Iterable[Leaving], now: RegisterNow, knowing: Knowing, branch: Callable[[str], str]
) -> list[Leaves]:
    """Those of them who are members in the register, each once.

    Whom a row leaves open, who stands in the file as a member in another row, and who looks himself, is not proposed.
    """
    found: dict[int, Leaves] = {}
    for each in leaving:
        try:
            person = knowing.find(each.person, Place(branch(each.person.branch), None))
        except Unclear:
            continue
        if person is None or person.id == now.by or (person.id in knowing.met and not each.read):
            continue
        if had := person.membership:
            found.setdefault(person.id, _leaves(each, person, had))
    return list(found.values())


def _leaves(each: Leaving, person: PersonNow, had: MembershipNow) -> Leaves:
    said = f"花名册“{each.person.sheet}”{each.cell}：{shown(each.said, 60)}"
    turn = each.turn.value if each.turn else ""
    return Leaves(person.id, person.name, had.place, had.kind, turn, each.on, said, each.elsewhere)
