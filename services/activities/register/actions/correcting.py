"""What is registered of somebody, corrected: at once, or after the organiser's nod; one's own address by oneself."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.activities.register import queries
from services.activities.register.actions.looking_over import look_over_later
from services.activities.register.actions.people import SEALED, seal_fields
from services.activities.register.actions.units import KEEPS_REGISTER, require
from services.activities.register.models import Correction
from services.activities.register.rules.correcting import MOVES, OF_STANDING, WAITS, Stage, Step, check, plain
from services.activities.register.rules.pinyin import name_key
from shared import clock, office_settings, privacy
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours
from shared.events import AddressCorrected, PersonCorrected
from shared.moves import Moved
from shared.office_settings import Key
from shared.people import Person
from shared.roles import Role
from shared.todos import Thing
from shared.waiting import follow, wait

KEEP_OWN = text("select activities.keep_own_address(cast(:phone as bytea), cast(:mail as bytea))")

DECIDES = KEEPS_REGISTER | {Role.COMMITTEE}
ADDRESS = frozenset({"phone", "mail"})


def correct_person(
    session: Session, actor: Actor, person_id: int, wanted: Mapping[str, Any], *, reason: str
) -> Correction:
    """Correct what is registered of somebody; a secretary proposes it where the township wants the organiser's nod.

    `wanted`: only what is to be otherwise. What stood before is kept, papers that were printed stay as they are.
    """
    person = queries.person_in_reach(session, actor, person_id)
    unit = queries.unit_in_reach(session, actor, person.unit_id)
    require(actor, unit, KEEPS_REGISTER | {Role.SECRETARY})
    queries.member_to_change(session, actor, person_id)
    if queries.correction_waiting(session, person_id):
        raise Conflict(f"{person.name}已有一项更正等组织委员同意，请等它办完再提。")
    changed = _changes(session, person, wanted)
    _refuse_officers(session, actor, person, changed)
    township = unit.township_id or unit.id
    row = _written(session, actor, (township, unit.id, person_id), changed, reason)
    roles = actor.roles_over(unit.id, unit.branch_id, unit.township_id)
    own = actor.person_id == person_id and bool(OF_STANDING & changed.keys())
    if not own and (
        roles & KEEPS_REGISTER or Role.SECRETARY in office_settings.words(session, Key.CORRECTS_AT_ONCE, township)
    ):
        _carry_out(session, person, row)
        _step(session, actor, row, Step.AGREE, roles)
    else:
        _tell(session, actor, row, None)
        wait(session, WAITS, row.stage, [_thing(row)])
    return row


def agree_correction(session: Session, actor: Actor, correction_id: int) -> Correction:
    """The organiser's nod: it is done."""
    row, person = _to_decide(session, actor, correction_id)
    if row.stage == Stage.ASKED:
        check(queries.contents(row, "wanted"), _known(person), today=clock.today(session))
        _carry_out(session, person, row)
    _decide(session, actor, row, Step.AGREE)
    return row


def decline_correction(session: Session, actor: Actor, correction_id: int, *, reason: str) -> Correction:
    """It is not to be, for a reason."""
    row, _ = _to_decide(session, actor, correction_id)
    row.why_not = reason
    _decide(session, actor, row, Step.DECLINE, reason=reason)
    return row


def correct_own(session: Session, actor: Actor, wanted: Mapping[str, str | None]) -> None:
    """One's own telephone and mail, by oneself."""
    person_id, unit_id, known = queries.own_address(session)
    changed = {key: value for key, value in wanted.items() if value and value != known[key]}
    if not changed:
        raise Invalid("没有改动。", field="phone")
    where = (queries.township_of(session, unit_id), unit_id, person_id)
    moved = MOVES.move(Stage.ASKED, Step.AGREE, roles=frozenset({Role.MEMBER}))
    row = _written(session, actor, where, changed, "本人更正", stage=moved.after)
    row.before_sealed = _sealed(row, "before", {key: known[key] for key in changed})
    sealed = {
        key: privacy.seal(changed[key], place=queries.sealed_place(key, person_id)) if key in changed else None
        for key in ("phone", "mail")
    }
    session.execute(KEEP_OWN, sealed)
    session.flush()
    _tell(session, actor, row, moved)


def _changes(session: Session, person: Person, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be otherwise, where it can be."""
    now = queries.values_of(person, list(wanted))
    changed = {key: value for key, value in wanted.items() if (value or None) != (now[key] or None)}
    if not changed:
        raise Invalid("没有改动，请改好再提交。", field="name")
    check(changed, _known(person), today=clock.today(session))
    if changed.get("id_number") and queries.number_known(session, changed["id_number"]):
        raise Conflict("这个身份证号码已经登记过。", field="id_number")
    return changed


def _refuse_officers(session: Session, actor: Actor, person: Person, changed: Mapping[str, Any]) -> None:
    """Where an officer is written to, nobody changes for him: alarms, too, would go where another wants them."""
    if ADDRESS & changed.keys() and actor.reach != "*" and queries.offices_of(session, person.id):
        raise NotYours("乡镇工作人员的电话和邮箱由本人在“我的记录”里更正。", field=min(ADDRESS & changed.keys()))


def _known(person: Person) -> dict[str, Any]:
    return queries.values_of(person, ["born_on", "joined_on", "full_on"])


def _written(
    session: Session,
    actor: Actor,
    where: tuple[int, int, int],
    changed: Mapping[str, Any],
    reason: str,
    *,
    stage: str = Stage.ASKED,
) -> Correction:
    """`where`: township, unit and person."""
    township_id, unit_id, person_id = where
    row = Correction(
        township_id=township_id,
        unit_id=unit_id,
        person_id=person_id,
        fields=list(changed),
        reason=reason,
        stage=stage,
        asked_by=actor.account_id,
        asked_at=clock.now(session),
    )
    row.wanted_sealed = _sealed(row, "wanted", changed)
    session.add(row)
    session.flush()
    return row


def _sealed(row: Correction, which: str, values: Mapping[str, Any]) -> bytes:
    place = queries.sealed_correction(row.person_id, which)
    return privacy.seal(json.dumps(plain(values), ensure_ascii=False), place=place)


def _carry_out(session: Session, person: Person, row: Correction) -> None:
    """Write it into the register, and keep what stood there."""
    wanted = queries.contents(row, "wanted")
    row.before_sealed = _sealed(row, "before", queries.values_of(person, row.fields))
    for field, value in wanted.items():
        if field not in SEALED:
            setattr(person, field, value)
        elif value is None:
            setattr(person, f"{field}_sealed", None)
    if "id_number" in wanted and wanted["id_number"] is None:
        person.id_number_index = None
    if "name" in wanted:
        person.pinyin = name_key(person.name)
    session.flush()
    try:
        with session.begin_nested():
            seal_fields(session, {person.id: wanted})
    except IntegrityError as taken:
        raise Conflict("这个身份证号码已经登记过。", field="id_number") from taken
    session.expire(person)


def _to_decide(session: Session, actor: Actor, correction_id: int) -> tuple[Correction, Person]:
    row = queries.correction_to_change(session, actor, correction_id)
    require(actor, queries.unit_in_reach(session, actor, row.unit_id), DECIDES)
    if row.asked_by == actor.account_id and actor is not SYSTEM:
        raise NotYours("自己提出的更正要由另一个人决定。")
    return row, queries.member_to_change(session, actor, row.person_id)


def _decide(session: Session, actor: Actor, row: Correction, step: Step, *, reason: str | None = None) -> None:
    row.decided_by, row.decided_at = actor.account_id, clock.now(session)
    _step(session, actor, row, step, actor.roles_over(row.unit_id, row.township_id), reason=reason)


def _step(
    session: Session,
    actor: Actor,
    row: Correction,
    step: Step,
    roles: frozenset[Role],
    *,
    reason: str | None = None,
) -> None:
    moved = MOVES.move(row.stage, step, roles=roles)
    row.stage = moved.after
    session.flush()
    look_over_later(session, row.unit_id)
    _tell(session, actor, row, moved, reason=reason)
    follow(session, WAITS, moved, [_thing(row)])


def _thing(row: Correction) -> Thing:
    return Thing(f"correction:{row.id}", row.unit_id, barred_account_id=row.asked_by)


def _tell(session: Session, actor: Actor, row: Correction, moved: Moved | None, *, reason: str | None = None) -> None:
    fact = PersonCorrected(
        unit_id=row.unit_id,
        correction_id=row.id,
        person_id=row.person_id,
        corrected=",".join(row.fields),
        stage=row.stage,
    )
    announce(session, fact, by=actor, moved=moved, reason=reason or row.reason)
    if row.stage == Stage.DONE and {"phone", "mail"} & set(row.fields):
        address = AddressCorrected(unit_id=row.unit_id, person_id=row.person_id, by_letter="mail" in row.fields)
        announce(session, address, by=actor)
