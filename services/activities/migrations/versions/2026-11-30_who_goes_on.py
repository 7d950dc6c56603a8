"""Which post a succession ended, and until when it was to be held: so much comes back when it is called off."""

from alembic import op

revision = "activities_0033"
down_revision = "activities_0032"
branch_labels = None
depends_on = None

TABLE = """
create table activities.succession (
    post_id bigint not null,
    unit_id bigint not null,
    before_id bigint not null,
    before_until date,
    constraint succession_pkey primary key (post_id)
);
comment on column activities.succession.post_id is 'the post that is taken up';
comment on column activities.succession.before_id is 'the post that it ended';
comment on column activities.succession.before_until is 'on which day that would have ended; null: with no end';
alter table activities.succession enable row level security;
create policy reach on activities.succession using (office.reaches_all() or unit_id in (select office.reached()));
grant select, insert on activities.succession to xiaozu_activities;
grant select on activities.succession to xiaozu_keeper;
"""


def upgrade() -> None:
    """Lay the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Forget them; what is called off then leaves its post vacant."""
    op.execute("drop table activities.succession")
