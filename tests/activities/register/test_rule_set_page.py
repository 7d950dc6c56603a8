"""The rule set on a page: the sets side by side, changed until the first year opens, afterwards only as a version."""

from tests.town import Doors, Town


def test_the_organiser_changes_the_set_and_what_is_owed_follows(visit, doors: Doors, town: Town):
    organiser = visit("organiser")
    page = organiser.get(f"/activities/register/townships/{town.id}/rule-set")
    assert "党小组人数下限" in page.text

    done = organiser.submit(page, "rule-set", rule_set="xiang")

    assert "现在执行乡实施意见" in done.text
    group = organiser.get(f"/activities/register/units/{min(town.groups.values())}")
    assert "现有6名党员，少于10人" in group.text
    again = organiser.submit(done, "rule-set", status=422, rule_set="shi")
    assert "改为执行" in again.text


def test_once_a_year_was_opened_the_page_leads_to_a_dated_version(visit, doors: Doors, town: Town):
    doors.organiser.post("assessment/cycles", {"township_id": town.id, "year": 2025})

    page = visit("organiser").get(f"/activities/register/townships/{town.id}/rule-set")

    assert "拟一个新版本" in page.text
    assert "rule-set" not in [form.get("id") for form in page.root.iter("form")]
    path = f"activities/townships/{town.id}/rule-sets"
    assert doors.organiser.ask("POST", path, json={"rule_set": "xiang"}).status_code == 409


def test_nobody_else_changes_it_and_an_outsider_sees_nothing(visit, doors: Doors, town: Town):
    where = f"/activities/register/townships/{town.id}/rule-set"
    visit("committee").get(where, status=403)
    visit("outsider").get(where, status=404)
    for who, status in ((doors.committee, 403), (doors.dongling, 404), (doors.outsider, 404)):
        answer = who.ask("POST", f"activities/townships/{town.id}/rule-sets", json={"rule_set": "xiang"})
        assert answer.status_code == status
