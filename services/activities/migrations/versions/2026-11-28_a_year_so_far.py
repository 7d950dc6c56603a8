"""A group's year so far, for whoever puts its leader forward: the counters, and what waits to be confirmed."""

from alembic import op

revision = "activities_0014"
down_revision = "activities_0013"
branch_labels = None
depends_on = None

SO_FAR = """
-- By kind: held by month, present of those expected, and waiting; null where the reader does not reach the group.
create function activities.year_so_far(of_group bigint, of_year integer) returns jsonb
  language sql stable security definer set search_path = activities, office, pg_temp as $$
    select (
      select coalesce(jsonb_object_agg(kind, to_jsonb(held) - 'kind'), '{}') from (
        select kind, by_month, present, expected, waiting
        from (select * from tally where group_id = of_group and year = of_year) as confirmed
        full join (
          select kind, count(*) as waiting from activity
          where group_id = of_group and stage = 'submitted'
            and held_on >= make_date(of_year, 1, 1) and held_on < make_date(of_year + 1, 1, 1)
          group by kind) as submitted using (kind)) as held)
    where office.reaches_all() or of_group in (select office.reached()) $$;
revoke execute on function activities.year_so_far(bigint, integer) from public;
grant execute on function activities.year_so_far(bigint, integer) to xiaozu_assessment;
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(SO_FAR)


def downgrade() -> None:
    """Take it away again."""
    op.execute("drop function activities.year_so_far(bigint, integer)")
