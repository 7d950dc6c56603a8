"""What is due in a township: branches that lack something, and what is overdue with others."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date

from sqlalchemy import text

from services.activities.duties import queries as duties
from services.activities.register import queries as register
from services.activities.workbook.queries.desk import branches_at_a_glance, owed, writes_for
from services.activities.workbook.rules.lines import Entry, of_branch, of_duties, of_late, of_look
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.people import WHOLE_NAME, UnitKind, names_of
from shared.roles import Role
from shared.switches import is_on
from shared.systems import System
from shared.todos import Line

OVERLOOKS = (Role.ORGANISER, Role.COMMITTEE, Role.INSPECTOR, Role.COMMITTEE_MEMBER)
# By the index of what is due in a township, and of it only what is over; a post of the township has its own list.
LATE = text(f"""
    select t.kind, t.post, unit.id as unit_id, {WHOLE_NAME} as unit_name,
      coalesce(unit.branch_id, unit.id) as branch_id, count(*) as times, min(t.due_on) as due_on
    from office.todo t join office.unit u on u.id = t.unit_id
    join office.unit unit on unit.id = case when t.post in ('leader', 'deputy') then u.id
      else coalesce(u.branch_id, u.id) end
    left join office.unit above on above.id = unit.branch_id
    where t.closed_at is null and t.township_id = :township and t.due_on < office.today()
      and t.post in ('leader', 'deputy', 'secretary', 'committee_member')
    group by t.kind, t.post, unit.id, unit.name, unit.kind, above.name, unit.branch_id""")


def due_in_township(session: Session, actor: Actor, today: date, mine: Sequence[Line]) -> list[Entry]:
    """What an organiser's township lacks: a line a branch for its groups, and one for what is overdue with others."""
    already = {(line.kind, line.post, line.unit_id) for line in mine}
    found: list[Entry] = []
    for township_id in actor.units_as(Role.ORGANISER):
        township = register.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP)
        on = is_on(session, System.GROUP_LIFE, township.id)
        owing = duties.owing(session, actor, township.id, today.year) if on else []
        found += [of_branch(each.branch_id, each.name, each.groups, each.missing, each.due) for each in owing]
        for row in session.execute(LATE, {"township": township.id}):
            if (row.kind, row.post, row.unit_id) not in already:
                found.append(
                    of_late(
                        row.kind, Role(row.post), (row.unit_id, row.unit_name, row.branch_id), row.times, row.due_on
                    )
                )
    return found


def first_step(session: Session, actor: Actor) -> list[Entry]:
    """Where an organiser's township has no branch yet, what comes first: its roster."""
    places = [
        each for unit_id in actor.units_as(Role.ORGANISER) for each in register.names_below(session, actor, unit_id)
    ]
    if any(each.kind == UnitKind.BRANCH for each in places):
        return []
    return [Entry("名册还是空的，请上传花名册", "上传", "/activities/imports")]


def owed_said(session: Session, actor: Actor) -> str:
    """How much of group life is lacking where somebody acts, in words; empty where nothing is."""
    acting, today = actor.acting, clock.today(session)
    for branch in branches_at_a_glance(session, acting):
        return f"{branch.lacking}个党小组有逾期或本月待办" if branch.lacking else ""
    for group in writes_for(session, acting)[:1]:
        todo = of_duties(group.id, owed(session, actor, group.id, today), today)
        return f"本月要做{len(todo)}项" if todo else ""
    for unit_id in acting.units_as(*OVERLOOKS):
        lacking = len(duties.owing(session, acting, unit_id, today.year))
        return f"{lacking}个党支部有逾期或本月待办" if lacking else ""
    return ""


def to_look_at(session: Session, actor: Actor, on: Container[System]) -> list[Entry]:
    """What a post looks at for which nothing waits: group life of its township or branch; a member, his own record."""
    if not actor.posts:
        return [of_look("我参加的组织生活", "/activities/me")]
    said = owed_said(session, actor) if System.GROUP_LIFE in on else ""
    return [of_look(said, "/activities/duties")] if said and actor.units_as(*OVERLOOKS) else []


def branches_among(session: Session, entries: Sequence[Entry]) -> list[tuple[int, str]]:
    """The branches that a list has lines about, to be chosen from."""
    names = names_of(session, {each.branch_id for each in entries if each.branch_id})
    return sorted(names.items(), key=lambda one: one[1])
