"""Lists, records and books taken out: the page where they all are, and their files."""

from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import Response

from services.activities.papers import actions, queries
from services.activities.papers.rules import (
    AT_ONCE_MOST,
    KINDS,
    OF_CARE,
    OF_RECORDS,
    PDF_MOST,
    WITH_NUMBERS,
    Listing,
    time_of,
)
from services.activities.papers.rules.blanks import BLANKS
from services.activities.papers.schemas import AskedForm, Months, WithNumbers
from shared import clock
from shared.db import Session
from shared.errors import there
from shared.files import KINDS as FILES
from shared.papers import templates
from shared.papers.press import Made
from shared.shapes import Keyword
from shared.sheets.blanks import write_blank
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed
from shared.web.files import PaperVersion, download, taken, taken_once

pages = Pages()
YEARS_BACK = 4
Year = Annotated[int, Path(ge=1950, le=2200)]
Wanted = Annotated[AskedForm, Query()]
QuarterAsked = Annotated[int, Query(ge=0, le=4)]


@pages.get("/prints")
def prints(view: Viewed, actor: Signed, session: Unit, asked: Annotated[Months, Query()]) -> Html:
    """Every list of a unit, as Excel, in print, and in the office's own form."""
    units = queries.units_of(session, actor.acting)
    unit = queries.unit_of(session, actor, asked.unit_id, of_records=False) if asked.unit_id else None
    chosen = unit.id if unit else next((each.id for each in units), 0)
    today = clock.today(session)
    township = queries.township_of(session, actor, chosen) if chosen else 0
    own = set(templates.used_by_kind(session, township)) if township else set()
    sees = queries.sees_records(session, actor, chosen)
    hidden = (set() if sees else OF_RECORDS) | (set() if queries.looks_after(session, actor, chosen) else {*OF_CARE})
    year = asked.year or today.year
    time = time_of(year, asked.month, 0 if asked.month else asked.quarter)
    lines = queries.how_many(session, actor, chosen, time) if sees else 0
    return view.show(
        "papers/prints.html",
        units=[(each.id, each.whole_name) for each in units],
        chosen=chosen,
        asked=asked,
        year=year,
        lines=lines,
        large=lines > AT_ONCE_MOST,
        printable=lines <= PDF_MOST,
        ordered=queries.latest_ordered(session, actor),
        titles={listing.value: kind.title for listing, kind in KINDS.items()},
        years=[(year, f"{year}年") for year in range(today.year, today.year - YEARS_BACK - 1, -1)],
        months=[(month, f"{month}月") for month in range(1, 13)],
        quarters=[(quarter, f"第{quarter}季度") for quarter in range(1, 5)],
        lists=[(listing, KINDS[listing]) for listing in Listing if listing not in hidden],
        of_records=OF_RECORDS,
        own=own,
        blanks=[(key, table.title) for key, table in BLANKS.items()],
        numbers=[(listing.value, KINDS[listing].title) for listing in Listing if listing in WITH_NUMBERS]
        if actions.may_take_numbers(session, actor, chosen)
        else [],
        forms=[("xlsx", "Excel"), ("pdf", "PDF")] + ([("own", "本单位的格式")] if own & set(WITH_NUMBERS) else []),
    )


@pages.get("/units/{unit_id}/prints/{listing}")
def take(unit_id: int, listing: Listing, actor: Signed, session: Unit, asked: Wanted) -> Response:
    """A list as a file; nobody's number is in it."""
    return given(session, actions.take(session, actor, unit_id, listing, asked))


@pages.post("/units/{unit_id}/prints/orders")
def order(view: Viewed, unit_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """A ledger too large for a request, made behind the page."""
    actions.order(session, actor, unit_id, Listing.LEDGER, form.read(AskedForm))
    return view.to("/activities/prints", said="已开始在后台制作，做好会告诉您，请在这一页下面下载。")


@pages.get("/prints/{paper_id}")
def take_ordered(paper_id: int, actor: Signed, session: Unit) -> Response:
    """What was made behind the page, for whoever asked."""
    return given(session, actions.take_ordered(session, actor, paper_id))


@pages.post("/units/{unit_id}/prints/numbers")
def take_numbers(unit_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """A roster with full numbers, for a reason that is kept; the file is given once and kept nowhere."""
    asked = form.read(WithNumbers)
    made = actions.take(session, actor, unit_id, Listing(asked.listing), asked, reason=asked.reason)
    return taken_once(session, made.data, FILES[made.form], made.name)


@pages.get("/blanks/{blank}")
def blank(blank: Keyword, _: Signed) -> Response:
    """A table to be filled in and handed in, with drop-downs and an example; it names nobody."""
    table = there(BLANKS.get(blank), "这种空白表")
    return download(write_blank(table), FILES["xlsx"], f"{table.title}（空白）.xlsx")


@pages.get("/records/{activity_id}/paper.pdf")
def record_printed(activity_id: int, actor: Signed, session: Unit) -> Response:
    """One record in print."""
    return given(session, actions.take_record(session, actor, activity_id))


@pages.get("/records/{activity_id}/paper")
def record_of_ones_own(activity_id: int, actor: Signed, session: Unit, version: PaperVersion = 0) -> Response:
    """One record in the office's own form; by `version` as it was printed then."""
    return given(session, actions.take_record(session, actor, activity_id, own_form=True, version=version))


@pages.get("/branches/{branch_id}/books/{year}/books.pdf")
def books_of_branch(branch_id: int, year: Year, actor: Signed, session: Unit, quarter: QuarterAsked = 0) -> Response:
    """The quarterly books of every group of a branch, of a quarter or of the whole year, in one file."""
    return given(session, actions.take_books(session, actor, branch_id, year, quarter))


def given(session: Session, made: Made) -> Response:
    """A file in which people are named, to be saved."""
    return taken(session, made.data, FILES[made.form], made.name)
