"""One table for what is attached to the things of any topic (shared/attachments.py)."""

from alembic import op

revision = "activities_0022"
down_revision = "activities_0021"
branch_labels = None
depends_on = None

UP = """
drop trigger kept on activities.attachment;
drop policy reach on activities.attachment;
drop index activities.attachment_once_key;
alter table activities.attachment drop constraint attachment_activity_id_fkey;
alter table activities.attachment rename column activity_id to thing_id;
alter table activities.attachment rename column group_id to unit_id;
alter table activities.attachment add column sort text not null default 'activity', add column person_id bigint;
alter table activities.attachment alter column sort drop default;
comment on column activities.attachment.sort is 'of the thing that it is attached to';
comment on column activities.attachment.unit_id is 'in whose room it is kept, and whose reach it is in';
comment on column activities.attachment.person_id is 'whom it is about: he sees it without a post';
create unique index attachment_once_key on activities.attachment (sort, thing_id, sha256) where removed_at is null;
create policy reach on activities.attachment using
  (office.reaches_all() or unit_id in (select office.reached()) or person_id = (select a.person_id
   from office.account a where a.id = nullif(current_setting('app.actor', true), '')::bigint));
create trigger kept after insert on activities.attachment for each row execute function office.keep_file('unit_id');
"""


def upgrade() -> None:
    """What was attached to records stays attached to them."""
    op.execute(UP)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
