"""Answers kept under idempotency keys are dropped when they are old: activities does it for all services."""

from alembic import op

revision = "activities_0009"
down_revision = "activities_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Allow it."""
    op.execute("grant delete on office.reply to xiaozu_activities")


def downgrade() -> None:
    """Forbid it again."""
    op.execute("revoke delete on office.reply from xiaozu_activities")
