"""The year at its pages, with plain requests: from the opening to the end by the people of the named world."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.assessment.cases.pages.steps import Visit, decided, opened, put_forward, reviewed, to_rating
from tests.browsing import Desk


@pytest.mark.usefixtures("december")
def test_the_year_goes_from_its_opening_to_its_end_by_its_people(
    visit: Visit, move_to: Callable[..., None], settle: Callable[[], None]
):
    organiser, cycle = to_rating(visit, settle)
    assert "已审查备案 6 名" not in organiser.get(cycle).text  # said once
    committee = visit("committee")

    board = decided(committee, cycle)
    assert "已评定为优秀" in board.text  # the last of those at the line
    assert "0 名还没有评定" in board.text

    poster = organiser.submit(organiser.get(cycle), "publish")
    assert poster.title == "关于2025年度党小组长考核结果的公示"
    assert "公示时间：2025年11月28日至2025年12月4日" in poster.text
    assert "东岭村党支部第一党小组孙勤优秀" in poster.text
    assert "100" not in poster.text

    move_to(date(2025, 12, 5))
    ended = visit("organiser")
    assert "已办结" in ended.submit(ended.get(cycle), "close").text
    assert "重新计算，逐项一致" in ended.get(f"{cycle}/verification").text


@pytest.mark.usefixtures("december")
def test_a_year_is_opened_on_a_page_that_shows_what_it_opens_with_once_that_was_looked_at(visit: Visit):
    organiser = visit("organiser")
    form = organiser.get("/assessment/cycles/new")
    assert "支部提名2025年12月12日截止" in form.text
    assert "列入考核（6 名）" in form.text
    assert "东岭村党支部第一党小组孙勤" in form.text
    assert "按期开展的次数占应开展次数的比例计分" in form.text
    assert "通知对象（3 个支部，" in form.text

    assert "请先核对" in organiser.submit(form, "opening", 422).text
    again = organiser.submit(form, "opening", 422, year="2027", confirmed="1")
    assert "2027年度还没有开始" in again.text
    assert "请检查年度" in organiser.submit(again, "opening", 422, year="205", confirmed="1").text

    year = organiser.submit(form, "opening", confirmed="1")
    assert year.title == "清溪镇2025年度党小组长考核"
    assert "6 名待提名" in year.text
    again = organiser.get("/assessment/cycles/new")
    assert "2025年度考核已经启动" in again.text
    assert not [each for each in again.root.forms if each.get("id") == "opening"]

    taken_back = organiser.submit(organiser.get(year.address), "withdrawal", reason="方案还要修改。")
    assert "启动已撤回" in taken_back.text
    assert "待提名" not in taken_back.text
    for told in ("dongling", "committee"):
        came = visit(told).get(year.address).text
        assert "这次启动已由乡镇撤回" in came, "an old message leads to what came of it"
        assert "方案还要修改。" in came
    visit("outsider").get(year.address, status=404)
    assert "6 名待提名" in opened(organiser).text


@pytest.mark.usefixtures("december")
def test_a_returned_nomination_comes_back_with_its_reason_and_what_was_written(visit: Visit):
    organiser = visit("organiser")
    cycle = opened(organiser).address
    secretary = visit("dongling")
    landing = secretary.get("/assessment/")
    assert "等待本支部提名（2 名）" in landing.text
    first = next(link for link in landing.links() if link.endswith("/nomination"))
    missing = secretary.submit(secretary.get(first), "nomination", 422, self_statement="全年学习十二次。")
    assert "支部建议等次：请填写。" in missing.text
    assert "全年学习十二次。" in missing.form("nomination").fields["self_statement"]

    put_forward(secretary)
    queue = organiser.get(f"{cycle}/review")
    case = first.split("/")[3]
    bare = organiser.submit(queue, "review", 422, button=("step", "return"), case_ids=[case])
    assert "退回原因：请填写。" in bare.text
    organiser.submit(queue, "review", 422, button=("step", "accept"))
    returned = organiser.submit(
        bare, "review", button=("step", "return"), case_ids=[case], reason="请写联系群众的情况。"
    )
    assert "已退回 1 名" in returned.text

    landing = secretary.get("/assessment/")
    assert "退回修改（1 名）" in landing.text
    assert "请写联系群众的情况。" in landing.text
    assert "全年按月开展活动。" in secretary.get(first).form("nomination").fields["self_statement"]
    assert "请写联系群众的情况。" in secretary.get(f"/assessment/cases/{case}").text


@pytest.mark.usefixtures("december")
def test_one_case_is_filed_under_a_number_of_the_offices_own(visit: Visit):
    organiser = visit("organiser")
    cycle = opened(organiser).address
    put_forward(visit("dongling"))
    cases = [link for link in organiser.get(f"{cycle}/review").links() if "/cases/" in link]

    filed = organiser.submit(organiser.get(cases[0]), "filing", filing_number="清组备〔2025〕1号")
    assert "清组备〔2025〕1号" in filed.text
    again = organiser.submit(organiser.get(cases[1]), "filing", 409, filing_number="清组备〔2025〕1号")
    assert "本年度已经使用" in again.text
    colleague = visit("villager")  # of this very branch
    assert "应当回避" in colleague.get(cases[1]).text
    assert "应当回避" in colleague.get(f"{cycle}/review").text


@pytest.mark.usefixtures("december")
def test_the_boards_filter_has_the_branches_as_the_register_has_them(visit: Visit):
    organiser = visit("organiser")
    board = organiser.get(f"{opened(organiser).address}/board")
    options = board.root.xpath("//select[@name='branch']/option")

    assert [each.text for each in options] == ["全部", "东岭村党支部", "南坪村党支部", "西河村党支部"]


@pytest.mark.usefixtures("december")
def test_another_grade_wants_a_reason_and_so_does_one_beyond_the_quota(visit: Visit, rated: str):
    committee = visit("committee")
    board = committee.get(f"{rated}/board")
    assert "参加考核 6 名的 30%，名额 1 名；以上 0 名，还有 1 个名额，以下 2 名同为 100 分" in board.text
    ids = [box.get("value") for box in board.root.iter("input") if box.get("name") == "case_ids"]

    assert "孙勤" in committee.get(f"{rated}/board?order=name&show=&branch=").text  # filters left empty
    none = committee.get(f"{rated}/board?order=name&show=nomination&branch=").text
    assert "孙勤" not in none
    assert "没有符合条件的党小组长" in none

    assert "页面已过期，请刷新后再提交。" in committee.submit(board, "follow", 422, case_ids=ids, run=[]).text
    some = committee.submit(board, "follow", case_ids=ids)
    assert "已评定 2 名。还有 2 名没有办成" in some.text  # who is below the line; those at it have no box
    assert "请写明理由" in some.text
    left = [box.get("value") for box in some.root.iter("input") if box.get("name") == "case_ids"]
    assert "排在优秀名额（1 名）之后" in committee.get(f"/assessment/cases/{left[0]}").text
    alone = next(link for link in some.links() if f"decide={left[0]}" in link).partition("#")[0]
    page = committee.get(f"{rated}/board{alone}" if alone.startswith("?") else alone)
    refused = committee.submit(page, "decision", 422, grade="competent")
    assert "理由：计分结果为「优秀」，拟评为「称职」，两者不一致，请写明理由。" in refused.text
    done = committee.submit(refused, "decision", grade="competent", reason="年中缺席较多。")
    assert done.title == "清溪镇2025年度党小组长考核：评定表"
    assert "已评定为称职" in done.text
    assert "年中缺席较多。" in done.text
    assert "decision" not in [form.get("id") for form in done.root.forms]
    none = committee.submit(
        committee.get(f"/assessment/cases/{left[1]}"), "decision", grade="none", reason="长期病假。"
    )
    assert "不予评定" in none.text


@pytest.mark.usefixtures("december")
def test_every_figure_opens_its_records_and_says_why(visit: Visit, rated: str):
    board = visit("committee").get(f"{rated}/board")
    case = next(link for link in board.links() if "/assessment/cases/" in link)
    leader = visit("diligent")

    page = leader.get(case)

    assert "12 次，应 10 次" in page.text
    came = page.root.xpath("//tr[th='党员到会']")[0]
    assert "人次，实到" in came.text_content()
    assert "应 " not in came.xpath(".//summary")[0].text_content(), "nobody comes to what was not held"
    assert len([link for link in page.links() if link.startswith("/activities/records/")]) > 12
    called = page.root.xpath("//details[@class='records']//a/text()")
    assert called[0].endswith("日 集中学习")
    assert called[0].startswith("1月")
    assert not [name for name in called if "记录" in name]
    assert "应开展 10 次，按期开展 10 次，得 20 分（满分 20 分）。" in page.text
    assert "审查备案 组织委员" in page.text
    assert "周岚" not in page.text
    assert visit("diligent").get("/assessment/").text.count("本人的2025年度考核") == 1


@pytest.mark.usefixtures("december")
def test_the_board_is_sorted_by_a_field_too_and_stays_so_when_some_are_decided(visit: Visit, rated: str):
    committee = visit("committee")
    board = committee.get(f"{rated}/board?order=name")
    assert board.root.xpath("//select[@name='order']/option[@selected]/text()") == ["姓名"]
    ids = [box.get("value") for box in board.root.iter("input") if box.get("name") == "case_ids"]

    some = committee.submit(board, "follow", case_ids=ids[:1], reason="会议研究决定。")

    assert "已评定 1 名" in some.text
    assert some.address.endswith("/board?order=name")


@pytest.mark.usefixtures("december")
def test_a_decision_made_by_mistake_is_taken_back_on_its_page_before_the_public_notice(visit: Visit, rated: str):
    committee = visit("committee")
    decided(committee, rated)
    case = next(link for link in committee.get(f"{rated}/board").links() if "/assessment/cases/" in link)

    again = committee.submit(committee.get(case), "reopening", reason="看错了一行。")

    assert "请重新评定" in again.text
    assert "开始公示" not in committee.get(f"{rated}/board").text
    assert "已评定为称职" in committee.submit(again, "decision", grade="competent", reason="改正。").text


@pytest.mark.usefixtures("december")
def test_each_sees_and_does_only_what_is_his(visit: Visit, rated: str):
    organiser, cycle = visit("organiser"), rated
    board = organiser.get(f"{cycle}/board")
    case = next(link for link in board.links() if "/assessment/cases/" in link)
    assert not [box for box in board.root.iter("input") if box.get("name") == "case_ids"]  # decides nothing

    for login in ("dongling", "diligent"):
        visit(login).get(f"{cycle}/board", 403)
        visit(login).get(f"{cycle}/review", 403)
        visit(login).get(f"{cycle}/verification", 403)
    for login in ("outsider", "xihe", "member"):
        visit(login).get(case, 404)
    for page in ("", "/board", "/review", "/notice", "/verification", "/progress"):
        visit("outsider").get(f"{cycle}{page}", 404)
    assert "清溪镇" not in visit("outsider").get("/assessment/").text
    assert "现在没有要您办的考核" in visit("member").get("/assessment/").text
    for login in ("dongling", "diligent", "member", "outsider", "keeper"):
        visit(login).get("/assessment/cycles/new", 403)


@pytest.mark.usefixtures("december")
def test_who_was_not_filed_before_an_early_run_is_not_said_to_wait_for_the_committee(
    visit: Visit, settle: Callable[[], None]
):
    organiser = visit("organiser")
    cycle = opened(organiser).address
    put_forward(visit("dongling"))
    reviewed(organiser, cycle)
    organiser.submit(organiser.get(cycle), "run")
    settle()

    page = organiser.get(cycle)

    assert "计分已完成，等待党委评定 2 名。4 名还没有走完提名审查，补办以后才能评定。" in page.text


@pytest.mark.usefixtures("december")
def test_the_records_behind_a_figure_stay_within_the_page(visit: Visit, desk: Desk, rated: str):
    board = visit("committee").get(f"{rated}/board")
    case = next(link for link in board.links() if "/assessment/cases/" in link)

    with desk.window("diligent") as page:
        page.goto(case)
        page.get_by_text("12 次，应 10 次").first.click()
        table = page.locator(".scroll", has=page.locator("details.records")).first

        assert table.evaluate("box => box.scrollWidth <= box.clientWidth")


@pytest.mark.usefixtures("december")
def test_a_run_is_stopped_and_goes_on(visit: Visit, settle: Callable[[], None]):
    organiser = visit("organiser")
    cycle = opened(organiser).address
    page = organiser.submit(organiser.get(cycle), "run")
    assert "已计分 0 / 6 个党小组（0%）" in page.text

    stopped = organiser.submit(page, "stop")
    settle()
    assert "汇总已暂停" in stopped.text
    going = organiser.submit(organiser.get(cycle), "go_on")
    assert "正在汇总计分" in going.text
    settle()
    assert "计分已完成。6 名还没有走完提名审查" in organiser.get(cycle).text
