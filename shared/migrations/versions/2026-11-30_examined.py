"""What the nightly examination of the invariants found, for the keeper's page and for whoever watches from outside."""

from alembic import op

revision = "office_0036"
down_revision = "office_0035"
branch_labels = None
depends_on = None

TABLE = """
create table office.examination (
  name text not null,
  found text not null,
  at timestamp with time zone not null,
  constraint examination_pkey primary key (name)
);
comment on column office.examination.name is 'one row an invariant, and one, named all';
comment on column office.examination.found is 'ok, or what does not hold: counts and ids, never words';
grant select, insert, update on office.examination to xiaozu_keeper;
grant select on office.examination to xiaozu_activities;
"""


def upgrade() -> None:
    """A place for what was found."""
    op.execute(TABLE)


def downgrade() -> None:
    """Nobody is told."""
    op.execute("drop table office.examination")
