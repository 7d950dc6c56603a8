"""What an act on a member changes in the register, once it is known that the actor may; and how it is taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlalchemy.exc import IntegrityError

from services.activities.register import queries
from services.activities.register.actions.care import begin_again, end_with
from services.activities.register.actions.people import follow_people
from services.activities.register.actions.posts import changed_post, cut
from services.activities.register.actions.standing_down import cut_standing_in, cut_with_group, stand_in_again
from services.activities.register.actions.units import still_there
from services.activities.register.models import MemberAct
from services.activities.register.rules.membership import LEAVES, Changed, Turn
from services.activities.register.rules.regrouping import day_said
from shared import access
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.events import AccountChanged
from shared.people import Account, Membership, Person, Post, Unit, UnitKind
from shared.roles import SINGLE, Role

Effect = Callable[[Session, Actor, MemberAct, Person], Changed]
OF_GROUP = frozenset({Role.LEADER, Role.DEPUTY})


def carry(session: Session, actor: Actor, act: MemberAct) -> Changed:
    """Do what an act says, as the register stands now. Refuses where it cannot be done."""
    person = session.get_one(Person, act.person_id)
    return EFFECTS[Turn(act.turn)](session, actor, act, person)


def _open(session: Session, act: MemberAct, person: Person) -> Membership:
    """The membership that is changed, which began before the day."""
    membership = queries.open_membership(session, person.id)
    if membership is None:
        raise Conflict(f"{person.name}已经不在名册上，没有编入党小组或党支部。")
    if act.starts_on <= membership.starts_on and act.turn != Turn.MISTAKEN:
        day = "调动日期" if act.turn == Turn.MOVED else "日期"
        said = f"{person.name}从{day_said(membership.starts_on)}起才编入现在的单位，{day}应在这之后。"
        raise Invalid(said, field="on")
    return membership


def _leave(session: Session, actor: Actor, act: MemberAct, person: Person) -> Changed:
    """He belongs nowhere from the day on; what he holds ends, and so does his way in."""
    membership = _open(session, act, person)
    if act.turn == Turn.CANCELLED and membership.kind != "probationary":
        raise Conflict(f"{person.name}是正式党员，不能取消预备党员资格，请核对。", field="turn")
    membership.ends_on = act.starts_on
    return _end_rest(session, actor, act, person, ended=((membership.id, None),))


def _strike(session: Session, actor: Actor, act: MemberAct, person: Person) -> Changed:
    """He was registered by mistake: he never belonged here, and no day counts him."""
    spans = queries.members_spans(session, person.id)
    if all(each.ends_on is not None for each in spans):
        raise Conflict(f"{person.name}已经不在名册上，没有编入党小组或党支部。")
    ended = tuple((each.id, each.ends_on) for each in spans)
    act.starts_on = spans[0].starts_on
    for each in spans:
        each.ends_on = each.starts_on
    return _end_rest(session, actor, act, person, ended=ended)


def _end_rest(
    session: Session, actor: Actor, act: MemberAct, person: Person, *, ended: tuple[tuple[int, date | None], ...]
) -> Changed:
    """What keeps him away, his posts and his account end with the membership; of the dead nobody is told as himself."""
    why, tells = Turn(act.turn).chinese, act.turn != Turn.DIED
    away = queries.circumstances_open(session, person.id)
    for each in away:
        each.ends_on = max(each.starts_on, act.starts_on)
    end_with(session, actor, act)
    session.flush()
    posts = _end_posts(session, actor, act, why, tells=tells)
    stood_in = tuple(cut_standing_in(session, actor, act.starts_on, why, people=[act.person_id]))
    account = queries.account_of(session, person.id)
    closes = account is not None and account.ended_at is None
    if account is not None and closes:
        access.end_account(session, account.id)
        _say_account(session, actor, account, "ended", why, tells=tells)
    excused = tuple(each.id for each in away)
    return Changed(ended=ended, posts=posts, circumstances=excused, account=closes, stood_in=stood_in)


def _end_posts(
    session: Session, actor: Actor, act: MemberAct, why: str, *, tells: bool
) -> tuple[tuple[int, date | None], ...]:
    """The posts that he holds on the day or later, with the days on which they would have ended."""
    ended = []
    for post in queries.posts_from(session, act.person_id, act.starts_on):
        ended.append((post.id, post.ends_on))
        cut(session, actor, post, act.starts_on, why, told=tells and len(ended) == 1)
    return tuple(ended)


def _say_account(session: Session, actor: Actor, account: Account, change: str, why: str, *, tells: bool) -> None:
    unit_id = session.get_one(Person, account.person_id).unit_id
    fact = AccountChanged(unit_id=unit_id, account_id=account.id, change=change, told=tells)
    announce(session, fact, by=actor, reason=why)


def _move(session: Session, actor: Actor, act: MemberAct, person: Person) -> Changed:
    """He belongs to another group or branch from the day on; an officer who never was a member comes to one."""
    new = _target(session, act)
    if not queries.members_spans(session, person.id):
        return _begin(session, act, person, new, "full", ended=())
    membership = _open(session, act, person)
    if new.id == membership.unit_id:
        raise Invalid(f"{person.name}现在就在{new.whole_name}，请选择另一个党小组或党支部。", field="to_unit_id")
    for role in (Role.LEADER, Role.DEPUTY):
        if queries.post_held(session, membership.unit_id, role, on=act.starts_on, person_id=person.id):
            old = session.get_one(Unit, membership.unit_id).name
            raise Conflict(f"{person.name}是{old}的{role.chinese}，请先免去这个职务。")
    membership.ends_on = act.starts_on
    stood_in = cut_with_group(session, actor, membership.unit_id, act.starts_on, person.id)
    changed = _begin(session, act, person, new, membership.kind, ended=((membership.id, None),))
    return replace(changed, stood_in=tuple(stood_in))


def _return(session: Session, _actor: Actor, act: MemberAct, person: Person) -> Changed:
    """Who had left belongs somewhere again; as what he was last."""
    spans = queries.members_spans(session, person.id)
    if not spans or any(each.ends_on is None for each in spans):
        raise Conflict(f"{person.name}现在编在党小组或党支部里，要换一个单位请办理调动。")
    # An act that was taken back leaves an empty span: he never was there.
    spans = [each for each in spans if each.ends_on != each.starts_on] or spans
    left = max(each.ends_on for each in spans if each.ends_on is not None)
    if act.starts_on < left:
        raise Invalid(f"{person.name}到{day_said(left)}还编在原来的单位，日期不能早于这一天。", field="on")
    return _begin(session, act, person, _target(session, act), spans[-1].kind, ended=())


def _begin(
    session: Session,
    act: MemberAct,
    person: Person,
    new: Unit,
    kind: str,
    *,
    ended: tuple[tuple[int, date | None], ...],
) -> Changed:
    session.flush()
    begun = Membership(person_id=person.id, unit_id=new.id, kind=kind, starts_on=act.starts_on)
    session.add(begun)
    session.flush()
    follow_people(session, [(person.id, new.id, act.starts_on)])
    session.expire(person)
    return Changed(ended=ended, began=begun.id)


def _target(session: Session, act: MemberAct) -> Unit:
    """Where he goes to: a group or branch that is there on the day."""
    new = session.get_one(Unit, act.to_unit_id, with_for_update={"read": True}, populate_existing=True)
    still_there(new, field="to_unit_id")
    if new.kind == UnitKind.TOWNSHIP:
        raise Invalid("党员应编入党小组或党支部。", field="to_unit_id")
    if act.starts_on < new.founded_on:
        raise Invalid(f"调动日期不能早于{new.whole_name}成立的{day_said(new.founded_on)}。", field="on")
    return new


def _become_full(session: Session, _actor: Actor, act: MemberAct, person: Person) -> Changed:
    """A probationary member is a full one from the day on."""
    membership = _open(session, act, person)
    if membership.kind == "full":
        raise Conflict(f"{person.name}已经是正式党员。", field="turn")
    former, unit = person.full_on, session.get_one(Unit, membership.unit_id)
    membership.ends_on = act.starts_on
    changed = _begin(session, act, person, unit, "full", ended=((membership.id, None),))
    person.full_on = act.starts_on
    session.flush()
    return Changed(ended=changed.ended, began=changed.began, full_on=former)


def _come(session: Session, _actor: Actor, act: MemberAct, person: Person) -> Changed:
    """He was registered in the same breath: nothing more follows. From another township of the installation he goes on.

    That is one of its members: he belongs here as what he was there.
    """
    if act.to_unit_id is not None:
        spans = [each for each in queries.members_spans(session, person.id) if each.ends_on != each.starts_on]
        return _begin(session, act, person, _target(session, act), spans[-1].kind, ended=())
    return Changed(began=_open_id(session, person))


def _open_id(session: Session, person: Person) -> int | None:
    membership = queries.open_membership(session, person.id)
    return membership.id if membership else None


EFFECTS: dict[Turn, Effect] = dict.fromkeys(LEAVES, _leave) | {
    Turn.MISTAKEN: _strike,
    Turn.MOVED: _move,
    Turn.FULL: _become_full,
    Turn.CAME: _come,
    Turn.ADMITTED: _come,
    Turn.RETURNED: _return,
}


# --- taking it back ---


def standing(session: Session, act_id: int) -> list[str]:
    """What others did since, which stands when the act is taken back: in words, for whoever is about to."""
    act = session.get_one(MemberAct, act_id)
    posts = Changed.of(act.changed).posts if act.changed else ()
    taken = [_taken(session, *queries.post_with_unit(session, post_id)) for post_id, _ in posts]
    years = queries.years_going_on(session, act.person_id)
    return [each for each in taken if each] + [f"{each}，其中已经办理的不变。" for each in years]


def give_back(session: Session, actor: Actor, act: MemberAct) -> None:
    """Membership, posts and account as they were; a post that another took, or whose unit is no more, is not."""
    changed, person = Changed.of(act.changed or {}), session.get_one(Person, act.person_id)
    _refuse_held(session, act, person)
    _close_begun(session, person, changed)
    for membership_id, until in changed.ended:
        former = session.get_one(Membership, membership_id)
        unit = session.get_one(Unit, former.unit_id)
        if until is None:
            still_there(unit)
        former.ends_on = until
    session.flush()
    follow_people(session, [(person.id, act.unit_id, act.starts_on)])
    session.expire(person)
    if act.turn == Turn.FULL:
        person.full_on = changed.full_on
    _reopen(session, actor, act, person, changed)
    begin_again(session, actor, act)


def _refuse_held(session: Session, act: MemberAct, person: Person) -> None:
    """What he was given since he came there is taken from him first: else he keeps it where he does not belong."""
    held = queries.posts_from(session, person.id, act.starts_on)
    if act.turn == Turn.MOVED:
        held = [post for post in held if post.unit_id == act.to_unit_id and Role(post.kind) in OF_GROUP]
    elif act.turn not in {Turn.RETURNED, Turn.CAME}:
        return
    if held:
        raise Conflict(f"{person.name}编入以后又任了职务，请先免去，再撤销。")
    account = queries.account_of(session, person.id)
    if act.turn != Turn.MOVED and account is not None and account.ended_at is None:
        raise Conflict(f"{person.name}编入以后又开通了账号，请先停用，再撤销。")


def _close_begun(session: Session, person: Person, changed: Changed) -> None:
    """The membership that the act began never was; a later change of it has to be taken back first."""
    if changed.began is None:
        if queries.open_membership(session, person.id) is not None:
            raise Conflict(f"{person.name}已经重新编入，不能再撤销，请另行办理。")
        return
    begun = session.get_one(Membership, changed.began, with_for_update=True)
    if begun.ends_on is not None:
        raise Conflict(f"{person.name}以后又有变动，请先撤销后来的变动，或者另行办理。")
    begun.ends_on = begun.starts_on
    session.flush()


def _reopen(session: Session, actor: Actor, act: MemberAct, person: Person, changed: Changed) -> None:
    """What keeps him away, posts and account."""
    for each in changed.circumstances:
        queries.circumstance(session, each).ends_on = None
    told = False
    for post_id, until in changed.posts:
        post, unit = queries.post_with_unit(session, post_id)
        if _taken(session, post, unit):
            continue
        try:
            with session.begin_nested():
                post.ends_on = until
                session.flush()
        except IntegrityError:  # somebody was quicker: his post stands
            session.refresh(post)
            continue
        announce(
            session, changed_post(actor, post, "taken", act.starts_on, told=not told), by=actor, reason="撤销党员变动"
        )
        told = True
    for stand_in_id, day in changed.stood_in:
        stand_in_again(session, actor, stand_in_id, day, "撤销党员变动")
    account = queries.account_of(session, person.id)
    if changed.account and account is not None and account.ended_at is not None:
        account.ended_at = None
        session.flush()
        _say_account(session, actor, account, "reopened", "撤销党员变动", tells=True)


def _taken(session: Session, post: Post, unit: Unit) -> str:
    """Why a post does not come back: another holds it, or its unit is no more."""
    kind = Role(post.kind)
    if unit.dissolved_on is not None:
        return f"{unit.whole_name}已从{day_said(unit.dissolved_on)}起撤销，{kind.chinese}的职务不能恢复。"
    name = queries.successor(session, post) if kind in SINGLE else None
    return f"{name}已任{unit.whole_name}{kind.chinese}，原来的职务不能恢复。" if name else ""
