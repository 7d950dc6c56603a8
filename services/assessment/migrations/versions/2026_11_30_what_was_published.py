"""The results of a year as they were published: names and order, whatever units and people are called later."""

from alembic import op

revision = "assessment_0021"
down_revision = "assessment_0020"
branch_labels = None
depends_on = None

TABLE = """
create table assessment.published (
    case_id bigint not null,
    place integer not null,
    branch text not null,
    "group" text not null,
    person text not null,
    constraint published_pkey primary key (case_id),
    constraint published_case_id_fkey foreign key (case_id) references assessment.leader_case (id)
);
comment on column assessment.published.place is 'in the order of the notice';
alter table assessment.published enable row level security;
create policy reach on assessment.published using (
  office.reaches_all() or case_id in (select id from assessment.leader_case));
grant select, insert on assessment.published to xiaozu_assessment;
grant select on assessment.published to xiaozu_keeper;
"""

# What was published before is named by its day.
BEFORE = """
insert into assessment.published (case_id, place, branch, "group", person)
select c.id, row_number() over (partition by c.cycle_id order by b.sort_key, b.id, g.sort_key, g.id),
       office.name_on(c.branch_id, y.notice_from), office.name_on(c.group_id, y.notice_from), coalesce(p.name, '')
from assessment.leader_case c
join assessment.cycle y on y.id = c.cycle_id and y.notice_from is not null
join office.unit b on b.id = c.branch_id
join office.unit g on g.id = c.group_id
left join office.person p on p.id = c.person_id;
"""


def upgrade() -> None:
    """Lay the table, with the notices that there were."""
    op.execute(TABLE)
    op.execute(BEFORE)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
