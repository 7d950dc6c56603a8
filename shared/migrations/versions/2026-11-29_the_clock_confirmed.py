"""The clock confirmed: what the database's clock was last seen at, and jumps of it that a person has to look at."""

from alembic import op

revision = "office_0014"
down_revision = "office_0013"
branch_labels = None
depends_on = None

UP = """
create table office.clock_seen (
    boot text not null,
    seconds double precision not null,
    at timestamp with time zone not null,
    constraint clock_seen_pkey primary key (boot)
);

create table office.clock_jump (
    id bigint generated always as identity,
    found_at timestamp with time zone not null,
    expected_at timestamp with time zone not null,
    confirmed_at timestamp with time zone,
    confirmed_by bigint,
    constraint clock_jump_pkey primary key (id),
    constraint clock_jump_confirmed_by_fkey foreign key (confirmed_by) references office.account (id)
);
comment on column office.clock_jump.confirmed_by is 'account; null: the console';
create unique index clock_jump_open_key on office.clock_jump ((true)) where confirmed_at is null;

grant select on office.clock_seen, office.clock_jump
  to xiaozu_activities, xiaozu_assessment, xiaozu_notify, xiaozu_keeper;
grant insert, update, delete on office.clock_seen to xiaozu_keeper;
grant insert, update on office.clock_jump to xiaozu_keeper;
-- The office's pages, where a keeper confirms it.
grant delete on office.clock_seen to xiaozu_activities;
grant update on office.clock_jump to xiaozu_activities;
"""


def upgrade() -> None:
    """Note how the clock goes."""
    op.execute(UP)


def downgrade() -> None:
    """As before."""
    op.execute("drop table office.clock_jump; drop table office.clock_seen")
