"""Mobile members and members in need, as their branch and township see them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from services.activities.register.models import Care, CareEntry
from services.activities.register.queries.units import in_reach, seen_unit_ids, within
from services.activities.register.rules.care import SAID, WITHOUT_WORD, Sort, next_contact
from services.activities.register.rules.guests import Guest
from shared import clock, privacy, rule_versions
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Person, Unit, UnitKind, names_of
from shared.roles import Role

LOOKS_AFTER = (Role.SECRETARY, Role.ORGANISER, Role.COMMITTEE)
LISTED_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Cared:
    """Somebody on one of the lists; told: (what, words), a telephone number masked; due_on: the next contact."""

    id: int
    sort: Sort
    person_id: int | None
    name: str
    branch_id: int
    branch_name: str
    township_id: int
    contact: str | None
    abroad: bool
    told: list[tuple[str, str]]
    starts_on: date
    ends_on: date | None
    last_on: date | None
    due_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A contact or a visit of one of them."""

    on_day: date
    note: str


def care_seen_by(actor: Actor) -> Select[Care]:
    """Those of the branches that somebody answers for, and of the branches of his township; no group sees them."""
    if actor.reach == "*":
        return select(Care)
    mine = seen_unit_ids(actor).where(in_reach(actor, *LOOKS_AFTER), Unit.kind == UnitKind.BRANCH)
    return select(Care).where(Care.branch_id.in_(mine))


def cared_for(
    session: Session,
    actor: Actor,
    *,
    unit_id: int | None = None,
    person_id: int | None = None,
    care_id: int | None = None,
) -> list[Cared]:
    """Who is looked after in a branch or a township, or as what somebody was; the longest without word first."""
    himself, contact = aliased(Person), aliased(Person)
    query = (
        care_seen_by(actor)
        .outerjoin(himself, himself.id == Care.person_id)
        .outerjoin(contact, contact.id == Care.contact_id)
        .add_columns(himself.name, contact.name)
        .order_by(Care.sort, Care.ends_on.is_not(None), func.coalesce(Care.last_on, Care.starts_on), Care.id)
        .limit(LISTED_MAX)
    )
    if unit_id is not None:
        query = query.where(Care.branch_id.in_(seen_unit_ids(actor).where(within(unit_id))), Care.ends_on.is_(None))
    if person_id is not None:
        query = query.where(Care.person_id == person_id)
    if care_id is not None:
        query = query.where(Care.id == care_id)
    rows = [tuple(row) for row in session.execute(query)]
    names = names_of(session, {row.branch_id for row, _, _ in rows})
    months = {each: months_of(session, each) for each in {row.township_id for row, _, _ in rows}}
    today = clock.today(session)
    return [_shown(row, (him, by, names[row.branch_id]), months[row.township_id], today) for row, him, by in rows]


def cared_on(
    session: Session, actor: Actor, unit_id: int, sort: Sort, day: date
) -> list[tuple[Care, Person, str | None]]:
    """Who of a branch's or a township's members was on a list on a day, with the name of his contact or helper.

    Branch by branch, whoever has been on it longest first.
    """
    contact = aliased(Person)
    query = (
        care_seen_by(actor)
        .join(Person, Person.id == Care.person_id)
        .join(Unit, Unit.id == Care.branch_id)
        .outerjoin(contact, contact.id == Care.contact_id)
        .add_columns(Person, contact.name)
        .where(Care.branch_id.in_(seen_unit_ids(actor).where(within(unit_id))), Care.sort == sort)
        .where(Care.starts_on <= day, or_(Care.ends_on.is_(None), Care.ends_on > day))
        .order_by(Unit.sort_key, Unit.id, Care.starts_on, Care.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def cared_one(session: Session, actor: Actor, care_id: int) -> Cared:
    """One of them; his number is masked, and shown for a reason."""
    row = there(session.scalars(care_seen_by(actor).where(Care.id == care_id)).one_or_none(), "这项登记")
    shown = there(next(iter(cared_for(session, actor, care_id=care_id)), None), "这项登记")
    why = privacy.unseal(row.ended_sealed, place=care_place(row, "ended")) if row.ended_sealed else ""
    return replace(shown, told=[*shown.told, ("结束原因", why)] if why else shown.told)


def _said(told: dict[str, str]) -> list[tuple[str, str]]:
    return [(SAID[key], words) for key, words in told.items() if key != "name"]


def _shown(row: Care, names: tuple[str | None, str | None, str], months: tuple[int, int], today: date) -> Cared:
    told = told_of(row)
    due = due_on(row, months)
    return Cared(
        id=row.id,
        sort=Sort(row.sort),
        person_id=row.person_id,
        name=names[0] or told.get("name", "一名党员"),
        branch_id=row.branch_id,
        branch_name=names[2],
        township_id=row.township_id,
        contact=names[1],
        abroad=row.abroad,
        told=_said(told | {"phone": privacy.masked(told["phone"])} if "phone" in told else told),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        last_on=row.last_on,
        due_on=due,
        late=due is not None and due < today,
    )


def told_of(row: Care) -> dict[str, str]:
    """What is told of somebody, opened."""
    found: dict[str, Any] = json.loads(privacy.unseal(row.told_sealed, place=care_place(row, "told")))
    return found


def care_place(row: Care, part: str) -> str:
    """Where it opens, and nowhere else: a part (`told`, `note`, `ended`) of this row."""
    return f"care|{part}|{row.id}"


def next_care_id(session: Session) -> int:
    """The number of the next row, which its seal is bound to."""
    return int(session.scalars(select(func.nextval("activities.care_id_seq"))).one())


def months_of(session: Session, township_id: int) -> tuple[int, int]:
    """After how many months a contact is owed: (abroad, within the country)."""
    rules = rule_versions.rules_of(session, township_id, clock.today(session))
    return rules.integer("contact.abroad_months"), rules.integer("contact.within_months")


def due_on(row: Care, months: tuple[int, int]) -> date | None:
    """By when the next contact of somebody is owed, of whoever is looked after now."""
    if row.ends_on is not None:
        return None
    return next_contact(row.sort, row.last_on or row.starts_on, months=months[0 if row.abroad else 1])


def care_to_change(session: Session, actor: Actor, care_id: int) -> Care:
    """One of them, locked."""
    query = care_seen_by(actor).where(Care.id == care_id).with_for_update()
    return there(session.scalars(query).one_or_none(), "这项登记")


def care_open(session: Session, person_id: int, sort: Sort | None = None) -> Sequence[Care]:
    """As what somebody is looked after now, locked."""
    query = select(Care).where(Care.person_id == person_id, Care.ends_on.is_(None)).order_by(Care.id)
    return session.scalars((query if sort is None else query.where(Care.sort == sort)).with_for_update()).all()


def care_of_those_out(session: Session) -> Sequence[Care]:
    """Of whom a contact may be owed, or waits still: of every township, locked in their order."""
    query = select(Care).where(Care.sort.in_(WITHOUT_WORD), or_(Care.ends_on.is_(None), Care.waits)).order_by(Care.id)
    return session.scalars(query.with_for_update()).all()


def cared_people(session: Session, actor: Actor, township_id: int) -> dict[int, set[str]]:
    """Who of a township's members is looked after now: the sorts of each."""
    query = care_seen_by(actor).with_only_columns(Care.person_id, Care.sort)
    found: dict[int, set[str]] = {}
    for person_id, sort in session.execute(query.where(Care.township_id == township_id, Care.ends_on.is_(None))):
        if person_id:
            found.setdefault(person_id, set()).add(sort)
    return found


def guests_there(session: Session, actor: Actor, township_id: int) -> tuple[Guest, ...]:
    """Who of elsewhere is on a branch's list now."""
    query = care_seen_by(actor).where(Care.township_id == township_id, Care.sort == Sort.IN, Care.ends_on.is_(None))
    rows = session.scalars(query.order_by(Care.id)).all()
    names = names_of(session, {row.branch_id for row in rows}) if rows else {}
    told = [(names[row.branch_id], told_of(row)) for row in rows]
    return tuple(Guest(branch, *(each.get(key, "") for key in ("name", "home", "group"))) for branch, each in told)


def cared_by_file(session: Session, actor: Actor, handed_id: int) -> Sequence[Care]:
    """Who was put on a list as a file proposed it."""
    return session.scalars(care_seen_by(actor).where(Care.handed_id == handed_id).order_by(Care.id)).all()


def met_since(session: Session, row: Care) -> bool:
    """Whether he was contacted or visited after he came on the list, and not as was said in the same breath."""
    later = select(CareEntry.id).where(CareEntry.care_id == row.id, CareEntry.written_at > row.written_at)
    return session.scalar(later.limit(1)) is not None


def groups_to_join(session: Session, branch_id: int) -> list[str]:
    """What the groups of a branch are called in which a guest may take part."""
    there = select(Unit.name).where(Unit.branch_id == branch_id, Unit.dissolved_on.is_(None))
    return list(session.scalars(there.order_by(Unit.sort_key, Unit.id)))


def guests_on(session: Session, actor: Actor, unit_id: int, day: date) -> list[Care]:
    """Who of elsewhere was on the list of a branch or of a township's branches on a day, branch by branch."""
    query = (
        care_seen_by(actor)
        .join(Unit, Unit.id == Care.branch_id)
        .where(Care.branch_id.in_(seen_unit_ids(actor).where(within(unit_id))), Care.sort == Sort.IN)
        .where(Care.starts_on <= day, or_(Care.ends_on.is_(None), Care.ends_on > day))
        .order_by(Unit.sort_key, Unit.id, Care.starts_on, Care.id)
    )
    return list(session.scalars(query))


def care_ended_by(session: Session, act_id: int) -> Sequence[Care]:
    """What an act on a member ended."""
    return session.scalars(select(Care).where(Care.ended_act_id == act_id).with_for_update()).all()


def care_entries(session: Session, actor: Actor, care_id: int) -> list[Entry]:
    """The contacts and visits of one of them, the latest first."""
    row = there(session.scalars(care_seen_by(actor).where(Care.id == care_id)).one_or_none(), "这项登记")
    query = select(CareEntry).where(CareEntry.care_id == row.id).order_by(CareEntry.on_day.desc(), CareEntry.id.desc())
    return [
        Entry(
            each.on_day,
            privacy.unseal(each.note_sealed, place=care_place(row, "note")) if each.note_sealed else "",
        )
        for each in session.scalars(query)
    ]


def helpers(session: Session, actor: Actor, unit: Unit, but: int) -> list[tuple[int, str]]:
    """Who may be a contact person or a helper of somebody: the others of his branch, by pinyin."""
    branch_id = unit.branch_id or unit.id
    mine = seen_unit_ids(actor).where(within(branch_id))
    query = select(Person.id, Person.name).where(Person.unit_id.in_(mine), Person.id != but)
    return [(row[0], row[1]) for row in session.execute(query.order_by(Person.pinyin, Person.id))]
