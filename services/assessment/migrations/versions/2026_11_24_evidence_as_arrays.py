"""The evidence of a sheet as arrays of whole numbers: smaller than the same as JSON, and written in less time."""

from alembic import op

revision = "assessment_0004"
down_revision = "assessment_0003"
branch_labels = None
depends_on = None

ARRAYS = """
alter table assessment.sheet
  drop column tally,
  add column kinds text[],
  add column figures integer[],
  add column ids bigint[];
alter table assessment.sheet
  alter column figures set storage external,
  alter column ids set storage external;
comment on column assessment.sheet.kinds is 'of activities, in the order of the figures';
comment on column assessment.sheet.figures is 'kind by kind: done, months, owed, present, expected, minutes';
comment on column assessment.sheet.ids is 'of the activities, kind by kind as many as were done';
"""


def upgrade() -> None:
    """Nothing was released: no sheet has to be carried over."""
    op.execute(ARRAYS)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
