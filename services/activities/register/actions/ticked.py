"""What was ticked of a file's proposals, taken back with its import: each by itself, as far as nothing stands on it.

What cannot be taken back is named with the reason, and stays.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from services.activities.register.actions.care import strike_care
from services.activities.register.actions.membership import undo_turn, withdraw_turn
from services.activities.register.models import Care, MemberAct
from services.activities.register.queries.care import cared_by_file
from services.activities.register.queries.member_acts import acts_by_file
from services.activities.register.rules.care import Sort
from services.activities.register.rules.membership import Stage, Turn
from shared.access import Actor
from shared.db import Session
from shared.errors import Refusal
from shared.people import Person


@dataclass(frozen=True, slots=True)
class Ticked:
    """What goes back, and what stays with the reason: in words, a line each."""

    back: list[str] = field(default_factory=list)
    stays: list[str] = field(default_factory=list)


def take_ticked_back(session: Session, actor: Actor, handed_id: int) -> Ticked:
    """The acts, the latest first, and then whoever is looked after, who by then is so again where an act ended it."""
    found = Ticked()
    for act in acts_by_file(session, actor, handed_id):
        undo = withdraw_turn if act.stage == Stage.PLANNED else undo_turn
        _try(session, found, _act_said(session, act), partial(undo, session, actor, act.id))
    for row in cared_by_file(session, actor, handed_id):
        _try(session, found, _care_said(session, row), partial(strike_care, session, actor, row.id))
    return found


def _try(session: Session, found: Ticked, said: str, undo: Callable[[], object]) -> None:
    try:
        with session.begin_nested():
            undo()
    except Refusal as refused:
        session.expire_all()
        found.stays.append(f"{said}：{refused.detail}")
    else:
        found.back.append(said)


def _act_said(session: Session, act: MemberAct) -> str:
    return f"{session.get_one(Person, act.person_id).name}的{Turn(act.turn).chinese}"


def _care_said(session: Session, row: Care) -> str:
    return f"{session.get_one(Person, row.person_id).name}登记为{Sort(row.sort).chinese}"
