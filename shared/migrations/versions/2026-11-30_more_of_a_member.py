"""What else the office's full roster has of a member (forms.md A1), under one seal of his own."""

from alembic import op

revision = "office_0038"
down_revision = "office_0037"
branch_labels = None
depends_on = None

MORE = """
alter table office.person add column more_sealed bytea;
comment on column office.person.more_sealed is 'what else the full roster has of him, as JSON by field';
"""


def upgrade() -> None:
    """Lay the column."""
    op.execute(MORE)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
