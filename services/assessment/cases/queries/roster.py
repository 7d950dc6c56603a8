"""Who led the groups of a township in a year, and who of them is on its list."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, func, select, text

from services.assessment.cases.models import Case, Sheet
from services.assessment.cases.rules import CaseStage
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.queries import cycle_seen
from services.assessment.cycles.rules import OFFICE, CycleStage
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.duties import Span
from shared.errors import NotYours

# A stretch is what somebody held without a gap, over one row of the register or several. Its days are counted within
# the year and the group's life; whoever begins only after the day on which it is asked is none yet.
CANDIDATES = """
    held as (
      select p.unit_id as group_id, p.person_id, unnest(range_agg(daterange(p.starts_on, p.ends_on))) as span
      from office.post p join office.unit g on g.id = p.unit_id
      where p.kind = 'leader' and g.kind = 'group' and g.township_id = :township and p.starts_on <= :day
      group by p.unit_id, p.person_id),
    within as (
      select g.id as group_id, g.branch_id, h.person_id, h.span, greatest(g.founded_on, y.first) as first,
        least(coalesce(g.dissolved_on, y.next), y.next) as next
      from held h join office.unit g on g.id = h.group_id
      cross join (select make_date(:year, 1, 1) as first, make_date(:year + 1, 1, 1) as next) y),
    candidate as (
      select w.group_id, w.branch_id, w.person_id, p.id as post_id,
        lower(w.span) as began_on, upper(w.span) as ended_on,
        least(coalesce(upper(w.span), w.next), w.next) - greatest(lower(w.span), w.first) as days,
        lower(w.span) > w.first or coalesce(upper(w.span) < w.next, false) as part
      from within w cross join lateral (
        select p.id from office.post p
        where p.unit_id = w.group_id and p.person_id = w.person_id and p.kind = 'leader' and p.starts_on <@ w.span
        order by p.starts_on desc, p.id desc limit 1) p
      where least(coalesce(upper(w.span), w.next), w.next) > greatest(lower(w.span), w.first))"""

LONGEST = f"""{CANDIDATES},
    longest as (
      select distinct on (group_id) * from candidate order by group_id, days desc, began_on desc)"""
"""Whoever is listed unless the township lists another: of each group the one longest in post, of equals the last."""

FOUND = text(f"""
    with {CANDIDATES},
    several as (
      select k.*, count(*) over (partition by group_id) - 1 as n, g.name as "group", g.dissolved_on, b.name as branch,
        coalesce(p.name, '') as person, row_number() over (
          partition by group_id order by days desc, began_on desc) as nth
      from candidate k
      join office.unit g on g.id = k.group_id join office.unit b on b.id = k.branch_id
      left join office.person p on p.id = k.person_id
      where :group = 0 or k.group_id = :group)
    select s.group_id, s.branch_id, s.person_id, s.post_id, s.began_on, s.ended_on, s.part, days, branch, "group",
      person, dissolved_on, nth = 1 as longest, n, c.id as case_id, c.stage
    from several s
    left join assessment.leader_case c on c.cycle_id = :cycle and c.group_id = s.group_id and c.person_id = s.person_id
      and exists (select from office.post p where p.id = c.post_id and p.starts_on >= s.began_on
        and (s.ended_on is null or p.starts_on < s.ended_on))
    order by branch, "group", s.group_id, s.began_on""")


AFTER = (CaseStage.NOTICE, CaseStage.CLOSED)


class Candidate(NamedTuple):
    """Somebody who led a group in a year: from when on, until when (the first day after), so many days and months.

    others: how many led the group in that year. case_id, stage: of his case, if he is on the list.
    """

    group_id: int
    branch_id: int
    person_id: int
    post_id: int
    began_on: date
    ended_on: date | None
    part: bool
    days: int
    branch: str
    group: str
    person: str
    dissolved_on: date | None
    longest: bool
    others: int
    case_id: int | None
    stage: str | None
    months: int


def months_held(year: int, began_on: date | None, ended_on: date | None) -> int:
    """How many months of a year somebody held whole who held a post from a day on, until another."""
    return sum(Span(began_on, ended_on).covers_month(year, month) for month in range(1, 13))


def candidates(session: Session, cycle: Cycle, group_id: int = 0) -> list[Candidate]:
    """Who led the groups of a year that was seen, all of them or one, in the order of their units and days."""
    asked = {"township": cycle.township_id, "year": cycle.year, "day": clock.today(session)}
    found = session.execute(FOUND, {**asked, "cycle": cycle.id, "group": group_id})
    return [Candidate._make((*row, months_held(cycle.year, row.began_on, row.ended_on))) for row in found]


def roster_of(session: Session, actor: Actor, cycle_id: int) -> list[Candidate]:
    """The same for the township's own office."""
    cycle = cycle_seen(session, actor, cycle_id)
    if not actor.roles_over(cycle.township_id) & OFFICE:
        raise NotYours("考核名单由组织委员和党委办理，您没有这个职务。")
    return candidates(session, cycle)


def listed_in(session: Session, cycle: Cycle, group_id: int) -> list[Case]:
    """The cases of a group in a year whose row is locked."""
    found = select(Case).where(Case.cycle_id == cycle.id, Case.group_id == group_id).order_by(Case.id)
    return list(session.scalars(found.with_for_update().execution_options(populate_existing=True)))


def with_sheets(session: Session, cycle: Cycle, cases: Sequence[Case]) -> set[int]:
    """Those of these cases of a year that were ever scored."""
    wanted = [case.id for case in cases]
    found = select(Sheet.case_id).where(Sheet.cycle_id == cycle.id, Sheet.case_id.in_(wanted))
    return set(session.scalars(found)) if wanted else set()


def unscored(session: Session, cycle: Cycle) -> int:
    """How many were listed after the last run: they are rated when the year was collected again."""
    sheet = select(Sheet.case_id).where(Sheet.cycle_id == cycle.id, Sheet.run == cycle.run, Sheet.case_id == Case.id)
    without = and_(Case.stage.in_(AFTER), Case.grade.is_(None))
    found = select(func.count()).where(Case.cycle_id == cycle.id, ~without, ~sheet.exists())
    return (session.scalar(found) or 0) if cycle.stage == CycleStage.RATING else 0


def count_cases(session: Session, cycle_id: int) -> int:
    """How many are on a year's list."""
    return session.scalar(select(func.count()).where(Case.cycle_id == cycle_id)) or 0
