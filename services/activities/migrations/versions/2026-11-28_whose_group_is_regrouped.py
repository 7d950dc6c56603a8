"""What is arranged for a group is seen by those who lead it, too."""

from alembic import op

revision = "activities_0017"
down_revision = "activities_0016"
branch_labels = None
depends_on = None

SEEN = """
alter policy reach on activities.planned_regrouping using (
  office.reaches_all() or branch_id in (select office.reached()) or into_branch_id in (select office.reached())
  or group_ids && array(select office.reached()));
"""
BEFORE = """
alter policy reach on activities.planned_regrouping using (
  office.reaches_all() or branch_id in (select office.reached()) or into_branch_id in (select office.reached()));
"""


def upgrade() -> None:
    """Let a group's own people see the plan."""
    op.execute(SEEN)


def downgrade() -> None:
    """The branch alone."""
    op.execute(BEFORE)
