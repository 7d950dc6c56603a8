"""Mobile members and members in need: put on a list, met or visited in one tap, taken off it.

Of whoever is out a contact is owed every so many months; some time before, it stands on the secretary's desk.
"""

import json
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import delete

from services.activities.register import queries
from services.activities.register.actions.people import end_circumstance, set_circumstance
from services.activities.register.actions.units import KEEPS_REGISTER, require, still_there
from services.activities.register.models import Care, CareEntry, MemberAct
from services.activities.register.queries.care import groups_to_join, met_since
from services.activities.register.rules.care import AHEAD, OF_MEMBERS, Looked, Sort, check
from shared import clock, privacy
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.events import CareChanged, GuestNumberShown
from shared.people import Unit, UnitKind
from shared.roles import Role
from shared.tables import match_group
from shared.todos import Thing
from shared.waiting import begin_waiting, close

OWED = "activities.contact"
NEXT = timedelta(days=1)
LOOKS_AFTER = KEEPS_REGISTER | {Role.SECRETARY}


def look_after(session: Session, actor: Actor, person_id: int, asked: Looked) -> Care:
    """A member is out, or in need; whoever is out is not expected from that day."""
    person = queries.person_in_reach(session, actor, person_id)
    unit = queries.unit_in_reach(session, actor, person.unit_id)
    require(actor, unit, LOOKS_AFTER)
    if asked.sort not in OF_MEMBERS:
        raise Invalid("流入的党员请在支部的名单里登记。", field="sort")
    queries.member_to_change(session, actor, person_id)
    told = check(asked, today=clock.today(session))
    if queries.open_membership(session, person_id) is None:
        raise Conflict(f"{person.name}没有编入党小组或党支部。")
    if queries.care_open(session, person_id, asked.sort):
        raise Conflict(f"{person.name}已经登记为{asked.sort.chinese}。", field="sort")
    branch = session.get_one(Unit, unit.branch_id or unit.id)
    if asked.contact_id is not None:
        _contact(session, actor, branch, asked.contact_id, person_id)
    away = None
    if asked.sort is Sort.OUT and queries.open_circumstance(session, person_id, "away") is None:
        away = set_circumstance(session, actor, person_id, "away", starts_on=asked.on)
    row = _written(session, actor, branch, asked, told, person_id=person_id)
    row.away_id = away.id if away else None
    return row


def look_after_guest(session: Session, actor: Actor, branch_id: int, asked: Looked) -> Care:
    """Somebody whose relation is elsewhere takes part here: he is no member, and nobody expects him."""
    branch = queries.unit_in_reach(session, actor, branch_id, UnitKind.BRANCH)
    require(actor, branch, LOOKS_AFTER)
    still_there(branch)
    if asked.sort is not Sort.IN:
        raise Invalid("本支部的党员请在他的个人页登记。", field="sort")
    told = check(asked, today=clock.today(session))
    if group := told.get("group"):
        told["group"] = _group(session, branch, group)
    return _written(session, actor, branch, asked, told)


def meet(session: Session, actor: Actor, care_id: int, *, on: date | None = None, note: str = "") -> Care:
    """He was contacted or visited, today where no day is given: in one tap."""
    row = _to_change(session, actor, care_id)
    day = on or clock.today(session)
    if not row.starts_on <= day <= clock.today(session):
        raise Invalid("日期应在登记那天以后、今天以前。", field="on")
    place = queries.care_place(row, "note")
    entry = CareEntry(
        care_id=row.id,
        branch_id=row.branch_id,
        on_day=day,
        note_sealed=privacy.seal(note, place=place) if note else None,
        written_by=actor.account_id,
        written_at=clock.now(session),
    )
    session.add(entry)
    row.last_on = max(row.last_on or day, day)
    _await_contact(session, [row])
    _tell(session, actor, row, "met", day)
    return row


def show_guest_number(session: Session, actor: Actor, care_id: int, *, reason: str) -> str:
    """The number of somebody from elsewhere in full, for a reason that goes into the audit with who looked."""
    row = queries.care_to_change(session, actor, care_id)
    require(actor, queries.unit_in_reach(session, actor, row.branch_id), LOOKS_AFTER)
    number = queries.told_of(row).get("phone")
    if not number:
        raise Invalid("这一项没有登记。", field="reason")
    announce(session, GuestNumberShown(unit_id=row.branch_id, care_id=row.id), by=actor, reason=reason)
    return number


def end_care(session: Session, actor: Actor, care_id: int, *, why: str, on: date | None = None) -> Care:
    """He is back, or in need no more; whoever was out is expected again."""
    row, today = _to_change(session, actor, care_id), clock.today(session)
    day = on or today
    if not row.starts_on <= day <= today + NEXT:
        raise Invalid("最后一天应在登记那天以后，不能晚于今天。", field="last_day")
    _end(session, actor, row, day, why)
    if row.sort == Sort.OUT and row.person_id and queries.open_circumstance(session, row.person_id, "away"):
        end_circumstance(session, actor, row.person_id, "away", ends_on=day)
    return row


def strike_care(session: Session, actor: Actor, care_id: int) -> None:
    """He never was on the list: refused where he was met since, or what began with it has ended."""
    row = _to_change(session, actor, care_id)
    away = queries.circumstance(session, row.away_id) if row.away_id else None
    if met_since(session, row):
        raise Conflict("登记以后又联系或走访过。")
    if away is not None and away.ends_on is not None:
        raise Conflict("登记以后又结束过外出的登记。")
    row.ends_on = row.starts_on
    _await_contact(session, [row])
    _tell(session, actor, row, "undone", row.starts_on)
    if away is not None:
        session.delete(away)
    session.execute(delete(CareEntry).where(CareEntry.care_id == row.id))
    session.delete(row)
    session.flush()


def end_with(session: Session, actor: Actor, act: MemberAct) -> None:
    """Whoever leaves is looked after no more."""
    for row in queries.care_open(session, act.person_id):
        row.ended_act_id = act.id
        _end(session, actor, row, max(row.starts_on, act.starts_on), "")


def begin_again(session: Session, actor: Actor, act: MemberAct) -> None:
    """An act was taken back: he is looked after as before."""
    for row in queries.care_ended_by(session, act.id):
        row.ends_on = row.ended_sealed = row.ended_act_id = None
        _await_contact(session, [row])
        _tell(session, actor, row, "begun", row.starts_on)


def keep_contacts(session: Session) -> None:
    """Once a day: whose next contact has come near stands on the desk, by the rules of today, and nobody else does."""
    _await_contact(session, queries.care_of_those_out(session))


def _contact(session: Session, actor: Actor, branch: Unit, contact_id: int, person_id: int) -> None:
    """A contact person or helper is somebody else of the branch or the township."""
    other = queries.person_in_reach(session, actor, contact_id)
    at = session.get_one(Unit, other.unit_id)
    if contact_id == person_id or (at.township_id or at.id) != branch.township_id:
        raise Invalid("请选择本支部或者本乡镇的另一个人。", field="contact_id")


def _group(session: Session, branch: Unit, written: str) -> str:
    """A group in which a guest takes part, as it is called now; its roll has him not."""
    names = groups_to_join(session, branch.id)
    if found := match_group(written, names, branch.name):
        return found
    may = f"可以填：{'、'.join(names)}" if names else "本支部没有划分党小组，请不要填"
    raise Invalid(f"{branch.name}没有“{written}”这个党小组，{may}。", field="group")


def _written(
    session: Session, actor: Actor, branch: Unit, asked: Looked, told: dict[str, str], *, person_id: int | None = None
) -> Care:
    row = Care(
        id=queries.next_care_id(session),
        township_id=branch.township_id,
        branch_id=branch.id,
        person_id=person_id,
        contact_id=asked.contact_id,
        sort=asked.sort,
        abroad=asked.abroad,
        starts_on=asked.on,
        written_by=actor.account_id,
        written_at=clock.now(session),
    )
    row.told_sealed = privacy.seal(json.dumps(told, ensure_ascii=False), place=queries.care_place(row, "told"))
    session.add(row)
    session.flush()
    _await_contact(session, [row])
    _tell(session, actor, row, "begun", row.starts_on)
    return row


def _to_change(session: Session, actor: Actor, care_id: int) -> Care:
    row = queries.care_to_change(session, actor, care_id)
    require(actor, queries.unit_in_reach(session, actor, row.branch_id), LOOKS_AFTER)
    if row.ends_on is not None:
        raise Conflict("这项登记已经结束，请刷新页面。")
    return row


def _end(session: Session, actor: Actor, row: Care, day: date, why: str) -> None:
    row.ends_on = day
    row.ended_sealed = privacy.seal(why, place=queries.care_place(row, "ended")) if why else None
    _await_contact(session, [row])
    _tell(session, actor, row, "ended", day)


def _await_contact(session: Session, rows: Sequence[Care]) -> None:
    """The next contact stands on the desk some time before its day, and no contact that is not owed."""
    near = clock.today(session) + AHEAD
    months = {each: queries.months_of(session, each) for each in {row.township_id for row in rows}}
    waiting, over = [], []
    for row in rows:
        due = queries.due_on(row, months[row.township_id])
        waits = due is not None and due <= near
        if waits:
            waiting.append(Thing(f"care:{row.id}", row.branch_id, due_on=due))
        elif row.waits:
            over.append(f"care:{row.id}")
        row.waits = waits
    session.flush()
    close(session, OWED, over)
    begin_waiting(session, OWED, Role.SECRETARY, waiting)


def _tell(session: Session, actor: Actor, row: Care, change: str, on: date) -> None:
    fact = CareChanged(unit_id=row.branch_id, care_id=row.id, change=change, on=on.isoformat())
    announce(session, fact, by=actor)
