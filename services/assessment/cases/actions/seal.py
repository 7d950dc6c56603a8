"""The whole of a year's sheets at once: how many they are, the line of the quota, and the digest that proves them."""

from sqlalchemy import text

from services.assessment.cycles.models import Cycle
from shared.db import Session

# Of each case the sheet that it rests on: of the last run, or the one that a decision was taken on. Whoever is not
# assessed and whoever is vetoed take no place; equals at the line are counted (schemes/rules/grades has it in Python).
SEAL = text("""
    with sheets as materialized (
      select s.*, not (c.stage in ('notice', 'closed') and c.grade is null) as takes_part
      from assessment.sheet s join assessment.leader_case c on c.id = s.case_id
      where s.cycle_id = :cycle and c.cycle_id = :cycle and s.run = coalesce(c.sheet_run, :run)),
    counted as (
      select count(*) as scored, count(total) filter (where takes_part) as assessed,
        count(total) filter (where takes_part) * :percent / 100 as allowed,
        encode(sha256(convert_to(coalesce(string_agg(concat(case_id, '|', base, '|', bonus, '|', deducted, '|',
          total, '|', vetoed, '|', proposed, '|', items), E'\\n' order by case_id), ''), 'UTF8')), 'hex') as digest
      from sheets),
    ranked as (
      select total, row_number() over (order by total desc) as place
      from sheets where takes_part and not vetoed and total is not null),
    line as (select min(total) as at from ranked, counted where place <= allowed)
    select scored, assessed, allowed, line.at as quota_line, digest,
      (select case when max(place) > allowed then count(*) else 0 end from ranked where total = line.at) as tied
    from counted, line""")


def seal(session: Session, cycle: Cycle) -> None:
    """Count, draw the line, and compute the digest anew; the cycle's row is locked by whoever calls."""
    session.flush()
    found = session.execute(SEAL, {"cycle": cycle.id, "run": cycle.run, "percent": cycle.excellent_percent}).one()
    cycle.scored, cycle.assessed, cycle.excellent_allowed = found.scored, found.assessed, found.allowed
    cycle.quota_line, cycle.quota_tied, cycle.digest = found.quota_line, found.tied, found.digest
