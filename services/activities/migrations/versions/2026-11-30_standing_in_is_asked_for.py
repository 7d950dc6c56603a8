"""That somebody stands in for an office of the township is asked for and agreed to like a post, with its last day."""

from alembic import op

revision = "activities_0028"
down_revision = "activities_0027"
branch_labels = None
depends_on = None

UP = """
alter table activities.officer_act add column until DATE;
comment on column activities.officer_act.until is 'of standing in: the last day on which he does';
"""


def upgrade() -> None:
    """Room for the last day."""
    op.execute(UP)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
