"""What the audit calls a year and what belongs to it: whom it is about, and of which year, of those that one reaches."""

from alembic import op

revision = "assessment_0013"
down_revision = "assessment_0012"
branch_labels = None
depends_on = None

CALLED = """
create function assessment.called(subjects text[])
  returns table(subject text, person_id bigint, year integer, name text)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    with asked as (select split_part(s, ':', 1) as sort, split_part(s, ':', 2)::bigint as id from unnest(subjects) s),
    found as (
      select 'case:' || c.id as subject, c.person_id, c.year, '' as name, c.group_id as unit_id
      from leader_case c where c.id in (select id from asked where sort = 'case')
      union all
      select 'objection:' || o.id, c.person_id, c.year, '', c.group_id
      from objection o join leader_case c on c.id = o.case_id where o.id in (select id from asked where sort = 'objection')
      union all
      select 'rectification:' || r.id, r.person_id, r.year, '', r.group_id
      from rectification r where r.id in (select id from asked where sort = 'rectification')
      union all
      select 'replacement:' || r.id, r.person_id, r.year, '', r.group_id
      from replacement r where r.id in (select id from asked where sort = 'replacement')
      union all
      select 'cycle:' || y.id, null, y.year, '', y.township_id
      from cycle y where y.id in (select id from asked where sort = 'cycle')
      union all
      select 'scheme:' || s.id, null, null, s.name || ' ' || s.version, s.township_id
      from scheme s where s.id in (select id from asked where sort = 'scheme'))
    select f.subject, f.person_id, f.year, f.name from found f
    where office.reaches_all() or f.unit_id is null or f.unit_id in (select office.reached()) $$;
revoke execute on function assessment.called(text[]) from public;
grant execute on function assessment.called(text[]) to xiaozu_activities;
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(CALLED)


def downgrade() -> None:
    """Take it away again."""
    op.execute("drop function assessment.called(text[])")
