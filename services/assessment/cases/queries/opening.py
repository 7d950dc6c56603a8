"""What a year would open with: its scheme and what applies, its calendar, its list, and who will be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import text

from services.assessment.cases.queries.roster import LONGEST
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.rules import Calendar, calendar_of
from services.assessment.schemes.queries import example, kinds_owed_in, scheme_in_force, scheme_of
from services.assessment.schemes.rules import Scheme, idle
from shared.db import Session

LISTED = text(f"""
    with {LONGEST}
    select b.id as branch_id, b.name as branch, g.name as "group", coalesce(o.name, '') as person
    from longest l join office.unit b on b.id = l.branch_id join office.unit g on g.id = l.group_id
    left join office.person o on o.id = l.person_id
    order by b.sort_key, b.id, g.sort_key, g.id""")
"""As the list will be made (actions.roster)."""

TOLD = text("""
    select b.name as branch, string_agg(o.name, '、' order by o.pinyin, o.id) as secretary
    from office.unit b
    left join office.seat s on s.unit_id = b.id and s.kind = 'secretary'
      and s.starts_on <= :day and (s.ends_on is null or s.ends_on > :day)
    left join office.person o on o.id = s.person_id
    where b.township_id = :township and b.kind = 'branch'
      and b.founded_on <= :day and (b.dissolved_on is null or b.dissolved_on > :day)
    group by b.id order by b.sort_key, b.id""")


class Listed(NamedTuple):
    """A leader on the list."""

    branch_id: int
    branch: str
    group: str
    person: str


class Told(NamedTuple):
    """A branch that will be told, and who answers for it; none: the organiser acts for it."""

    branch: str
    secretary: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a year would open with on a day. `stored`: the number of its scheme; none: the example that ships."""

    township_id: int
    year: int
    day: date
    scheme: Scheme
    stored: int | None
    idle: Sequence[str]
    calendar: Calendar
    leaders: Sequence[Listed]
    told: Sequence[Told]


def summary_of(session: Session, township_id: int, year: int, day: date) -> Summary:
    """It, as the register, the rules and the schemes are today."""
    stored = scheme_in_force(session, township_id, year)
    scheme = scheme_of(stored) if stored else example(session, township_id, year)
    values = {"township": township_id, "day": day, "year": year}
    return Summary(
        township_id=township_id,
        year=year,
        day=day,
        scheme=scheme,
        stored=stored.id if stored else None,
        idle=idle(scheme, kinds_owed_in(session, township_id, year)),
        calendar=calendar_of(day, cycles.rules_of(session, township_id, day), cycles.workdays_of(session)),
        leaders=[Listed(*row) for row in session.execute(LISTED, values)],
        told=[Told(*row) for row in session.execute(TOLD, values)],
    )
