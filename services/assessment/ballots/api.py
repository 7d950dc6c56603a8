"""The door to votes on paper."""

from fastapi import Response

from services.assessment.ballots import actions, queries
from services.assessment.ballots.schemas import (
    Arranging,
    BallotMovedTo,
    BallotSeen,
    BallotWhole,
    Because,
    Calling,
    Counting,
    CountSeen,
    Deciding,
    Opening,
    Repeating,
    Replacing,
    SlipFor,
    SlipSeen,
)
from services.assessment.cases.schemas import HappeningSeen
from shared.files import KINDS
from shared.web import Door, Once, Page, Paged, Signed, Unit, UrlId, gives, refusals
from shared.web.files import PaperVersion, taken

door = Door(tags=["ballots"])
ONE = "/ballots/{ballot_id}"


@door.get("/ballots")
def ballots(session: Unit, actor: Signed, paging: Paged) -> Page[BallotSeen]:
    """The votes on paper that one may see, the newest first."""
    found = queries.ballots(session, actor, after=paging.after, limit=paging.limit)
    rows = [BallotSeen.of(row) for row in found]
    return Page(rows=rows, next=rows[-1].id if len(rows) == paging.limit else None)


@door.post("/ballots")
def call(session: Unit, actor: Signed, asked: Calling) -> BallotMovedTo:
    """Call a vote of which the title says what is voted on."""
    return BallotMovedTo.of(actions.call(session, actor, asked))


@door.get(ONE)
def ballot(session: Unit, actor: Signed, ballot_id: UrlId) -> BallotWhole:
    """One vote: its rule, who stands, who has a vote, who counts, what was announced, what may be done next."""
    return queries.whole_of(session, actor, queries.ballot(session, actor, ballot_id))


@door.get(f"{ONE}/history")
def history(session: Unit, actor: Signed, ballot_id: UrlId) -> list[HappeningSeen]:
    """What happened to a vote."""
    return [HappeningSeen.of(row) for row in queries.history(session, actor, ballot_id)]


@door.post(f"{ONE}/orders")
def arrange(session: Unit, actor: Signed, ballot_id: UrlId, asked: Arranging) -> BallotMovedTo:
    """Put the paper in another order, or the vote on another day."""
    return BallotMovedTo.of(actions.arrange(session, actor, ballot_id, asked))


@door.post(f"{ONE}/openings")
def open_ballot(session: Unit, actor: Signed, ballot_id: UrlId, asked: Opening) -> BallotMovedTo:
    """Freeze who should be present, and name the two who count."""
    return BallotMovedTo.of(actions.open_ballot(session, actor, ballot_id, asked))


@door.get(f"{ONE}/counts")
def counts(session: Unit, actor: Signed, ballot_id: UrlId) -> list[CountSeen]:
    """The counts of this round that one may see: one's own, and both once both are in."""
    return queries.counts_of(session, actor, queries.ballot(session, actor, ballot_id)[0])


@door.post(f"{ONE}/counts")
def type_count(session: Unit, actor: Signed, ballot_id: UrlId, asked: Counting) -> BallotMovedTo:
    """Type what one counted."""
    return BallotMovedTo.of(actions.type_count(session, actor, ballot_id, asked))


@door.post(f"{ONE}/recounts")
def recount(session: Unit, actor: Signed, ballot_id: UrlId, asked: Because) -> BallotMovedTo:
    """Let both count anew."""
    return BallotMovedTo.of(actions.recount(session, actor, ballot_id, asked.reason))


@door.post(f"{ONE}/declarations")
def declare(session: Unit, actor: Signed, ballot_id: UrlId) -> BallotMovedTo:
    """Announce what both counted."""
    return BallotMovedTo.of(actions.declare(session, actor, ballot_id))


@door.post(f"{ONE}/refusals")
def refuse(session: Unit, actor: Signed, ballot_id: UrlId, asked: Because) -> BallotMovedTo:
    """Do not accept a count."""
    return BallotMovedTo.of(actions.refuse(session, actor, ballot_id, asked.reason))


@door.post(f"{ONE}/repetitions")
def again(session: Unit, actor: Signed, ballot_id: UrlId, asked: Repeating) -> BallotMovedTo:
    """Vote anew; the new vote is answered."""
    return BallotMovedTo.of(actions.again(session, actor, ballot_id, asked))


@door.post(f"{ONE}/decisions")
def decide(session: Unit, actor: Signed, ballot_id: UrlId, asked: Deciding) -> BallotMovedTo:
    """Write down whom the branch decided on after a second vote."""
    return BallotMovedTo.of(actions.decide(session, actor, ballot_id, asked))


@door.post(f"{ONE}/vacancies")
def leave(session: Unit, actor: Signed, ballot_id: UrlId, asked: Because) -> BallotMovedTo:
    """Let the seats that are left be empty."""
    return BallotMovedTo.of(actions.leave(session, actor, ballot_id, asked.reason))


@door.post(f"{ONE}/endings")
def end(session: Unit, actor: Signed, ballot_id: UrlId, asked: Because) -> BallotMovedTo:
    """End a vote that is not settled."""
    return BallotMovedTo.of(actions.end(session, actor, ballot_id, asked.reason))


@door.post(f"{ONE}/tellers")
def replace_teller(session: Unit, actor: Signed, ballot_id: UrlId, asked: Replacing) -> BallotMovedTo:
    """Let another count in somebody's place."""
    return BallotMovedTo.of(actions.replace_teller(session, actor, ballot_id, asked))


@door.get(f"{ONE}/papers/{{printed}}", response_class=Response, responses=gives("docx", "xlsx", "pdf") | refusals(409))
def paper(  # noqa: PLR0917  FastAPI passes them by name
    session: Unit,
    actor: Signed,
    ballot_id: UrlId,
    printed: actions.Paper,
    form: actions.PaperForm = "docx",
    version: PaperVersion = 0,
) -> Response:
    """A paper of a vote, in Word or as PDF: how it is held, what is marked, what is counted, what came of it."""
    made = actions.take_paper(session, actor, ballot_id, printed, form=form, version=version)
    return taken(session, made.data, KINDS[made.form], made.name)


@door.post(f"{ONE}/slips")
def make_slip(session: Unit, actor: Signed, ballot_id: UrlId, asked: SlipFor) -> Once[SlipSeen]:
    """A slip for a teller without an account: its word is answered this once."""
    return SlipSeen(place=asked.place, code=actions.make_slip(session, actor, ballot_id, asked))
