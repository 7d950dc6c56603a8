"""One digest: by how many bytes the indexes of ID numbers are known, so that no other setting looks past them."""

from alembic import op

revision = "office_0016"
down_revision = "office_0015"
branch_labels = None
depends_on = None

UP = """
create function office.index_bytes() returns integer
  language sql stable security definer set search_path = office, pg_temp as $$
    select octet_length(id_number_index) from person where id_number_index is not null limit 1 $$;
revoke execute on function office.index_bytes() from public;
grant execute on function office.index_bytes() to xiaozu_activities;
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(UP)


def downgrade() -> None:
    """Take it away again."""
    op.execute("drop function office.index_bytes()")
