"""What cannot be of a choosing is refused in a sentence that says what to do, and leaves nothing behind."""

from tests.town import DONGLING, FIRST, XIHE
from tests.walking import at_once

HERE = "assessment/choosings/{}"
STANDS = "select stage, person_id, number_id from assessment.choosing"


def test_whoever_has_left_is_no_candidate(walk, opened, sql):
    gone = "update office.membership set ends_on = '2025-02-01' where person_id = %s and ends_on is null"
    sql(gone, walk.town.people["白梅"])
    refused = walk.doors.dongling.post(f"{HERE.format(opened)}/nominations", walk.nominee("白梅"), 409)
    assert "2025年3月10日不在册" in refused["fields"]["person_id"]
    assert sql(STANDS) == [("draft", None, None)]


def test_nobody_is_put_into_the_span_of_another(walk, opened, sql):
    group = walk.town.groups[DONGLING, FIRST]
    sql("update office.post set ends_on = '2025-03-15' where unit_id = %s and kind = 'leader'", group)
    sql(
        "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'leader', '2025-03-15')",
        walk.town.people["白梅"],
        group,
    )
    asked = walk.nominee("许安", from_on="2025-03-15")
    refused = walk.doors.dongling.post(f"{HERE.format(opened)}/nominations", asked, 409)
    assert "白梅从2025-03-15起已有任职安排" in refused["fields"]["from_on"]
    assert sql(STANDS) == [("draft", None, None)]


def test_nothing_is_filed_that_nobody_has_put_forward(walk, opened, sql):
    refused = walk.doors.organiser.post(f"{HERE.format(opened)}/filings", {}, 409)
    assert "待提出人选" in refused["detail"]
    walk.nominate(opened, "许安")
    twice = walk.doors.dongling.post(f"{HERE.format(opened)}/nominations", walk.nominee("许安"), 409)
    assert "待审查备案" in twice["detail"]
    walk.file(opened)
    again = walk.doors.organiser.post(f"{HERE.format(opened)}/filings", {}, 409)
    assert "已备案" in again["detail"]
    assert sql("select count(*) from office.number where purpose = 'assessment.choosing'") == [(1,)]


def test_nobody_leads_before_his_group_is_there(walk, opened, sql):
    sql("update office.unit set founded_on = '2025-04-01' where id = %s", walk.town.groups[DONGLING, FIRST])
    asked = walk.nominee("许安", resolved_on="2025-03-03", from_on="2025-03-20")
    refused = walk.doors.dongling.post(f"{HERE.format(opened)}/nominations", asked, 409)
    assert "早于党小组成立" in str(refused["fields"])
    assert sql(STANDS) == [("draft", None, None)]


def test_of_two_organisers_who_file_at_once_one_files_and_the_other_is_told(walk, sql):
    asked = {"group_id": walk.town.groups[XIHE, FIRST], "reason": "term"}
    here = HERE.format(walk.doors.xihe.post("assessment/choosings", asked)["id"])
    walk.doors.xihe.post(f"{here}/nominations", walk.nominee("于洋"))
    organisers = (walk.doors.organiser, walk.doors.villager)  # each in his own name; neither is of that branch
    for each in organisers:
        each.get("activities/sittings/me")

    answers = at_once(*(lambda each=each: each.ask("POST", f"{here}/filings", json={}) for each in organisers))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert "请刷新" in next(answer.json()["detail"] for answer in answers if answer.status_code == 409)
    assert sql("select said from office.number where purpose = 'assessment.choosing'") == [("选备〔2025〕1号",)]


def test_two_of_one_name_in_one_group_are_told_apart_where_one_of_them_is_chosen(walk, opened, visit, sql):
    for name, born in (("白梅", "1961-05-01"), ("宋平", "1984-02-01")):
        sql("update office.person set name = '白梅', born_on = %s where id = %s", born, walk.town.people[name])
    page = visit("dongling").get(f"/{HERE.format(opened)}").text
    for said in ("1961年生", "1984年生", "63岁", "41岁"):  # whom to ask, and whom to put forward
        assert f"白梅（第一党小组，{said}）" in page
    assert "白梅（第一党小组）" not in page
