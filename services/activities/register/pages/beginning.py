"""The set-up page: opened by the code of the command line, as long as nobody can sign in; it asks what is missing."""

import time

from fastapi import Request
from fastapi.responses import Response

from services.activities.register import actions, queries
from services.activities.register.queries.beginning import FIRST
from services.activities.register.rules.rule_sets import side_by_side, titles
from services.activities.register.schemas import SetUp, SetUpCode
from shared import access, clock, db
from shared.access import SYSTEM
from shared.db import Session
from shared.errors import Invalid
from shared.people.namesakes import Named as Called
from shared.roles import Role
from shared.web import ForAll, Html, Pages, Sent, View, service_of
from shared.web.forms import checked_token
from shared.web.hosts import is_safe
from shared.web.knocking import FAILURE_SECONDS, whence_of
from shared.web.seating import refuse_open_air, refuse_strangers

pages = Pages(prefix="/setup")
HERE, DOOR = "/setup", "/sign-in"
SECURE, PLAIN = "__Host-set-up", "set-up"  # the cookie of the browser that sets up; the first binds it to this house
SECONDS = int(access.SET_UP_VALID.total_seconds())


@pages.get("")
def begin(request: Request, view: ForAll) -> Response:
    """What is missing, for the browser in which the code was given; the field for the code, for every other."""
    with db.unit(service_of(request)) as session:
        if access.somebody_can_sign_in(session):
            return view.to(DOOR)
        if access.sets_up(session, _token(request)):
            return _form(view, session)
    return view.show("register/set_up_code.html", minutes=SECONDS // 60)


@pages.post("/codes")
def give_code(request: Request, view: ForAll, form: Sent) -> Response:
    """Open it, by the code."""
    _refuse_others(request, form)
    started, whence = time.monotonic(), whence_of(request)
    with db.unit(service_of(request)) as session:
        token = access.open_set_up(session, form.read(SetUpCode).code, whence=whence)
    if token is None:  # refused only here, so that the try is counted
        with access.resting(whence.address):
            time.sleep(max(0.0, FAILURE_SECONDS - (time.monotonic() - started)))
        raise Invalid(access.WRONG_SET_UP, field="code")
    answer, safe = view.to(HERE), is_safe(request)
    answer.set_cookie(SECURE if safe else PLAIN, token, secure=safe, httponly=True, samesite="strict", max_age=SECONDS)
    return answer


@pages.post("")
def set_up(request: Request, view: ForAll, form: Sent) -> Response:
    """Do it: the first passwords are on this page and nowhere else."""
    _refuse_others(request, form)
    with db.unit(service_of(request)) as session:
        if not access.sets_up(session, _token(request), locked=True):
            return view.to(HERE, said="设置页已经关上：别人已经办成，或者过了 30 分钟。这一次没有改动任何内容。")
        township, slips = actions.begin_installation(session, wished(form.read(SetUp)))
        access.end_set_up(session)
        name, rules = township.name, titles().get(township.rule_set or "", "")
    return _done(view, name, rules, slips)


def wished(asked: SetUp) -> actions.Beginning:
    """What the form asks for."""
    names = {role: getattr(asked, role.value) for role in FIRST}
    known = {role: who for role in FIRST if (who := getattr(asked, f"{role.value}_is")) is not None}
    return actions.Beginning(asked.name, asked.rule_set, asked.begins_on, names, known)


def _done(view: View, name: str, rules: str, slips: list[actions.Slip]) -> Html:
    answer = view.show("register/begun.html", name=name, rules=rules, slips=slips, pieces=access.in_pieces)
    for cookie in (SECURE, PLAIN):
        answer.delete_cookie(cookie, secure=cookie == SECURE)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _form(view: View, session: Session) -> Html:
    found, today = queries.begun(session), clock.today(session)
    return view.show(
        "register/set_up.html",
        found=found,
        firsts=[(role.value, role.chinese, role in found.held) for role in FIRST],
        held={role.value: name for role, (_, name) in found.held.items()},
        alike=_alike(view, session, found) if view.typed else {},
        rule_sets=titles(),
        differing=side_by_side(today),
        today=today,
    )


def _alike(view: View, session: Session, found: queries.Begun) -> dict[str, list[tuple[int, str]]]:
    """For each name that was typed: who of the register is called so, to be asked about."""
    if found.township is None or view.typed is None:
        return {}
    typed = {role: view.typed.text(role.value) for role in found.wanting}
    asked = {role: queries.called(session, SYSTEM, found.township.id, name) for role, name in typed.items() if name}
    return {role.value: _choices(role, who) for role, who in asked.items() if who}


def _choices(role: Role, alike: list[Called]) -> list[tuple[int, str]]:
    known = [(each.person_id, f"就是名册里的{each.name}（{each.unit}）") for each in alike]
    return [*known, (0, f"是另一个人，{role.chinese}另行登记")]


def _token(request: Request) -> str:
    return request.cookies.get(SECURE if is_safe(request) else PLAIN, "")


def _refuse_others(request: Request, form: Sent) -> None:
    checked_token(form, None)
    refuse_strangers(request)
    refuse_open_air(request)
