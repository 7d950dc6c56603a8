"""People: added, moved, kept away by a circumstance. Personal fields are stored sealed, and shown for a reason."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text

from services.activities.register import queries
from services.activities.register.actions.looking_over import look_over_later
from services.activities.register.actions.standing_down import cut_with_group
from services.activities.register.actions.units import KEEPS_REGISTER, require, still_there, unit_there
from services.activities.register.rules.membership import AHEAD
from services.activities.register.rules.pinyin import name_key
from services.activities.register.rules.regrouping import day_said
from shared import clock, privacy
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.events import NumberShown, PersonChanged
from shared.people import Circumstance, Membership, Person, Unit, UnitKind
from shared.roles import Role
from shared.todos import Thing
from shared.waiting import begin_waiting

SEALED = ("id_number", "phone", "mail")
SHOWN = ("id_number", "phone")

SEAL = text("""
    update office.person p set
      id_number_sealed = coalesce(x.id_number, p.id_number_sealed),
      id_number_index = coalesce(x.index, p.id_number_index),
      phone_sealed = coalesce(x.phone, p.phone_sealed), mail_sealed = coalesce(x.mail, p.mail_sealed)
    from unnest(cast(:ids as bigint[]), cast(:id_numbers as bytea[]), cast(:indexes as bytea[]),
                cast(:phones as bytea[]), cast(:mails as bytea[])) as x(id, id_number, index, phone, mail)
    where p.id = x.id""")


FOLLOW = text("""
    with moved as (
      select * from unnest(cast(:ids as bigint[]), cast(:units as bigint[]), cast(:days as date[]))
        as x(id, unit_id, on_day)),
    found as (
      update office.person p set unit_id = moved.unit_id from moved
      where p.id = moved.id and p.unit_id <> moved.unit_id),
    cared as (
      update activities.care c set branch_id = coalesce(u.branch_id, u.id)
      from moved join office.unit u on u.id = moved.unit_id
      where c.person_id = moved.id and c.ends_on is null and c.branch_id <> coalesce(u.branch_id, u.id)
        and c.township_id = coalesce(u.township_id, u.id)
      returning c.id, c.branch_id),
    met as (
      update activities.care_entry e set branch_id = cared.branch_id from cared where e.care_id = cared.id),
    ended as (
      update office.circumstance c set ends_on = greatest(c.starts_on, moved.on_day) from moved
      where c.person_id = moved.id and c.ends_on is null and c.unit_id <> moved.unit_id
      returning c.id, c.person_id, moved.unit_id, c.kind, c.ends_on),
    begun as (
      insert into office.circumstance (person_id, unit_id, kind, starts_on)
      select person_id, unit_id, kind, ends_on from ended returning id)
    select array(select id from ended), array(select id from begun)""")


WAITING = text("""
    select o.subject, c.branch_id as unit_id, o.due_on from activities.care c
    join office.todo o on o.kind = 'activities.contact' and o.subject = 'care:' || c.id and o.closed_at is null
    where c.waits and c.person_id = any(:ids)""")


def follow_people(session: Session, moves: Sequence[tuple[int, int, date]]) -> tuple[list[int], list[int]]:
    """People who moved, as (person, unit, day), are found in their new unit, and looked after there.

    Returns the circumstances that ended with it, and those that began: what keeps them away is known there.
    """
    if not moves:
        return [], []
    ids, units, days = map(list, zip(*moves, strict=True))
    ended, begun = session.execute(FOLLOW, {"ids": ids, "units": units, "days": days}).one()
    waiting = session.execute(WAITING, {"ids": ids}).all()
    if waiting:
        things = [Thing(row.subject, row.unit_id, due_on=row.due_on) for row in waiting]
        begin_waiting(session, "activities.contact", Role.SECRETARY, things)
    return ended, begun


def seal_fields(session: Session, fields: Mapping[int, Mapping[str, Any]]) -> None:
    """Seal the ID number, telephone number and mail address of some people, by their ids, in one statement."""
    rows = {person_id: mine for person_id, mine in fields.items() if any(mine.get(field) for field in SEALED)}
    if not rows:
        return
    columns: dict[str, list[bytes | None]] = {
        f"{field}s": [_sealed(mine.get(field), field, person_id) for person_id, mine in rows.items()]
        for field in SEALED
    }
    index_of = queries.index_of(session)
    indexes = [index_of(mine["id_number"]) if mine.get("id_number") else None for mine in rows.values()]
    session.execute(SEAL, {"ids": list(rows), "indexes": indexes, **columns})


def _sealed(value: str | None, field: str, person_id: int) -> bytes | None:
    return privacy.seal(value, place=queries.sealed_place(field, person_id)) if value else None


def add_person(
    session: Session,
    actor: Actor,
    unit_id: int,
    *,
    name: str,
    kind: str | None = "full",
    starts_on: date | None = None,
    sex: str | None = None,
    born_on: date | None = None,
    joined_on: date | None = None,
    education: str | None = None,
    id_number: str | None = None,
    phone: str | None = None,
    mail: str | None = None,
) -> Person:
    """Somebody new in a unit; with `kind=None` he is no member there (an officer of the township)."""
    unit = unit_there(session, actor, unit_id)
    require(actor, unit, KEEPS_REGISTER | {Role.KEEPER} if kind is None else KEEPS_REGISTER)
    still_there(unit)
    name = name.strip()
    if not name:
        raise Invalid("请填写姓名。", field="name")
    if id_number and queries.number_known(session, id_number):
        raise Conflict("这个身份证号码已经登记过。", field="id_number")
    person = Person(
        unit_id=unit.id,
        name=name,
        pinyin=name_key(name),
        sex=sex,
        born_on=born_on,
        joined_on=joined_on,
        education=education,
    )
    session.add(person)
    session.flush()
    seal_fields(session, {person.id: {"id_number": id_number, "phone": phone, "mail": mail}})
    _enter(session, actor, person, unit, kind, since=starts_on or joined_on or clock.today(session))
    return person


def _enter(session: Session, actor: Actor, person: Person, unit: Unit, kind: str | None, *, since: date) -> None:
    """He is there from a day on; as a member, where he is one."""
    day = max(since, unit.founded_on)
    if day > clock.today(session):
        raise Invalid(f"{day_said(day)}还没有到，请在编入那天登记。", field="starts_on")
    if kind is not None:
        session.add(Membership(person_id=person.id, unit_id=unit.id, kind=kind, starts_on=day))
        session.flush()
    _changed(session, actor, person, "registered", day)


def _changed(session: Session, actor: Actor, person: Person, change: str, day: date) -> None:
    fact = PersonChanged(unit_id=person.unit_id, person_id=person.id, change=change, on=day.isoformat())
    announce(session, fact, by=actor)
    look_over_later(session, person.unit_id)


def move_person(session: Session, actor: Actor, person_id: int, to_unit_id: int, *, on: date | None = None) -> None:
    """Somebody belongs to another group or branch from a day on; his earlier time stays where it was."""
    person = queries.person_in_reach(session, actor, person_id)
    old, new = queries.unit_in_reach(session, actor, person.unit_id), unit_there(session, actor, to_unit_id)
    for unit in (old, new):
        require(actor, unit, KEEPS_REGISTER)
    still_there(new, field="to_unit_id")
    if new.kind == UnitKind.TOWNSHIP:
        raise Invalid("党员应编入党小组或党支部。", field="to_unit_id")
    day = on or clock.today(session)
    for role in (Role.LEADER, Role.DEPUTY):
        if old.id != new.id and queries.post_held(session, old.id, role, on=day, person_id=person_id):
            raise Conflict(f"{person.name}是{old.name}的{role.chinese}，请先免去这个职务。")
    membership = queries.open_membership(session, person_id)
    _check_day(session, person, membership, new, day)
    if membership is not None:
        membership.ends_on = day
        session.flush()
    kind = membership.kind if membership else "full"
    session.add(Membership(person_id=person_id, unit_id=new.id, kind=kind, starts_on=day))
    session.flush()
    if old.id != new.id:
        cut_with_group(session, actor, old.id, day, person_id)
    follow_people(session, [(person_id, new.id, day)])
    session.expire(person)
    _changed(session, actor, person, "moved", day)


def _check_day(session: Session, person: Person, membership: Membership | None, new: Unit, day: date) -> None:
    """Somebody goes to a unit that is there, after he came to the one that he leaves."""
    if day < new.founded_on:
        raise Invalid(f"调动日期不能早于{new.whole_name}成立的{day_said(new.founded_on)}。", field="on")
    if membership is not None and day <= membership.starts_on:
        said = f"{person.name}从{day_said(membership.starts_on)}起才编入现在的单位，调动日期应在这之后。"
        raise Invalid(said, field="on")
    left = queries.member_until(session, person.id)
    if left is not None and day < left:
        raise Invalid(f"{person.name}到{day_said(left)}还编在原来的单位，调动日期不能早于这一天。", field="on")


def set_circumstance(
    session: Session, actor: Actor, person_id: int, kind: str, *, starts_on: date | None = None
) -> Circumstance:
    """Something keeps a member away from a day on: aged, ill, away, caring."""
    person, _ = _member(session, actor, person_id)
    left = queries.has_left(session, person_id)
    if left is not None:
        raise Conflict(f"{person.name}从{day_said(left)}起已不在册，不用再登记情况。")
    if queries.open_circumstance(session, person_id, kind):
        raise Conflict("这个情况已经登记过。", field="kind")
    day = starts_on or clock.today(session)
    if day > clock.today(session) + AHEAD:
        raise Invalid("最多提前一年登记，请核对日期。", field="starts_on")
    made = Circumstance(person_id=person.id, unit_id=person.unit_id, kind=kind, starts_on=day)
    session.add(made)
    session.flush()
    _changed(session, actor, person, "excused", made.starts_on)
    return made


def end_circumstance(
    session: Session, actor: Actor, person_id: int, kind: str, *, ends_on: date | None = None
) -> Circumstance:
    """It no longer keeps him away."""
    person, _ = _member(session, actor, person_id)
    found = queries.open_circumstance(session, person_id, kind)
    if found is None:
        raise Conflict("没有登记这个情况。", field="kind")
    day = ends_on or clock.today(session)
    if day < found.starts_on:
        said = f"结束日期{day_said(day)}早于开始日期{day_said(found.starts_on)}，请填写开始当天或以后的日期。"
        raise Invalid(said, field="last_day")
    found.ends_on = day
    session.flush()
    _changed(session, actor, person, "returned", day)
    return found


def _member(session: Session, actor: Actor, person_id: int) -> tuple[Person, Unit]:
    """Somebody whose circumstances the actor may write down: the office, or his branch's secretary."""
    person = queries.person_in_reach(session, actor, person_id)
    unit = queries.unit_in_reach(session, actor, person.unit_id)
    require(actor, unit, KEEPS_REGISTER | {Role.SECRETARY})
    return person, unit


def show_number(session: Session, actor: Actor, person_id: int, field: str, *, reason: str) -> str:
    """A number in full, for a reason that goes into the audit with who looked; the number does not."""
    person, unit = _member(session, actor, person_id)
    if field not in SHOWN:
        raise Invalid("只能查看身份证号码或联系电话。", field="field")
    if not reason.strip():
        raise Invalid("请写明查看的原因。", field="reason")
    number = queries.opened(person, field)
    if number is None:
        raise Invalid("这一项没有登记。", field="field")
    announce(session, NumberShown(unit_id=unit.id, person_id=person.id, field=field), by=actor, reason=reason.strip())
    return number
