"""What a group has on record since a day, for whoever judges whether it did better."""

from alembic import op

revision = "activities_0038"
down_revision = "activities_0037"
branch_labels = None
depends_on = None

SINCE = """
create function activities.records_since(of_group bigint, since date)
  returns table(id bigint, kind text, held_on date, topic text, stage text, present integer, expected integer)
  language sql stable security definer set search_path = activities, office, pg_temp as $$
    select a.id, a.kind, a.held_on, a.topic, a.stage, a.present, a.expected
    from activity a
    where (a.group_id = of_group or of_group = any (a.group_ids)) and a.held_on >= since and a.stage in ('submitted', 'confirmed')
      and (office.reaches_all() or of_group in (select office.reached()))
    order by a.held_on, a.id $$;
revoke execute on function activities.records_since(bigint, date) from public;
grant execute on function activities.records_since(bigint, date) to xiaozu_assessment;
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(SINCE)


def downgrade() -> None:
    """Take it away again."""
    op.execute("drop function activities.records_since(bigint, date)")
