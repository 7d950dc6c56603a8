"""The door to choosings."""

from typing import Annotated, Any

from fastapi import Path, Query, Response

from services.assessment.cases.schemas import HappeningSeen
from services.assessment.choosings import actions, queries
from services.assessment.choosings.rules import Check, ChoosingStage, Rule, Verdict
from services.assessment.choosings.schemas import (
    Answer,
    Asking,
    CalledElection,
    CheckSeen,
    ChoosingFiling,
    ChoosingMovedTo,
    ChoosingOutcomes,
    ChoosingSeen,
    ChoosingWhole,
    ConsentSeen,
    ElectionsTogether,
    FiledTogether,
    NewBar,
    NewChoosing,
    NominatedTogether,
    Nominee,
    OpeningsTogether,
    Renewal,
    Renewed,
    ReturnedTogether,
    TakenTogether,
    Why,
)
from shared.access import Actor
from shared.db import Session
from shared.files import KINDS
from shared.papers.press import ListForm, Made, PaperForm
from shared.shapes import ID_MAX
from shared.web import Door, Page, Paged, Signed, Unit, UrlId, gives, refusals
from shared.web.files import PaperVersion, taken

door = Door(tags=["choosings"])
Year = Annotated[int, Path(ge=1950, le=2200)]
Chosen = Annotated[int, Query(ge=0, le=ID_MAX)]


@door.get("/choosings")
def choosings(session: Unit, actor: Signed, paging: Paged, stage: ChoosingStage | None = None) -> Page[ChoosingSeen]:
    """The choosings that one may see, the newest first."""
    found = queries.choosings(session, actor, after=paging.after, limit=paging.limit, stage=stage)
    rows = [ChoosingSeen.of(row) for row in found]
    return Page(rows=rows, next=rows[-1].id if len(rows) == paging.limit else None)


@door.post("/choosings")
def open_choosing(session: Unit, actor: Signed, asked: NewChoosing) -> ChoosingMovedTo:
    """Let a choosing begin."""
    return ChoosingMovedTo.of(actions.open_choosing(session, actor, asked))


@door.get("/choosings/{choosing_id}")
def choosing(session: Unit, actor: Signed, choosing_id: UrlId) -> ChoosingWhole:
    """One choosing, with what may be done next."""
    return _whole(session, actor, queries.choosing(session, actor, choosing_id))


@door.get("/choosings/{choosing_id}/history")
def history(session: Unit, actor: Signed, choosing_id: UrlId) -> list[HappeningSeen]:
    """What happened to a choosing."""
    return [HappeningSeen.of(row) for row in queries.history(session, actor, choosing_id)]


@door.post("/choosings/{choosing_id}/consents")
def ask(session: Unit, actor: Signed, choosing_id: UrlId, asked: Asking) -> ConsentSeen:
    """Ask somebody whether he agrees to stand."""
    return ConsentSeen.model_validate(actions.ask(session, actor, choosing_id, asked))


@door.post("/choosings/{choosing_id}/answers")
def answer(session: Unit, actor: Signed, choosing_id: UrlId, asked: Answer) -> ConsentSeen:
    """Say of oneself whether one agrees."""
    return ConsentSeen.model_validate(actions.answer(session, actor, choosing_id, agrees=asked.agrees))


@door.get("/consents")
def own_consents(session: Unit, actor: Signed) -> list[ConsentSeen]:
    """What one is asked oneself."""
    return [ConsentSeen.model_validate(row) for row in queries.own_consents(session, actor)]


@door.post("/choosings/{choosing_id}/nominations")
def nominate(session: Unit, actor: Signed, choosing_id: UrlId, asked: Nominee) -> ChoosingMovedTo:
    """Put somebody forward."""
    return ChoosingMovedTo.of(actions.nominate(session, actor, choosing_id, asked))


@door.post("/choosings/{choosing_id}/elections")
def call_election(session: Unit, actor: Signed, choosing_id: UrlId, asked: CalledElection) -> ChoosingMovedTo:
    """Call the group to elect."""
    return ChoosingMovedTo.of(actions.call_election(session, actor, choosing_id, asked))


@door.post("/choosings/{choosing_id}/results")
def submit(session: Unit, actor: Signed, choosing_id: UrlId) -> ChoosingMovedTo:
    """Hand the result of an election in."""
    return ChoosingMovedTo.of(actions.submit(session, actor, choosing_id))


@door.post("/choosings/{choosing_id}/retractions")
def take_back(session: Unit, actor: Signed, choosing_id: UrlId) -> ChoosingMovedTo:
    """Take back what nobody has reviewed yet."""
    return ChoosingMovedTo.of(actions.take_back(session, actor, choosing_id))


@door.post("/choosings/{choosing_id}/returns")
def send_back(session: Unit, actor: Signed, choosing_id: UrlId, asked: Why) -> ChoosingMovedTo:
    """Send it back to the branch."""
    return ChoosingMovedTo.of(actions.send_back(session, actor, choosing_id, asked.reason))


@door.post("/choosings/{choosing_id}/submissions")
def pass_on(session: Unit, actor: Signed, choosing_id: UrlId) -> ChoosingMovedTo:
    """Ask the committee, where the office has decided that it agrees first."""
    return ChoosingMovedTo.of(actions.pass_on(session, actor, choosing_id))


@door.post("/choosings/{choosing_id}/agreements")
def agree(session: Unit, actor: Signed, choosing_id: UrlId) -> ChoosingMovedTo:
    """The committee agrees."""
    return ChoosingMovedTo.of(actions.agree(session, actor, choosing_id))


@door.post("/choosings/{choosing_id}/refusals")
def decline(session: Unit, actor: Signed, choosing_id: UrlId, asked: Why) -> ChoosingMovedTo:
    """The committee does not agree."""
    return ChoosingMovedTo.of(actions.decline(session, actor, choosing_id, asked.reason))


@door.post("/choosings/{choosing_id}/filings")
def file(session: Unit, actor: Signed, choosing_id: UrlId, asked: ChoosingFiling) -> ChoosingMovedTo:
    """File it with a number."""
    return ChoosingMovedTo.of(actions.file(session, actor, choosing_id, asked))


@door.post("/choosings/{choosing_id}/retries")
def retry(session: Unit, actor: Signed, choosing_id: UrlId) -> ChoosingMovedTo:
    """Ask the register again."""
    return ChoosingMovedTo.of(actions.retry(session, actor, choosing_id))


@door.post("/choosings/{choosing_id}/withdrawals")
def withdraw(session: Unit, actor: Signed, choosing_id: UrlId, asked: Why) -> ChoosingMovedTo:
    """Take it back; a number stays, as void."""
    return ChoosingMovedTo.of(actions.withdraw(session, actor, choosing_id, asked.reason))


@door.get(
    "/choosings/{choosing_id}/papers/{choosing_paper}",
    response_class=Response,
    responses=gives("docx", "xlsx", "pdf") | refusals(409),
)
def paper(  # noqa: PLR0917  FastAPI passes them by name
    session: Unit,
    actor: Signed,
    choosing_id: UrlId,
    choosing_paper: actions.ChoosingPaper,
    form: PaperForm = "docx",
    version: PaperVersion = 0,
) -> Response:
    """A paper of a choosing, in Word or as PDF: the nomination form, the notice of appointment, what is handed over."""
    return _given(session, actions.take_paper(session, actor, choosing_id, choosing_paper, form=form, version=version))


@door.get(
    "/choosing-registers/{year}",
    response_class=Response,
    responses=gives("xlsx", "docx", "pdf") | refusals(409),
)
def register(  # noqa: PLR0917  FastAPI passes them by name
    session: Unit,
    actor: Signed,
    year: Year,
    choosing_id: Chosen = 0,
    form: ListForm = "xlsx",
    version: PaperVersion = 0,
) -> Response:
    """Those who were filed in a year; with `choosing_id`, those who were filed under its number."""
    return _given(
        session, actions.take_register(session, actor, year, choosing_id=choosing_id, form=form, version=version)
    )


@door.get("/choosings-to-sign", response_class=Response, responses=gives("xlsx", "docx", "pdf") | refusals(409))
def to_sign(session: Unit, actor: Signed, form: ListForm = "pdf", version: PaperVersion = 0) -> Response:
    """Those whom the committee is asked to agree to, to be signed on paper."""
    return _given(session, actions.take_to_sign(session, actor, form=form, version=version))


def _given(session: Session, made: Made) -> Response:
    return taken(session, made.data, KINDS[made.form], made.name)


@door.post("/choosing-renewals")
def renew(session: Unit, actor: Signed, asked: Renewal) -> Renewed:
    """Let the choosings of whole branches begin."""
    return Renewed(opened=actions.renew(session, actor, asked))


@door.post("/choosing-nominations")
def nominate_together(session: Unit, actor: Signed, asked: NominatedTogether) -> ChoosingOutcomes:
    """Put several forward by one resolution; each goes through or is refused by itself."""
    return actions.nominate_together(session, actor, asked.each())


@door.post("/choosing-elections")
def call_together(session: Unit, actor: Signed, asked: ElectionsTogether) -> ChoosingOutcomes:
    """Call several groups to elect on one day; each is called, and where it is said who counts opened, by itself."""
    return actions.call_together(session, actor, asked)


@door.post("/choosing-openings")
def open_together(session: Unit, actor: Signed, asked: OpeningsTogether) -> ChoosingOutcomes:
    """Let several elections begin: each electorate is frozen; each goes through or is refused by itself."""
    return actions.open_together(session, actor, asked)


@door.post("/choosing-results")
def submit_several(session: Unit, actor: Signed, asked: TakenTogether) -> ChoosingOutcomes:
    """Hand the results of several elections in; each goes through or is refused by itself."""
    return actions.submit_several(session, actor, asked.choosing_ids)


@door.post("/choosing-filings")
def file_together(session: Unit, actor: Signed, asked: FiledTogether) -> ChoosingOutcomes:
    """File several under one number; each goes through or is refused by itself."""
    return actions.file_together(session, actor, asked)


@door.post("/choosing-submissions")
def pass_on_several(session: Unit, actor: Signed, asked: TakenTogether) -> ChoosingOutcomes:
    """Ask the committee about several; each goes through or is refused by itself."""
    return actions.pass_on_several(session, actor, asked.choosing_ids)


@door.post("/choosing-agreements")
def agree_to_several(session: Unit, actor: Signed, asked: TakenTogether) -> ChoosingOutcomes:
    """The committee agrees to several; each goes through or is refused by itself."""
    return actions.agree_to_several(session, actor, asked.choosing_ids)


@door.post("/choosing-returns")
def return_several(session: Unit, actor: Signed, asked: ReturnedTogether) -> ChoosingOutcomes:
    """Send several back with one reason."""
    return actions.return_several(session, actor, asked.each())


@door.post("/candidacy-bars")
def bar(session: Unit, actor: Signed, asked: NewBar) -> NewBar:
    """Mark that somebody may not be put forward, or let him stand again."""
    actions.bar(session, actor, asked)
    return asked


def _whole(session: Session, actor: Actor, row: Any) -> ChoosingWhole:  # noqa: ANN401  a row of the queries
    found = [CheckSeen.of(Check(Rule(rule), Verdict(verdict), said)) for rule, verdict, said in row[0].checks or ()]
    steps = [str(step) for step in queries.steps_open(session, actor, row[0])]
    told = {} if queries.is_told_why(actor, row[0]) else {"returned_why": None, "ended_why": None}
    return ChoosingWhole.of(row, checks=found, steps=steps, **told)
