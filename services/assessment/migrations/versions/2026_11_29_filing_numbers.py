"""Filing numbers are numbers like all others (shared/numbers.py)."""

from alembic import op

revision = "assessment_0016"
down_revision = "assessment_0015"
branch_labels = None
depends_on = None

UP = """
insert into office.number (township_id, year, purpose, place, said, given_at, given_by)
  select c.township_id, c.year, 'assessment.filing',
    case when c.filing_number ~ ('^' || c.year || '-\\d{3,9}$') then substr(c.filing_number, 6)::integer end,
    c.filing_number, coalesce(c.reviewed_at, office.now()), c.reviewed_by
  from assessment.leader_case c where c.filing_number is not null on conflict do nothing;
insert into office.number_use
  select n.id, 'case:' || c.id from assessment.leader_case c
  join office.number n on (n.township_id, n.year, n.purpose, n.said)
    = (c.township_id, c.year, 'assessment.filing', c.filing_number);
insert into office.series
  select township_id, 'assessment.filing', year, filed from assessment.cycle where filed > 0;
alter table assessment.cycle drop column filed;
"""


def upgrade() -> None:
    """Move them, and count on from where each year stands."""
    op.execute(UP)


def downgrade() -> None:
    """Not offered: a number that was given stays given."""
    raise NotImplementedError
