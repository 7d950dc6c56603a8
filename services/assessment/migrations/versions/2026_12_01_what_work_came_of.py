"""A row of work says which span left it, where traces are on: by its default, whoever inserts it, and however."""

from alembic import op

revision = "assessment_0043"
down_revision = "assessment_0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing of the rows that are there: the default is empty where no transaction has said otherwise."""
    op.execute("""
        alter table assessment.job add column trace text default nullif(current_setting('app.trace', true), '');
        comment on column assessment.job.trace is 'the span that left it, where traces are on (shared/traces)';
    """)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
