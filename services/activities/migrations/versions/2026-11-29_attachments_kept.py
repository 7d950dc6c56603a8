"""The files of records are kept for their groups, and counted (shared/kept.py)."""

from alembic import op

revision = "activities_0021"
down_revision = "activities_0020"
branch_labels = None
depends_on = None

KEPT = """
insert into office.kept_file select sha256, group_id, size from activities.attachment on conflict do nothing;
create trigger kept after insert on activities.attachment for each row execute function office.keep_file('group_id');
"""


def upgrade() -> None:
    """Count what is there, and what is to come."""
    op.execute(KEPT)


def downgrade() -> None:
    """Count no more."""
    op.execute("drop trigger if exists kept on activities.attachment")
