"""The roll of a unit: what came and went in a period (增减变动表), and the roster as of any day."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query

from services.activities.register import queries
from services.activities.register.rules.words import MEMBERS_SAID, SEXES_SAID
from shared import clock
from shared.errors import Invalid
from shared.people import UnitKind
from shared.shapes import Day
from shared.web import Html, Pages, Signed, Unit, Viewed

pages = Pages(prefix="/register")
Asked = Annotated[Day | None, Query()]


@pages.get("/units/{unit_id}/roll")
def roll(view: Viewed, unit_id: int, actor: Signed, session: Unit, *, start: Asked = None, end: Asked = None) -> Html:
    """What came and went in a period, and who was on the roll on its last day."""
    unit, today = queries.unit_in_reach(session, actor, unit_id), clock.today(session)
    until = end or today
    since = start or until.replace(month=1, day=1)
    if since > until:
        raise Invalid("开始日期晚于截止日期，请核对。", field="start")
    members = queries.roll_on(session, actor, unit_id, until)
    return view.show(
        "register/roll.html",
        unit=unit,
        start=since,
        end=until,
        before=since - timedelta(days=1),
        balance=queries.balance_of(session, actor, unit_id, start=since, end=until),
        counts=queries.counts_of(members, until),
        members=members if unit.kind != UnitKind.TOWNSHIP else [],
        said={"members": MEMBERS_SAID, "sexes": SEXES_SAID},
    )
