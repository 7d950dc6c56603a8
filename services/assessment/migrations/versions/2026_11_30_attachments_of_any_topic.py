"""One table for what is attached to the things of any topic (shared/attachments.py)."""

from alembic import op

revision = "assessment_0017"
down_revision = "assessment_0016"
branch_labels = None
depends_on = None

UP = """
drop trigger kept on assessment.evidence_file;
drop policy reach on assessment.evidence_file;
drop index assessment.evidence_file_once_key;
alter table assessment.evidence_file drop constraint evidence_file_rectification_id_fkey;
alter table assessment.evidence_file rename to attachment;
alter table assessment.attachment rename constraint evidence_file_pkey to attachment_pkey;
alter table assessment.attachment rename constraint evidence_file_file_check to attachment_file_check;
alter sequence assessment.evidence_file_id_seq rename to attachment_id_seq;
alter table assessment.attachment rename column rectification_id to thing_id;
alter table assessment.attachment rename column group_id to unit_id;
alter table assessment.attachment alter column person_id drop not null;
alter table assessment.attachment add column sort text not null default 'rectification';
alter table assessment.attachment alter column sort drop default;
comment on column assessment.attachment.sort is 'of the thing that it is attached to';
comment on column assessment.attachment.unit_id is 'in whose room it is kept, and whose reach it is in';
comment on column assessment.attachment.person_id is 'whom it is about: he sees it without a post';
create unique index attachment_once_key on assessment.attachment (sort, thing_id, sha256) where removed_at is null;
create policy reach on assessment.attachment using
  (office.reaches_all() or unit_id in (select office.reached()) or person_id = (select a.person_id
   from office.account a where a.id = nullif(current_setting('app.actor', true), '')::bigint));
create trigger kept after insert on assessment.attachment for each row execute function office.keep_file('unit_id');
"""


def upgrade() -> None:
    """What was attached to rectifications stays attached to them."""
    op.execute(UP)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
