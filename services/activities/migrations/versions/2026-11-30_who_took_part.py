"""What choosing a leader asks of the ledger: in which years somebody took part, how often and for how many hours."""

from alembic import op

revision = "activities_0042"
down_revision = "activities_0041"
branch_labels = None
depends_on = None

# Of those whom the reader reaches, of what is confirmed.
PART = """
create function activities.took_part(people bigint[], since date)
  returns table (person_id bigint, year integer, expected bigint, present bigint, minutes bigint)
  language sql stable security definer set search_path = activities, office, pg_temp as $$
    select t.person_id, extract(year from a.held_on)::integer, count(*) filter (where t.counted),
      count(*) filter (where t.counted and t.state = 'present'),
      coalesce(sum(a.minutes) filter (where t.state = 'present'), 0)
    from attendance t join activity a on a.id = t.activity_id join office.person p on p.id = t.person_id
    where t.person_id = any (people) and a.stage = 'confirmed' and a.held_on >= since
      and (office.reaches_all() or p.unit_id in (select office.reached()))
    group by 1, 2 order by 1, 2 desc $$;
revoke execute on function activities.took_part(bigint[], date) from public;
grant execute on function activities.took_part(bigint[], date) to xiaozu_assessment;
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(PART)


def downgrade() -> None:
    """Take it away again."""
    op.execute("drop function activities.took_part(bigint[], date)")
