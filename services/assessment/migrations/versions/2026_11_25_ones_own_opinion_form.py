"""Whoever was assessed takes his opinion form out in his township's words, also after he has left the post."""

from alembic import op

revision = "assessment_0010"
down_revision = "assessment_0009"
branch_labels = None
depends_on = None

WALL = """
alter policy reach on assessment.opinion_template using (office.reaches_all() or township_id in (
  select coalesce(u.township_id, u.id) from office.unit u where u.id = any ((select office.roots())::bigint[]))
  or township_id in (select c.township_id from assessment.leader_case c where c.person_id = (
    select a.person_id from office.account a where a.id = nullif(current_setting('app.actor', true), '')::bigint)));
"""


def upgrade() -> None:
    """The case and its year were seen by him before; now also the template that its form is made from."""
    op.execute(WALL)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
