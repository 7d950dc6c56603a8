"""What waits, by service, for those who keep the machines and may see nobody's rows: numbers, and an age."""

from alembic import op

revision = "office_0032"
down_revision = "office_0031"
branch_labels = None
depends_on = None

FUNCTION = """
create function office.work_waiting()
  returns table (service text, ready bigint, later bigint, dead bigint, oldest_seconds double precision)
  language plpgsql stable security definer set search_path = office as $$
begin
  foreach service in array array['office', 'activities', 'assessment', 'notify'] loop
    if to_regclass(service || '.job') is not null then
      return query execute format($job$
        select %L::text,
               count(*) filter (where state = 'ready' and run_at <= office.now()),
               count(*) filter (where state = 'ready' and run_at > office.now()),
               count(*) filter (where state = 'dead'),
               coalesce(extract(epoch from office.now() - min(run_at)
                 filter (where state = 'ready' and run_at <= office.now())), 0)::double precision
          from %I.job where state in ('ready', 'dead')$job$, service, service);
    end if;
  end loop;
end $$;
revoke execute on function office.work_waiting() from public;
grant execute on function office.work_waiting() to xiaozu_keeper;
"""


def upgrade() -> None:
    """Let the keeper's programs count."""
    op.execute(FUNCTION)


def downgrade() -> None:
    """They count no more."""
    op.execute("drop function office.work_waiting()")
