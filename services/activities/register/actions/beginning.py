"""The first day of an installation: a township, its rule set and day of beginning, and three who can sign in.

Whoever does it was let in by the code that the machine's command line printed, so the machine itself acts. What is
there already stays as it is.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from services.activities.register import queries
from services.activities.register.actions import accounts
from services.activities.register.actions.people import add_person
from services.activities.register.actions.posts import appoint
from services.activities.register.actions.units import found_township
from services.activities.register.queries.beginning import FIRST
from services.activities.register.rules.logins import base_of, suggested
from services.activities.register.rules.slips import Slip
from shared import clock
from shared.access import SYSTEM
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.people import Unit
from shared.roles import Role
from shared.settings import settings

AHEAD = timedelta(days=366)
SAME_NAME = "名册里已有同名的人，请选择是不是同一个人。"
THREE_PEOPLE = "组织委员、安全管理员、审计员要由三个不同的人担任，请另填一人。"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is asked for. `names`: who is to hold a post; `known`: which person of the register that is, 0 for another.

    What is there already is not looked at.
    """

    name: str = ""
    rule_set: str = ""
    begins_on: date | None = None
    names: dict[Role, str] = field(default_factory=dict)
    known: dict[Role, int] = field(default_factory=dict)


def begin_installation(session: Session, asked: Beginning) -> tuple[Unit, list[Slip]]:
    """Found the township where none is, give its first posts, and make a first password for each of the three."""
    found = queries.begun(session)
    township = found.township or _found(session, asked)
    if township.begins_on is None:
        township.begins_on = _day(session, asked.begins_on)
        session.flush()
    people = {role: held[0] for role, held in found.held.items()}
    for role in found.wanting:
        people[role] = _appointed(session, township, role, asked, people)
    return township, [_slip(session, township, role, people[role]) for role in FIRST]


def _found(session: Session, asked: Beginning) -> Unit:
    """The township, with the rule set that was chosen: it is never guessed."""
    if not asked.rule_set:
        raise Invalid("请选择执行哪一套制度。", field="rule_set")
    return found_township(session, SYSTEM, asked.name, rule_set=asked.rule_set)


def _day(session: Session, wanted: date | None) -> date:
    if wanted is None:
        raise Invalid("请填写从哪一天起使用。", field="begins_on")
    if wanted > clock.today(session) + AHEAD:
        raise Invalid("起用日期太晚了，最晚是一年以后。", field="begins_on")
    return wanted


def _appointed(session: Session, township: Unit, role: Role, asked: Beginning, others: dict[Role, int]) -> int:
    """Who holds the post from today: somebody of the register where he was said to be the same, or somebody new."""
    name = asked.names.get(role, "")
    if not name:
        raise Invalid(f"请填写{role.chinese}的姓名。", field=role.value)
    alike = {each.person_id for each in queries.called(session, SYSTEM, township.id, name)}
    chosen = asked.known.get(role)
    if alike & set(others.values()):
        raise Invalid(THREE_PEOPLE, field=role.value)
    if alike and chosen not in {0, *alike}:
        raise Conflict(SAME_NAME, field=f"{role.value}_is")
    person_id = chosen or add_person(session, SYSTEM, township.id, name=name, kind=None).id
    appoint(session, SYSTEM, person_id, township.id, role)
    return person_id


def _slip(session: Session, township: Unit, role: Role, person_id: int) -> Slip:
    """A first password for him, and his account where he has none."""
    person = queries.person_in_reach(session, SYSTEM, person_id)
    hours = settings().slip_days * 24
    if queries.with_accounts(session, [person_id]):
        login, password = accounts.renew(session, SYSTEM, person_id, hours=hours)
    else:
        login = suggested([person.name], queries.logins_like(session, [base_of(person.name)]))[0]
        _, password = accounts.create(session, SYSTEM, person_id, login, hours=hours)
    until = clock.now(session) + timedelta(hours=hours)
    return Slip(person_id, person.name, township.name, role.chinese, login, password, until)
