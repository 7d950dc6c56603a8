"""The doors of what is filed."""

from typing import Annotated

from fastapi import Path, Query, Response

from services.activities.papers import actions
from services.activities.papers.rules import Listing
from services.activities.papers.schemas import AskedForm, OrderMade
from shared.db import Session
from shared.files import KINDS
from shared.papers.press import Made
from shared.web import Door, Signed, Unit, UrlId, gives, refusals
from shared.web.files import taken

door = Door(tags=["papers"])
Year = Annotated[int, Path(ge=1950, le=2200)]
QuarterAsked = Annotated[int, Query(ge=0, le=4)]


@door.get(
    "/units/{unit_id}/prints/{listing}", response_class=Response, responses=gives("xlsx", "pdf", "docx") | refusals(409)
)
def take(
    unit_id: UrlId, listing: Listing, asked: Annotated[AskedForm, Query()], actor: Signed, session: Unit
) -> Response:
    """A list of a unit as a file: a roster, the groups, the ledger, gaps, sums, what came and went."""
    return given(session, actions.take(session, actor, unit_id, listing, asked))


@door.post("/units/{unit_id}/prints/{listing}/orders", responses=refusals(409))
def order(unit_id: UrlId, listing: Listing, asked: AskedForm, actor: Signed, session: Unit) -> OrderMade:
    """Have a ledger that is too large for a request made behind it; whoever asks is told when it is made."""
    return OrderMade(id=actions.order(session, actor, unit_id, listing, asked).id)


@door.get("/prints/{paper_id}", response_class=Response, responses=gives("xlsx", "pdf", "docx") | refusals(409))
def take_ordered(paper_id: UrlId, actor: Signed, session: Unit) -> Response:
    """What was made behind a request, for whoever asked."""
    return given(session, actions.take_ordered(session, actor, paper_id))


@door.get("/activities/{activity_id}/paper.pdf", response_class=Response, responses=gives("pdf"))
def record_printed(activity_id: UrlId, actor: Signed, session: Unit) -> Response:
    """One record in print."""
    return given(session, actions.take_record(session, actor, activity_id))


@door.get(
    "/branches/{branch_id}/books/{year}/books.pdf", response_class=Response, responses=gives("pdf") | refusals(409)
)
def books_of_branch(branch_id: UrlId, year: Year, actor: Signed, session: Unit, quarter: QuarterAsked = 0) -> Response:
    """The quarterly books of every group of a branch in one file; without a quarter, those of the whole year."""
    return given(session, actions.take_books(session, actor, branch_id, year, quarter))


def given(session: Session, made: Made) -> Response:
    """A file in which people are named, to be saved."""
    return taken(session, made.data, KINDS[made.form], made.name)
