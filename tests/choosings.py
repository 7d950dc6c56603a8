"""Choosings as they stand in the named world once leaders are chosen there: one vacant, one put forward, one filed."""

from dataclasses import replace
from datetime import date, timedelta

from playwright.sync_api import Page
from sqlalchemy import text

from services.assessment.choosings import actions
from services.assessment.choosings.schemas import ChoosingFiling, NewChoosing, Nominee
from shared import office_settings
from shared.access import SYSTEM, console
from shared.db import unit
from shared.office_settings import Key
from shared.roles import Role
from shared.systems import SWITCHED
from tests.acts import Act, World
from tests.town import DONGLING, FIRST, SECOND, XIHE, Town

NOMINATES = text("update assessment.choosing set way = 'nominate' where way = 'elect'")

NOMINEE = {
    "person_id": "person_id",
    "resolved_on": "2026-01-12",
    "expected": 5,
    "present": 5,
    "in_favour": 4,
    "consent_on": "2026-01-12",
    "conduct": "随便试试。",
    "from_on": "2026-02-01",
}
"""What whoever has no business there asks: the words are in order."""
ELECTION = {
    "candidates": ["person_id"],
    "held_on": "2026-01-12",
    "consent_on": "2026-01-12",
    "conduct": "随便试试。",
    "from_on": "2026-02-01",
}


def choose(town: Town, today: date, last: str = "许安") -> None:
    """Switch it on: the group without a leader has a choosing by itself, and two more go on for another term.

    In all of them the branch nominates, as in the rule set of its neighbour.
    """
    with unit("activities") as session:
        value = [system.value for system in SWITCHED]
        office_settings.put(session, SYSTEM, town.id, Key.SYSTEMS, value, reason="全部开通。")
    groups, organiser = ((DONGLING, FIRST), (XIHE, FIRST)), console(Role.ORGANISER, unit_id=town.id)
    with unit("assessment") as session:
        actions.look_over(session)
        made = [
            actions.open_choosing(
                session, organiser, NewChoosing(group_id=town.groups[group], post=Role.LEADER, reason="term")
            ).id
            for group in groups
        ]
        session.execute(NOMINATES)
    for choosing_id, (branch, _), name in zip(made, groups, (last, "于洋"), strict=True):
        asked = Nominee(
            person_id=town.people[name],
            resolved_on=today,
            expected=5,
            present=5,
            in_favour=4,
            consent_on=today,
            conduct="身体健康，作风正派，群众信得过。",
            from_on=today + timedelta(days=20),
        )
        with unit("assessment") as session:
            actions.nominate(session, console(Role.SECRETARY, unit_id=town.units[branch]), choosing_id, asked)
    with unit("assessment") as session:
        actions.file(session, organiser, made[1], ChoosingFiling())


# --- a choosing at its forms ---


def let_leaders_be_chosen(world: World) -> None:
    """The office switches it on."""
    with unit("activities") as session:
        value = [system.value for system in SWITCHED]
        office_settings.put(session, SYSTEM, world.town.id, Key.SYSTEMS, value, reason="全部开通。")


def let_the_branch_nominate(world: World) -> None:
    """As in the rule set of the neighbour."""
    world.asked("update assessment.choosing set way = 'nominate' where way = 'elect'")


def let_the_committee_nod(world: World) -> None:
    """The office wants the committee's nod before a leader is filed."""
    with unit("activities") as session:
        office_settings.put(session, SYSTEM, world.town.id, Key.COMMITTEE_NODS, [Role.LEADER], reason="先报党委。")


def let_the_committee_be(world: World) -> None:
    """The office wants no nod any more."""
    with unit("activities") as session:
        office_settings.put(session, SYSTEM, world.town.id, Key.COMMITTEE_NODS, [], reason="直接备案。")


def stand_in_his_way(world: World) -> None:
    """Whoever was filed is deputy of another group by now."""
    group = world.town.groups[DONGLING, SECOND]
    world.asked(
        "insert into office.post (person_id, unit_id, kind, starts_on)"
        f" select c.person_id, {group}, 'deputy', office.today() from assessment.choosing c where c.stage = 'filed'"
    )


def step_out_of_it(world: World) -> None:
    """He is so no more."""
    world.asked("update office.post set ends_on = starts_on where kind = 'deputy' and ends_on is null")


def today(page: Page) -> str:
    """The day that the form holds for today."""
    return page.locator("[name=from_on]").first.get_attribute("min") or ""


def let_it_be_counted(world: World) -> None:
    """The group has elected its first candidate."""
    world.asked(
        "update assessment.choosing set stage = 'counted', expected = 6, present = 6, in_favour = 5, person_id = ("
        " select o.person_id from assessment.ballot b join assessment.ballot_option o on o.ballot_id = b.id"
        " where b.subject_id = choosing.id limit 1) where stage = 'called'"
    )


def a_day_later(world: World) -> None:
    """Whoever took up a post today is not followed by another on the same day."""
    ((day,),) = world.asked("select office.today()")
    world.go_to(day + timedelta(days=1))


def first_of_them(page: Page) -> str:
    """Whoever stands first among those who may be candidates."""
    return page.locator("#election [name=candidates]").first.get_attribute("value") or ""


def the_last_group_s_first(page: Page) -> str:
    """For the last group its first candidate, and what the branch says of him."""
    page.locator("#elections fieldset").last.locator("input").first.check()
    return "群众信得过。"


def whoever_comes_first(page: Page) -> str:
    """For the first group its first candidate, and what the branch says of him."""
    page.locator("#nominations select").first.select_option(index=1)
    return "身体健康，作风正派。"


def first_member(page: Page) -> str:
    """Whoever stands first in the list of a group's members."""
    return page.locator("#bar [name=person_id] option").nth(1).inner_text()


BARS = "/assessment/choosings/bars"
WHY = {"reason": "会议研究决定。"}
AT, OF = "/assessment/choosings/{choosing}", "/assessment/choosings/{choosing_id}"
REVIEW = "/assessment/choosings/review"
ELECTIONS = "/assessment/choosings/branches/{branch}/elections"
OF_BRANCH = "/assessment/choosings/branches/{branch_id}"
NEW = Act(
    "dongling",
    "/assessment/choosings/new",
    "/assessment/choosings",
    {"group_id": FIRST, "post": "leader", "reason": "term"},
)
RESOLVED = {
    "resolved_on": today,
    "expected": 5,
    "present": 5,
    "in_favour": 4,
    "consent_on": today,
    "conduct": "身体健康，作风正派。",
    "from_on": today,
}
NOMINATE = Act("dongling", AT, f"{OF}/nominations", {"person_id": "许安", **RESOLVED})
ELECT = Act(
    "dongling",
    AT,
    f"{OF}/elections",
    {"candidates": first_of_them, "held_on": today, "consent_on": today, "conduct": "群众信得过。", "from_on": today},
)
CHOOSINGS = (
    let_leaders_be_chosen,
    Act("organiser", f"{BARS}?unit_id={{group}}", BARS, {"person_id": first_member}),
    Act("organiser", BARS, BARS),
    replace(NEW, typed={**NEW.typed, "group_id": SECOND}),
    ELECT,
    let_it_be_counted,
    Act("dongling", AT, f"{OF}/results"),
    NEW,
    let_the_branch_nominate,
    Act("dongling", AT, f"{OF}/consents", {"person_id": "许安"}),
    Act("member", "/assessment/choosings/asked", f"{OF}/answers", press="同意"),
    NOMINATE,
    Act("dongling", AT, f"{OF}/retractions"),
    NOMINATE,
    Act("organiser", AT, f"{OF}/returns", WHY),
    NOMINATE,
    let_the_committee_nod,
    Act("organiser", AT, f"{OF}/submissions"),
    Act("committee", AT, f"{OF}/refusals", WHY),
    NOMINATE,
    Act("organiser", AT, f"{OF}/submissions"),
    Act("committee", AT, f"{OF}/agreements"),
    Act("organiser", AT, f"{OF}/filings"),
    stand_in_his_way,
    World.rest,
    step_out_of_it,
    Act("organiser", AT, f"{OF}/retries"),
    World.rest,
    NEW,
    Act("organiser", AT, f"{OF}/withdrawals", WHY),
    a_day_later,
    Act("organiser", "/assessment/choosings/renewals", "/assessment/choosings/renewals", {"branch_ids": True}),
    Act(
        "dongling",
        ELECTIONS,
        f"{OF_BRANCH}/elections",
        {"conduct": the_last_group_s_first, "held_on": today, "consent_on": today, "from_on": today},
    ),
    Act("dongling", ELECTIONS, f"{OF_BRANCH}/openings", {"first_teller": "姚立", "second_teller": "方圆"}),
    let_it_be_counted,
    Act("dongling", ELECTIONS, f"{OF_BRANCH}/results"),
    Act("organiser", REVIEW, REVIEW, {"choosing_ids": True, **WHY}, "退回勾选的"),
    let_the_branch_nominate,
    Act(
        "dongling",
        "/assessment/choosings/branches/{branch}",
        f"{OF_BRANCH}/nominations",
        {**RESOLVED, "conduct": whoever_comes_first},
    ),
    let_the_committee_be,
    Act("organiser", REVIEW, REVIEW, {"choosing_ids": True}, "各编一号"),
)
"""The forms of a choosing, by whoever is entitled to them."""
