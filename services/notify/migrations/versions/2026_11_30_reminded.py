"""What was reminded of, which matters a message is about, when they were done, and what took its place."""

from alembic import op

revision = "notify_0009"
down_revision = "notify_0008"
branch_labels = None
depends_on = None

TABLES = """
create table notify.reminded (
    todo_id BIGINT NOT NULL,
    level INTEGER NOT NULL,
    due_on DATE NOT NULL,
    on_day DATE NOT NULL,
    CONSTRAINT reminded_pkey PRIMARY KEY (todo_id, level)
);
comment on column notify.reminded.level is 'below zero: working days before its day; then 1: late, 2: reported';
comment on column notify.reminded.due_on is 'its day, when this was said';

create table notify.matter (
    message_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    CONSTRAINT matter_pkey PRIMARY KEY (message_id, kind, subject),
    CONSTRAINT matter_message_id_fkey FOREIGN KEY(message_id) REFERENCES notify.message (id)
);
create index matter_kind_subject_idx on notify.matter (kind, subject);
comment on column notify.matter.kind is 'of what waits, with its subject as office.todo names it';

alter table notify.message
  add column done_at TIMESTAMP WITH TIME ZONE,
  add column replaced_by BIGINT;
alter table notify.message add constraint message_replaced_by_fkey
  foreign key (replaced_by) references notify.message (id);
create index message_replaced_by_idx on notify.message (replaced_by) where replaced_by is not null;
comment on column notify.message.done_at is 'nothing of what it asks for waits any more';
comment on column notify.message.replaced_by is 'a later message on the same matter, which stands in the inbox instead';
"""

WALLS = """
alter table notify.matter enable row level security;
create policy reach on notify.matter using
  (office.reaches_all() or exists (select from notify.message m where m.id = message_id));
"""

GRANTS = """
grant select, insert, delete on notify.reminded to xiaozu_notify;
grant select, insert on notify.matter to xiaozu_notify;
grant select on notify.reminded, notify.matter to xiaozu_keeper;
"""

UNREAD = """
create or replace function notify.unread_of(person bigint) returns bigint language sql stable
  security definer set search_path = notify, pg_temp as $$
  select count(*) from notify.message where person_id = person and read_at is null and replaced_by is null
$$;
"""

# Whoever does a thing need not see the messages that ask for it: they are of all who stand over it. They are locked
# first: of two who close its last two matters at once, the later one must see what the earlier did.
DONE = """
create function notify.let_messages_rest() returns trigger language plpgsql security definer
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
  return null;
end $$;
revoke execute on function notify.let_messages_rest() from public;
create trigger messages_rest after update on office.todo referencing new table as closed
  for each statement execute function notify.let_messages_rest();
"""

# What the versions before reminded of is not said again at once: its levels are there as if they had been said.
# What was announced by them and not heard yet is told to nobody.
CARRY_OVER = """
insert into notify.reminded (todo_id, level, due_on, on_day)
select t.id, case when t.due_on < office.today() then 1 when t.due_on <= office.today() + 1 then -1 else -5 end,
  t.due_on, office.today()
from office.todo t
where t.closed_at is null and t.kind like 'assessment.%' and t.due_on <= office.today() + 7;
update notify.job set state = 'cancelled', done_at = office.now()
where task = 'notify.hear' and state = 'ready'
  and payload ->> 'fact' in ('NominationsOverdue', 'ReviewsOverdue', 'RatingsOverdue', 'RectificationOverdue');
"""


def upgrade() -> None:
    """Lay the tables; carry over what is under way."""
    for part in (TABLES, WALLS, GRANTS, UNREAD, DONE, CARRY_OVER):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
