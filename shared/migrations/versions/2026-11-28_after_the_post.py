"""After the post: whoever has left it still reads what he was told, and takes out what is his own; that is recorded."""

from alembic import op

revision = "office_0009"
down_revision = "office_0008"
branch_labels = None
depends_on = None

REACHED = """office.reaches_all() or unit_id = any ((select office.roots())::bigint[])
  or unit_id in (select office.reached())"""

UP = f"""
-- Written, not read: in his own name, about the units that he once reached.
alter policy reach on office.happening with check ({REACHED}
  or happening.actor_id = nullif(current_setting('app.actor', true), '')::bigint and exists (
    select from office.account a join office.post p on p.person_id = a.person_id
      join office.unit u on u.id = happening.unit_id
    where a.id = happening.actor_id and p.unit_id in (u.id, u.branch_id, u.township_id)));
-- Whoever may not read the row is not given its number back: it is drawn before.
grant usage on sequence office.happening_id_seq
  to xiaozu_activities, xiaozu_assessment, xiaozu_notify, xiaozu_keeper;
"""

DOWN = f"""
alter policy reach on office.happening with check ({REACHED});
revoke usage on sequence office.happening_id_seq
  from xiaozu_activities, xiaozu_assessment, xiaozu_notify, xiaozu_keeper;
"""


def upgrade() -> None:
    """Let a line be written about where somebody once served."""
    op.execute(UP)


def downgrade() -> None:
    """As before: only about what is reached today."""
    op.execute(DOWN)
