"""The templates of the opinion form stand among the office's other papers (shared/papers)."""

from alembic import op

revision = "assessment_0025"
down_revision = "assessment_0024"
branch_labels = None
depends_on = None

# Whoever was assessed takes his form out in his township's words, also after he has left the post.
UP = """
insert into office.paper_template
  (township_id, paper, version, form, sha256, size, name, handed_by, handed_at, used_from, used_until)
  select township_id, 'opinion', row_number() over (partition by township_id order by id), 'docx',
    sha256, size, name, handed_by, handed_at, used_from, used_until
  from assessment.opinion_template order by id;
drop table assessment.opinion_template;
create policy own_year on office.paper_template for select to xiaozu_assessment using (township_id in (
  select c.township_id from assessment.leader_case c where c.person_id = (
    select a.person_id from office.account a where a.id = nullif(current_setting('app.actor', true), '')::bigint)));
"""


def upgrade() -> None:
    """What an office handed in stays handed in, and in use."""
    op.execute(UP)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
