"""Notices, too, are printed in the office's own form: notify keeps what is handed in for them."""

from alembic import op

revision = "office_0040"
down_revision = "office_0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let notify write what it may read already."""
    op.execute("grant insert, update on office.paper_template to xiaozu_notify")


def downgrade() -> None:
    """As before."""
    op.execute("revoke insert, update on office.paper_template from xiaozu_notify")
