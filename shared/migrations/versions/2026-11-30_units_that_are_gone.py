"""A unit that an import made and that was taken back is remembered: the audit's lines about it stay in reach.

What waits about it goes with it.
"""

from alembic import op

revision = "office_0029"
down_revision = "office_0028"
branch_labels = None
depends_on = None

TABLE = """
create table office.gone_unit (
    id bigint not null,
    name text not null,
    above bigint,
    township_id bigint not null,
    constraint gone_unit_pkey primary key (id)
);
comment on column office.gone_unit.above is 'the branch of a group';
alter table office.gone_unit enable row level security;
create policy reach on office.gone_unit using (office.reaches_all()
  or township_id = any ((select office.roots())::bigint[]) or above = any ((select office.roots())::bigint[])
  or id = any ((select office.roots())::bigint[]));
grant select on office.gone_unit to xiaozu_activities, xiaozu_assessment, xiaozu_notify, xiaozu_keeper;
"""

GOES = """
create function office.remember_unit() returns trigger language plpgsql security definer
  set search_path = office, pg_temp as $$
begin
  insert into gone_unit (id, name, above, township_id)
  values (old.id, old.name, old.branch_id, coalesce(old.township_id, old.id)) on conflict (id) do nothing;
  delete from todo where unit_id = old.id;
  return old;
end $$;
revoke execute on function office.remember_unit() from public;
create trigger remember_unit before delete on office.unit for each row execute function office.remember_unit();
"""

# Those that are gone already: of the same transaction as the import, or taking it back, that made them.
BEFORE = """
insert into office.gone_unit (id, name, above, township_id)
select distinct on (h.unit_id) h.unit_id, '（已撤销导入的单位）', null::bigint, coalesce(u.township_id, u.id)
from office.happening h
join office.happening other on other.xid = h.xid and other.unit_id <> h.unit_id
join office.unit u on u.id = other.unit_id
where not exists (select from office.unit v where v.id = h.unit_id)
order by h.unit_id
on conflict (id) do nothing;
"""

POLICY = """
alter policy reach on office.happening using (
  office.reaches_all() or unit_id = any ((select office.roots())::bigint[]) or unit_id in (select office.reached())
  or unit_id in (select id from office.gone_unit));
"""


def upgrade() -> None:
    """Lay the table, remember whoever goes, and let the history of those be read."""
    for part in (TABLE, GOES, BEFORE, POLICY):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
