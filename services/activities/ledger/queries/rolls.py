"""The roll: a group as it stood on a day, or over a year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select

from services.activities.ledger.rules.attendance import Hindered, Roll, Stay
from services.activities.register import queries as register
from services.activities.register.queries import Member
from shared import rule_versions
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Circumstance, Membership, Unit, UnitKind, holds_on

EXEMPT = "attendance.exempt"


@dataclass(frozen=True, slots=True)
class RollOfDay:
    """A group as it stood on a day, in one look: where it belongs, who was in it, and who was kept away by what."""

    group_id: int
    branch_id: int
    township_id: int
    name: str
    founded_on: date
    dissolved_on: date | None
    rules: str | None
    members: frozenset[int]
    hindered: frozenset[tuple[int, str]]

    def exempt(self, kinds: Iterable[str]) -> frozenset[int]:
        """Those of whom nothing may be asked."""
        wanted = frozenset(kinds)
        return frozenset(person_id for person_id, kind in self.hindered if kind in wanted)


def roll_of_day(session: Session, actor: Actor, group_id: int, day: date) -> RollOfDay:
    """The group that a record is written for; a branch that is not divided stands for itself."""
    row = there(
        session.execute(_roll(actor, day).where(Unit.id == group_id, Unit.kind != UnitKind.TOWNSHIP)).one_or_none(),
        "这个党小组",
    )
    unit_id, branch_id, township_id, name, founded_on, dissolved_on, rules, ids, kinds = row
    return RollOfDay(
        group_id=unit_id,
        branch_id=branch_id or unit_id,
        township_id=township_id,
        name=name,
        founded_on=founded_on,
        dissolved_on=dissolved_on,
        rules=rules,
        members=frozenset(ids or ()),
        hindered=frozenset((person_id, kind) for person_id, kind in kinds or ()),
    )


def _roll(actor: Actor, day: date) -> Select[Any]:
    """The columns of a roll: the unit, its township's rules, its members, and what keeps them away."""
    above = rule_versions.text_of(Unit.township_id)
    here = and_(Membership.unit_id == Unit.id, holds_on(Membership.starts_on, Membership.ends_on, day))
    members = select(func.array_agg(Membership.person_id)).where(here).scalar_subquery()
    held = holds_on(Circumstance.starts_on, Circumstance.ends_on, day)
    kept = (
        select(func.jsonb_agg(func.jsonb_build_array(Circumstance.person_id, Circumstance.kind)))
        .where(Circumstance.person_id.in_(select(Membership.person_id).where(here)), held)
        .scalar_subquery()
    )
    unit = (Unit.id, Unit.branch_id, Unit.township_id, Unit.name, Unit.founded_on, Unit.dissolved_on)
    return register.seen_by(actor).with_only_columns(*unit, above, members, kept)


def roll_of_year(session: Session, actor: Actor, unit_id: int, year: int) -> Roll:
    """Who was where in a year, in two selects."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    return Roll.of(
        (Stay(*row) for row in register.stays(session, actor, unit_id, start=start, end=end)),
        (Hindered(*row) for row in register.hindered(session, actor, unit_id, start=start, end=end)),
    )


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is to be called on a day, by pinyin; `apart`: members of whom nothing may be asked, and why not."""

    members: list[Member]
    apart: dict[int, str]


def roster(session: Session, actor: Actor, group_id: int, day: date) -> Roster:
    """The members of a group on a day, and who of them stands in no denominator."""
    group = register.unit_in_reach(session, actor, group_id)
    members = register.members_on(session, actor, group_id, day)
    kinds = frozenset(rule_versions.rules_of(session, group.township_id or group.id, day).words(EXEMPT))
    kept = {member.person_id: [kind for kind in member.circumstances if kind in kinds] for member in members}
    return Roster(members, {person_id: found[0] for person_id, found in kept.items() if found})
