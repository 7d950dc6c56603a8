"""Notices and their receipts on paper: as they ship, or in the office's own form; that they were taken is told."""

from collections.abc import Mapping, Sequence

from services.notify.circulars import queries, writers
from services.notify.circulars.actions.receipts import for_paper, over_whom, told_about
from services.notify.circulars.models import Circular
from services.notify.circulars.queries.receipts import receipt_lines
from services.notify.circulars.rules import SORT, day_said
from services.notify.circulars.writers import Slip
from services.notify.messages import queries as messages
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.events import PaperTaken
from shared.papers.kinds import Filled, Value
from shared.papers.layouts import Layout, as_word
from shared.papers.making import filled
from shared.papers.models import PaperTemplate
from shared.papers.of_circulars import CIRCULAR, RECEIPTS
from shared.papers.press import ListForm, Made, PaperForm, Press, listed, number_of, own
from shared.papers.templates import in_use, township_named

TRIED = 20


def take_slips(
    session: Session, actor: Actor, circular_id: int, *, without_account: bool = False, form: PaperForm = "pdf"
) -> Made:
    """The notice with a slip for each post; in Word in the office's own form where one is in use."""
    found, lines = over_whom(session, actor, circular_id)
    office = messages.place_of(session, found.unit_id).name
    slips, used = for_paper(lines, without_account=without_account), None
    if form == "pdf":
        data = writers.slips_pdf(found, office, slips, made_at=clock.now(session))
    else:
        several = [writers.slip_filled(found, office, slip) for slip in slips]
        if in_use(session, found.township_id, CIRCULAR.key):
            used, data = own(session, CIRCULAR, found.township_id, several)
        else:
            data = filled(CIRCULAR, as_word(_layout_of(found)), several)
    made = Made(f"通知和回执条：{found.title}", used.form if used else form, data)
    return _told(session, actor, found, "slips", made, used)


def take_receipts(
    session: Session, actor: Actor, circular_id: int, *, form: ListForm = "xlsx", version: int = 0
) -> Made:
    """The receipts, to be saved as a file: it names people, so it is told who took it."""
    found, _ = over_whom(session, actor, circular_id)
    lines, head = receipt_lines(session, actor, circular_id), _head(session, found)
    if form == "xlsx":
        made, used = Made(f"回执：{found.title}", "xlsx", writers.receipts_book(lines, head)), None
    else:
        said = writers.receipts_filled(lines, head)
        made, used = listed(session, RECEIPTS, found.township_id, said, form=form, version=version)
    return _told(session, actor, found, "receipts", made, used)


def _told(  # noqa: PLR0917  what a paper that was taken is told by
    session: Session, actor: Actor, found: Circular, paper: str, made: Made, used: PaperTemplate | None
) -> Made:
    fact = PaperTaken(
        unit_id=told_about(session, actor, found),
        paper=paper,
        form=made.form,
        sort=SORT,
        thing_id=found.id,
        template_id=used.id if used else 0,
        of_version=used.version if used else 0,
    )
    announce(session, fact, by=actor)
    return made


def _layout_of(found: Circular) -> Layout:
    return writers.NOTICE_WITH_SLIP if found.wants_receipt else writers.NOTICE


def _head(session: Session, found: Circular) -> Mapping[str, Value]:
    return {
        "title": f"“{found.title}”回执情况",
        "township": township_named(session, found.township_id),
        "unit": messages.place_of(session, found.unit_id).name,
        "period": f"截至{day_said(clock.today(session))}",
        "made_on": day_said(clock.today(session)),
    }


# --- the office's own papers (shared/papers) ---


def _to_try(session: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    rows = queries.circulars(session, actor, after=None, limit=TRIED)
    return [(str(row.id), row.title) for row in rows]


def _fill_slip(session: Session, actor: Actor, thing: str) -> Filled:
    found = queries.circular(session, actor, number_of(thing))
    office = messages.place_of(session, found.unit_id).name
    return writers.slip_filled(found, office, Slip(office, "", "", 0))


def _fill_receipts(session: Session, actor: Actor, thing: str) -> Filled:
    found = queries.circular(session, actor, number_of(thing))
    return writers.receipts_filled(receipt_lines(session, actor, found.id), _head(session, found))


PRESSES: Mapping[str, Press] = {
    CIRCULAR.key: Press(_to_try, _fill_slip, lambda: as_word(writers.NOTICE_WITH_SLIP)),
    RECEIPTS.key: Press(_to_try, _fill_receipts),
}
