"""What the keeper asks: which migrations a database has seen, without a right on anybody's tables."""

from alembic import op

revision = "office_0006"
down_revision = "office_0005"
branch_labels = None
depends_on = None

FUNCTION = """
create function office.migrated() returns table (name text, version text) language plpgsql stable security definer
  set search_path = office as $$
begin
  foreach name in array array['office', 'activities', 'assessment', 'notify'] loop
    if to_regclass(name || '.alembic_version') is not null then
      for version in execute format('select version_num from %I.alembic_version', name) loop
        return next;
      end loop;
    end if;
  end loop;
end $$;
revoke execute on function office.migrated() from public;
grant execute on function office.migrated() to xiaozu_keeper;
"""


def upgrade() -> None:
    """Let the keeper ask."""
    op.execute(FUNCTION)


def downgrade() -> None:
    """He asks no more."""
    op.execute("drop function office.migrated()")
