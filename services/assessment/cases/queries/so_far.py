"""A leader's year before it is collected: what his group has held by today of what it owes, while he led it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import text

from services.assessment.cases.models import Case
from services.assessment.cases.rules import Held, KindSoFar, so_far
from shared import clock
from shared.db import Session
from shared.duties import NOTHING, Span
from shared.people import Unit
from shared.switches import calendar

# Activities says it of the groups that the reader reaches, and null of others.
HELD = text("select activities.year_so_far(:group_id, :year)")


def year_so_far(session: Session, case: Case) -> list[KindSoFar] | None:
    """The year of a case that was seen, kind by kind; none where its group is out of the reader's reach by now.

    Where a part of the year is his, it is the months that he held whole, as a run counts them.
    """
    held = session.scalar(HELD, {"group_id": case.group_id, "year": case.year})
    if held is None:
        return None
    life = life_of(session, case)
    months = [month for month in range(1, 13) if not case.part or life.covers_month(case.year, month)]
    found = {kind: held_in(figures, months) for kind, figures in held.items()}
    told = {kind: one for kind, one in found.items() if not case.part or one.waiting or sum(one.by_month or NOTHING)}
    return so_far(calendar(session, case.township_id, case.year), life, told, clock.today(session))


def life_of(session: Session, case: Case) -> Span:
    """The days on which a group owes something for its leader: its own, within his stretch where a part is his."""
    group = session.get_one(Unit, case.group_id)
    life = Span(group.founded_on, group.dissolved_on)
    return life.within(Span(case.began_on, case.ended_on)) if case.part else life


def held_in(figures: Mapping[str, Sequence[int] | None], months: Sequence[int]) -> Held:
    """What activities says of a kind, in these months alone: figures by month, and the month of each that waits."""

    def of(name: str) -> list[int]:
        by_month = figures[name] or NOTHING
        return [by_month[month - 1] if month in months else 0 for month in range(1, 13)]

    waiting = sum(month in months for month in figures["waiting"] or ())
    return Held(of("by_month"), sum(of("present")), sum(of("expected")), waiting)
