"""Acts on officers (三员分立): asked by keeper or organiser, agreed by another, and nothing is changed before.

What gives a first password is carried out by whoever asked, once it is agreed: the password is in that one answer.
"""

from sqlalchemy.exc import IntegrityError

from services.activities.register import queries
from services.activities.register.actions import accounts
from services.activities.register.actions.posts import appointment, begin, end, ending
from services.activities.register.actions.standing_in import begin_standing_in, end_standing_in, standing_in
from services.activities.register.models import OfficerAct
from services.activities.register.rules.officers import (
    AGREES,
    ASKS,
    GIVE_PASSWORDS,
    MOVES,
    NAME_A_POST,
    WAITS,
    Act,
    Stage,
    Step,
    Wish,
    before_and_after,
)
from services.activities.register.rules.offices import ASKING, agreeing
from shared import clock
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours
from shared.events import OfficerActMoved
from shared.moves import Moved
from shared.people import Person, Unit, UnitKind
from shared.roles import Role
from shared.standing_in import StandIn
from shared.todos import Thing
from shared.waiting import follow, over, wait


def ask(session: Session, actor: Actor, township_id: int, wish: Wish, *, reason: str) -> OfficerAct:
    """Ask for an act on an officer's account or post; what could not be done today is refused at once."""
    township = queries.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP)
    asked_as = _asking(actor, [township.id])
    row = _wished(session, actor, township, wish)
    row.stage, row.reason = Stage.ASKED, _reason(reason)
    row.asked_by, row.asked_as, row.asked_at = actor.account_id or 0, asked_as, clock.now(session)
    _refuse_oneself(actor, row)
    row.agrees = _wanted(session, row)
    _asking(actor, _townships(session, row))
    _check(session, actor, row)
    _write_once(session, row)
    _tell(session, actor, row, None)
    wait(session, WAITS, row.stage, [_thing(session, row)])
    return row


def agree(session: Session, actor: Actor, act_id: int) -> OfficerAct:
    """Agree to it: it is done at once, but for a first password, which whoever asked makes afterwards."""
    row = _to_decide(session, actor, act_id)
    _refuse_changed(session, row)
    _move(session, actor, row, Step.AGREE)
    if Act(row.act) not in GIVE_PASSWORDS:
        _carry_out(session, actor, row)
        _move(session, actor, row, Step.CARRY_OUT)
    return row


def decline(session: Session, actor: Actor, act_id: int, *, reason: str) -> OfficerAct:
    """It is not to be, or no longer, whoever asked may have left by now; nothing was changed."""
    row = _to_decide(session, actor, act_id)
    row.why_not = _reason(reason)
    _move(session, actor, row, Step.DECLINE, reason=row.why_not)
    return row


def withdraw_act(session: Session, actor: Actor, act_id: int) -> OfficerAct:
    """Whoever asked no longer wishes it."""
    row = queries.officer_act_to_change(session, actor, act_id)
    _refuse_others(actor, row)
    _move(session, actor, row, Step.WITHDRAW)
    return row


def make_password(session: Session, actor: Actor, act_id: int) -> tuple[OfficerAct, str, str]:
    """Whoever asked carries out what gives a first password: with the login and the password, nowhere else."""
    row = queries.officer_act_to_change(session, actor, act_id)
    _refuse_others(actor, row)
    if Act(row.act) not in GIVE_PASSWORDS:
        raise Conflict("这个事项没有初始密码。")
    _refuse_changed(session, row)
    _move(session, actor, row, Step.CARRY_OUT)
    login, password = _first_password(session, actor, row)
    return row, login, password


def _asking(actor: Actor, townships: list[int]) -> Role:
    """As what somebody asks: keeper or organiser in all of these townships."""
    held = [actor.own.roles_over(each) for each in townships]
    found = next((role for role in ASKING if all(role in roles for roles in held)), None)
    if found is None or actor.account_id is None:
        raise NotYours("工作人员的账号和职务由组织委员或安全管理员提出，您没有这个职务。")
    return found


def _wished(session: Session, actor: Actor, township: Unit, wish: Wish) -> OfficerAct:
    """What is asked for, about somebody in reach, in this very township."""
    row = OfficerAct(township_id=township.id, act=wish.act, day=wish.day, until=wish.until)
    if wish.act is Act.DISMISS:
        post, unit = queries.post_to_end(session, actor, wish.post_id or 0)
        row.person_id, row.post_id, row.kind = post.person_id, post.id, post.kind
    else:
        unit = queries.unit_in_reach(session, actor, wish.unit_id or township.id)
        row.person_id = queries.person_in_reach(session, actor, wish.person_id or 0, field="person_id").id
        row.kind = wish.kind if wish.act in NAME_A_POST else None
        row.login = wish.login if wish.act is Act.MAKE_ACCOUNT else None
    if (unit.township_id or unit.id) != township.id:
        raise Invalid(f"{unit.whole_name}不在{township.name}，请在它自己的乡镇提出。", field="unit_id")
    row.unit_id = unit.id if row.kind else None
    return row


def _write_once(session: Session, row: OfficerAct) -> None:
    """The same is asked for once at a time, also by two at once."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as asked_already:
        said = f"他的{Act(row.act).chinese}已经提出过，还没有办完，请先等它办完或者撤回。"
        raise Conflict(said) from asked_already


def _townships(session: Session, row: OfficerAct) -> list[int]:
    """Where it is felt: the township, and every other in which the same person holds a post."""
    return sorted({row.township_id, *(township for _, township in queries.offices_of(session, row.person_id))})


def _wanted(session: Session, row: OfficerAct) -> Role:
    """Whose agreement it wants, as things stand now."""
    concerned = {role for role, _ in queries.offices_of(session, row.person_id)}
    if row.kind and row.unit_id == row.township_id:
        concerned.add(Role(row.kind))
    if not concerned:
        raise Invalid("他不是乡镇工作人员，不用提出，请在个人页或者单位页直接办理。", field="person_id")
    return agreeing(Role(row.asked_as), concerned)


def _check(session: Session, actor: Actor, row: OfficerAct) -> None:
    """Refuse what could not be carried out today."""
    act = Act(row.act)
    if act in NAME_A_POST and row.kind is None:
        raise Invalid("请选择职务。", field="kind")
    where, kind = row.unit_id or 0, Role(row.kind) if row.kind else Role.MEMBER
    if act is Act.APPOINT:
        appointment(session, actor, row.person_id, where, kind, starts_on=row.day)
    elif act is Act.STAND_IN:
        standing_in(session, actor, row.person_id, where, kind, starts_on=row.day, last_day=row.until)
    elif act is Act.STAND_DOWN:
        _stands_in(session, row)
    elif act is Act.DISMISS:
        ending(session, actor, row.post_id or 0, row.day)
    elif act is Act.MAKE_ACCOUNT:
        accounts.check_login(session, session.get_one(Person, row.person_id), row.login)
    else:
        queries.account_to_change(session, row.person_id)


def _to_decide(session: Session, actor: Actor, act_id: int) -> OfficerAct:
    """What somebody may agree to: he is neither who asked nor whom it is about, and holds the very post himself."""
    row = queries.officer_act_to_change(session, actor, act_id)
    _refuse_oneself(actor, row)
    if row.asked_by == actor.account_id:
        raise NotYours("自己提出的事项要由另一个人决定。")
    by_machine = actor.reach == "*"
    if by_machine and (row.agrees != Role.COMMITTEE or queries.is_held(session, row.township_id, Role.COMMITTEE)):
        raise NotYours(
            f"这个事项由{Role(row.agrees).chinese}决定；只有该由党委决定、党委又空缺时，才在这台机器上办理。"
        )
    if not by_machine and not all(Role(row.agrees) in actor.own.roles_over(each) for each in _townships(session, row)):
        raise NotYours(f"这个事项由{Role(row.agrees).chinese}决定，您没有这个职务。")
    return row


def _refuse_changed(session: Session, row: OfficerAct) -> None:
    """Whoever was to agree then must be whoever is to agree now."""
    if row.stage in {Stage.ASKED, Stage.AGREED} and _wanted(session, row) != row.agrees:
        raise Conflict("提出以后，有关的任职已经变动，应由别的职务决定，请撤回后重新提出。")


def _refuse_oneself(actor: Actor, row: OfficerAct) -> None:
    if actor.person_id == row.person_id:
        raise NotYours("涉及自己的账号和职务，请由别人提出和决定。")


def _refuse_others(actor: Actor, row: OfficerAct) -> None:
    """Only whoever asked, as long as he holds the post in which he did."""
    if row.asked_by != actor.account_id or Role(row.asked_as) not in actor.own.roles_over(row.township_id):
        raise NotYours("这一步由提出的人办理。")


def _carry_out(session: Session, actor: Actor, row: OfficerAct) -> None:
    """Do what was agreed, as it can be done now."""
    act = Act(row.act)
    if act is Act.APPOINT:
        kind = Role(row.kind or "")
        person, unit, day = appointment(session, SYSTEM, row.person_id, row.unit_id or 0, kind, starts_on=row.day)
        begin(session, actor, person.id, unit.id, kind, on=day, reason=row.reason)
    elif act is Act.STAND_IN:
        _begin_standing_in(session, actor, row)
    elif act is Act.STAND_DOWN:
        end_standing_in(session, actor, _stands_in(session, row), row.day or clock.today(session), row.reason)
    elif act is Act.DISMISS:
        post, _, day = ending(session, SYSTEM, row.post_id or 0, row.day)
        end(session, actor, post, day, row.reason)
    elif act is Act.END_ACCOUNT:
        accounts.close(session, actor, row.person_id, reason=row.reason)
    else:
        accounts.forget_codes(session, actor, row.person_id, reason=row.reason)


def _begin_standing_in(session: Session, actor: Actor, row: OfficerAct) -> None:
    where, kind, last_day = row.unit_id or 0, Role(row.kind or ""), row.until
    person, unit, day = standing_in(session, SYSTEM, row.person_id, where, kind, starts_on=row.day, last_day=last_day)
    begin_standing_in(session, actor, person, unit, kind, on=day, last_day=last_day or day, reason=row.reason)


def _stands_in(session: Session, row: OfficerAct) -> StandIn:
    """What is to end before its last day."""
    found = queries.stand_in_of(session, row.person_id, row.unit_id or 0, row.kind or "")
    if found is None:
        raise Invalid("他现在没有代行这个职务，不用提出。", field="person_id")
    return found


def _first_password(session: Session, actor: Actor, row: OfficerAct) -> tuple[str, str]:
    """The login and the first password, which is stored nowhere."""
    if row.act == Act.RENEW_PASSWORD:
        return accounts.renew(session, actor, row.person_id)
    login = row.login or ""
    return login, accounts.create(session, actor, row.person_id, login)[1]


def _move(session: Session, actor: Actor, row: OfficerAct, step: Step, *, reason: str | None = None) -> None:
    """Take it on, in the table and in the history."""
    roles = actor.own.roles_over(row.township_id) & (AGREES | ASKS)
    moved = MOVES.move(row.stage, step, roles=roles)
    row.stage = moved.after
    if step in {Step.AGREE, Step.DECLINE}:
        row.decided_by, row.decided_at = actor.account_id, clock.now(session)
    session.flush()
    _tell(session, actor, row, moved, reason=reason)
    if row.stage == Stage.AGREED and Act(row.act) not in GIVE_PASSWORDS:  # done in the same breath
        over(session, WAITS, moved.before, [_thing(session, row)])
    else:
        follow(session, WAITS, moved, [_thing(session, row)])


def _thing(session: Session, row: OfficerAct) -> Thing:
    """It waits for the post that it says, but neither for whoever asked nor for whom it is about."""
    if row.stage == Stage.AGREED:
        return Thing(f"officer_act:{row.id}", row.township_id, post=Role(row.asked_as))
    himself = queries.account_holding(session, row.person_id, Role(row.agrees))
    return Thing(f"officer_act:{row.id}", row.township_id, himself or row.asked_by, post=Role(row.agrees))


def _tell(session: Session, actor: Actor, row: OfficerAct, moved: Moved | None, *, reason: str | None = None) -> None:
    before, after = before_and_after(Act(row.act), Role(row.kind) if row.kind else None, row.day, row.until)
    fact = OfficerActMoved(
        unit_id=row.township_id,
        officer_act_id=row.id,
        act=row.act,
        person_id=row.person_id,
        post=row.kind or "",
        agrees=row.agrees,
        asked_by=row.asked_by,
        stage=row.stage,
        before=before,
        after=after,
        machine=actor.reach == "*",
    )
    announce(session, fact, by=actor, moved=moved, reason=reason or row.reason)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("请写明理由。", field="reason")
    return reason.strip()
