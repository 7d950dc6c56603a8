"""How a leader's case stands, for the audit of those who reach it: no statement, no reasons of the branch."""

from alembic import op

revision = "assessment_0014"
down_revision = "assessment_0013"
branch_labels = None
depends_on = None

TOLD = """
create function assessment.case_told(wanted bigint)
  returns table(stage text, grade text, grade_why text, proposed text, total integer, filing_number text)
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select c.stage, c.grade, c.grade_why, s.proposed, s.total, c.filing_number
    from leader_case c join cycle y on y.id = c.cycle_id
    left join sheet s on s.cycle_id = y.id and s.run = y.run and s.case_id = c.id
    where c.id = wanted and (office.reaches_all() or c.group_id in (select office.reached())) $$;
revoke execute on function assessment.case_told(bigint) from public;
grant execute on function assessment.case_told(bigint) to xiaozu_activities;
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(TOLD)


def downgrade() -> None:
    """Take it away again."""
    op.execute("drop function assessment.case_told(bigint)")
