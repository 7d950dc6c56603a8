"""What of views counts in a leader's year: whether they were passed on in time, and answers told; never how many.

What goes past somebody counts for nobody, and so does what was withdrawn, or merged before it was passed on.
"""

from services.activities.evidence.rules import gives, keeps

PASSED = """
    select c.unit_id as group_id, 'concern_passed' as kind, c.passed_on as on_day, 0 as present, 0 as expected,
      0 as minutes, c.id
    from activities.concern c where c.passed_on is not null and c.past is null and c.stage <> 'withdrawn'"""
TOLD = """
    select c.unit_id as group_id, 'concern_told' as kind, c.told_on as on_day, 0 as present, 0 as expected,
      0 as minutes, c.id
    from activities.concern c where c.told_on is not null and c.past is null and c.stage <> 'withdrawn'"""

keeps(f"{PASSED} union all {TOLD}")

OWED = """
    select life.g, count(*) as owed, count(*) filter (where c.{done} <= c.{due}) as met
    from life join activities.concern c on c.unit_id = life.g and c.past is null and c.{due} >= life.founded
      and c.{due} < life.dissolved and c.stage <> 'withdrawn' and (c.stage <> 'merged' or c.{done} is not null)
    where c.{due} >= :start and c.{due} < :end and c.{due} < :due_by
    group by life.g"""

gives("concern_passed", OWED.format(done="passed_on", due="pass_due"))
gives("concern_told", OWED.format(done="told_on", due="tell_due"))


def things(kind: str) -> str:
    """Those of a kind with the numbers :ids, as the counters take them."""
    return f"{PASSED if kind == 'concern_passed' else TOLD} and c.id = any(:ids)"
