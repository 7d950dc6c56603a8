"""The door to people's views."""

from typing import Annotated

from fastapi import Form, Query, Response, UploadFile

from services.activities.concerns import actions, queries
from services.activities.concerns.rules import Stage, period_of
from services.activities.concerns.schemas import (
    Answer,
    AskedAlike,
    AskedPeriod,
    Blackening,
    Closing,
    ConcernMovedTo,
    ConcernSeen,
    ConcernWhole,
    Designation,
    Holding,
    KindFigures,
    Merging,
    MoreTime,
    NewConcern,
    NewUsualAnswer,
    Outside,
    PhotoOut,
    Placing,
    Recognised,
    Said,
    Telling,
    UsualAnswerOut,
    Why,
    YesNo,
)
from shared import clock
from shared.files import IMAGES, Handed
from shared.web import Door, Page, Paged, Signed, Unit, UrlId, gives
from shared.web.files import file_taken

door = Door(prefix="/concerns", tags=["concerns"])
SaidOfIt = Annotated[YesNo | None, Form()]
Year = Annotated[int | None, Query(ge=1950, le=2200)]


@door.get("")
def concerns(
    session: Unit,
    actor: Signed,
    paging: Paged,
    *,
    stage: Stage | None = None,
    unit_id: UrlId | None = None,
    cell_id: UrlId | None = None,
    year: Year = None,
) -> Page[ConcernSeen]:
    """The views that one may see, the newest first."""
    found = queries.concerns(
        session, actor, after=paging.after, limit=paging.limit, stage=stage, unit_id=unit_id, cell_id=cell_id, year=year
    )
    names = queries.named(session, found)
    rows = [ConcernSeen.of(row, names.get(row.unit_id, "")) for row in found]
    return Page(rows=rows, next=rows[-1].id if len(rows) == paging.limit else None)


@door.post("")
def note(session: Unit, actor: Signed, asked: NewConcern) -> ConcernMovedTo:
    """Note one."""
    return ConcernMovedTo.of(actions.note(session, actor, asked))


@door.get("/figures")
def figures(session: Unit, actor: Signed, asked: Annotated[AskedPeriod, Query()]) -> list[KindFigures]:
    """How many of each kind were noted in a period, and what became of them; no word of any."""
    period = period_of(asked.year or clock.today(session).year, asked.quarter, asked.month)
    found = queries.figures(session, actor, period.start, period.end)
    return [KindFigures(**row._asdict()) for row in found]


@door.get("/alike")
def alike(session: Unit, actor: Signed, asked: Annotated[AskedAlike, Query()]) -> list[ConcernSeen]:
    """Open views of recent weeks, of the kind and the place of one to be noted: it may be a voice to one of them."""
    units = [each for each, _ in queries.units_for(session, actor) if asked.unit_id in {None, each}]
    found = queries.alike(session, actor, units, asked.kind)
    names = queries.named(session, found)
    return [ConcernSeen.of(row, names.get(row.unit_id, "")) for row in found]


@door.get("/usual-answers")
def usual_answers(session: Unit, actor: Signed) -> list[UsualAnswerOut]:
    """The sentences of the office for its usual answers."""
    return [UsualAnswerOut.of(row) for row in queries.usual_answers(session, actor)]


@door.post("/usual-answers")
def write_usual_answer(session: Unit, actor: Signed, asked: NewUsualAnswer) -> UsualAnswerOut:
    """Write one."""
    return UsualAnswerOut.of(actions.write_usual(session, actor, asked))


@door.post("/usual-answers/{usual_answer_id}/removals")
def remove_usual_answer(session: Unit, actor: Signed, usual_answer_id: UrlId) -> UsualAnswerOut:
    """Offer it no more."""
    return UsualAnswerOut.of(actions.remove_usual(session, actor, usual_answer_id))


@door.get("/photos/{photo_id}", response_class=Response, responses=gives(*sorted(IMAGES)))
def photo(session: Unit, actor: Signed, photo_id: UrlId) -> Response:
    """A photo itself."""
    found = queries.photo(session, actor, photo_id)
    return file_taken(session, found.sha256, found.kind, found.name)


@door.post("/photos/{photo_id}/removals")
def remove_photo(session: Unit, actor: Signed, photo_id: UrlId) -> ConcernMovedTo:
    """Take a photo away for good."""
    return ConcernMovedTo.of(actions.remove_photo(session, actor, photo_id))


@door.get("/{concern_id}/photos")
def photos(session: Unit, actor: Signed, concern_id: UrlId) -> list[PhotoOut]:
    """The photos of a view."""
    return [PhotoOut.of(each) for each in queries.photos(session, queries.concern(session, actor, concern_id))]


@door.post("/{concern_id}/photos")
def add_photo(
    session: Unit,
    actor: Signed,
    concern_id: UrlId,
    file: UploadFile,
    recognised: Annotated[YesNo | None, Form()] = None,
) -> PhotoOut:
    """Add one, of which whoever adds it says that nobody can be recognised on it."""
    handed = Handed(file.file.read(), file.filename or "")
    (added,) = actions.add_photos(session, actor, concern_id, [handed], Recognised(recognised=recognised))
    return PhotoOut.of(added)


@door.get("/{concern_id}")
def concern(session: Unit, actor: Signed, concern_id: UrlId) -> ConcernWhole:
    """One view, with what may be done next."""
    row = queries.concern(session, actor, concern_id)
    steps = [str(step) for step in queries.steps_open(session, actor, row)]
    return ConcernWhole.of(row, queries.named(session, [row]).get(row.unit_id, ""), steps=steps)


@door.post("/{concern_id}/settlements")
def settle(session: Unit, actor: Signed, concern_id: UrlId, asked: Said) -> ConcernMovedTo:
    """It was settled on the spot."""
    return ConcernMovedTo.of(actions.settle(session, actor, concern_id, asked))


@door.post("/{concern_id}/submissions")
def pass_on(session: Unit, actor: Signed, concern_id: UrlId) -> ConcernMovedTo:
    """Pass it on."""
    return ConcernMovedTo.of(actions.pass_on(session, actor, concern_id))


@door.post("/{concern_id}/acceptances")
def accept(session: Unit, actor: Signed, concern_id: UrlId) -> ConcernMovedTo:
    """Take it up."""
    return ConcernMovedTo.of(actions.accept(session, actor, concern_id))


@door.post("/{concern_id}/returns")
def give_back(session: Unit, actor: Signed, concern_id: UrlId, asked: Said) -> ConcernMovedTo:
    """Give it back."""
    return ConcernMovedTo.of(actions.give_back(session, actor, concern_id, asked))


@door.post("/{concern_id}/designations")
def designate(session: Unit, actor: Signed, concern_id: UrlId, asked: Designation) -> ConcernMovedTo:
    """Say whose it is."""
    return ConcernMovedTo.of(actions.designate(session, actor, concern_id, asked))


@door.post("/{concern_id}/escalations")
def pass_up(session: Unit, actor: Signed, concern_id: UrlId, asked: Said) -> ConcernMovedTo:
    """Pass it up to the township."""
    return ConcernMovedTo.of(actions.pass_up(session, actor, concern_id, asked))


@door.post("/{concern_id}/transfers")
def send_out(session: Unit, actor: Signed, concern_id: UrlId, asked: Outside) -> ConcernMovedTo:
    """Hand it to a department or a hotline."""
    return ConcernMovedTo.of(actions.send_out(session, actor, concern_id, asked))


@door.post("/{concern_id}/answers")
def answer(session: Unit, actor: Signed, concern_id: UrlId, asked: Answer) -> ConcernMovedTo:
    """Answer it."""
    return ConcernMovedTo.of(actions.answer(session, actor, concern_id, asked))


@door.post("/{concern_id}/tellings")
def tell(session: Unit, actor: Signed, concern_id: UrlId, asked: Telling) -> ConcernMovedTo:
    """The answer was brought back."""
    return ConcernMovedTo.of(actions.tell(session, actor, concern_id, asked))


@door.post("/{concern_id}/closings")
def close(session: Unit, actor: Signed, concern_id: UrlId, asked: Closing) -> ConcernMovedTo:
    """Close it."""
    return ConcernMovedTo.of(actions.close(session, actor, concern_id, asked))


@door.post("/{concern_id}/reopenings")
def reopen(session: Unit, actor: Signed, concern_id: UrlId, asked: Said) -> ConcernMovedTo:
    """There are new facts."""
    return ConcernMovedTo.of(actions.reopen(session, actor, concern_id, asked))


@door.post("/{concern_id}/mergers")
def merge(session: Unit, actor: Signed, concern_id: UrlId, asked: Merging) -> ConcernMovedTo:
    """Merge it into another one."""
    return ConcernMovedTo.of(actions.merge(session, actor, concern_id, asked))


@door.post("/{concern_id}/withdrawals")
def withdraw(session: Unit, actor: Signed, concern_id: UrlId, asked: Said) -> ConcernMovedTo:
    """Withdraw it."""
    return ConcernMovedTo.of(actions.withdraw(session, actor, concern_id, asked))


@door.post("/{concern_id}/remarks")
def remark(session: Unit, actor: Signed, concern_id: UrlId, asked: Said) -> ConcernMovedTo:
    """Write something on it."""
    return ConcernMovedTo.of(actions.remark(session, actor, concern_id, asked))


@door.post("/{concern_id}/extensions")
def ask_for_time(session: Unit, actor: Signed, concern_id: UrlId, asked: MoreTime) -> ConcernMovedTo:
    """Ask for more time."""
    return ConcernMovedTo.of(actions.ask_for_time(session, actor, concern_id, asked))


@door.post("/{concern_id}/extensions/grants")
def grant_time(session: Unit, actor: Signed, concern_id: UrlId) -> ConcernMovedTo:
    """Grant it."""
    return ConcernMovedTo.of(actions.grant_time(session, actor, concern_id))


@door.post("/{concern_id}/extensions/refusals")
def refuse_time(session: Unit, actor: Signed, concern_id: UrlId, asked: Why) -> ConcernMovedTo:
    """Do not."""
    return ConcernMovedTo.of(actions.refuse_time(session, actor, concern_id, asked))


@door.post("/{concern_id}/follow-ups")
def say_whether_it_holds(session: Unit, actor: Signed, concern_id: UrlId, asked: Holding) -> ConcernMovedTo:
    """Whether it is still so."""
    return ConcernMovedTo.of(actions.say_whether_it_holds(session, actor, concern_id, asked))


@door.post("/{concern_id}/placings")
def place(session: Unit, actor: Signed, concern_id: UrlId, asked: Placing) -> ConcernMovedTo:
    """Say in which cell of the grid it is now."""
    return ConcernMovedTo.of(actions.place(session, actor, concern_id, asked))


@door.post("/{concern_id}/blackenings")
def blacken(session: Unit, actor: Signed, concern_id: UrlId, asked: Blackening) -> ConcernMovedTo:
    """Take words out of it."""
    return ConcernMovedTo.of(actions.blacken(session, actor, concern_id, asked.words))
