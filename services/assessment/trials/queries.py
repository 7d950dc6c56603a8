"""A year scored once more by another scheme, from its frozen evidence: one statement, nothing written."""

from sqlalchemy import text

from services.assessment.cycles.models import Cycle
from services.assessment.schemes.rules import Scheme, frozen, score_sql
from shared.db import Session

# As the run scores: a group that nothing was said of has an empty sheet.
STATEMENT = """
    with t as (
      select s.case_id, s.figures is not null as told, {columns}
      from assessment.sheet s
      where s.cycle_id = :cycle and s.run = :run)
    select case_id, case when told then total end as total, case when told then grade end as proposed
    from ({scored}) as scored order by case_id"""


def scored_by(session: Session, cycle: Cycle, scheme: Scheme) -> list[tuple[int, int | None, str | None]]:
    """(case, total, proposed) of each sheet of a cycle's last run, by this scheme; only for a cycle that was seen."""
    statement = STATEMENT.format(
        columns=frozen(scheme, "s.kinds"),
        scored=score_sql(scheme, relation="t", keep=("case_id", "told")),
    )
    rows = session.execute(text(statement), {"cycle": cycle.id, "run": cycle.run})
    return [(case, total, proposed) for case, total, proposed in rows]
