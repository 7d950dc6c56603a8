"""A year scored once more by another scheme, from its frozen evidence: one statement, nothing written."""

from sqlalchemy import text

from services.assessment.cycles.models import Cycle
from services.assessment.schemes.rules import Scheme, frozen, score_sql
from services.assessment.trials.rules import Scored
from shared.db import Session

# As the run scores: a group that nothing was said of has an empty sheet; of a case that was decided, it is the sheet
# that it was decided on.
STATEMENT = """
    with t as (
      select s.case_id, s.figures is not null as told,
        not (c.stage in ('notice', 'closed') and c.grade is null) as takes_part, {columns}
      from assessment.sheet s join assessment.leader_case c on c.id = s.case_id
      where s.cycle_id = :cycle and s.run = coalesce(c.sheet_run, :run))
    select case_id, case when told then total end as total, case when told then grade end as proposed,
      told and vetoed as vetoed, takes_part
    from ({scored}) as scored order by case_id"""


def scored_by(session: Session, cycle: Cycle, scheme: Scheme) -> list[Scored]:
    """Each sheet that a cycle's cases rest on, by this scheme; only for a cycle that was seen."""
    statement = STATEMENT.format(
        columns=frozen(scheme, "s.kinds"),
        scored=score_sql(scheme, relation="t", keep=("case_id", "told", "takes_part")),
    )
    rows = session.execute(text(statement), {"cycle": cycle.id, "run": cycle.run})
    return [Scored(*row) for row in rows]
