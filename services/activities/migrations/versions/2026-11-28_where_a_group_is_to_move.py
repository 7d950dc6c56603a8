"""A planned move names the branch that the group goes to: it is not dissolved meanwhile, and its people see the plan."""

from alembic import op

revision = "activities_0012"
down_revision = "activities_0011"
branch_labels = None
depends_on = None

COLUMN = """
alter table activities.planned_regrouping add into_branch_id bigint;
update activities.planned_regrouping set into_branch_id = (asked ->> 'branch_id')::bigint where sort = 'move';
comment on column activities.planned_regrouping.into_branch_id is 'where a group is to move';
alter policy reach on activities.planned_regrouping using (
  office.reaches_all() or branch_id in (select office.reached()) or into_branch_id in (select office.reached()));
"""


def upgrade() -> None:
    """Add the column, and let the branch that it names see the plan."""
    op.execute(COLUMN)


def downgrade() -> None:
    """Take it away again."""
    op.execute(
        "alter policy reach on activities.planned_regrouping"
        " using (office.reaches_all() or branch_id in (select office.reached()))"
    )
    op.execute("alter table activities.planned_regrouping drop column into_branch_id")
