"""What was done by telling nobody, because it came too late, says so in its row."""

from alembic import op

revision = "activities_0016"
down_revision = "activities_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say it of no row that is there already."""
    op.execute("""
        alter table activities.job add column passed_over boolean not null default false;
        comment on column activities.job.passed_over is
          'done, and nobody was told: what it was to announce had come already';
    """)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
