"""The run: evidence collected and scored in chunks of thousands of groups, each one set-based statement.

start_run posts `activities.collect_tallies` for the first chunks; each answer, `assessment.score_chunk`, scores its
chunk and asks for the next; the last one posts `assessment.finish_run`. Any of them may die and be done again: a chunk
is marked and its sheets are written in one transaction, and whoever comes second finds it marked.
"""

from typing import Any

from sqlalchemy import text

from services.assessment.cases import queries
from services.assessment.cases.actions.roster import follow_posts
from services.assessment.cases.actions.seal import seal
from services.assessment.cases.actions.sheets import write_sheets
from services.assessment.cases.actions.waits import let_all_wait, let_none_be_rated, let_typing_wait
from services.assessment.cycles.actions import announce_move, move_cycle
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.queries import cycle_to_change
from services.assessment.cycles.rules import WAITS, CycleStage, CycleStep, chunk_of
from services.assessment.schemes.rules import COLUMNS
from shared import clock, work
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotUnderstood
from shared.events import CycleScored
from shared.settings import settings
from shared.todos import Thing
from shared.waiting import follow

IN_FLIGHT = 4  # chunks asked for at once: the tallies of a prefecture never lie in the queue all together

CUT = text("""
    insert into assessment.chunk (cycle_id, run, number, first_group, last_group, groups)
    select :cycle, :run, number, min(group_id), max(group_id), count(distinct group_id)
    from (select group_id, (dense_rank() over (order by group_id) - 1) / :size as number
          from assessment.leader_case where cycle_id = :cycle) as cut
    group by number returning number""")

# Whoever held the post for a part of the year is asked for by his case and days, the others by their groups.
ASK = text("""
    with next as (
      update assessment.chunk set asked_at = office.now()
      where cycle_id = :cycle and run = :run and number in (
        select number from assessment.chunk
        where cycle_id = :cycle and run = :run and asked_at is null order by number limit :limit)
      returning number, first_group, last_group)
    select next.number, coalesce(array_agg(c.group_id order by c.group_id) filter (where not c.part), '{}') as groups,
      coalesce(jsonb_agg(jsonb_build_object('case_id', c.id, 'group_id', c.group_id, 'began_on', c.began_on,
        'ended_on', c.ended_on) order by c.id) filter (where c.part), '[]') as parts
    from next join assessment.leader_case c
      on c.cycle_id = :cycle and c.group_id between next.first_group and next.last_group
    group by next.number order by next.number""")

MARK = text("""
    update assessment.chunk k set done_at = office.now()
    from assessment.cycle c
    where k.cycle_id = :cycle and k.run = :run and k.number = :chunk and k.done_at is null
      and c.id = k.cycle_id and c.run = k.run
    returning k.groups""")


def start_run(session: Session, actor: Actor, cycle_id: int) -> Cycle:
    """Collect the evidence and score it; again until the notice is published.

    What was decided keeps the sheet that it was decided on; the new one stands beside it.
    """
    cycle = cycle_to_change(session, actor, cycle_id)
    moved = move_cycle(actor, cycle, CycleStep.RUN)
    cycle.run += 1
    cycle.run_on = clock.today(session)
    cycle.chunks_done, cycle.digest, cycle.collected_at = 0, None, None
    follow_posts(session, cycle)
    size = chunk_of(cycle.cases, most=settings().chunk_groups)
    values = {"cycle": cycle.id, "run": cycle.run, "size": size}
    cycle.chunks = len(session.execute(CUT, values).all())
    announce_move(session, actor, cycle, moved)
    let_none_be_rated(session, cycle)
    let_typing_wait(session, cycle)
    push_on(session, cycle, chunks=IN_FLIGHT)
    return cycle


def stop_run(session: Session, actor: Actor, cycle_id: int) -> Cycle:
    """Let the run wait: what was asked for is still scored, nothing more is asked for."""
    cycle = cycle_to_change(session, actor, cycle_id)
    moved = move_cycle(actor, cycle, CycleStep.STOP)
    announce_move(session, actor, cycle, moved)
    follow(session, WAITS, moved, [Thing(f"cycle:{cycle.id}", cycle.township_id)])
    return cycle


def go_on(session: Session, actor: Actor, cycle_id: int) -> Cycle:
    """Let a stopped run go on where it stopped."""
    cycle = cycle_to_change(session, actor, cycle_id)
    moved = move_cycle(actor, cycle, CycleStep.GO_ON)
    announce_move(session, actor, cycle, moved)
    follow(session, WAITS, moved, [Thing(f"cycle:{cycle.id}", cycle.township_id)])
    push_on(session, cycle, chunks=IN_FLIGHT)
    return cycle


def push_on(session: Session, cycle: Cycle, *, chunks: int) -> None:
    """Ask for the next chunks, or finish when none is left. The cycle's row is locked by whoever calls."""
    if cycle.chunks_done == cycle.chunks:
        # Named by the moment too: a run may be stopped between its last chunk and its end.
        key = f"cycle:{cycle.id}:run:{cycle.run}:{clock.now(session).isoformat()}"
        work.post(session, "assessment.finish_run", key=key, payload={"cycle_id": cycle.id, "run": cycle.run})
        return
    asked = session.execute(ASK, {"cycle": cycle.id, "run": cycle.run, "limit": chunks})
    about: dict[str, Any] = {"cycle_id": cycle.id, "run": cycle.run, "year": cycle.year}
    if cycle.run_on:
        about["due_by"] = cycle.run_on.isoformat()
    rows = [
        (
            f"cycle:{cycle.id}:run:{cycle.run}:chunk:{number}",
            about | {"chunk": number, "groups": groups} | ({"parts": parts} if parts else {}),
        )
        for number, groups, parts in asked
    ]
    work.post_many(session, "activities.collect_tallies", rows)


def score_chunk(session: Session, payload: dict[str, Any]) -> None:
    """Score a chunk from the tallies of its own row, and push the run on."""
    cycle_id, run, chunk = payload["cycle_id"], payload["run"], payload["chunk"]
    if payload["figures"] != list(COLUMNS):
        raise NotUnderstood("figures of another version")
    marked = session.scalar(MARK, {"cycle": cycle_id, "run": run, "chunk": chunk})
    if marked is None:  # done by somebody else, or the answer to an earlier run
        return
    write_sheets(session, cycle_id=cycle_id, run=run, chunk=chunk, kinds=payload["kinds"])
    cycle = cycle_to_change(session, SYSTEM, cycle_id)
    cycle.chunks_done += 1
    if cycle.stage == CycleStage.COLLECTING:
        push_on(session, cycle, chunks=1)


def finish_run(session: Session, payload: dict[str, Any]) -> None:
    """The whole township at once: counts, the line of the quota, and the digest of all sheets."""
    cycle = cycle_to_change(session, SYSTEM, payload["cycle_id"])
    if cycle.run != payload["run"] or cycle.stage != CycleStage.COLLECTING or cycle.chunks_done < cycle.chunks:
        return
    moved = move_cycle(SYSTEM, cycle, CycleStep.FINISH)
    seal(session, cycle)
    cycle.collected_at = clock.now(session)
    fact = CycleScored(
        unit_id=cycle.township_id,
        cycle_id=cycle.id,
        year=cycle.year,
        run=cycle.run,
        branches=queries.branches_at(session, cycle.id, *queries.ALL_STAGES),
    )
    announce(session, fact, by=SYSTEM, moved=moved)
    let_all_wait(session, cycle)
