"""A leader writes his own statement; whoever puts himself forward is marked, and the organiser proposes in his case."""

from alembic import op

revision = "assessment_0032"
down_revision = "assessment_0031"
branch_labels = None
depends_on = None

UP = """
alter table assessment.leader_case add column stated_at timestamp with time zone,
  add column nominated_by_self boolean not null default false, add column office_grade text,
  add column office_reasons text;
comment on column assessment.leader_case.stated_at is 'when he wrote it himself; null: the branch did';
comment on column assessment.leader_case.nominated_by_self is 'by himself as secretary: the organiser proposes';
update assessment.leader_case c set nominated_by_self = true
from office.account a where a.person_id = c.person_id and a.id = (
  select h.actor_id from office.happening h where h.subject = 'case:' || c.id and h.step = 'nominate'
  order by h.id desc limit 1);
"""


def upgrade() -> None:
    """Add the columns; who put himself forward before is marked by the history."""
    op.execute(UP)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
