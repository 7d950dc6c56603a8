"""Doors for mobile members and members in need."""

from services.activities.register import actions, queries
from services.activities.register.schemas import Because, CareEnding, CareOut, Made, Met, NewCare, NumberOut
from shared import clock
from shared.web import Door, Once, Signed, Unit, UrlId

door = Door(tags=["register"])


@door.get("/units/{unit_id}/care")
def cared_for(unit_id: UrlId, actor: Signed, session: Unit) -> list[CareOut]:
    """Who is looked after in a branch or a township: mobile members, out and in, and members in need."""
    queries.unit_in_reach(session, actor, unit_id)
    return [CareOut.model_validate(each) for each in queries.cared_for(session, actor, unit_id=unit_id)]


@door.post("/people/{person_id}/care")
def look_after(person_id: UrlId, asked: NewCare, actor: Signed, session: Unit) -> Made:
    """A member is out, or in need."""
    return Made(id=actions.look_after(session, actor, person_id, asked.looked(clock.today(session))).id)


@door.post("/branches/{branch_id}/care")
def look_after_guest(branch_id: UrlId, asked: NewCare, actor: Signed, session: Unit) -> Made:
    """Somebody whose relation is elsewhere takes part in a branch."""
    return Made(id=actions.look_after_guest(session, actor, branch_id, asked.looked(clock.today(session))).id)


@door.post("/care/{care_id}/meetings")
def meet(care_id: UrlId, asked: Met, actor: Signed, session: Unit) -> Made:
    """He was contacted or visited."""
    return Made(id=actions.meet(session, actor, care_id, on=asked.on, note=asked.note).id)


@door.post("/care/{care_id}/numbers")
def show_number(care_id: UrlId, asked: Because, actor: Signed, session: Unit) -> Once[NumberOut]:
    """The number of somebody from elsewhere in full, for a reason that goes into the audit."""
    return NumberOut(field="phone", number=actions.show_guest_number(session, actor, care_id, reason=asked.reason))


@door.post("/care/{care_id}/endings")
def end_care(care_id: UrlId, asked: CareEnding, actor: Signed, session: Unit) -> Made:
    """He is back, or in need no more."""
    return Made(id=actions.end_care(session, actor, care_id, why=asked.reason, on=asked.day).id)
