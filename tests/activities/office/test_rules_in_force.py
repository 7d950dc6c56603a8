"""A township decides its local rules as a new version from a day to come; what was judged before stays as it was."""

from datetime import date

import psycopg
import pytest

from services.activities.duties import queries as duties
from services.activities.office import actions
from services.activities.office.rules import Change
from services.assessment.cycles import queries as cycles
from shared import rule_versions
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfReach, Refusal
from shared.roles import Role
from shared.rulebase import Per, effective
from tests.conftest import Doors
from tests.servers import Database
from tests.town import Town

NOTICE, STUDY = "assessment.notice_working_days", "study.cadence"
JUNE = date(2025, 6, 1)  # the tests begin on 2025-03-03


def store(town: Town, *changes: Change, actor: Actor = SYSTEM, since: date = JUNE, reason: str = "党委会议定。"):
    with unit("activities", actor) as session:
        return actions.store_rules(session, actor, town.id, changes, effective_from=since, reason=reason)


def notice_days(town: Town, on: date, service: str = "activities") -> int:
    with unit(service) as session:
        return rule_versions.rules_of(session, town.id, on).integer(NOTICE)


def test_without_a_version_what_ships_holds_and_its_fingerprint_is_the_same(town: Town):
    with unit("assessment") as session:
        assert cycles.rules_of(session, town.id, JUNE).fingerprint == effective(JUNE, "zhen").fingerprint


def test_a_version_holds_from_its_day_on_for_every_service(town: Town):
    store(town, Change(NOTICE, 7))

    assert notice_days(town, date(2025, 5, 31)) == 5
    assert [notice_days(town, JUNE, service) for service in ("activities", "assessment", "notify")] == [7, 7, 7]


def test_a_day_before_it_is_judged_by_the_same_fingerprint_as_before(town: Town):
    store(town, Change(NOTICE, 7))

    with unit("assessment") as session:
        before, after = (cycles.rules_of(session, town.id, day) for day in (date(2025, 5, 31), JUNE))
    assert before.fingerprint == effective(JUNE, "zhen").fingerprint
    assert after.fingerprint != before.fingerprint
    assert (after.local, after.versions["zhen"]) == ("zhen", "2025-06-01-1")


def test_the_neighbour_goes_on_with_its_own_rules(town: Town):
    store(town, Change(NOTICE, 7))

    with unit("activities") as session:
        assert rule_versions.rules_of(session, town.units["柳湾镇"], JUNE).integer(NOTICE) == 5


def test_a_version_keeps_what_earlier_ones_changed(town: Town):
    store(town, Change(NOTICE, 7))
    store(town, Change("assessment.excellent_percent", 20), since=date(2025, 9, 1))

    with unit("activities") as session:
        rules = rule_versions.rules_of(session, town.id, date(2025, 9, 1))
    assert (rules.integer(NOTICE), rules.integer("assessment.excellent_percent")) == (7, 20)


def test_another_version_for_the_same_day_takes_the_place_of_the_first(town: Town):
    store(town, Change(NOTICE, 7))
    store(town, Change(NOTICE, 8))

    assert notice_days(town, JUNE) == 8


def test_what_is_owed_follows_the_version_from_its_day_on(town: Town):
    """Study twice a month from June: five months owe one, seven owe two."""
    store(town, Change(STUDY, 2))

    with unit("activities") as session:
        counts = [duty.count for duty in duties.calendar(session, town.id, 2025) if duty.kind == "study"]
    assert counts == [1] * 5 + [2] * 7


def test_looser_than_the_floor_is_refused_with_both_rules_named(town: Town):
    with pytest.raises(Refusal) as refusal:
        store(town, Change("group_meeting.cadence", 1, per=Per.QUARTER))

    assert "本乡镇" in refusal.value.detail
    assert "支部工作条例" in refusal.value.detail
    assert notice_days(town, JUNE) == 5


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (Change("no.such_rule", 1), "no.such_rule"),
        (Change("assessment.incompetent_run", 3), "assessment.incompetent_run"),
        (Change("dues.wage_bands", 3), "dues.wage_bands"),
        (Change(NOTICE, 0), NOTICE),
        (Change(NOTICE, True), NOTICE),
        (Change("assessment.opens_month", 13), "assessment.opens_month"),
        (Change("assessment.excellent_percent", 101), "assessment.excellent_percent"),
        (Change("reminder.lead_working_days", ()), "reminder.lead_working_days"),
    ],
)
def test_what_is_fixed_above_or_makes_no_sense_is_refused(town: Town, change: Change, field: str):
    with pytest.raises(Invalid) as refusal:
        store(town, change)

    assert refusal.value.field == field


def test_a_version_never_begins_today_or_before_one_that_waits(town: Town):
    with pytest.raises(Invalid, match="明天"):
        store(town, Change(NOTICE, 7), since=date(2025, 3, 3))
    store(town, Change(NOTICE, 7))
    with pytest.raises(Invalid, match="2025年6月1日"):
        store(town, Change(NOTICE, 8), since=date(2025, 5, 1))


def test_a_version_wants_a_reason_and_a_change(town: Town):
    with pytest.raises(Invalid):
        store(town, Change(NOTICE, 7), reason=" ")
    with pytest.raises(Invalid):
        store(town)


def test_it_is_a_fact_with_its_reason(town: Town, office: Database):
    store(town, Change(NOTICE, 7))

    with psycopg.connect(office.owner_url) as connection:
        found = connection.execute(
            "select unit_id, reason, body->>'changed', body->>'edition' from office.happening"
            " where fact = 'RuleVersionStored'"
        ).fetchall()
    assert found == [(town.id, "党委会议定。", NOTICE, "2025-06-01-1")]


@pytest.mark.parametrize("role", [Role.KEEPER, Role.COMMITTEE])
def test_only_the_organiser_changes_rules(town: Town, role: Role):
    actor = Actor(account_id=None, person_id=None, name="某人", posts=((role, town.id),))

    with pytest.raises(NotYours):
        store(town, Change(NOTICE, 7), actor=actor)


def test_the_auditor_and_the_neighbour_do_not_even_find_them(town: Town):
    for posts in (((Role.AUDITOR, town.id),), ((Role.ORGANISER, town.units["柳湾镇"]),)):
        with pytest.raises(OutOfReach):
            store(town, Change(NOTICE, 7), actor=Actor(account_id=None, person_id=None, name="某人", posts=posts))


# --- through the doors ---


def test_the_rules_are_read_by_whoever_lives_under_them(doors: Doors, town: Town):
    for person in (doors.diligent, doors.dongling, doors.auditor):
        read = person.get(f"activities/townships/{town.id}/rules")
        assert read["local"] == "zhen"
        rule = next(each for each in read["rules"] if each["key"] == STUDY)
        assert (rule["figure"], rule["article"]) == ("每月至少 1 次", "三（二）")
    doors.outsider.get(f"activities/townships/{town.id}/rules", 404)
    doors.outsider.get(f"activities/townships/{town.id}/rule-versions", 404)


def test_the_organiser_stores_a_version_by_the_door(doors: Doors, town: Town):
    path = f"activities/townships/{town.id}/rule-versions"
    asked = {"effective_from": "2025-06-01", "reason": "党委会议定。", "changes": [{"key": NOTICE, "value": 7}]}
    doors.organiser.post(path, asked)

    assert [each["version"] for each in doors.organiser.get(path)] == ["2025-06-01-1"]
    assert (
        "更"
        in doors.organiser.post(path, asked | {"changes": [{"key": "audit.kept_months", "value": 3}]}, 400)["detail"]
    )
    doors.keeper.post(path, asked, 403)
    doors.outsider.post(path, asked, 404)
