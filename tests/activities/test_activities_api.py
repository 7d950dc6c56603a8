"""The doors of activities, with the people of the named world: what each may do, and what an outsider is shown."""

from datetime import date

import pytest

from tests.activities.conftest import SAMPLES
from tests.town import DONGLING, FIRST, FOUNDED, SECOND, XIHE

ROSTER = (SAMPLES / "花名册.xlsx").read_bytes()
LEDGER = (SAMPLES / "活动台账2025.xlsx").read_bytes()


@pytest.fixture
def group(town) -> int:
    return town.groups[DONGLING, FIRST]


def meeting(group: int, **changes):
    return {"group_id": group, "kind": "group_meeting", "held_on": "2025-02-12", "topic": "二月党小组会"} | changes


@pytest.fixture
def record(doors, group) -> int:
    return doors.diligent.post("activities/activities", meeting(group, submitted=True))["id"]


# --- the register ---


def test_everybody_sees_the_units_that_he_answers_for(doors, town):
    names = [unit["name"] for unit in doors.organiser.get("activities/units")]

    assert names[:4] == ["清溪镇", "东岭村党支部", "第一党小组", "第二党小组"]
    assert len(names) == 10
    assert [unit["id"] for unit in doors.diligent.get("activities/units")] == [town.groups[DONGLING, FIRST]]
    assert doors.member.get("activities/units") == []


def test_people_come_page_by_page_in_the_order_of_their_names_and_masked(doors, town):
    path = f"activities/units/{town.units[DONGLING]}/people"

    first = doors.dongling.get(path, limit=5)
    everybody = list(doors.dongling.pages(path, limit=5))

    assert [person["name"] for person in first["rows"]] == ["白梅", "方圆", "何闲", "陆明", "钱老根"]
    assert len(everybody) == len({person["id"] for person in everybody}) == 12
    assert all(person["phone_masked"].startswith("199****") for person in everybody)


def test_members_of_a_day_carry_what_keeps_them_away(doors, town, group):
    rows = doors.diligent.get(f"activities/units/{group}/members", on="2024-05-01")

    assert {row["name"]: row["circumstances"] for row in rows if row["circumstances"]} == {"钱老根": ["aged"]}
    assert doors.diligent.get(f"activities/units/{group}/members", on="2022-12-31") == []


def test_the_organiser_keeps_the_register(doors, town, group):
    branch = doors.organiser.post(f"activities/townships/{town.id}/branches", {"name": "北山村党支部"})
    made = doors.organiser.post(
        f"activities/branches/{branch['id']}/groups", {"name": "第一党小组", "founded_on": str(FOUNDED)}
    )
    person = doors.organiser.post(
        f"activities/units/{made['id']}/people", {"name": "单晓", "joined_on": "2024-01-01", "phone": "19900008888"}
    )["id"]
    doors.organiser.post(f"activities/units/{made['id']}/posts", {"person_id": person, "kind": "leader"})

    (holder,) = doors.organiser.get(f"activities/units/{made['id']}/posts")
    assert (holder["name"], holder["kind"]) == ("单晓", "leader")
    doors.organiser.post(f"activities/posts/{holder['post_id']}/endings", {"reason": "调整"})
    assert doors.organiser.get(f"activities/units/{made['id']}/posts") == []
    doors.organiser.post(f"activities/people/{person}/moves", {"to_unit_id": group})
    assert "单晓" in {row["name"] for row in doors.organiser.get(f"activities/units/{group}/members")}
    doors.organiser.post(f"activities/people/{person}/circumstances", {"kind": "away"})
    doors.organiser.post(f"activities/people/{person}/circumstance-endings", {"kind": "away"})


def test_whoever_has_no_right_to_it_is_refused(doors, town, group):
    refused = {
        f"activities/townships/{town.id}/branches": {"name": "北山村党支部"},
        f"activities/branches/{town.units[DONGLING]}/groups": {"name": "第三党小组"},
        f"activities/units/{group}/people": {"name": "单晓"},
        f"activities/units/{group}/posts": {"person_id": town.people["许安"], "kind": "deputy"},
        f"activities/people/{town.people['许安']}/accounts": {"login": "xuan"},
    }
    for path, body in refused.items():
        assert doors.dongling.ask("POST", path, json=body).status_code in (403, 404), path
        assert doors.outsider.ask("POST", path, json=body).status_code == 404, path


def test_a_first_password_lets_one_choose_his_own_and_nothing_else(doors, town):
    made = doors.keeper.post(f"activities/people/{town.people['白梅']}/accounts", {"login": "baimei"})

    newcomer = doors.of("baimei", made["first_password"])

    assert newcomer.ask("GET", "activities/units").status_code == 403


def test_groups_are_regrouped_by_preview_and_commit(doors, town, group):
    other, members = town.groups[DONGLING, SECOND], [town.people["许安"], town.people["白梅"]]
    part = {"name": "第三党小组", "members": members, "leader": members[0]}
    asked = {"regrouping": {"sort": "split", "group_id": group, "parts": [part], "on": "2025-03-01"}}

    shown = doors.organiser.post("activities/regrouping-previews", asked)
    assert (shown["founded"], shown["dissolved"], len(shown["transfers"])) == (["东岭村党支部第三党小组"], [], 2)
    assert len(doors.organiser.get("activities/units")) == 10
    done = doors.organiser.post("activities/regroupings", asked)
    assert done == {**shown, "state": "done", "planned_id": None}
    merge = {"sort": "merge", "group_ids": [group, other], "into": other, "on": "2025-03-02"}
    assert doors.organiser.post("activities/regroupings", {"regrouping": merge})["dissolved"] == [
        "东岭村党支部第一党小组"
    ]
    move = {"sort": "move", "group_id": other, "branch_id": town.units[XIHE], "name": "第三党小组", "on": "2025-03-02"}
    doors.organiser.post("activities/regroupings", {"regrouping": move}, status=409)
    doors.organiser.post(f"activities/units/{other}/names", {"name": "东岭党小组"})

    lines = doors.organiser.get(f"activities/units/{other}/history")
    assert [(line["change"], line["others"]) for line in lines if line["fact"] == "UnitChanged"] == [
        ("renamed", []),
        ("merge", [f"{DONGLING}{FIRST}"]),
        ("founded", []),
    ]
    doors.dongling.post("activities/regrouping-previews", asked, status=404)
    doors.outsider.get(f"activities/units/{other}/history", status=404)


def test_what_is_arranged_is_listed_and_withdrawn_and_units_are_dissolved(doors, town, group, move_to):
    move_to(date(2025, 3, 10))
    other, branch = town.groups[DONGLING, SECOND], town.units[DONGLING]
    ahead = {"on": "2025-04-01", "into": other}
    arranged = doors.organiser.post(f"activities/groups/{group}/dissolutions", ahead)
    assert arranged["state"] == "planned"
    waiting = f"activities/units/{branch}/planned-regroupings"
    assert [(row["id"], row["state"], row["groups"]) for row in doors.organiser.get(waiting)] == [
        (arranged["planned_id"], "planned", [f"{DONGLING}{FIRST}", f"{DONGLING}{SECOND}"])
    ]
    withdrawal = f"activities/planned-regroupings/{arranged['planned_id']}/withdrawals"
    doors.outsider.get(waiting, status=404)
    doors.outsider.post(withdrawal, {}, status=404)
    doors.dongling.post(withdrawal, {}, status=403)
    doors.organiser.post(withdrawal, {})
    assert doors.organiser.get(waiting) == []

    doors.organiser.post(f"activities/branches/{branch}/dissolutions", {}, status=409)
    assert doors.organiser.post(f"activities/groups/{group}/dissolutions", {"into": other})["state"] == "done"
    move = {"sort": "move", "group_id": other, "branch_id": town.units[XIHE], "name": "东岭党小组", "on": "2025-03-10"}
    refused = doors.organiser.ask("POST", "activities/regroupings", json={"regrouping": move})
    assert refused.status_code == 409, "whoever joined it today is moved tomorrow at the earliest"
    move_to(date(2025, 3, 11))
    doors.organiser.post("activities/regroupings", {"regrouping": {**move, "on": "2025-03-11"}})
    doors.organiser.post(f"activities/branches/{branch}/dissolutions", {"on": "2025-03-10"}, status=409)
    gone = doors.organiser.post(f"activities/branches/{branch}/dissolutions", {})
    assert gone["dissolved_on"] == "2025-03-11"
    doors.organiser.post(f"activities/branches/{branch}/groups", {"name": "第九党小组"}, status=409)


def test_an_account_is_renewed_and_ended_and_a_number_is_shown_for_a_reason(doors, town):
    person = town.people["白梅"]
    doors.keeper.post(f"activities/people/{person}/accounts", {"login": "baimei"})
    assert doors.keeper.post(f"activities/people/{person}/first-passwords")["login"] == "baimei"
    doors.keeper.post(f"activities/people/{person}/account-endings", {"reason": "不再使用"})
    rows = {row["name"]: row for row in doors.keeper.pages(f"activities/units/{town.id}/accounts", limit=5)}
    assert rows["白梅"]["ended_at"] is not None
    assert [post["kind"] for post in rows["周岚"]["posts"]] == ["organiser"]

    asked = {"field": "phone", "reason": "核对联系电话"}
    assert doors.dongling.post(f"activities/people/{person}/numbers", asked)["number"].startswith("1990000")
    doors.keeper.post(f"activities/people/{person}/numbers", asked, status=403)
    doors.xihe.post(f"activities/people/{person}/numbers", asked, status=404)


# --- files ---


def test_the_office_brings_its_files_in_by_preview_and_commit(doors, town, truth):
    rosters, previews = (f"activities/townships/{town.id}/{name}" for name in ("rosters", "roster-previews"))
    shown = doors.organiser.upload(previews, "花名册.xlsx", ROSTER)
    assert {key: shown[key] for key in ("branches", "groups", "members", "probationary", "leaders", "secretaries")} == {
        key: truth[key] for key in ("branches", "groups", "members", "probationary", "leaders", "secretaries")
    }
    assert shown["kinds"]["people"]["added"] == truth["members"]
    assert shown["errors"] == []
    assert len(doors.organiser.get("activities/units")) == 10

    assert doors.organiser.upload(rosters, "花名册.xlsx", ROSTER)["kinds"] == shown["kinds"]
    again = doors.organiser.upload(rosters, "花名册.xlsx", ROSTER)
    assert again["kinds"]["people"] == {"added": 0, "changed": 0, "unchanged": truth["members"]}

    path = f"activities/townships/{town.id}/ledgers?year=2025"
    assert doors.organiser.upload(path.replace("ledgers", "ledger-previews"), "台账.xlsx", LEDGER)["added"] == 912
    first = doors.organiser.upload(path, "台账.xlsx", LEDGER)
    assert (first["added"], first["by_kind"], first["absences"]) == (912, truth["by_kind"], truth["absences"])
    second = doors.organiser.upload(path, "台账.xlsx", LEDGER)
    assert (second["added"], second["unchanged"], second["errors"]) == (0, 912, [])


@pytest.mark.parametrize("door", ["rosters", "roster-previews"])
@pytest.mark.parametrize("day", ["since", "as_of"])
def test_a_roster_counts_from_no_day_to_come(doors, town, door, day):
    path = f"activities/townships/{town.id}/{door}?{day}=2025-03-04"
    answer = doors.organiser.ask("POST", path, files={"file": ("花名册.xlsx", ROSTER)})
    assert answer.status_code == 409
    assert "不能晚于今天" in answer.json()["detail"]


def test_a_file_that_is_no_table_is_refused_in_words(doors, town):
    path = f"activities/townships/{town.id}/roster-previews"

    answer = doors.organiser.ask("POST", path, files={"file": ("花名册.xlsx", b"PK\x03\x04 broken")})

    assert answer.status_code == 409
    assert "打不开" in answer.json()["detail"]
    assert doors.organiser.ask("POST", path, json={}).status_code == 422


@pytest.mark.parametrize("door", ["rosters", "roster-previews"])
def test_a_roster_moves_nobody_from_a_day_to_come(doors, town, door):
    asked = {"files": {"file": ("花名册.xlsx", ROSTER)}, "params": {"as_of": "2030-01-01"}}
    answer = doors.organiser.ask("POST", f"activities/townships/{town.id}/{door}", key=door, **asked)

    assert "变动的日期不能晚于今天" in answer.json()["detail"]
    assert answer.status_code == 409


def test_nobody_else_brings_a_file_in(doors, town):
    for path in ("rosters", "roster-previews", "ledgers?year=2025", "ledger-previews?year=2025"):
        for person in (doors.dongling, doors.outsider, doors.member):
            asked = {"file": ("花名册.xlsx", ROSTER if "roster" in path else LEDGER)}
            answer = person.ask("POST", f"activities/townships/{town.id}/{path}", files=asked)
            assert answer.status_code == 404, (path, person.login)


# --- records ---


def test_a_record_goes_from_the_leader_to_the_secretary_and_counts(doors, town, group):
    absent = [{"person_id": town.people["许安"], "reason": "ill", "words": "感冒"}]
    made = doors.diligent.post("activities/activities", meeting(group, absent=absent, minutes=60))
    assert made | {"id": 0} == {"id": 0, "stage": "draft", "expected": 5, "present": 4}
    path = f"activities/activities/{made['id']}"
    assert doors.diligent.get(path)["steps"] == ["submit", "correct", "discard"]

    doors.diligent.post(f"{path}/submissions")
    assert doors.dongling.get(path)["steps"] == ["confirm", "return", "correct"]
    doors.dongling.post("activities/confirmations", {"activity_ids": [made["id"]]})

    whole = doors.organiser.get(path)
    lines = {line["name"]: (line["state"], line["counted"], line["reason"]) for line in whole["attendance"]}
    assert (lines["许安"], lines["钱老根"]) == (("absent", True, "ill"), ("excused", False, "aged"))
    assert whole["confirmed_at"] is not None
    (tally,) = doors.organiser.get(f"activities/units/{group}/tallies", year=2025)
    assert [tally[name][1] for name in ("done", "present", "expected", "minutes")] == [1, 4, 5, 60]
    assert tally["ids"] == [made["id"]]


def test_the_same_request_again_writes_nothing_more(doors, group):
    first, again = (doors.diligent.post("activities/activities", meeting(group), key="from-the-phone") for _ in "12")

    assert first == again
    assert len(list(doors.diligent.pages("activities/activities"))) == 1


def test_what_does_not_fit_is_refused_by_its_field(doors, town, group):
    for body, status in (
        (meeting(group, kind="party"), 422),
        (meeting(group, minutes=-1), 422),
        (meeting(group, minutes="90"), 422),
        (meeting(group, submitted=1), 422),
        (meeting(group, held_on="2025-13-01"), 422),
        (meeting(group, held_on="2099-01-01"), 409),
        (meeting(group, absent=[{"person_id": town.people["江海"]}]), 409),
        (meeting(group, place="x" * 201), 422),
        (meeting(group, colour="red"), 422),
    ):
        assert doors.diligent.ask("POST", "activities/activities", json=body).status_code == status, body


def test_a_correction_shows_what_stood_there_before(doors, group, record):
    doors.dongling.post("activities/confirmations", {"activity_ids": [record]})
    form = {key: value for key, value in meeting(group, topic="更正后的主题").items() if key != "group_id"}
    path = f"activities/activities/{record}"

    assert doors.diligent.ask("POST", f"{path}/corrections", json=form).status_code == 409
    doors.diligent.post(f"{path}/corrections", form | {"why": "主题写错了", "revision": 1})

    assert [(each["number"], each["why"]) for each in doors.organiser.get(f"{path}/revisions")] == [(1, "主题写错了")]
    assert doors.organiser.get(path)["stage"] == "submitted"
    assert doors.organiser.get(f"activities/units/{group}/tallies", year=2025) == []


def test_an_outsider_is_told_that_nothing_is_there(doors, town, group, record):
    outsider = doors.outsider
    assert outsider.get("activities/activities", unit_id=group)["rows"] == []
    assert outsider.get(f"activities/units/{group}/tallies", year=2025) == []
    for path in (
        f"activities/units/{group}",
        f"activities/units/{town.units[DONGLING]}/people",
        f"activities/units/{group}/members",
        f"activities/units/{group}/posts",
        f"activities/units/{group}/duties",
        f"activities/units/{town.id}/gaps",
        f"activities/activities/{record}",
        f"activities/activities/{record}/revisions",
    ):
        outsider.get(path, status=404)
    form = {key: value for key, value in meeting(group).items() if key != "group_id"}
    for path, body in {
        "activities/activities": meeting(group),
        "activities/confirmations": {"activity_ids": [record]},
        f"activities/activities/{record}/submissions": None,
        f"activities/activities/{record}/returns": {"reason": "看看"},
        f"activities/activities/{record}/corrections": form | {"why": "改"},
        f"activities/activities/{record}/discards": None,
        f"activities/people/{town.people['许安']}/moves": {"to_unit_id": town.groups[XIHE, FIRST]},
        f"activities/people/{town.people['许安']}/circumstances": {"kind": "away"},
    }.items():
        assert outsider.post(path, body, status=404)["title"] == "OutOfReach", path


def test_a_secretary_of_another_branch_is_an_outsider_too(doors, record):
    doors.xihe.get(f"activities/activities/{record}", status=404)
    doors.xihe.post("activities/confirmations", {"activity_ids": [record]}, status=404)


# --- duties ---


def test_the_year_at_a_glance_names_the_article(doors, town, group, record):
    doors.dongling.post("activities/confirmations", {"activity_ids": [record]})

    (year,) = doors.diligent.get(f"activities/units/{group}/duties", year=2025)

    squares = [square["state"] for square in year["squares"]["group_meeting"]]
    assert squares[:4] == ["missing", "done", "due", "future"]
    assert any("第十三条" in duty["article"] for duty in year["duties"] if duty["kind"] == "group_meeting")
    assert len(doors.organiser.get(f"activities/units/{town.id}/duties", year=2025)) == 6


def test_a_branch_sees_what_its_groups_owe(doors, town):
    gaps = doors.dongling.get(f"activities/units/{town.units[DONGLING]}/gaps")

    assert [gap["name"] for gap in gaps] == [FIRST, SECOND]
    assert {"study", "group_meeting", "theme_day", "life_meeting"} == {duty["kind"] for duty in gaps[0]["owed"]}
