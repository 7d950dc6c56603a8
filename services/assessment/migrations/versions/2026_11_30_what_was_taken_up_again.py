"""A proposal ends with the grade that it rested on; and whatever began to wait after its day has none."""

from alembic import op

revision = "assessment_0034"
down_revision = "assessment_0033"
branch_labels = None
depends_on = None

ENDED = """
alter table assessment.replacement drop constraint replacement_stage_check;
alter table assessment.replacement add constraint replacement_stage_check
  check (stage in ('proposed', 'replaced', 'kept', 'ended'))"""

NOT_LATE = """
update office.todo set due_on = null
where kind in ('assessment.nominate', 'assessment.review', 'assessment.rate') and closed_at is null
  and (since at time zone 'Asia/Shanghai')::date > due_on"""


def upgrade() -> None:
    """The stage, and what waits."""
    op.execute(ENDED)
    op.execute(NOT_LATE)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
