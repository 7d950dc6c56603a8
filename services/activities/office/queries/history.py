"""Reading the history: by person, unit, days and kind, each line with its seal; and whether anybody altered it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from services.activities.office import rules
from services.activities.office.queries.reach import READS_AUDIT, names_by_account
from services.activities.office.queries.subjects import Known, known_of
from services.activities.office.rules.subjects import moved_words, subject_for, subject_words
from services.activities.register import queries as register
from shared import clock, heads
from shared.access import Actor
from shared.audit import Happening, LookedUp, Seal, Verified, looked_up, newest_head, verified
from shared.db import Session
from shared.errors import NotYours
from shared.heads import Head
from shared.people import Account, Person, Unit, UnitKind, names_of
from shared.roles import Role

PEOPLE_MAX = 500
HEADS_SHOWN = 62  # two months of days


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: by whom it was done, where, between which days (both included), of which kind."""

    account_id: int | None = None
    unit_id: int | None = None
    since: date | None = None
    until: date | None = None
    fact: str | None = None


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
    reason: str | None
    body: Mapping[str, Any]
    sealed: bool


def seen_by(actor: Actor) -> Select[Happening]:
    """The history that somebody may read: the auditor all of it, the keeper what concerns accounts and settings."""
    roles = frozenset(role for role, _ in actor.posts)
    if not roles & {*READS_AUDIT, Role.SYSTEM}:
        raise NotYours("审计记录只供审计员查看，账号和设置的变动还供安全管理员查看。")
    units = select(Unit.id).where(register.in_reach(actor, *READS_AUDIT))
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
    units = names_of(session, {row.unit_id for row, _ in page})
    people = names_by_account(session, {row.actor_id for row, _ in page if row.actor_id})
    known = known_of(session, [row for row, _ in page])
    return [_entry(row, units, people, known[row.id], is_sealed=is_sealed) for row, is_sealed in page]


def _narrowed(found: Select[Happening], asked: Asked) -> Select[Happening]:
    if asked.account_id is not None:
        found = found.where(Happening.actor_id == asked.account_id)
    if asked.unit_id is not None:
        below = select(Unit.id).where(
            or_(Unit.id == asked.unit_id, Unit.branch_id == asked.unit_id, Unit.township_id == asked.unit_id)
        )
        found = found.where(Happening.unit_id.in_(below))
    if asked.since is not None:
        found = found.where(Happening.at >= clock.moment(asked.since))
    if asked.until is not None:
        found = found.where(Happening.at < clock.moment(asked.until + timedelta(days=1)))
    return found if asked.fact is None else found.where(Happening.fact == asked.fact)


def _entry(row: Happening, units: dict[int, str], people: dict[int, str], known: Known, *, is_sealed: bool) -> Entry:
    sort, number = subject_for(row.subject, row.fact, row.body)
    who = "系统" if row.actor_id is None else people.get(row.actor_id, f"账号 {row.actor_id}")
    return Entry(
        id=row.id,
        at=row.at,
        fact=row.fact,
        words=rules.word_for(row.fact, row.body, clock.civil_day(row.at), row.step),
        subject=row.subject,
        about=subject_words(sort, number, known),
        unit=units.get(row.unit_id, ""),
        account_id=row.actor_id,
        who=who,
        step=row.step,
        stage_before=row.stage_before,
        stage_after=row.stage_after,
        moved=moved_words(sort, row.stage_before, row.stage_after),
        reason=row.reason,
        body=row.body,
        sealed=is_sealed,
    )


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
