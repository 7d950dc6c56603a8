"""Photos of a view: each is asked of whether somebody can be recognised on it."""

from fastapi import Response

from services.activities.concerns import actions, queries
from services.activities.concerns.pages.concern import LIST
from services.activities.concerns.schemas import Recognised
from shared.files import Handed
from shared.web import Pages, Sent, Signed, Unit, Viewed
from shared.web.files import file_taken

pages = Pages(prefix="/concerns")


@pages.post("/{concern_id}/photos")
def add_photos(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Add some."""
    row = actions.require_adder(session, actor, concern_id)
    handed = [Handed(upload.content, upload.name) for upload in form.files("files")]
    actions.add_photos(session, actor, row.id, handed, form.read(Recognised))
    return view.to(f"{LIST}/{row.id}", said="照片已添加。")


@pages.get("/photos/{photo_id}")
def photo(actor: Signed, session: Unit, photo_id: int) -> Response:
    """One of them."""
    found = queries.photo(session, actor, photo_id)
    return file_taken(session, found.sha256, found.kind, found.name)


@pages.post("/photos/{photo_id}/removals")
def remove_photo(view: Viewed, actor: Signed, session: Unit, photo_id: int) -> Response:
    """Take one away for good."""
    row = actions.remove_photo(session, actor, photo_id)
    return view.to(f"{LIST}/{row.id}", said="照片已移除，不再保留。")
