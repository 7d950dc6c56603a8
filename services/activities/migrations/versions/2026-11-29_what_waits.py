"""What waits today is on the desk: records, acts on officers, files and regroupings that failed, dead work."""

from alembic import op

revision = "activities_0023"
down_revision = "activities_0022"
branch_labels = None
depends_on = None

RECORDS = """
insert into office.todo (kind, subject, unit_id, township_id, post, barred_account_id, since, provisional)
select case a.stage when 'submitted' then 'activities.confirm' else 'activities.mend' end, 'activity:' || a.id,
  a.group_id, a.township_id, case a.stage when 'submitted' then 'secretary' else 'leader' end,
  case a.stage when 'submitted' then led.account_id end, coalesce(a.submitted_at, a.written_at), false
from activities.activity a left join lateral (
  select c.id as account_id from (
      select a.written_by as account_id, a.written_at as at
      union all
      select r.replaced_by, r.replaced_at from activities.revision r where r.activity_id = a.id) w
    join office.account c on c.id = w.account_id
    join office.post p on p.person_id = c.person_id and p.unit_id = a.group_id and p.kind in ('leader', 'deputy')
      and p.starts_on <= (w.at at time zone 'Asia/Shanghai')::date
      and (p.ends_on is null or p.ends_on > (w.at at time zone 'Asia/Shanghai')::date)
    left join office.post s on s.person_id = c.person_id and s.unit_id = a.branch_id and s.kind = 'secretary'
      and s.starts_on <= office.today() and (s.ends_on is null or s.ends_on > office.today())
  order by s.id is null, w.at desc limit 1) led on true
where a.stage in ('submitted', 'returned');
"""

REST = """
insert into office.todo (kind, subject, unit_id, township_id, post, barred_account_id, since, provisional)
select case t.stage when 'asked' then 'activities.agree' else 'activities.first_password' end, 'officer_act:' || t.id,
  t.township_id, t.township_id, case t.stage when 'asked' then t.agrees else t.asked_as end,
  case t.stage when 'asked' then coalesce((
    select a.id from office.account a join office.post p on p.person_id = a.person_id
    where a.person_id = t.person_id and p.kind = t.agrees and p.starts_on <= office.today()
      and (p.ends_on is null or p.ends_on > office.today()) limit 1), t.asked_by) end,
  coalesce(t.decided_at, t.asked_at), false
from activities.officer_act t where t.stage in ('asked', 'agreed');

insert into office.todo (kind, subject, unit_id, township_id, post, since, provisional)
select 'activities.bring_in', 'handed:' || t.id, t.township_id, t.township_id, 'organiser', t.handed_at, false
from activities.handed_in t where t.stage = 'refused' and t.content is not null;

insert into office.todo (kind, subject, unit_id, township_id, post, since, provisional)
select 'activities.regroup', 'planned:' || t.id, t.branch_id, t.township_id, 'organiser',
  t.starts_on::timestamp at time zone 'Asia/Shanghai', false
from activities.planned_regrouping t where t.failed_why is not null and t.withdrawn_at is null;
"""

GRANT = "grant select (township_id) on activities.handed_in to xiaozu_keeper"

TRIGGER = """
create index job_dead_idx on activities.job (id) where state = 'dead';
create trigger dead_work after update on activities.job for each row
  when (old.state <> new.state and 'dead' in (old.state, new.state)) execute function office.let_dead_work_wait();
"""

DEAD_WORK = """
insert into office.todo (kind, subject, unit_id, township_id, post, since, provisional)
select 'activities.dead_work', 'dead_work:' || id, id, id, 'keeper', office.now(), false
from office.unit where kind = 'township' and dissolved_on is null
  and exists (select from activities.job where state = 'dead');
"""

FILLS = (RECORDS, REST, DEAD_WORK)


def upgrade() -> None:
    """Fill in what is open."""
    for part in (TRIGGER, GRANT, *FILLS):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
