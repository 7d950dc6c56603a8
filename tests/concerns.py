"""People's views as they stand in the named world once it notes them, and a view at its forms."""

from playwright.sync_api import Page

from services.activities.concerns import actions
from services.activities.concerns.schemas import Answer, NewConcern, NewUsualAnswer, Recognised, Said
from shared import office_settings
from shared.access import SYSTEM, console
from shared.db import unit
from shared.files import Handed
from shared.office_settings import Key
from shared.roles import Role
from shared.systems import SWITCHED
from tests.acts import Act, World
from tests.pictures import photo
from tests.town import DONGLING, FIRST, Town

LAMP = "村口路灯坏了三天。"
NEW_CONCERN = {"unit_id": "group_id", "kind": "road", "said": LAMP}
USUAL = {"kind": "road", "result": "solved", "said": "已经报修，三天以内修好。"}
SAID = {"said": "情况已经弄清楚了。"}
"""What whoever has no business there writes: the words are in order."""


def note_views(town: Town) -> None:
    """One of the first group of 东岭村 has come up, with a photo, one is answered, one was settled; a usual answer."""
    group, branch = town.groups[DONGLING, FIRST], town.units[DONGLING]
    leader, secretary = console(Role.LEADER, unit_id=group), console(Role.SECRETARY, unit_id=branch)
    made = []
    for kind, said in (("road", LAMP), ("environment", "河边垃圾没有人清。"), ("safety", "晒场电线垂下来了。")):
        with unit("activities", leader) as session:
            asked = NewConcern(unit_id=group, kind=kind, said=said, passes=kind != "safety")
            made.append(actions.note(session, leader, asked).id)
    with unit("activities", leader) as session:
        actions.settle(session, leader, made[2], Said(said="当天请电工收好了。"))
        actions.add_photos(session, leader, made[0], [Handed(photo(), "路灯.jpg")], Recognised(recognised="no"))
    organiser = console(Role.ORGANISER, unit_id=town.id)
    with unit("activities", organiser) as session:
        actions.write_usual(session, organiser, NewUsualAnswer(**USUAL))
    with unit("activities", secretary) as session:
        actions.accept(session, secretary, made[0])
        actions.pass_up(session, secretary, made[0], Said(said="要乡镇协调供电部门。"))
        actions.accept(session, secretary, made[1])
        actions.answer(session, secretary, made[1], Answer(result="solved", said="已经清运，每周清一次。"))


# --- a view at its forms ---


def let_views_be_noted(world: World) -> None:
    """The office switches it on."""
    with unit("activities") as session:
        value = [system.value for system in SWITCHED]
        office_settings.put(session, SYSTEM, world.town.id, Key.SYSTEMS, value, reason="全部开通。")


def weeks_after(world: World) -> None:
    """The weeks have gone after which is asked whether it is so."""
    world.asked("update activities.concern set asks_on = office.today() where asks_on is not null")


def latest(page: Page) -> str:
    """The furthest day that the form offers."""
    return page.locator("[name=until]").first.get_attribute("max") or ""


AT, OF = "/activities/concerns/{concern}", "/activities/concerns/{concern_id}"
NEW = Act("diligent", "/activities/concerns/new", "/activities/concerns", {"kind": "road", "said": LAMP}, "先记下")
MORE_TIME = Act("dongling", AT, f"{OF}/extensions", {"until": latest, "why": "等配件。"})
CONCERNS = (
    let_views_be_noted,
    NEW,
    Act("diligent", "", f"{OF}/settlements", {"said": "换了灯泡。"}),
    NEW,
    Act("diligent", "", f"{OF}/withdrawals", {"said": "记错了。"}),
    NEW,
    Act("diligent", "", f"{OF}/submissions"),
    Act("dongling", AT, f"{OF}/returns", {"said": "请写清楚是哪一盏灯。"}),
    Act("diligent", AT, f"{OF}/submissions"),
    Act("dongling", AT, f"{OF}/acceptances"),
    Act("dongling", "", f"{OF}/remarks", {"said": "已经报修。"}),
    MORE_TIME,
    Act("organiser", AT, f"{OF}/extensions/refusals", {"why": "不用等。"}),
    MORE_TIME,
    Act("organiser", AT, f"{OF}/extensions/grants"),
    Act("dongling", AT, f"{OF}/transfers", {"outside": "供电所", "number": "12345-1"}),
    Act("dongling", "", f"{OF}/answers", {"result": "solved", "said": "已经修好。"}),
    Act("diligent", AT, f"{OF}/tellings"),
    Act("diligent", "", f"{OF}/closings", {"satisfied": "yes"}),
    weeks_after,
    Act("diligent", AT, f"{OF}/follow-ups", {"holds": "no"}),
    Act("diligent", "", f"{OF}/reopenings", {"said": "灯又坏了。"}),
    Act("dongling", AT, f"{OF}/acceptances"),
    Act("dongling", "", f"{OF}/escalations", {"said": "要乡镇协调电力部门。"}),
    Act("organiser", AT, f"{OF}/blackenings", {"words": "三天"}),
    Act("organiser", "", f"{OF}/designations", {"unit_id": "西河村党支部", "said": "线路归西河村管。"}),
    NEW,
    Act("diligent", "", f"{OF}/photos", {"recognised": "no", "files": {"路灯.jpg": photo()}}),
    Act("diligent", "", "/activities/concerns/photos/{photo_id}/removals"),
    NEW,
    Act("diligent", "", f"{OF}/mergers", {"into": "民〔"}),
    Act(
        "organiser",
        "/activities/concerns/usual-answers",
        "/activities/concerns/usual-answers",
        {**USUAL, "kind": "道路水电"},
    ),
    Act("organiser", "", "/activities/concerns/usual-answers/{usual_answer_id}/removals"),
)
"""The forms of a view, by whoever is entitled to them."""
