"""Working days entered by the office: a year that it has entered in full, and entries that it may take back."""

from alembic import op

revision = "office_0008"
down_revision = "office_0007"
branch_labels = None
depends_on = None

UP = """
create table office.workday_year (
    year integer not null,
    why text not null,
    constraint workday_year_pkey primary key (year)
);
grant select on office.workday_year to xiaozu_activities, xiaozu_assessment, xiaozu_notify, xiaozu_keeper;
grant insert, update, delete on office.workday_year to xiaozu_activities;
grant delete on office.workday to xiaozu_activities;
"""


def upgrade() -> None:
    """Make room for the years that an office enters itself."""
    op.execute(UP)


def downgrade() -> None:
    """Forget them."""
    op.execute("drop table office.workday_year; revoke delete on office.workday from xiaozu_activities")
