"""换届: whole branches are opened in one act, put forward by one resolution, and filed under one number."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from services.assessment.choosings import actions, queries
from services.assessment.choosings.actions.moving import desk_of
from services.assessment.choosings.rules import ChoosingStep
from services.assessment.choosings.schemas import ChoosingFiling
from shared.access import SYSTEM, console
from shared.db import unit
from shared.roles import Role
from tests.growth import counted
from tests.town import DONGLING, FIRST, NANPING, SECOND, XIHE

HERE = "assessment/choosings"


def renewed(walk, *branches):
    asked = {"branch_ids": [walk.town.units[each] for each in branches], "due_on": "2025-04-30"}
    return walk.doors.organiser.post("assessment/choosing-renewals", asked)["opened"]


def by_group(walk):
    return {row["group_id"]: row for row in walk.doors.organiser.pages(HERE)}


def together(walk, **people):
    """东岭村 puts forward whom it wants, all by one resolution."""
    rows, groups = by_group(walk), {"first": (DONGLING, FIRST), "second": (DONGLING, SECOND)}
    asked = walk.nominee("许安")
    del asked["person_id"]
    chosen = [
        {"choosing_id": rows[walk.town.groups[groups[which]]]["id"], "person_id": walk.town.people[name]}
        for which, name in people.items()
    ]
    return walk.doors.dongling.post("assessment/choosing-nominations", asked | {"rows": chosen})


def test_two_branches_are_chosen_anew_and_one_number_stands_for_all(walk, sql):
    assert renewed(walk, DONGLING, XIHE) == 4
    assert {row["reason"] for row in by_group(walk).values()} == {"term"}
    walk.doors.organiser.post(
        "assessment/choosing-renewals", {"branch_ids": [walk.town.units[XIHE]], "due_on": "2025-04-30"}, 409
    )
    assert renewed(walk, XIHE, NANPING) == 2  # what goes on goes on
    assert together(walk, first="孙勤", second="姚立")["refused"] == 0
    ids = [row["id"] for row in by_group(walk).values() if row["stage"] == "review"]
    filed = walk.doors.organiser.post("assessment/choosing-filings", {"choosing_ids": ids})
    assert [row["filing_number"] for row in filed["rows"]] == ["选备〔2025〕1号"] * 2
    walk.day(date(2025, 3, 10))
    asked = "select p.person_id from office.post p where p.unit_id = %s and p.kind = 'leader' and p.ends_on is null"
    for group, name in ((FIRST, "孙勤"), (SECOND, "姚立")):
        assert sql(asked, walk.town.groups[DONGLING, group]) == [(walk.town.people[name],)]


def test_each_is_decided_by_itself_and_what_is_refused_leaves_nothing(walk, sql):
    renewed(walk, DONGLING)
    came = together(walk, first="何闲", second="姚立")  # 何闲 leads the second group still
    assert [row["stage"] for row in came["rows"]] == [None, "review"]
    assert "已担任" in came["rows"][0]["problem"]
    walk.doors.dongling.post("assessment/choosing-filings", {"choosing_ids": [came["rows"][1]["choosing_id"]]})
    assert sql("select count(*) from office.number where purpose = 'assessment.choosing'") == [(0,)]


def test_a_number_that_stands_for_others_is_not_void_with_one_of_them(walk, sql):
    renewed(walk, DONGLING)
    ids = [row["choosing_id"] for row in together(walk, first="许安", second="姚立")["rows"]]
    walk.doors.organiser.post("assessment/choosing-filings", {"choosing_ids": ids})
    for each, void in zip(ids, (False, True), strict=True):
        walk.doors.organiser.post(f"{HERE}/{each}/withdrawals", {"reason": "本人不愿意。"})
        given = sql("select void_why is not null from office.number where purpose = 'assessment.choosing'")
        assert given == [(void,)]


def test_nobody_opens_or_reviews_for_others(walk):
    asked = {"branch_ids": [walk.town.units[XIHE]], "due_on": "2025-04-30"}
    for stranger in (walk.doors.outsider, walk.doors.dongling, walk.doors.member):
        stranger.post("assessment/choosing-renewals", asked, 404)
    renewed(walk, DONGLING)
    ids = [row["choosing_id"] for row in together(walk, first="许安", second="姚立")["rows"]]
    for stranger in (walk.doors.outsider, walk.doors.villager, walk.doors.xihe):
        came = stranger.post("assessment/choosing-filings", {"choosing_ids": ids})
        assert came["refused"] == 2


def test_on_the_pages_a_branch_is_renewed_in_a_few_acts(walk, visit):
    organiser, secretary, base = visit("organiser"), visit("dongling"), f"/{HERE}"
    branch = walk.town.units[DONGLING]
    came = organiser.submit(organiser.get(f"{base}/renewals"), "renewal", branch_ids=branch)
    assert "2项选配" in came.text
    rows = by_group(walk)
    people = {
        f"person.{rows[walk.town.groups[DONGLING, group]]['id']}": walk.town.people[name]
        for group, name in ((FIRST, "孙勤"), (SECOND, "姚立"))
    }
    typed = {key: value for key, value in walk.nominee("许安").items() if key != "person_id"}
    came = secretary.submit(secretary.get(f"{base}/branches/{branch}"), "nominations", **people, **typed)
    assert "已提交2名人选" in came.text
    ticked = [row["id"] for row in rows.values()]
    came = organiser.submit(organiser.get(f"{base}/review"), "review", choosing_ids=ticked, button=("step", "together"))
    assert "已备案2名人选" in came.text


def test_several_go_back_with_one_reason_but_those_with_their_own(walk, visit, sql):
    renewed(walk, DONGLING)
    first, second = (row["choosing_id"] for row in together(walk, first="许安", second="姚立")["rows"])
    organiser, review, back = visit("organiser"), f"/{HERE}/review", ("step", "return")
    told = organiser.submit(organiser.get(review), "review", 422, button=back, choosing_ids=[first, second])
    assert "没有单独写原因的，都用这一个" in told.text

    own = {f"reason.{second}": "请附会议记录。"}
    came = organiser.submit(
        organiser.get(review), "review", button=back, choosing_ids=[first, second], reason="请重新研究。", **own
    )

    assert "已退回2名人选" in came.text
    why = "select stage, returned_why from assessment.choosing where id in (%s, %s) order by id = %s"
    assert sql(why, first, second, second) == [("draft", "请重新研究。"), ("draft", "请附会议记录。")]
    again = [row["choosing_id"] for row in together(walk, first="许安", second="姚立")["rows"]]
    apart = {"choosing_ids": again, "own": [{"choosing_id": each, "reason": "再议。"} for each in again]}
    assert walk.doors.organiser.post("assessment/choosing-returns", apart)["refused"] == 0


def test_one_who_files_several_and_one_who_files_the_last_of_them_do_not_wait_for_each_other(walk, sql):
    renewed(walk, DONGLING)
    ids = [row["choosing_id"] for row in together(walk, first="许安", second="姚立")["rows"]]
    office = console(Role.ORGANISER, unit_id=walk.town.id)
    with ThreadPoolExecutor(1) as pool, unit("assessment") as session:
        queries.choosing_to_change(session, SYSTEM, max(ids))
        asked = pool.submit(walk.doors.organiser.post, "assessment/choosing-filings", {"choosing_ids": sorted(ids)})
        while not sql("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"):
            assert not asked.done()
        actions.file(session, office, max(ids), ChoosingFiling())  # takes the series, for which the other has to wait
        session.commit()
        came = asked.result()
    assert [row["stage"] for row in came["rows"]] == ["filed", None]  # the second was filed meanwhile
    places = "select place from office.number where purpose = 'assessment.choosing' order by place"
    assert sql(places) == [(1,), (2,)]


def test_what_was_not_done_of_several_is_said_by_group(walk, visit):
    renewed(walk, DONGLING)
    secretary, rows = visit("dongling"), by_group(walk)
    here, branch = f"/{HERE}/branches", walk.town.units[DONGLING]
    asked = {f"person.{rows[walk.town.groups[DONGLING, FIRST]]['id']}": walk.town.people["何闲"]}
    typed = {key: value for key, value in walk.nominee("许安").items() if key != "person_id"}
    came = secretary.submit(secretary.get(f"{here}/{branch}"), "nominations", **asked, **typed)
    assert "1项没有办成：东岭村党支部第一党小组：何闲不能作为人选：已担任" in came.text
    spoilt = asked | dict.fromkeys(asked, "9" * 5000)
    secretary.submit(secretary.get(f"{here}/{branch}"), "nominations", 422, **spoilt, **typed)


def test_many_are_handed_to_the_committee_and_agreed_to_in_one_act(walk, visit, sql):
    sql(
        "insert into office.setting (unit_id, key, value, effective_from, reason)"
        " values (%s, 'committee_nods', '[\"leader\"]', office.today(), '试行')",
        walk.town.id,
    )
    renewed(walk, DONGLING)
    ids = [row["choosing_id"] for row in together(walk, first="许安", second="姚立")["rows"]]
    review = f"/{HERE}/review"
    for way in ("submissions", "agreements"):
        for stranger in (walk.doors.outsider, walk.doors.villager, walk.doors.dongling, walk.doors.xihe):
            assert stranger.post(f"assessment/choosing-{way}", {"choosing_ids": ids})["refused"] == 2
    page = visit("organiser").get(review)
    assert "备案，合用一个编号" not in page.text, "the committee comes first"
    came = visit("organiser").submit(page, "review", choosing_ids=ids, button=("step", "pass_on"))
    assert "已把2名人选报党委" in came.text
    again = walk.doors.organiser.post("assessment/choosing-submissions", {"choosing_ids": ids})
    assert again["refused"] == 2, "asked once"
    assert walk.doors.organiser.post("assessment/choosing-agreements", {"choosing_ids": ids})["refused"] == 2
    waits = "select kind, count(*) from office.todo where closed_at is null and subject = any (%s) group by 1"
    subjects = [f"choosing:{each}" for each in ids]
    assert sql(waits, subjects) == [("assessment.agree", 2)]

    committee = visit("committee")
    page = committee.get(review)
    assert "待党委同意" in page.text
    came = committee.submit(page, "review", choosing_ids=ids[0], button=("step", "agree"))  # each still by itself
    assert "已同意1名人选" in came.text
    came = committee.submit(committee.get(review), "review", choosing_ids=ids, button=("step", "agree"))
    assert "已同意1名人选，由组织委员备案；1项没有办成" in came.text
    assert sql(waits, subjects) == [("assessment.file", 2)]
    told = "select step, count(*) from office.happening where subject = any (%s) and step is not null group by 1 order by 1"
    assert sql(told, subjects) == [("agree", 2), ("nominate", 2), ("pass_on", 2)]
    agreed = "select distinct agreed_on, agreed_by is not null from assessment.choosing where id = any (%s)"
    assert sql(agreed, ids) == [(date(2025, 3, 3), True)]
    walk.settle()
    titles = [each["title"] for each in walk.doors.committee.get("notify/messages")["rows"]]
    assert [each for each in titles if "待党委同意" in each] == ["东岭村党支部有2名人选待党委同意"]
    filed = walk.doors.organiser.post("assessment/choosing-filings", {"choosing_ids": ids})
    assert filed["refused"] == 0


def test_of_two_that_end_at_once_under_one_number_the_last_leaves_it_void(walk, sql):
    renewed(walk, DONGLING)
    ids = sorted(row["choosing_id"] for row in together(walk, first="许安", second="姚立")["rows"])
    walk.doors.organiser.post("assessment/choosing-filings", {"choosing_ids": ids})
    office, why = console(Role.ORGANISER, unit_id=walk.town.id), "本人不愿意。"
    with ThreadPoolExecutor(1) as pool, unit("assessment") as session:
        actions.withdraw(session, office, ids[0], why)
        asked = pool.submit(walk.doors.organiser.post, f"{HERE}/{ids[1]}/withdrawals", {"reason": why})
        while not sql("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"):
            assert not asked.done()
        session.commit()
        asked.result()
    assert sql("select void_why from office.number where purpose = 'assessment.choosing'") == [(why,)]


def test_where_the_committee_files_for_want_of_an_organiser_each_branch_is_looked_at_once(walk, sql):
    renewed(walk, DONGLING)
    ids = [row["choosing_id"] for row in together(walk, first="许安", second="姚立")["rows"]]
    sql("update office.post set ends_on = office.today() where kind = 'organiser' and unit_id = %s", walk.town.id)
    committee = console(Role.COMMITTEE, unit_id=walk.town.id)
    with unit("assessment") as session:
        first, second = queries.choosings_to_change(session, committee, ids)
        desk = desk_of(session, committee, ids)
        with counted() as asked:
            desk.may(first, ChoosingStep.FILE)
            once = sum(asked.times.values())
            desk.may(second, ChoosingStep.FILE)
    assert 0 < sum(asked.times.values()) == once


def test_nobody_is_filed_for_two_groups_neither_together_nor_one_after_the_other(walk, sql):
    renewed(walk, DONGLING)
    ids = [row["choosing_id"] for row in together(walk, first="许安", second="许安")["rows"]]
    came = walk.doors.organiser.post("assessment/choosing-filings", {"choosing_ids": ids})
    assert sorted(str(row["stage"]) for row in came["rows"]) == ["None", "filed"]
    assert "一人只在一个党小组任职" in str(came)
    left = next(row["choosing_id"] for row in came["rows"] if row["stage"] is None)
    refused = walk.doors.organiser.post(f"{HERE}/{left}/filings", {}, 409)
    assert "已备案到东岭村党支部" in refused["detail"]
    assert sql("select count(*) from office.number where purpose = 'assessment.choosing'") == [(1,)]
