"""What photos there are of views: whoever sees a view sees them."""

from services.activities.concerns.models import Concern
from services.activities.concerns.queries.reach import seen_by
from services.activities.register.models import Attachment
from shared import attachments
from shared.access import Actor
from shared.db import Session

SORT = "concern"


def photos(session: Session, row: Concern) -> list[Attachment]:
    """Of a view that was seen; what was taken away is not there."""
    return attachments.of(session, Attachment, SORT, [row.id])


def photo(session: Session, actor: Actor, photo_id: int) -> Attachment:
    """One of a view that somebody sees, or OutOfReach."""
    seen = seen_by(session, actor).with_only_columns(Concern.id)
    return attachments.one(session, Attachment, SORT, photo_id, seen)
