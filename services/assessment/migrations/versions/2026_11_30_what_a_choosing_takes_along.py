"""One vacancy waits once: with the choosing, or with the decision; and what goes on where leaders are chosen no more."""

from alembic import op

revision = "assessment_0041"
down_revision = "assessment_0040"
branch_labels = None
depends_on = None

# A leader whom the committee replaced is followed by whoever is chosen: a choosing that goes on for his group is for it.
LINKED = """
update assessment.choosing c set replacement_id = r.id from assessment.replacement r
where c.replacement_id is null and c.post = 'leader' and c.stage not in ('in_post', 'ended')
  and r.group_id = c.group_id and r.stage = 'decided';
update office.todo t set closed_at = office.now() where t.kind = 'assessment.succeed' and t.closed_at is null
  and exists (select from assessment.choosing c where c.stage <> 'ended'
    and t.subject = 'replacement:' || c.replacement_id);
"""

OPEN = """
create function assessment.choosings_open(township bigint) returns bigint
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select count(*) from choosing where township_id = township
      and stage not in ('filed', 'seating', 'in_post', 'ended')
      and (office.reaches_all() or township in (select office.reached())) $$;
revoke execute on function assessment.choosings_open(bigint) from public;
grant execute on function assessment.choosings_open(bigint) to xiaozu_activities;
"""

# How a post that follows from a choosing came about, for the township's list of groups and leaders.
WAYS = """
create function assessment.ways_of(choosings bigint[]) returns table (id bigint, way text)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select c.id, c.way from choosing c where c.id = any (choosings)
      and (office.reaches_all() or c.group_id in (select office.reached())) $$;
revoke execute on function assessment.ways_of(bigint[]) from public;
grant execute on function assessment.ways_of(bigint[]) to xiaozu_activities;
"""

# In which choosings somebody was put forward, for his page: of groups that the reader reaches, and no draft.
OF_SOMEBODY = """
create function assessment.choosings_of(person bigint)
  returns table (id bigint, group_id bigint, post text, stage text, filing_number text, from_on date, opened_on date)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select c.id, c.group_id, c.post, c.stage, c.filing_number, c.from_on, c.opened_on from choosing c
    where c.person_id = person and c.stage <> 'draft'
      and (office.reaches_all() or c.group_id in (select office.reached()))
    order by c.id desc $$;
revoke execute on function assessment.choosings_of(bigint) from public;
grant execute on function assessment.choosings_of(bigint) to xiaozu_activities;
"""

# Whoever moves to another township brings his mark along: it holds there too, and its office takes it away.
MARKED = """
drop policy reach on assessment.not_standing;
create policy reach on assessment.not_standing using (office.reaches_all()
  or township_id in (select office.reached())
  or exists (select from office.person p join office.unit u on u.id = p.unit_id
    where p.id = person_id and coalesce(u.township_id, u.id) in (select office.reached())));
"""


def upgrade() -> None:
    """Mend what waits twice, and add what the settings ask."""
    for part in (LINKED, OPEN, WAYS, OF_SOMEBODY, MARKED):
        op.execute(part)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
