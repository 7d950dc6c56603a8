"""Reading the working days: a year as it stands, who says so, and whether one is wanting."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from services.activities.office.queries.reach import SETS
from services.activities.office.rules.announced import Line, lines_of
from shared import clock, people
from shared.access import Actor
from shared.db import Session
from shared.errors import NotYours
from shared.people import Workday, WorkdayYear
from shared.roles import Role
from shared.workdays import in_library

DECEMBER = 12  # the announcement comes in November


@dataclass(frozen=True, slots=True)
class YearOfDays:
    """A year's days off; `why`: by what the office entered all of it, if it did."""

    year: int
    published: bool
    why: str | None
    lines: list[Line]

    @property
    def settled(self) -> bool:
        """Whether nothing in it is a guess."""
        return self.published or self.why is not None


def working_days(session: Session, actor: Actor, year: int) -> YearOfDays:
    """A year as it stands, for whoever looks after the office's settings."""
    if not {role for role, _ in actor.posts} & {*SETS, Role.SYSTEM}:
        raise NotYours("工作日表由安全管理员和组织干事查看，您没有这个职务。")
    span = Workday.day.between(date(year, 1, 1), date(year, 12, 31))
    rows = session.execute(select(Workday.day, Workday.working, Workday.why).where(span))
    own = {row.day: (row.working, row.why) for row in rows}
    why = session.scalar(select(WorkdayYear.why).where(WorkdayYear.year == year))
    lines = lines_of(year, own, announced=why is not None)
    return YearOfDays(year, in_library(year) and why is None, why, lines)


def own_days(session: Session, days: Collection[date]) -> dict[date, bool]:
    """What the office itself says of some days."""
    asked = select(Workday.day, Workday.working).where(Workday.day.in_(days))
    return {row.day: row.working for row in session.execute(asked)}


def year_wanting(session: Session) -> int | None:
    """The year whose days off should be known by now and are not: this one, from December on the next."""
    today, table = clock.today(session), people.workdays_of(session)
    years = (today.year, today.year + 1) if today.month == DECEMBER else (today.year,)
    return next((year for year in years if not table.knows(year)), None)
