"""A roster that is handed in may say from which day on what it moves counts."""

from alembic import op

revision = "activities_0041"
down_revision = "activities_0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day."""
    op.execute("alter table activities.handed_in add column as_of date")
    op.execute(
        "comment on column activities.handed_in.as_of is 'of a roster: from when what it moves counts; null: today'"
    )


def downgrade() -> None:
    """Take it away again."""
    op.execute("alter table activities.handed_in drop column as_of")
