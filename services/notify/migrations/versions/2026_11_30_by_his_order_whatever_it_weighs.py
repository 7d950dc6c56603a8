"""Whoever chose an order is told by it of everything: what is light goes by mail only where nothing comes before it."""

from alembic import op

revision = "notify_0019"
down_revision = "notify_0018"
branch_labels = None
depends_on = None

UP = """
-- Whether a message goes by mail at once: unless a way that there is comes first. What is neither formal nor urgent goes
-- by nothing that he did not choose.
create or replace function notify.by_mail(person bigint, township bigint, of_post text, kind text, phone boolean)
  returns boolean language sql stable as $$
  select case when c.ways is null then true
    when kind not in ('formal', 'urgent') and 'mail' <> all (c.ways) then false
    else not exists (
      select from unnest(c.ways) with ordinality o (way, n)
      join notify.way w on w.unit_id = township and w.kind = o.way and w.ended_at is null
      where o.n < coalesce(array_position(c.ways, 'mail'), 99) and (o.way <> 'sms' or phone)) end
  from (select notify.chosen_ways(person, township, of_post) as ways) c
$$;
"""


def upgrade() -> None:
    """The same function, for every kind."""
    op.execute(UP)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
