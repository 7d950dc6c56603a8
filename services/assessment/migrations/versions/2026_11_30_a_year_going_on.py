"""Which year of a township is not over yet, for whoever would switch the assessment off."""

from alembic import op

revision = "assessment_0020"
down_revision = "assessment_0019"
branch_labels = None
depends_on = None

# The first that is not: a cycle that is open, a rectification that is not cleared, a replacement that is not decided.
GOING_ON = """
drop function assessment.waiting_for(bigint[]);
create function assessment.year_going_on(township bigint) returns integer
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select min(year)::integer from (
      select year from cycle where township_id = township and stage <> 'closed'
      union all select year from rectification where township_id = township and stage <> 'cleared'
      union all select year from replacement where township_id = township and stage = 'proposed') going
    where office.reaches_all() or township in (select office.reached()) $$;
revoke execute on function assessment.year_going_on(bigint) from public;
grant execute on function assessment.year_going_on(bigint) to xiaozu_activities, xiaozu_assessment;
"""


def upgrade() -> None:
    """Exchange the function that nobody asks any more for this one."""
    op.execute(GOING_ON)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
