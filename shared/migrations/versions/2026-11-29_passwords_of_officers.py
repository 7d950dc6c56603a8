"""First passwords end after a while; whoever becomes an officer chooses his password anew, and so does who is one."""

from alembic import op

revision = "office_0018"
down_revision = "office_0017"
branch_labels = None
depends_on = None

UP = """
alter table office.account
  add column first_until timestamp with time zone,
  add column renewal_due boolean not null default false;
comment on column office.account.first_until is 'until when a first password opens; null: for good';
comment on column office.account.renewal_due is 'chosen before he was an officer';
update office.account set first_until = office.now() + interval '72 hours' where first_password;
update office.account a set renewal_due = true where not first_password and exists (
  select from office.post join office.unit on unit.id = post.unit_id
  where post.person_id = a.person_id and unit.kind = 'township'
    and (post.ends_on is null or (post.ends_on > office.today() and post.ends_on > post.starts_on)));
"""


def upgrade() -> None:
    """Officers of today choose anew at their next sign-in; first passwords that were given open for three days more."""
    op.execute(UP)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
