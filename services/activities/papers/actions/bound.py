"""One record as it is bound, and the quarterly books of a branch."""

from __future__ import annotations

from services.activities.ledger import queries as ledger
from services.activities.ledger.models import Activity
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import KINDS_SAID, STAGES_SAID, Attended
from services.activities.ledger.rules.words import day_said, hours_said
from services.activities.papers import queries, rules
from services.activities.papers.outside import printed_record
from services.activities.workbook import queries as workbook
from services.activities.workbook.outside import printed_books
from services.activities.workbook.rules.books import Quarter
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict
from shared.events import PaperTaken
from shared.papers.catalogue import RECORD
from shared.papers.kinds import Filled
from shared.papers.press import Made, own
from shared.roles import Role

# --- one record, and the books of a branch ---


def take_record(session: Session, actor: Actor, activity_id: int, *, own_form: bool = False, version: int = 0) -> Made:
    """One record in prose, as it is bound: in print, or in the office's own form, by `version` a former one."""
    record = ledger.activity_in_reach(session, actor, activity_id)
    filled = fill_record(session, actor, record)
    used = None
    if own_form:
        used, data = own(session, RECORD, record.township_id, [filled], version=version)
        made = Made(str(filled.values["title"]), used.form, data)
    else:
        made = Made(str(filled.values["title"]), "pdf", printed_record(filled, made_at=clock.now(session)))
    fact = PaperTaken(
        unit_id=_taken_in(actor, record),
        paper="record",
        form=made.form,
        sort="activity",
        thing_id=record.id,
        template_id=used.id if used else 0,
        of_version=used.version if used else 0,
    )
    announce(session, fact, by=actor)
    return made


def _taken_in(actor: Actor, record: Activity) -> int:
    """The unit of the record, or of a whole branch's the group of a leader who sees no more of it."""
    own = sorted({*(record.group_ids or ())} & {*actor.units_as(Role.LEADER, Role.DEPUTY)})
    over = actor.roles_over(record.group_id, record.branch_id, record.township_id) & {*ledger.SEES}
    return own[0] if own and not over else record.group_id


def fill_record(session: Session, actor: Actor, record: Activity) -> Filled:
    """What the paper of a record says."""
    lists, names = queries.lists(session, actor, [record])
    roll = lists[record.id]
    branch, group = queries.places_of(session, actor, [record], record.held_on).get(record.group_id, ("", ""))
    here = [each for each in roll.people if each.state == Attended.PRESENT]
    away = [each for each in roll.people if each.state != Attended.PRESENT]
    kind = KINDS_SAID[Kind(record.kind)]
    return Filled(
        {
            "title": f"{branch}{group}{kind}记录",
            "township": queries.name_of(session, record.township_id, record.held_on),
            "branch": branch,
            "group": group or branch,
            "kind": kind,
            "day": day_said(record.held_on),
            "place": record.place,
            "chair": names.people.get(record.chair_id or 0, ""),
            "recorder": names.people.get(record.recorder_id or 0, ""),
            "expected": roll.expected,
            "present": roll.present,
            "present_names": "、".join(each.name for each in here if each.counted),
            "guests": "、".join(each.name for each in here if not each.counted),
            "absent": rules.absent_said(each for each in away if each.counted),
            "apart": rules.absent_said(each for each in away if not each.counted),
            "topic": record.topic,
            "content": record.content,
            "hours": hours_said(record.minutes) if record.minutes else "",
            "confirmed": names.accounts.get(record.confirmed_by or 0, ""),
            "stage": STAGES_SAID[record.stage],
        }
    )


def take_books(session: Session, actor: Actor, branch_id: int, year: int, quarter: int = 0) -> Made:
    """The quarterly books of a branch's groups in one file: of a quarter, or of all that have begun in a year."""
    today = clock.today(session)
    quarters = [Quarter(year, number) for number in ([quarter] if quarter else range(1, 5))]
    begun = [each for each in quarters if each.starts_on <= today]
    if not begun:
        raise Conflict("这个季度还没有开始，没有工作册可以打印。")
    pairs = [
        (group, each)
        for each in begun
        for group in queries.groups_with_books(session, actor, branch_id, each.starts_on)
    ]
    pairs.sort(key=lambda pair: (pair[0].sort_key, pair[0].id))
    books = [workbook.book(session, actor, group.id, each) for group, each in pairs]
    data = printed_books(books, made_at=clock.now(session))
    said = begun[0].said if quarter else f"{year}年"
    fact = PaperTaken(
        unit_id=branch_id, paper="books", form="pdf", sort="books", thing_id=branch_id, year=year, quarter=quarter
    )
    announce(session, fact, by=actor)
    return Made(f"{books[0].branch}{said}工作册（{len(books)}本）", "pdf", data)
