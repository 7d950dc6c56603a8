"""Doors for what becomes of members: off the roll, elsewhere, full; and what is registered of them, corrected."""

from services.activities.register import actions, queries
from services.activities.register.schemas import (
    BalanceOut,
    Because,
    CorrectedOut,
    CorrectionMade,
    Known,
    Made,
    NewTurn,
    TurnMade,
    TurnOut,
)
from shared import clock
from shared.shapes import Day
from shared.web import Door, Signed, Unit, UrlId

door = Door(tags=["register"])


@door.post("/people/{person_id}/member-acts")
def turn(person_id: UrlId, asked: NewTurn, actor: Signed, session: Unit) -> TurnMade:
    """What becomes of somebody's membership from a day on: done at once, or planned for a day to come."""
    row = actions.turn(session, actor, person_id, asked.asked(clock.today(session)))
    return TurnMade(id=row.id, stage=row.stage)


@door.get("/people/{person_id}/member-acts")
def turns(person_id: UrlId, actor: Signed, session: Unit) -> list[TurnOut]:
    """Whatever was written of somebody's membership, the latest first."""
    queries.person_in_reach(session, actor, person_id)
    return [TurnOut.model_validate(each) for each in queries.acts_of(session, actor, person_id)]


@door.get("/units/{unit_id}/member-acts")
def turns_ahead(unit_id: UrlId, actor: Signed, session: Unit) -> list[TurnOut]:
    """What is arranged for members of a unit, or could not be done on its day."""
    queries.unit_in_reach(session, actor, unit_id)
    return [TurnOut.model_validate(each) for each in queries.acts_ahead(session, actor, unit_id)]


@door.post("/member-acts/{member_act_id}/withdrawals")
def withdraw_turn(member_act_id: UrlId, actor: Signed, session: Unit) -> Made:
    """What was arranged is not to be done; what could not be done has been taken note of."""
    return Made(id=actions.withdraw_turn(session, actor, member_act_id).id)


@door.post("/member-acts/{member_act_id}/undoings")
def undo_turn(member_act_id: UrlId, actor: Signed, session: Unit) -> Made:
    """Whoever did it takes it back within a week; what others did since stands."""
    return Made(id=actions.undo_turn(session, actor, member_act_id).id)


@door.get("/units/{unit_id}/balance")
def balance(
    unit_id: UrlId, actor: Signed, session: Unit, start: Day | None = None, end: Day | None = None
) -> BalanceOut:
    """What came and went in a unit between two days, both counted (this year so far), and the counts of the last."""
    queries.unit_in_reach(session, actor, unit_id)
    end = end or clock.today(session)
    start = start or end.replace(month=1, day=1)
    found = queries.balance_of(session, actor, unit_id, start=start, end=end)
    counts = queries.counts_of(queries.roll_on(session, actor, unit_id, end), end)
    known = {name: getattr(found, name) for name in ("before", "came", "went", "after", "full")}
    return BalanceOut(start=start, end=end, counts=counts, **known)


@door.post("/people/{person_id}/corrections")
def correct(person_id: UrlId, asked: Known, actor: Signed, session: Unit) -> CorrectionMade:
    """What is registered of somebody is to be otherwise: done at once, or after the organiser's nod."""
    row = actions.correct_person(session, actor, person_id, asked.wanted(), reason=asked.reason)
    return CorrectionMade(id=row.id, stage=row.stage)


@door.get("/people/{person_id}/corrections")
def corrections(person_id: UrlId, actor: Signed, session: Unit) -> list[CorrectedOut]:
    """What was corrected of somebody, or is proposed, the latest first."""
    queries.person_in_reach(session, actor, person_id)
    return [CorrectedOut.model_validate(each) for each in queries.corrections_of(session, actor, person_id)]


@door.post("/corrections/{correction_id}/agreements")
def agree_correction(correction_id: UrlId, actor: Signed, session: Unit) -> CorrectionMade:
    """The organiser's nod: it is done."""
    row = actions.agree_correction(session, actor, correction_id)
    return CorrectionMade(id=row.id, stage=row.stage)


@door.post("/corrections/{correction_id}/refusals")
def decline_correction(correction_id: UrlId, asked: Because, actor: Signed, session: Unit) -> CorrectionMade:
    """It is not to be, for a reason."""
    row = actions.decline_correction(session, actor, correction_id, reason=asked.reason)
    return CorrectionMade(id=row.id, stage=row.stage)
