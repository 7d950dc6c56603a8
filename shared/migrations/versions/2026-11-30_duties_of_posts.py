"""What a member of a branch's committee answers for; whoever was called a branch's organiser is one of them."""

from alembic import op

revision = "office_0023"
down_revision = "office_0022"
branch_labels = None
depends_on = None

DUTIES = """
alter table office.post add column duties text[] not null default '{}',
  add constraint post_duties_check check (duties = '{}' or kind = 'committee_member'
    and duties <@ array['organisation', 'publicity', 'discipline']);
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
  and (q.person_id, q.unit_id) = (p.person_id, p.unit_id) and q.ends_on is null;
update office.post p set kind = 'committee_member', duties = array['organisation']
from office.unit u where u.id = p.unit_id and u.kind = 'branch' and p.kind = 'organiser';
"""


def upgrade() -> None:
    """Lay the column, and call those by what they are."""
    for part in (DUTIES, OF_BRANCHES):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
