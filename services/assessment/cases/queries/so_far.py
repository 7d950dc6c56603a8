"""A leader's year before it is collected: what his group has held by today of what it owes."""

from sqlalchemy import text

from services.assessment.cases.models import Case
from services.assessment.cases.rules import Held, KindSoFar, so_far
from shared import clock
from shared.db import Session
from shared.duties import Span
from shared.people import Unit
from shared.switches import calendar

# Activities says it of the groups that the reader reaches, and null of others.
HELD = text("select activities.year_so_far(:group_id, :year)")


def year_so_far(session: Session, case: Case) -> list[KindSoFar] | None:
    """The year of a case that was seen, kind by kind; none where its group is out of the reader's reach by now."""
    held = session.scalar(HELD, {"group_id": case.group_id, "year": case.year})
    if held is None:
        return None
    group = session.get_one(Unit, case.group_id)
    return so_far(
        calendar(session, case.township_id, case.year),
        Span(group.founded_on, group.dissolved_on),
        {kind: Held(**figures) for kind, figures in held.items()},
        clock.today(session),
    )
