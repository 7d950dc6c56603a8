"""Evidence is kept for its group, a template for its township, and both are counted (shared/kept.py)."""

from alembic import op

revision = "assessment_0015"
down_revision = "assessment_0014"
branch_labels = None
depends_on = None

KEPT = """
insert into office.kept_file select sha256, {unit}, size from assessment.{table} on conflict do nothing;
create trigger kept after insert on assessment.{table} for each row execute function office.keep_file('{unit}');
"""


def upgrade() -> None:
    """Count what is there, and what is to come."""
    op.execute(KEPT.format(table="evidence_file", unit="group_id"))
    op.execute(KEPT.format(table="opinion_template", unit="township_id"))


def downgrade() -> None:
    """Count no more."""
    op.execute("drop trigger if exists kept on assessment.evidence_file")
    op.execute("drop trigger if exists kept on assessment.opinion_template")
