"""What is attached to records."""

from services.activities.ledger.models import Activity, Attachment
from services.activities.ledger.queries.reach import seen_by
from shared.access import Actor
from shared.db import Session
from shared.errors import there


def attachments(session: Session, actor: Actor, activity_id: int) -> list[Attachment]:
    """What is attached to a record, in the order in which it was added; what was taken away is not there."""
    query = (
        seen_by(actor)
        .join(Attachment, Attachment.activity_id == Activity.id)
        .with_only_columns(Attachment)
        .where(Activity.id == activity_id, Attachment.removed_at.is_(None))
    )
    return list(session.scalars(query.order_by(Attachment.id)))


def attachment_in_reach(session: Session, actor: Actor, attachment_id: int) -> Attachment:
    """Something attached to a record that may be seen."""
    query = (
        seen_by(actor)
        .join(Attachment, Attachment.activity_id == Activity.id)
        .with_only_columns(Attachment)
        .where(Attachment.id == attachment_id, Attachment.removed_at.is_(None))
    )
    return there(session.scalars(query).one_or_none(), "这个附件")
