"""The papers that an office hands in: tried, taken into use, given up; and which one a paper is made from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select, true

from shared import clock, kept
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotYours, OutOfReach, there
from shared.events import PaperTemplateChanged
from shared.files import Handed
from shared.papers.catalogue import PAPERS
from shared.papers.kinds import PaperKind
from shared.papers.making import checked
from shared.papers.models import PaperTemplate
from shared.people import Account, Person, Unit
from shared.roles import Role

KEEPS = (Role.ORGANISER, Role.COMMITTEE, Role.KEEPER)
SHOWN = 20


def kind_of(paper: str) -> PaperKind:
    """A kind of paper by its key, or OutOfReach."""
    return there(PAPERS.get(paper), "这种表格")


def seen_by(actor: Actor) -> Select[PaperTemplate]:
    """The papers of the townships whose office or keeper somebody is."""
    mine = true() if actor.reach == "*" else PaperTemplate.township_id.in_(actor.units_as(*KEEPS))
    return select(PaperTemplate).where(mine)


def township_kept(actor: Actor) -> int:
    """The township whose papers somebody looks after, or NotYours."""
    held = actor.units_as(*KEEPS)
    if not held:
        raise NotYours("本单位的表格模板由组织委员、党委或安全管理员维护，您没有这个职务。")
    return held[0]


def township_named(session: Session, township_id: int) -> str:
    """What a township is called."""
    return session.scalars(select(Unit.name).where(Unit.id == township_id)).one()


def in_use(session: Session, township_id: int, paper: str, *, locked: bool = False) -> PaperTemplate | None:
    """The one that a township uses, whoever takes a paper out; none where it uses the one that ships."""
    query = seen_by(SYSTEM).where(
        PaperTemplate.township_id == township_id,
        PaperTemplate.paper == paper,
        PaperTemplate.used_from.is_not(None),
        PaperTemplate.used_until.is_(None),
    )
    return session.scalars(query.with_for_update() if locked else query).one_or_none()


def of_version(session: Session, township_id: int, paper: str, version: int) -> PaperTemplate:
    """A version that a paper was printed by, to print it so again; OutOfReach where it was never in use."""
    query = seen_by(SYSTEM).where(
        PaperTemplate.township_id == township_id,
        PaperTemplate.paper == paper,
        PaperTemplate.version == version,
        PaperTemplate.used_from.is_not(None),
    )
    return there(session.scalars(query).one_or_none(), "这一版模板")


def used_by_kind(session: Session, township_id: int) -> dict[str, PaperTemplate]:
    """What a township uses, by kind."""
    query = seen_by(SYSTEM).where(
        PaperTemplate.township_id == township_id,
        PaperTemplate.used_from.is_not(None),
        PaperTemplate.used_until.is_(None),
    )
    return {row.paper: row for row in session.scalars(query)}


def handed_in(session: Session, actor: Actor, township_id: int, paper: str) -> Sequence[tuple[PaperTemplate, str]]:
    """The last versions of a kind with who handed them in, the newest first."""
    query = (
        seen_by(actor)
        .outerjoin(Account, Account.id == PaperTemplate.handed_by)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(PaperTemplate.township_id == township_id, PaperTemplate.paper == paper)
        .add_columns(func.coalesce(Person.name, "系统"))
    )
    return [(row, name) for row, name in session.execute(query.order_by(PaperTemplate.id.desc()).limit(SHOWN))]


def one(session: Session, actor: Actor, service: str, template_id: int, *, locked: bool = False) -> PaperTemplate:
    """One of them, of a kind that the service prints, or OutOfReach."""
    query = seen_by(actor).where(PaperTemplate.id == template_id)
    row = there(session.scalars(query.with_for_update() if locked else query).one_or_none(), "这个模板")
    if row.paper not in PAPERS or PAPERS[row.paper].service != service:
        raise OutOfReach
    return row


# --- acts ---


def hand_in(session: Session, actor: Actor, kind: PaperKind, handed: Handed) -> PaperTemplate:
    """A paper to be tried; it is used only once somebody takes it into use. Raises Invalid with what to change."""
    township_id = township_kept(actor)
    form = checked(kind, handed.data)
    stored = kept.keep(session, township_id, handed)  # one at a time in a township: so its versions are counted
    last = select(func.coalesce(func.max(PaperTemplate.version), 0)).where(
        PaperTemplate.township_id == township_id, PaperTemplate.paper == kind.key
    )
    row = PaperTemplate(
        township_id=township_id,
        paper=kind.key,
        version=session.scalars(last).one() + 1,
        form=form,
        sha256=stored.sha256,
        size=stored.size,
        name=stored.name,
        handed_by=actor.account_id,
        handed_at=clock.now(session),
    )
    session.add(row)
    session.flush()
    _tell(session, actor, row, "handed")
    return row


def use(session: Session, actor: Actor, service: str, template_id: int) -> PaperTemplate:
    """From now on the township's papers of this kind are made from this one."""
    row = one(session, actor, service, template_id, locked=True)
    if row.in_use:
        return row
    checked(PAPERS[row.paper], kept.read(session, row.sha256))
    former = in_use(session, row.township_id, row.paper, locked=True)
    if former is not None:
        former.used_until = clock.now(session)
        session.flush()
    row.used_from, row.used_until = clock.now(session), None
    _tell(session, actor, row, "used")
    return row


def restore(session: Session, actor: Actor, kind: PaperKind) -> None:
    """Back to the one that ships; done already is done."""
    row = in_use(session, township_kept(actor), kind.key, locked=True)
    if row is not None:
        row.used_until = clock.now(session)
        _tell(session, actor, row, "given_up")


def _tell(session: Session, actor: Actor, row: PaperTemplate, change: str) -> None:
    fact = PaperTemplateChanged(unit_id=row.township_id, template_id=row.id, change=change, of_paper=row.paper)
    announce(session, fact, by=actor)
