"""A year that the committee breaks off, and a notice that it takes down: when, and why. What is over keeps nobody."""

from alembic import op

revision = "assessment_0035"
down_revision = "assessment_0034"
branch_labels = None
depends_on = None

COLUMNS = """
alter table assessment.cycle add column recalled_at timestamp with time zone, add column recalled_why text,
  add column ended_at timestamp with time zone, add column ended_why text;
comment on column assessment.cycle.recalled_at is 'when its notice was taken down';
comment on column assessment.cycle.ended_at is 'when it was broken off without a result, or its opening taken back';
"""

OVER = """
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
      where p.township_id = township and p.stage = 'proposed' group by p.year, p.stage) going (thing, year, stage, n)
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
      where p.person_id = person and p.stage = 'proposed') x
    where office.reaches_all() or x.group_id in (select office.reached())
    order by x.place, x.year $$;
"""


def upgrade() -> None:
    """Add the columns; the functions know one more end."""
    op.execute(COLUMNS)
    op.execute(OVER)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
