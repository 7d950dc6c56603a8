"""One number stands for many subjects in one act."""

from alembic import op

revision = "office_0037"
down_revision = "office_0036"
branch_labels = None
depends_on = None

FUNCTION = """
create function office.use_number_for(the_number bigint, subjects text[]) returns void
  language plpgsql security definer set search_path = office, pg_temp as $$
begin
  perform refuse_number(n.township_id, n.purpose) from number n where n.id = the_number;
  insert into number_use select the_number, unnest(subjects) on conflict do nothing;
end $$;
revoke execute on function office.use_number_for(bigint, text[]) from public;
grant execute on function office.use_number_for(bigint, text[])
  to xiaozu_activities, xiaozu_assessment, xiaozu_notify;
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(FUNCTION)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
