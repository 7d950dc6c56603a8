"""A filing number may stand for several nominations that were filed together (office.number keeps each of them once)."""

from alembic import op

revision = "assessment_0028"
down_revision = "assessment_0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whether a number is free is asked of office.number alone."""
    op.execute("drop index assessment.leader_case_filing_number_key")
    op.execute(
        "create index leader_case_filing_number_idx on assessment.leader_case (cycle_id, filing_number)"
        " where filing_number is not null"
    )


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
