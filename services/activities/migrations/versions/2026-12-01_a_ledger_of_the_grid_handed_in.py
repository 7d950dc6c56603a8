"""A ledger of the grid is handed in as a file."""

from alembic import op

revision = "activities_0048"
down_revision = "activities_0047"
branch_labels = None
depends_on = None

KINDS = """
alter table activities.handed_in drop constraint handed_in_kind_check;
alter table activities.handed_in add constraint handed_in_kind_check
  check (kind in ({kinds}) and (kind = 'ledger') = (year is not null));
"""
BEFORE = "'roster', 'ledger', 'committees'"


def upgrade() -> None:
    """One kind more."""
    op.execute(KINDS.format(kinds=f"{BEFORE}, 'grid'"))


def downgrade() -> None:
    """One kind less; refused by the constraint where such a file was handed in."""
    op.execute(KINDS.format(kinds=BEFORE))
