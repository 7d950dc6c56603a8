"""A meeting of a whole branch: one record with a roll a group, that counts once in each; who spoke, who sat in."""

from alembic import op

revision = "activities_0032"
down_revision = "activities_0031"
branch_labels = None
depends_on = None

COLUMNS = """
alter table activities.activity
  add column group_ids bigint[],
  add column speaker text not null default '',
  add column guests text not null default '',
  drop constraint activity_kind_check,
  add constraint activity_kind_check check (kind in ('study', 'group_meeting', 'life_meeting', 'theme_day', 'service',
    'lecture', 'branch_meeting', 'committee_meeting'));
comment on column activities.activity.group_ids is
  'of a meeting of a whole branch: the units in each of which it counts once';
comment on column activities.activity.speaker is 'who gave the lecture';
comment on column activities.activity.guests is 'who sat in and is in no roll, as written';
comment on column activities.attendance.group_id is 'on whose roll he stood';
create index activity_group_ids_idx on activities.activity using gin (group_ids) where group_ids is not null;
"""

COUNTING = """
-- A record as it counts: a row for each unit in which it does, with the figures of that unit's roll.
create view activities.counting with (security_invoker = true) as
  select a.id, a.group_id, a.kind, a.stage, a.held_on, a.minutes, a.present, a.expected, false as parted
  from activities.activity a where a.group_ids is null
  union all
  select a.id, u.group_id, a.kind, a.stage, a.held_on, a.minutes, r.present, r.expected, true as parted
  from activities.activity a cross join lateral unnest(a.group_ids) as u(group_id)
  cross join lateral (
    select (count(*) filter (where t.counted and t.state = 'present'))::int as present,
      (count(*) filter (where t.counted))::int as expected
    from activities.attendance t where t.activity_id = a.id and t.group_id = u.group_id) r
  where a.group_ids is not null;
grant select on activities.counting to xiaozu_activities, xiaozu_keeper;
"""

WALL = """
drop policy reach on activities.activity;
create policy reach on activities.activity using (
  office.reaches_all() or group_id in (select office.reached()) or group_ids && array(select office.reached()));
"""

NAMES = """
create or replace function activities.names_on_records(records bigint[])
  returns table(person_id bigint, account_id bigint, name text)
  language sql stable security definer set search_path = activities, office as $$
    with reached as (select array(select office.reached()) as units, office.reaches_all() as every),
    seen as (
      select a.* from activity a, reached where a.id = any (records)
        and (reached.every or a.group_id = any (reached.units) or a.group_ids && reached.units)),
    named as (
      select chair_id as person_id from seen union select recorder_id from seen
      union select t.person_id from attendance t join seen on seen.id = t.activity_id, reached
      where reached.every or t.group_id = any (reached.units)),
    acting as (
      select written_by as account_id from seen union select confirmed_by from seen
      union select r.replaced_by from revision r join seen on seen.id = r.activity_id
      union select h.actor_id from happening h join seen on h.subject = 'activity:' || seen.id)
    select p.id, null::bigint, p.name from named join person p on p.id = named.person_id
    union all
    select null::bigint, c.id, p.name from acting join account c on c.id = acting.account_id
      join person p on p.id = c.person_id $$;
"""

CALLED = """
create or replace function activities.records_called(records bigint[])
  returns table(id bigint, kind text, held_on date)
  language sql stable security definer set search_path = activities, office, pg_temp as $$
    select a.id, a.kind, a.held_on from activity a where a.id = any (records)
      and (office.reaches_all() or a.group_id in (select office.reached())
        or a.group_ids && array(select office.reached())) $$;
"""

PRESENT, EXPECTED = (" + ".join(f"{figure}[{month}]" for month in range(1, 13)) for figure in ("present", "expected"))
# As before, but what waits for its confirmation waits in each group in which it is to count.
SO_FAR = f"""
create or replace function activities.year_so_far(of_group bigint, of_year integer) returns jsonb
  language sql stable security definer set search_path = activities, office, pg_temp as $$
    select (
      select coalesce(jsonb_object_agg(kind, to_jsonb(held) - 'kind'), '{{}}') from (
        select kind, by_month, present, expected, waiting
        from (select kind, done as by_month, {PRESENT} as present, {EXPECTED} as expected
              from tally where group_id = of_group and year = of_year) as confirmed
        full join (
          select kind, count(*) as waiting from counting
          where group_id = of_group and stage = 'submitted'
            and held_on >= make_date(of_year, 1, 1) and held_on < make_date(of_year + 1, 1, 1)
          group by kind) as submitted using (kind)) as held)
    where office.reaches_all() or of_group in (select office.reached()) $$;
"""


def upgrade() -> None:
    """Lay the columns, and what is counted by them."""
    for part in (COLUMNS, COUNTING, WALL, NAMES, CALLED, SO_FAR):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
