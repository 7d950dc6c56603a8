"""The duties' pages: a township by branches, a branch by groups, a group by kinds; and branches reminded."""

from datetime import date
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from services.activities.duties import actions, queries
from services.activities.duties.schemas import Reminding
from services.activities.ledger.rules.stages import KINDS_SAID
from shared import clock
from shared.errors import Invalid
from shared.people import UnitKind
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/duties")
Year = Annotated[int | None, Query(ge=1950, le=2200)]
Month = Annotated[int | None, Query(ge=1, le=12)]
YEARS_BACK = 3
LOOKS_BACK_UNTIL = 3  # the month until which the year before is being assessed


@pages.get("")
def at_home(view: Viewed, actor: Signed, session: Unit, year: Year = None) -> Html:
    """What falls due in one's own unit."""
    return show(view, actor, session, queries.home(actor), year=year, month=None)


@pages.get("/units/{unit_id}")
def of_unit(
    view: Viewed, unit_id: int, actor: Signed, session: Unit, *, year: Year = None, month: Month = None
) -> Html:
    """The same of any unit in reach: a branch with the records of a month, a group with its year."""
    return show(view, actor, session, unit_id, year=year, month=month)


@pages.post("/townships/{township_id}/reminders")
def remind(view: Viewed, township_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Ask branches to make up what they owe."""
    chosen = form.numbers("only") or form.numbers("branch_ids")
    if not chosen:
        raise Invalid("没有选中任何支部，请先勾选要催办的支部。", field="branch_ids")
    asked = form.read(Reminding, branch_ids=chosen)
    done = actions.remind_branches(session, actor, township_id, asked.branch_ids)
    said = f"已催办{len(done.told)}个支部，每个支部书记收到一条消息。" if done.told else "没有发出新的催办。"
    if done.again:
        said += f"{len(done.again)}个支部今天已经催办过，没有重复发送。"
    return view.back(form, said=said)


def show(view: Viewed, actor: Signed, session: Unit, unit_id: int, *, year: int | None, month: int | None) -> Html:
    """The page of a unit, by its kind."""
    today = clock.today(session)
    chosen = year or today.year
    unit = queries.unit_of(session, actor, unit_id)
    known = {
        "unit": unit,
        "year": chosen,
        "years": sorted({chosen, *range(today.year - YEARS_BACK, today.year + 1)}, reverse=True),
        "today": today,
        "looks_back": year is None and today.month <= LOOKS_BACK_UNTIL,
        "kinds": KINDS_SAID,
    }
    if unit.kind == UnitKind.TOWNSHIP:
        branches = queries.owed_in(session, actor, unit, chosen)
        rows = queries.heat_of(branches)
        owing = queries.owing_of(session, actor, branches) if chosen == today.year else None
        reminds = bool(actor.roles_over(unit.id) & actions.REMINDS)
        return view.show("duties/township.html", rows=rows, owing=owing, reminds=reminds, **known)
    if unit.kind == UnitKind.BRANCH:
        rows = queries.heat_of(queries.owed_in(session, actor, unit, chosen, by_group=True))
        shown = month or shown_month(chosen, today)
        lines = queries.month_of_groups(session, actor, unit_id, chosen, shown)
        return view.show("duties/branch.html", rows=rows, month=shown, groups=lines, **known)
    found = queries.year_of_units(session, actor, unit_id, chosen)
    records = queries.records(session, actor, unit_id, chosen)
    return view.show("duties/group.html", group=found[0] if found else None, records=records, **known)


def shown_month(year: int, today: date) -> int:
    """The month of a branch that is shown first: this one, or the last of a year that is over."""
    return today.month if year == today.year else 12
