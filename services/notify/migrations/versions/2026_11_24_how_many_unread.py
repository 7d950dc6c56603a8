"""How many messages somebody has not read, for the top bar of every service: a figure, and nothing else of notify."""

from alembic import op

revision = "notify_0002"
down_revision = "notify_0001"
branch_labels = None
depends_on = None

UNREAD = """
create function notify.unread_of(person bigint) returns bigint language sql stable
  security definer set search_path = notify, pg_temp as $$
  select count(*) from notify.message where person_id = person and read_at is null
$$;
revoke execute on function notify.unread_of(bigint) from public;
grant execute on function notify.unread_of(bigint)
  to xiaozu_activities, xiaozu_assessment, xiaozu_notify, xiaozu_keeper;
"""


def upgrade() -> None:
    """Count them for whoever asks."""
    op.execute(UNREAD)


def downgrade() -> None:
    """Take the function away."""
    op.execute("drop function notify.unread_of(bigint)")
