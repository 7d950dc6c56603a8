"""The invariants I1 to I7 and I9, asked of an installation at rest, in SQL. Each answers `ok`, or says what it found.

I8, that latency is back to normal within 30 s of the last fault, is a matter of time: the fault tests judge it.
"""

import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

import services.activities.work  # noqa: F401  each topic says what counts of it
from deploy.workflows import OTHERS, WORKFLOWS, Workflow
from services.activities.evidence.rules import COUNTED, sums
from services.activities.grid.queries.gaps import grids_of
from services.activities.register.queries.looking_over import towns_of
from services.activities.register.rules.offices import KEPT_APART
from shared import audit, work
from shared.db import Session, unit
from shared.events import CATALOGUE
from shared.settings import SERVICES, settings

OK = "ok"
SAMPLE = 5  # so many examples are named


def examine(*, rest_seconds: float = 30) -> dict[str, str]:
    """Come to rest, seal what is still open, then ask for each invariant."""
    until = time.monotonic() + rest_seconds
    while any(work.unfinished(service) for service in SERVICES) and time.monotonic() < until:
        if not any(work.sweep(service, seconds=1) for service in SERVICES):  # beside the workers, or without them
            time.sleep(0.2)
    with unit("keeper") as session:
        while audit.seal(session):
            pass
    with unit("keeper") as session:
        return {name: check(session) for name, check in CHECKS.items()}


def _count(session: Session, question: str, **values: object) -> int:
    return int(session.execute(text(question), values).scalar_one())


def _found(session: Session, questions: dict[str, str], **values: object) -> str:
    """`ok`, or each question that found rows, with a few of them."""
    said = []
    for name, question in questions.items():
        rows = session.execute(text(question), values).scalars().all()
        if rows:
            said.append(f"{len(rows)} {name}: {', '.join(str(row) for row in rows[:SAMPLE])}")
    return "; ".join(said) or OK


# --- I1, I2: every fact has its effect exactly once, and no effect is without a fact ---

HEARD = """
    select h.id from office.happening h
    where h.fact = any (:facts) and not exists (
      select 1 from {service}.job j
      where j.task = '{service}.hear' and j.key = 'happening:' || h.id and j.state in ('done', 'cancelled'))"""

COUNTERS = """
    select coalesce(t.group_id, a.group_id)
    from activities.tally t full join ({counted}) a using (group_id, year, kind)
    where (t.done, t.present, t.expected, t.minutes, t.ids)
          is distinct from (a.done, a.present, a.expected, a.minutes, a.ids)"""

UNSCORED = """
    select c.id from assessment.leader_case c join assessment.cycle y on y.id = c.cycle_id
    where y.stage in ('rating', 'notice', 'closed') and c.stage in ('rating', 'notice', 'closed')
      and not (c.stage <> 'rating' and c.grade is null) and not exists (
        select 1 from assessment.sheet s
        where s.cycle_id = y.id and s.run = coalesce(c.sheet_run, y.run) and s.case_id = c.id)
      -- whoever was listed after the run has his sheet from the next
      and not (c.stage = 'rating' and c.id > (
        select coalesce(max(s.case_id), c.id) from assessment.sheet s where s.cycle_id = y.id and s.run = y.run))"""

UNRECTIFIED = """
    select c.id from assessment.leader_case c
    where c.stage = 'closed' and c.grade = 'incompetent'
      and not exists (select 1 from assessment.rectification r where r.case_id = c.id)"""


def facts_have_effects(session: Session) -> str:
    """I1: what was committed is heard once, counted once, scored once."""
    questions = {
        "counters differ from the records": COUNTERS.format(counted=sums(" union all ".join(COUNTED))),
        "cases without a sheet": UNSCORED,
    }
    questions["incompetent without a rectification"] = UNRECTIFIED
    said = [_found(session, questions)]
    for service in SERVICES:
        facts = [name for name, fact in CATALOGUE.items() if service in fact.heard_by]
        said.append(_found(session, {f"facts not heard by {service}": HEARD.format(service=service)}, facts=facts))
    return "; ".join(line for line in said if line != OK) or OK


UNFOUNDED = """
    select j.key from {service}.job j
    where j.task = '{service}.hear'
      and not exists (select 1 from office.happening h where j.key = 'happening:' || h.id)"""

EFFECTS = {
    "messages without a happening": """
        select m.id from notify.message m
        where not exists (select 1 from office.happening h where h.id = m.happening_id)""",
    "rectifications without an order": """
        select r.id from assessment.rectification r where not exists (
          select 1 from office.happening h
          where h.fact = 'RectificationOrdered' and h.subject = 'rectification:' || r.id)""",
    "sheets without a case": """
        select s.case_id from assessment.sheet s
        where not exists (select 1 from assessment.leader_case c where c.id = s.case_id)""",
}


def effects_have_facts(session: Session) -> str:
    """I2: nothing was told, ordered or scored without a reason."""
    heard = {f"heard by {service} without a fact": UNFOUNDED.format(service=service) for service in SERVICES}
    return _found(session, EFFECTS | heard)


# --- I3: deadlines ---


def deadlines_fired_once(session: Session) -> str:
    """I3: no work was done before it was due; that none is left is I7, that none is done twice its unique key.

    A clock that has jumped keeps deadlines waiting until a person has looked at it.
    """
    early = "select task || ' ' || key from {service}.job where state = 'done' and done_at < due_at"
    questions = {f"early in {service}": early.format(service=service) for service in SERVICES}
    questions["jumps of the clock that nobody has confirmed"] = (
        "select to_char(found_at, 'YYYY-MM-DD HH24:MI') from office.clock_jump where confirmed_at is null"
    )
    return _found(session, questions)


# --- I4: every history is a path through its table of moves ---

PATHS = """
    with log as (
      select subject, step, stage_before, stage_after,
             lag(stage_after) over (partition by subject order by id) as came_from
      from office.happening where subject like :prefix and step is not null)
    select distinct subject from log
    where stage_before is distinct from coalesce(came_from, :start)
       or not exists (
         select 1 from unnest(cast(:befores as text[]), cast(:steps as text[]), cast(:afters as text[]))
           as edge (stage_before, step, stage_after)
         where (edge.stage_before, edge.step, edge.stage_after) = (log.stage_before, log.step, log.stage_after))"""

ENDS = """
    with last as (
      select distinct on (subject) subject, stage_after from office.happening
      where subject like :prefix and step is not null order by subject, id desc)
    select t.id from {table} t left join last on last.subject = :name || ':' || t.id
    where t.stage is distinct from coalesce(last.stage_after, :start)"""


def histories_are_paths(session: Session) -> str:
    """I4: each workflow's log follows its table of moves, from its start to where the row stands now."""
    said = [_history(session, workflow) for workflow in WORKFLOWS]
    return "; ".join(line for line in said if line != OK) or OK


def _history(session: Session, workflow: Workflow) -> str:
    edges = [(str(at), str(step), str(move.to)) for (at, step), move in workflow.machine.moves.items()]
    values = {"prefix": f"{workflow.name}:%", "start": str(workflow.machine.start), "name": workflow.name}
    befores, steps, afters = (list(column) for column in zip(*edges, strict=True))
    paths = {f"{workflow.name} off its path": PATHS}
    ends = {f"{workflow.name} not where its history ends": ENDS.format(table=workflow.table)}
    start = {name: values[name] for name in ("prefix", "start")}
    said = [
        _found(session, paths, **start, befores=befores, steps=steps, afters=afters),
        _found(session, ends, **values),
    ]
    return "; ".join(line for line in said if line != OK) or OK


# --- I5: deliveries ---

DELIVERIES = {
    "deliveries doubled": """
        select min(id) from notify.delivery group by message_id, person_id, channel having count(*) > 1""",
    "sent without a time": "select id from notify.delivery where state = 'sent' and sent_at is null",
    "still being sent": "select id from notify.delivery where state = 'sending'",
    "messages without a delivery": """
        select m.id from notify.message m
        where not exists (select 1 from notify.delivery d where d.message_id = m.id)""",
}


def deliveries_are_single(session: Session) -> str:
    """I5: one row a message, recipient and channel; on one box, `sent` means that the letter is in its folder."""
    said = _found(session, DELIVERIES)
    sent = _count(session, "select count(*) from notify.delivery where channel = 'mail' and state = 'sent'")
    folder = Path(settings().data) / "mail"
    letters = len(list(folder.glob("*.eml"))) if folder.is_dir() else 0
    if not settings().mail_host and letters < sent:
        said = f"{sent} sent, but only {letters} letters in the folder" if said == OK else said
    return said


# --- I6, I7 ---


def chain_verifies(session: Session) -> str:
    """I6: every happening is sealed, no seal is broken, and every head that was kept outside is a link of the chain."""
    broken = audit.broken_links(session)
    if broken:
        return f"{len(broken)} broken links: {', '.join(str(each) for each in broken[:SAMPLE])}"
    lost = audit.lost_heads(session)
    if lost:
        said = ", ".join(f"link {each.link} of {each.day}" for each in lost[:SAMPLE])
        return f"{len(lost)} heads kept outside are no links of the chain: {said}"
    return _found(session, {"not sealed": UNSEALED})


UNSEALED = """
    select h.id from office.happening h
    where not exists (select 1 from office.seal s where s.happening_id = h.id)"""


def nothing_waits(session: Session) -> str:
    """I7: at rest nothing is ready, and nothing is dead."""
    ready = "select task || ' ' || key from {service}.job where state = 'ready' and due_at <= office.now()"
    dead = "select task || ' ' || key from {service}.job where state = 'dead'"
    questions = {f"ready in {service}": ready.format(service=service) for service in SERVICES}
    questions |= {f"dead in {service}": dead.format(service=service) for service in SERVICES}
    return _found(session, questions)


# --- I9: what waits is what the machines say ---

WAITING = """
    with expected as (
      select w.kind, :name || ':' || t.id as subject, t.{unit} as unit_id, {post} as post, {due} as due_on
      from {table} t {beside}
      join unnest(cast(:stages as text[]), cast(:kinds as text[]), cast(:posts as text[])) as w (stage, kind, post)
        on w.stage = t.stage
      where {given}),
    open as (
      select kind, subject, unit_id, post, due_on from office.todo where closed_at is null and kind = any (:kinds))
    select coalesce(e.kind, o.kind) || ' ' || coalesce(e.subject, o.subject)
    from expected e full join open o on o.kind = e.kind and o.subject = e.subject
    where (e.unit_id, e.post, e.due_on) is distinct from (o.unit_id, o.post, o.due_on)"""


WAITING_BESIDE = """
    with expected (subject, unit_id) as ({rows}),
    open as (select subject, unit_id from office.todo where closed_at is null and kind = :kind)
    select coalesce(e.subject, o.subject) from expected e full join open o on o.subject = e.subject
    where e.unit_id is distinct from o.unit_id"""


def waiting_is_what_stands(session: Session) -> str:
    """I9: each thing that stands where somebody must act waits once, for the right post; nothing else waits."""
    said = [_waiting(session, flow) for flow in WORKFLOWS if any(flow.waits.values())]
    others = {f"{kind} waits otherwise than it stands": WAITING_BESIDE.format(rows=OTHERS[kind]) for kind in OTHERS}
    towns = towns_of(session) | grids_of(session)
    said += [
        _found(session, {name: others[name]}, kind=kind, **towns) for name, kind in zip(others, OTHERS, strict=True)
    ]
    return "; ".join(line for line in said if line != OK) or OK


def _waiting(session: Session, flow: Workflow) -> str:
    rows = [(str(stage), *wait) for stage, wait in flow.waits.items() if wait]
    stages, kinds, posts = (list(column) for column in zip(*rows, strict=True))
    columns = {name: getattr(flow, name) for name in ("table", "unit", "post", "due", "given", "beside")}
    question = WAITING.format(**columns)
    values = {"name": flow.name, "stages": stages, "kinds": kinds, "posts": posts}
    return _found(session, {f"{flow.name} waits otherwise than it stands": question}, **values)


OVERLAPPING = {"single posts that overlap with another's of old": "select id from office.post where disputed"}

CLASHING = """
    select distinct one.person_id from office.post one
    join office.post other on other.person_id = one.person_id
    join unnest(cast(:ones as text[]), cast(:others as text[])) as apart (one, other)
      on (apart.one, apart.other) = (one.kind, other.kind)
    where greatest(one.starts_on, other.starts_on, cast(office.now() at time zone 'Asia/Shanghai' as date))
      < coalesce(least(one.ends_on, other.ends_on), 'infinity')"""


def posts_are_single(session: Session) -> str:
    """Leader, deputy and secretary are one at a time, and what is kept apart is not one person's.

    What was so of old waits for a person.
    """
    ones, others = zip(*KEPT_APART, strict=True)
    clashing = _found(
        session, {"people who hold posts that are kept apart": CLASHING}, ones=list(ones), others=list(others)
    )
    return "; ".join(line for line in (_found(session, OVERLAPPING), clashing) if line != OK) or OK


CHECKS: dict[str, Callable[[Session], str]] = {
    "I1": facts_have_effects,
    "I2": effects_have_facts,
    "I3": deadlines_fired_once,
    "I4": histories_are_paths,
    "I5": deliveries_are_single,
    "I6": chain_verifies,
    "I7": nothing_waits,
    "I9": waiting_is_what_stands,
    "posts": posts_are_single,
}
