"""Who acts for a township, or for a part of it, reaches its year and its cases without listing every unit below."""

from alembic import op

revision = "assessment_0005"
down_revision = "assessment_0004"
branch_labels = None
depends_on = None

WALLS = """
alter policy reach on assessment.leader_case using (
  office.reaches_all() or township_id = any ((select office.roots())::bigint[])
  or group_id in (select office.reached()) or person_id = (
    select a.person_id from office.account a where a.id = nullif(current_setting('app.actor', true), '')::bigint));

-- All that is reached from a unit lies in that unit's township.
alter policy reach on assessment.cycle using (office.reaches_all() or township_id in (
  select coalesce(u.township_id, u.id) from office.unit u where u.id = any ((select office.roots())::bigint[])));
"""


def upgrade() -> None:
    """The same rows are reached."""
    op.execute(WALLS)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
