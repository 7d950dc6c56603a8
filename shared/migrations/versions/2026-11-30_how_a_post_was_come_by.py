"""A leader's post says by which choosing it was come by, or why it was taken over without one (接管)."""

from alembic import op

revision = "office_0033"
down_revision = "office_0032"
branch_labels = None
depends_on = None

UP = """
alter table office.post add column chosen_id bigint, add column taken_over_why text;
comment on column office.post.chosen_id is 'of a group''s post: the choosing that it follows from';
comment on column office.post.taken_over_why is 'of a group''s post: why it was written without a choosing';
"""


def upgrade() -> None:
    """Posts of before say neither."""
    op.execute(UP)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
