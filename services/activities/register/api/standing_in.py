"""The doors of standing in for a post: who does, begun with a last day, ended before it."""

from services.activities.register import actions, queries
from services.activities.register.schemas import Made, NewStandIn, PostEnding, StandInOut
from shared.web import Door, Signed, Unit, UrlId

door = Door(tags=["register"])


@door.get("/units/{unit_id}/stand-ins")
def stand_ins(unit_id: UrlId, actor: Signed, session: Unit) -> list[StandInOut]:
    """Who stands in for the posts of a unit, and who did."""
    queries.unit_in_reach(session, actor, unit_id)
    found = queries.stand_ins(session, actor, unit_id=unit_id, past=True)
    return [StandInOut.model_validate(each, from_attributes=True) for each in found]


@door.post("/units/{unit_id}/stand-ins")
def stand_in(unit_id: UrlId, asked: NewStandIn, actor: Signed, session: Unit) -> Made:
    """Somebody stands in for a post until a last day."""
    return Made(id=actions.stand_in(session, actor, unit_id=unit_id, **asked.model_dump()).id)


@door.post("/stand-ins/{stand_in_id}/endings")
def stand_down(stand_in_id: UrlId, asked: PostEnding, actor: Signed, session: Unit) -> Made:
    """It is over before its last day."""
    made = actions.stand_down(session, actor, stand_in_id, reason=asked.reason, ends_on=asked.first_day_off)
    return Made(id=made.id)
