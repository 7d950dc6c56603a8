"""What is told of each who is looked after opens at his own row alone, why it ended too; what an import wrote goes
with the next of its kind; and whoever is a contact person counts among what rests on an import."""

from alembic import op
from sqlalchemy import text

from shared import privacy

revision = "activities_0034"
down_revision = "activities_0033"
branch_labels = None
depends_on = None

COLUMN = """
alter table activities.care add column ended_sealed bytea;
comment on column activities.care.ended_sealed is 'why it ended';
grant usage on sequence activities.care_id_seq to xiaozu_activities;
"""
CARES = text("select id, person_id, sort, told_sealed, ended_why from activities.care order by id")
NOTES = text("""
    select e.id, e.care_id, e.note_sealed, c.person_id, c.sort from activities.care_entry e
    join activities.care c on c.id = e.care_id where e.note_sealed is not null order by e.id""")
SEAL = text("update activities.care set told_sealed = :told, ended_sealed = :ended where id = :id")
SEAL_NOTE = text("update activities.care_entry set note_sealed = :note where id = :id")
SUPERSEDED = """
update activities.handed_in h set written = null
where h.written is not null and exists (select from activities.handed_in l
  where l.township_id = h.township_id and l.kind = h.kind and l.year is not distinct from h.year
    and l.stage = 'imported' and l.imported_at > h.imported_at);
"""
# As it was laid, with the contact person among those whom a column names.
RESTING = """
create or replace function activities.resting_on(people bigint[], units bigint[])
  returns table (thing text, of_person boolean, about bigint)
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare place record;
begin
  for place in
    select n.nspname || '.' || c.relname as said, format('%I.%I', n.nspname, c.relname) as name,
      quote_ident(a.attname) as part, a.atttypid = 'bigint[]'::regtype as is_list,
      a.attname ~ '(^|_)({people})_ids?$' as of_person
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('office', 'activities', 'assessment') and c.relkind = 'r' and a.attnum > 0
      and not a.attisdropped and a.atttypid in ('bigint'::regtype, 'bigint[]'::regtype)
      and a.attname ~ '(^|_)({people}|unit|group|branch)_ids?$'
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
"""


def resting(people: str) -> str:
    """The function that looks for columns named after these."""
    return RESTING.replace("{people}", people)


def upgrade() -> None:
    """Seal anew, row by row; forget what is superseded; look for contact persons too."""
    op.execute(COLUMN)
    bound = op.get_bind()
    for row in bound.execute(CARES).all():
        told = privacy.unseal(row.told_sealed, place=f"care|{row.person_id or 0}|{row.sort}")
        ended = None if row.ended_why is None else privacy.seal(row.ended_why, place=f"care|ended|{row.id}")
        bound.execute(SEAL, {"id": row.id, "told": privacy.seal(told, place=f"care|told|{row.id}"), "ended": ended})
    for row in bound.execute(NOTES).all():
        note = privacy.unseal(row.note_sealed, place=f"care|{row.person_id or 0}|{row.sort}")
        bound.execute(SEAL_NOTE, {"id": row.id, "note": privacy.seal(note, place=f"care|note|{row.care_id}")})
    op.execute("alter table activities.care drop column ended_why")
    op.execute(SUPERSEDED)
    op.execute(resting("person|chair|recorder|contact"))


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
