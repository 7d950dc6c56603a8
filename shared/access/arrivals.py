"""Coming in from where one is: sent to a provider, come back, and bound to one's account or signed in by it.

A browser carries what its own way out began with (state, nonce, verifier) sealed in a cookie: what a stranger begins
and never ends costs no row. A state is good for ten minutes and accepted once. It proves the first step alone: officers
give their code as ever, and nothing that wants the password takes it for one.
"""

import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hmac import compare_digest

from cryptography.exceptions import InvalidTag
from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from shared import clock, db, privacy
from shared.access import chats, guesses, identities, openid, passwords, providers, proving, signing_in, sittings, turns
from shared.access.actors import Actor, Awaits
from shared.access.guesses import NOWHERE, Whence
from shared.access.openid import NotVerified
from shared.access.rows import Challenge, Known, Provider
from shared.access.talks import Named, Partner, Talk
from shared.audit import announce
from shared.calls.held import Held
from shared.db import Session
from shared.errors import Ambiguous, Away, Conflict, Invalid, NotSignedIn, OutOfReach
from shared.events import AccountChanged
from shared.people import Account, Person, Sitting, Unit, UnitKind
from shared.standing_in import seats_of

LASTS = timedelta(minutes=10)
COOKIE_LENGTH_MAX = 3000
CODE_LENGTH_MAX = 2000
REFUSED_SECONDS = 0.3  # a code that proves nothing is answered no sooner: providers count how often they are asked
OVER = "这次登录没有接上：页面打开太久了，或者已经用过一次。请从头再来。"
NOT_HIM = "没有通过核对，没有登录：请再试一次，或者用账号和密码登录。"
AWAY = "{name}没有回答，这一次没有登录：请过一会儿再试，或者用账号和密码登录。"
UNBOUND = "还没有账号和它绑定，或者账号已经停用：请先用账号和密码登录，再到“我的账号”里绑定。"
NO_CODE = "在乡镇任职的，设置一次性验证码以后才能从这里登录：请先用账号和密码登录，到“我的账号”里设置。"
TAKEN = "这个{name}帐号已经和别人的账号绑定了：请换成您自己的，或者请安全管理员核对。"
SLIP_AGAIN = "登录有一会儿了：请用密码条上的密码再登录一次，接着绑定。"
COME_IN_AGAIN = "登录有一会儿了：请先从您绑定的应用再登录一次，接着设置密码。"
FIRST = "请先把初始密码改成自己的密码，再来绑定。"


@dataclass(frozen=True, slots=True)
class Trip:
    """What a browser set out with: to which provider, to bind whose account (0: to sign in), where it goes on after."""

    provider_id: int
    account_id: int
    wanted: str
    until: float
    state: str
    nonce: str
    verifier: str
    found: str = ""  # as whom the provider knows him, once he is back and still to say that it is he
    called: str = ""  # what the provider calls him, as far as it says so
    by_slip: bool = False  # he has given the password of his slip, and wants none of his own

    @property
    def secrets(self) -> Mapping[str, str]:
        """What the provider is asked with."""
        return {"state": self.state, "nonce": self.nonce, "verifier": self.verifier}

    def sealed(self) -> str:
        """As it stands in a cookie."""
        said = json.dumps({name: getattr(self, name) for name in Trip.__slots__}, ensure_ascii=False)
        return urlsafe_b64encode(privacy.seal(said, place="trip")).decode().rstrip("=")


def carried(cookie: str) -> Trip | None:
    """What a browser brings back; None where it is nothing of ours."""
    if not cookie or len(cookie) > COOKIE_LENGTH_MAX:
        return None
    try:
        opened = privacy.unseal(urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)), place="trip")
        return Trip(**json.loads(opened))
    except (InvalidTag, ValueError, TypeError):
        return None


# --- out ---


def set_out(
    session: Session, provider_id: int, *, wanted: str = "", actor: Actor | None = None, inside: bool = False
) -> tuple[str, Trip]:
    """Where the browser goes, and what it carries. `actor`: whose account is to be bound; he has given his password.

    Raises OutOfReach, NotSignedIn, Invalid.
    """
    if actor is not None:
        _may_bind(session, actor)
    until = (clock.now(session) + LASTS).timestamp()
    # A state of letters and digits alone: WeCom takes no others.
    state, nonce, verifier = secrets.token_hex(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    by_slip = actor is not None and actor.awaits is Awaits.PASSWORD
    account_id = (actor and actor.account_id) or 0
    trip = Trip(provider_id, account_id, wanted[:500], until, state, nonce, verifier, by_slip=by_slip)
    known = providers.partner(session, provider_id) if actor is None else of_his(session, actor, provider_id)
    if not known.back:
        raise OutOfReach
    if not known.chosen:
        raise Away(providers.LOST.format(name=known.name))
    if known.kind == providers.OIDC:
        return openid.address_for(known, trip.secrets), trip
    return chats.address_for(known, trip.secrets, inside=inside), trip


# --- back ---


def who_is_back(service: str, trip: Trip | None, *, by: str, state: str, code: str, whence: Whence = NOWHERE) -> Trip:
    """The same, with as whom the provider knows whoever is back; no transaction is open while it is asked.

    by: the last piece of the address at which he is back, which is that of his provider alone. Raises NotSignedIn where
    nothing was proved, Away where the provider says nothing (why stands at the keeper's), TooMany in a crowd.
    """
    if trip is None or trip.found or not compare_digest(trip.state.encode(), state.encode()):
        raise NotSignedIn(OVER)
    with turns.talking(guesses.place_of(whence), f"provider:{trip.provider_id}"):
        with db.unit(service, anyway=True) as session:
            _take(session, trip.state, trip.until)
            known = providers.partner(session, trip.provider_id)
        if not known.back.endswith(f"/{by}"):
            raise NotSignedIn(NOT_HIM)  # another provider's answer
        if not 0 < len(code) <= CODE_LENGTH_MAX:
            raise NotSignedIn(NOT_HIM)  # he said no there
        found, keys = _proved(service, known, trip, code)
    providers.note(service, known, keys=keys)
    return replace(trip, found=found.subject, called=found.called)


def _proved(service: str, known: Partner, trip: Trip, code: str) -> tuple[Named, str]:
    """Who it is and the keys, or why there is none, as whoever is back reads it."""
    try:
        return _asked(service, known, trip, code)
    except NotVerified as error:
        time.sleep(REFUSED_SECONDS)
        raise NotSignedIn(NOT_HIM) from error
    except (Held, Ambiguous) as error:
        providers.note(service, known, trouble=str(error.args[0]))
        raise Away(AWAY.format(name=known.name)) from error


def _asked(service: str, known: Partner, trip: Trip, code: str) -> tuple[Named, str]:
    """Who it is, and the keys that an OpenID provider signs with."""
    if not known.chosen:
        raise Held(providers.LOST.format(name=known.name))
    if known.kind == providers.OIDC:
        return openid.named(known, trip.secrets, code, Talk(known.name, ()))
    talk = Talk(known.name, chats.PLACES)
    tokens = partial(_token, service, known, talk)
    return chats.named(known, code, tokens, talk, whole=bool(trip.account_id)), ""


def _token(service: str, known: Partner, talk: Talk, spent: str) -> str:
    return providers.token_of(service, known, talk, spent=spent)


def _take(session: Session, state: str, until: float) -> None:
    """A state that is in time and was never accepted before. Raises NotSignedIn otherwise."""
    now = clock.now(session)
    if until < now.timestamp():
        raise NotSignedIn(OVER)
    put = insert(Challenge).values(challenge=state.encode(), at=now).on_conflict_do_nothing().returning(Challenge.at)
    if session.execute(put).scalar_one_or_none() is None:
        raise NotSignedIn(OVER)


def enter(session: Session, trip: Trip, *, whence: Whence = NOWHERE) -> str | None:
    """A token for a new sitting, or None where nobody in use is bound to it, or nobody who still belongs there.

    What signing in still wants of him it wants here too. An officer of the township comes in with his code alone
    (NotSignedIn where he has none): who keeps a provider decides whom it names, and would be every officer.
    """
    now = clock.now(session)
    provider, bound = session.get_one(Provider, trip.provider_id), _bound_to(trip)
    account = session.scalar(bound.with_for_update(of=Account))
    if (
        account is None
        or account.ended_at is not None
        or session.scalar(bound) is None
        or provider.township_id not in townships_of(session, account.person_id)
    ):
        signing_in.turn_away(session, provider, whence, now)
        return None
    if account.first_password or signing_in.must_wait(session, account, whence, now):
        return None
    awaits = sittings.next_step(session, account)
    if awaits is not Awaits.CODE and _is_officer(session, account.person_id):
        raise NotSignedIn(NO_CODE)
    mine = select(Known).where(Known.provider_id == trip.provider_id, Known.person_id == account.person_id)
    session.scalars(mine).one().used_at = now
    if awaits is not Awaits.CODE:
        signing_in.complete(session, account, whence, now, through=provider.name)
    return sittings.open_sitting(
        session, account.id, awaits=awaits, device=whence.machine, proved_at=None, through=provider.name
    )


def _bound_to(trip: Trip) -> Select[Account]:
    """Whose account it opens."""
    asked = select(Account).join(Known, Known.person_id == Account.person_id).join(Provider)
    at = identities.mark_of(trip.provider_id, trip.found)
    return asked.where(
        Known.provider_id == trip.provider_id, Known.subject_mark == at, Known.opens, Provider.ended_at.is_(None)
    )


def _is_officer(session: Session, person_id: int) -> bool:
    """Whether somebody serves a township today, in a post of his own or in another's stead."""
    served = [unit_id for _, unit_id in seats_of(session, person_id, clock.today(session))]
    township = select(Unit.id).where(Unit.id.in_(served), Unit.kind == UnitKind.TOWNSHIP)
    return session.scalar(select(township.exists())) is True


def townships_of(session: Session, person_id: int) -> set[int]:
    """Where somebody belongs today: his own township, and those that he serves. No other's provider speaks for him."""
    serves = {unit_id for _, unit_id in seats_of(session, person_id, clock.today(session))}
    home = select(Person.unit_id).where(Person.id == person_id).scalar_subquery()
    asked = select(func.coalesce(Unit.township_id, Unit.id)).where(or_(Unit.id == home, Unit.id.in_(serves)))
    return set(session.scalars(asked))


# --- bound, and unbound ---


@dataclass(frozen=True, slots=True)
class Bound:
    """A provider as somebody sees it on his own page: whether he is bound to it, as whom, since when."""

    id: int
    kind: str
    name: str
    subject: str
    at: datetime | None
    used_at: datetime | None
    opens: bool


def bound(session: Session, actor: Actor) -> list[Bound]:
    """The providers of the townships to which somebody belongs."""
    sittings.settled(actor)
    offers = _offered(session, actor)
    mine = {
        row.provider_id: row for row in session.scalars(select(Known).where(Known.person_id == actor.person_id)).all()
    }
    return [_shown(each, mine.get(each.id)) for each in offers]


def _offered(session: Session, actor: Actor) -> list[providers.Offered]:
    with db.beyond(session):  # he need not hold a post
        return providers.offered(session, townships_of(session, actor.person_id or 0))


def offered_by_slip(session: Session, actor: Actor) -> list[providers.Offered]:
    """By which providers somebody may come in for good who has just given the password of his slip."""
    person_id = actor.person_id or 0
    if actor.awaits is not Awaits.PASSWORD or not _may_do_without(session, person_id):
        return []
    return [each for each in _offered(session, actor) if providers.partner(session, each.id).back]


@dataclass(frozen=True, slots=True)
class Unchosen:
    """Somebody without a password of his own: whether he may choose one now, and where he comes in again first."""

    came_in: bool
    again: tuple[Bound, ...]


def unchosen(session: Session, actor: Actor) -> Unchosen | None:
    """How somebody who was bound by his slip chooses a password; None for everybody else.

    An open sitting is not enough: he has come in by his provider within these minutes.
    """
    if actor.awaits or not passwords.has_none(session.get_one(Account, actor.account_id)):
        return None
    if not _may_do_without(session, actor.person_id or 0):
        return None
    sitting = session.scalars(select(Sitting).where(Sitting.id == actor.sitting_id)).one()
    came_in = bool(sitting.through) and clock.now(session) - sitting.started_at <= proving.FRESH
    return Unchosen(came_in, tuple(each for each in bound(session, actor) if each.opens))


def choose_first(session: Session, actor: Actor, password: str) -> str:
    """He chooses one: the token of the sitting that goes on. Raises Invalid."""
    account = session.get_one(Account, sittings.settled(actor), with_for_update=True)
    found = unchosen(session, actor)
    if found is None or not found.came_in:
        raise Invalid(COME_IN_AGAIN)
    return passwords.change(session, actor, account, password)


def _may_do_without(session: Session, person_id: int) -> bool:
    """Whether somebody needs no password of his own: no officer, and nobody who signs in with a code."""
    return not _is_officer(session, person_id) and not sittings.needs_code(session, person_id)


def of_his(session: Session, actor: Actor, provider_id: int) -> Partner:
    """A provider of a township to which he belongs. Raises OutOfReach."""
    if provider_id not in {each.id for each in _offered(session, actor)}:
        raise OutOfReach
    with db.beyond(session):
        return providers.partner(session, provider_id)


def _shown(each: providers.Offered, row: Known | None) -> Bound:
    if row is None:
        return Bound(each.id, each.kind, each.name, "", None, None, opens=False)
    return Bound(each.id, each.kind, each.name, providers.subject_of(row), row.bound_at, row.used_at, opens=row.opens)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says yes to: whom the provider names, and whose account that is to open."""

    provider: str
    called: str  # empty: it gives a number alone
    subject: str
    person: str
    login: str


def asked(session: Session, actor: Actor, trip: Trip | None) -> Asked:
    """What is to be confirmed before one is bound. Raises OutOfReach where nothing is, or another began it."""
    if trip is None or not trip.found or trip.account_id != actor.account_id:
        raise OutOfReach("没有等着确认的绑定。请回到“我的账号”，从头再来。")
    login = session.get_one(Account, actor.account_id if trip.by_slip else sittings.settled(actor)).login
    return Asked(of_his(session, actor, trip.provider_id).name, trip.called, trip.found, actor.name, login)


def bind(session: Session, actor: Actor, trip: Trip | None) -> None:
    """He says that it is he: from now on it signs his account in. Raises NotSignedIn, Conflict, Invalid."""
    _bind(session, actor, trip)


def bind_by_slip(session: Session, actor: Actor, trip: Trip | None, *, whence: Whence = NOWHERE) -> str:
    """The same with the password of his slip, which opens nothing any more: the token of the sitting that goes on.

    Whoever has chosen his own password meanwhile keeps it: NotSignedIn.
    """
    if actor.awaits is not Awaits.PASSWORD:
        raise NotSignedIn(OVER)
    account, known = _bind(session, actor, trip)
    passwords.forget(account)
    sittings.end_sittings(session, account.id)
    signing_in.complete(session, account, whence, clock.now(session), through=known.name)
    return sittings.go_on(session, actor)


def _bind(session: Session, actor: Actor, trip: Trip | None) -> tuple[Account, Partner]:
    if trip is None or not trip.found or trip.account_id != actor.account_id:
        raise NotSignedIn(OVER)
    account = _may_bind(session, actor)
    _take(session, f"bind.{trip.state}", trip.until)
    known = of_his(session, actor, trip.provider_id)
    if identities.forget_sheets(session, known.id, trip.found) not in {None, account.person_id}:
        raise Conflict(TAKEN.format(name=known.name))
    identities.put_down(session, known.id, account.person_id, trip.found, opens=True)
    _tell(session, actor, account, "provider_bound")
    return account, known


def unbind(session: Session, actor: Actor, provider_id: int) -> None:
    """It signs him in no more, and no messages go there. Raises OutOfReach."""
    account = session.get_one(Account, sittings.settled(actor), with_for_update=True)
    mine = delete(Known).where(Known.provider_id == provider_id, Known.person_id == account.person_id)
    if session.scalar(mine.returning(Known.id)) is None:
        raise OutOfReach("已经解除绑定了。")
    _tell(session, actor, account, "provider_unbound")


def _may_bind(session: Session, actor: Actor) -> Account:
    """The account, locked, of somebody who has signed in whole, or by his slip, and just given his password."""
    by_slip = actor.awaits is Awaits.PASSWORD
    account = session.get_one(Account, actor.account_id if by_slip else sittings.settled(actor), with_for_update=True)
    if account.first_password is not by_slip or passwords.is_over(account, clock.now(session)):
        raise NotSignedIn("请重新登录。") if by_slip else Invalid(FIRST)
    if by_slip and not _may_do_without(session, account.person_id):
        raise Invalid(FIRST)
    if by_slip and not proving.is_proved(session, actor):
        raise NotSignedIn(SLIP_AGAIN)
    proving.require_proof(session, actor)
    return account


def _tell(session: Session, actor: Actor, account: Account, change: str) -> None:
    with db.beyond(session):  # he need not hold a post
        fact = AccountChanged(unit_id=passwords.unit_of(session, account), account_id=account.id, change=change)
        announce(session, fact, by=actor)
