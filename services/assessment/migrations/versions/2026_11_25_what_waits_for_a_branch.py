"""How much of the year waits for branches, for the desk where their secretaries land: figures of what one reaches."""

from alembic import op

revision = "assessment_0007"
down_revision = "assessment_0006"
branch_labels = None
depends_on = None

WAITING = """
create function assessment.waiting_for(branches bigint[])
  returns table(nominations bigint, plans bigint, reports bigint)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    with reached as (
      select b as id from unnest(branches) b where office.reaches_all() or b in (select office.reached()))
    select
      (select count(*) from leader_case c join cycle y on y.id = c.cycle_id
       where c.branch_id in (select id from reached) and c.stage = 'nomination' and y.stage <> 'closed'),
      count(*) filter (where r.stage = 'plan'), count(*) filter (where r.stage = 'work')
    from rectification r where r.branch_id in (select id from reached) $$;
revoke execute on function assessment.waiting_for(bigint[]) from public;
grant execute on function assessment.waiting_for(bigint[]) to xiaozu_activities, xiaozu_assessment;
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(WAITING)


def downgrade() -> None:
    """Take it away again."""
    op.execute("drop function assessment.waiting_for(bigint[])")
