"""What of the assessment is not over, stage by stage, and where more are excellent than the quota allows."""

from alembic import op

revision = "assessment_0023"
down_revision = "assessment_0022"
branch_labels = None
depends_on = None

STANDING = """
drop function assessment.year_going_on(bigint);
create function assessment.going_on(township bigint) returns table (thing text, year integer, stage text, n bigint)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select * from (
      select 'cycle', c.year::integer, c.stage, 1::bigint from cycle c
      where c.township_id = township and c.stage <> 'closed'
      union all
      select 'rectification', r.year::integer, r.stage, count(*) from rectification r
      where r.township_id = township and r.stage <> 'cleared' group by r.year, r.stage
      union all
      select 'replacement', p.year::integer, p.stage, count(*) from replacement p
      where p.township_id = township and p.stage = 'proposed' group by p.year, p.stage) going (thing, year, stage, n)
    where office.reaches_all() or township in (select office.reached())
    order by year, thing, stage $$;
revoke execute on function assessment.going_on(bigint) from public;
grant execute on function assessment.going_on(bigint) to xiaozu_activities, xiaozu_assessment;

create function assessment.over_quota(township bigint)
  returns table (cycle_id bigint, year integer, given bigint, allowed integer)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select * from (
      select c.id, c.year::integer, count(*) filter (where k.grade = 'excellent'), c.excellent_allowed
      from cycle c join leader_case k on k.cycle_id = c.id
      where c.township_id = township and c.stage in ('rating', 'notice') group by c.id) o (cycle_id, year, given, allowed)
    where o.given > o.allowed and (office.reaches_all() or township in (select office.reached())) $$;
revoke execute on function assessment.over_quota(bigint) from public;
grant execute on function assessment.over_quota(bigint) to xiaozu_activities, xiaozu_assessment;
"""


def upgrade() -> None:
    """Exchange the function that said only the year for these."""
    op.execute(STANDING)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
