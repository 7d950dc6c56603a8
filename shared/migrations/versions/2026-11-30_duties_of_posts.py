"""What a member of a branch's committee answers for; whoever was called a branch's organiser is one of them.

Of them the 副书记 stands in where there is no secretary.
"""

from alembic import op

revision = "office_0025"
down_revision = "office_0024"
branch_labels = None
depends_on = None

DUTIES = """
alter table office.post add column duties text[] not null default '{}',
  add constraint post_duties_check check (duties = '{}' or kind = 'committee_member'
    and duties <@ array['deputy_secretary', 'organisation', 'publicity', 'discipline']);
comment on column office.post.duties is 'his part of the work';
"""

# A branch's 组织委员 had the post of a township's organiser, whose rights are a township's.
OF_BRANCHES = """
update office.post p set ends_on = greatest(p.starts_on, office.today())
from office.unit u where u.id = p.unit_id and u.kind = 'branch' and p.kind = 'organiser' and p.ends_on is null
  and exists (select from office.post q where q.person_id = p.person_id and q.unit_id = p.unit_id
    and q.kind = 'committee_member' and q.ends_on is null);
update office.post q set duties = array['organisation']
from office.post p join office.unit u on u.id = p.unit_id
where u.kind = 'branch' and p.kind = 'organiser' and q.kind = 'committee_member'
  and p.ends_on = greatest(p.starts_on, office.today()) and (q.person_id, q.unit_id) = (p.person_id, p.unit_id) and q.ends_on is null;
update office.post p set kind = 'committee_member', duties = array['organisation']
from office.unit u where u.id = p.unit_id and u.kind = 'branch' and p.kind = 'organiser';
"""

# Where a branch has no secretary today, and nobody stands in for one, its 副书记 sits there: of several the first.
SEAT = """
create or replace view office.seat with (security_invoker = true) as
  select person_id, unit_id, kind, starts_on, ends_on, false as stands_in from office.post
  union all
  select person_id, unit_id, kind, starts_on, ends_on, true from office.stand_in
  union all
  select d.person_id, d.unit_id, 'secretary', d.starts_on, d.ends_on, true from office.post d
  where 'deputy_secretary' = any (d.duties)
    and not exists (select from office.post p where p.unit_id = d.unit_id and (p.kind = 'secretary'
        or p.id < d.id and 'deputy_secretary' = any (p.duties))
      and p.starts_on <= office.today() and (p.ends_on is null or p.ends_on > office.today()))
    and not exists (select from office.stand_in s where s.unit_id = d.unit_id and s.kind = 'secretary'
      and s.starts_on <= office.today() and s.ends_on > office.today());
"""


def upgrade() -> None:
    """Lay the column, and call those by what they are."""
    for part in (DUTIES, OF_BRANCHES, SEAT):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
