"""Work that failed says of what kind the failure was, for whoever looks after the machine."""

from alembic import op

revision = "notify_0006"
down_revision = "notify_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of a failure that is there already nobody knows."""
    op.execute("""
        alter table notify.job add column trouble text;
        comment on column notify.job.trouble is 'of what kind the last error was (shared/troubles.py)';
    """)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
