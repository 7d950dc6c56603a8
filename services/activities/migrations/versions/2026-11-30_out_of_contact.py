"""A member with whom his branch has lost contact is looked for, and stands on a list of his own."""

from alembic import op

revision = "activities_0037"
down_revision = "activities_0036"
branch_labels = None
depends_on = None

SORTS = """
alter table activities.care drop constraint care_sort_check;
alter table activities.care add constraint care_sort_check check (sort in ({sorts}));
"""
BEFORE = "'mobile_out', 'mobile_in', 'in_need'"


def upgrade() -> None:
    """One sort more."""
    op.execute(SORTS.format(sorts=f"{BEFORE}, 'lost'"))


def downgrade() -> None:
    """One sort less; refused by the constraint where somebody is on that list."""
    op.execute(SORTS.format(sorts=BEFORE))
