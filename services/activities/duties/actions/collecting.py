"""The tallies that a year-end run asks for: from table to table, never through this process.

What was done is kept as counters. What was owed, and met of it, is stored nowhere: where the rules ask for a kind it
comes from their calendar, of every other kind from the part that its topic gives (evidence/rules); one statement.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from services.activities.duties import queries
from services.activities.duties.actions.held import Asked, Part, told_of_parts, townships_of
from services.activities.duties.queries import LIFE
from services.activities.evidence.rules import MONTHS, PARTS, whole
from services.activities.ledger.queries import EXEMPT
from shared import work
from shared.db import Session, after_commit
from shared.duties import Duty, Span, owed
from shared.evidence import KINDS
from shared.rule_versions import rules_of
from shared.switches import calendar_of_members, on_in

SCORE = "assessment.score_chunk"

# A chunk's counters are joined in one pass, whatever the planner believes about tables that were filled a moment ago.
PLAN = text("select set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true)")

# What is told of each kind, in this order.
FIGURES = {
    "done": "coalesce(cardinality(ids), 0)",
    "months": "months",
    "owed": "owed",
    **{name: f"coalesce({whole(name)}, 0)" for name in ("present", "expected", "minutes")},
}
# A period of one month is the ordinary case: twelve sums of two subscripts, instead of a row for each period.
MONTHLY = " + ".join(f"least(owed.monthly[{month}], kept.done[{month}])" for month in MONTHS)

# Whole numbers only, written as text and read as arrays: JSON takes five times as long over each of them.
ANSWER = """
    with life as materialized ({life}),
    owed as materialized (
      select * from jsonb_to_recordset(:owed) as x(township_id bigint, founded date, dissolved date, n int,
        kind text, owed int, monthly smallint[], longer smallint[])),
    {parts}
    year as (
      select life.g, owed.n, owed.owed{part_owed} as owed, kept.ids, kept.present, kept.expected, kept.minutes,
        case when kept.done is null then 0 else
        case when owed.monthly is null then 0 else {monthly} end
        + case when owed.longer is null then 0 else {longer} end end{part_met} as months
      from life join owed using (township_id, founded, dissolved)
      left join activities.tally kept on kept.group_id = life.g and kept.kind = owed.kind and kept.year = :year
        and kept.group_id between (select min(g) from life) and (select max(g) from life){part_join}),
    told as (
      select g, string_agg(concat_ws(',', {figures}), ',' order by n) as figures,
        string_agg(array_to_string(nullif(ids, '{{}}'), ','), ',' order by n) as ids
      from year group by g)
    insert into assessment.job (task, key, payload)
    select :task, :key, :about || jsonb_build_object('tallies', concat('[', string_agg(
      concat('[', g, ',"{{', figures, '}}","{{', ids, '}}"]'), ',' order by g), ']')::jsonb)
    from told on conflict do nothing"""
PERIODS = """period as materialized (
      select * from jsonb_to_recordset(:periods) as x(township_id bigint, kind text, starts_on date, ends_on date,
        begun_by date, count int, exempt text[])),"""
NO_PARTS = {"parts": "", "part_owed": "", "part_met": "", "part_join": ""}
WITH_PARTS = {
    "part_owed": " + coalesce(part.owed, 0)",
    "part_met": " + coalesce(part.met, 0)",
    "part_join": " left join part on part.g = life.g and part.kind = owed.kind",
}

Parts = tuple[tuple[str, str, tuple[int, ...]], ...]
"""(kind, its part, the townships that have it switched on)"""


@lru_cache(maxsize=16)
def answer_of(spans: tuple[tuple[int, int], ...], parts: Parts = ()) -> TextClause:
    """The statement for periods of more than a month, each (first month, last month), and the kinds' own parts."""
    met = [
        f"least(owed.longer[{at}], {' + '.join(f'kept.done[{month}]' for month in range(first, last + 1))})"
        for at, (first, last) in enumerate(spans, start=1)
    ]
    filled = ANSWER.format(
        life=LIFE,
        monthly=MONTHLY,
        longer=" + ".join(met) or "0",
        figures=", ".join(FIGURES.values()),
        **({**WITH_PARTS, "parts": _parts_of(parts)} if parts else NO_PARTS),
    )
    written = ["owed", "about", *(["periods"] if parts else [])]
    return text(filled).bindparams(*(bindparam(name, type_=JSONB) for name in written))


def _parts_of(parts: Parts) -> str:
    """What is owed and met of the kinds that no calendar asks for."""
    each = (
        f"select g, '{kind}' as kind, told.owed::int, told.met::int from ({part}) as told join life using (g)"
        f" where life.township_id in ({', '.join(map(str, townships))})"
        for kind, part, townships in parts
    )
    return f"{PERIODS} part as materialized ({' union all '.join(each)}),"


def collect_tallies(
    session: Session,
    *,
    cycle_id: int,
    run: int,
    chunk: int,
    year: int,
    groups: list[int],
    due_by: str | None = None,
    parts: Sequence[Part] = (),
) -> None:
    """Answer a run: one row of work for assessment with the year of each group, once however often it is asked.

    Each tally is [group, its figures, the ids of what was counted], both as arrays of PostgreSQL; the figures kind by
    kind in the order that the row names, and of the ids so many for each kind as were done. What falls due on the day
    `due_by` or later is not owed yet; without one the whole year is. `parts` are leaders who held their post for a part
    of the year: they are told in the same form, each by his case (actions/held).
    """
    wanted, by = f"{{{','.join(map(str, groups))}}}", date.fromisoformat(due_by) if due_by else date.max
    lives = queries.lives(session, year, wanted)
    townships = {township_id for township_id, _, _ in lives}.union(townships_of(session, parts))
    calendars = {each: _due_before(session, each, year, by) for each in townships}
    spans = tuple(sorted({span for duties in calendars.values() for duty in duties if (span := duty.longer)}))
    about: dict[str, Any] = {"cycle_id": cycle_id, "run": run, "chunk": chunk}
    about |= {"kinds": list(KINDS), "figures": list(FIGURES)}
    own = _parts_on(session, calendars, by)
    of_own = _asked_of_parts(session, own, calendars, year, by)
    if parts:
        about["parts"] = told_of_parts(session, Asked(year, parts, calendars, _parts_of(own) if own else "", of_own))
    values = {
        "task": SCORE,
        "key": f"cycle:{cycle_id}:run:{run}:chunk:{chunk}",
        "about": about,
        "year": year,
        "groups": wanted,
        "owed": [row for life in lives for row in _owed(calendars[life[0]], spans, *life)],
    }
    session.execute(PLAN)
    session.execute(answer_of(spans, own), {**values, **_days_of(year), **of_own})
    after_commit(session, f"ring:{SCORE}", lambda: work.let_ring(SCORE))


def _days_of(year: int) -> dict[str, date]:
    """The year's first day and that after its last."""
    return {"start": date(year, 1, 1), "end": date(year + 1, 1, 1)}


def _due_before(session: Session, township_id: int, year: int, by: date) -> tuple[Duty, ...]:
    """What groups of a township owe in a year by a day."""
    return tuple(duty for duty in queries.calendar(session, township_id, year) if duty.due.day < by)


def _parts_on(session: Session, townships: Mapping[int, Any], by: date) -> Parts:
    """The kinds' own parts, each with the townships in which its system is on."""
    if not PARTS:
        return ()
    day = None if by == date.max else by
    on = {township_id: on_in(session, township_id, day) for township_id in townships}
    found = ((kind, tuple(sorted(each for each in on if KINDS[kind].system in on[each]))) for kind in sorted(PARTS))
    return tuple((kind, PARTS[kind], where) for kind, where in found if where)


def _asked_of_parts(session: Session, parts: Parts, townships: Iterable[int], year: int, by: date) -> dict[str, Any]:
    """What the parts know beside the groups: the day, and the periods of the members."""
    if not parts:
        return {}
    periods = [
        {
            "township_id": township_id,
            "kind": duty.kind,
            "starts_on": duty.starts_on.isoformat(),
            "ends_on": duty.ends_on.isoformat(),
            "begun_by": duty.begun_by.isoformat(),
            "count": duty.count,
            "exempt": list(rules_of(session, township_id, duty.starts_on).words(EXEMPT)),
        }
        for township_id in townships
        for duty in calendar_of_members(session, township_id, year)
        if duty.due.day < by
    ]
    return {"periods": periods} | ({"due_by": by} if any(":due_by" in part for _, part, _ in parts) else {})


def _owed(
    calendar: Iterable[Duty], spans: Sequence[tuple[int, int]], township_id: int, founded: date, dissolved: date
) -> list[dict[str, Any]]:
    """What whoever lived so owes, a row a kind: so much a month, and so much in each of the longer periods."""
    life = {"township_id": township_id, "founded": founded.isoformat(), "dissolved": dissolved.isoformat()}
    duties = owed(calendar, Span(founded, dissolved))
    return [
        {**life, "n": n, "kind": kind, **_periods([duty for duty in duties if duty.kind == kind], spans)}
        for n, kind in enumerate(KINDS)
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
