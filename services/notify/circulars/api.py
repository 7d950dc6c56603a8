"""The doors of an office's notices: written, previewed, sent, receipted, corrected and withdrawn; the receipts."""

from fastapi import Response, UploadFile

from services.notify.circulars import actions, queries
from services.notify.circulars.queries.receipts import receipt_lines
from services.notify.circulars.schemas import (
    Begun,
    CircularShown,
    FileShown,
    OnPaper,
    Receipted,
    ReceiptLine,
    Recipient,
    Sending,
    Why,
    Written,
)
from shared.db import Session
from shared.files import KINDS, Handed
from shared.papers.press import ListForm, Made
from shared.web import Door, Page, Paged, Signed, Unit, UrlId, gives, refusals
from shared.web.files import PaperVersion, file_taken, taken

door = Door(tags=["circulars"])


@door.get("/circulars")
def circulars(actor: Signed, session: Unit, page: Paged) -> Page[CircularShown]:
    """The notices that one wrote or was told, the newest first."""
    rows = queries.circulars(session, actor, after=page.after, limit=page.limit)
    return Page(rows=[CircularShown.of(row) for row in rows], next=rows[-1].id if len(rows) == page.limit else None)


@door.post("/circulars", responses=refusals(409))
def write(asked: Begun, actor: Signed, session: Unit) -> CircularShown:
    """A draft in the name of an office: a township's or a branch's."""
    return CircularShown.of(actions.write(session, actor, asked, unit_id=asked.unit_id))


@door.get("/circulars/{circular_id}")
def circular(circular_id: UrlId, actor: Signed, session: Unit) -> CircularShown:
    """One notice."""
    return CircularShown.of(queries.circular(session, actor, circular_id))


@door.post("/circulars/{circular_id}/changes", responses=refusals(409))
def change(circular_id: UrlId, asked: Written, actor: Signed, session: Unit) -> CircularShown:
    """Another text of a draft."""
    return CircularShown.of(actions.change(session, actor, circular_id, asked))


@door.get("/circulars/{circular_id}/files")
def files(circular_id: UrlId, actor: Signed, session: Unit) -> list[FileShown]:
    """The files of a notice."""
    found = queries.circular(session, actor, circular_id)
    return [FileShown.of(each) for each in queries.files(session, actor, [found.id])]


@door.post("/circulars/{circular_id}/files", responses=refusals(409))
def attach(circular_id: UrlId, file: UploadFile, actor: Signed, session: Unit) -> list[FileShown]:
    """Attach a file to a draft."""
    handed = Handed(file.file.read(), file.filename or "")
    return [FileShown.of(each) for each in actions.attach(session, actor, circular_id, [handed])]


@door.get("/circular-files/{circular_file_id}", response_class=Response, responses=gives(*KINDS))
def file(circular_file_id: UrlId, actor: Signed, session: Unit) -> Response:
    """A file itself."""
    found = actions.take_file(session, actor, circular_file_id)
    return file_taken(session, found.sha256, found.kind, found.name)


@door.post("/circular-files/{circular_file_id}/removals", responses=refusals(409))
def remove_file(circular_file_id: UrlId, actor: Signed, session: Unit) -> CircularShown:
    """Take a file away from a draft."""
    return CircularShown.of(actions.remove_file(session, actor, circular_file_id))


@door.get("/circulars/{circular_id}/recipients")
def recipients(circular_id: UrlId, actor: Signed, session: Unit) -> list[Recipient]:
    """To whom it would go if it were sent now; for its office."""
    found = queries.own_circular(session, actor, circular_id)
    return [Recipient.model_validate(each._asdict()) for each in queries.recipients(session, found)]


@door.post("/circulars/{circular_id}/sendings", responses=refusals(409))
def send(circular_id: UrlId, asked: Sending, actor: Signed, session: Unit) -> CircularShown:
    """It goes out."""
    return CircularShown.of(actions.send(session, actor, circular_id, recipients=asked.recipients))


@door.post("/circulars/{circular_id}/droppings", responses=refusals(409))
def drop(circular_id: UrlId, actor: Signed, session: Unit) -> CircularShown:
    """A draft that nobody wants."""
    return CircularShown.of(actions.drop(session, actor, circular_id))


@door.post("/circulars/{circular_id}/withdrawals", responses=refusals(409))
def withdraw(circular_id: UrlId, asked: Why, actor: Signed, session: Unit) -> CircularShown:
    """It holds no more."""
    return CircularShown.of(actions.withdraw(session, actor, circular_id, reason=asked.reason))


@door.post("/circulars/{circular_id}/corrections", responses=refusals(409))
def correct(circular_id: UrlId, actor: Signed, session: Unit) -> CircularShown:
    """Begin what is to go in its place."""
    return CircularShown.of(actions.begin_correction(session, actor, circular_id))


@door.post("/circulars/{circular_id}/receipts", responses=refusals(409))
def give_receipt(circular_id: UrlId, actor: Signed, session: Unit) -> Receipted:
    """I have it."""
    return Receipted(receipts=actions.give_receipt(session, actor, circular_id))


@door.post("/circulars/{circular_id}/paper-receipts", responses=refusals(409))
def record_on_paper(circular_id: UrlId, asked: OnPaper, actor: Signed, session: Unit) -> Receipted:
    """Slips that came back on paper."""
    done = actions.record_on_paper(session, actor, circular_id, asked.message_ids, asked.paper_on)
    return Receipted(receipts=len(done))


@door.get("/circulars/{circular_id}/receipts")
def receipts(circular_id: UrlId, actor: Signed, session: Unit) -> list[ReceiptLine]:
    """How it stands with each post of each unit, as far as one stands over them."""
    return receipt_lines(session, actor, circular_id)


@door.get("/circulars/{circular_id}/receipts.xlsx", response_class=Response, responses=gives("xlsx") | refusals(409))
def receipts_book(circular_id: UrlId, actor: Signed, session: Unit) -> Response:
    """The receipts as a table."""
    return given(session, actions.take_receipts(session, actor, circular_id))


@door.get(
    "/circulars/{circular_id}/receipts-paper",
    response_class=Response,
    responses=gives("xlsx", "docx", "pdf") | refusals(409),
)
def receipts_paper(
    circular_id: UrlId, actor: Signed, session: Unit, form: ListForm = "pdf", version: PaperVersion = 0
) -> Response:
    """The same in print, or in the office's own form."""
    return given(session, actions.take_receipts(session, actor, circular_id, form=form, version=version))


@door.get("/circulars/{circular_id}/slips.pdf", response_class=Response, responses=gives("pdf") | refusals(409))
def slips(circular_id: UrlId, actor: Signed, session: Unit, *, without_account: bool = False) -> Response:
    """The notice on paper with a slip: for all who have given no receipt, or of them who cannot read it here."""
    return given(session, actions.take_slips(session, actor, circular_id, without_account=without_account))


@door.get(
    "/circulars/{circular_id}/slips.docx", response_class=Response, responses=gives("docx", "xlsx") | refusals(409)
)
def slips_word(circular_id: UrlId, actor: Signed, session: Unit, *, without_account: bool = False) -> Response:
    """The same in Word, in the office's own form where one is in use."""
    made = actions.take_slips(session, actor, circular_id, without_account=without_account, form="docx")
    return given(session, made)


def given(session: Session, made: Made) -> Response:
    """A file that one keeps."""
    return taken(session, made.data, KINDS[made.form], made.name)
