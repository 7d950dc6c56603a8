"""Writing a notice: a draft, changed until it is sent, with its files; and what goes in its place later."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert

from services.notify.circulars import queries
from services.notify.circulars.models import Attachment, Circular, CircularUnit
from services.notify.circulars.rules import (
    FILES_MAX,
    MOVES,
    OFFICE,
    POSTS,
    SORT,
    Stage,
    Step,
    check_days,
    check_posts,
    check_words,
    hour,
)
from services.notify.circulars.schemas import Written
from shared import attachments, clock
from shared.access import Actor
from shared.attachments import Bearer
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.events import CircularFileChanged, CircularMoved
from shared.files import Handed
from shared.moves import Moved
from shared.people import Unit
from shared.roles import Role

REFUSAL = f"一份通知最多 {FILES_MAX} 个附件，请先移除不需要的。"


def write(
    session: Session, actor: Actor, asked: Written, handed: Sequence[Handed] = (), *, unit_id: int | None = None
) -> Circular:
    """A draft in the name of an office, with its files: nobody else sees it."""
    office = queries.office_of(session, actor, unit_id)
    _check(session, office, asked)
    made = Circular(
        township_id=office.township_id or office.id,
        unit_id=office.id,
        stage=Stage.DRAFT,
        written_by=actor.account_id,
        written_at=clock.now(session),
        **_columns(asked),
    )
    session.add(made)
    session.flush()
    _tick(session, made, asked.units)
    announce(session, CircularMoved(unit_id=office.id, circular_id=made.id, change="written"), by=actor)
    _add_files(session, actor, made, handed)
    return made


def change(session: Session, actor: Actor, circular_id: int, asked: Written, handed: Sequence[Handed] = ()) -> Circular:
    """Another text of a draft. What goes in the place of another goes to those who have that."""
    found = queries.circular_to_change(session, actor, circular_id)
    moved = moved_by(actor, found, Step.CHANGE)
    if found.corrects is not None:
        ticked = queries.units_of(session, found.id)
        asked = asked.model_copy(update={"posts": tuple(map(Role, found.posts)), "units": tuple(ticked)})
    office = queries.office_of(session, actor, found.unit_id)
    _check(session, office, asked, ticked_anyway=found.corrects is not None)
    for name, value in _columns(asked).items():
        setattr(found, name, value)
    session.execute(delete(CircularUnit).where(CircularUnit.circular_id == found.id))
    _tick(session, found, asked.units)
    announce(
        session, CircularMoved(unit_id=found.unit_id, circular_id=found.id, change="changed"), by=actor, moved=moved
    )
    _add_files(session, actor, found, handed)
    return found


def drop(session: Session, actor: Actor, circular_id: int) -> Circular:
    """A draft that nobody wants."""
    found = queries.circular_to_change(session, actor, circular_id)
    moved = moved_by(actor, found, Step.DROP)
    found.stage = moved.after
    announce(
        session, CircularMoved(unit_id=found.unit_id, circular_id=found.id, change="dropped"), by=actor, moved=moved
    )
    return found


def begin_correction(session: Session, actor: Actor, circular_id: int) -> Circular:
    """A draft of what is to go in the place of a notice, which stands until that is sent; begun once."""
    found = queries.circular_to_change(session, actor, circular_id)
    moved_by(actor, found, Step.CORRECT)
    begun = queries.correction_of(session, actor, found.id)
    if begun is not None:
        return begun
    kept = ("township_id", "unit_id", "title", "body", "posts", "wants_receipt", "urgent", "due_on", "meets")
    kept += ("meets_on", "meets_at", "place")
    made = Circular(
        **{name: getattr(found, name) for name in kept},
        stage=Stage.DRAFT,
        written_by=actor.account_id,
        written_at=clock.now(session),
        corrects=found.id,
        first_id=found.first_id or found.id,
    )
    session.add(made)
    session.flush()
    _tick(session, made, queries.units_of(session, found.id))
    _copy_files(session, actor, found, made)
    announce(session, CircularMoved(unit_id=made.unit_id, circular_id=made.id, change="written"), by=actor)
    return made


def moved_by(actor: Actor, found: Circular, step: Step) -> Moved:
    """A step of a notice, taken by whoever holds the office in whose name it is."""
    roles = actor.roles_over(found.unit_id) & OFFICE
    if not roles:
        raise NotYours("这份通知由起草的单位办理，您没有这个职务。")
    return MOVES.move(found.stage, step, roles=roles)


# --- files ---


def attach(session: Session, actor: Actor, circular_id: int, handed: Sequence[Handed]) -> list[Attachment]:
    """Attach files to a draft."""
    found = queries.circular_to_change(session, actor, circular_id)
    moved_by(actor, found, Step.CHANGE)
    return _add_files(session, actor, found, handed)


def remove_file(session: Session, actor: Actor, file_id: int) -> Circular:
    """Take a file away from a draft: what was sent stays as it was sent."""
    file = queries.file(session, actor, file_id)
    found = queries.circular_to_change(session, actor, file.thing_id)
    if found.stage != Stage.DRAFT:
        raise OutOfOrder("已经发出的通知，附件不能移除；要改，请发更正。")
    moved_by(actor, found, Step.CHANGE)
    fact = CircularFileChanged(unit_id=found.unit_id, circular_id=found.id, file_id=file.id, change="removed")
    attachments.remove(session, actor, file, fact)
    return found


def _add_files(session: Session, actor: Actor, found: Circular, handed: Sequence[Handed]) -> list[Attachment]:
    if not handed:
        return []
    bearer = Bearer(SORT, found.id, found.unit_id, FILES_MAX, REFUSAL)

    def told(file_id: int) -> CircularFileChanged:
        return CircularFileChanged(unit_id=found.unit_id, circular_id=found.id, file_id=file_id, change="added")

    return attachments.add(session, actor, Attachment, bearer, handed, told=told)


COPIED = ("sort", "unit_id", "sha256", "kind", "size", "name")


def _copy_files(session: Session, actor: Actor, before: Circular, after: Circular) -> None:
    """The same files under the other notice: nothing is stored twice."""
    for file in queries.files(session, actor, [before.id]):
        same = {name: getattr(file, name) for name in COPIED}
        session.add(Attachment(**same, thing_id=after.id, added_by=actor.account_id, added_at=clock.now(session)))
    session.flush()


# --- what was asked ---


def _columns(asked: Written) -> dict[str, object]:
    """What was written, as columns; without a meeting it has neither hour nor place."""
    meeting = asked.meets is not None
    return {
        "title": " ".join(asked.title.split()),
        "body": asked.body,
        "posts": [post.value for post in POSTS if post in asked.posts],
        "wants_receipt": asked.wants_receipt,
        "urgent": asked.urgent,
        "due_on": asked.due_on,
        "meets": asked.meets,
        "meets_on": asked.meets_on if meeting else None,
        "meets_at": hour(asked.meets_at) if meeting and asked.meets_at else "",
        "place": asked.place if meeting else "",
    }


def _check(session: Session, office: Unit, asked: Written, *, ticked_anyway: bool = False) -> None:
    """Refuse what cannot be told so, each at its field."""
    check_words(" ".join(asked.title.split()), asked.body)
    check_posts(asked.posts, asked.meets)
    if asked.meets is not None and asked.meets_on is None:
        raise Invalid("请填写会议日期；不是会议通知的，会议一栏请选“不是会议”。", field="meets_on")
    today = clock.today(session)
    meets_on = asked.meets_on if asked.meets is not None else None
    check_days(wants_receipt=asked.wants_receipt, due_on=asked.due_on, meets_on=meets_on, today=today)
    if not ticked_anyway:
        _check_units(session, office, asked)


def _check_units(session: Session, office: Unit, asked: Written) -> None:
    """Some are ticked, all of them below the office, each living today."""
    if not asked.units:
        raise Invalid("请勾选收件单位。", field="units")
    strange = set(asked.units) - {place.id for place in queries.places_below(session, office)}
    if strange:
        raise Invalid("勾选的单位里有的不在您的管理范围内，或者已经撤销，请重新勾选。", field="units")


def _tick(session: Session, found: Circular, units: Iterable[int]) -> None:
    rows = [{"circular_id": found.id, "unit_id": unit_id} for unit_id in sorted(set(units))]
    session.execute(insert(CircularUnit), rows)
