"""An import is taken back: what it wrote is kept sealed beside it, and goes again as long as nothing rests on it."""

from alembic import op

revision = "activities_0030"
down_revision = "activities_0029"
branch_labels = None
depends_on = None

COLUMNS = """
alter table activities.handed_in add column imported_at timestamp with time zone, add column written bytea,
  add column understood bytea;
comment on column activities.handed_in.understood is
  'sealed: what was made of it, so that it is read once; goes with it';
comment on column activities.handed_in.imported_at is 'when it wrote something: the last may be taken back';
comment on column activities.handed_in.written is 'sealed: what it wrote, to be taken back by';
"""

GRANTS = """
-- What an import made was never there when it is taken back; every other end is a day, not a deletion.
grant delete on office.unit, office.person, office.membership, office.post, office.circumstance,
  activities.activity to xiaozu_activities;
"""

# Every table of the house, those of systems to come among them: whatever names a person or a unit rests on them. What
# only follows from them (counts, reminders, messages, the history) does not; the register's own spans are asked apart.
RESTING = """
create function activities.resting_on(people bigint[], units bigint[])
  returns table (thing text, of_person boolean, about bigint)
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare place record;
begin
  for place in
    select n.nspname || '.' || c.relname as said, format('%I.%I', n.nspname, c.relname) as name,
      quote_ident(a.attname) as part, a.atttypid = 'bigint[]'::regtype as is_list,
      a.attname ~ '(^|_)(person|chair|recorder)_ids?$' as of_person
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('office', 'activities', 'assessment') and c.relkind = 'r' and a.attnum > 0
      and not a.attisdropped and a.atttypid in ('bigint'::regtype, 'bigint[]'::regtype)
      and a.attname ~ '(^|_)(person|chair|recorder|unit|group|branch)_ids?$'
      and n.nspname || '.' || c.relname <> all (array['office.happening', 'office.todo', 'office.unit', 'office.person',
        'office.membership', 'office.post', 'office.circumstance', 'office.kept_file', 'activities.tally',
        'activities.reminder'])
    order by 1, 3
  loop
    if place.is_list then
      return query execute format('select distinct %L, %L::boolean, x.id from %s t, unnest(t.%s) as x(id)'
        ' where t.%s && $1 and x.id = any($1)', place.said, place.of_person, place.name, place.part, place.part)
        using case when place.of_person then people else units end;
    else
      return query execute format('select distinct %L, %L::boolean, t.%s from %s t where t.%s = any($1)',
        place.said, place.of_person, place.part, place.name, place.part)
        using case when place.of_person then people else units end;
    end if;
  end loop;
end $$;
revoke execute on function activities.resting_on(bigint[], bigint[]) from public;
grant execute on function activities.resting_on(bigint[], bigint[]) to xiaozu_activities;
"""


def upgrade() -> None:
    """Keep what an import wrote, and let it go again."""
    for part in (COLUMNS, GRANTS, RESTING):
        op.execute(part)


def downgrade() -> None:
    """What was brought in stays."""
    op.execute("drop function activities.resting_on(bigint[], bigint[])")
    op.execute(
        "revoke delete on office.unit, office.person, office.membership, office.post, office.circumstance,"
        " activities.activity from xiaozu_activities"
    )
    op.execute("alter table activities.handed_in drop column written, drop column understood, drop column imported_at")
