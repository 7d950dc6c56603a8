"""A file is brought in by the background: where it stands, and how far it is."""

from alembic import op

revision = "activities_0013"
down_revision = "activities_0012"
branch_labels = None
depends_on = None

COLUMNS = """
alter table activities.handed_in
  add column stage TEXT DEFAULT 'waiting' NOT NULL,
  add column run INTEGER DEFAULT '0' NOT NULL,
  add column begun_by BIGINT,
  add column step TEXT,
  add column done INTEGER DEFAULT '0' NOT NULL,
  add column whole INTEGER DEFAULT '0' NOT NULL,
  add column counted_since TIMESTAMP WITH TIME ZONE,
  add column refused_why TEXT;
comment on column activities.handed_in.run is 'how often bringing it in was begun';
comment on column activities.handed_in.begun_by is 'account; null: the system';
comment on column activities.handed_in.step is 'what is being done';
comment on column activities.handed_in.done is 'rows written';
comment on column activities.handed_in.whole is 'rows to write';
comment on column activities.handed_in.counted_since is 'when none was written yet';
-- Each history is compared with where its row stands; the content concerns nobody but the office.
grant select (id, stage) on activities.handed_in to xiaozu_keeper;
"""

# What was brought in before is in, and gets the history that it would have.
BROUGHT_IN = """
update activities.handed_in set stage = 'imported', run = 1, begun_by = handed_by where committed_on is not null;
insert into office.happening (service, fact, version, subject, unit_id, actor_id, step, stage_before, stage_after, body)
select 'activities', 'FileMoved', 1, 'handed:' || h.id, h.township_id, h.handed_by, x.step, x.before, x.after,
  jsonb_build_object('unit_id', h.township_id, 'handed_id', h.id)
from activities.handed_in h
cross join (values (1, 'begin', 'waiting', 'importing'), (2, 'finish', 'importing', 'imported'))
  as x(at, step, before, after)
where h.stage = 'imported' order by h.id, x.at;
"""


def upgrade() -> None:
    """Say where each file stands."""
    for part in (COLUMNS, BROUGHT_IN):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
