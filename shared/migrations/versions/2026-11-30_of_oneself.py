"""Whoever holds no post writes one kind of line: in his own name, in the unit to which he himself belongs."""

from alembic import op

revision = "office_0020"
down_revision = "office_0019"
branch_labels = None
depends_on = None

BEFORE = """office.reaches_all() or unit_id = any ((select office.roots())::bigint[])
  or unit_id in (select office.reached())
  or happening.actor_id = nullif(current_setting('app.actor', true), '')::bigint and exists (
    select from office.account a join office.post p on p.person_id = a.person_id
      join office.unit u on u.id = happening.unit_id
    where a.id = happening.actor_id and p.unit_id in (u.id, u.branch_id, u.township_id))"""

UP = f"""
create function office.own_unit() returns bigint language sql stable security definer
  set search_path = office, pg_temp as $$
    select p.unit_id from account a join person p on p.id = a.person_id
    where a.id = nullif(current_setting('app.actor', true), '')::bigint $$;
revoke execute on function office.own_unit() from public;
grant execute on function office.own_unit() to xiaozu_activities, xiaozu_assessment, xiaozu_notify, xiaozu_keeper;
alter policy reach on office.happening with check ({BEFORE}
  or happening.actor_id = nullif(current_setting('app.actor', true), '')::bigint
    and happening.unit_id = (select office.own_unit()));
"""

DOWN = f"""
alter policy reach on office.happening with check ({BEFORE});
drop function office.own_unit();
"""


def upgrade() -> None:
    """Let a line be written about oneself."""
    op.execute(UP)


def downgrade() -> None:
    """As before: only where one serves, or served."""
    op.execute(DOWN)
