"""The records of a branch and of a township by their days: a page of the latest is read from the index, not sorted out."""

from alembic import op

revision = "activities_0015"
down_revision = "activities_0014"
branch_labels = None
depends_on = None

INDEXES = """
create index activity_branch_id_held_on_idx on activities.activity (branch_id, held_on, id);
create index activity_township_id_held_on_idx on activities.activity (township_id, held_on, id);
"""


def upgrade() -> None:
    """Add both."""
    op.execute(INDEXES)


def downgrade() -> None:
    """Take them away again."""
    op.execute("drop index activities.activity_township_id_held_on_idx")
    op.execute("drop index activities.activity_branch_id_held_on_idx")
