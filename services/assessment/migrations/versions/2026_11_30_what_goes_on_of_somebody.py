"""What of somebody's years is not over, for whoever takes him off the roll."""

from alembic import op

revision = "assessment_0024"
down_revision = "assessment_0023"
branch_labels = None
depends_on = None

GOING_ON = """
create function assessment.going_on_of(person bigint) returns table(sort text, year integer)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select x.sort, x.year::integer from (
      select 1 as place, 'case' as sort, c.year, c.group_id from leader_case c
      where c.person_id = person and c.stage <> 'closed'
      union all
      select 2, 'rectification', r.year, r.group_id from rectification r
      where r.person_id = person and r.stage <> 'cleared'
      union all
      select 3, 'replacement', p.year, p.group_id from replacement p
      where p.person_id = person and p.stage = 'proposed') x
    where office.reaches_all() or x.group_id in (select office.reached())
    order by x.place, x.year $$;
revoke execute on function assessment.going_on_of(bigint) from public;
grant execute on function assessment.going_on_of(bigint) to xiaozu_activities;
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(GOING_ON)


def downgrade() -> None:
    """Take it away again."""
    op.execute("drop function assessment.going_on_of(bigint)")
