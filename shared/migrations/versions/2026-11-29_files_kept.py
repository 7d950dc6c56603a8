"""Files kept: which file is named by some row, and for which unit; moved by triggers of the tables that name files."""

from alembic import op

revision = "office_0015"
down_revision = "office_0014"
branch_labels = None
depends_on = None

UP = """
create table office.kept_file (
    sha256 text not null,
    unit_id bigint not null,
    size integer not null,
    constraint kept_file_pkey primary key (sha256, unit_id),
    constraint kept_file_unit_id_fkey foreign key (unit_id) references office.unit (id)
);
create index kept_file_unit_id_idx on office.kept_file (unit_id);
alter table office.kept_file enable row level security;
create policy reach on office.kept_file using (office.reaches_all() or unit_id in (select office.reached()));
grant select on office.kept_file to xiaozu_activities, xiaozu_assessment, xiaozu_notify, xiaozu_keeper;

-- The argument of a trigger: the column that says for which unit the file is kept.
create function office.keep_file() returns trigger
  language plpgsql security definer set search_path = office, pg_temp as $$
begin
  insert into kept_file values (new.sha256, (to_jsonb(new) ->> tg_argv[0])::bigint, new.size) on conflict do nothing;
  return null;
end $$;
revoke execute on function office.keep_file() from public;

-- Of a whole branch, whoever asks: a leader reaches his own group alone.
create function office.kept_bytes(wanted bigint) returns bigint
  language sql stable security definer set search_path = office, pg_temp as $$
    with whole as (select coalesce(branch_id, id) as id from unit where id = wanted)
    select coalesce(sum(k.size), 0)::bigint from kept_file k where k.unit_id in (
      select id from whole union all select u.id from unit u join whole w on u.branch_id = w.id) $$;
revoke execute on function office.kept_bytes(bigint) from public;
grant execute on function office.kept_bytes(bigint) to xiaozu_activities, xiaozu_assessment, xiaozu_keeper;
"""


def upgrade() -> None:
    """Make room for them; each service's migration adds its own."""
    op.execute(UP)


def downgrade() -> None:
    """As before."""
    op.execute(
        "drop function office.keep_file() cascade; drop function office.kept_bytes(bigint); drop table office.kept_file"
    )
