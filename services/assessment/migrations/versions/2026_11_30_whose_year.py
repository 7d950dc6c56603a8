"""Whose year it was: since when and until when a leader held the post, and whether that is only a part of the year."""

from alembic import op

revision = "assessment_0027"
down_revision = "assessment_0026"
branch_labels = None
depends_on = None

UP = """
alter table assessment.leader_case add column began_on date, add column ended_on date,
  add column part boolean not null default false;
comment on column assessment.leader_case.post_id is 'his last one of the stretch in which he held it without a gap';
comment on column assessment.leader_case.began_on is 'of that stretch';
comment on column assessment.leader_case.ended_on is 'the first day after it; null: it goes on';
comment on column assessment.leader_case.part is 'scored on the months that he held whole, not on the group''s year';
update assessment.leader_case c set began_on = p.starts_on, ended_on = p.ends_on from office.post p where p.id = c.post_id;
-- Two may be listed of one group, each with his part of its year.
drop index assessment.leader_case_cycle_id_group_id_key;
create unique index leader_case_cycle_id_group_id_key on assessment.leader_case (cycle_id, group_id, post_id);
comment on column assessment.cycle.cases is 'leaders on its list';
"""


def upgrade() -> None:
    """Name the days; what was scored already was scored on the group's whole year."""
    op.execute(UP)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
