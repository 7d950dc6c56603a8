"""What was told to a post that nobody held waits for whoever comes to hold it."""

from alembic import op

revision = "notify_0018"
down_revision = "notify_0017"
branch_labels = None
depends_on = None

UP = """
insert into office.todo (kind, subject, unit_id, township_id, post, since, due_on, provisional)
select 'notify.acknowledge', concat_ws(':', 'notice', m.happening_id, m.telling, m.unit_id), m.unit_id, m.township_id,
  max(m.post), min(m.created_at), coalesce(max(c.due_on), (min(m.created_at) at time zone 'Asia/Shanghai')::date), false
from notify.message m left join notify.circular c on c.happening_id = m.happening_id
where m.wants_acknowledgement and m.post is not null
group by m.happening_id, m.telling, m.unit_id, m.township_id
having every(m.acknowledged_at is null and m.taken_back_at is null) and bool_or(m.passed_to is null)
  and every(m.person_id is null)
on conflict do nothing;
"""


def upgrade() -> None:
    """Let it wait."""
    op.execute(UP)


def downgrade() -> None:
    """What waits stays: it is owed."""
