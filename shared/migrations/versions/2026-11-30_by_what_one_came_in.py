"""A sitting says by which provider it was opened, so that the history does once the code was given too."""

from alembic import op

revision = "office_0035"
down_revision = "office_0034"
branch_labels = None
depends_on = None

UP = """
alter table office.sitting add column through text not null default '';
comment on column office.sitting.through is 'the provider by whom he came in; empty: by his password';
"""


def upgrade() -> None:
    """Sittings of before were opened by a password, or say nothing of it."""
    op.execute(UP)


def downgrade() -> None:
    """Forget it."""
    op.execute("alter table office.sitting drop column through")
