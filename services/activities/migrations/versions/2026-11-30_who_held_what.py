"""Who held the posts of a unit on a day, wherever he is found now."""

from alembic import op

revision = "activities_0035"
down_revision = "activities_0034"
branch_labels = None
depends_on = None

# Whoever sees a unit sees who held its posts on a day: of him the name, no more.
HELD = """
create function activities.held_on(units bigint[], day date)
  returns table(post_id bigint, person_id bigint, name text, unit_id bigint, kind text, starts_on date, ends_on date,
                duties text[])
  language sql stable security definer set search_path = activities, office as $$
    select t.id, p.id, p.name, t.unit_id, t.kind, t.starts_on, t.ends_on, t.duties
    from post t join person p on p.id = t.person_id
    where t.unit_id = any (units) and t.starts_on <= day and (t.ends_on is null or t.ends_on > day)
      and (office.reaches_all() or t.unit_id in (select office.reached())) $$;
revoke execute on function activities.held_on(bigint[], date) from public;
grant execute on function activities.held_on(bigint[], date) to xiaozu_activities;
"""


def upgrade() -> None:
    """Open it."""
    op.execute(HELD)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
