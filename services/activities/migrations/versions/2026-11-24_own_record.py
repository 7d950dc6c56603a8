"""Somebody's own record: whoever holds no post reaches no unit, but himself."""

from alembic import op

revision = "activities_0006"
down_revision = "activities_0005"
branch_labels = None
depends_on = None

OWN = """
-- The account for which the transaction was opened, and nobody else.
create function activities.own_id() returns bigint
  language sql stable security definer set search_path = office as $$
    select person_id from account where id = nullif(current_setting('app.actor', true), '')::bigint and ended_at is null $$;

create function activities.own_person() returns setof office.person
  language sql stable security definer set search_path = office as $$
    select * from person where id = activities.own_id() $$;

create function activities.own_spans()
  returns table (what text, unit_name text, kind text, starts_on date, ends_on date)
  language sql stable security definer set search_path = office as $$
    select x.what, coalesce(b.name, '') || u.name, x.kind, x.starts_on, x.ends_on
    from (select 'membership' as what, unit_id, kind, starts_on, ends_on from membership where person_id = activities.own_id()
          union all
          select 'circumstance', unit_id, kind, starts_on, ends_on from circumstance where person_id = activities.own_id()
          union all
          select 'post', unit_id, kind, starts_on, ends_on from post where person_id = activities.own_id()) x
    join unit u on u.id = x.unit_id left join unit b on b.id = u.branch_id
    order by x.what, x.starts_on desc $$;

create function activities.own_attendance(of_year integer)
  returns table (held_on date, kind text, topic text, place text, state text, counted boolean, reason text, reason_text text)
  language sql stable security definer set search_path = activities as $$
    select a.held_on, a.kind, a.topic, a.place, t.state, t.counted, t.reason, t.reason_text
    from attendance t join activity a on a.id = t.activity_id
    where t.person_id = own_id() and a.stage = 'confirmed' and extract(year from a.held_on) = of_year
    order by a.held_on desc, a.id desc $$;
"""

GRANTS = """
revoke execute on function activities.own_id(), activities.own_person(), activities.own_spans(),
  activities.own_attendance(integer) from public;
grant execute on function activities.own_id(), activities.own_person(), activities.own_spans(),
  activities.own_attendance(integer) to xiaozu_activities;
"""


def upgrade() -> None:
    """Let each see himself."""
    for part in (OWN, GRANTS):
        op.execute(part)


def downgrade() -> None:
    """They go as they came."""
    for name in ("own_attendance(integer)", "own_spans()", "own_person()", "own_id()"):
        op.execute(f"drop function activities.{name}")
