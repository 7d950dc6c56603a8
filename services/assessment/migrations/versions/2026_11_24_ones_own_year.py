"""Whoever was assessed sees the year of his own case, also after he has left the post: what he was judged by."""

from alembic import op

revision = "assessment_0006"
down_revision = "assessment_0005"
branch_labels = None
depends_on = None

WALLS = """
alter policy reach on assessment.cycle using (office.reaches_all() or township_id in (
  select coalesce(u.township_id, u.id) from office.unit u where u.id = any ((select office.roots())::bigint[]))
  or id in (select c.cycle_id from assessment.leader_case c where c.person_id = (
    select a.person_id from office.account a where a.id = nullif(current_setting('app.actor', true), '')::bigint)));
"""


def upgrade() -> None:
    """The case was seen by him before; now also the calendar and the scheme's run that it belongs to."""
    op.execute(WALLS)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
