"""Acts on officers (工作人员事项): asked for, agreed by another, carried out. A first password is on one page alone."""

from fastapi.responses import Response

from services.activities.register import actions, queries
from services.activities.register.actions import WHERE
from services.activities.register.pages.accounts import slip
from services.activities.register.queries.officers import CONCERNED
from services.activities.register.rules.officers import GIVE_PASSWORDS, OF_ACCOUNTS, Act, Stage
from services.activities.register.schemas import Because, NewOfficerAct
from shared.access import Actor
from shared.db import Session
from shared.errors import NotYours
from shared.people import UnitKind
from shared.roles import Role
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/register")
HERE = "/activities/register/officers"


@pages.get("/officers")
def officers(view: Viewed, actor: Signed, session: Unit, person_id: int | None = None) -> Html:
    """What was asked for in one's township; whoever may asks for more, perhaps of somebody who is no officer yet."""
    units = actor.units_as(*CONCERNED)
    if not units:
        raise NotYours("工作人员事项由组织委员、安全管理员和党委办理，您没有这个职务。")
    unit = queries.unit_in_reach(session, actor, units[0], UnitKind.TOWNSHIP)
    roles = actor.roles_over(unit.id)
    asks = bool(roles & {Role.KEEPER, Role.ORGANISER})
    return view.show(
        "register/officers.html",
        unit=unit,
        rows=queries.officer_acts(session, actor, unit.id),
        asks=asks,
        agrees=roles & set(CONCERNED),
        me=actor,
        chosen=person_id,
        officers=queries.officers(session, actor, unit.id, also=person_id) if asks else [],
        held=queries.officers_posts(session, actor, unit.id) if asks else [],
        stand_ins=[
            (f"{each.person_id}.{each.kind}", f"{each.name}：代{Role(each.kind).chinese}")
            for each in (queries.stand_ins(session, actor, unit_id=unit.id) if asks else [])
        ],
        posts=[(role, role.chinese) for role in Role if role in WHERE[UnitKind.TOWNSHIP]],
        acts=[(act, act.chinese) for act in Act if act in OF_ACCOUNTS],
        said={act: act.chinese for act in Act},
        stages={stage: stage.chinese for stage in Stage},
        roles={role: role.chinese for role in Role},
        passwords=GIVE_PASSWORDS,
        overlaps=queries.overlaps(session, actor, unit.id),
        clashes=queries.clashes(session, actor, unit.id),
    )


@pages.post("/officers/{township_id}/appointments")
def ask_to_appoint(view: Viewed, township_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Ask that somebody takes up a post."""
    return _ask(view, session, actor, township_id, form.read(NewOfficerAct, act=Act.APPOINT))


@pages.post("/officers/{township_id}/dismissals")
def ask_to_dismiss(view: Viewed, township_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Ask that somebody leaves a post."""
    return _ask(view, session, actor, township_id, form.read(NewOfficerAct, act=Act.DISMISS))


@pages.post("/officers/{township_id}/stand-ins")
def ask_to_stand_in(view: Viewed, township_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Ask that somebody stands in for a post until a last day."""
    return _ask(view, session, actor, township_id, form.read(NewOfficerAct, act=Act.STAND_IN))


@pages.post("/officers/{township_id}/stand-in-endings")
def ask_to_stand_down(view: Viewed, township_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Ask that it ends before its last day."""
    person, _, kind = form.text("post").partition(".")
    known = {"act": Act.STAND_DOWN, "person_id": person or None, "kind": kind or None}
    return _ask(view, session, actor, township_id, form.read(NewOfficerAct, **known))


@pages.post("/officers/{township_id}/account-acts")
def ask_of_account(view: Viewed, township_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Ask for an act on somebody's account."""
    return _ask(view, session, actor, township_id, form.read(NewOfficerAct))


def _ask(view: Viewed, session: Session, actor: Actor, township_id: int, asked: NewOfficerAct) -> Response:
    actions.ask(session, actor, township_id, asked.wish(), reason=asked.reason)
    return view.to(HERE, said="已提出，同意以后才会办理。")


@pages.post("/officers/acts/{officer_act_id}/agreements")
def agree(view: Viewed, officer_act_id: int, actor: Signed, session: Unit) -> Response:
    """Agree to it."""
    actions.agree(session, actor, officer_act_id)
    return view.to(HERE, said="已同意。")


@pages.post("/officers/acts/{officer_act_id}/refusals")
def decline(view: Viewed, officer_act_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """It is not to be, for a reason."""
    actions.decline(session, actor, officer_act_id, reason=form.read(Because).reason)
    return view.to(HERE, said="已答复不同意，什么都没有改动。")


@pages.post("/officers/acts/{officer_act_id}/withdrawals")
def withdraw(view: Viewed, officer_act_id: int, actor: Signed, session: Unit) -> Response:
    """Whoever asked no longer wishes it."""
    actions.withdraw_act(session, actor, officer_act_id)
    return view.to(HERE, said="已撤回，什么都没有改动。")


@pages.post("/officers/acts/{officer_act_id}/first-passwords")
def make_password(view: Viewed, officer_act_id: int, actor: Signed, session: Unit) -> Html:
    """The first password that was agreed to, on this page and nowhere else."""
    row, login, password = actions.make_password(session, actor, officer_act_id)
    return slip(view, row.person_id, login, password)
