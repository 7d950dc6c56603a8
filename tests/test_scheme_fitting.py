"""The example scheme fits the rule set, and the page that opens a year says of what applies to nobody."""

from collections.abc import Callable
from datetime import date

import pytest

from services.activities.register import actions as register
from services.assessment.schemes import actions, queries
from services.assessment.schemes.rules import EXAMPLES, OF_VIEWS, idle, kinds_owed, read_scheme
from shared.access import SYSTEM
from shared.db import unit
from shared.rulebase import LOCAL, effective
from tests.browsing import Visitor
from tests.town import Town

Visit = Callable[..., Visitor]
DAY = date(2025, 12, 31)
OWED = {local: kinds_owed(effective(DAY, local)) for local in LOCAL}


@pytest.mark.parametrize("local", LOCAL)
def test_in_the_example_of_a_rule_set_no_item_applies_to_nobody(local: str):
    scheme = read_scheme(queries.example_text(OWED[local]))

    assert idle(scheme, OWED[local]) == []
    assert sum(each.points for each in scheme.indicators if hasattr(each, "bonus") and not each.bonus) == 100_00


@pytest.mark.parametrize("local", LOCAL)
def test_peoples_views_are_a_small_item_of_the_example_only_where_they_are_dealt_with(local: str):
    without, having = (read_scheme(queries.example_text(owed)) for owed in (OWED[local], OWED[local] | OF_VIEWS))
    added = {str(kind): each for each in having.indicators for kind in each.kinds if kind in OF_VIEWS}

    assert {kind: (each.measure, each.points, each.bonus) for kind, each in added.items()} == dict.fromkeys(
        OF_VIEWS, ("share", 200, False)
    )
    assert not any(set(map(str, each.kinds)) & OF_VIEWS for each in without.indicators)
    assert sum(each.points for each in having.indicators if hasattr(each, "bonus") and not each.bonus) == 100_00
    assert having.key != without.key


def test_the_first_example_would_not_fit_where_nobody_owes_study():
    every = read_scheme(queries.EXAMPLES_AT.joinpath(f"{EXAMPLES[0]}.yaml").read_text("utf-8"))

    assert idle(every, OWED["xiang"]) == ["集中学习"]
    assert idle(every, OWED["zhen"]) == []


def test_each_township_is_judged_by_the_example_of_its_own_rules_whichever_was_stored_first(town: Town):
    with unit("activities") as session:
        other = register.found_township(session, SYSTEM, "山前乡", rule_set="xiang").id
    for first, second in ((other, town.id), (town.id, other)):
        with unit("assessment") as session:
            stored = [actions.store_example(session, township_id=each, year=2025).id for each in (first, second)]
            held = [queries.scheme_in_force(session, each, 2025) for each in (first, second)]
            assert [each and each.id for each in held] == stored
            assert len(set(stored)) == 2


def test_the_page_that_opens_a_year_leads_to_the_scheme_and_warns_of_what_applies_to_nobody(visit: Visit, town: Town):
    organiser = visit("organiser")
    page = organiser.get("/assessment/cycles/new")
    assert "/assessment/schemes/new" in page.links()
    assert "对谁都不适用" not in page.text

    text = queries.EXAMPLES_AT.joinpath(f"{EXAMPLES[0]}.yaml").read_text("utf-8")
    with unit("assessment") as session:
        stored = actions.store_scheme(session, SYSTEM, text.replace("（示例）", ""), township_id=town.id).id
    with unit("activities") as session:
        register.choose_rule_set(session, SYSTEM, town.id, "xiang")
    page = organiser.get("/assessment/cycles/new")

    assert f"/assessment/schemes/{stored}" in page.links()
    assert "“集中学习”对谁都不适用" in page.text
