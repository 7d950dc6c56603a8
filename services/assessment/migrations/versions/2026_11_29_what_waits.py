"""What waits today is on the desk: nominations, reviews, ratings, objections, rectifications, replacements."""

from alembic import op

revision = "assessment_0018"
down_revision = "assessment_0017"
branch_labels = None
depends_on = None

# Whoever did the branch's part in its place does not review it.
STOOD_IN = """
left join lateral (
  select h.actor_id as account_id from office.happening h
  where h.subject = '{name}:' || t.id and h.step = '{step}' and h.actor_id is not null
    and not exists (
      select from office.account a join office.post p on p.person_id = a.person_id
      where a.id = h.actor_id and p.kind = 'secretary' and p.unit_id = t.branch_id
        and p.starts_on <= (h.at at time zone 'Asia/Shanghai')::date
        and (p.ends_on is null or p.ends_on > (h.at at time zone 'Asia/Shanghai')::date))
  order by h.id desc limit 1) stood on true"""

FILL = f"""
insert into office.todo
  (kind, subject, unit_id, township_id, post, barred_account_id, since, due_on, provisional)
select w.kind, 'case:' || t.id, t.group_id, t.township_id, w.post,
  case t.stage when 'review' then coalesce(stood.account_id, a.id) when 'rating' then a.id end,
  coalesce(t.reviewed_at, t.nominated_at, y.opened_on::timestamp at time zone 'Asia/Shanghai'),
  case t.stage when 'nomination' then y.nomination_due when 'review' then y.review_due else y.rating_due end,
  y.provisional
from assessment.leader_case t join assessment.cycle y on y.id = t.cycle_id
join (values ('nomination', 'assessment.nominate', 'secretary'), ('review', 'assessment.review', 'organiser'),
  ('rating', 'assessment.rate', 'committee')) as w (stage, kind, post) on w.stage = t.stage
left join office.account a on a.person_id = t.person_id
{STOOD_IN.format(name="case", step="nominate")}
where t.stage <> 'rating' or y.stage in ('rating', 'notice');

insert into office.todo
  (kind, subject, unit_id, township_id, post, barred_account_id, since, due_on, provisional)
select w.kind, 'objection:' || t.id, t.group_id, c.township_id, w.post, a.id,
  coalesce(t.answered_at, t.raised_on::timestamp at time zone 'Asia/Shanghai'),
  case t.stage when 'raised' then t.answer_due end, false
from assessment.objection t join assessment.leader_case c on c.id = t.case_id
join (values ('raised', 'assessment.answer', 'organiser'), ('upheld', 'assessment.take_up', 'committee'))
  as w (stage, kind, post) on w.stage = t.stage
left join office.account a on a.person_id = c.person_id;

insert into office.todo
  (kind, subject, unit_id, township_id, post, barred_account_id, since, due_on, provisional)
select w.kind, 'rectification:' || t.id, t.group_id, t.township_id, w.post,
  case t.stage when 'check' then coalesce(stood.account_id, a.id) end,
  coalesce(t.checked_at, t.reported_at, t.planned_at, t.ordered_on::timestamp at time zone 'Asia/Shanghai'),
  case when t.stage <> 'check' then t.due_on end, false
from assessment.rectification t
join (values ('plan', 'assessment.plan', 'secretary'), ('work', 'assessment.report', 'secretary'),
  ('check', 'assessment.check', 'organiser')) as w (stage, kind, post) on w.stage = t.stage
left join office.account a on a.person_id = t.person_id
{STOOD_IN.format(name="rectification", step="report")};

insert into office.todo (kind, subject, unit_id, township_id, post, barred_account_id, since, provisional)
select 'assessment.replace', 'replacement:' || t.id, t.group_id, t.township_id, 'committee', a.id,
  t.proposed_on::timestamp at time zone 'Asia/Shanghai', false
from assessment.replacement t left join office.account a on a.person_id = t.person_id
where t.stage = 'proposed';
"""

STOPPED = """
insert into office.todo (kind, subject, unit_id, township_id, post, since, provisional)
select 'assessment.go_on', 'cycle:' || id, township_id, township_id, 'organiser', office.now(), false
from assessment.cycle where stage = 'stopped';
"""

TRIGGER = """
create index job_dead_idx on assessment.job (id) where state = 'dead';
create trigger dead_work after update on assessment.job for each row
  when (old.state <> new.state and 'dead' in (old.state, new.state)) execute function office.let_dead_work_wait();
"""

DEAD_WORK = """
insert into office.todo (kind, subject, unit_id, township_id, post, since, provisional)
select 'assessment.dead_work', 'dead_work:' || id, id, id, 'keeper', office.now(), false
from office.unit where kind = 'township' and dissolved_on is null
  and exists (select from assessment.job where state = 'dead');
"""

FILLS = (FILL, STOPPED, DEAD_WORK)


def upgrade() -> None:
    """Fill in what is open."""
    for part in (TRIGGER, *FILLS):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
