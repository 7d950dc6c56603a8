"""Registers as plain values: what stands in one after a plan was carried out, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.activities.register.rules import Roster
from services.activities.register.rules.changes import (
    MembershipNow,
    PersonNow,
    PostNow,
    RegisterNow,
    RosterPlan,
)
from services.activities.register.rules.plan import plan_roster

AS_OF, SINCE = date(2026, 1, 15), date(2025, 1, 1)
NOBODY = RegisterNow()


def index_of(number: str) -> bytes:
    return number.encode()


def planned(roster: Roster, now: RegisterNow = NOBODY) -> RosterPlan:
    return plan_roster(roster, now, as_of=AS_OF, since=SINCE, index_of=index_of)


def after(plan: RosterPlan) -> RegisterNow:
    """The register that a plan makes out of an empty one."""
    homes = {each.row: each for each in plan.memberships}
    people = tuple(
        PersonNow(
            id=at,
            name=row.name,
            sex=row.sex,
            born_on=row.born_on,
            joined_on=row.joined_on,
            full_on=row.full_on,
            education=row.education,
            id_index=index_of(row.id_number) if row.id_number else None,
            phone=row.phone,
            more=row.more,
            membership=MembershipNow(at, homes[at].place, homes[at].kind, homes[at].starts_on),
            posts=tuple(
                PostNow(place, post.place, post.kind, frozenset(post.duties), post.starts_on)
                for place, post in enumerate(plan.posts)
                if post.row == at
            ),
            circumstances=frozenset(each.kind for each in plan.circumstances if each.row == at),
        )
        for at, row in enumerate(plan.people)
    )
    return RegisterNow(dict.fromkeys(plan.units, plan.since), people)


def changed(now: RegisterNow, name: str, **values: object) -> RegisterNow:
    """The register where somebody is otherwise."""
    people = tuple(replace(each, **values) if each.name == name else each for each in now.people)
    return replace(now, people=people)
