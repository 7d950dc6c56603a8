"""Acting in a post: whoever holds several chooses in which he is shown his work; the sitting remembers it."""

from alembic import op

revision = "office_0007"
down_revision = "office_0006"
branch_labels = None
depends_on = None

UP = """
alter table office.sitting
  add column acting_role text,
  add column acting_unit_id bigint;
comment on column office.sitting.acting_role is 'the post whose work is shown; null: the widest';
comment on column office.sitting.acting_unit_id is 'the unit of that post';
"""


def upgrade() -> None:
    """Let a sitting remember the post that was chosen."""
    op.execute(UP)


def downgrade() -> None:
    """Forget it: everybody is shown his widest duty."""
    op.execute("alter table office.sitting drop acting_role, drop acting_unit_id")
