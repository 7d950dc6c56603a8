"""The door to the cycles; what changes one is among the cases."""

from services.assessment.cycles import queries
from services.assessment.cycles.rules import MOVES
from services.assessment.cycles.schemas import CycleSeen, CycleWhole
from shared.web import Door, Page, Paged, Signed, Unit, UrlId

door = Door(prefix="/cycles", tags=["cycles"])


@door.get("")
def cycles(session: Unit, actor: Signed, paging: Paged) -> Page[CycleSeen]:
    """The years of one's township, newest first."""
    rows = queries.cycles_page(session, actor, after=paging.after, limit=paging.limit)
    seen = [CycleSeen.told(row, office=queries.in_office(actor, row)) for row in rows]
    return Page(rows=seen, next=seen[-1].id if len(seen) == paging.limit else None)


@door.get("/{cycle_id}")
def cycle(session: Unit, actor: Signed, cycle_id: UrlId) -> CycleWhole:
    """One year, how far its run is, and what the reader may do."""
    found = queries.cycle_seen(session, actor, cycle_id)
    run = queries.progress(session, found)
    steps = MOVES.open_to(found.stage, roles=actor.roles_over(found.township_id))
    return CycleWhole(
        **CycleSeen.told(found, office=queries.in_office(actor, found)).model_dump(),
        groups_done=run.done,
        groups=run.whole,
        groups_a_second=run.rate,
        seconds_left=run.seconds_left,
        steps=[str(step) for step in steps],
    )
