"""What waits today is on the desk: notices to acknowledge, letters that did not go, dead work."""

from alembic import op

revision = "notify_0008"
down_revision = "notify_0007"
branch_labels = None
depends_on = None

# A letter ends in more than one place, many at once; its row alone knows it.
WAIT = """
create function notify.let_letter_wait() returns trigger language plpgsql security definer
  set search_path = notify, office, pg_temp as $$
begin
  if new.state in ('failed', 'unknown') then
    insert into todo (kind, subject, unit_id, township_id, post, since, provisional)
    select 'notify.letter', 'letter:' || new.id, m.unit_id, m.township_id, 'organiser', office.now(), false
    from message m where m.id = new.message_id
    on conflict (kind, subject) where closed_at is null do nothing;
  else
    update todo set closed_at = office.now(), closed_by = nullif(current_setting('app.actor', true), '')::bigint
    where kind = 'notify.letter' and subject = 'letter:' || new.id and closed_at is null;
  end if;
  return null;
end $$;
revoke execute on function notify.let_letter_wait() from public;
create trigger letter_waits after update on notify.delivery for each row
  when (old.state <> new.state and (old.state in ('failed', 'unknown') or new.state in ('failed', 'unknown')))
  execute function notify.let_letter_wait();
"""

LETTERS = """
insert into office.todo (kind, subject, unit_id, township_id, post, since, provisional)
select 'notify.letter', 'letter:' || d.id, m.unit_id, m.township_id, 'organiser', coalesce(d.sending_at, m.created_at),
  false
from notify.delivery d join notify.message m on m.id = d.message_id where d.state in ('failed', 'unknown');
"""

# By whom a notice is to be acknowledged, as it was told: the units of townships and of branches have one post each.
NOTICES = """
insert into office.todo (kind, subject, unit_id, township_id, post, since, due_on, provisional)
select 'notify.acknowledge', concat_ws(':', 'notice', m.happening_id, m.telling, m.unit_id), m.unit_id, m.township_id,
  case u.kind when 'township' then 'committee' else 'secretary' end, min(m.created_at),
  (min(j.due_at) at time zone 'Asia/Shanghai')::date, false
from notify.message m join office.unit u on u.id = m.unit_id
left join notify.job j on j.task = 'notify.escalate' and j.key = m.happening_id || ':' || m.telling
where m.wants_acknowledgement and m.person_id is not null
group by m.happening_id, m.telling, m.unit_id, m.township_id, u.kind
having every(m.acknowledged_at is null);
"""

TRIGGER = """
create index job_dead_idx on notify.job (id) where state = 'dead';
create trigger dead_work after update on notify.job for each row
  when (old.state <> new.state and 'dead' in (old.state, new.state)) execute function office.let_dead_work_wait();
"""

DEAD_WORK = """
insert into office.todo (kind, subject, unit_id, township_id, post, since, provisional)
select 'notify.dead_work', 'dead_work:' || id, id, id, 'keeper', office.now(), false
from office.unit where kind = 'township' and dissolved_on is null
  and exists (select from notify.job where state = 'dead');
"""

FILLS = (LETTERS, NOTICES, DEAD_WORK)


def upgrade() -> None:
    """Fill in what is open."""
    for part in (WAIT, TRIGGER, *FILLS):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
