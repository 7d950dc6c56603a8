"""A year so far says its months, so that whoever led a group for a part of it has his part of it."""

from alembic import op

revision = "activities_0040"
down_revision = "activities_0039"
branch_labels = None
depends_on = None

SO_FAR = """
create or replace function activities.year_so_far(of_group bigint, of_year integer) returns jsonb
  language sql stable security definer set search_path = activities, office, pg_temp as $$
    select (
      select coalesce(jsonb_object_agg(kind, to_jsonb(held) - 'kind'), '{}') from (
        select kind, by_month, present, expected, waiting
        from (select kind, done as by_month, present, expected
              from tally where group_id = of_group and year = of_year) as confirmed
        full join (
          select kind, array_agg(extract(month from held_on)::int order by held_on) as waiting from counting
          where group_id = of_group and stage = 'submitted'
            and held_on >= make_date(of_year, 1, 1) and held_on < make_date(of_year + 1, 1, 1)
          group by kind) as submitted using (kind)) as held)
    where office.reaches_all() or of_group in (select office.reached()) $$;
"""


def upgrade() -> None:
    """Say those present, those expected and what waits by their months too."""
    op.execute(SO_FAR)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
