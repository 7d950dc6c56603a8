"""Which file proposed an act on a member, or that he be looked after: it is taken back with the file's import."""

from alembic import op

revision = "activities_0049"
down_revision = "activities_0048"
branch_labels = None
depends_on = None

COLUMNS = """
alter table activities.member_act add column handed_id bigint;
create index member_act_handed_id_idx on activities.member_act (handed_id) where handed_id is not null;
comment on column activities.member_act.handed_id is 'the file that proposed it, where it was ticked there';
alter table activities.care add column handed_id bigint, add column away_id bigint;
create index care_handed_id_idx on activities.care (handed_id) where handed_id is not null;
comment on column activities.care.handed_id is 'the file that proposed it, where it was ticked there';
comment on column activities.care.away_id is 'the circumstance that began with it';
grant delete on activities.care_entry to xiaozu_activities;
"""


def upgrade() -> None:
    """Keep from which file they came."""
    op.execute(COLUMNS)


def downgrade() -> None:
    """Forget it."""
    op.execute("alter table activities.member_act drop column handed_id")
    op.execute("alter table activities.care drop column handed_id, drop column away_id")
    op.execute("revoke delete on activities.care_entry from xiaozu_activities")
