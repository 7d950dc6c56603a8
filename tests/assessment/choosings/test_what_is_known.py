"""What is known of a candidate stands where he is chosen, and that he was chosen in his history; nothing of it counts."""

from datetime import date

from shared.evidence import KINDS
from shared.systems import System
from tests.town import DONGLING, FIRST


def test_posts_years_and_taking_part_stand_beside_the_form(walk, opened, visit):
    record = {"group_id": walk.town.groups[DONGLING, FIRST], "kind": "study", "held_on": "2025-02-20", "topic": "学习"}
    written = walk.doors.diligent.post("activities/activities", record | {"minutes": 90, "submitted": True})
    walk.doors.dongling.post("activities/confirmations", {"activity_ids": [written["id"]]})
    page = visit("dongling").get(f"/assessment/choosings/{opened}")
    assert "东岭村党支部第一党小组党小组长（2" in page.text, "孙勤 leads"
    assert "2025年应到1次，实到1次，1.5学时" in page.text
    walk.nominate(opened, "许安")
    seen = visit("organiser").get(f"/assessment/choosings/{opened}").text
    assert "没有任过职" in seen
    himself = visit("member").get(f"/assessment/choosings/{opened}").text
    assert "近年参加活动" not in himself


def test_his_page_has_his_choosings_for_those_who_keep_him(walk, opened, visit):
    here = f"/activities/register/people/{walk.town.people['许安']}"
    assert "作为人选的选配" not in visit("dongling").get(here).text
    walk.nominate(opened, "许安")
    for login in ("dongling", "organiser"):
        assert "正在办理" in visit(login).get(here).text
    assert "作为人选的选配" not in visit("diligent").get(here).text  # who leads his group keeps no register
    walk.file(opened)
    walk.day(date(2025, 3, 10))
    assert "2025年3月10日起任职" in visit("dongling").get(here).text


def test_the_office_marks_who_may_not_stand_until_a_day_and_nobody_reads_why(walk, opened, visit, sql):
    organiser, group = visit("organiser"), walk.town.groups[DONGLING, FIRST]
    page = organiser.get(f"/assessment/choosings/bars?unit_id={group}")
    organiser.submit(page, "bar", person_id=walk.town.people["许安"], until="2025-03-20")
    for login in ("organiser", "committee"):
        seen = visit(login).get("/assessment/choosings/bars").text
        assert "许安" in seen
        assert "2025年3月20日" in seen
    assert visit("dongling").get("/assessment/choosings/bars", status=403)
    assert visit("outsider").get("/assessment/choosings/bars", status=403)

    refused = walk.doors.dongling.post(f"assessment/choosings/{opened}/nominations", walk.nominee("许安"), 409)
    assert "组织委员已标记不宜提名" in str(refused)
    walk.day(date(2025, 3, 21))
    fits = walk.nominee("许安", from_on="2025-03-25")
    walk.doors.dongling.post(f"assessment/choosings/{opened}/nominations", fits)
    assert "许安" not in visit("organiser").get("/assessment/choosings/bars").text
    walk.doors.organiser.post("assessment/candidacy-bars", {"person_id": walk.town.people["白梅"]})
    organiser = visit("organiser")
    page = organiser.get("/assessment/choosings/bars")
    organiser.submit(page, f"lift-{walk.town.people['白梅']}")
    assert sql("select ends_on from assessment.not_standing order by id desc limit 1") == [(date(2025, 3, 21),)]
    said = walk.doors.organiser.post(
        "assessment/candidacy-bars", {"person_id": walk.town.people["白梅"], "until": "2025-03-01"}, 409
    )
    assert "应当在今天到十年以内" in str(said)


def test_a_mark_comes_along_to_another_township_whose_office_takes_it_away(walk, opened, visit, sql):
    xu = {"person_id": walk.town.people["许安"]}
    walk.doors.organiser.post("assessment/candidacy-bars", xu)
    sql("update assessment.not_standing set township_id = %s", 999_999)  # where he was before
    organiser = visit("organiser")
    page = organiser.get("/assessment/choosings/bars")
    assert "许安" in page.text
    assert "已经标记" in walk.doors.organiser.post("assessment/candidacy-bars", xu, 409)["detail"]
    walk.doors.outsider.post("assessment/candidacy-bars", xu | {"standing": True}, 404)
    organiser.submit(page, f"lift-{xu['person_id']}")
    walk.nominate(opened, "许安")


def test_nothing_of_a_choosing_is_evidence_for_or_against_anybody(walk, opened, sql):
    walk.nominate(opened, "许安")
    walk.file(opened)
    walk.day(date(2025, 3, 10))
    assert walk.seen(opened)["stage"] == "in_post"
    told = "select count(*) filter (where fact like 'Choosing%'), count(*) filter (where fact like 'Evidence%') from office.happening"
    ((of_it, evidence),) = sql(told)
    assert of_it > 0
    assert evidence == 0
    assert [kind for kind, known in KINDS.items() if known.system is System.CHOOSINGS] == []
