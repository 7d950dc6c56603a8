"""Writing a record: the hot path, in three statements beside the history's."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text

from services.activities.ledger import queries
from services.activities.ledger.queries import RollOfDay
from services.activities.ledger.rules.attendance import Absence, Attendance, AttendanceList, attendance_of
from services.activities.ledger.rules.kinds import OF_BRANCHES, OF_WHOLE_BRANCH, Kind
from services.activities.ledger.rules.stages import KINDS_SAID, LEADERS, MOVES, WAITS, WRITERS, Stage, Step
from services.activities.ledger.rules.words import day_said
from services.activities.ledger.schemas import ActivityForm
from services.activities.register import queries as register
from shared import clock, rule_versions
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours
from shared.events import ActivityRecorded, ActivitySubmitted
from shared.rulebase import RuleBook
from shared.switches import require_on
from shared.systems import System
from shared.todos import Thing
from shared.waiting import follow


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody writes about an activity.

    Whoever is not named absent was there, but for those whom a circumstance keeps away: they are absent unless they
    stand in `came`, as do guests from other groups.
    """

    kind: Kind
    held_on: date
    place: str = ""
    topic: str = ""
    speaker: str = ""
    guests: str = ""
    content: str = ""
    minutes: int = 0
    chair_id: int | None = None
    recorder_id: int | None = None
    absent: Mapping[int, Absence] = field(default_factory=dict)
    came: Sequence[int] = ()
    again: bool = False  # another one of that kind on that day is meant


def draft_of(form: ActivityForm) -> Draft:
    """What was written in a form."""
    return Draft(
        kind=form.kind,
        held_on=form.held_on,
        place=form.place,
        topic=form.topic,
        speaker=form.speaker,
        guests=form.guests,
        content=form.content,
        minutes=form.minutes,
        chair_id=form.chair_id,
        recorder_id=form.recorder_id,
        absent=form.absences(),
        came=form.came,
        again=form.again,
    )


@dataclass(frozen=True)
class Recorded:
    """What was written."""

    id: int
    stage: str
    expected: int
    present: int


# One statement: the record and its whole list.
WRITE = text("""
    with written as (
      insert into activities.activity (group_id, branch_id, township_id, group_ids, kind, held_on, place, chair_id,
        recorder_id, topic, speaker, guests, content, minutes, stage, expected, present, source_key, written_by,
        submitted_at)
      values (:group_id, :branch_id, :township_id, cast(:group_ids as bigint[]), :kind, :held_on, :place, :chair_id,
        :recorder_id, :topic, :speaker, :guests, :content, :minutes, :stage, :expected, :present, :source_key,
        :written_by, case when :stage = 'submitted' then office.now() end)
      on conflict (source_key) do nothing returning id),
    listed as (
      insert into activities.attendance (activity_id, person_id, group_id, state, counted, reason, reason_text)
      select written.id, x.person_id, x.group_id, x.state, x.counted, x.reason, x.words
      from written, unnest(cast(:people as bigint[]), cast(:rolls as bigint[]), cast(:states as text[]),
        cast(:counted as boolean[]), cast(:reasons as text[]), cast(:words as text[]))
        as x(person_id, group_id, state, counted, reason, words))
    select id from written""")


def record_activity(
    session: Session, actor: Actor, group_id: int, draft: Draft, *, submitted: bool = False, key: str | None = None
) -> Recorded:
    """Write a record, as a draft or handed in at once. The same `key` of the same account writes it once.

    `group_id` may be a branch: then it is one record of all its groups, with a roll for each.
    """
    roll = queries.roll_of_day(session, actor, group_id, draft.held_on, draft.kind)
    roles = actor.roles_over(roll.group_id, roll.branch_id, roll.township_id)
    if not roles & WRITERS:
        raise NotYours("活动由党小组长、副组长或支部书记记录，您没有这个职务。")
    require_on(session, System.GROUP_LIFE, roll.township_id)
    source_key = f"account:{actor.account_id}:{key}" if key else None
    if source_key and queries.by_source(session, actor, source_key):
        return _written_before(session, actor, source_key)
    check(session, actor, roll, draft)
    attendance = list_of(roll, draft)
    moved = MOVES.move(Stage.DRAFT, Step.SUBMIT, roles=roles) if submitted else None
    stage = moved.after if moved else Stage.DRAFT
    about = {"stage": str(stage), "source_key": source_key, "written_by": actor.account_id}
    activity_id = session.scalar(WRITE, about | whole_of(roll, draft, attendance))
    if activity_id is None:
        return _written_before(session, actor, source_key or "")
    if moved:
        fact = ActivitySubmitted(unit_id=roll.group_id, activity_id=activity_id)
        announce(session, fact, by=actor, moved=moved)
        leads = bool(actor.roles_over(roll.group_id) & LEADERS)
        follow(session, WAITS, moved, [Thing(fact.subject, roll.group_id, actor.account_id if leads else None)])
    else:
        announce(session, ActivityRecorded(unit_id=roll.group_id, activity_id=activity_id), by=actor)
    return Recorded(activity_id, str(stage), attendance.expected, attendance.present)


def whole_of(roll: RollOfDay, draft: Draft, attendance: AttendanceList) -> dict[str, Any]:
    """Where it belongs, what was written, and the list."""
    return {
        "group_id": roll.group_id,
        "branch_id": roll.branch_id,
        "township_id": roll.township_id,
        "group_ids": counts_in(roll, attendance),
        **columns_of(draft),
        **figures_of(attendance),
        **arrays_of(roll, attendance.lines),
    }


def check(
    session: Session, actor: Actor, roll: RollOfDay, draft: Draft, *, known: AbstractSet[int] = frozenset()
) -> None:
    """Refuse what cannot have been: a day to come, a group that was not there, people who were not in it.

    `known`: who stands on the record already, wherever he belongs now.
    """
    if draft.held_on > clock.today(session):
        raise Invalid("活动日期在今天以后，请核对。", field="held_on")
    if draft.held_on < roll.founded_on or (roll.dissolved_on and draft.held_on >= roll.dissolved_on):
        raise Invalid(f"{roll.name}在{draft.held_on}还没有成立，或者已经撤销，请核对日期。", field="held_on")
    refuse_kind(roll, draft.kind)
    if not roll.members >= draft.absent.keys():
        raise Invalid("缺席名单里有人当天不在这个党小组，请核对。", field="absent")
    if roll.twins and not draft.again:
        raise Conflict(_twins_said(roll, draft), field="again")
    if set(draft.absent) & set(draft.came):
        raise Invalid("同一个人不能既缺席又到会。", field="came")
    for field_name, person_id in (("chair_id", draft.chair_id), ("recorder_id", draft.recorder_id)):
        if person_id is not None and person_id not in roll.members | known | {actor.person_id}:
            register.person_in_reach(session, actor, person_id, field=field_name)
    for guest in set(draft.came) - roll.members - known:
        register.person_in_reach(session, actor, guest, field="came")


def refuse_kind(roll: RollOfDay, kind: Kind) -> None:
    """Refuse a kind that the unit does not hold: a group no branch meeting, a branch with groups no group's meeting."""
    if roll.branch_id != roll.group_id and kind in OF_BRANCHES:
        raise Invalid(f"{KINDS_SAID[kind]}是支部的会议，请由支部书记在“整个支部”里写。", field="kind")
    if roll.groups and kind not in (*OF_WHOLE_BRANCH, *OF_BRANCHES):
        raise Invalid(f"{KINDS_SAID[kind]}由各党小组分别写，请先选择党小组。", field="kind")
    if kind == Kind.COMMITTEE_MEETING and not roll.members:
        raise Invalid("那一天名册里没有支部委员，请先登记支部书记和支部委员的任职。", field="kind")


def _twins_said(roll: RollOfDay, draft: Draft) -> str:
    """That there is a record of that kind and day already, and what to do."""
    named = "、".join(name for group_id, name in roll.groups.items() if group_id in roll.twins)
    said = f"{named}自己写过" if named and roll.group_id not in roll.twins else "已经有"
    return (
        f"{day_said(draft.held_on)}{said}{KINDS_SAID[draft.kind]}的记录，再写一条会多计一次。"
        "是同一次，请打开那条记录更正；确实又开了一次，请勾选“确实是另一次”。"
    )


def counts_in(roll: RollOfDay, attendance: AttendanceList) -> list[int] | None:
    """Of a meeting of a branch with groups: the units of whose roll somebody was expected; None for any other."""
    if not roll.groups:
        return None
    return sorted({roll.place_of(line.person_id) for line in attendance.lines if line.counted})


def list_of(roll: RollOfDay, draft: Draft) -> AttendanceList:
    """The whole list, under the rule in force on the day."""
    exempt = roll.exempt(exempt_kinds(draft.held_on, rule_versions.book_in(roll.rules)))
    kept_away = {person_id: Absence(kind) for person_id, kind in roll.hindered if person_id in exempt}
    absent = {**{key: why for key, why in kept_away.items() if key not in draft.came}, **draft.absent}
    return attendance_of(roll.members, exempt, absent, guests=draft.came)


def exempt_kinds(day: date, book: RuleBook) -> frozenset[str]:
    """The circumstances in which nothing is asked of a member (党员教育管理工作条例 23), as the rules say on a day."""
    return frozenset(book.on(day).words(queries.EXEMPT))


def columns_of(draft: Draft) -> dict[str, Any]:
    """What was written, as columns."""
    return {
        "kind": draft.kind.value,
        "held_on": draft.held_on,
        "place": draft.place.strip(),
        "topic": draft.topic.strip(),
        "speaker": draft.speaker.strip(),
        "guests": draft.guests.strip(),
        "content": draft.content.strip(),
        "minutes": draft.minutes,
        "chair_id": draft.chair_id,
        "recorder_id": draft.recorder_id,
    }


def figures_of(attendance: AttendanceList) -> dict[str, int]:
    """The two figures of the list."""
    return {"expected": attendance.expected, "present": attendance.present}


def arrays_of(roll: RollOfDay, lines: Sequence[Attendance]) -> dict[str, list[Any]]:
    """The list as arrays, one a column."""
    return {
        "people": [line.person_id for line in lines],
        "rolls": [roll.place_of(line.person_id) for line in lines],
        "states": [str(line.state) for line in lines],
        "counted": [line.counted for line in lines],
        "reasons": [line.reason for line in lines],
        "words": [line.reason_text for line in lines],
    }


def _written_before(session: Session, actor: Actor, source_key: str) -> Recorded:
    """What the same key wrote earlier."""
    activity = queries.by_source(session, actor, source_key)
    if activity is None:
        raise Conflict("这个键已经用于另一条记录。")
    return Recorded(activity.id, activity.stage, activity.expected, activity.present)
