"""A leader is replaced on a day, and until then it is undone; what ended is ordered or proposed anew where it must be."""

from alembic import op

revision = "assessment_0039"
down_revision = "assessment_0038"
branch_labels = None
depends_on = None

# Those that were decided before are in force: `replaced` is the end. Of a case one stands at a time, ended ones beside.
UP = """
alter table assessment.replacement drop constraint replacement_stage_check;
alter table assessment.replacement add constraint replacement_stage_check
  check (stage in ('proposed', 'decided', 'replaced', 'kept', 'ended'));
alter table assessment.replacement add column effective_on date, add column succeed_by date;
comment on column assessment.replacement.effective_on is 'the first day on which he leads no more';
comment on column assessment.replacement.succeed_by is 'until when the group should have another leader';
alter table assessment.replacement drop constraint replacement_case_id_key;
create unique index replacement_case_id_key on assessment.replacement (case_id) where stage <> 'ended';
alter table assessment.rectification drop constraint rectification_case_id_key;
create unique index rectification_case_id_key on assessment.rectification (case_id) where stage <> 'ended';
alter table assessment.rectification add column ended_at timestamp with time zone;
comment on column assessment.rectification.ended_at is 'a grade decided later orders it anew';
"""

# What is decided and not settled yet goes on.
GOING_ON = """
create or replace function assessment.going_on(township bigint)
  returns table (thing text, year integer, stage text, n bigint)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select * from (
      select 'cycle', c.year::integer, c.stage, 1::bigint from cycle c
      where c.township_id = township and c.stage not in ('closed', 'ended', 'withdrawn')
      union all
      select 'rectification', r.year::integer, r.stage, count(*) from rectification r
      where r.township_id = township and r.stage not in ('cleared', 'ended') group by r.year, r.stage
      union all
      select 'replacement', p.year::integer, p.stage, count(*) from replacement p
      where p.township_id = township and p.stage in ('proposed', 'decided')
      group by p.year, p.stage) going (thing, year, stage, n)
    where office.reaches_all() or township in (select office.reached())
    order by year, thing, stage $$;

create or replace function assessment.going_on_of(person bigint) returns table(sort text, year integer)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select x.sort, x.year::integer from (
      select 1 as place, 'case' as sort, c.year, c.group_id from leader_case c
      where c.person_id = person and c.stage not in ('closed', 'ended', 'withdrawn')
      union all
      select 2, 'rectification', r.year, r.group_id from rectification r
      where r.person_id = person and r.stage not in ('cleared', 'ended')
      union all
      select 3, 'replacement', p.year, p.group_id from replacement p
      where p.person_id = person and p.stage in ('proposed', 'decided')) x
    where office.reaches_all() or x.group_id in (select office.reached())
    order by x.place, x.year $$;
"""


def upgrade() -> None:
    """Add the stage and the days."""
    op.execute(UP)
    op.execute(GOING_ON)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
