"""The notice is read whole by every member in its days; how it was published (with whom, whom to ring) stands with it."""

from alembic import op

revision = "assessment_0030"
down_revision = "assessment_0029"
branch_labels = None
depends_on = None

COLUMNS = """
alter table assessment.cycle add column notice_township text, add column notice_phone text,
  add column notice_incompetent boolean not null default true;
update assessment.cycle set notice_township = office.name_on(township_id, notice_from) where notice_from is not null;
comment on column assessment.cycle.notice_township is 'what it was called when the notice was published';
comment on column assessment.cycle.notice_phone is 'of the office, as it stands in the notice';
comment on column assessment.cycle.notice_incompetent is 'whether the notice names those';
"""

# A member without a post reaches no unit: what hangs on the wall of his township these days is his to read all the same.
READ = """
create function assessment.notices_now()
  returns table(cycle_id bigint, township_id bigint, township text, year integer, notice_from date, notice_to date,
    notice_phone text)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select c.id, c.township_id, coalesce(c.notice_township, t.name), c.year::integer, c.notice_from, c.notice_to, c.notice_phone
    from cycle c join unit t on t.id = c.township_id
    where c.stage = 'notice' and today() between c.notice_from and c.notice_to and c.township_id in (
      select coalesce(u.township_id, u.id) from account a
      join (select person_id, unit_id, starts_on, ends_on from membership
            union all select person_id, unit_id, starts_on, ends_on from post) s on s.person_id = a.person_id
      join unit u on u.id = s.unit_id
      where a.id = nullif(current_setting('app.actor', true), '')::bigint and a.ended_at is null
        and s.starts_on <= today() and (s.ends_on is null or s.ends_on > today()))
    order by c.id $$;

create function assessment.notice_read(wanted bigint)
  returns table(id bigint, branch_id bigint, branch text, "group" text, person text, grade text)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select c.id, c.branch_id, p.branch, p."group", p.person, c.grade
    from notices_now() n join cycle y on y.id = n.cycle_id
    join leader_case c on c.cycle_id = y.id join published p on p.case_id = c.id
    where y.id = wanted and c.stage in ('notice', 'closed') and c.grade is not null
      and (y.notice_incompetent or c.grade <> 'incompetent')
    order by p.place $$;
revoke execute on function assessment.notices_now(), assessment.notice_read(bigint) from public;
grant execute on function assessment.notices_now(), assessment.notice_read(bigint) to xiaozu_assessment;
grant execute on function assessment.notices_now() to xiaozu_activities;
"""


def upgrade() -> None:
    """Add the columns and the functions."""
    op.execute(COLUMNS)
    op.execute(READ)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
