"""The register held against its rules: four selects, whatever the size of the unit."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from services.activities.register.queries.terms import terms_now
from services.activities.register.queries.units import seen_by, within
from services.activities.register.rules.checking import (
    Amiss,
    GroupNow,
    OnProbation,
    Seated,
    amiss_in,
    size_said,
)
from shared import rule_versions
from shared.access import Actor
from shared.db import Session
from shared.people import Membership, Person, Post, Unit, UnitKind, holds_on
from shared.roles import Role


def amiss(session: Session, actor: Actor, unit: Unit, today: date) -> list[Amiss]:
    """What in a unit, and below it, does not fit the rules of today."""
    rules = rule_versions.rules_of(session, unit.township_id or unit.id, today)
    return amiss_in(
        groups_now(session, actor, unit.id, today),
        on_probation(session, actor, unit.id, today),
        seated_elsewhere(session, actor, unit.id, today),
        rules,
        today,
        terms=terms_now(session, actor, unit.id, today),
    )


def size_of(session: Session, unit: Unit, members: Sequence[object], today: date) -> str:
    """A group's size against the rules of today, in a sentence; empty of any other unit."""
    if unit.kind != UnitKind.GROUP:
        return ""
    return size_said(len(members), rule_versions.rules_of(session, unit.township_id, today))


FACTS = {"sex": "性别", "born_on": "出生日期", "joined_on": "入党日期", "education": "学历", "phone_sealed": "电话"}


def lacking(session: Session, actor: Actor, unit_id: int, today: date) -> list[str]:
    """What is not written down of the members of a unit, each fact with how many."""
    counts = [func.count().filter(getattr(Person, name).is_(None)) for name in FACTS]
    query = (
        seen_by(actor)
        .join(Membership, Membership.unit_id == Unit.id)
        .join(Person, Person.id == Membership.person_id)
        .with_only_columns(*counts)
        .where(within(unit_id), holds_on(Membership.starts_on, Membership.ends_on, today))
    )
    found = zip(FACTS.values(), session.execute(query).one(), strict=True)
    return [f"{said}缺{count}人" for said, count in found if count]


def groups_now(session: Session, actor: Actor, unit_id: int, today: date) -> list[GroupNow]:
    """The groups of a unit as they stand today, in the order that people expect."""
    branch = aliased(Unit)
    members = (
        select(func.count())
        .where(Membership.unit_id == Unit.id, holds_on(Membership.starts_on, Membership.ends_on, today))
        .scalar_subquery()
    )
    led = exists().where(
        Post.unit_id == Unit.id, Post.kind == Role.LEADER, holds_on(Post.starts_on, Post.ends_on, today)
    )
    query = (
        seen_by(actor)
        .join(branch, branch.id == Unit.branch_id)
        .with_only_columns(Unit.id, Unit.whole_name, members, led)
        .where(within(unit_id), Unit.kind == UnitKind.GROUP, holds_on(Unit.founded_on, Unit.dissolved_on, today))
        .order_by(branch.sort_key, branch.id, Unit.sort_key, Unit.id)
    )
    return [GroupNow(*row) for row in session.execute(query)]


def on_probation(session: Session, actor: Actor, unit_id: int, today: date) -> list[OnProbation]:
    """The probationary members of a unit, by pinyin."""
    query = (
        seen_by(actor)
        .join(Membership, Membership.unit_id == Unit.id)
        .join(Person, Person.id == Membership.person_id)
        .with_only_columns(Person.id, Person.name, Unit.id, Unit.whole_name, Person.joined_on)
        .where(within(unit_id), Membership.kind == "probationary")
        .where(holds_on(Membership.starts_on, Membership.ends_on, today))
        .order_by(Person.pinyin, Person.id)
    )
    return [OnProbation(*row) for row in session.execute(query)]


def seated_elsewhere(session: Session, actor: Actor, unit_id: int, today: date) -> list[Seated]:
    """Members of the committees of divided branches who belong to none of their groups; a cadre belongs nowhere."""
    group, home = aliased(Unit), aliased(Unit)
    divided = exists().where(group.branch_id == Unit.id, holds_on(group.founded_on, group.dissolved_on, today))
    query = (
        seen_by(actor)
        .join(Post, Post.unit_id == Unit.id)
        .join(Person, Person.id == Post.person_id)
        .join(Membership, Membership.person_id == Person.id)
        .join(home, home.id == Membership.unit_id)
        .with_only_columns(Person.id, Person.name, Unit.id, Unit.whole_name, home.whole_name, home.id)
        .where(within(unit_id), Unit.kind == UnitKind.BRANCH, divided)
        .where(Post.kind.in_((Role.SECRETARY, Role.COMMITTEE_MEMBER)), holds_on(Post.starts_on, Post.ends_on, today))
        .where(holds_on(Membership.starts_on, Membership.ends_on, today))
        .where(or_(home.branch_id.is_(None), home.branch_id != Unit.id))
        .order_by(Unit.sort_key, Unit.id, Person.pinyin, Person.id)
    )
    found = {(row[0], row[2]): row for row in session.execute(query)}  # once, whatever posts he holds there
    return [
        Seated(person_id, name, branch_id, branch, "" if where_id == branch_id else where)
        for person_id, name, branch_id, branch, where, where_id in found.values()
    ]
