"""The door to the cases, and to what takes a whole year on."""

from services.assessment.cases import actions, queries
from services.assessment.cases.rules import BY_THE_BRANCH, MOVES, CaseStage, CaseStep
from services.assessment.cases.schemas import (
    Answering,
    CandidateSeen,
    CaseMovedTo,
    CaseSeen,
    CaseWhole,
    Checked,
    Decision,
    DecisionOf,
    Exemption,
    ExemptionOf,
    Filing,
    FilingOf,
    FilingTogether,
    Following,
    HappeningSeen,
    ItemSeen,
    Listing,
    MarkCorrection,
    MarkOf,
    MarkSeen,
    Nomination,
    NominationOf,
    NoticeSeen,
    ObjectionSeen,
    Outcomes,
    Raising,
    Reopening,
    ResultRow,
    Resumption,
    Return,
    ReturnOf,
    Settling,
    Several,
    Statement,
)
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.schemas import CycleSeen, OpeningSeen, PutOff, Withdrawal, Year
from shared.web import Door, Page, Paged, Signed, Unit, UrlId

door = Door()


# --- a whole year ---


@door.post("/cycles", tags=["cycles"])
def open_cycle(session: Unit, actor: Signed, asked: Year) -> CycleSeen:
    """Open a township's year."""
    cycle = actions.open_cycle(session, actor, township_id=asked.township_id, year=asked.year)
    return CycleSeen.model_validate(cycle)


@door.get("/openings", tags=["cycles"])
def openings(session: Unit, actor: Signed) -> list[OpeningSeen]:
    """The years that are still to open in one's township, the next first."""
    return [OpeningSeen.model_validate(each) for each in cycles.openings_ahead(session, actor)]


@door.post("/openings/{opening_id}/confirmations", tags=["cycles"])
def confirm_opening(session: Unit, actor: Signed, opening_id: UrlId) -> OpeningSeen:
    """Confirm that a year opens on its day with what it would open with."""
    return OpeningSeen.model_validate(actions.confirm_opening(session, actor, opening_id))


@door.post("/openings/{opening_id}/postponements", tags=["cycles"])
def put_off(session: Unit, actor: Signed, opening_id: UrlId, asked: PutOff) -> OpeningSeen:
    """Put the opening of a year off to another day."""
    one = actions.put_off(session, actor, opening_id, opens_on=asked.opens_on, reason=asked.reason)
    return OpeningSeen.model_validate(one)


@door.post("/cycles/{cycle_id}/withdrawals", tags=["cycles"])
def withdraw_opening(session: Unit, actor: Signed, cycle_id: UrlId, asked: Withdrawal) -> CycleSeen:
    """Take the opening of a year back within a day, as long as nothing was handed in."""
    return CycleSeen.model_validate(actions.withdraw_opening(session, actor, cycle_id, asked.reason))


@door.post("/cycles/{cycle_id}/runs", tags=["cycles"])
def start_run(session: Unit, actor: Signed, cycle_id: UrlId) -> CycleSeen:
    """Collect the evidence and score it."""
    return CycleSeen.model_validate(actions.start_run(session, actor, cycle_id))


@door.post("/cycles/{cycle_id}/stops", tags=["cycles"])
def stop_run(session: Unit, actor: Signed, cycle_id: UrlId) -> CycleSeen:
    """Let the run wait."""
    return CycleSeen.model_validate(actions.stop_run(session, actor, cycle_id))


@door.post("/cycles/{cycle_id}/continuations", tags=["cycles"])
def go_on(session: Unit, actor: Signed, cycle_id: UrlId) -> CycleSeen:
    """Let a stopped run go on."""
    return CycleSeen.model_validate(actions.go_on(session, actor, cycle_id))


@door.get("/cycles/{cycle_id}/verification", tags=["cycles"])
def verification(session: Unit, actor: Signed, cycle_id: UrlId) -> Checked:
    """Compute the run again from its frozen evidence, and compare."""
    return Checked.model_validate(actions.verify_cycle(session, actor, cycle_id))


@door.get("/cycles/{cycle_id}/results", tags=["cycles"])
def results(session: Unit, actor: Signed, cycle_id: UrlId) -> list[ResultRow]:
    """The year's results, for the township's own file."""
    rows = queries.results(session, actor, cycle_id)
    places = queries.places_of(rows)
    return [ResultRow.of(row, places.get(row.Case.id)) for row in rows]


@door.post("/cycles/{cycle_id}/notices", tags=["cycles"])
def publish_notice(session: Unit, actor: Signed, cycle_id: UrlId) -> CycleSeen:
    """Put the results on public notice."""
    return CycleSeen.model_validate(actions.publish_notice(session, actor, cycle_id))


@door.get("/cycles/{cycle_id}/notice", tags=["cycles"])
def notice(session: Unit, actor: Signed, cycle_id: UrlId) -> NoticeSeen:
    """The public notice: whole for the township, and in its days for every member."""
    return NoticeSeen.model_validate(queries.notice_of(session, actor, cycle_id))


@door.post("/cycles/{cycle_id}/recalls", tags=["cycles"])
def recall_notice(session: Unit, actor: Signed, cycle_id: UrlId, asked: Withdrawal) -> CycleSeen:
    """Take a public notice down, with a reason; the committee's."""
    return CycleSeen.model_validate(actions.recall_notice(session, actor, cycle_id, asked.reason))


@door.post("/cycles/{cycle_id}/endings", tags=["cycles"])
def end_cycle(session: Unit, actor: Signed, cycle_id: UrlId, asked: Withdrawal) -> CycleSeen:
    """Break a year off without a result, with a reason; the committee's."""
    return CycleSeen.model_validate(actions.end_cycle(session, actor, cycle_id, asked.reason))


@door.post("/cycles/{cycle_id}/closings", tags=["cycles"])
def close_cycle(session: Unit, actor: Signed, cycle_id: UrlId) -> CycleSeen:
    """Make the year final."""
    return CycleSeen.model_validate(actions.close_cycle(session, actor, cycle_id))


# --- what people type of a leader's year ---


@door.get("/cycles/{cycle_id}/marks", tags=["cycles"])
def marks(session: Unit, actor: Signed, cycle_id: UrlId) -> list[MarkSeen]:
    """What was typed of the leaders whom one sees, as it holds now."""
    cycles.cycle_seen(session, actor, cycle_id)
    return [MarkSeen.model_validate(mark) for mark in queries.marks_in_force(session, actor, cycle_id).values()]


@door.post("/cycles/{cycle_id}/marks", tags=["cycles"])
def give_marks(session: Unit, actor: Signed, cycle_id: UrlId, asked: Several[MarkOf]) -> list[MarkSeen]:
    """Type the points of several leaders, all or none."""
    actions.give_marks(session, actor, cycle_id, asked.rows)
    wanted = {(row.case_id, row.key) for row in asked.rows}
    found = queries.marks_in_force(session, actor, cycle_id)
    return [MarkSeen.model_validate(mark) for about, mark in found.items() if about in wanted]


@door.post("/marks/{mark_id}/corrections", tags=["cycles"])
def correct_mark(session: Unit, actor: Signed, mark_id: UrlId, asked: MarkCorrection) -> MarkSeen:
    """Type other points in the place of some that were wrong."""
    return MarkSeen.model_validate(actions.correct_mark(session, actor, mark_id, asked))


# --- several cases at once ---


@door.post("/nominations", tags=["cases"])
def nominate_several(session: Unit, actor: Signed, asked: Several[NominationOf]) -> Outcomes:
    """Put several leaders forward; each goes through or is refused by itself."""
    return actions.nominate_several(session, actor, asked.rows)


@door.post("/filings", tags=["cases"])
def accept_several(session: Unit, actor: Signed, asked: Several[FilingOf]) -> Outcomes:
    """Accept and file several."""
    return actions.accept_several(session, actor, asked.rows)


@door.post("/filings-together", tags=["cases"])
def accept_together(session: Unit, actor: Signed, asked: FilingTogether) -> Outcomes:
    """Accept several, and file them under one number."""
    return actions.accept_together(session, actor, asked)


@door.post("/returns", tags=["cases"])
def return_several(session: Unit, actor: Signed, asked: Several[ReturnOf]) -> Outcomes:
    """Return several to their branches."""
    return actions.return_several(session, actor, asked.rows)


@door.post("/exemptions", tags=["cases"])
def exempt_several(session: Unit, actor: Signed, asked: Several[ExemptionOf]) -> Outcomes:
    """Do not assess several this year."""
    return actions.exempt_several(session, actor, asked.rows)


@door.get("/cycles/{cycle_id}/candidates", tags=["cycles"])
def candidates(session: Unit, actor: Signed, cycle_id: UrlId) -> list[CandidateSeen]:
    """Who led the groups of the township in the year, and who of them is on its list."""
    return [CandidateSeen.model_validate(each) for each in queries.roster_of(session, actor, cycle_id)]


@door.post("/cycles/{cycle_id}/groups/{group_id}/leaders", tags=["cycles"])
def list_leaders(session: Unit, actor: Signed, cycle_id: UrlId, group_id: UrlId, asked: Listing) -> list[CandidateSeen]:
    """List one or several of those who led a group in the year."""
    actions.list_leaders(session, actor, cycle_id, group_id, asked.post_ids)
    found = queries.roster_of(session, actor, cycle_id)
    return [CandidateSeen.model_validate(each) for each in found if each.group_id == group_id]


@door.post("/cycles/{cycle_id}/decisions", tags=["cases"])
def follow_sheets(session: Unit, actor: Signed, cycle_id: UrlId, asked: Following) -> Outcomes:
    """Decide several as their sheets propose."""
    return actions.follow_sheets(session, actor, cycle_id, asked)


@door.post("/cycles/{cycle_id}/over-quota-decisions", tags=["cases"])
def settle_over_quota(session: Unit, actor: Signed, cycle_id: UrlId, asked: Settling) -> Outcomes:
    """Whoever is excellent by his sheet but over the quota is competent, all for one reason."""
    return actions.settle_over_quota(session, actor, cycle_id, asked)


@door.post("/decisions", tags=["cases"])
def decide_several(session: Unit, actor: Signed, asked: Several[DecisionOf]) -> Outcomes:
    """Decide several."""
    return actions.decide_several(session, actor, asked.rows)


# --- one case ---


@door.get("/cases", tags=["cases"])
def cases(  # noqa: PLR0917  FastAPI passes them by name
    session: Unit,
    actor: Signed,
    paging: Paged,
    cycle_id: UrlId | None = None,
    branch_id: UrlId | None = None,
    stage: CaseStage | None = None,
) -> Page[CaseSeen]:
    """The cases that one may see."""
    found = queries.cases_page(
        session,
        actor,
        cycle_id=cycle_id,
        branch_id=branch_id,
        stage=stage,
        after=paging.after,
        limit=paging.limit,
    )
    rows = [CaseSeen.of(row) for row in found]
    return Page(rows=rows, next=rows[-1].id if len(rows) == paging.limit else None)


@door.get("/cases/{case_id}", tags=["cases"])
def case(session: Unit, actor: Signed, case_id: UrlId) -> CaseWhole:
    """One case: each line of its sheet with the figures and records behind it."""
    row = queries.case_seen(session, actor, case_id)
    run, items = queries.explained(session, row.Case)
    steps = queries.open_steps(session, actor, row.Case, MOVES, BY_THE_BRANCH, put=CaseStep.NOMINATE)
    objections = queries.objections_of(session, actor, case_id)
    return CaseWhole.of(
        row,
        run=run,
        items=[ItemSeen.model_validate(item) for item in items],
        objections=[ObjectionSeen.model_validate(one) for one in objections],
        steps=[str(step) for step in steps],
    )


@door.get("/cases/{case_id}/history", tags=["cases"])
def history(session: Unit, actor: Signed, case_id: UrlId) -> list[HappeningSeen]:
    """The steps that a case has taken."""
    return [HappeningSeen.of(row) for row in queries.history(session, actor, case_id)]


@door.post("/cases/{case_id}/statements", tags=["cases"])
def write_statement(session: Unit, actor: Signed, case_id: UrlId, asked: Statement) -> CaseMovedTo:
    """Write one's own statement."""
    return CaseMovedTo.model_validate(actions.write_statement(session, actor, case_id, asked.statement))


@door.post("/cases/{case_id}/nominations", tags=["cases"])
def nominate(session: Unit, actor: Signed, case_id: UrlId, asked: Nomination) -> CaseMovedTo:
    """Put a leader forward."""
    return CaseMovedTo.model_validate(actions.nominate(session, actor, case_id, asked))


@door.post("/cases/{case_id}/filings", tags=["cases"])
def accept(session: Unit, actor: Signed, case_id: UrlId, asked: Filing) -> CaseMovedTo:
    """Accept and file."""
    return CaseMovedTo.model_validate(actions.accept(session, actor, case_id, asked))


@door.post("/cases/{case_id}/returns", tags=["cases"])
def return_nomination(session: Unit, actor: Signed, case_id: UrlId, asked: Return) -> CaseMovedTo:
    """Return to the branch."""
    return CaseMovedTo.model_validate(actions.return_nomination(session, actor, case_id, asked.reason))


@door.post("/cases/{case_id}/decisions", tags=["cases"])
def decide(session: Unit, actor: Signed, case_id: UrlId, asked: Decision) -> CaseMovedTo:
    """Decide the grade."""
    return CaseMovedTo.model_validate(actions.decide(session, actor, case_id, asked))


@door.post("/cases/{case_id}/reopenings", tags=["cases"])
def reopen(session: Unit, actor: Signed, case_id: UrlId, asked: Reopening) -> CaseMovedTo:
    """Take a result up again after an upheld objection."""
    return CaseMovedTo.model_validate(actions.reopen(session, actor, case_id, asked.reason))


@door.post("/cases/{case_id}/exemptions", tags=["cases"])
def exempt(session: Unit, actor: Signed, case_id: UrlId, asked: Exemption) -> CaseMovedTo:
    """Do not assess him this year."""
    return CaseMovedTo.model_validate(actions.exempt(session, actor, case_id, asked.reason))


@door.post("/cases/{case_id}/resumptions", tags=["cases"])
def resume(session: Unit, actor: Signed, case_id: UrlId, asked: Resumption) -> CaseMovedTo:
    """Assess him all the same."""
    return CaseMovedTo.model_validate(actions.resume(session, actor, case_id, asked.reason))


@door.post("/cases/{case_id}/objections", tags=["cases"])
def raise_objection(session: Unit, actor: Signed, case_id: UrlId, asked: Raising) -> ObjectionSeen:
    """Record an objection."""
    made = actions.raise_objection(session, actor, case_id, channel=asked.channel, matter=asked.matter)
    return ObjectionSeen.model_validate(queries.objection_told(session, actor, made.id))


@door.post("/objections/{objection_id}/answers", tags=["cases"])
def answer_objection(session: Unit, actor: Signed, objection_id: UrlId, asked: Answering) -> ObjectionSeen:
    """Answer an objection."""
    actions.answer_objection(session, actor, objection_id, upheld=asked.upheld, answer=asked.answer, told=asked.told)
    return ObjectionSeen.model_validate(queries.objection_told(session, actor, objection_id))
