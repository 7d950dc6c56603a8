"""Work that failed says of what kind the failure was, for whoever looks after the machine."""

from alembic import op

revision = "assessment_0012"
down_revision = "assessment_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of a failure that is there already nobody knows."""
    op.execute("""
        alter table assessment.job add column trouble text;
        comment on column assessment.job.trouble is 'of what kind the last error was (shared/troubles.py)';
    """)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
