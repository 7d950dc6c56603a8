"""Objections at their pages: recorded without the person, by those who may, answered, and the result taken up again."""

import pytest

from tests.assessment.cases.pages.steps import Visit, decided


@pytest.mark.usefixtures("december")
def test_an_objection_is_recorded_without_the_person_answered_and_the_result_taken_up_again(visit: Visit, rated: str):
    organiser, cycle = visit("organiser"), rated
    committee, secretary = visit("committee"), visit("xihe")
    decided(committee, cycle)
    poster = organiser.submit(organiser.get(cycle), "publish")
    case = next(link for link in secretary.get(f"{cycle}/notice").links() if "/assessment/cases/" in link)

    said = secretary.submit(secretary.get(case), "objection", channel="letter", matter="学习次数不实。")
    assert "异议已登记" in said.text
    poster = organiser.get(f"{cycle}/notice")
    answer = next(form.get("id") for form in poster.root.forms if form.get("id", "").startswith("answer-"))
    organiser.submit(poster, answer, 422, answer="属实。")
    assert "异议成立" in organiser.submit(poster, answer, upheld="true", answer="属实。").text

    again = committee.submit(committee.get(case), "reopening", reason="异议属实。")
    assert "请重新评定" in again.text
    assert "已评定为称职" in committee.submit(again, "decision", grade="competent", reason="核实后改评。").text
    assert "异议成立，已重新评定" in secretary.get(case).text
    whole = secretary.get(f"{cycle}/notice").text
    assert whole.count("西河村党支部") >= 2
    assert "东岭村党支部" in whole  # in its days everybody reads the whole
    assert "学习次数不实。" in organiser.get(f"{cycle}/notice").text
    for reader in (secretary.get(f"{cycle}/notice"), secretary.get(case), visit("steady").get(case)):
        assert "学习次数不实。" not in reader.text


@pytest.mark.usefixtures("december")
def test_whoever_was_assessed_objects_on_his_own_page_and_reads_the_answer(visit: Visit, rated: str):
    organiser, cycle = visit("organiser"), rated
    decided(visit("committee"), cycle)
    leader = visit("diligent")
    case = next(link for link in leader.get("/assessment/").links() if "/assessment/cases/" in link)
    assert not [form for form in leader.get(case).root.forms if form.get("id") == "own-objection"]
    organiser.submit(organiser.get(cycle), "publish")

    refused = leader.submit(leader.get(case), "own-objection", 422, matter="")
    assert "请填写" in refused.text
    said = leader.submit(leader.get(case), "own-objection", matter="三月的学习没有算进去。")
    assert "异议已提出，组织委员在2025年12月" in said.text
    assert "本人提出" in said.text

    poster = organiser.get(f"{cycle}/notice")
    assert "本人提出" in poster.text
    assert "own" not in [each.get("value") for each in poster.root.xpath("//select[@name='channel']/option")]
    assert not [form for form in organiser.get(case).root.forms if form.get("id") == "own-objection"]
    answer = next(form.get("id") for form in poster.root.forms if form.get("id", "").startswith("answer-"))
    organiser.submit(poster, answer, upheld="false", answer="三月那次没有到会名单。")
    assert "三月那次没有到会名单。" in leader.get(case).text


@pytest.mark.usefixtures("december")
def test_an_objection_is_recorded_on_the_notice_itself_by_those_who_may(visit: Visit, rated: str):
    organiser, cycle = visit("organiser"), rated
    decided(visit("committee"), cycle)
    organiser.submit(organiser.get(cycle), "publish")
    secretary = visit("xihe")
    poster = secretary.get(f"{cycle}/notice")
    named = [each for each in poster.root.xpath("//select[@name='case_id']/option") if each.get("value")]
    said = {"channel": "telephone", "matter": "活动次数不实。"}

    refused = secretary.submit(poster, "objection", 422, **said)
    recorded = secretary.submit(poster, "objection", case_id=named[0].get("value"), **said)

    assert "活动次数不实。" in refused.text
    assert all("西河村党支部" in each.text for each in named)
    assert "异议已登记" in recorded.text
    assert "活动次数不实。" in organiser.get(f"{cycle}/notice").text
    own = visit("diligent").get(f"{cycle}/notice")
    assert not [form for form in own.root.forms if form.get("id") == "objection"]
    assert "东岭村党支部" in own.text
    assert "没有收到异议" not in own.text
