"""The door to the trials."""

from fastapi import Request

from services.assessment.schemes.schemas import SchemeSeen
from services.assessment.trials import actions
from services.assessment.trials.schemas import Next, Trial
from shared.web import Door, Signed, Unit

door = Door(tags=["trials"])


@door.get("/cycles/{cycle_id}/trial")
def trial(session: Unit, actor: Signed, cycle_id: int, request: Request) -> Trial:
    """What a change would make of a year, stored nowhere: `?study.points=25&grades.excellent=88`."""
    return actions.try_changes(session, actor, cycle_id, request.query_params)


@door.post("/cycles/{cycle_id}/next-schemes")
def keep_for_next_year(session: Unit, actor: Signed, cycle_id: int, asked: Next) -> SchemeSeen:
    """Store the changed scheme for a later year."""
    return SchemeSeen.model_validate(actions.keep_for_next_year(session, actor, cycle_id, asked))
