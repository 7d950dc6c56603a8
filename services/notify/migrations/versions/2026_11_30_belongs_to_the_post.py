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
comment on column notify.message.passed_to is 'he no longer sits in that post: the same, as whoever does has it';
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
where task in ('notify.escalate', 'notify.keep_escalations') and state = 'ready';
drop function notify.awaits_acknowledgement(bigint, text);
"""


def upgrade() -> None:
    """Name the post of each notice that is open."""
    for part in (COLUMNS, POSTS, ONE_POLICY):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
