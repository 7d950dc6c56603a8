"""The doors of the term of a branch's committee."""

from services.activities.register import actions, queries
from services.activities.register.schemas import Made
from services.activities.register.schemas.terms import NewCommittee, NewTerm, TermCorrection, TermOut
from shared.people import UnitKind
from shared.web import Door, Signed, Unit, UrlId

door = Door(tags=["register"])


@door.get("/branches/{branch_id}/terms")
def terms(branch_id: UrlId, actor: Signed, session: Unit) -> list[TermOut]:
    """The terms of a branch's committee, the latest first."""
    branch = queries.unit_in_reach(session, actor, branch_id, UnitKind.BRANCH)
    return [TermOut.model_validate(each) for each in queries.terms_of(session, branch)]


@door.post("/branches/{branch_id}/terms")
def begin_term(branch_id: UrlId, asked: NewTerm, actor: Signed, session: Unit) -> Made:
    """A term begins; the one before it ends on that day, and every post goes on."""
    return Made(id=actions.begin_term(session, actor, branch_id, asked.term()).id)


@door.post("/branches/{branch_id}/committees")
def seat_committee(branch_id: UrlId, asked: NewCommittee, actor: Signed, session: Unit) -> Made:
    """A new committee with its term, in one act."""
    return Made(id=actions.seat_committee(session, actor, branch_id, asked.term(), asked.committee()).term.id)


@door.post("/terms/{term_id}/corrections")
def correct_term(term_id: UrlId, asked: TermCorrection, actor: Signed, session: Unit) -> Made:
    """The last term of a branch was entered otherwise than it is."""
    made = actions.correct_term(
        session,
        actor,
        term_id,
        reason=asked.reason,
        starts_on=asked.starts_on,
        due_on=asked.last_day,
        mistaken=asked.mistaken,
    )
    return Made(id=made.id)
