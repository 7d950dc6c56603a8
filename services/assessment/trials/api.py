"""The door to the trials."""

from typing import Annotated

from fastapi import Query

from services.assessment.schemes.schemas import SchemeSeen
from services.assessment.trials import actions
from services.assessment.trials.schemas import Next, Trial
from shared.web import Door, Signed, Unit, UrlId, refusals

door = Door(tags=["trials"])


@door.get("/cycles/{cycle_id}/trial", responses=refusals(409))
def trial(
    session: Unit, actor: Signed, cycle_id: UrlId, change: Annotated[list[str] | None, Query(max_length=300)] = None
) -> Trial:
    """What changes would make of a year, stored nowhere: `?change=study.points=25&change=grades.excellent=88`."""
    asked = dict(each.partition("=")[::2] for each in change or ())
    return actions.try_changes(session, actor, cycle_id, asked)


@door.post("/cycles/{cycle_id}/next-schemes")
def keep_for_next_year(session: Unit, actor: Signed, cycle_id: UrlId, asked: Next) -> SchemeSeen:
    """Store the changed scheme for a later year."""
    return SchemeSeen.model_validate(actions.keep_for_next_year(session, actor, cycle_id, asked))
