"""Whoever's post or account is touched is told from now on; what happened before is told to nobody."""

from alembic import op

revision = "notify_0007"
down_revision = "notify_0006"
branch_labels = None
depends_on = None

UP = """
insert into notify.job (task, key, payload, state, done_at)
select 'notify.hear', 'happening:' || h.id,
  jsonb_build_object('fact', h.fact, 'version', h.version, 'body', h.body, 'happening', h.id), 'cancelled', office.now()
from office.happening h where h.fact in ('PostChanged', 'AccountChanged')
on conflict do nothing;
"""


def upgrade() -> None:
    """Mark the old facts as heard by nobody, so that none is missed in the books."""
    op.execute(UP)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
