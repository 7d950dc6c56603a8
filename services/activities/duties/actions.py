"""What the duties' clock does: reminders before something falls due, and the tallies that a year-end run asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from services.activities.duties import queries
from services.activities.duties.queries import LIFE
from services.activities.ledger.rules.kinds import OF_GROUPS
from services.activities.register import queries as register
from services.activities.register.actions import require
from shared import clock, work
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session, after_commit
from shared.duties import Duty, Span, owed
from shared.errors import Invalid
from shared.events import DutiesDue, DutiesReminded, next_day
from shared.people import UnitKind
from shared.roles import Role
from shared.switches import require_on
from shared.systems import System

REMIND = "activities.remind_duties"
SCORE = "assessment.score_chunk"
OFFICE_OPENS = 8
REMINDS = frozenset({Role.ORGANISER, Role.COMMITTEE, Role.SYSTEM})

TAKE = text("""
    insert into activities.reminder (branch_id, on_day, by)
    select branch_id, :on_day, :by from unnest(cast(:branches as bigint[])) as branch_id
    on conflict do nothing returning branch_id""")


@dataclass(frozen=True, slots=True)
class Reminded:
    """Branches that were told, that had been told today already, and that owe nothing."""

    told: list[int]
    again: list[int]
    nothing: list[int]


# --- reminders: a row for each day on which a township is to be reminded; each posts the next ---


def start_reminders(session: Session, township_id: int) -> None:
    """Let a township be reminded from today on."""
    _post_next(session, township_id, after=clock.today(session) - timedelta(days=1))


def keep_reminders(session: Session) -> None:
    """Once a day: the next day of reminding by today's rules and working days, where they moved it forward.

    What they put off wakes on the old day, has nothing to say, and posts the new one.
    """
    for township_id in queries.reminded_townships(session):
        _post_next(session, township_id, after=clock.today(session) - timedelta(days=1))


def remind(session: Session, township_id: int, day: date) -> None:
    """Tell the branches what their groups still owe of the duties for which this is a day of reminding.

    Late is better than never, but not after the deadline or the next day of reminding: a clock that jumped over months
    does not tell them all.
    """
    due: dict[date, list[Duty]] = {}
    for duty in _duties(session, township_id, range(day.year, day.year + 1)):
        if day in duty.reminders:
            due.setdefault(duty.due.day, []).append(duty)
    for due_on, duties in sorted(due.items()):
        branches = queries.owing_branches(session, SYSTEM, township_id, duties)
        if branches:
            days = {over for duty in duties for over in (*duty.reminders, due_on + timedelta(days=1))}
            fact = DutiesDue(
                unit_id=township_id,
                period=f"{due_on:%Y-%m}",
                due_on=due_on.isoformat(),
                branches=branches,
                told_before=next_day(day, days),
            )
            announce(session, fact, by=SYSTEM)
    _post_next(session, township_id, after=day)


def remind_branches(session: Session, actor: Actor, township_id: int, branch_ids: Iterable[int]) -> Reminded:
    """Ask branches to make up what they owe: one message a secretary, and no second one on the same day."""
    township = register.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP)
    require(actor, township, REMINDS)
    require_on(session, System.GROUP_LIFE, township.id)
    today, wanted = clock.today(session), set(branch_ids)
    if not wanted:
        raise Invalid("请选择要催办的支部。", field="branch_ids")
    owing = {each.branch_id: each for each in queries.owing(session, actor, township.id, today.year)}
    asked = sorted(wanted & owing.keys())
    taken = session.scalars(TAKE, {"branches": asked, "on_day": today, "by": actor.account_id})
    told = sorted(taken)
    if told:
        branches = [owing[branch_id].figures for branch_id in told]
        announce(session, DutiesReminded(unit_id=township.id, year=today.year, branches=branches), by=actor)
    return Reminded(told=told, again=[each for each in asked if each not in told], nothing=sorted(wanted - set(asked)))


def _post_next(session: Session, township_id: int, *, after: date) -> None:
    """Post the next day of reminding of what is not over yet, once; where that day was missed, it wakes at once."""
    today = clock.today(session)
    duties = _duties(session, township_id, range(today.year, today.year + 2))
    days = {day for duty in duties if today <= duty.due.day for day in duty.reminders if day > after}
    if days:
        day = min(days)
        payload = {"township_id": township_id, "on": day.isoformat()}
        run_at = clock.moment(day, OFFICE_OPENS)
        work.post(session, REMIND, key=f"township:{township_id}:{day}", payload=payload, run_at=run_at)


def _duties(session: Session, township_id: int, years: Iterable[int]) -> list[Duty]:
    return [duty for year in years for duty in queries.calendar(session, township_id, year)]


# --- the tallies of a run: from table to table, never through this process ---

# A chunk's counters are joined in one pass, whatever the planner believes about tables that were filled a moment ago.
PLAN = text("select set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true)")

# A period of one month is the ordinary case: twelve sums of two subscripts, instead of a row for each period.
# What is told of each kind, in this order.
FIGURES = {
    "done": "coalesce(cardinality(activity_ids), 0)",
    "months": "months",
    "owed": "owed",
    "present": "coalesce(present, 0)",
    "expected": "coalesce(expected, 0)",
    "minutes": "coalesce(minutes, 0)",
}
MONTHLY = " + ".join(f"least(owed.monthly[{month}], kept.by_month[{month}])" for month in range(1, 13))

# Whole numbers only, written as text and read as arrays: JSON takes five times as long over each of them.
ANSWER = """
    with life as materialized ({life}),
    owed as materialized (
      select * from jsonb_to_recordset(:owed) as x(township_id bigint, founded date, dissolved date, n int,
        kind text, owed int, monthly smallint[], longer smallint[])),
    year as (
      select life.g, owed.n, owed.owed, kept.*, case when kept.by_month is null then 0 else
        case when owed.monthly is null then 0 else {monthly} end
        + case when owed.longer is null then 0 else {longer} end end as months
      from life join owed using (township_id, founded, dissolved)
      left join activities.tally kept on kept.group_id = life.g and kept.kind = owed.kind and kept.year = :year
        and kept.group_id between (select min(g) from life) and (select max(g) from life)),
    told as (
      select g, string_agg(concat_ws(',', {figures}), ',' order by n) as figures,
        string_agg(array_to_string(nullif(activity_ids, '{{}}'), ','), ',' order by n) as ids
      from year group by g)
    insert into assessment.job (task, key, payload)
    select :task, :key, :about || jsonb_build_object('tallies', concat('[', string_agg(
      concat('[', g, ',"{{', figures, '}}","{{', ids, '}}"]'), ',' order by g), ']')::jsonb)
    from told on conflict do nothing"""


@lru_cache(maxsize=16)
def answer_of(spans: tuple[tuple[int, int], ...]) -> TextClause:
    """The statement for periods of more than a month, each (first month, last month)."""
    met = [
        f"least(owed.longer[{at}], {' + '.join(f'kept.by_month[{month}]' for month in range(first, last + 1))})"
        for at, (first, last) in enumerate(spans, start=1)
    ]
    filled = ANSWER.format(
        life=LIFE, monthly=MONTHLY, longer=" + ".join(met) or "0", figures=", ".join(FIGURES.values())
    )
    return text(filled).bindparams(bindparam("owed", type_=JSONB), bindparam("about", type_=JSONB))


def collect_tallies(session: Session, *, cycle_id: int, run: int, chunk: int, year: int, groups: list[int]) -> None:
    """Answer a run: one row of work for assessment with the year of each group, once however often it is asked.

    Each tally is [group, its figures, the ids of its activities], both as arrays of PostgreSQL; the figures kind by
    kind in the order that the row names, and of the ids so many for each kind as were done.
    """
    wanted = f"{{{','.join(map(str, groups))}}}"
    lives = queries.lives(session, year, wanted)
    calendars = {township_id: queries.calendar(session, township_id, year) for township_id, _, _ in lives}
    spans = tuple(sorted({span for duties in calendars.values() for duty in duties if (span := duty.longer)}))
    about = {"cycle_id": cycle_id, "run": run, "chunk": chunk, "kinds": list(OF_GROUPS), "figures": list(FIGURES)}
    session.execute(PLAN)
    session.execute(
        answer_of(spans),
        {
            "task": SCORE,
            "key": f"cycle:{cycle_id}:run:{run}:chunk:{chunk}",
            "about": about,
            "year": year,
            "groups": wanted,
            "start": date(year, 1, 1),
            "end": date(year + 1, 1, 1),
            "owed": [row for life in lives for row in _owed(calendars[life[0]], spans, *life)],
        },
    )
    after_commit(session, f"ring:{SCORE}", lambda: work.let_ring(SCORE))


def _owed(
    calendar: Iterable[Duty], spans: Sequence[tuple[int, int]], township_id: int, founded: date, dissolved: date
) -> list[dict[str, Any]]:
    """What whoever lived so owes, a row a kind: so much a month, and so much in each of the longer periods."""
    life = {"township_id": township_id, "founded": founded.isoformat(), "dissolved": dissolved.isoformat()}
    duties = owed(calendar, Span(founded, dissolved))
    return [
        {**life, "n": n, "kind": kind, **_periods([duty for duty in duties if duty.kind == kind], spans)}
        for n, kind in enumerate(OF_GROUPS)
    ]


def _periods(duties: list[Duty], spans: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """The duties of a kind as arrays over the months and over these spans; none where there is nothing in them."""
    monthly, longer = [0] * 12, [0] * len(spans)
    for duty in duties:
        if duty.longer:
            longer[spans.index(duty.longer)] += duty.count
        else:
            monthly[duty.first_month - 1] += duty.count
    return {
        "owed": sum(duty.count for duty in duties),
        "monthly": monthly if any(monthly) else None,
        "longer": longer if any(longer) else None,
    }
