"""Whoever is to be rung waits on the desk, until he was told, need not be, or has read it himself."""

from alembic import op

revision = "notify_0014"
down_revision = "notify_0013"
branch_labels = None
depends_on = None

# By what stands of a delivery and its message: it is asked wherever either changes.
WAIT = """
create function notify.let_call_wait(call bigint) returns void language sql security definer
  set search_path = notify, office, pg_temp as $$
    insert into todo (kind, subject, unit_id, township_id, post, since, provisional)
    select 'notify.call', 'call:' || d.id, m.unit_id, m.township_id, 'organiser', office.now(), false
    from delivery d join message m on m.id = d.message_id
    where d.id = call and d.channel = 'call' and d.state = 'ready' and m.read_at is null and m.done_at is null
    on conflict (kind, subject) where closed_at is null do nothing;
    update todo set closed_at = office.now(), closed_by = nullif(current_setting('app.actor', true), '')::bigint
    where kind = 'notify.call' and subject = 'call:' || call and closed_at is null and not exists (
      select from delivery d join message m on m.id = d.message_id
      where d.id = call and d.state = 'ready' and m.read_at is null and m.done_at is null);
$$;
create function notify.let_calls_wait() returns trigger language plpgsql security definer
  set search_path = notify, office, pg_temp as $$
begin
  if tg_table_name = 'delivery' then
    perform let_call_wait(new.id);
  else
    perform let_call_wait(d.id) from delivery d where d.message_id = new.id and d.channel = 'call';
  end if;
  return null;
end $$;
revoke execute on function notify.let_call_wait(bigint), notify.let_calls_wait() from public;
create trigger call_begins after insert on notify.delivery for each row
  when (new.channel = 'call') execute function notify.let_calls_wait();
create trigger call_moves after update on notify.delivery for each row
  when (new.channel = 'call' and old.state <> new.state) execute function notify.let_calls_wait();
create trigger call_is_over after update on notify.message for each row
  when ((old.read_at is null) <> (new.read_at is null) or (old.done_at is null) <> (new.done_at is null))
  execute function notify.let_calls_wait();
"""

FILL = """
insert into office.todo (kind, subject, unit_id, township_id, post, since, provisional)
select 'notify.call', 'call:' || d.id, m.unit_id, m.township_id, 'organiser', m.created_at, false
from notify.delivery d join notify.message m on m.id = d.message_id
where d.channel = 'call' and d.state = 'ready' and m.read_at is null and m.done_at is null;
"""


def upgrade() -> None:
    """The triggers, and what is open."""
    op.execute(WAIT)
    op.execute(FILL)


def downgrade() -> None:
    """Nobody is asked to ring any more."""
    op.execute("""
drop trigger call_is_over on notify.message;
drop trigger call_moves on notify.delivery;
drop trigger call_begins on notify.delivery;
drop function notify.let_calls_wait();
drop function notify.let_call_wait(bigint);
delete from office.todo where kind = 'notify.call'""")
