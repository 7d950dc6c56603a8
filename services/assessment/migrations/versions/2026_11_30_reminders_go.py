"""Who is late is reminded by notify alone, from what waits: the reminders that were left here are called off."""

from alembic import op

revision = "assessment_0019"
down_revision = "assessment_0018"
branch_labels = None
depends_on = None

CALL_OFF = """
update assessment.job set state = 'cancelled', done_at = office.now()
where state in ('ready', 'dead') and task in
  ('assessment.remind', 'assessment.remind_of_rectification', 'assessment.keep_rectification_deadlines');
"""


def upgrade() -> None:
    """Call them off; the counter that named them goes."""
    op.execute(CALL_OFF)
    op.execute("alter table assessment.rectification drop column deadline")


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
