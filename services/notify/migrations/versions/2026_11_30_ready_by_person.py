"""What else is ready for a person is found by him, however many letters wait."""

from alembic import op

revision = "notify_0012"
down_revision = "notify_0011"
branch_labels = None
depends_on = None

# No plain column and no condition on the state: of two indexes over the few that are ready the planner, who believes
# that there are none, would take either.
WHOSE = "(case when state = 'ready' then person_id else null end)"


def upgrade() -> None:
    """Of the few that are ready."""
    op.execute(f"create index delivery_ready_idx on notify.delivery ({WHOSE}) where {WHOSE} is not null")


def downgrade() -> None:
    """Read all that are ready again."""
    op.execute("drop index notify.delivery_ready_idx")
