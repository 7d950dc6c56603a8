"""The office's own files by upload: looked at first, brought in once, what could not be read comes back in a file."""

from datetime import date
from io import BytesIO

import psycopg
import pytest
import xlsxwriter

from shared.sheets import read_workbook
from tests.activities.conftest import SAMPLES
from tests.browsing import Visitor
from tests.town import DONGLING, FIRST, MEMBERS

HERE = "/activities/imports"
ROSTER = (SAMPLES / "花名册.xlsx").read_bytes()
WITH_GROUPS, WITHOUT_GROUPS = (
    (SAMPLES / "cases" / name).read_bytes() for name in ("全国系统_第一步.xlsx", "无小组列.xlsx")
)
ENDED = "select count(*) from office.post where ends_on is not null"
LEDGER = (SAMPLES / "活动台账2025.xlsx").read_bytes()


@pytest.fixture
def visit(doors):
    return lambda login: Visitor(doors.client.app, login)


def sql(office, question: str, *values):
    with psycopg.connect(office.owner_url) as connection:
        return connection.execute(question, values or None).fetchall()


def hand_in(visitor: Visitor, name: str, content: bytes, status: int = 200, **typed):
    return visitor.submit(visitor.get(HERE), "hand-in", status=status, files={"file": (name, content)}, **typed)


def flaw_at(page, name: str) -> str:
    """What stands below a field that was refused."""
    inputs = page.root.xpath(f"//input[@name='{name}']/ancestor::div[contains(@class, 'field')]")
    return "".join(each.text_content() for field in inputs for each in field.xpath(".//p[@class='flaw']"))


def figures(page) -> dict[str, int]:
    found = [each.text_content().split() for each in page.root.xpath("//div[@class='figures']/div")]
    return {words: int(number) for number, words in found}


def test_both_sample_files_are_looked_at_and_brought_in_exactly(visit, town, truth, office, settle):
    organiser = visit("organiser")
    page = hand_in(organiser, "花名册.xlsx", ROSTER, kind="roster")
    assert "现在还没有改动任何内容" in page.text
    assert "认出的列" in page.text
    told = figures(page)
    assert (told["行已识别"], told["行没有识别"]) == (truth["members"], 0)
    assert (told["个党支部"], told["个党小组"]) == (truth["branches"], truth["groups"])
    assert (told["名党小组长"], told["名支部书记"]) == (truth["leaders"], truth["secretaries"])
    before = sql(office, "select count(*) from office.person")

    begun = organiser.submit(page, "bring-in")
    assert "等待后台开始" in begun.text
    settle()
    done = organiser.get(page.address)
    assert "已于2025年" in done.text
    assert "导入了什么" in done.text
    assert sql(office, "select count(*) from office.person")[0][0] == before[0][0] + truth["members"]
    assert "bring-in" not in [form.get("id") for form in done.root.forms]

    page = hand_in(organiser, "活动台账2025.xlsx", LEDGER, kind="ledger", year=2025)
    assert figures(page)["条新记录"] == 912
    organiser.submit(page, "bring-in")
    settle()
    assert figures(organiser.get(page.address))["条新记录"] == 912
    assert sql(office, "select count(*) from activities.activity") == [(912,)]
    [(one,)] = sql(office, "select min(id) from activities.activity")
    assert "导入：文件“活动台账2025.xlsx” " in organiser.get(f"/activities/records/{one}").text
    assert " 系统" not in organiser.get(f"/activities/records/{one}").text
    again = hand_in(organiser, "活动台账2025.xlsx", LEDGER, kind="ledger", year=2025)
    assert (figures(again)["条新记录"], figures(again)["条已经有了"]) == (0, 912)
    assert "不用导入" in again.text


def test_a_ledger_of_another_year_is_told_to_be_one(visit, town):
    page = hand_in(visit("organiser"), "活动台账2025.xlsx", LEDGER, kind="ledger", year=2024)

    assert "没有一行能导入" in page.text
    assert "2024年，请核对年度" in page.text
    assert "已经和文件一样" not in page.text


def a_book(*rows: tuple[str, ...]) -> bytes:
    target = BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("一")
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return target.getvalue()


def a_roster(*rows: tuple[str, ...]) -> bytes:
    return a_book(("党支部", "党小组", "姓名", "身份证号码", "党员类别"), *rows)


def a_ledger(day: str) -> bytes:
    return a_book(("党支部", "党小组", "日期", "活动类型", "主题"), (DONGLING, FIRST, day, "集中学习", "春耕"))


def errors_of(visitor: Visitor, page) -> list[str]:
    """What stands in the file of the rows that could not be read."""
    answer = visitor.client.get(f"{page.address}/errors.xlsx")
    book = read_workbook(answer.content, name="未识别.xlsx")
    return [cell.text for row in book.sheets[0].rows for cell in row]


def test_rows_that_cannot_be_read_come_back_in_a_file_and_stop_nobody(visit, town, office, settle):
    organiser = visit("organiser")
    rows = ("北山村党支部", "第一党小组", "单晓", "", "正式党员"), ("北山村党支部", "第一党小组", "123", "", "正式党员")
    page = hand_in(organiser, "名册.xlsx", a_roster(*rows), kind="roster")
    assert figures(page)["行没有识别"] == 1
    assert "不像一个人的姓名" in page.text

    before = errors_of(organiser, page)
    assert "123" in before
    assert any("不像一个人的姓名" in text for text in before)

    organiser.submit(page, "bring-in")
    settle()
    assert "下载这些行" in organiser.get(page.address).text
    assert errors_of(organiser, page) == before
    assert sql(office, "select count(*) from office.person where name = '单晓'") == [(1,)]


def test_what_is_no_table_is_refused_at_its_field(visit, town):
    organiser = visit("organiser")
    broken = hand_in(organiser, "名册.xlsx", b"PK\x03\x04 broken", status=422, kind="roster")
    assert "打不开" in broken.text
    none = organiser.submit(organiser.get(HERE), "hand-in", status=422, kind="roster")
    assert "请选择一个文件" in none.text
    old = hand_in(organiser, "台账.xlsx", a_ledger("2019年3月4日"), status=422, kind="ledger", year="")
    assert "从文件里看不出是哪一年的台账，请填写年度" in old.text


def test_who_would_move_and_whose_post_would_end_is_named_on_the_page_before_anything_is_written(
    visit, town, office, settle
):
    organiser = visit("organiser")
    organiser.submit(hand_in(organiser, "一.xlsx", WITH_GROUPS, kind="roster"), "bring-in")
    settle()
    ended = sql(office, ENDED)
    silent = hand_in(organiser, "二.xlsx", WITHOUT_GROUPS, kind="roster")
    assert "12 人仍在原来的党小组，没有调动" in silent.text
    assert "不用导入" in silent.text

    leader = ("东岭村党支部", "第二党小组", "高大山", "990177195001010034", "正式党员")
    page = hand_in(organiser, "三.xlsx", a_roster(leader), kind="roster")
    assert "从东岭村党支部第一党小组调到东岭村党支部第二党小组，1人：高大山" in page.text
    assert "不再担任党小组长，1人：高大山（东岭村党支部第一党小组）" in page.text
    assert sql(office, ENDED) == ended


@pytest.mark.parametrize("day", ["2024年3月4日", "2025-03-04"])
def test_a_ledger_is_of_the_year_of_its_dates_where_none_is_typed(visit, town, day):
    page = hand_in(visit("organiser"), "台账.xlsx", a_ledger(day), kind="ledger", year="")

    assert f"{day[:4]}年台账" in page.title


def test_what_was_chosen_beside_a_refused_file_stays(visit, town):
    page = hand_in(visit("organiser"), "台账.xlsx", b"no table", status=422, kind="ledger", year="2023")

    assert (page.form("hand-in").fields["kind"], page.form("hand-in").fields["year"]) == ("ledger", "2023")


def test_a_file_is_sealed_seen_by_its_township_only_and_forgotten(visit, office, settle, move_to):
    organiser = visit("organiser")
    page = hand_in(organiser, "花名册.xlsx", ROSTER, kind="roster")
    (content,) = sql(office, "select content from activities.handed_in")[0]
    assert ROSTER[:200] not in content

    for login in ("outsider", "dongling", "keeper", "member"):
        other = visit(login)
        other.get(page.address, status=404)
        other.get(HERE, status=403)
        form = page.form("bring-in")
        assert other.client.post(form.action, data=dict(form.form_values())).status_code in (403, 404)
    move_to(date(2025, 3, 11))
    settle()
    organiser = visit("organiser")
    assert "已经按规定清除" in organiser.get(page.address).text
    assert sql(office, "select content from activities.handed_in") == [(None,)]


def test_from_which_day_a_roster_counts_is_asked_said_and_kept(visit, town, office, settle):
    organiser = visit("organiser")
    assumed = hand_in(organiser, "花名册.xlsx", ROSTER, kind="roster")
    assert "从2024年1月1日起" in assumed.text

    late = hand_in(organiser, "花名册.xlsx", ROSTER, 422, kind="roster", since="2025-03-04")
    assert "起算日期不能晚于今天" in late.text
    page = hand_in(organiser, "花名册.xlsx", ROSTER, kind="roster", since="2023-07-01")
    assert "从2023年7月1日起" in page.text
    organiser.submit(page, "bring-in")
    settle()

    founded = "select distinct founded_on from office.unit where founded_on >= '2023-07-01'"
    assert [str(day) for (day,) in sql(office, founded)] == ["2023-07-01"]


def test_from_which_day_what_a_roster_moves_counts_is_asked_said_and_kept(visit, town, office, settle):
    organiser = visit("organiser")
    organiser.submit(hand_in(organiser, "花名册.xlsx", ROSTER, kind="roster"), "bring-in")
    settle()
    late = hand_in(organiser, "花名册.xlsx", ROSTER, 422, kind="roster", as_of="2025-03-04")
    assert "请在名册里逐项安排" in late.text
    early = hand_in(organiser, "花名册.xlsx", ROSTER, kind="roster", as_of="2020-01-01", status=422)
    assert "不能再从更早的日子算起" in early.text
    page = hand_in(organiser, "花名册.xlsx", ROSTER, kind="roster", as_of="2025-03-03")
    assert "这次变动的，从2025年3月3日起" in page.text
    after = hand_in(organiser, "花名册.xlsx", ROSTER, 422, kind="roster", since="2025-03-02", as_of="2025-03-01")
    assert "起算日期不能晚于变动的日期" in after.text


def changed_on(office, what: str) -> None:
    with psycopg.connect(office.owner_url) as connection:
        connection.execute(what)


@pytest.mark.parametrize(
    "what",
    [
        "update office.unit set founded_on = '2025-03-03' where name = '第二党小组'",
        "update office.circumstance set ends_on = '2025-03-03'",
    ],
    ids=["a group was founded", "a circumstance ended"],
)
def test_what_a_roster_moves_counts_from_no_day_before_the_register_changed(visit, town, office, what: str):
    before = "insert into office.circumstance (person_id, unit_id, kind, starts_on)"
    changed_on(office, f"{before} select id, unit_id, 'away', '2024-05-01' from office.person where name = '白梅'")
    changed_on(office, what)

    refused = hand_in(visit("organiser"), "花名册.xlsx", ROSTER, 422, kind="roster", as_of="2025-03-02")

    assert "名册里已有从2025年3月3日起的变动" in refused.text


def test_the_page_of_a_roster_that_is_in_stands_whatever_changes_in_the_register_later(visit, town, office, settle):
    organiser = visit("organiser")
    file = a_book(
        ("党支部", "姓名", "党员类别", "备注"),
        (DONGLING, "白梅", "正式党员", "已去世"),
        (DONGLING, "单晓", "正式党员", ""),
    )
    page = hand_in(organiser, "名册.xlsx", file, kind="roster", as_of="2025-03-02")
    assert "文件写着已不在册的（1 人）" in page.text
    organiser.submit(page, "bring-in")
    settle()
    changed_on(office, "update office.unit set founded_on = '2025-03-03' where name = '第二党小组'")

    assert "文件写着已不在册的（1 人）" in organiser.get(page.address).text


def test_a_ledger_that_reaches_back_behind_the_day_of_beginning_says_so_first(visit, town, office, settle):
    organiser = visit("organiser")
    page = hand_in(organiser, "花名册.xlsx", ROSTER, kind="roster")
    organiser.submit(page, "bring-in")
    settle()
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("update office.unit set begins_on = '2025-03-01' where id = %s", [town.id])

    page = hand_in(organiser, "活动台账2025.xlsx", LEDGER, kind="ledger", year=2025)
    assert "起用日期提前到2025年1月" in page.text
    organiser.submit(page, "bring-in")
    settle()

    asked = f"select begins_on < '2025-02-01' from office.unit where id = {town.id}"
    assert sql(office, asked) == [(True,)]


# --- whoever left, by the file ---

LEFT = (
    ("东岭村党支部", "第一党小组", "许安（已故）", "", "正式党员"),
    ("东岭村党支部", "第一党小组", "白梅（2025年1月20日转往东山县青石镇党委）", "", "正式党员"),
    ("东岭村党支部", "第一党小组", "陆明", "", "正式党员"),
    ("以下为除名党员",),
    ("东岭村党支部", "第二党小组", "田野", "", "正式党员"),
)
GONE = (
    "select p.name, a.turn, a.starts_on, a.basis, a.elsewhere from activities.member_act a"
    " join office.person p on p.id = a.person_id order by p.name"
)


@pytest.fixture
def left(visit, town) -> tuple[Visitor, str]:
    organiser = visit("organiser")
    return organiser, hand_in(organiser, "名册.xlsx", a_roster(*LEFT), kind="roster").address


def test_whoever_left_by_the_file_is_proposed_and_nobody_leaves_by_bringing_it_in(left, office, settle):
    organiser, address = left
    page = organiser.get(address)
    assert "文件写着已不在册的（3 人）" in page.text
    shown = {name: page.form("let-leave").fields[f"turn.{each}"] for name, each in ids_of(office).items()}
    assert shown == {"许安": "died", "白梅": "transferred", "田野": "struck_off"}
    assert page.form("let-leave").fields[f"on.{ids_of(office)['白梅']}"] == "2025-01-20"
    assert page.form("let-leave").fields[f"elsewhere.{ids_of(office)['白梅']}"] == "东山县青石镇党委"

    organiser.submit(page, "bring-in") if page.root.xpath("//form[@id='bring-in']") else None
    settle()

    assert sql(office, GONE) == []
    assert "文件写着已不在册的（3 人）" in organiser.get(address).text


def ids_of(office) -> dict[str, int]:
    return dict(sql(office, "select name, id from office.person where name in ('许安', '白梅', '田野')"))


def test_those_who_are_ticked_leave_on_the_day_and_the_basis_that_are_asked(left, office, visit):
    organiser, address = left
    ids, page = ids_of(office), organiser.get(address)
    dead, moved = ids["许安"], ids["白梅"]
    refused = organiser.submit(
        page, "let-leave", status=422, people=[dead, moved], **{f"dues_until.{moved}": "2024-12"}
    )
    assert "请填写从哪一天起" in refused.text
    assert sql(office, GONE) == []

    day = {f"on.{dead}": "2025-02-01", f"basis.{dead}": "死亡证明"}
    refused = organiser.submit(page, "let-leave", status=422, people=[dead, moved], **day)
    assert "请填写党费交至哪个月" in refused.text
    assert sql(office, GONE) == []

    done = organiser.submit(page, "let-leave", people=[dead, moved], **day, **{f"dues_until.{moved}": "2024-12"})

    assert "已办理 2 人的党籍变动" in done.answer.text
    assert "文件写着已不在册的（1 人）" in done.text
    found = {name: tuple(rest) for name, *rest in sql(office, GONE)}
    assert found["许安"] == ("died", date(2025, 2, 1), "死亡证明", "")
    assert found["白梅"][:2] == ("transferred", date(2025, 1, 20))
    assert "C3" in found["白梅"][2]
    assert found["白梅"][3] == "东山县青石镇党委"
    assert found.keys() == {"许安", "白梅"}


def test_nobody_but_the_organiser_lets_anybody_leave_by_a_file(left, office, visit):
    _, address = left
    body = {"key": "k" * 32, "form": "let-leave", "people": ids_of(office)["许安"]}

    answers = {
        visit(login).client.post(f"{address}/member-acts", data=body).status_code for login in ("outsider", "dongling")
    }

    assert answers <= {403, 404}
    assert sql(office, GONE) == []


# --- more than a tenth of the township ---

ALL_MOVE = [
    (branch, group, name, "", "正式党员")
    for (branch, _), names in MEMBERS.items()
    for name, group in zip(names, ("第二党小组",) * 3 + ("第一党小组",) * 3, strict=True)
]
MOVED = "select count(*) from office.membership where ends_on is not null"


def test_a_file_that_turns_over_more_than_a_tenth_is_brought_in_only_when_that_very_number_is_ticked(
    visit, town, office, settle
):
    organiser = visit("organiser")
    page = hand_in(organiser, "名册.xlsx", a_roster(*ALL_MOVE), kind="roster")
    [box] = page.root.xpath("//form[@id='bring-in']//input[@name='agreed']")
    upheaval = int(box.get("value"))
    assert f"同意这 {upheaval} 处变动" in page.text
    assert "合计超过全乡镇 36 名党员人数的十分之一" in page.text
    moving = [name for (_, group), names in MEMBERS.items() for name in (names[:3] if group == FIRST else names[3:])]
    assert all(name in page.text for name in moving)

    for agreed in ({}, {"agreed": upheaval - 1}):
        organiser.submit(page, "bring-in", **agreed)
        settle()
        page = organiser.get(page.address)
        assert "没有导入，什么也没有改动" in page.text
        assert f"再同意这 {upheaval} 处变动" in page.text
        assert sql(office, MOVED) == [(0,)]

    organiser.submit(page, "bring-in", agreed=upheaval)
    settle()
    assert "这个文件已于" in organiser.get(page.address).text
    assert sql(office, MOVED)[0][0] > 36 / 10


def test_a_file_that_moves_a_few_is_not_asked_about(visit, town):
    page = hand_in(visit("organiser"), "名册.xlsx", a_roster(ALL_MOVE[1]), kind="roster")

    assert page.root.xpath("//form[@id='bring-in']")
    assert not page.root.xpath("//input[@name='agreed']")


OUT_HEADING = ("姓名", "流出党支部", "外出时间", "外出类型", "流入地", "支部联系人", "最近联系时间")


def test_those_out_by_a_list_of_them_are_put_on_it_where_they_are_ticked_and_proposed_no_more(visit, town, office):
    organiser = visit("organiser")
    row = ("白梅", DONGLING, "2025-02-01", "务工", "广东省深圳市", "陆某", "2025-02-20")
    file = a_book(("清溪镇流动党员台账",), OUT_HEADING, row)
    page = hand_in(organiser, "流动党员台账.xlsx", file, kind="roster")
    assert "文件写着外出流动的、困难的（1 人次）" in page.text
    [(who,)] = sql(office, "select id from office.person where name = '白梅'")
    refused = organiser.submit(page, "look-after", status=422, mobile_out=[who])
    assert "本支部没有“陆某”" in refused.text
    assert sql(office, LOST) == []
    known = {f"contact.mobile_out.{who}": "陆明"}
    early = {f"last_on.mobile_out.{who}": "2025-01-20"}
    refused = organiser.submit(page, "look-after", status=422, mobile_out=[who], **known, **early)
    assert "日期应在登记那天以后" in flaw_at(refused, f"last_on.mobile_out.{who}")
    nobody = {f"contact.mobile_out.{who}": ""}
    refused = organiser.submit(page, "look-after", status=422, mobile_out=[who], **nobody)
    assert "请选择支部联系人" in flaw_at(refused, f"contact.mobile_out.{who}")
    assert sql(office, LOST) == []

    contact = {f"contact.mobile_out.{who}": "陆明"}
    done = organiser.submit(organiser.get(page.address), "look-after", mobile_out=[who], **contact)

    assert "已登记 1 人" in done.answer.text
    assert "文件写着外出流动的" not in done.text
    assert sql(office, LOST) == [("白梅", "mobile_out", date(2025, 2, 1))]
    listed = visit("dongling").get(f"/activities/register/units/{town.units[DONGLING]}/care").text
    assert ("广东省深圳市" in listed, "2025年2月20日" in listed, "联系人：陆明" in listed) == (True, True, True)
    body = {"key": "k" * 32, "form": "look-after", "mobile_out": who}
    others = [visit(each).client.post(f"{page.address}/care", data=body) for each in ("outsider", "dongling")]
    assert {each.status_code for each in others} <= {403, 404}


LOST = (
    "select p.name, c.sort, c.starts_on from activities.care c join office.person p on p.id = c.person_id"
    " where c.ends_on is null order by p.name"
)


def test_those_out_of_contact_by_the_file_are_put_on_that_list_where_they_are_ticked(visit, town, office):
    organiser = visit("organiser")
    place = (DONGLING, FIRST)
    heading = ("党支部", "党小组", "姓名", "党员类别", "是否失联")
    file = a_book(heading, (*place, "白梅", "正式党员", "是"), (*place, "陆明", "正式党员", "否"))
    page = hand_in(organiser, "名册.xlsx", file, kind="roster")
    assert "文件写着失联的（1 人）" in page.text
    [(who,)] = sql(office, "select id from office.person where name = '白梅'")
    refused = organiser.submit(page, "lost", status=422, lost=[who])
    assert "请填写从哪一天起失联" in refused.text
    assert sql(office, LOST) == []

    day = {f"on.{who}": "2025-02-01", f"tried.{who}": "问过家属"}
    done = organiser.submit(organiser.get(page.address), "lost", lost=[who], **day)

    assert "已把 1 人登记为失联党员" in done.answer.text
    assert "文件写着失联的（" not in done.text
    assert sql(office, LOST) == [("白梅", "lost", date(2025, 2, 1))]
    branch = town.units[DONGLING]
    listed = visit("dongling").get(f"/activities/register/units/{branch}/care").text
    assert "失联党员（1）" in listed
    assert "问过家属" in listed
    body = {"key": "k" * 32, "form": "lost", "lost": who}
    others = [visit(each).client.post(f"{page.address}/lost", data=body) for each in ("outsider", "dongling")]
    assert {each.status_code for each in others} <= {403, 404}
