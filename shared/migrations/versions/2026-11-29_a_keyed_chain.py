"""The chain is keyed from here on: links made before it, by the rule that anybody can follow, end at a marked one."""

from alembic import op
from sqlalchemy import text

from shared import privacy

revision = "office_0012"
down_revision = "office_0011"
branch_labels = None
depends_on = None

# Without a default: a program of yesterday, which would go on without the key, is refused and leaves it to today's.
UP = """
alter table office.seal add column keyed boolean, add column mark text;
update office.seal set keyed = false;
alter table office.seal alter column keyed set not null;
comment on column office.seal.mark is 'on the last link without a key: where the keyed ones begin';
"""
LAST = text("select seq, hash from office.seal order by seq desc limit 1")
MARK = text("update office.seal set mark = :mark where seq = :seq")


def upgrade() -> None:
    """Mark where the old rule ends; that takes the installation's secret, where there is anything to mark."""
    op.execute(UP)
    last = op.get_bind().execute(LAST).one_or_none()
    if last is not None:
        mark = privacy.mark(f"{last.seq}:{last.hash.hex()}", purpose="chain")
        op.get_bind().execute(MARK, {"mark": mark, "seq": last.seq})


def downgrade() -> None:
    """Not without losing the chain: the old rule would call every keyed link broken."""
    raise RuntimeError("the chain is keyed by now: restore a backup from before it instead")
