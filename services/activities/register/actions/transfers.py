"""Members who go to another township of the installation: sent by the one, taken or returned by the other.

Until then he counts at home. What the receiving township changes at home is done beyond its reach, once its right is
known: his membership there ends, and with it his posts and his account, as for whoever leaves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from services.activities.register import queries
from services.activities.register.actions.membership import do_act, refuse_own, refuse_waiting, step_act
from services.activities.register.actions.turns import give_back
from services.activities.register.actions.units import KEEPS_REGISTER, require, unit_there
from services.activities.register.models import MemberAct, Transfer
from services.activities.register.rules.membership import Stage as Done
from services.activities.register.rules.membership import Step as Undo
from services.activities.register.rules.membership import Turn
from services.activities.register.rules.transfers import (
    MOVES,
    UNDONE_WITHIN,
    WAITS,
    Letter,
    Stage,
    Step,
    check,
    check_taking,
)
from shared import clock
from shared.access import SYSTEM, Actor
from shared.audit import act_for, announce
from shared.db import Session, beyond
from shared.errors import Conflict, Invalid, NotYours
from shared.events import TransferMoved
from shared.moves import Moved
from shared.people import Unit, UnitKind
from shared.todos import Thing
from shared.waiting import follow, wait


def send(session: Session, actor: Actor, person_id: int, letter: Letter) -> Transfer:
    """The letter is written: he goes to another township once that takes him, and counts at home until then."""
    person = queries.person_in_reach(session, actor, person_id)
    unit = queries.unit_in_reach(session, actor, person.unit_id)
    require(actor, unit, KEEPS_REGISTER)
    queries.hold_township(session, unit)
    queries.member_to_change(session, actor, person_id)
    check(letter, today=clock.today(session))
    township_id = unit.township_id or unit.id
    if letter.to_township_id not in dict(queries.other_townships(session, township_id)):
        raise Invalid("请选择转往的乡镇。", field="to_township_id")
    refuse_waiting(session, person)
    refuse_own(session, actor, person)
    membership = queries.open_membership(session, person_id)
    if membership is None:
        raise Conflict(f"{person.name}已经不在名册上，没有编入党小组或党支部。")
    row = Transfer(
        township_id=township_id,
        unit_id=unit.id,
        to_township_id=letter.to_township_id,
        at_unit_id=letter.to_township_id,
        person_id=person_id,
        **{each: getattr(person, each) for each in ("name", "sex", "born_on", "joined_on", "full_on")},
        kind=membership.kind,
        number=letter.number,
        basis=letter.basis,
        dues_until=letter.dues_until,
        starts_on=letter.on,
        stage=MOVES.start,
        sent_by=actor.account_id,
        sent_at=clock.now(session),
    )
    session.add(row)
    session.flush()
    _tell(session, actor, row, None)
    wait(session, WAITS, row.stage, [_thing(row)])
    return row


def take(session: Session, actor: Actor, transfer_id: int, to_unit_id: int, *, on: date | None = None) -> Transfer:
    """The receiving township takes him into a branch or a group from a day on: from then he counts there."""
    row = _to_answer(session, actor, transfer_id)
    if actor.person_id == row.person_id:
        raise NotYours("涉及自己的党籍，请由另一位工作人员办理。")
    new = unit_there(session, actor, to_unit_id)
    require(actor, new, KEEPS_REGISTER)
    if (new.township_id or new.id) != row.to_township_id or new.kind == UnitKind.TOWNSHIP:
        raise Invalid("请选择编入本乡镇的哪个党小组或党支部。", field="to_unit_id")
    today = clock.today(session)
    day = on or today
    check_taking(day, letter_on=row.starts_on, today=today)
    moved = MOVES.move(row.stage, Step.TAKE, roles=actor.roles_over(row.to_township_id))
    with _for_both(session, actor):
        refuse_own(session, SYSTEM, queries.member_to_change(session, SYSTEM, row.person_id))
        left = _act(session, actor, row, Turn.TRANSFERRED, day=day)
        came = _act(session, actor, row, Turn.CAME, day=day, to=new)
    row.left_act_id, row.came_act_id = left.id, came.id
    row.taken_by, row.taken_at = actor.account_id, clock.now(session)
    _step(session, actor, row, moved)
    return row


def send_back(session: Session, actor: Actor, transfer_id: int, *, reason: str) -> Transfer:
    """The receiving township does not take him, for a reason; he stays where he is."""
    row = _to_answer(session, actor, transfer_id)
    moved = MOVES.move(row.stage, Step.RETURN, roles=actor.roles_over(row.to_township_id))
    row.why_not = reason
    _step(session, actor, row, moved, reason=reason)
    return row


def withdraw_transfer(session: Session, actor: Actor, transfer_id: int) -> Transfer:
    """He is not to go after all; or what was returned has been taken note of."""
    row = queries.transfer_to_change(session, actor, transfer_id)
    roles = actor.roles_over(row.township_id)
    if not roles & KEEPS_REGISTER:
        raise NotYours("介绍信由开出的乡镇撤回；不接收的，请退回并写明原因。")
    _step(session, actor, row, MOVES.move(row.stage, Step.WITHDRAW, roles=roles))
    return row


def undo_transfer(session: Session, actor: Actor, transfer_id: int) -> Transfer:
    """Whoever took him takes that back within a week: he is home again, with his posts and his account."""
    row = _to_answer(session, actor, transfer_id)
    moved = MOVES.move(row.stage, Step.UNDO, roles=actor.roles_over(row.to_township_id))
    if row.taken_by != actor.account_id:
        raise NotYours("撤销由当时办理的人进行；您要改正的，请另行办理。")
    if row.taken_at is None or clock.now(session) > row.taken_at + UNDONE_WITHIN:
        raise Conflict("办理已超过七天，不能撤销，请另行办理。")
    with _for_both(session, actor):
        queries.member_to_change(session, SYSTEM, row.person_id)
        for act_id in (row.came_act_id, row.left_act_id):
            act = queries.member_act_to_change(session, SYSTEM, act_id or 0)
            later = queries.act_after(session, act)
            if later is not None:
                raise Conflict(f"以后又办理了{Turn(later.turn).chinese}，请先撤销那一项。")
            give_back(session, SYSTEM, act)
            step_act(session, SYSTEM, act, Undo.UNDO)
    row.why_not = "对方撤销了接收"
    _step(session, actor, row, moved)
    return row


def _to_answer(session: Session, actor: Actor, transfer_id: int) -> Transfer:
    """A letter that came to one's township; whoever sent it does not answer it. Both townships are held, in order."""
    row = queries.transfer_to_change(session, actor, transfer_id)
    if not actor.roles_over(row.to_township_id) & KEEPS_REGISTER:
        raise NotYours("这一步由接收的乡镇办理。")
    for each in sorted((row.township_id, row.to_township_id)):
        queries.hold_township(session, session.get_one(Unit, each))
    return row


def _act(session: Session, actor: Actor, row: Transfer, turn: Turn, *, day: date, to: Unit | None = None) -> MemberAct:
    """One of the two acts by which he goes, carried out: each township has its own.

    He leaves where he belongs on that day; the letter may be older than a regrouping.
    """
    at = queries.open_membership(session, row.person_id)
    act = MemberAct(
        township_id=row.to_township_id if to else row.township_id,
        unit_id=to.id if to else at.unit_id if at else row.unit_id,
        to_unit_id=to.id if to else None,
        person_id=row.person_id,
        turn=turn,
        starts_on=day,
        basis=row.basis,
        number=row.number,
        elsewhere=session.get_one(Unit, row.township_id if to else row.to_township_id).name,
        dues_until=row.dues_until,
        stage=Done.PLANNED,
        asked_by=actor.account_id,
        asked_at=clock.now(session),
    )
    session.add(act)
    session.flush()
    do_act(session, SYSTEM, act)
    return act


@contextmanager
def _for_both(session: Session, actor: Actor) -> Iterator[None]:
    """Beyond the reach of the receiving township, in the name of whoever decides there."""
    act_for(session, actor.account_id)
    with beyond(session):
        yield
    act_for(session, None)


def _thing(row: Transfer) -> Thing:
    return Thing(f"transfer:{row.id}", row.at_unit_id)


def _step(session: Session, actor: Actor, row: Transfer, moved: Moved, *, reason: str | None = None) -> None:
    row.stage = moved.after
    row.at_unit_id = row.to_township_id if row.stage == Stage.SENT else row.unit_id
    session.flush()
    _tell(session, actor, row, moved, reason=reason)
    follow(session, WAITS, moved, [_thing(row)])


def _tell(session: Session, actor: Actor, row: Transfer, moved: Moved | None, *, reason: str | None = None) -> None:
    """The history of the letter at the giving township, and one more fact for the receiving one."""
    for comes, township_id in ((False, row.township_id), (True, row.to_township_id)):
        fact = TransferMoved(
            unit_id=township_id, transfer_id=row.id, on=row.starts_on.isoformat(), stage=row.stage, comes=comes
        )
        with beyond(session):
            announce(session, fact, by=actor, moved=None if comes else moved, reason=reason)
