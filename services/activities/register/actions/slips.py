"""Accounts for many in one act, each with a first password on a slip of paper; and a sheet that was lost, anew."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from services.activities.register import queries
from services.activities.register.actions import accounts
from services.activities.register.actions.units import require
from services.activities.register.queries.slips import Without
from services.activities.register.rules.logins import base_of, flaws_of, suggested
from services.activities.register.rules.slips import Slip
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.people import Unit, UnitKind
from shared.settings import settings

NOT_THESE = "有的人已经有账号、已是乡镇工作人员，或者不在您的管理范围内，请刷新页面重新勾选。"
NOBODY = "没有选中要开通账号的人，请至少勾选一人。"


def suggest(session: Session, people: Iterable[Without]) -> dict[int, str]:
    """A login for each of these people, by the pinyin of his name; each is another, and nobody's yet."""
    people = list(people)
    taken = queries.logins_like(session, {base_of(each.name) for each in people})
    logins = suggested([each.name for each in people], taken)
    return {each.person_id: login for each, login in zip(people, logins, strict=True)}


def login_flaws(session: Session, actor: Actor, unit_id: int, logins: Mapping[int, str]) -> dict[int, str]:
    """What is wrong with some of the logins: how they are written, that two are alike, or that somebody has one."""
    _unit_kept(session, actor, unit_id)  # who may not make accounts is not told which there are
    flaws = flaws_of(logins)
    taken = queries.logins_taken(session, logins.values())
    return {person_id: "这个账号名已经有人使用。" for person_id, login in logins.items() if login in taken} | flaws


def make_accounts(session: Session, actor: Actor, unit_id: int, logins: Mapping[int, str]) -> list[Slip]:
    """Make an account for each of these people of a unit, all or none: a sheet of slips, in the order of branches.

    `logins`: the login of each person. Invalid or Conflict where one of them cannot be.
    """
    unit = _unit_kept(session, actor, unit_id)
    if not logins:
        raise Invalid(NOBODY, field="people")
    flaws = login_flaws(session, actor, unit_id, logins)
    if flaws:
        raise Conflict("；".join(f"{logins[person_id]}：{said}" for person_id, said in flaws.items()), field="logins")
    people = queries.without_accounts(session, actor, unit.id, people=list(logins))
    if len(people) != len(logins):
        raise Conflict(NOT_THESE, field="people")
    made = []
    for who in people:
        _, password = accounts.create(session, actor, who.person_id, logins[who.person_id], hours=_hours())
        made.append(_slip(session, who, logins[who.person_id], password))
    queries.put_on_sheet(session, queries.next_sheet(session), list(logins))
    return made


def renew_sheet(session: Session, actor: Actor, unit_id: int, sheet_id: int) -> list[Slip]:
    """A sheet was lost: those of its passwords that nobody has used open nothing any more, and are made anew."""
    unit = _unit_kept(session, actor, unit_id)
    people = queries.on_sheet(session, actor, unit.id, sheet_id)
    if not people:
        raise Conflict("这一批的初始密码都已经换成自己的密码，或者已经另发，不用再发。", field="sheet_id")
    made = []
    for who in people:
        login, password = accounts.renew(session, actor, who.person_id, hours=_hours())
        made.append(_slip(session, who, login, password))
    queries.put_on_sheet(session, queries.next_sheet(session), [who.person_id for who in people])
    return made


def _unit_kept(session: Session, actor: Actor, unit_id: int) -> Unit:
    """The township, or a branch with an organiser of its own, for whoever makes accounts there."""
    unit = queries.unit_in_reach(session, actor, unit_id, UnitKind.TOWNSHIP, UnitKind.BRANCH)
    require(actor, unit, accounts.MAKES_ACCOUNTS)
    return unit


def _hours() -> int:
    return settings().slip_days * 24


def _slip(session: Session, who: Without, login: str, password: str) -> Slip:
    until = clock.now(session) + timedelta(hours=_hours())
    return Slip(who.person_id, who.name, who.place, who.post, login, password, until)
