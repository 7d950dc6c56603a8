"""Photos of a view: none is asked for, none is kept on which somebody can be recognised; nothing looks for faces."""

from collections.abc import Sequence
from typing import Final

from services.activities.concerns import queries
from services.activities.concerns.actions.kind import to_change
from services.activities.concerns.models import Concern
from services.activities.concerns.rules import NOTES
from services.activities.concerns.schemas import Recognised
from services.activities.register.models import Attachment
from shared import attachments
from shared.access import Actor
from shared.attachments import Bearer
from shared.db import Session, beyond
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.events import ConcernPhotoChanged
from shared.files import IMAGES, Handed, kind_of
from shared.roles import Role

MOST: Final = 3
TOO_MANY = f"一条意见最多 {MOST} 张照片，请先移除不需要的。"
CALLED = "照片"
"""What each is called: whoever took it may have named it after somebody."""


def require_adder(session: Session, actor: Actor, concern_id: int) -> Concern:
    """The right before the files: a view that goes on, for whoever notes or answers views there."""
    row = to_change(session, actor, concern_id)
    if not queries.roles_over(session, actor, row) & NOTES:
        raise NotYours("照片由经手的人添加，您没有这个职务。")
    if row.ended_on is not None:
        raise OutOfOrder("这条意见已经办结，不能再加照片。")
    return row


def add_photos(
    session: Session, actor: Actor, concern_id: int, handed: Sequence[Handed], asked: Recognised
) -> list[Attachment]:
    """Add photos of which whoever adds them says that nobody can be recognised; all of them, or none."""
    row = require_adder(session, actor, concern_id)
    if not handed:
        raise Invalid("请先选择照片。", field="files")
    if asked.recognised is None:
        raise Invalid("请先看看照片上认得出人吗，再选一个。", field="recognised")
    if asked.recognised == "yes":
        raise Invalid("认得出人的照片不保存。请换一张只拍到事情的，或者遮住人以后再选。", field="recognised")
    if any(kind_of(each.data) not in IMAGES for each in handed):
        raise Invalid("这里只放照片（jpg、png、webp）。", field="files")
    bearer = Bearer(queries.SORT, row.id, row.holder_unit if row.past else row.unit_id, MOST, TOO_MANY)
    photos = [Handed(each.data, CALLED) for each in handed]
    with beyond(session):  # of what goes past somebody it is told above whoever adds it
        return attachments.add(session, actor, Attachment, bearer, photos, told=lambda each: _fact(row, each, "added"))


def remove_photo(session: Session, actor: Actor, photo_id: int) -> Concern:
    """Take one away for good: by whoever deals with the view while it goes on, by the organiser at any time."""
    found = queries.photo(session, actor, photo_id)
    row = to_change(session, actor, found.thing_id)
    if not actor.roles_over(row.township_id) & {Role.ORGANISER}:
        require_adder(session, actor, row.id)
    with beyond(session):
        attachments.remove(session, actor, found, _fact(row, found.id, "removed"))
    return row


def forget_photos(session: Session, actor: Actor, row: Concern) -> None:
    """All of them, with the words."""
    for each in queries.photos(session, row):
        attachments.remove(session, actor, each, _fact(row, each.id, "removed"))


def _fact(row: Concern, photo_id: int, change: str) -> ConcernPhotoChanged:
    where = row.holder_unit if row.past else row.unit_id
    return ConcernPhotoChanged(unit_id=where, concern_id=row.id, photo_id=photo_id, change=change)
