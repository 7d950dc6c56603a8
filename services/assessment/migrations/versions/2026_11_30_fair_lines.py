"""A decision keeps the sheet that it was taken on; equals at the line of the quota stand on it together."""

from alembic import op

revision = "assessment_0026"
down_revision = "assessment_0025"
branch_labels = None
depends_on = None

UP = """
alter table assessment.leader_case add column sheet_run integer, add column sheet_on date;
comment on column assessment.leader_case.sheet_run is 'the run that it was decided on; null: not decided on any yet';
comment on column assessment.leader_case.sheet_on is 'what was due before it was owed in that run';
alter table assessment.cycle add column quota_tied integer not null default 0;
comment on column assessment.cycle.quota_case_id is 'unused: the next version drops it, when nothing runs that reads it';
comment on column assessment.cycle.quota_tied is 'how many have that total, where some are within the quota and some not';
"""

# What was decided rests on the last run: there was no other after a decision.
DECIDED = """
update assessment.leader_case c set sheet_run = y.run, sheet_on = y.run_on
from assessment.cycle y where y.id = c.cycle_id and y.run > 0 and c.stage in ('notice', 'closed');
"""

# Years that are rated now have their line drawn anew: by total alone, without those with a veto. Those that are closed
# keep the line that they were closed by.
LINES = """
with sheets as (
  select s.cycle_id, s.total, s.vetoed from assessment.sheet s
  join assessment.leader_case c on c.id = s.case_id
  join assessment.cycle y on y.id = s.cycle_id and y.run = s.run
  where not (c.stage in ('notice', 'closed') and c.grade is null)),
allowed as (
  select y.id, count(s.total) as assessed, count(s.total) * y.excellent_percent / 100 as allowed
  from assessment.cycle y join sheets s on s.cycle_id = y.id group by y.id),
ranked as (
  select cycle_id, total, row_number() over (partition by cycle_id order by total desc) as place
  from sheets where total is not null and not vetoed),
line as (
  select a.id, a.assessed, a.allowed, min(r.total) filter (where r.place <= a.allowed) as at
  from allowed a left join ranked r on r.cycle_id = a.id group by 1, 2, 3)
update assessment.cycle y set assessed = line.assessed, excellent_allowed = line.allowed, quota_line = line.at,
  quota_tied = case when exists (
      select 1 from ranked r where r.cycle_id = line.id and r.total = line.at and r.place > line.allowed)
    then (select count(*) from ranked r where r.cycle_id = line.id and r.total = line.at) else 0 end
from line where line.id = y.id and y.stage in ('rating', 'notice');
"""


# The audit looks at the sheet that a decision rests on.
TOLD = """
create or replace function assessment.case_told(wanted bigint)
  returns table(stage text, grade text, grade_why text, proposed text, total integer, filing_number text)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select c.stage, c.grade, c.grade_why, s.proposed, s.total, c.filing_number
    from leader_case c join cycle y on y.id = c.cycle_id
    left join sheet s on s.cycle_id = y.id and s.run = coalesce(c.sheet_run, y.run) and s.case_id = c.id
    where c.id = wanted and (office.reaches_all() or c.group_id in (select office.reached())) $$;
"""


def upgrade() -> None:
    """Keep the sheets of what was decided, and draw the lines."""
    for part in (UP, DECIDED, LINES, TOLD):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
