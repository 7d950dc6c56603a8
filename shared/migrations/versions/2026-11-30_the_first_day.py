"""The first day: the code by which an empty installation is set up, and from which day on a township keeps its book."""

from alembic import op

revision = "office_0021"
down_revision = "office_0020"
branch_labels = None
depends_on = None

UP = """
create table office.set_up (
    id boolean not null default true,
    code_hash bytea,
    tries integer not null default 0,
    token_hash bytea,
    valid_until timestamp with time zone not null,
    constraint set_up_pkey primary key (id),
    constraint set_up_one_check check (id)
);
comment on table office.set_up is 'the one-time code that opens the set-up page, or the browser that it has opened it for';
comment on column office.set_up.code_hash is 'null: it was used';
comment on column office.set_up.token_hash is 'of the browser in which it was used';
grant select on office.set_up to xiaozu_activities, xiaozu_assessment, xiaozu_notify, xiaozu_keeper;
grant insert, update, delete on office.set_up to xiaozu_activities;

alter table office.unit add column begins_on date;
comment on column office.unit.begins_on is 'of a township: what was due before is not owed';

alter table office.account add column sheet_id bigint;
comment on column office.account.sheet_id is 'the sheet of slips that its first password is on';
create sequence office.sheet;
grant usage on sequence office.sheet to xiaozu_activities;
"""

DOWN = """
drop sequence office.sheet;
alter table office.account drop column sheet_id;
alter table office.unit drop column begins_on;
drop table office.set_up;
"""


def upgrade() -> None:
    """Make room for the code, the day and the sheets."""
    op.execute(UP)


def downgrade() -> None:
    """Forget them."""
    op.execute(DOWN)
