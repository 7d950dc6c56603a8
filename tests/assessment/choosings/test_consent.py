"""Whoever is to be put forward is asked, and answers on his own page; the branch may record it from paper instead."""

from tests.town import DONGLING, FIRST

ASKED = "/assessment/choosings/asked"
SAID = "select agrees, answered_on::text, ended_on::text from assessment.consent order by id"


def ask(walk, choosing_id, name, status=201):
    asked = {"person_id": walk.town.people[name]}
    return walk.doors.dongling.post(f"assessment/choosings/{choosing_id}/consents", asked, status)


def test_he_says_yes_on_his_phone_and_the_branch_types_no_day(walk, opened, visit, sql):
    ask(walk, opened, "许安")
    walk.settle()
    told = {each["title"]: each for each in walk.doors.member.get("notify/messages")["rows"]}
    assert "请答复是否同意作为人选" in told
    member = visit("member")
    page = member.get(ASKED)
    assert "东岭村" in page.text
    member.submit(page, f"answer-{opened}", agrees="yes")
    walk.settle()
    assert "人选答复了是否同意" in str([each["title"] for each in walk.doors.dongling.get("notify/messages")["rows"]])
    assert "同意" in visit("dongling").get(f"/assessment/choosings/{opened}").text

    fits = walk.nominee("许安")
    del fits["consent_on"]
    walk.doors.dongling.post(f"assessment/choosings/{opened}/nominations", fits)
    himself = sql("select id from office.account where person_id = %s", walk.town.people["许安"])[0][0]
    assert sql("select consent_on::text, consent_by from assessment.choosing") == [("2025-03-03", himself)]
    assert sql(SAID) == [(True, "2025-03-03", "2025-03-03")]
    assert visit("member").get(ASKED).text.count("答复") < 3


def test_whoever_says_no_is_not_put_forward_until_he_is_asked_anew(walk, opened, sql):
    ask(walk, opened, "许安")
    walk.doors.member.post(f"assessment/choosings/{opened}/answers", {"agrees": False})
    refused = walk.doors.dongling.post(f"assessment/choosings/{opened}/nominations", walk.nominee("许安"), 409)
    assert "本人不同意作为人选" in str(refused)
    walk.doors.member.post(f"assessment/choosings/{opened}/answers", {"agrees": True}, 409)
    ask(walk, opened, "许安")
    ask(walk, opened, "许安", 409)
    walk.doors.member.post(f"assessment/choosings/{opened}/answers", {"agrees": True})
    ask(walk, opened, "许安", 409)
    walk.nominate(opened, "许安")


def test_where_nobody_knows_whether_he_agrees_he_is_not_put_forward(walk, opened, sql):
    ask(walk, opened, "许安")
    fits = walk.nominee("许安")
    del fits["consent_on"]
    refused = walk.doors.dongling.post(f"assessment/choosings/{opened}/nominations", fits, 409)
    assert "还不知道本人是否同意" in refused["fields"]["consent_on"]
    walk.nominate(opened, "许安")  # from paper
    late = walk.doors.member.post(f"assessment/choosings/{opened}/answers", {"agrees": True}, 409)
    assert "不用答复了" in late["detail"]
    ask(walk, opened, "白梅", 409)


def test_nobody_answers_for_another_and_no_other_branch_asks(walk, opened, visit):
    xu = {"person_id": walk.town.people["许安"]}
    walk.doors.outsider.post(f"assessment/choosings/{opened}/consents", xu, 404)
    walk.doors.xihe.post(f"assessment/choosings/{opened}/consents", xu, 404)
    walk.doors.organiser.post(f"assessment/choosings/{opened}/consents", xu, 403)
    ask(walk, opened, "许安")
    for login in ("dongling", "organiser", "diligent", "outsider"):
        getattr(walk.doors, login).post(f"assessment/choosings/{opened}/answers", {"agrees": True}, 404)
        assert "没有要您答复的" in visit(login).get(ASKED).text
        assert getattr(walk.doors, login).get("assessment/consents") == []
    probationary = walk.doors.dongling.post(
        f"assessment/choosings/{opened}/consents", {"person_id": walk.town.people["孙勤"]}
    )
    assert probationary["agrees"] is None
    assert walk.town.groups[DONGLING, FIRST]
