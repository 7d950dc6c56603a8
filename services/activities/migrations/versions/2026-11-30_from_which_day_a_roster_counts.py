"""From which day what a roster brings in counts, where its rows say no day."""

from alembic import op

revision = "activities_0026"
down_revision = "activities_0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the day beside the file."""
    op.execute("""
        alter table activities.handed_in add column since date;
        comment on column activities.handed_in.since is
          'of a roster: from when what is new in it counts; null: 1 January of the year before';""")


def downgrade() -> None:
    """Forget it."""
    op.execute("alter table activities.handed_in drop column since")
