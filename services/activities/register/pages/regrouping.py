"""Splitting, merging and moving groups: asked on a page, shown before it is done, then done."""

from fastapi.responses import Response

from services.activities.register import actions, queries
from services.activities.register.actions import KEEPS_REGISTER, require
from services.activities.register.rules.regrouping import Sort
from services.activities.register.schemas import (
    Dissolution,
    DissolveIn,
    MergeIn,
    MoveIn,
    PartIn,
    RegroupingIn,
    SplitIn,
    regrouping_out,
)
from shared import clock
from shared.errors import OutOfReach
from shared.people import UnitKind
from shared.roles import Role
from shared.web import Form, Html, Kept, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/register")
HERE = "/activities/register"


@pages.get("/units/{unit_id}/regroupings/{sort}")
def ask(view: Viewed, unit_id: int, sort: Sort, actor: Signed, session: Unit) -> Html:
    """What is to be done: a group split or moved, or the groups of a branch merged."""
    of_regroupings(sort)
    kind = UnitKind.BRANCH if sort is Sort.MERGE else UnitKind.GROUP
    unit = queries.unit_in_reach(session, actor, unit_id, kind)
    require(actor, unit, KEEPS_REGISTER)
    today = clock.today(session)
    units = queries.tree(session, actor, below=unit.id if sort is Sort.MERGE else unit.township_id)
    return view.show(
        "register/regrouping.html",
        unit=unit,
        sort=sort,
        members=queries.members_on(session, actor, unit_id, today),
        candidates=queries.candidates(session, actor, unit),
        groups=[each for each in units if each.branch_id in (unit.id, unit.branch_id or 0) and each.id != unit.id],
        branches=[each for each in units if each.kind == UnitKind.BRANCH and each.id != unit.branch_id],
        today=today,
    )


@pages.post("/units/{unit_id}/regroupings/{sort}/preview")
def preview(view: Viewed, unit_id: int, sort: Sort, *, actor: Signed, session: Unit, form: Sent) -> Kept:
    """What would follow; nothing is written."""
    found = actions.preview_regrouping(session, actor, read(form, unit_id, sort).regrouping.asked())
    unit = queries.unit_in_reach(session, actor, unit_id)
    kept = [pair for pair in form.entries if pair[0] in FIELDS]
    ahead = found.plan.on if found.plan.on > clock.today(session) else None
    page = view.show("register/outlook.html", unit=unit, sort=sort, found=regrouping_out(found), kept=kept, ahead=ahead)
    return Kept(page)


@pages.post("/units/{unit_id}/regroupings/{sort}")
def commit(view: Viewed, unit_id: int, sort: Sort, *, actor: Signed, session: Unit, form: Sent) -> Response:
    """Do it."""
    found, planned_id = actions.arrange(session, actor, read(form, unit_id, sort).regrouping.asked())
    branch_id = (found.plan.wanted or found.plan.groups)[0].branch_id
    if planned_id is not None:
        return view.to(f"{HERE}/units/{unit_id}", said=f"已安排{sort.chinese}，到那一天生效；在那之前可以撤回。")
    return view.to(f"{HERE}/units/{branch_id}", said=f"党小组已{sort.chinese}，名册和任职已更新。")


@pages.post("/planned/{planned_id}/withdrawals")
def withdraw(view: Viewed, planned_id: int, actor: Signed, session: Unit) -> Response:
    """What was arranged is not to be done."""
    row = actions.withdraw(session, actor, planned_id)
    return view.to(f"{HERE}/units/{row.branch_id}", said="调整计划已撤回，名册没有变动。")


@pages.get("/units/{unit_id}/dissolution")
def ask_to_dissolve(view: Viewed, unit_id: int, actor: Signed, session: Unit) -> Html:
    """What dissolving a branch would mean."""
    branch = queries.unit_in_reach(session, actor, unit_id, UnitKind.BRANCH)
    require(actor, branch, KEEPS_REGISTER)
    today = clock.today(session)
    units = queries.names_below(session, actor, branch.township_id)
    divided = {each.branch_id for each in units}
    places = [each for each in units if each.kind != UnitKind.TOWNSHIP and unit_id not in (each.id, each.branch_id)]
    return view.show(
        "register/dissolution.html",
        unit=branch,
        hindrance=actions.hindrance(session, actor, branch),
        members=queries.members_on(session, actor, unit_id, today),
        holders=queries.holders(session, actor, unit_id, on=today),
        roles={role: role.chinese for role in Role},
        places=[(each.id, each.whole_name) for each in places if each.id not in divided],
        today=today,
    )


@pages.post("/units/{unit_id}/dissolution")
def dissolve(view: Viewed, unit_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Dissolve it."""
    asked = form.read(Dissolution)
    branch = actions.dissolve_branch(session, actor, unit_id, on=asked.on, into=asked.into)
    return view.to(f"{HERE}/units/{branch.township_id}", said="党支部已撤销，以前的记录都保留。")


def of_regroupings(sort: Sort) -> None:
    """A rename has a form of its own."""
    if sort is Sort.RENAME:
        raise OutOfReach


FIELDS = ("on", "name", "members", "leader", "group_ids", "into", "branch_id")


def read(form: Form, unit_id: int, sort: Sort) -> RegroupingIn:
    """What was asked for."""
    of_regroupings(sort)
    if sort is Sort.MERGE:
        return RegroupingIn(regrouping=form.read(MergeIn, sort="merge"))
    if sort is Sort.MOVE:
        return RegroupingIn(regrouping=form.read(MoveIn, sort="move", group_id=unit_id))
    if sort is Sort.DISSOLVE:
        return RegroupingIn(regrouping=form.read(DissolveIn, sort="dissolve", group_id=unit_id))
    part = form.read(PartIn)
    return RegroupingIn(regrouping=form.read(SplitIn, sort="split", group_id=unit_id, parts=[part]))
