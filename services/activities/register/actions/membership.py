"""Acts on members: done at once, or on a day to come; withdrawn before it, taken back within a week by the same hand.

Until its day the register does not know of an act: everybody sees and counts the member where he is.
"""

from collections.abc import Sequence
from typing import Any

from services.activities.register import queries
from services.activities.register.actions.act_papers import attach_paper
from services.activities.register.actions.looking_over import look_over_later
from services.activities.register.actions.people import add_person
from services.activities.register.actions.posts import refuse_officers
from services.activities.register.actions.turns import carry, give_back
from services.activities.register.actions.units import KEEPS_REGISTER, require, unit_there
from services.activities.register.models import MemberAct
from services.activities.register.rules.correcting import check as check_fields
from services.activities.register.rules.membership import (
    ARRIVALS,
    LEAVES,
    MOVES,
    SORTS,
    UNDONE_WITHIN,
    WAITS,
    Asked,
    Stage,
    Step,
    Turn,
    check,
)
from services.activities.register.rules.regrouping import day_said
from shared import clock, work
from shared.access import SYSTEM, Actor
from shared.audit import act_for, announce
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours, Refusal
from shared.events import MemberActMoved
from shared.files import Handed
from shared.moves import Moved
from shared.people import Person, Unit, UnitKind
from shared.todos import Thing
from shared.waiting import follow

TASK = "activities.turn"
CHECKED = ("born_on", "joined_on", "id_number")


def turn(session: Session, actor: Actor, person_id: int, asked: Asked) -> MemberAct:
    """What becomes of somebody's membership: done at once, or arranged for its day; one arrangement at a time."""
    person = queries.person_in_reach(session, actor, person_id)
    unit = queries.unit_in_reach(session, actor, person.unit_id)
    require(actor, unit, KEEPS_REGISTER)
    if asked.to_unit_id is not None:
        require(actor, unit_there(session, actor, asked.to_unit_id), KEEPS_REGISTER)
    queries.hold_township(session, unit)
    queries.member_to_change(session, actor, person_id)
    today = clock.today(session)
    if asked.turn in ARRIVALS:
        raise Invalid(f"{person.name}已经登记过；转入和新接收在登记新党员时填写。", field="turn")
    check(asked, today=today)
    refuse_waiting(session, person)
    if asked.turn is Turn.MISTAKEN and queries.came_by_transfer(session, person_id, unit.township_id or unit.id):
        raise Conflict(f"{person.name}是从本系统的另一个乡镇转来的，请到“乡镇之间转接”撤销接收。", field="turn")
    if asked.turn in {*LEAVES, Turn.MISTAKEN, Turn.FULL}:
        refuse_own(session, actor, person, officer=asked.turn is not Turn.FULL)
    row = _written(session, actor, person, unit, asked)
    if asked.on <= today:
        do_act(session, actor, row)
        return row
    _try(session, actor, row)
    work.post(session, TASK, key=_key(row), payload={"member_act_id": row.id}, run_at=clock.moment(asked.on))
    look_over_later(session, row.unit_id)
    _tell(session, actor, row, None)
    return row


def withdraw_turn(session: Session, actor: Actor, act_id: int) -> MemberAct:
    """It is not to be done; or, where it could not be done, somebody has taken note of it."""
    row = queries.member_act_to_change(session, actor, act_id)
    _require(session, actor, row)
    if row.stage == Stage.DONE:
        raise Conflict("这项变动已经生效，不能撤回；办错了的，由办理人在七天以内撤销。")
    work.cancel(session, TASK, key=_key(row))
    step_act(session, actor, row, Step.WITHDRAW)
    return row


def undo_turn(session: Session, actor: Actor, act_id: int) -> MemberAct:
    """Whoever did it takes it back within a week; what others did since stands."""
    row = queries.member_act_to_change(session, actor, act_id)
    _require(session, actor, row)
    if row.asked_by != actor.account_id:
        raise NotYours("撤销由当时办理的人进行；您要改正的，请另行办理。")
    if row.stage == Stage.DONE:
        if row.turn in ARRIVALS:
            raise Conflict("登记错了的，请按“误登记”注销，并写明原因。")
        if row.done_at is None or clock.now(session) > row.done_at + UNDONE_WITHIN:
            raise Conflict("办理已超过七天，不能撤销，请另行办理。")
        queries.member_to_change(session, actor, row.person_id)
        later = queries.act_after(session, row)
        if later is not None:
            said = f"以后又办理了{Turn(later.turn).chinese}（{day_said(later.starts_on)}起），请先撤销那一项。"
            raise Conflict(said)
        give_back(session, actor, row)
    step_act(session, actor, row, Step.UNDO)
    return row


def carry_out_turn(session: Session, act_id: int) -> None:
    """Its day has come. What no longer fits is left to a person: nothing is written but why."""
    row = queries.member_act_to_change(session, SYSTEM, act_id)
    if row.stage != Stage.PLANNED:
        return
    act_for(session, row.asked_by)
    try:
        with session.begin_nested():
            refuse_own(session, SYSTEM, session.get_one(Person, row.person_id), officer=row.turn in LEAVES)
            do_act(session, SYSTEM, row)
    except Refusal as refused:
        session.refresh(row)
        act_for(session, None)
        row.failed_why = refused.detail or "名册已经变动，原来的安排办不成。"
        step_act(session, SYSTEM, row, Step.FAIL)


def register_person(
    session: Session,
    actor: Actor,
    unit_id: int,
    *,
    arrival: Asked | None = None,
    papers: Sequence[Handed] = (),
    **known: Any,  # noqa: ANN401  as add_person takes
) -> Person:
    """Somebody new in a unit, as `add_person` takes him; with how he came, where he did not belong here all along.

    papers: what shows it, letter or decision, attached to his arrival.
    """
    check_fields({each: known.get(each) for each in CHECKED}, {}, today=clock.today(session))
    if arrival is None:
        if papers:
            raise Invalid("材料附在转入或者新接收上：请先选“怎样来的”，补登的不用附。", field="how")
        return add_person(session, actor, unit_id, **known)
    require(actor, queries.unit_in_reach(session, actor, unit_id), KEEPS_REGISTER)
    if arrival.on > clock.today(session):
        raise Invalid(f"{day_said(arrival.on)}还没有到，请在编入那天登记。", field="starts_on")
    check(arrival, today=clock.today(session))
    if arrival.turn is Turn.ADMITTED and known["kind"] != "probationary":
        raise Invalid("新接收的是预备党员，请把类别选为预备党员。", field="kind")
    person = add_person(session, actor, unit_id, **known | {"starts_on": arrival.on})
    unit = queries.unit_in_reach(session, actor, unit_id)
    row = _written(session, actor, person, unit, arrival)
    do_act(session, actor, row)
    if papers:
        attach_paper(session, actor, "member_act", row.id, papers)
    return person


def _written(session: Session, actor: Actor, person: Person, unit: Unit, asked: Asked) -> MemberAct:
    row = MemberAct(
        township_id=unit.township_id or unit.id,
        person_id=person.id,
        unit_id=unit.id,
        to_unit_id=asked.to_unit_id,
        turn=asked.turn,
        starts_on=asked.on,
        basis=asked.basis,
        number=asked.number,
        elsewhere=asked.elsewhere,
        decided_on=asked.decided_on,
        dues_until=asked.dues_until,
        stage=Stage.PLANNED,
        asked_by=actor.account_id,
        asked_at=clock.now(session),
    )
    session.add(row)
    session.flush()
    return row


def do_act(session: Session, actor: Actor, row: MemberAct) -> None:
    """Change the register, and say so."""
    row.changed = carry(session, actor, row).stored()
    row.done_at = clock.now(session)
    step_act(session, actor, row, Step.CARRY_OUT)


def _try(session: Session, actor: Actor, row: MemberAct) -> None:
    """Refuse now what could not be done on its day as the register stands; nothing of it stays."""
    attempt = session.begin_nested()
    try:
        carry(session, actor, row)
    finally:
        attempt.rollback()
    session.expire_all()


def refuse_waiting(session: Session, person: Person) -> None:
    """One arrangement at a time: what waits for its day, or for another township's answer, is taken back first."""
    letter = queries.transfer_waiting(session, person.id)
    if letter is not None:
        raise Conflict(f"{person.name}的介绍信已经开出，待对方接收，请先撤回。", field="on")
    waiting = queries.act_waiting(session, person.id)
    if waiting is not None:
        said = f"{person.name}已安排从{day_said(waiting.starts_on)}起{Turn(waiting.turn).chinese}，请先撤回那项安排。"
        raise Conflict(said, field="on")


def refuse_own(session: Session, actor: Actor, person: Person, *, officer: bool = True) -> None:
    """Nobody takes himself off the roll; an officer leaves his posts in the township first, where another agrees."""
    if actor.person_id == person.id:
        raise NotYours("涉及自己的党籍，请由另一位工作人员办理。")
    if officer and actor.reach == "*" and queries.offices_of(session, person.id):
        raise Conflict(f"{person.name}还任乡镇一级的职务，请先到工作人员事项免去。")
    if officer:
        refuse_officers(session, actor, person.id)


def _require(session: Session, actor: Actor, row: MemberAct) -> None:
    require(actor, queries.unit_in_reach(session, actor, row.unit_id), KEEPS_REGISTER)


def _key(row: MemberAct) -> str:
    return f"member_act:{row.id}"


def step_act(session: Session, actor: Actor, row: MemberAct, step: Step) -> None:
    """Take it on, in the table, in the history and on the desk."""
    roles = actor.roles_over(row.unit_id, row.township_id, session.get_one(Unit, row.unit_id).branch_id)
    moved = MOVES.move(row.stage, step, roles=roles)
    row.stage = moved.after
    session.flush()
    look_over_later(session, row.unit_id, row.to_unit_id)
    _tell(session, actor, row, moved)
    follow(session, WAITS, moved, [Thing(_key(row), row.unit_id)])


def _tell(session: Session, actor: Actor, row: MemberAct, moved: Moved | None) -> None:
    """The history of the act, and one more fact for the unit that he comes to."""
    where = [row.unit_id] if row.to_unit_id in {None, row.unit_id} else [row.unit_id, row.to_unit_id]
    for at, unit_id in enumerate(where):
        unit = session.get_one(Unit, unit_id)
        fact = MemberActMoved(
            unit_id=unit.id,
            member_act_id=row.id,
            person_id=row.person_id,
            turn=row.turn,
            sort=SORTS[Turn(row.turn)],
            on=row.starts_on.isoformat(),
            stage=row.stage,
            before=session.get_one(Unit, row.unit_id).whole_name,
            after=_after(session, row),
            grouped=unit.kind == UnitKind.GROUP,
            comes=at > 0,
        )
        announce(session, fact, by=actor, moved=None if at else moved, reason=row.failed_why or row.basis or None)


def _after(session: Session, row: MemberAct) -> str:
    """What holds from the day on, as the audit has it."""
    to = session.get_one(Unit, row.to_unit_id).whole_name if row.to_unit_id else ""
    return f"{day_said(row.starts_on)}起{Turn(row.turn).chinese}{to}"
