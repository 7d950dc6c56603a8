"""Letters between townships of the installation: sent from somebody's page, answered in one list."""

from fastapi.responses import Response

from services.activities.register import actions, queries
from services.activities.register.pages.act_papers import attach_to
from services.activities.register.queries.suggested import with_cells
from services.activities.register.rules.words import MEMBERS_SAID, SEXES_SAID
from services.activities.register.schemas import Because, NewTransfer, Taking
from shared import clock
from shared.errors import NotYours
from shared.people import UnitKind
from shared.roles import Role
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/register")
HERE = "/activities/register/transfers"


@pages.get("/transfers")
def letters(view: Viewed, actor: Signed, session: Unit) -> Html:
    """What came and what was sent."""
    if not actor.units_as(Role.ORGANISER):
        raise NotYours("乡镇之间的转接由组织委员办理，您没有这个职务。")
    found = queries.transfers(session, actor)
    township = queries.unit_in_reach(session, actor, actor.units_as(Role.ORGANISER)[0])
    units = queries.names_below(session, actor)
    divided = {each.branch_id for each in units}
    places = [each for each in units if each.kind != UnitKind.TOWNSHIP and each.id not in divided]
    return view.show(
        "register/transfers.html",
        found=found,
        places=with_cells(session, actor, township, [(each.id, each.whole_name) for each in places]),
        said={"members": MEMBERS_SAID, "sexes": SEXES_SAID},
        today=clock.today(session),
    )


@pages.post("/people/{person_id}/transfers")
def send(view: Viewed, person_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """The letter is written."""
    actions.send(session, actor, person_id, form.read(NewTransfer).letter(clock.today(session)))
    return view.to(HERE, said="介绍信已开出。对方接收以前，他仍在原来的党小组，照常计数；可以撤回。")


@pages.post("/transfers/{transfer_id}/takings")
def take(view: Viewed, transfer_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """He is taken into a branch."""
    asked = form.read(Taking)
    row = actions.take(session, actor, transfer_id, asked.to_unit_id, on=asked.on)
    attach_to(session, actor, "member_act", row.came_act_id or 0, form)
    return view.to(HERE, said="已接收，从这一天起计入本乡镇。办错了的，七天以内可以由您撤销。")


@pages.post("/transfers/{transfer_id}/returns")
def send_back(view: Viewed, transfer_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """He is not taken, for a reason."""
    actions.send_back(session, actor, transfer_id, reason=form.read(Because).reason)
    return view.to(HERE, said="已退回，原因已经写明。")


@pages.post("/transfers/{transfer_id}/withdrawals")
def withdraw(view: Viewed, transfer_id: int, actor: Signed, session: Unit) -> Response:
    """He is not to go; or the return has been taken note of."""
    actions.withdraw_transfer(session, actor, transfer_id)
    return view.to(HERE, said="已了结，名册没有变动。")


@pages.post("/transfers/{transfer_id}/undoings")
def undo(view: Viewed, transfer_id: int, actor: Signed, session: Unit) -> Response:
    """Whoever took him takes that back."""
    actions.undo_transfer(session, actor, transfer_id)
    return view.to(HERE, said="已撤销接收，他回到原来的乡镇，编组、任职和账号恢复到接收以前。")
