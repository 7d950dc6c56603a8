"""A notice belongs to the post: whoever holds it is told, reminded by the one policy, and named to the township."""

from alembic import op

revision = "notify_0010"
down_revision = "notify_0009"
branch_labels = None
depends_on = None

COLUMNS = """
alter table notify.message
  add column post TEXT,
  add column passed_to BIGINT;
alter table notify.message add constraint message_passed_to_fkey
  foreign key (passed_to) references notify.message (id);
create index message_passed_to_idx on notify.message (passed_to) where passed_to is not null;
create index message_happening_id_unit_id_idx on notify.message (happening_id, unit_id) where post is not null;
comment on column notify.message.post is 'the post that it is addressed to; null: somebody himself';
comment on column notify.message.passed_to is 'whoever sits in that post has the same, or has acknowledged it: he himself is asked no more';
"""

DIGEST = """
alter table notify.delivery add column within BIGINT;
alter table notify.delivery add constraint delivery_within_fkey foreign key (within) references notify.delivery (id);
create index delivery_within_idx on notify.delivery (within) where within is not null;
comment on column notify.delivery.within is 'the letter of the same day that it went in';
"""

# As before; and of a notice that one of a post has acknowledged the others of it are asked no more. Whoever does a thing
# need not see the messages that ask for it: they are of all who stand over it.
RESTS = """
create or replace function notify.let_messages_rest() returns trigger language plpgsql security definer
  set search_path = notify, office, pg_temp as $$
begin
  perform from message m where m.done_at is null
    and m.id in (select x.message_id from closed c join matter x on x.kind = c.kind and x.subject = c.subject
                 where c.closed_at is not null)
    order by m.id for update;
  update message m set done_at = office.now()
  where m.done_at is null
    and m.id in (select x.message_id from closed c join matter x on x.kind = c.kind and x.subject = c.subject
                 where c.closed_at is not null)
    and not exists (
      select from matter x join todo t on t.kind = x.kind and t.subject = x.subject and t.closed_at is null
      where x.message_id = m.id);
  update message m set passed_to = k.id
  from closed c join message k on k.happening_id = split_part(c.subject, ':', 2)::bigint and k.unit_id = c.unit_id
    and k.telling = split_part(c.subject, ':', 3) and k.acknowledged_at is not null
  where c.kind = 'notify.acknowledge' and c.closed_at is not null and m.happening_id = k.happening_id
    and m.unit_id = k.unit_id and m.telling = k.telling and m.wants_acknowledgement and m.acknowledged_at is null
    and m.passed_to is null;
  return null;
end $$;
"""

POSTS = """
update notify.message m set post = t.post
from office.todo t
where t.kind = 'notify.acknowledge' and t.closed_at is null and m.wants_acknowledgement
  and t.subject = concat_ws(':', 'notice', m.happening_id, m.telling, m.unit_id);
"""

# What was pressed for by a rule of its own is reminded of like all that waits: what that rule said is not said again.
ONE_POLICY = """
insert into notify.reminded (todo_id, level, due_on, on_day)
select t.id, case when t.due_on < office.today() then 1 else -1 end, t.due_on, office.today()
from office.todo t
where t.closed_at is null and t.kind = 'notify.acknowledge' and t.due_on <= office.today() + 1;
update notify.job set state = 'cancelled', done_at = office.now()
where task in ('notify.escalate', 'notify.keep_escalations') and state in ('ready', 'dead');
drop function notify.awaits_acknowledgement(bigint, text);
"""


def upgrade() -> None:
    """Name the post of each notice that is open; room for one letter with several in it."""
    for part in (COLUMNS, DIGEST, RESTS, POSTS, ONE_POLICY):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
