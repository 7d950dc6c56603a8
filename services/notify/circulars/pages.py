"""The pages of an office's notices: written and previewed on a desk, read and receipted on a phone, the receipts."""

from fastapi.responses import Response

from services.notify.circulars import actions, queries
from services.notify.circulars.queries.receipts import receipt_lines
from services.notify.circulars.rules import MEETINGS, MOVES, OFFICE, POSTS, STAGES, Stage, Step
from services.notify.circulars.schemas import Begun, OnPaper, Sending, Why, Written
from services.notify.messages import queries as messages
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid
from shared.files import KINDS, Handed
from shared.papers.press import ListForm, Made
from shared.roles import Role
from shared.web import Form, Html, Paged, Pages, Sent, Signed, Unit, Viewed
from shared.web.files import PaperVersion, file_taken, taken

pages = Pages()

LIST = "/notify/circulars"
WORDS = {"posts": [(post.value, post.chinese) for post in POSTS], "stages": STAGES, "meetings": MEETINGS}
ACCEPTED = ".jpg,.jpeg,.png,.webp,.pdf,.docx,.xlsx"


@pages.get("/circulars")
def circulars(view: Viewed, actor: Signed, session: Unit, page: Paged) -> Html:
    """The notices that one wrote or was told, the newest first."""
    rows = queries.circulars(session, actor, after=page.after, limit=page.limit)
    return view.show(
        "circulars/circulars.html",
        rows=rows,
        counts=queries.counts(session, rows),
        next=rows[-1].id if len(rows) == page.limit else None,
        writes=[(each, messages.place_of(session, each).name) for each in dict.fromkeys(queries.offices_of(actor))],
        **WORDS,
    )


# --- writing ---


@pages.get("/circulars/new")
def new(view: Viewed, actor: Signed, session: Unit, unit_id: int | None = None) -> Html:
    """An empty sheet, in the name of an office."""
    office = queries.office_of(session, actor, unit_id)
    return _sheet(view, session, actor, office.id, None)


@pages.post("/circulars")
def write(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Keep a draft, and see who will have it."""
    queries.office_of(session, actor, number_of(form, "unit_id"))
    asked = form.read(Begun, **_ticked(form))
    made = actions.write(session, actor, asked, handed(form), unit_id=asked.unit_id)
    return view.to(f"{LIST}/{made.id}", said="草稿已保存。请看一遍发给谁，再发出。")


@pages.get("/circulars/{circular_id}/edit")
def edit(view: Viewed, actor: Signed, session: Unit, circular_id: int) -> Html:
    """A draft, to be changed."""
    found = queries.circular(session, actor, circular_id)
    actions.moved_by(actor, found, Step.CHANGE)
    return _sheet(view, session, actor, found.unit_id, circular_id)


@pages.post("/circulars/{circular_id}")
def change(view: Viewed, actor: Signed, session: Unit, circular_id: int, form: Sent) -> Response:
    """Another text of a draft."""
    actions.moved_by(actor, queries.circular(session, actor, circular_id), Step.CHANGE)
    actions.change(session, actor, circular_id, form.read(Written, **_ticked(form)), handed(form))
    return view.to(f"{LIST}/{circular_id}", said="草稿已保存。请看一遍发给谁，再发出。")


def number_of(form: Form, name: str) -> int | None:
    """A field that is a number; none where it is none."""
    return next(iter(form.numbers(name)), None)


def _ticked(form: Form) -> dict[str, object]:
    """What boxes say: one that is not ticked is not sent. No more than numbers are units."""
    given = form.all("units")
    if any(not each.isdecimal() for each in given):
        raise Invalid("收件单位请在名单里勾选。", field="units")
    return {
        "units": form.numbers("units"),
        "wants_receipt": form.text("wants_receipt") == "1",
        "urgent": form.text("urgent") == "1",
    }


def handed(form: Form) -> list[Handed]:
    """The files of a form."""
    return [Handed(each.content, each.name) for each in form.files("files")]


def _sheet(view: Viewed, session: Session, actor: Actor, unit_id: int, circular_id: int | None) -> Html:
    office = queries.office_of(session, actor, unit_id)
    found = queries.circular(session, actor, circular_id) if circular_id else None
    places = queries.places_below(session, office)
    return view.show(
        "circulars/sheet.html",
        office=office,
        found=found,
        ticked=set(queries.units_of(session, found.id)) if found else set(),
        branches=[(each, [g for g in places if g.branch_id == each.id]) for each in places if each.branch_id is None],
        files=queries.files(session, actor, [found.id]) if found else [],
        kinds=[(key, meeting.chinese) for key, meeting in MEETINGS.items()],
        today=clock.today(session),
        accept=ACCEPTED,
        **WORDS,
    )


# --- one notice ---


@pages.get("/circulars/{circular_id}")
def circular(view: Viewed, actor: Signed, session: Unit, circular_id: int) -> Html:
    """A draft with whom it would go to; one that was sent, with one's own receipt, and for the office all of them."""
    found = queries.circular(session, actor, circular_id)
    own = queries.own_messages(session, actor, found)
    lines = receipt_lines(session, actor, circular_id) if found.happening_id else []
    steps = MOVES.open_to(found.stage, roles=actor.roles_over(found.unit_id) & OFFICE)
    drafted = found.stage == Stage.DRAFT
    return view.show(
        "circulars/circular.html",
        found=found,
        office=messages.place_of(session, found.unit_id).name,
        files=queries.files(session, actor, [found.id]),
        own=own,
        asked=(asked := [each for each in own if _waits(each, found.stage)]),
        unread=[each for each in own if each.read_at is None and not asked],
        lines=lines,
        waiting=[each for each in lines if each.waits],
        recipients=queries.recipients(session, found) if drafted else [],
        gone=queries.gone(session, found.id) if drafted else [],
        later=queries.correction_of(session, actor, found.id),
        steps=steps,
        records=bool(lines) and _records(actor, found.unit_id),
        today=clock.today(session),
        meeting=MEETINGS.get(found.meets or ""),
        **WORDS,
    )


def _waits(message: object, stage: str) -> bool:
    """Whether he has still to give a receipt."""
    wants = getattr(message, "wants_acknowledgement", False) and stage == Stage.SENT
    return wants and not getattr(message, "acknowledged_at", None) and not getattr(message, "passed_to", None)


def _records(actor: Actor, unit_id: int) -> bool:
    """Whether he may record slips that came back."""
    return bool(actor.roles_over(unit_id) & OFFICE or actor.units_as(Role.SECRETARY))


@pages.post("/circulars/{circular_id}/sendings")
def send(view: Viewed, actor: Signed, session: Unit, circular_id: int, form: Sent) -> Response:
    """It goes out."""
    actions.moved_by(actor, queries.circular(session, actor, circular_id), Step.SEND)
    asked = form.read(Sending)
    actions.send(session, actor, circular_id, recipients=asked.recipients)
    return view.to(f"{LIST}/{circular_id}", said="已发出。谁看了、谁回执了，在这一页看。")


@pages.post("/circulars/{circular_id}/droppings")
def drop(view: Viewed, actor: Signed, session: Unit, circular_id: int) -> Response:
    """A draft that nobody wants."""
    actions.drop(session, actor, circular_id)
    return view.to(LIST, said="草稿已删除。")


@pages.post("/circulars/{circular_id}/withdrawals")
def withdraw(view: Viewed, actor: Signed, session: Unit, circular_id: int, form: Sent) -> Response:
    """It holds no more."""
    actions.moved_by(actor, queries.circular(session, actor, circular_id), Step.WITHDRAW)
    actions.withdraw(session, actor, circular_id, reason=form.read(Why).reason)
    return view.to(f"{LIST}/{circular_id}", said="已撤回。收到过的人会得到撤回的通知。")


@pages.post("/circulars/{circular_id}/corrections")
def correct(view: Viewed, actor: Signed, session: Unit, circular_id: int) -> Response:
    """Begin what is to go in its place."""
    made = actions.begin_correction(session, actor, circular_id)
    return view.to(f"{LIST}/{made.id}/edit", said="请修改。发出以前，原来的通知仍然有效。")


@pages.post("/circulars/{circular_id}/receipts")
def give_receipt(view: Viewed, actor: Signed, session: Unit, circular_id: int) -> Response:
    """I have it."""
    done = actions.give_receipt(session, actor, circular_id)
    return view.to(f"{LIST}/{circular_id}", said="回执已送出。" if done else "您早已回执，或者已由现任的人回执。")


@pages.post("/circulars/{circular_id}/paper-receipts")
def record_on_paper(view: Viewed, actor: Signed, session: Unit, circular_id: int, form: Sent) -> Response:
    """Slips that came back on paper."""
    queries.circular(session, actor, circular_id)
    if not form.numbers("message_ids"):
        raise Invalid("请先勾选交回了纸质回执的单位。", field="message_ids")
    asked = form.read(OnPaper, message_ids=form.numbers("message_ids"))
    done = actions.record_on_paper(session, actor, circular_id, asked.message_ids, asked.paper_on)
    return view.to(f"{LIST}/{circular_id}", said=f"已登记{len(done)}份纸质回执。")


# --- files ---


@pages.get("/circular-files/{circular_file_id}")
def file(actor: Signed, session: Unit, circular_file_id: int) -> Response:
    """A file of a notice."""
    found = actions.take_file(session, actor, circular_file_id)
    return file_taken(session, found.sha256, found.kind, found.name)


@pages.post("/circular-files/{circular_file_id}/removals")
def remove_file(view: Viewed, actor: Signed, session: Unit, circular_file_id: int) -> Response:
    """Take a file away from a draft."""
    found = actions.remove_file(session, actor, circular_file_id)
    return view.to(f"{LIST}/{found.id}/edit", said="已移除这个附件。")


@pages.get("/circulars/{circular_id}/receipts.xlsx")
def receipts_book(actor: Signed, session: Unit, circular_id: int) -> Response:
    """The receipts as a table."""
    return given(session, actions.take_receipts(session, actor, circular_id))


@pages.get("/circulars/{circular_id}/receipts-paper")
def receipts_paper(
    actor: Signed, session: Unit, circular_id: int, form: ListForm = "pdf", version: PaperVersion = 0
) -> Response:
    """The same in print, or in the office's own form."""
    return given(session, actions.take_receipts(session, actor, circular_id, form=form, version=version))


@pages.get("/circulars/{circular_id}/slips.pdf")
def slips(actor: Signed, session: Unit, circular_id: int, *, without_account: bool = False) -> Response:
    """The notice on paper with a slip: for all who have given no receipt, or of them who cannot read it here."""
    return given(session, actions.take_slips(session, actor, circular_id, without_account=without_account))


@pages.get("/circulars/{circular_id}/slips.docx")
def slips_word(actor: Signed, session: Unit, circular_id: int, *, without_account: bool = False) -> Response:
    """The same in Word, in the office's own form where one is in use."""
    made = actions.take_slips(session, actor, circular_id, without_account=without_account, form="docx")
    return given(session, made)


def given(session: Session, made: Made) -> Response:
    """A file that one keeps."""
    return taken(session, made.data, KINDS[made.form], made.name)
