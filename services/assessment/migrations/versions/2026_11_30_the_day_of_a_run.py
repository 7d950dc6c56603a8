"""On which day a run was started: only what was due by then is owed in it, whenever its chunks are collected."""

from alembic import op

revision = "assessment_0022"
down_revision = "assessment_0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the day."""
    op.execute("""
        alter table assessment.cycle add column run_on date;
        comment on column assessment.cycle.run_on is 'what was due before it is owed; null: the whole year';""")


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
