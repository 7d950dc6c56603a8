"""One holder at a time: two spans of a leader's, a deputy's or a secretary's post never overlap in a unit.

What overlaps of old stays as it is, marked: the office works on, and a person corrects it (doctor lists them). Of each
two that overlap, the one that was written later is marked, so that all others keep to the rule from now on.
"""

from alembic import op

revision = "office_0011"
down_revision = "office_0010"
branch_labels = None
depends_on = None

SINGLE = ("leader", "deputy", "secretary")

MARK = """
alter table office.post add column disputed boolean not null default false;
comment on column office.post.disputed is
  'of old: another held the single post at the same time; a person corrects it';
update office.post late set disputed = true
where kind in ('leader', 'deputy', 'secretary') and (late.ends_on < late.starts_on or exists (
  select from office.post early
  where early.unit_id = late.unit_id and early.kind = late.kind and early.id < late.id
    and early.ends_on is distinct from early.starts_on and late.ends_on is distinct from late.starts_on
    and early.starts_on < coalesce(late.ends_on, 'infinity') and late.starts_on < coalesce(early.ends_on, 'infinity')));
drop index office.post_single_holder_key;
"""

ONE = """
alter table office.post add constraint post_one_{kind}_excl exclude using gist (
  int8range(unit_id, unit_id, '[]') with &&, daterange(starts_on, ends_on) with &&)
  where (kind = '{kind}' and not disputed);
"""


def upgrade() -> None:
    """Mark what overlaps of old; refuse what would overlap from now on."""
    op.execute(MARK)
    for kind in SINGLE:
        op.execute(ONE.format(kind=kind))


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
