"""Receipts: given by whoever was told, or recorded where they came back on paper; and what leaves as a file."""

from collections.abc import Sequence
from datetime import date

from services.notify.circulars import queries
from services.notify.circulars.models import Attachment, Circular
from services.notify.circulars.rules import OFFICE, SORT, Stage
from services.notify.circulars.writers import Slip
from services.notify.messages import actions as messages
from services.notify.messages.models import Message
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours, OutOfOrder, OutOfReach
from shared.events import PaperTaken, ReceiptRecorded
from shared.files import IMAGES
from shared.roles import Role

NOBODY = "勾选的职务里有空缺的，没有人能回执：等有人任职再登记。"
PAPERS_OVER = "这份通知已经撤回或者更正，不用再登记回执。"


def give_receipt(session: Session, actor: Actor, circular_id: int) -> int:
    """Whoever was told confirms it, in all the posts in which he was; returns how many receipts that are."""
    found = queries.circular(session, actor, circular_id)
    own = [each.id for each in queries.own_messages(session, actor, found)]
    if not own:
        raise NotYours("这份通知没有发给您本人，不用您回执。")
    if found.stage != Stage.SENT:
        raise OutOfOrder("这份通知已经撤回或者更正，不用再回执。")
    if not found.wants_receipt:
        raise Invalid("这份通知不要求回执。")
    return len(messages.acknowledge_messages(session, actor, own))


def record_on_paper(
    session: Session, actor: Actor, circular_id: int, message_ids: Sequence[int], paper_on: date
) -> list[Message]:
    """Slips that came back: of the posts to which these messages went. Those that gave a receipt already keep it."""
    found = queries.circular_to_change(session, actor, circular_id)
    if found.stage != Stage.SENT or not found.wants_receipt:
        raise OutOfOrder(PAPERS_OVER if found.stage != Stage.SENT else "这份通知不要求回执。")
    _check_day(session, found, paper_on)
    rows = queries.waiting_messages(session, found, message_ids)
    if {each.id for each in rows}.issuperset(message_ids) is False:
        raise OutOfReach
    _refuse_unless_above(session, actor, found, rows)
    rows = _of_somebody(rows)
    given = {(each.unit_id, each.telling) for each in rows if each.acknowledged_at is not None}
    done: dict[tuple[int, str], Message] = {}
    for each in rows:
        post = (each.unit_id, each.telling)
        if post not in given and (post not in done or done[post].passed_to is not None):
            done[post] = each
    if not done:
        raise Conflict("这些回执早已登记过。")
    for each in done.values():
        _record(session, actor, found, each, paper_on)
    session.flush()
    messages.let_notices_rest(session, [each.id for each in done.values()])
    return list(done.values())


def _of_somebody(rows: Sequence[Message]) -> list[Message]:
    """Those that somebody has; refused where one of the posts is held by nobody, who could not have signed."""
    held = [each for each in rows if each.person_id is not None]
    if {(each.unit_id, each.telling) for each in rows} - {(each.unit_id, each.telling) for each in held}:
        raise OutOfOrder(NOBODY)
    return held


def _record(session: Session, actor: Actor, found: Circular, message: Message, paper_on: date) -> None:
    message.acknowledged_at, message.paper_on, message.paper_by = clock.now(session), paper_on, actor.account_id
    fact = ReceiptRecorded(
        unit_id=message.unit_id, circular_id=found.id, message_id=message.id, on=paper_on.isoformat()
    )
    announce(session, fact, by=actor)


def _check_day(session: Session, found: Circular, paper_on: date) -> None:
    sent_on = clock.civil_day(found.sent_at) if found.sent_at else paper_on
    if not sent_on <= paper_on <= clock.today(session):
        raise Invalid("回执日期应在通知发出以后、今天以前，请核对。", field="paper_on")


def _refuse_unless_above(session: Session, actor: Actor, found: Circular, rows: Sequence[Message]) -> None:
    """Recorded by the office whose notice it is, and by the secretary for those in his branch; never for himself."""
    own = [each for each in rows if each.person_id is not None and each.person_id == actor.person_id]
    if any(each.passed_to is None for each in own):  # what was passed on is his successor's to give
        raise NotYours("您自己的回执请用“回执：已收到”。")
    below = set(queries.units_in_branches(session, actor))
    if not actor.roles_over(found.unit_id) & OFFICE and not {each.unit_id for each in rows} <= below:
        raise NotYours("纸质回执由发通知的单位，或者本支部的书记登记，您没有这个职务。")


# --- what leaves ---


def take_file(session: Session, actor: Actor, file_id: int) -> Attachment:
    """A file of a notice; that a paper was taken is told."""
    file = queries.file(session, actor, file_id)
    if file.kind not in IMAGES:
        found = queries.circular(session, actor, file.thing_id)
        about = told_about(session, actor, found)
        fact = PaperTaken(unit_id=about, paper="circular", form=file.kind, sort=SORT, thing_id=found.id)
        announce(session, fact, by=actor)
    return file


def told_about(session: Session, actor: Actor, found: Circular) -> int:
    """Where its office is in his reach, that; else the unit in whose post he was told it, or his own."""
    own = [each.unit_id for each in queries.own_messages(session, actor, found)]
    held = [unit_id for _, unit_id in actor.posts]
    over = {found.unit_id, found.township_id} & set(held)
    return found.unit_id if over else (own or held)[0]


def over_whom(session: Session, actor: Actor, circular_id: int) -> tuple[Circular, list[queries.Line]]:
    """A notice with how it stands with those over whom somebody stands; refused where it was told to none of them."""
    found = queries.circular(session, actor, circular_id)
    lines = queries.lines(session, actor, found)
    if not lines:
        raise OutOfOrder("这份通知还没有发出，或者没有发给您管理的单位。")
    return found, lines


def for_paper(lines: Sequence[queries.Line], *, without_account: bool) -> list[Slip]:
    """Who is to have it on paper, each post once: all who have given no receipt, or of them who cannot read it here."""
    given = {(line.unit_id, line.post) for line in lines if line.acknowledged_at is not None}
    chosen: dict[tuple[int, str], queries.Line] = {}
    for line in lines:
        if (
            (line.unit_id, line.post) not in given
            and line.person_id
            and not line.passed
            and not (without_account and line.account)
        ):
            chosen.setdefault((line.unit_id, line.post), line)
    if not chosen:
        raise OutOfOrder("没有要打印的：都有账号，或者已经回执。要全部打印，请选“给所有没有回执的打印”。")
    return [Slip(line.unit, Role(line.post).chinese, line.person or "", line.message_id) for line in chosen.values()]
