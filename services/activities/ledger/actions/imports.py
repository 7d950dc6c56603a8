"""A year's ledger brought in: compared first, written set-based as confirmed records; again, it writes nothing."""

from collections.abc import Mapping, Sequence
from datetime import MINYEAR
from typing import Any

from sqlalchemy import text

from services.activities.evidence import actions as evidence
from services.activities.ledger import queries
from services.activities.ledger.actions.records import exempt_kinds
from services.activities.ledger.rules.plan import LedgerPlan, NewActivity, Records, plan_ledger
from services.activities.ledger.rules.sheet import Ledger
from services.activities.ledger.rules.stages import IMPORTERS, MOVES, Stage, Step
from services.activities.register import queries as register
from services.activities.register.actions import begin_earlier, require
from shared import rule_versions
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.events import ActivityRecorded, LedgerImported
from shared.people import Unit, UnitKind
from shared.progress import Gauge, Report, unheard
from shared.switches import require_on
from shared.systems import System

COLUMNS = {
    "group_id": "bigint",
    "branch_id": "bigint",
    "township_id": "bigint",
    "kind": "text",
    "held_on": "date",
    "place": "text",
    "chair_id": "bigint",
    "recorder_id": "bigint",
    "topic": "text",
    "content": "text",
    "minutes": "integer",
    "expected": "integer",
    "present": "integer",
    "source_key": "text",
}

# An import is the step of the table of moves that leads from the start to confirmed.
# Lists of unlike length are no array of arrays: each comes as the text of one.
NAMES, TYPED = ", ".join(COLUMNS), ", ".join(f"cast(:{name} as {kind}[])" for name, kind in COLUMNS.items())
LOAD = text(f"""
    insert into activities.activity ({NAMES}, group_ids, stage, written_by, submitted_at, confirmed_at, confirmed_by)
    select {", ".join(f"x.{name}" for name in COLUMNS)}, cast(x.groups as bigint[]), 'confirmed',
      cast(:by as bigint), office.now(), office.now(), cast(:by as bigint)
    from unnest({TYPED}, cast(:groups as text[])) as x({NAMES}, groups)
    on conflict (source_key) do nothing returning id, source_key""")

# The lists come as text: an array of so many numbers is written down faster by hand than element by element.
LIST = text("""
    insert into activities.attendance (activity_id, person_id, group_id, state, counted, reason, reason_text)
    select x.* from unnest(
      string_to_array(:activities, ',')::bigint[], string_to_array(:people, ',')::bigint[],
      string_to_array(:groups, ',')::bigint[], string_to_array(:states, ','), string_to_array(:counted, ',')::boolean[],
      cast(:reasons as text[]), cast(:words as text[])) as x""")

TELL = text("""
    insert into office.happening (service, fact, version, subject, unit_id, actor_id, step, stage_before, stage_after,
      reason, body)
    select :service, :fact, :version, 'activity:' || a.id, a.group_id, :by, :step, :before, :after,
      cast(:source as text), jsonb_build_object('unit_id', a.group_id, 'activity_id', a.id)
    from activities.activity a where a.id = any(:ids) order by a.id""")


def may_bring_in(session: Session, actor: Actor, township_id: int) -> Unit:
    """The township, for whoever may bring its ledger in; asked before anything of a file is read."""
    township = register.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP)
    require(actor, township, IMPORTERS)
    require_on(session, System.GROUP_LIFE, township.id)
    return township


def preview_ledger(session: Session, actor: Actor, township_id: int, ledger: Ledger) -> LedgerPlan:
    """What a year's ledger would add; nothing is written."""
    year = year_of(ledger)
    township = may_bring_in(session, actor, township_id)
    book = rule_versions.book_of(session, township.id)
    units = register.tree(session, actor, below=township.id)
    records = Records(
        township_id=township.id,
        units=register.unit_ids(units),
        roll=queries.roll_of_year(session, actor, township.id, year),
        committee=queries.committees_of_year(session, actor, township.id, year),
        known=queries.known_slots(session, actor, township.id, year),
        exempt_on=lambda day: exempt_kinds(day, book),
        former=register.former_places(session, units),
        township=township.name,
    )
    return plan_ledger(ledger, records)


def commit_ledger(
    session: Session,
    actor: Actor,
    township_id: int,
    ledger: Ledger,
    *,
    file_name: str = "",
    report: Report = unheard,
) -> LedgerPlan:
    """Apply a ledger, compared anew in this transaction: one at a time in a township.

    Where it reaches back behind the township's day of beginning, that day moves there with it.
    The history of each record names the file, where it has a name. `report` is told between the pieces; what it
    raises leaves the transaction to be rolled back.
    """
    township = register.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP, locked=True)
    report("comparing", 0, 0)
    plan = preview_ledger(session, actor, township_id, ledger)
    if plan.activities:
        source = f"文件“{file_name}”" if file_name else None
        written = load_activities(session, actor, plan.activities, source=source, report=report)
        plan.written.activities, former = written, township.begins_on
        first = min(each.held_on for each in plan.activities)
        if begin_earlier(session, actor, township_id, first) and former:
            plan.written.begins = (former, first)
        fact = LedgerImported(unit_id=township_id, year=year_of(ledger), added=len(written))
        announce(session, fact, by=actor)
    return plan


def year_of(ledger: Ledger) -> int:
    """The year that a ledger is of: it was read as one year's."""
    return ledger.rows[0].held_on.year if ledger.rows else MINYEAR


def load_activities(
    session: Session,
    actor: Actor,
    rows: Sequence[NewActivity],
    *,
    source: str | None = None,
    report: Report = unheard,
) -> list[int]:
    """Write confirmed records with their lists, counters and history, set-based; a known `source_key` is passed over.

    The history says where they are from, if that is known.
    Returns the ids of what was new.
    """
    if not rows:
        return []
    moved = MOVES.move(Stage.DRAFT, Step.IMPORT, roles=frozenset(role for role, _ in actor.posts))
    ids: dict[str, int] = {}
    for piece in Gauge(report, len(rows)).pieces("records", rows):
        values = {name: [getattr(row, name) for row in piece] for name in COLUMNS}
        groups = [None if row.group_ids is None else f"{{{','.join(map(str, row.group_ids))}}}" for row in piece]
        written = session.execute(LOAD, {"by": actor.account_id, "groups": groups, **values})
        new = {key: activity_id for activity_id, key in written}
        session.execute(LIST, _lists([row for row in piece if row.source_key in new], new))
        ids |= new
    evidence.count(session, queries.THINGS, ids.values())
    session.execute(
        TELL,
        {
            "service": session.info["service"],
            "fact": ActivityRecorded.__name__,
            "version": ActivityRecorded.version,
            "by": actor.account_id,
            "step": moved.step,
            "before": moved.before,
            "after": moved.after,
            "source": source,
            "ids": list(ids.values()),
        },
    )
    return sorted(ids.values())


def _lists(rows: Sequence[NewActivity], ids: Mapping[str, int]) -> dict[str, Any]:
    """The lists of some records, a text or an array a column."""
    lines = [
        (ids[row.source_key], row.rolls.get(line.person_id, row.group_id), line)
        for row in rows
        for line in row.attendance
    ]
    return {
        "activities": ",".join(str(activity_id) for activity_id, _, _ in lines),
        "groups": ",".join(str(group_id) for _, group_id, _ in lines),
        "people": ",".join(str(line.person_id) for _, _, line in lines),
        "states": ",".join(line.state for _, _, line in lines),
        "counted": ",".join("t" if line.counted else "f" for _, _, line in lines),
        "reasons": [line.reason for _, _, line in lines],
        "words": [line.reason_text for _, _, line in lines],
    }
