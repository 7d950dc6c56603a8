"""From a secretary's nomination to the post: reviewed, filed with a number, and begun on its day by the register."""

from datetime import date

import pytest
from sqlalchemy import text

from shared.db import unit
from tests.town import DONGLING, FIRST, SECOND, Person
from tests.walking import at_once

GROUP = (DONGLING, FIRST)
BEGAN = date(2023, 1, 1)
LEADERS = text("""select p.person_id, p.starts_on, p.ends_on from office.post p
    where p.unit_id = :group and p.kind = 'leader' order by p.starts_on, p.id""")
HERE = "assessment/choosings/{}"


def leaders(town, group=GROUP):
    """Everybody who ever led a group: (person, from, until)."""
    with unit("assessment") as session:
        return [tuple(row) for row in session.execute(LEADERS, {"group": town.groups[group]})]


def test_a_nomination_becomes_a_post_on_its_day(walk, opened):
    assert walk.nominate(opened, "许安")["stage"] == "review"
    assert {check["rule"]: check["verdict"] for check in walk.seen(opened)["checks"]} == {
        "full_member": "pass",
        "of_the_group": "pass",
        "no_other": "pass",
        "may_stand": "pass",
        "not_replaced": "pass",
        "schooling": "unknown",
        "age": "unknown",
    }
    filed = walk.file(opened)
    assert filed == {"id": opened, "stage": "filed", "filing_number": "选备〔2025〕1号", "from_on": "2025-03-10"}
    walk.settle()
    assert walk.seen(opened)["stage"] == "filed"
    before, after = walk.town.people["孙勤"], walk.town.people["许安"]
    assert leaders(walk.town) == [(before, BEGAN, None)]

    walk.day(date(2025, 3, 10))
    assert walk.seen(opened)["stage"] == "in_post"
    assert leaders(walk.town) == [(before, BEGAN, date(2025, 3, 10)), (after, date(2025, 3, 10), None)]
    steps = [each["step"] for each in walk.doors.dongling.get(f"{HERE.format(opened)}/history")]
    assert steps == ["nominate", "file", "start", "seat"]


def test_an_outsider_sees_nothing_and_another_branch_neither(doors, opened):
    for stranger in (doors.outsider, doors.xihe, doors.member):
        stranger.get(HERE.format(opened), 404)
        assert list(stranger.pages("assessment/choosings")) == []
    doors.outsider.post(f"{HERE.format(opened)}/filings", {}, 404)


def test_nobody_reviews_his_own_branch(walk, opened):
    walk.nominate(opened, "许安")
    answer = walk.doors.villager.post(f"{HERE.format(opened)}/filings", {}, 403)
    assert "回避" in answer["detail"]
    assert walk.doors.villager.get(HERE.format(opened))["steps"] == []


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"from_on": "2025-03-02"}, "不能早于今天"),
        ({"from_on": "2027-01-01"}, "最多提前一年"),
        ({"resolved_on": "2025-03-04"}, "先开会"),
        ({"consent_on": "2025-03-04"}, "先征得本人同意"),
        ({"resolved_on": "2022-12-31"}, "早于党小组成立"),
        ({"present": 6}, "到会6人多于"),
        ({"in_favour": 5}, "同意5人多于"),
        ({"present": 2, "in_favour": 2}, "不到半数"),
        ({"in_favour": 2}, "没有超过半数"),
    ],
)
def test_what_does_not_fit_is_named_at_its_field(walk, opened, otherwise, said):
    asked = walk.nominee("许安", **otherwise)
    answer = walk.doors.dongling.post(f"{HERE.format(opened)}/nominations", asked, 409)
    field = next(iter(otherwise))
    assert said in answer["fields"]["present" if field == "in_favour" else field]


def test_whoever_may_not_lead_is_refused_with_the_ground(walk, opened, sql):
    here, person = f"{HERE.format(opened)}/nominations", walk.town.people
    sql("update office.membership set kind = 'probationary' where person_id = %s", person["田野"])
    for name, status, said in (("何闲", 409, "已担任"), ("冯实", 404, "没有找到"), ("田野", 409, "是预备党员")):
        assert said in walk.doors.dongling.post(here, walk.nominee(name), status)["detail"]
    walk.doors.organiser.post("assessment/candidacy-bars", {"person_id": person["白梅"]})
    assert "不宜提名" in walk.doors.dongling.post(here, walk.nominee("白梅"), 409)["detail"]
    walk.doors.organiser.post("assessment/candidacy-bars", {"person_id": person["白梅"]}, 409)
    walk.doors.outsider.post("assessment/candidacy-bars", {"person_id": person["白梅"]}, 404)
    walk.doors.organiser.post("assessment/candidacy-bars", {"person_id": person["白梅"], "standing": True})
    assert walk.nominate(opened, "白梅")["stage"] == "review"


def test_what_has_changed_since_the_nomination_is_looked_at_again(walk, opened, sql):
    walk.nominate(opened, "许安")
    walk.doors.organiser.post("assessment/candidacy-bars", {"person_id": walk.town.people["许安"]})
    assert "不宜提名" in walk.doors.organiser.post(f"{HERE.format(opened)}/filings", {}, 409)["detail"]
    assert sql("select count(*) from office.number where purpose = 'assessment.choosing'") == [(0,)]


def test_two_do_not_go_on_for_one_post(doors, town, opened):
    asked = {"group_id": town.groups[GROUP], "reason": "term"}
    assert "正在选配" in doors.organiser.post("assessment/choosings", asked, 409)["detail"]
    doors.organiser.post("assessment/choosings", asked | {"post": "deputy", "reason": "addition"})
    asked = {"group_id": town.groups[DONGLING, SECOND], "reason": "vacancy"}
    assert "没有空缺" in doors.dongling.post("assessment/choosings", asked, 409)["detail"]


def test_sent_back_it_is_mended_and_handed_in_again(walk, opened):
    organiser, here = walk.doors.organiser, HERE.format(opened)
    organiser.post(f"{here}/filings", {}, 409)  # before anybody was put forward
    walk.nominate(opened, "许安")
    walk.doors.dongling.post(f"{here}/nominations", walk.nominee("许安"), 409)
    organiser.post(f"{here}/returns", {"reason": "请写明群众意见。"})
    assert walk.doors.dongling.get(here)["returned_why"] == "请写明群众意见。"
    walk.nominate(opened, "许安")
    walk.doors.dongling.post(f"{here}/retractions")
    walk.nominate(opened, "许安")
    assert walk.file(opened, number="选备〔2025〕8号")["filing_number"] == "选备〔2025〕8号"
    organiser.post(f"{here}/filings", {}, 409)
    organiser.post(f"{here}/returns", {"reason": "再想想。"}, 409)


def test_where_the_office_wants_it_the_committee_nods_first(walk, opened, sql):
    organiser, committee, here = walk.doors.organiser, walk.doors.committee, HERE.format(opened)
    walk.nominate(opened, "许安")
    organiser.post(f"{here}/submissions", None, 409)
    sql(
        "insert into office.setting (unit_id, key, value, effective_from, reason)"
        " values (%s, 'committee_nods', '[\"leader\"]', office.today(), '试行')",
        walk.town.id,
    )
    assert "先报党委" in organiser.post(f"{here}/filings", {}, 409)["detail"]
    organiser.post(f"{here}/submissions")
    organiser.post(f"{here}/agreements", None, 403)
    committee.post(f"{here}/refusals", {"reason": "请再听听群众的意见。"})
    walk.nominate(opened, "许安")
    organiser.post(f"{here}/submissions")
    assert committee.get(here)["steps"] == ["agree", "decline"]
    assert committee.post(f"{here}/agreements")["stage"] == "agreed"
    assert walk.file(opened)["stage"] == "filed"


def test_whoever_declines_after_filing_leaves_a_void_number(walk, opened, sql):
    here = HERE.format(opened)
    walk.nominate(opened, "许安")
    walk.file(opened)
    walk.doors.dongling.post(f"{here}/withdrawals", {"reason": "本人不愿意。"}, 403)
    walk.doors.organiser.post(f"{here}/withdrawals", {"reason": "本人不愿意。"})
    walk.day(date(2025, 3, 11))
    assert leaders(walk.town) == [(walk.town.people["孙勤"], BEGAN, None)]
    given = sql("select said, void_why from office.number where purpose = 'assessment.choosing'")
    assert given == [("选备〔2025〕1号", "本人不愿意。")]
    asked = {"group_id": walk.town.groups[GROUP], "reason": "term"}
    again = walk.doors.dongling.post("assessment/choosings", asked)["id"]
    walk.nominate(again, "宋平", from_on="2025-03-12")
    assert walk.file(again)["filing_number"] == "选备〔2025〕2号"


def test_what_the_register_cannot_write_stands_on_the_organisers_desk(walk, opened, sql):
    walk.nominate(opened, "许安")
    walk.file(opened)
    gone = {"turn": "died", "basis": "病故。"}
    walk.doors.organiser.post(f"activities/people/{walk.town.people['许安']}/member-acts", gone)
    walk.day(date(2025, 3, 10))
    seen = walk.seen(opened)
    assert (seen["stage"], seen["stranded_why"]) == ("unseated", "left")
    assert leaders(walk.town) == [(walk.town.people["孙勤"], BEGAN, None)]
    waits = sql("select kind, post from office.todo where closed_at is null and subject = %s", f"choosing:{opened}")
    assert waits == [("assessment.unseated", "organiser")]
    assert sql("select count(*) from activities.job where state = 'dead'") == [(0,)]
    walk.doors.organiser.post(f"{HERE.format(opened)}/withdrawals", {"reason": "本人已经去世。"})


def test_what_stood_in_the_way_is_taken_out_of_it_and_the_post_begins(walk, opened):
    organiser, person = walk.doors.organiser, walk.town.people
    walk.nominate(opened, "许安")
    walk.file(opened)
    other = {"person_id": person["许安"], "kind": "deputy", "taken_over_why": "早已在任，补登记。"}
    beside = organiser.post(f"activities/units/{walk.town.groups[DONGLING, SECOND]}/posts", other)
    walk.day(date(2025, 3, 10))
    assert walk.seen(opened)["stranded_why"] == "leads"
    organiser.post(f"activities/posts/{beside['id']}/endings", {"reason": "专任组长。"})
    organiser.post(f"{HERE.format(opened)}/retries")
    walk.settle()
    assert walk.seen(opened)["stage"] == "in_post"
    assert leaders(walk.town)[-1] == (person["许安"], date(2025, 3, 10), None)


def test_whoever_is_chosen_again_goes_on_in_the_same_post(walk, opened):
    walk.nominate(opened, "孙勤")
    walk.file(opened, from_on="2025-03-05")
    walk.day(date(2025, 3, 5))
    assert walk.seen(opened)["stage"] == "in_post"
    assert leaders(walk.town) == [(walk.town.people["孙勤"], BEGAN, None)]


def test_two_who_file_at_once_file_it_once(walk, opened, sql):
    walk.nominate(opened, "许安")
    here = f"{HERE.format(opened)}/filings"
    people = (walk.doors.organiser, Person(walk.doors.client, "organiser"))
    for person in people:
        person.get("activities/sittings/me")  # signed in before the race begins

    answers = at_once(*(lambda person=person: person.ask("POST", here, json={}) for person in people))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert sql("select said from office.number where purpose = 'assessment.choosing'") == [("选备〔2025〕1号",)]


def test_whoever_is_put_forward_sees_neither_a_draft_nor_what_is_thought_of_him(walk, opened, visit):
    himself, here = walk.doors.member, HERE.format(opened)
    walk.nominate(opened, "许安")
    assert himself.get(here)["stage"] == "review"
    walk.doors.organiser.post(f"{here}/returns", {"reason": "群众意见大。"})
    himself.get(here, 404)
    assert list(himself.pages("assessment/choosings")) == []
    walk.nominate(opened, "许安")
    walk.file(opened)
    walk.doors.organiser.post(f"{here}/withdrawals", {"reason": "有人反映问题。"})
    assert (himself.get(here)["stage"], himself.get(here)["ended_why"]) == ("ended", None)
    assert "有人反映问题" not in visit("member").get(f"/{here}").text
    assert walk.doors.dongling.get(here)["ended_why"] == "有人反映问题。"


def test_what_is_filed_and_withdrawn_for_a_vacant_post_is_chosen_anew_at_once(walk, doors, settle, sql):
    gone = {"turn": "died", "basis": "病故。"}
    doors.organiser.post(f"activities/people/{walk.town.people['孙勤']}/member-acts", gone)
    settle()
    ((here,),) = sql("select id from assessment.choosing")
    walk.nominate(here, "许安")
    walk.file(here)
    doors.organiser.post(f"{HERE.format(here)}/withdrawals", {"reason": "本人不愿意。"})
    stages = "select stage, reason from assessment.choosing order by id"
    assert sql(stages) == [("ended", "vacancy"), ("draft", "vacancy")]


def test_what_is_known_to_fall_vacant_is_not_withdrawn_to_begin_again(walk, doors, town, settle, sql):
    posts = doors.organiser.get(f"activities/units/{town.groups[GROUP]}/posts")
    post_id = next(each["post_id"] for each in posts if each["kind"] == "leader")
    doors.organiser.post(f"activities/posts/{post_id}/endings", {"ends_on": "2025-04-01", "reason": "本人辞去。"})
    settle()
    ((here,),) = sql("select id from assessment.choosing")
    asked = {"reason": "启动错了。"}
    assert "不能撤销" in doors.organiser.post(f"{HERE.format(here)}/withdrawals", asked, 409)["detail"]
