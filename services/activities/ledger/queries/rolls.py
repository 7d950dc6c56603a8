"""The roll: a group as it stood on a day, or over a year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import array

from services.activities.ledger.models import Activity
from services.activities.ledger.rules.attendance import Hindered, Roll, Stay
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import Stage
from services.activities.register import queries as register
from services.activities.register.queries import Holder, Member
from shared import rule_versions
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Circumstance, Membership, Unit, UnitKind, holds_on
from shared.roles import Role

EXEMPT = "attendance.exempt"
OF_COMMITTEE = (Role.SECRETARY, Role.COMMITTEE_MEMBER)


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
    twins: frozenset[int] = frozenset()  # units with a record of that kind and day
    places: Mapping[int, int] = field(default_factory=dict)  # of a branch with groups: whose roll each is on
    groups: Mapping[int, str] = field(default_factory=dict)  # those groups, by name

    def place_of(self, person_id: int) -> int:
        """On whose roll somebody stands; a guest on that of the unit itself."""
        return self.places.get(person_id, self.group_id)

    def exempt(self, kinds: Iterable[str]) -> frozenset[int]:
        """Those of whom nothing may be asked."""
        wanted = frozenset(kinds)
        return frozenset(person_id for person_id, kind in self.hindered if kind in wanted)


def roll_of_day(
    session: Session, actor: Actor, group_id: int, day: date, kind: str = "", *, besides: int = 0
) -> RollOfDay:
    """The group that a record is written for, or the branch: all its groups, or itself where it is not divided.

    `besides`: a record that is no twin of itself.
    """
    query = _roll(actor, day, kind, besides)
    row = there(
        session.execute(query.where(Unit.id == group_id, Unit.kind != UnitKind.TOWNSHIP)).one_or_none(), "这个党小组"
    )
    roll = _of_row(row)
    if roll.branch_id != roll.group_id:
        return roll
    if kind == Kind.COMMITTEE_MEETING:
        holders = register.holders(session, actor, group_id, on=day)
        members = {holder.person_id for holder in holders if holder.kind in OF_COMMITTEE}
        return replace(roll, members=frozenset(members), hindered=frozenset())
    there_on = holds_on(Unit.founded_on, Unit.dissolved_on, day)
    below = session.execute(query.where(Unit.branch_id == group_id, there_on).order_by(Unit.sort_key, Unit.id))
    return _with_groups(roll, [_of_row(row) for row in below])


def _with_groups(branch: RollOfDay, groups: list[RollOfDay]) -> RollOfDay:
    """A branch with the rolls of its groups; whoever belongs to none is on that of the branch."""
    rolls = [branch, *groups] if groups else [branch]
    return replace(
        branch,
        members=frozenset().union(*(each.members for each in rolls)),
        hindered=frozenset().union(*(each.hindered for each in rolls)),
        twins=frozenset().union(*(each.twins for each in rolls)),
        places={person_id: each.group_id for each in groups for person_id in each.members},
        groups={each.group_id: each.name for each in groups},
    )


def _of_row(row: Sequence[Any]) -> RollOfDay:
    unit_id, branch_id, township_id, name, founded_on, dissolved_on, rules, ids, kinds, twin = row
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
        twins=frozenset([unit_id] if twin else []),
    )


def _roll(actor: Actor, day: date, kind: str, besides: int) -> Select[Any]:
    """The columns of a roll: the unit, its township's rules, its members, what keeps them away, and a twin."""
    above = rule_versions.text_of(Unit.township_id)
    here = and_(Membership.unit_id == Unit.id, holds_on(Membership.starts_on, Membership.ends_on, day))
    members = select(func.array_agg(Membership.person_id)).where(here).scalar_subquery()
    held = holds_on(Circumstance.starts_on, Circumstance.ends_on, day)
    kept = (
        select(func.jsonb_agg(func.jsonb_build_array(Circumstance.person_id, Circumstance.kind)))
        .where(Circumstance.person_id.in_(select(Membership.person_id).where(here)), held)
        .scalar_subquery()
    )
    counts_here = or_(Activity.group_id == Unit.id, Activity.group_ids.contains(array([Unit.id])))
    same = and_(Activity.held_on == day, Activity.kind == kind, Activity.stage != Stage.DISCARDED)
    twin = exists().where(counts_here, same, Activity.id != besides)
    unit = (Unit.id, Unit.branch_id, Unit.township_id, Unit.name, Unit.founded_on, Unit.dissolved_on)
    return register.seen_by(actor).with_only_columns(*unit, above, members, kept, twin)


def roll_of_year(session: Session, actor: Actor, unit_id: int, year: int) -> Roll:
    """Who was where in a year, in two selects."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    return Roll.of(
        (Stay(*row) for row in register.stays(session, actor, unit_id, start=start, end=end)),
        (Hindered(*row) for row in register.hindered(session, actor, unit_id, start=start, end=end)),
    )


def committees_of_year(session: Session, actor: Actor, township_id: int, year: int) -> Roll:
    """Who sat in the committee of which branch in a year."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    found = register.holders_between(session, actor, township_id, OF_COMMITTEE, start=start, end=end)
    return Roll.of((Stay(*row) for row in found), ())


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is to be called on a day, by pinyin; `apart`: members of whom nothing may be asked, and why not.

    `groups`: of a branch with groups these, by name, in whose order its members come.
    """

    members: list[Member]
    apart: dict[int, str]
    groups: dict[int, str] = field(default_factory=dict)


def roster(session: Session, actor: Actor, group_id: int, day: date, kind: str = "") -> Roster:
    """The members of a group on a day, or of a branch by its groups, and who of them stands in no denominator.

    Of a committee's meeting: its members, of whom all are expected.
    """
    group = register.unit_in_reach(session, actor, group_id)
    members = register.members_on(session, actor, group_id, day)
    if kind == Kind.COMMITTEE_MEETING:
        return Roster(_committee(members, register.holders(session, actor, group_id, on=day)), {})
    kinds = frozenset(rule_versions.rules_of(session, group.township_id or group.id, day).words(EXEMPT))
    kept = {member.person_id: [kind for kind in member.circumstances if kind in kinds] for member in members}
    apart = {person_id: found[0] for person_id, found in kept.items() if found}
    below = register.names_below(session, actor, group_id) if group.kind == UnitKind.BRANCH else []
    names = {each.id: each.name for each in below}
    groups = {each: name for each, name in names.items() if each != group_id}
    order = list(names)
    members.sort(key=lambda member: order.index(member.unit_id) if member.unit_id in names else len(order))
    return Roster(members, apart, groups)


def _committee(members: list[Member], holders: list[Holder]) -> list[Member]:
    """Who sits in the committee: as a member of the branch, or by the post alone."""
    posts = {each.person_id: each for each in holders if each.kind in OF_COMMITTEE}
    here = [member for member in members if member.person_id in posts]
    known = {member.person_id for member in here}
    others = (each for each in posts.values() if each.person_id not in known)
    return here + [Member(each.person_id, each.name, "", each.unit_id, "", each.starts_on, ()) for each in others]
