"""Sittings: opaque tokens of which only the hash is kept, what each still waits for, where one is signed in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from shared import clock, office_settings
from shared.access.actors import Actor, Awaits
from shared.access.guesses import NOWHERE, Whence
from shared.access.traces import left
from shared.audit import announce
from shared.db import Session, writable
from shared.errors import Invalid, NotSignedIn, OutOfReach
from shared.events import AccountChanged, ActedIn
from shared.office_settings import DEFAULTS, Key
from shared.people import WHOLE_NAME, Account, Person, Sitting, Totp, Unit
from shared.roles import WIDEST, Role
from shared.settings import settings
from shared.standing_in import seats_of


class Why(StrEnum):
    """Why a sitting is over, as far as whoever holds its token is told: not who ended it, nor what became of him."""

    IDLE = "idle"
    AGED = "aged"
    ENDED = "ended"  # signed out elsewhere, another password, a post or an account that ended

    @property
    def chinese(self) -> str:
        """The beginning of a sentence."""
        return {
            "idle": f"登录已过期（{settings().session_idle_minutes} 分钟没有操作）",
            "aged": f"登录已过期（登录满 {settings().session_hours} 小时）",
            "ended": "这次登录已经结束（在别处退出，或者改过密码）",
        }[self.value]


class Ended(NotSignedIn):
    """The sitting behind a token is over; what was being sent may be kept for its account."""

    def __init__(self, why: Why, account_id: int) -> None:
        super().__init__(f"{why.chinese}，请重新登录。")
        self.why = why
        self.account_id = account_id


def _token_hash(token: str) -> bytes:
    """Only this is stored: a stolen database opens no sitting."""
    return hashlib.sha256(token.encode()).digest()


def open_sitting(
    session: Session,
    account_id: int,
    *,
    awaits: Awaits | None,
    device: str,
    proved_at: datetime | None,
    strong: bool = False,
    through: str = "",
) -> str:
    """A fresh token of 256 bits; the sitting can do nothing else before it has what it awaits.

    `proved_at`: when the password was given; `strong`: whether a second step was taken too;
    `through`: the provider by whom he came in, if he did.
    """
    token, now = secrets.token_urlsafe(32), clock.now(session)
    session.add(
        Sitting(
            token_hash=_token_hash(token),
            account_id=account_id,
            started_at=now,
            seen_at=now,
            awaits=awaits,
            device=device,
            proved_at=proved_at,
            strong=strong,
            through=through,
        )
    )
    return token


def came_through(session: Session, actor: Actor) -> str:
    """The provider by whom somebody came in; empty where he gave his password."""
    return session.scalars(select(Sitting.through).where(Sitting.id == actor.sitting_id)).one()


def next_step(session: Session, account: Account) -> Awaits | None:
    """What signing in still wants of somebody whose password was right."""
    if account.first_password:
        return Awaits.PASSWORD
    if session.scalar(select(Totp.confirmed_at).where(Totp.account_id == account.id)):
        return Awaits.CODE
    return Awaits.ENROLMENT if needs_code(session, account.person_id) else None


def go_on(session: Session, actor: Actor, *, awaits: Awaits | None = None, strong: bool = False) -> str:
    """The sitting goes on under a new token, and the old one is worth nothing; `strong`: a second step was taken."""
    old = session.scalars(select(Sitting).where(Sitting.id == actor.sitting_id)).one()
    end_one(session, old.id)
    strong = strong or old.strong
    kept = {name: getattr(old, name) for name in ("device", "proved_at", "through")}
    return open_sitting(session, old.account_id, awaits=awaits, strong=strong, **kept)


def needs_code(session: Session, person_id: int) -> bool:
    """Whether somebody holds a post that signs in with a code, as its township decided."""
    posts = [*seats_of(session, person_id, clock.today(session))]
    found = select(Unit.id, func.coalesce(Unit.township_id, Unit.id)).where(Unit.id.in_([unit for _, unit in posts]))
    township = dict(session.execute(found).all())
    return any(role in office_settings.words(session, Key.TOTP_ROLES, township.get(unit)) for role, unit in posts)


# What a sitting still lacks whose account came to need it only while it ran: a code, by a post or by a setting; then
# another password, by a post. Never stored, so that it ends with what asks for it.
LACKS = """
    coalesce(case when s.awaits is null and not s.strong and exists (
      select from office.seat post join office.unit on unit.id = post.unit_id
      where post.person_id = p.id and not (post.stands_in and post.kind in ('keeper', 'auditor'))
        and post.starts_on <= :today and (post.ends_on is null or post.ends_on > :today)
        and coalesce((select d.value from office.setting d
          where d.key = 'totp_roles' and d.unit_id = coalesce(unit.township_id, unit.id) and d.effective_from <= :today
          order by d.effective_from desc, d.id desc limit 1), :codes) ? post.kind)
    then case when exists (
        select from office.totp t where t.account_id = a.id and t.confirmed_at is not null) then 'code'
      else 'enrolment' end end,
      case when s.awaits is null and a.renewal_due then 'renewal' end)"""

# Asked with every request: one round trip, in plain SQL, which costs a third of the same select made of mapped classes.
WHO = text(f"""
    select s.id, s.account_id, s.awaits, s.started_at, s.seen_at, s.ended_at, s.acting_role, s.acting_unit_id,
      a.ended_at as account_ended_at, a.person_id, p.name, {LACKS} as lacks, array(
        select array[post.kind, post.unit_id::text, {WHOLE_NAME},
          case when bool_and(post.stands_in) then 'stands in' else '' end]
        from office.seat post join office.unit on unit.id = post.unit_id
          left join office.unit above on above.id = unit.branch_id
        where post.person_id = p.id and not (post.stands_in and post.kind in ('keeper', 'auditor'))
          and post.starts_on <= :today and (post.ends_on is null or post.ends_on > :today)
        group by post.kind, post.unit_id, unit.id, above.id
        order by bool_and(post.stands_in), post.unit_id, post.kind) as posts
    from office.sitting s join office.account a on a.id = s.account_id join office.person p on p.id = a.person_id
    where s.token_hash = :token_hash""").bindparams(bindparam("codes", type_=JSONB))


def actor_of(session: Session, token: str) -> Actor:
    """Whoever sits behind a token, with today's posts. Raises NotSignedIn, and Ended where there was one."""
    now, token_hash = clock.now(session), _token_hash(token)
    asked = {
        "token_hash": token_hash,
        "today": clock.today(session),
        "codes": DEFAULTS[Key.TOTP_ROLES](settings()),
    }
    row = session.execute(WHO, asked).one_or_none() if token else None
    if row is None:
        raise NotSignedIn("请先登录。")
    if why := _why_over(row, now):
        raise Ended(why, row.account_id)
    if now - row.seen_at > timedelta(minutes=1) and writable(session):  # not a write for every request
        _mark_seen(session, token_hash)
    posts, awaits = _in_order(row), row.awaits or row.lacks
    return Actor(
        account_id=row.account_id,
        person_id=row.person_id,
        name=row.name,
        posts=tuple((role, unit_id) for role, unit_id, _ in posts),
        unit_names=tuple(name for _, _, name in posts),
        stands_in=frozenset((Role(kind), int(unit_id)) for kind, unit_id, _, how in row.posts if how),
        awaits=Awaits(awaits) if awaits else None,
        sitting_id=row.id,
    )


def _why_over(row: Any, now: datetime) -> Why | None:  # noqa: ANN401  a row of WHO
    idle, whole = _spans()
    if row.ended_at or row.account_ended_at:
        return Why.ENDED
    if now - row.started_at > whole:
        return Why.AGED
    return Why.IDLE if now - row.seen_at > idle else None


def actor_behind(session: Session, account_id: int) -> Actor | None:
    """Whoever an account belongs to, with today's posts, for work that he left to be done; None where it was ended."""
    query = select(Person.id, Person.name).join(Account, Account.person_id == Person.id)
    row = session.execute(query.where(Account.id == account_id, Account.ended_at.is_(None))).one_or_none()
    if row is None:
        return None
    seats = seats_of(session, row.id, clock.today(session))
    stands_in = frozenset(post for post, stands_in in seats.items() if stands_in)
    return Actor(account_id=account_id, person_id=row.id, name=row.name, posts=tuple(seats), stands_in=stands_in)


def _in_order(row: Any) -> list[tuple[Role, int, str]]:  # noqa: ANN401  a row of WHO
    """Posts and their units' names: first the one chosen in this sitting, if it is held; the others by their width."""
    posts = [(Role(kind), int(unit_id), name) for kind, unit_id, name, _ in row.posts]
    chosen = (row.acting_role, row.acting_unit_id)
    return sorted(posts, key=lambda post: (post[:2] != chosen, WIDEST.index(post[0])))


def act_in(session: Session, actor: Actor, role: str, unit_id: int) -> None:
    """From now on this sitting shows the work of one of the actor's posts. Raises Invalid for another's."""
    if (role, unit_id) not in actor.posts:
        raise Invalid("您现在没有这个职务，请在列出的职务中选择。")
    session.execute(
        update(Sitting)
        .where(Sitting.id == actor.sitting_id)
        .values(acting_role=role, acting_unit_id=unit_id)
        .execution_options(synchronize_session=False)
    )
    fact = ActedIn(
        unit_id=unit_id, account_id=actor.account_id or 0, person_id=actor.person_id or 0, kind=Role(role).value
    )
    announce(session, fact, by=actor)


def _spans() -> tuple[timedelta, timedelta]:
    """How long a sitting lasts without a request, and in any case."""
    return timedelta(minutes=settings().session_idle_minutes), timedelta(hours=settings().session_hours)


def _mark_seen(session: Session, token_hash: bytes) -> None:
    """Note that a sitting is in use, unless another request of it just does: none waits for a long one."""
    free = select(Sitting.token_hash).where(Sitting.token_hash == token_hash).with_for_update(skip_locked=True)
    session.execute(
        update(Sitting)
        .where(Sitting.token_hash.in_(free))
        .values(seen_at=clock.now(session))
        .execution_options(synchronize_session=False)
    )


# --- where somebody is signed in ---


@dataclass(frozen=True, slots=True)
class Seat:
    """One open sitting, as its owner sees it: without the token."""

    id: int
    started_at: datetime
    seen_at: datetime
    device: str
    here: bool


def _is_open(session: Session, account_id: int) -> ColumnElement[bool]:
    now, (idle, whole) = clock.now(session), _spans()
    return and_(
        Sitting.account_id == account_id,
        Sitting.ended_at.is_(None),
        Sitting.seen_at >= now - idle,
        Sitting.started_at >= now - whole,
    )


def open_sittings(session: Session, actor: Actor) -> list[Seat]:
    """Where somebody is signed in, this sitting first, then the one used last."""
    found = session.execute(
        select(Sitting.id, Sitting.started_at, Sitting.seen_at, Sitting.device)
        .where(_is_open(session, settled(actor)))
        .order_by(Sitting.seen_at.desc(), Sitting.id.desc())
    )
    seats = [Seat(*row, here=row.id == actor.sitting_id) for row in found]
    return sorted(seats, key=lambda seat: not seat.here)


def end_sitting(session: Session, actor: Actor, sitting_id: int) -> None:
    """Sign oneself out at one place."""
    ended = session.execute(
        update(Sitting)
        .where(Sitting.id == sitting_id, _is_open(session, settled(actor)))
        .values(ended_at=clock.now(session))
        .returning(Sitting.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if ended is None:
        raise OutOfReach("这次登录已经结束了。")
    _tell(session, actor, "sitting_ended")


def end_other_sittings(session: Session, actor: Actor) -> None:
    """Sign oneself out everywhere but here."""
    end_sittings(session, settled(actor), but=actor.sitting_id)
    _tell(session, actor, "sittings_ended")


def end_sittings(session: Session, account_id: int, *, but: int | None = None) -> None:
    """Sign an account out everywhere, but for one sitting if it is named."""
    session.execute(
        update(Sitting)
        .where(Sitting.account_id == account_id, Sitting.ended_at.is_(None), Sitting.id.is_distinct_from(but))
        .values(ended_at=clock.now(session))
        .execution_options(synchronize_session=False)
    )


def sign_out(session: Session, actor: Actor, *, everywhere: bool = False, whence: Whence = NOWHERE) -> None:
    """Whoever sits there goes, here or everywhere."""
    if everywhere:
        end_sittings(session, actor.account_id or 0)
    else:
        end_one(session, actor.sitting_id)
    left(session, _tell(session, actor, "signed_out_everywhere" if everywhere else "signed_out"), whence)


def leave(session: Session, token: str) -> None:
    """The sitting behind a token is over, whoever's it was: its device signs in anew."""
    session.execute(
        update(Sitting)
        .where(Sitting.token_hash == _token_hash(token), Sitting.ended_at.is_(None))
        .values(ended_at=clock.now(session))
        .execution_options(synchronize_session=False)
    )


def end_one(session: Session, sitting_id: int | None) -> None:
    """End a sitting: its token is exchanged, or whoever sits there goes."""
    session.execute(
        update(Sitting)
        .where(Sitting.id == sitting_id)
        .values(ended_at=clock.now(session))
        .execution_options(synchronize_session=False)
    )


def settled(actor: Actor) -> int:
    """The account of somebody whose signing in is complete; a stolen password alone looks at nothing here."""
    if actor.awaits:
        raise NotSignedIn(actor.awaits.chinese)
    return actor.account_id or 0


def _tell(session: Session, actor: Actor, change: str) -> int:
    unit_id = session.get_one(Person, actor.person_id).unit_id
    fact = AccountChanged(unit_id=unit_id, account_id=actor.account_id or 0, change=change)
    return announce(session, fact, by=actor)
