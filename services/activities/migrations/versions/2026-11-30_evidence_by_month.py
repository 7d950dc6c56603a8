"""The counters are any topic's: four figures by month, and the ids of whatever was counted."""

from alembic import op

revision = "activities_0029"
down_revision = "activities_0028"
branch_labels = None
depends_on = None

MONTHS = range(1, 13)
FIGURES = ("present", "expected", "minutes")


def of_months(figure: str) -> str:
    """A figure of the records, month by month."""
    amount = f"coalesce(sum(a.{figure}) filter (where extract(month from a.held_on) = {{}}), 0)"
    return f"array[{', '.join(amount.format(month) for month in MONTHS)}]::int[]"


def total(figure: str) -> str:
    """A figure over the year."""
    return " + ".join(f"{figure}[{month}]" for month in MONTHS)


FORWARD = f"""
alter table activities.tally rename column by_month to done;
alter table activities.tally rename column activity_ids to ids;
alter table activities.tally rename constraint tally_months_check to tally_done_check;
alter table activities.tally
  alter present type int[] using array_fill(0, array[12]),
  alter expected type int[] using array_fill(0, array[12]),
  alter minutes type int[] using array_fill(0, array[12]);
update activities.tally t set {", ".join(f"{figure} = by_month.{figure}" for figure in FIGURES)}
from (
  select a.group_id, extract(year from a.held_on)::smallint as year, a.kind,
    {", ".join(f"{of_months(figure)} as {figure}" for figure in FIGURES)}
  from activities.activity a where a.stage = 'confirmed' group by 1, 2, 3) as by_month
where (t.group_id, t.year, t.kind) = (by_month.group_id, by_month.year, by_month.kind);
alter table activities.tally
  {", ".join(f"add constraint tally_{f}_check check (cardinality({f}) = 12 and 0 <= all ({f}))" for f in FIGURES)};
comment on column activities.tally.kind is 'of shared/evidence';
comment on column activities.tally.done is 'things counted, by month as all four';
comment on column activities.tally.ids is 'of the things, in ascending order';
"""

BACK = f"""
alter table activities.tally
  {", ".join(f"drop constraint tally_{figure}_check" for figure in FIGURES)},
  {", ".join(f"alter {figure} type int using {total(figure)}" for figure in FIGURES)};
alter table activities.tally rename constraint tally_done_check to tally_months_check;
alter table activities.tally rename column done to by_month;
alter table activities.tally rename column ids to activity_ids;
comment on column activities.tally.kind is null;
comment on column activities.tally.by_month is 'twelve';
comment on column activities.tally.activity_ids is 'in ascending order';
"""

SO_FAR = """
create or replace function activities.year_so_far(of_group bigint, of_year integer) returns jsonb
  language sql stable security definer set search_path = activities, office, pg_temp as $$
    select (
      select coalesce(jsonb_object_agg(kind, to_jsonb(held) - 'kind'), '{{}}') from (
        select kind, by_month, present, expected, waiting
        from (select kind, {done} as by_month, {present} as present, {expected} as expected
              from tally where group_id = of_group and year = of_year) as confirmed
        full join (
          select kind, count(*) as waiting from activity
          where group_id = of_group and stage = 'submitted'
            and held_on >= make_date(of_year, 1, 1) and held_on < make_date(of_year + 1, 1, 1)
          group by kind) as submitted using (kind)) as held)
    where office.reaches_all() or of_group in (select office.reached()) $$;
"""


def upgrade() -> None:
    """Carry the rows, and spread what was a year's over its months."""
    op.execute(FORWARD)
    op.execute(SO_FAR.format(done="done", present=total("present"), expected=total("expected")))


def downgrade() -> None:
    """One sum a year again."""
    op.execute(BACK)
    op.execute(SO_FAR.format(done="by_month", present="present", expected="expected"))
