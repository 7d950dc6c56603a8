"""Whose words an objection's are, who registered it, and whether it came late; how often a year was opened again."""

from alembic import op

revision = "assessment_0029"
down_revision = "assessment_0028"
branch_labels = None
depends_on = None

# Who registered those of before stands in the history. None of them was told on: their words stay with the township.
UP = """
alter table assessment.objection add column told text, add column registered_by bigint,
  add column late boolean not null default false;
comment on column assessment.objection.told is 'what others than the township hear of the matter';
comment on column assessment.objection.registered_by is 'account; not who objects, but of one''s own';
comment on column assessment.objection.late is 'after the last day of the notice';
update assessment.objection o set registered_by = h.actor_id
from office.happening h where h.subject = 'objection:' || o.id and h.fact = 'ObjectionRaised';
alter table assessment.cycle add column published_as bigint, add column reopened integer not null default 0;
comment on column assessment.cycle.published_as is 'the happening; what is older was not public';
update assessment.cycle c set published_as = h.id
from office.happening h where h.subject = 'cycle:' || c.id and h.step = 'publish';
comment on column assessment.cycle.reopened is 'how often, after its end';
"""


def upgrade() -> None:
    """Add the columns."""
    op.execute(UP)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
