"""Accounts, and who may act as what: of people whom somebody may see."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased

from services.activities.register.queries.named import is_called
from services.activities.register.queries.units import in_reach, seen_by, seen_unit_ids, within
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.lists import Leaf, Order, Turn, leaf_of, turned
from shared.people import Account, Person, Post, Sitting, Unit, UnitKind, lasts
from shared.roles import Role
from shared.standing_in import StandIn

KEEPS_ACCOUNTS = (Role.KEEPER, Role.ORGANISER)
Columns = Select[int, str, str, str | None, bool, datetime | None, datetime | None, bool, bool]
OVER = aliased(Unit)  # the branch of a group
SAT = select(Sitting.id).where(Sitting.account_id == Account.id).exists()
IN_USE = and_(Account.id.is_not(None), Account.ended_at.is_(None))
STATES = {
    "all": true(),
    "unseen": and_(IN_USE, ~SAT),
    "used": and_(IN_USE, SAT),
    "ended": Account.ended_at.is_not(None),
    "none": Account.id.is_(None),
}
SORTS = {
    "name": Order((Person.pinyin,)),
    "unit": Order((func.coalesce(OVER.sort_key, Unit.sort_key), Unit.sort_key, Person.pinyin)),
    "login": Order((func.coalesce(Account.login, ""),)),
}


@dataclass(frozen=True, slots=True)
class Ways:
    """What the list of accounts is narrowed to: a key of STATES, a branch, a post, a name or a login; empty: all."""

    state: str = "all"
    branch_id: int | None = None
    post: Role | None = None
    words: str = ""
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class Tenure:
    """A post that somebody holds or held, and with it the right to act in a unit."""

    post_id: int
    kind: str
    unit_id: int
    unit_name: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Way:
    """Somebody's way in: his account, if he has one, and his posts.

    `seen`: he has signed in at least once. `over`: his first password opens nothing any more.
    """

    person_id: int
    name: str
    unit_name: str
    login: str | None
    first_password: bool
    locked_until: datetime | None
    ended_at: datetime | None
    seen: bool
    over: bool
    posts: tuple[Tenure, ...] = ()


def account_named(session: Session, login: str, person_id: int) -> str | None:
    """What of a new account is taken: `login`, `person`, or nothing."""
    query = select(Account.login).where(or_(Account.login == login, Account.person_id == person_id))
    taken = list(session.scalars(query))
    return None if not taken else "login" if login in taken else "person"


def account_to_change(session: Session, person_id: int) -> Account:
    """Somebody's account, locked; OutOfReach where he has none."""
    account = session.scalars(select(Account).where(Account.person_id == person_id).with_for_update()).one_or_none()
    if account is None:
        raise OutOfReach("还没有账号，请先开通。")
    return account


def offices_of(session: Session, person_id: int) -> list[tuple[Role, int]]:
    """The posts in townships that somebody holds or stands in for, as (role, township): today, or on a day to come."""
    today = clock.today(session)
    found: list[tuple[Role, int]] = []
    for table in (Post, StandIn):
        query = select(table.kind, table.unit_id).join(Unit, Unit.id == table.unit_id)
        query = query.where(table.person_id == person_id, Unit.kind == UnitKind.TOWNSHIP)
        query = query.where(lasts(table.starts_on, table.ends_on, today)).order_by(table.id)
        found += [(Role(kind), unit_id) for kind, unit_id in session.execute(query)]
    return found


def ways(session: Session, actor: Actor, unit_id: int, sought: Ways, turn: Turn) -> Leaf[Way]:
    """A page of those in a unit who have an account or a post, each with the posts that he holds.

    Only whoever keeps accounts is shown them.
    """
    whole = _ways(session, actor, unit_id)
    query = turned(whole, _narrowed(session, whole, sought), SORTS[sought.sort], Person.id, turn)
    page = leaf_of(session.execute(query), turn, "person_id")
    held = posts_held(session, actor, [row[0] for row in page.rows])
    return Leaf([Way(*row, posts=tuple(held[row[0]])) for row in page.rows], page.previous, page.next)


def _ways(session: Session, actor: Actor, unit_id: int) -> Columns:
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(unit_id), in_reach(actor, *KEEPS_ACCOUNTS))
    return (
        select(
            Person.id.label("person_id"),
            Person.name,
            Unit.whole_name,
            Account.login,
            func.coalesce(Account.first_password, false()),
            Account.locked_until,
            Account.ended_at,
            SAT,
            func.coalesce(Account.first_password & (Account.first_until <= clock.now(session)), false()),
        )
        .join(Unit, Unit.id == Person.unit_id)
        .outerjoin(OVER, OVER.id == Unit.branch_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.unit_id.in_(seen), or_(Account.id.is_not(None), _holds(session)))
    )


def _holds(session: Session, kind: Role | None = None) -> ColumnElement[bool]:
    """Whether somebody holds a post, of this kind if one is named."""
    held = select(Post.id).where(Post.person_id == Person.id, lasts(Post.starts_on, Post.ends_on, clock.today(session)))
    return (held if kind is None else held.where(Post.kind == kind)).exists()


def _narrowed(session: Session, query: Columns, sought: Ways) -> Columns:
    if sought.words:
        called = is_called(sought.words)
        login = func.lower(Account.login).startswith(sought.words.lower(), autoescape=True)
        query = query.where(login if called is None else or_(called, login))
    if sought.branch_id is not None:
        query = query.where(or_(Unit.id == sought.branch_id, Unit.branch_id == sought.branch_id))
    if sought.post is not None:
        query = query.where(_holds(session, sought.post))
    return query.where(STATES[sought.state])


def posts_held(
    session: Session, actor: Actor, person_ids: Sequence[int], *, past: bool = False
) -> dict[int, list[Tenure]]:
    """The posts of some people in the units that the actor may see, the latest first; with `past`, those left too."""
    query = (
        select(Post.person_id, Post.id, Post.kind, Unit.id, Unit.whole_name, Post.starts_on, Post.ends_on)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.person_id.in_(person_ids), Unit.id.in_(seen_unit_ids(actor)))
        .order_by(Post.starts_on.desc(), Post.id.desc())
    )
    found: dict[int, list[Tenure]] = defaultdict(list)
    lasting = query.where(lasts(Post.starts_on, Post.ends_on, clock.today(session)))
    for row in session.execute(query if past else lasting):
        found[row[0]].append(Tenure(*row[1:]))
    return found
