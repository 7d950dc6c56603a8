"""What the nightly examination of the invariants found, for the keeper's page and for whoever watches from outside."""

from alembic import op

revision = "office_0036"
down_revision = "office_0035"
branch_labels = None
depends_on = None

TABLE = """
create table office.examination (
  name text not null,
  found text not null,
  at timestamp with time zone not null,
  constraint examination_pkey primary key (name)
);
comment on column office.examination.name is 'one row an invariant, and one, named all';
comment on column office.examination.found is 'ok, or what does not hold: counts and ids, never words';
grant select, insert, update on office.examination to xiaozu_keeper;
grant select on office.examination to xiaozu_activities;
"""
# Asked twice a minute by each that watches: by the indexes of what is ready and of what is dead, never through all years.
COUNTED = """
create or replace function office.work_waiting()
  returns table (service text, ready bigint, later bigint, dead bigint, oldest_seconds double precision)
  language plpgsql stable security definer set search_path = office as $$
begin
  foreach service in array array['office', 'activities', 'assessment', 'notify'] loop
    if to_regclass(service || '.job') is not null then
      return query execute format($job$
        select %L::text, r.ready, r.later, d.dead, r.oldest
        from (
          select count(*) filter (where run_at <= office.now()) as ready,
                 count(*) filter (where run_at > office.now()) as later,
                 coalesce(extract(epoch from office.now() - min(run_at)
                   filter (where run_at <= office.now())), 0)::double precision as oldest
          from %I.job where state = 'ready') r,
          (select count(*) as dead from %I.job where state = 'dead') d$job$, service, service, service);
    end if;
  end loop;
end $$;
"""


def upgrade() -> None:
    """A place for what was found; and whoever watches is answered from what waits alone."""
    op.execute(TABLE)
    op.execute(COUNTED)


def downgrade() -> None:
    """Nobody is told."""
    op.execute("drop table office.examination")
