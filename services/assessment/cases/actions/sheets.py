"""Writing the sheets of a chunk: one statement from the tallies as they came to the sheets as they stay."""

from collections.abc import Sequence

from sqlalchemy import text

from services.assessment.cycles.queries import cycle_seen
from services.assessment.schemes.queries import scheme_of, scheme_seen
from services.assessment.schemes.rules import Scheme, frozen, named, score_sql
from shared import work
from shared.access import SYSTEM
from shared.db import Session

# A chunk's cases are hashed, whatever the planner believes about tables that were filled a moment ago.
PLAN = text("select set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true)")

# A group that activities said nothing of gets an empty sheet: it is seen, and nobody is scored by silence. `parts` are
# told of cases whose leader held the post for a part of the year, `tallies` of groups. What people typed is frozen
# beside them as evidence of its own: of each indicator whether (done), what (present), and the number of the mark.
STATEMENT = """
    with told as materialized (
      select false as part, (e->>0)::bigint as about, (e->>1)::int[] as figures, (e->>2)::bigint[] as ids
      from assessment.job j, jsonb_array_elements(j.payload->'tallies') e where j.id = :job
      union all
      select true, (e->>0)::bigint, (e->>1)::int[], (e->>2)::bigint[]
      from assessment.job j, jsonb_array_elements(j.payload->'parts') e where j.id = :job),
    typed as materialized (
      select distinct on (case_id, key) case_id, key, id, points from assessment.mark
      where cycle_id = :cycle order by case_id, key, id desc),
    found as (
      select c.id as case_id, c.group_id, told.about is not null as told,
        case when told.about is not null then told.figures{typed_figures} end as figures,
        case when told.about is not null then told.ids{typed_ids} end as ids
      from assessment.chunk k
      join assessment.leader_case c on c.cycle_id = k.cycle_id and c.group_id between k.first_group and k.last_group
      left join told on told.part = c.part and told.about = case when c.part then c.id else c.group_id end
      {typed}
      where k.cycle_id = :cycle and k.run = :run and k.number = :chunk),
    t as (select *, {columns} from found)
    insert into assessment.sheet
      (cycle_id, run, case_id, group_id, total, base, bonus, deducted, vetoed, proposed, items, kinds, figures, ids)
    select :cycle, :run, case_id, group_id, case when told then total end, case when told then base end,
      case when told then bonus else 0 end, case when told then deducted else 0 end, told and vetoed,
      case when told then grade end, case when told then items else '{{}}' end,
      case when told then {kinds} end, figures, ids
    from ({scored}) as scored
    on conflict do nothing"""


TYPED = "array[({m}.id is not null)::int, 0, 0, coalesce({m}.points, 0), 0, 0]"
"""Of an indicator that is typed, as long as COLUMNS."""


def write_sheets(session: Session, *, cycle_id: int, run: int, chunk: int, kinds: Sequence[str]) -> None:
    """Score the tallies of these kinds in the payload of the row that is being done."""
    cycle = cycle_seen(session, SYSTEM, cycle_id)
    scheme = scheme_of(scheme_seen(session, SYSTEM, cycle.scheme_id))
    session.execute(PLAN)
    values = {"job": work.job_id(), "cycle": cycle_id, "run": run, "chunk": chunk}
    session.execute(text(statement_of(scheme, kinds)), values)


def statement_of(scheme: Scheme, kinds: Sequence[str]) -> str:
    """The statement for a scheme; its parts are checked names and whole numbers."""
    typed = [(f"m{at}", each.key, each.evidence[0]) for at, each in enumerate(scheme.by_hand)]
    every = [*kinds, *(kind for _, _, kind in typed)]
    listed = f"'{{{','.join(named(kind) for kind in every)}}}'::text[]"
    return STATEMENT.format(
        typed="\n      ".join(
            f"left join typed {m} on {m}.case_id = c.id and {m}.key = '{named(key)}'" for m, key, _ in typed
        ),
        typed_figures="".join(f" || {TYPED.format(m=m)}" for m, _, _ in typed),
        typed_ids="".join(f" || array_remove(array[{m}.id], null)" for m, _, _ in typed),
        columns=frozen(scheme, listed),
        kinds=listed,
        scored=score_sql(scheme, relation="t", keep=("case_id", "group_id", "told", "figures", "ids")),
    )
