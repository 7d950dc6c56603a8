"""Of each program that is seen at work, which code it runs."""

from alembic import op

revision = "office_0039"
down_revision = "office_0038"
branch_labels = None
depends_on = None

RELEASE = """
alter table office.heartbeat add column release text;
comment on column office.heartbeat.release is 'which code it runs; null: one that did not say so yet';
"""


def upgrade() -> None:
    """Lay the column."""
    op.execute(RELEASE)
