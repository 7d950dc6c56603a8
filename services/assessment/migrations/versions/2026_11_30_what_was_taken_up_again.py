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

# Nobody puts himself forward but the branch's own secretary.
FILLS = [
    """
update office.todo t set barred_account_id = a.id
from assessment.leader_case c join office.account a on a.person_id = c.person_id
where t.kind = 'assessment.nominate' and t.subject = 'case:' || c.id and t.closed_at is null
  and t.barred_account_id is null and not exists (
    select from office.post s where s.person_id = c.person_id and s.unit_id = c.branch_id and s.kind = 'secretary'
      and s.starts_on <= office.today() and (s.ends_on is null or s.ends_on > office.today()))"""
]


def upgrade() -> None:
    """The stage, and what waits."""
    op.execute(ENDED)
    for fill in FILLS:
        op.execute(fill)
    op.execute(NOT_LATE)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
