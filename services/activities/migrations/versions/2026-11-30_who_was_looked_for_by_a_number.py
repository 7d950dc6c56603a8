"""Whoever was found by a number of his sees by whom and why, as he sees who looked at it."""

from alembic import op

revision = "activities_0039"
down_revision = "activities_0038"
branch_labels = None
depends_on = None

LOOKS = """
-- Numbers are shown to the secretary of his branch and to the organiser, and sought by them: the post of these that was
-- held on that day.
create or replace function activities.own_looks()
  returns table (at timestamptz, field text, as_role text, as_unit text, who text, reason text)
  language sql stable security definer set search_path = office as $$
    select h.at, case h.fact when 'NumberSought' then 'sought_' else '' end || (h.body ->> 'field'),
      coalesce(held.kind, ''), coalesce(held.name, ''), p.name, h.reason
    from happening h join unit u on u.id = h.unit_id
    left join account a on a.id = h.actor_id left join person p on p.id = a.person_id
    left join lateral (
      select o.kind, coalesce(b.name, '') || w.name as name
      from post o join unit w on w.id = o.unit_id left join unit b on b.id = w.branch_id
      where o.person_id = p.id and o.unit_id in (u.id, u.branch_id, u.township_id)
        and o.kind in ('secretary', 'organiser')
        and (h.at at time zone 'Asia/Shanghai')::date >= o.starts_on
        and ((h.at at time zone 'Asia/Shanghai')::date < o.ends_on or o.ends_on is null)
      order by o.kind = 'organiser', o.id limit 1) held on true
    where h.fact in ('NumberShown', 'NumberSought') and h.subject = 'person:' || activities.own_id()
    order by h.id desc $$;
"""


def upgrade() -> None:
    """Exchange the function."""
    op.execute(LOOKS)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
