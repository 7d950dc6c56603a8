"""What is attached to records."""

from services.activities.ledger.models import Activity
from services.activities.ledger.queries.reach import seen_by
from services.activities.register.models import Attachment
from shared import attachments as shared_attachments
from shared.access import Actor
from shared.db import Session

SORT = "activity"


def attachments(session: Session, actor: Actor, activity_id: int) -> list[Attachment]:
    """What is attached to a record, in the order in which it was added; what was taken away is not there."""
    mine = seen_by(actor).with_only_columns(Activity.id).where(Activity.id == activity_id)
    return shared_attachments.of(session, Attachment, SORT, mine)


def attachment_in_reach(session: Session, actor: Actor, attachment_id: int) -> Attachment:
    """Something attached to a record that may be seen."""
    seen = seen_by(actor).with_only_columns(Activity.id)
    return shared_attachments.one(session, Attachment, SORT, attachment_id, seen)
