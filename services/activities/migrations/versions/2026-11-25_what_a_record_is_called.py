"""What a record is called where another service links to it: its kind and its day, of those that the reader reaches."""

from alembic import op

revision = "activities_0008"
down_revision = "activities_0007"
branch_labels = None
depends_on = None

CALLED = """
create function activities.records_called(records bigint[]) returns table(id bigint, kind text, held_on date)
  language sql stable security definer set search_path = activities, office, pg_temp as $$
    select a.id, a.kind, a.held_on from activity a where a.id = any (records)
      and (office.reaches_all() or a.group_id in (select office.reached())) $$;
revoke execute on function activities.records_called(bigint[]) from public;
grant execute on function activities.records_called(bigint[]) to xiaozu_assessment;
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(CALLED)


def downgrade() -> None:
    """Take it away again."""
    op.execute("drop function activities.records_called(bigint[])")
