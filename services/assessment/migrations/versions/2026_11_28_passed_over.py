"""What was done by telling nobody, because it came too late, says so in its row."""

from alembic import op

revision = "assessment_0011"
down_revision = "assessment_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say it of no row that is there already."""
    op.execute("""
        alter table assessment.job add column passed_over boolean not null default false;
        comment on column assessment.job.passed_over is
          'done, and nobody was told: what it was to announce had come already';
    """)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
