"""Whoever's number was looked at sees by whom: the post in which he looked, his name, when, and the reason given."""

from alembic import op

revision = "activities_0019"
down_revision = "activities_0018"
branch_labels = None
depends_on = None

LOOKS = """
create function activities.own_looks()
  returns table (at timestamptz, field text, as_role text, as_unit text, who text, reason text)
  language sql stable security definer set search_path = office as $$
    select h.at, h.body ->> 'field', coalesce(h.body ->> 'as_role', ''), coalesce(b.name, '') || coalesce(u.name, ''),
      p.name, h.reason
    from happening h left join account a on a.id = h.actor_id left join person p on p.id = a.person_id
    left join unit u on u.id = (h.body ->> 'as_unit')::bigint left join unit b on b.id = u.branch_id
    where h.fact = 'NumberShown' and h.subject = 'person:' || activities.own_id()
    order by h.id desc $$;
revoke execute on function activities.own_looks() from public;
grant execute on function activities.own_looks() to xiaozu_activities;
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(LOOKS)


def downgrade() -> None:
    """Take it away again."""
    op.execute("drop function activities.own_looks()")
