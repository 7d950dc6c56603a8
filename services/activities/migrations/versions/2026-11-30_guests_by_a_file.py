"""Whoever came in from elsewhere by a file goes from the list again with the import that is taken back."""

from alembic import op

revision = "activities_0045"
down_revision = "activities_0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let activities delete what an import wrote."""
    op.execute("grant delete on activities.care to xiaozu_activities")


def downgrade() -> None:
    """As before."""
    op.execute("revoke delete on activities.care from xiaozu_activities")
