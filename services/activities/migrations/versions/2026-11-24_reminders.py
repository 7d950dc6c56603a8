"""Which branch was reminded on which day."""

from alembic import op

revision = "activities_0003"
down_revision = "activities_0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE activities.reminder (
    branch_id BIGINT NOT NULL,
    on_day DATE NOT NULL,
    by BIGINT,
    CONSTRAINT reminder_pkey PRIMARY KEY (branch_id, on_day)
);
comment on column activities.reminder.by is 'account';
"""

WALL = """
alter table activities.reminder enable row level security;
create policy reach on activities.reminder
  using (office.reaches_all() or branch_id in (select office.reached()));
"""

GRANTS = """
grant select, insert on activities.reminder to xiaozu_activities;
grant select on activities.reminder to xiaozu_keeper;
"""


def upgrade() -> None:
    """Lay the table."""
    for part in (TABLES, WALL, GRANTS):
        op.execute(part)


def downgrade() -> None:
    """A reminder that was sent is not taken back."""
    raise RuntimeError("what was said stays said")
