"""What waits about a unit that is taken back is closed before it goes: the messages that ask for it rest, too."""

from alembic import op

revision = "office_0031"
down_revision = "office_0030"
branch_labels = None
depends_on = None

GOES = """
create or replace function office.remember_unit() returns trigger language plpgsql security definer
  set search_path = office, pg_temp as $$
begin
  insert into gone_unit (id, name, above, township_id)
  values (old.id, old.name, old.branch_id, coalesce(old.township_id, old.id)) on conflict (id) do nothing;
  -- Messages rest on what is closed, and hear of nothing that is deleted.
  update todo set closed_at = office.now(), closed_by = nullif(current_setting('app.actor', true), '')::bigint
  where unit_id = old.id and closed_at is null;
  delete from todo where unit_id = old.id;
  return old;
end $$;
"""


def upgrade() -> None:
    """Close, then delete."""
    op.execute(GOES)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
