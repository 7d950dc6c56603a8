"""Reading the history: by person, unit, days and kind, each line with its seal; and whether anybody altered it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, union_all

from services.activities.ledger.rules.stages import Stage
from services.activities.office import rules
from services.activities.office.queries.corrected import corrections_of
from services.activities.office.queries.reach import READS_AUDIT, gone_in_reach, names_or_former
from services.activities.office.queries.subjects import Known, known_of
from services.activities.office.rules.changed import NONE, Change, changes_told
from services.activities.office.rules.kinds import KINDS, Sought, kinds_read
from services.activities.office.rules.subjects import moved_words, subject_for, subject_words
from services.activities.register import queries as register
from shared import access, clock, heads
from shared.access import Actor
from shared.audit import Happening, LookedUp, Seal, Verified, looked_up, newest_head, verified
from shared.db import Session
from shared.errors import NotYours, there
from shared.heads import Head
from shared.people import Account, Person, Unit, UnitKind, names_by_account, names_of
from shared.people.units import GoneUnit
from shared.roles import Role

PEOPLE_MAX = 500
HEADS_SHOWN = 62  # two months of days
SAME_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: by whom it was done, where, between which days (both included), what, about whom."""

    account_id: int | None = None
    unit_id: int | None = None
    since: date | None = None
    until: date | None = None
    fact: str | None = None
    kind: str | None = None  # a key of rules.kinds.KINDS
    person_id: int | None = None  # whom it is about
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit."""

    id: int
    at: datetime
    fact: str
    words: str
    subject: str
    about: str
    unit: str
    account_id: int | None
    who: str
    step: str | None
    stage_before: str | None
    stage_after: str | None
    moved: str
    changes: tuple[Change, ...]
    person_id: int | None
    reason: str | None
    body: Mapping[str, Any]
    sealed: bool


def seen_by(actor: Actor) -> Select[Happening]:
    """The history that somebody may read: the auditor all of it, the keeper what concerns accounts and settings."""
    roles = frozenset(role for role, _ in actor.posts)
    if not roles & {*READS_AUDIT, Role.SYSTEM}:
        raise NotYours("审计记录只供审计员查看，账号和设置的变动还供安全管理员查看。")
    units = union_all(select(Unit.id).where(register.in_reach(actor, *READS_AUDIT)), gone_in_reach(actor))
    facts = rules.facts_read_by(roles)
    asked = select(Happening).where(Happening.unit_id.in_(units))
    return asked if facts is None else asked.where(Happening.fact.in_(facts))


def audit(session: Session, actor: Actor, asked: Asked, *, after: int | None, limit: int) -> list[Entry]:
    """A page of the history, the newest first; `after` is the last one already seen."""
    found = _narrowed(seen_by(actor), asked)
    if after is not None:
        found = found.where(Happening.id < after)
    sealed = select(Seal.seq).where(Seal.happening_id == Happening.id).exists()
    page = session.execute(found.add_columns(sealed).order_by(Happening.id.desc()).limit(limit)).all()
    units = names_or_former(session, {row.unit_id for row, _ in page})
    people = names_by_account(session, {row.actor_id for row, _ in page})
    known, corrected = known_of(session, (rows := [row for row, _ in page])), corrections_of(session, rows)
    places = access.addresses_of(session, [row.id for row in rows])
    return [
        _entry(
            row,
            units,
            people,
            known[row.id],
            corrected.get(row.id, ()),
            came_from=places.get(row.id, ""),
            is_sealed=is_sealed,
        )
        for row, is_sealed in page
    ]


def _narrowed(found: Select[Happening], asked: Asked) -> Select[Happening]:
    if asked.account_id is not None:
        found = found.where(Happening.actor_id == asked.account_id)
    if asked.unit_id is not None:
        below = select(Unit.id).where(
            or_(Unit.id == asked.unit_id, Unit.branch_id == asked.unit_id, Unit.township_id == asked.unit_id)
        )
        gone = select(GoneUnit.id).where(or_(GoneUnit.above == asked.unit_id, GoneUnit.township_id == asked.unit_id))
        found = found.where(Happening.unit_id.in_(union_all(below, gone)))
    if asked.since is not None:
        found = found.where(Happening.at >= clock.moment(asked.since))
    if asked.until is not None:
        found = found.where(Happening.at < clock.moment(asked.until + timedelta(days=1)))
    if asked.fact is not None:
        found = found.where(Happening.fact == asked.fact)
    if asked.subject is not None:
        found = found.where(Happening.subject == asked.subject)
    if asked.person_id is not None:
        post = and_(
            Happening.fact.in_(("PostChanged", "StandInChanged")),
            Happening.body["person_id"].as_string() == str(asked.person_id),
        )
        found = found.where(or_(Happening.subject == f"person:{asked.person_id}", post))
    return found if asked.kind is None else _of_kind(found, KINDS[asked.kind])


def _of_kind(found: Select[Happening], sought: Sought) -> Select[Happening]:
    found = found.where(Happening.fact.in_(sought.facts))
    if sought.confirmed:
        found = found.where(Happening.stage_before == Stage.CONFIRMED)
    if sought.differs:
        proposed, grade = (Happening.body[name].as_string() for name in ("proposed", "grade"))
        found = found.where(proposed != "", proposed != func.coalesce(func.nullif(grade, ""), NONE))
    return found


def _entry(
    row: Happening,
    units: dict[int, str],
    people: dict[int | None, str],
    known: Known,
    corrected: Sequence[Change],
    *,
    came_from: str,
    is_sealed: bool,
) -> Entry:
    sort, number = subject_for(row.subject, row.fact, row.body)
    nobody = rules.STRANGER if sort == "login" else "系统"
    who = nobody if row.actor_id is None else people.get(row.actor_id, f"账号 {row.actor_id}")
    return Entry(
        id=row.id,
        at=row.at,
        fact=row.fact,
        words=rules.word_for(row.fact, row.body, clock.civil_day(row.at), row.step),
        subject=row.subject,
        about=subject_words(sort, number, known) + (f"，来自 {came_from}" if came_from else ""),
        unit=units.get(row.unit_id, ""),
        account_id=row.actor_id,
        who=who,
        step=row.step,
        stage_before=row.stage_before,
        stage_after=row.stage_after,
        moved=moved_words(sort, row.stage_before, row.stage_after),
        changes=(*changes_told(row.fact, row.body), *corrected),
        person_id=row.body.get("person_id"),
        reason=row.reason,
        body=row.body,
        sealed=is_sealed,
    )


def line_on_audit(session: Session, actor: Actor, happening_id: int) -> Entry:
    """One line."""
    found = audit(session, actor, Asked(), after=happening_id + 1, limit=1)
    return there(found[0] if found and found[0].id == happening_id else None, "这条审计记录")


def same_subject(session: Session, actor: Actor, entry: Entry) -> list[Entry]:
    """Everything that happened to what a line is about, the newest first; nothing more where that is a unit."""
    if not entry.subject or entry.subject.startswith("unit:"):
        return []
    return audit(session, actor, Asked(subject=entry.subject), after=None, limit=SAME_SHOWN)


def people_called(session: Session, actor: Actor, name: str) -> list[tuple[int, str, str]]:
    """Those in reach who are called so: id, name, unit."""
    seen_by(actor)
    units = select(Unit.id).where(register.in_reach(actor, Role.AUDITOR))
    asked = select(Person.id, Person.name, Person.unit_id).where(Person.name == name, Person.unit_id.in_(units))
    found = session.execute(asked.order_by(Person.id).limit(PEOPLE_MAX)).all()
    names = names_of(session, {unit_id for _, _, unit_id in found})
    return [(person_id, said, names.get(unit_id, "")) for person_id, said, unit_id in found]


def people_on_audit(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The people with an account in reach, by account, in the order of their names."""
    units = select(Unit.id).where(register.in_reach(actor, *READS_AUDIT))
    asked = select(Account.id, Person.name).join(Person, Person.id == Account.person_id)
    asked = asked.where(Person.unit_id.in_(units)).order_by(Person.pinyin, Account.id).limit(PEOPLE_MAX)
    return [(account_id, name) for account_id, name in session.execute(asked)]


def units_on_audit(session: Session, actor: Actor) -> list[Unit]:
    """The townships and branches in reach."""
    asked = select(Unit).where(register.in_reach(actor, *READS_AUDIT), Unit.kind != UnitKind.GROUP)
    return list(session.scalars(asked.order_by(Unit.township_id.is_not(None), Unit.sort_key, Unit.id)))


def facts_on_audit(actor: Actor, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """The kinds of facts that he may look for, with their words."""
    read = rules.facts_read_by(frozenset(role for role, _ in actor.posts))
    return [(fact, word) for fact, word in words.items() if read is None or fact in read]


def kinds_on_audit(actor: Actor) -> list[tuple[str, str]]:
    """The kinds of lines that he may ask for, with their words."""
    return kinds_read(rules.facts_read_by(frozenset(role for role, _ in actor.posts)))


def seal_verified(session: Session, actor: Actor) -> Verified:
    """Whether anybody altered the history, and how far it is sealed."""
    seen_by(actor)
    return verified(session)


def head_now(session: Session, actor: Actor) -> Head:
    """The head of the chain as it stands, for paper."""
    seen_by(actor)
    return newest_head(session)


def heads_kept(_session: Session, actor: Actor) -> list[Head]:
    """The heads that were kept day by day, the newest first."""
    seen_by(actor)
    return heads.daily()[: -HEADS_SHOWN - 1 : -1]


def head_looked_up(session: Session, actor: Actor, typed: str, link: int | None) -> LookedUp:
    """What became of a head that somebody kept, as he reads it from paper. Invalid where that is none."""
    seen_by(actor)
    return looked_up(session, rules.head_from(typed), link)
