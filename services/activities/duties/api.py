"""The duties' doors."""

from typing import Annotated

from fastapi import Query

from services.activities.duties import actions, queries
from services.activities.duties.queries import Gaps, GroupYear, YearOfGroup
from services.activities.duties.schemas import (
    DutyOut,
    GapsOut,
    GroupOut,
    OwingOut,
    RemindedOut,
    Reminding,
    RowOut,
    SquareOut,
    YearOut,
)
from shared import clock
from shared.duties import Standing
from shared.web import Door, Signed, Unit, UrlId

door = Door(tags=["duties"])
Year = Annotated[int | None, Query(ge=1950, le=2200)]


@door.get("/units/{unit_id}/duties")
def duties(unit_id: UrlId, actor: Signed, session: Unit, year: Year = None) -> list[YearOut]:
    """The year at a glance: of a group, of a branch's groups, or of a township's."""
    found = queries.year_of_units(session, actor, unit_id, year or clock.today(session).year)
    return [year_out(each) for each in found]


@door.get("/units/{unit_id}/gaps")
def gaps(unit_id: UrlId, actor: Signed, session: Unit, year: Year = None) -> list[GapsOut]:
    """The groups of a unit that still owe something, and what."""
    return [gaps_out(each) for each in queries.gaps(session, actor, unit_id, year or clock.today(session).year)]


@door.get("/units/{unit_id}/heat")
def heat(unit_id: UrlId, actor: Signed, session: Unit, year: Year = None, *, by_group: bool = False) -> list[RowOut]:
    """Branches by months, or groups by months: what falls due, and how it stands."""
    found = queries.heat(session, actor, unit_id, year or clock.today(session).year, by_group=by_group)
    return [RowOut.model_validate(row) for row in found]


@door.get("/units/{unit_id}/owing")
def owing(unit_id: UrlId, actor: Signed, session: Unit, year: Year = None) -> list[OwingOut]:
    """The branches whose groups have something to make up, and when each was last reminded."""
    found = queries.owing(session, actor, unit_id, year or clock.today(session).year)
    return [OwingOut.model_validate(each) for each in found]


@door.post("/townships/{township_id}/reminders")
def remind_branches(township_id: UrlId, asked: Reminding, actor: Signed, session: Unit) -> RemindedOut:
    """Ask branches to make up what they owe: one message each, once a day."""
    return RemindedOut.model_validate(actions.remind_branches(session, actor, township_id, asked.branch_ids))


def year_out(year: YearOfGroup) -> YearOut:
    """A year as it is shown."""
    squares = {
        kind: [
            SquareOut(
                month=square.month,
                state=square.state,
                done=square.done,
                due_on=square.due.day if square.due else None,
                provisional=square.due is not None and square.due.provisional,
            )
            for square in row
        ]
        for kind, row in year.squares.items()
    }
    return YearOut(**_group(year.group), squares=squares, duties=[_duty(each) for each in year.standings])


def gaps_out(gaps: Gaps) -> GapsOut:
    """Gaps as they are shown."""
    return GapsOut(**_group(gaps.group), owed=[_duty(each) for each in gaps.standings])


def _group(group: GroupYear) -> dict[str, int | str]:
    return {name: getattr(group, name) for name in GroupOut.model_fields}


def _duty(standing: Standing) -> DutyOut:
    duty = standing.duty
    return DutyOut(
        kind=duty.kind,
        period=duty.period,
        state=standing.state,
        count=duty.count,
        done=standing.done,
        due_on=duty.due.day,
        provisional=duty.due.provisional,
        article=f"{duty.rule.source}{duty.rule.article}",
    )
