"""The roll of a unit: what came and went in a period (增减变动表), and the roster as of any day."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query

from services.activities.register import queries
from services.activities.register.rules.words import MEMBERS_SAID, SEXES_SAID
from shared import clock
from shared.errors import Invalid
from shared.people import UnitKind
from shared.roles import Role
from shared.shapes import Day
from shared.web import Html, Pages, Signed, Unit, Viewed

# Why somebody left, and on what paper, is for those who keep his membership.
READS = frozenset({Role.ORGANISER, Role.SECRETARY, Role.COMMITTEE, Role.SYSTEM})
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
    reads = bool(actor.roles_over(unit.id, unit.branch_id, unit.township_id) & READS)
    left = queries.leavers(session, actor, unit_id, start=since, end=until) if reads else []
    members = queries.roll_on(session, actor, unit_id, until)
    return view.show(
        "register/roll.html",
        unit=unit,
        start=since,
        end=until,
        before=since - timedelta(days=1),
        balance=queries.balance_of(session, actor, unit_id, start=since, end=until),
        counts=queries.counts_of(members, until),
        left=left,
        papers=queries.papers_of(session, actor, "member_act", [each.id for each in left]),
        members=members if unit.kind != UnitKind.TOWNSHIP else [],
        said={"members": MEMBERS_SAID, "sexes": SEXES_SAID},
    )
