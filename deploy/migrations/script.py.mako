"""${message}."""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: code of the version before must go on working."""
    ${upgrades if upgrades else "op.execute(\"\")"}


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
