"""What is due later than it was posted for is moved, in its own row."""

from alembic import op

revision = "activities_0011"
down_revision = "activities_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say so beside the column."""
    op.execute("comment on column activities.job.due_at is 'never done before it; moves with its deadline'")


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
