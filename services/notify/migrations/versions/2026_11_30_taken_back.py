"""A message may be taken back: what it tells of was withdrawn or broken off, and it asks for nothing any more."""

from alembic import op

revision = "notify_0013"
down_revision = "notify_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the moment."""
    op.execute("alter table notify.message add column taken_back_at timestamp with time zone")
    op.execute(
        "comment on column notify.message.taken_back_at is 'when what it tells of was withdrawn: it asks for nothing'"
    )


def downgrade() -> None:
    """Take it away again."""
    op.execute("alter table notify.message drop column taken_back_at")
