"""Whoever holds several posts chooses the one that he acts in; he is shown its work, and may do what all of them let him."""

from services.activities.register import actions as register
from services.activities.register import queries
from shared.access import SYSTEM
from shared.db import unit
from shared.roles import Role
from tests.town import DONGLING, FIRST, FOUNDED, SECOND


def also(town, name: str, where: int, role: Role) -> None:
    """Somebody takes up another post."""
    with unit("activities") as session:
        register.appoint(session, SYSTEM, town.people[name], where, role, starts_on=FOUNDED)


def bar_of(page) -> str:
    """What the bar says of whom one is."""
    return " ".join(page.root.find(".//header//summary/small").text_content().split())


def acts_in(visitor, where: int, role: Role):
    """He chooses a post in the bar's menu; where he is led."""
    return visitor.submit(visitor.get("/account"), "act-in", button=("post", f"{role}.{where}"))


def test_the_widest_duty_comes_first_and_the_chosen_one_stays_chosen(town, visit):
    group = town.groups[DONGLING, SECOND]
    also(town, "陆明", group, Role.DEPUTY)
    both, elsewhere = visit("dongling"), visit("dongling")
    assert bar_of(both.get("/")) == "东岭村党支部 · 支部书记"

    landed = acts_in(both, group, Role.DEPUTY)

    assert (landed.title, bar_of(landed)) == ("待办", "东岭村党支部第二党小组 · 党小组副组长")
    assert "第二党小组" in landed.text
    assert bar_of(both.get("/activities/records")) == "东岭村党支部第二党小组 · 党小组副组长"
    assert bar_of(elsewhere.get("/")) == "东岭村党支部 · 支部书记"  # another sitting, another choice


def test_lists_and_the_menu_follow_the_post_but_not_what_one_may_do(town, visit):
    group, branch = town.groups[DONGLING, FIRST], town.units[DONGLING]
    also(town, "宋平", group, Role.DEPUTY)
    both = visit("villager")
    assert "南坪村党支部" in both.get("/activities/register").text
    assert both.get("/office/").status == 200

    acts_in(both, group, Role.DEPUTY)

    listed = both.get("/activities/register")
    assert "第一党小组" in listed.text
    assert "南坪村党支部" not in listed.text
    assert "/office/" not in listed.links()
    assert both.get("/activities/duties").title.startswith("东岭村党支部第一党小组")
    other = both.get(f"/activities/register/units/{branch}")  # by its address: all posts count
    assert other.form("rename") is not None


def test_nobody_acts_in_a_post_that_he_does_not_hold_or_holds_no_longer(town, visit):
    group = town.groups[DONGLING, SECOND]
    also(town, "陆明", group, Role.DEPUTY)
    both = visit("dongling")
    page = both.get("/account")

    refused = both.submit(page, "act-in", 422, button=("post", f"organiser.{town.id}"))
    assert "没有这个职务" in refused.text

    acts_in(both, group, Role.DEPUTY)
    with unit("activities") as session:
        held = queries.holders(session, SYSTEM, group, on=FOUNDED)
        deputy = next(each for each in held if each.kind == Role.DEPUTY)
        register.end_post(session, SYSTEM, deputy.post_id, ends_on=FOUNDED.replace(year=2024), reason="换届")
    assert bar_of(both.get("/")) == "东岭村党支部 · 支部书记"


def test_whoever_holds_one_post_is_asked_nothing(visit):
    page = visit("diligent").get("/account")
    assert not [form for form in page.root.forms if form.get("id") == "act-in"]
