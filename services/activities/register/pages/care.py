"""Mobile members and members in need: put on the list on somebody's page, met in one tap in the list of the branch."""

from fastapi.responses import Response

from services.activities.register import actions, queries
from services.activities.register.actions import KEEPS_REGISTER
from services.activities.register.queries.care import groups_to_join
from services.activities.register.rules.care import KINDS, Sort
from services.activities.register.rules.ending import end_said
from services.activities.register.schemas import Because, CareEnding, Met, NewCare
from shared import clock
from shared.errors import NotYours
from shared.people import UnitKind
from shared.roles import Role
from shared.web import Form, Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/register")
HERE = "/activities/register"
SEES = (Role.SECRETARY, Role.ORGANISER, Role.COMMITTEE)


@pages.get("/units/{unit_id}/care")
def listed(view: Viewed, unit_id: int, actor: Signed, session: Unit) -> Html:
    """Who is looked after in a branch or a township."""
    unit = queries.unit_in_reach(session, actor, unit_id, UnitKind.TOWNSHIP, UnitKind.BRANCH)
    roles = actor.roles_over(unit.id, unit.township_id)
    if not roles & {*SEES, Role.SYSTEM}:
        raise NotYours("流动党员和困难党员由支部书记、组织委员管理，您没有这个职务。")
    found = queries.cared_for(session, actor, unit_id=unit_id)
    return view.show(
        "register/care.html",
        unit=unit,
        lists=[(sort, [each for each in found if each.sort is sort]) for sort in Sort],
        kinds=[(each, each) for each in KINDS[Sort.IN]],
        groups=[(each, each) for each in groups_to_join(session, unit.id)],
        keeps=bool(roles & (KEEPS_REGISTER | {Role.SECRETARY})),
    )


@pages.get("/care/{care_id}")
def one(view: Viewed, care_id: int, actor: Signed, session: Unit) -> Html:
    """One of them, with his contacts and visits."""
    entries = queries.care_entries(session, actor, care_id)
    it = queries.cared_one(session, actor, care_id)
    calls = bool(actor.roles_over(it.branch_id, it.township_id) & (KEEPS_REGISTER | {Role.SECRETARY}))
    return view.show("register/cared.html", it=it, entries=entries, number="", calls=calls)


@pages.post("/care/{care_id}/numbers")
def show_number(view: Viewed, care_id: int, actor: Signed, session: Unit, form: Sent) -> Html:
    """The number of somebody from elsewhere in full, on this page only, for a reason that is kept."""
    number = actions.show_guest_number(session, actor, care_id, reason=form.read(Because).reason)
    entries = queries.care_entries(session, actor, care_id)
    it = queries.cared_one(session, actor, care_id)
    return view.show("register/cared.html", it=it, entries=entries, number=number, calls=True)


@pages.post("/people/{person_id}/care")
def look_after(view: Viewed, person_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """A member is out, or in need."""
    row = actions.look_after(session, actor, person_id, form.read(NewCare).looked(clock.today(session)))
    return view.to(f"{HERE}/people/{person_id}", said=f"已登记为{Sort(row.sort).chinese}。")


@pages.post("/branches/{branch_id}/care")
def look_after_guest(view: Viewed, branch_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Somebody whose relation is elsewhere takes part here."""
    asked = form.read(NewCare, sort=Sort.IN.value).looked(clock.today(session))
    actions.look_after_guest(session, actor, branch_id, asked)
    return view.to(f"{HERE}/units/{branch_id}/care", said="流入的党员已登记。")


@pages.post("/care/{care_id}/meetings")
def meet(view: Viewed, care_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """He was contacted or visited."""
    asked = form.read(Met)
    row = actions.meet(session, actor, care_id, on=asked.on, note=asked.note)
    return back(view, form, row.branch_id, "已记下。")


@pages.post("/care/{care_id}/endings")
def end_care(view: Viewed, care_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """He is back, or in need no more."""
    asked = form.read(CareEnding)
    row = actions.end_care(session, actor, care_id, why=asked.reason, on=asked.day)
    said = end_said(row.starts_on, row.ends_on or row.starts_on, "不再登记在册")
    return back(view, form, row.branch_id, f"已结束，{said}以前的记录保留。")


def back(view: Viewed, form: Form, branch_id: int, said: str) -> Response:
    """To the list of the branch."""
    del form
    return view.to(f"{HERE}/units/{branch_id}/care", said=said)
