"""The register on pages: founded, renamed, regrouped with what follows in view, people found, accounts made and ended."""

import re

import psycopg
import pytest

from shared.access import SYSTEM
from shared.audit import announce
from shared.db import unit
from shared.events import LedgerImported
from shared.settings import settings
from tests.browsing import Visitor
from tests.town import DONGLING, FIRST, SECOND, XIHE

HERE = "/activities/register"


@pytest.fixture
def visit(doors):
    return lambda login: Visitor(doors.client.app, login)


@pytest.fixture
def group(town) -> int:
    return town.groups[DONGLING, FIRST]


def sql(office, question: str, *values):
    with psycopg.connect(office.owner_url) as connection:
        return connection.execute(question, values or None).fetchall()


def test_units_are_founded_and_renamed(visit, town):
    organiser = visit("organiser")
    page = organiser.submit(organiser.get(HERE), "found", name="北山村党支部", founded_on="2025-01-01")
    assert page.title == "北山村党支部"
    page = organiser.submit(page, "found", name="第一党小组")
    page = organiser.submit(page, "rename", name="柳树下党小组")
    assert page.title == "北山村党支部柳树下党小组"
    assert "更名" in page.text
    assert "原名：第一党小组" in page.text

    again = organiser.submit(organiser.get(HERE), "found", status=409, name="北山村党支部")
    assert again.form("found").fields["name"] == "北山村党支部"
    assert "已经存在" in again.text


def test_a_group_is_split_after_what_follows_was_shown(visit, town, group, office):
    organiser = visit("organiser")
    ask = organiser.get(f"{HERE}/units/{group}/regroupings/split")
    members = [town.people["许安"], town.people["白梅"]]
    shown = organiser.submit(ask, "regroup", name="第三党小组", on="2025-03-01", members=members, leader=members[0])

    assert "现在还没有改动任何内容" in shown.text
    assert "换党小组的党员（2 人）" in shown.text
    assert "许安担任第三党小组的党小组长" in shown.text
    assert sql(office, "select count(*) from office.unit where name = '第三党小组'") == [(0,)]
    done = organiser.submit(shown, "regroup")
    assert done.title == DONGLING
    assert "第三党小组" in done.text
    assert sql(office, "select count(*) from office.membership where starts_on = '2025-03-01'") == [(2,)]


def test_whoever_comes_back_to_what_would_follow_sees_it_again_and_names_stand_in_no_address(
    visit, town, group, office
):
    organiser = visit("organiser")
    ask = organiser.get(f"{HERE}/units/{group}/regroupings/split")
    typed = {"name": "第三党小组", "on": "2025-03-01", "members": [town.people["许安"]]}
    shown = organiser.submit(ask, "regroup", **typed)
    organiser.submit(shown, "regroup")

    back = organiser.get(shown.address)
    found = organiser.submit(organiser.get(f"{HERE}/people"), "find", words="许安")

    assert back.text == shown.text
    assert organiser.get(found.address).text == found.text
    assert not re.search(r"%|members|regroupings|words", shown.address + found.address)
    assert organiser.submit(back, "regroup").title == DONGLING  # sent twice, done once
    assert sql(office, "select count(*) from office.unit where name = '第三党小组'") == [(1,)]
    assert "请回到原来的页面" in visit("committee").get(shown.address, 404).text
    organiser.get(f"{HERE.removesuffix('/register')}/shown/nobody.knows", 404)


def test_what_cannot_be_regrouped_comes_back_as_it_was_chosen(visit, town, group):
    organiser = visit("organiser")
    ask = organiser.get(f"{HERE}/units/{group}/regroupings/split")
    flawed = organiser.submit(
        ask, "regroup", status=422, name="第三党小组", on="2027-01-01", members=[town.people["许安"]]
    )
    assert "不能晚于" in flawed.text
    assert flawed.form("regroup").fields["name"] == "第三党小组"
    assert set(flawed.form("regroup").inputs["members"].value) == {str(town.people["许安"])}

    merge = organiser.get(f"{HERE}/units/{town.units[DONGLING]}/regroupings/merge")
    both = [group, town.groups[DONGLING, SECOND]]
    shown = organiser.submit(merge, "regroup", group_ids=both, into=both[0], on="2025-03-02")
    assert "撤销" in shown.text
    move = organiser.get(f"{HERE}/units/{group}/regroupings/move")
    taken = organiser.submit(move, "regroup", status=409, branch_id=town.units[XIHE], on="2025-03-02")
    assert "请换一个名称" in taken.text


def test_groups_are_merged_and_moved_and_a_branch_is_dissolved_by_plain_forms(visit, town, group, office):
    organiser, other, branch = visit("organiser"), town.groups[DONGLING, SECOND], town.units[DONGLING]

    def regrouped(unit: int, sort: str, **typed):
        shown = organiser.submit(organiser.get(f"{HERE}/units/{unit}/regroupings/{sort}"), "regroup", **typed)
        return organiser.submit(shown, "regroup")

    merged = regrouped(branch, "merge", group_ids=[group, other], into=group, on="2025-03-01")
    assert "党小组已合并" in _said(merged)
    assert "已经撤销的（1）" in merged.text
    assert f"{HERE}/units/{other}" in merged.links()
    assert f"{SECOND}：合并（涉及{DONGLING}{FIRST}），自2025年3月1日起" in merged.text
    assert sql(office, "select dissolved_on::text from office.unit where id = %s", other) == [("2025-03-01",)]
    assert "现在还不能撤销" in organiser.get(f"{HERE}/units/{branch}/dissolution").text
    done = regrouped(group, "move", branch_id=town.units[XIHE], name="东岭党小组", on="2025-03-02")
    assert done.title == XIHE
    assert "东岭党小组" in done.text

    ask = organiser.get(f"{HERE}/units/{branch}/dissolution")
    early = organiser.submit(ask, "dissolve", status=422, on="2025-03-01")
    assert "撤销日期不能早于这一天" in early.text
    assert early.form("dissolve").fields["on"] == "2025-03-01"
    assert "党支部已撤销" in _said(organiser.submit(ask, "dissolve", on="2025-03-02"))
    assert "已于2025年3月2日撤销" in organiser.get(f"{HERE}/units/{branch}").title
    assert sql(
        office,
        "select count(*) from office.post p join office.unit u on u.id = p.unit_id"
        " where %s in (u.id, u.branch_id) and p.ends_on is null",
        branch,
    ) == [(0,)]
    assert sql(
        office,
        "select count(*) from office.membership m join office.unit u on u.id = m.unit_id"
        " where %s in (u.id, u.branch_id) and m.ends_on is null",
        branch,
    ) == [(0,)]


def test_a_group_is_dissolved_on_a_day_to_come_unless_it_is_withdrawn(visit, town, group, office):
    organiser, other = visit("organiser"), town.groups[DONGLING, SECOND]
    here = f"{HERE}/units/{group}"

    def shown_for(day: str):
        return organiser.submit(organiser.get(f"{here}/regroupings/dissolve"), "regroup", into=other, on=day)

    shown = shown_for("2025-04-01")
    assert "2025年4月1日起生效" in shown.text
    arranged = organiser.submit(shown, "regroup")
    assert "已安排撤销" in _said(arranged)
    assert "已安排的调整" in arranged.text
    assert f"{DONGLING}{FIRST}撤销，党员编入{DONGLING}{SECOND} 计划2025年4月1日起生效" in _said(arranged)
    assert f"{DONGLING}{SECOND}，编入6人：" in arranged.text
    assert "孙勤不再担任第一党小组的党小组长。" in arranged.text
    assert f"安排：{DONGLING}{FIRST}撤销，党员编入{DONGLING}{SECOND}，2025年4月1日起 周岚" in _said(arranged)
    assert sql(office, "select dissolved_on from office.unit where id = %s", group) == [(None,)]
    again = organiser.submit(shown_for("2025-05-01"), "regroup", status=409)
    assert "请先撤回那个计划" in again.text

    withdrawal = next(each.get("id") for each in arranged.root.forms if str(each.get("id")).startswith("withdraw-"))
    for login, status in (("dongling", 403), ("outsider", 404)):
        stranger, address = visit(login), arranged.form(withdrawal).action
        assert _posted(stranger, address) == status
        assert _posted(stranger, f"{here}/regroupings/dissolve", on="2025-03-02", into=other) == 404
        assert _posted(stranger, f"{HERE}/units/{town.units[DONGLING]}/dissolution", on="2025-03-02") == status
    assert "调整计划已撤回" in _said(organiser.submit(arranged, withdrawal))
    left = organiser.get(here)
    assert "已安排的调整" not in left.text
    assert "撤回安排：" in left.text

    done = organiser.submit(shown_for("2025-03-02"), "regroup")
    assert "党小组已撤销" in _said(done)
    assert "已于2025年3月2日撤销" in organiser.get(here).title
    assert sql(office, "select count(*) from office.membership where unit_id = %s and ends_on is null", group) == [(0,)]


def _said(page) -> str:
    """The whole page with what was said of the last step."""
    return " ".join(page.root.text_content().split())


def _posted(visitor, address: str, **typed) -> int:
    """The status of a form sent by hand, with a token of one's own page."""
    forms = [dict(form.form_values()) for form in visitor.get("/password").root.forms]
    token = next({name: fields[name] for name in ("key", "form", "back")} for fields in forms if "key" in fields)
    return visitor.client.post(address, data=token | typed).status_code


def test_posts_are_taken_up_and_left(visit, town, group):
    organiser = visit("organiser")
    page = organiser.submit(
        organiser.get(f"{HERE}/units/{group}"), "appoint", kind="deputy", person_id=town.people["许安"]
    )
    assert "党小组副组长" in page.text
    form = next(form for form in page.root.forms if (form.get("id") or "").startswith("end-"))
    again = organiser.submit(page, form.get("id"), 422, reason="工作调整", last_day="2025-03-01")
    assert "免职日期2025年3月2日早于任职日期2025年3月3日" in again.text
    assert again.form(form.get("id")).fields["reason"] == "工作调整"
    page = organiser.submit(again, form.get("id"), reason="工作调整", last_day="2025-03-05")
    assert "已免去这个职务，最后一天是2025年3月5日，从2025年3月6日起不再担任。" in page.text


def test_somebody_is_found_by_name_or_pinyin_and_no_address_names_him(visit, town):
    for login, words, expected in (
        ("organiser", "许安", {"许安"}),
        ("organiser", "xua", {"许安"}),
        ("dongling", "qian", {"钱老根"}),
        ("dongling", "江海", set()),
        ("outsider", "许安", set()),
    ):
        visitor = visit(login)
        found = visitor.submit(visitor.get(f"{HERE}/people"), "find", words=words)
        assert {cell.text_content() for cell in found.root.xpath("//td[@data-name='姓名']")} == expected, (login, words)
        assert "?" not in found.address


def test_a_person_is_added_moved_and_kept_away(visit, town, group, office):
    organiser = visit("organiser")
    page = organiser.submit(
        organiser.get(f"{HERE}/units/{group}/people/new"),
        "person",
        name="单晓",
        joined_on="2024-01-01",
        id_number="110101199003070038",
        phone="19900008888",
    )
    assert page.title == "单晓"
    assert "199****8888" in page.text
    assert "110***********0038" in page.text
    page = organiser.submit(page, "circumstance", kind="away")
    assert "外出流动" in page.text
    page = organiser.submit(page, "ending-away")
    page = organiser.submit(page, "move", to_unit_id=town.groups[XIHE, FIRST], on="2025-03-02")
    assert page.text.count("第一党小组") >= 2

    flawed = organiser.get(f"{HERE}/units/{group}/people/new")
    flawed = organiser.submit(flawed, "person", status=422, name="单晓", id_number="123")
    assert flawed.form("person").fields["name"] == "单晓"


def test_a_number_is_shown_once_for_a_reason(visit, town, office):
    secretary = visit("dongling")
    page = secretary.get(f"{HERE}/people/{town.people['许安']}")
    assert "1990000" not in page.text
    shown = secretary.submit(page, "look", field="phone", reason="通知参加会议")
    assert "1990000" in shown.text
    assert "1990000" not in secretary.get(f"{HERE}/people/{town.people['许安']}").text
    assert sql(office, "select reason from office.happening where fact = 'NumberShown'") == [("通知参加会议",)]
    secretary.submit(secretary.get(page.address), "look", status=422, field="phone", reason="")
    assert "look" not in [form.get("id") for form in visit("keeper").get(page.address).root.forms]


def test_accounts_are_made_renewed_and_ended_and_the_first_password_is_shown_once(visit, town):
    keeper = visit("keeper")
    address = f"{HERE}/people/{town.people['白梅']}"
    made = keeper.submit(keeper.get(address), "account", login="baimei")
    assert "这个密码只显示这一次" in made.text
    password = made.root.xpath("//dd/strong/text()")[1]
    assert password not in keeper.get(address).text
    assert "baimei" in keeper.get(f"{HERE}/accounts").text

    renewed = keeper.submit(keeper.get(address), "renew")
    assert renewed.root.xpath("//dd/strong/text()")[1] != password
    ended = keeper.submit(keeper.get(address), "end-account", reason="不再使用")
    assert "已停用" in ended.text
    visit("dongling").get(f"{HERE}/accounts", status=403)


def test_numbers_and_words_of_a_chinese_keyboard_are_understood(visit, town):
    organiser = visit("organiser")
    for name in ("林新", "林旧"):
        new = organiser.get(f"{HERE}/units/{town.groups[DONGLING, FIRST]}/people/new")
        wide = {"id_number": "３３０１０２ １９７００１０１ ００３ｘ", "phone": "１３８ ００００ １２３４"}
        page = organiser.submit(new, "person", status=200 if name == "林新" else 409, name=name, **wide)
    assert "这个身份证号码已经登记过" in page.text

    found = organiser.submit(organiser.get(f"{HERE}/people"), "find", words="ｌｉｎｘ")
    assert "林新" in found.text


def test_a_digest_that_would_find_no_number_is_refused_with_which_it_was(visit, town, settled_environment):
    organiser = visit("organiser")

    def enter(name: str, number: str, status: int = 200) -> str:
        new = organiser.get(f"{HERE}/units/{town.groups[DONGLING, FIRST]}/people/new")
        return organiser.submit(new, "person", status, name=name, id_number=number).text

    enter("林新", "33010219700101003X")
    settled_environment.setenv("XIAOZU_DIGEST", "sm3")
    settings.cache_clear()

    assert "录入过身份证号以后不能再改" in enter("林旧", "33010219700101003X", 503)
    assert "录入过身份证号以后不能再改" in enter("林旧", "330102197001010021", 503)
    settled_environment.setenv("XIAOZU_DIGEST", "sha256")
    settings.cache_clear()
    assert "已经登记过" in enter("林旧", "33010219700101003X", 409)


def test_an_outsider_is_shown_nothing(visit, town, group):
    outsider = visit("outsider")
    for path in (
        f"units/{town.id}",
        f"units/{town.units[DONGLING]}",
        f"units/{group}",
        f"units/{group}/regroupings/split",
        f"units/{group}/people/new",
        f"people/{town.people['许安']}",
    ):
        outsider.get(f"{HERE}/{path}", status=404)
    assert "清溪" not in outsider.get(HERE).text
    visit("dongling").get(f"{HERE}/units/{group}/regroupings/split", status=403)


def test_a_township_whose_ledger_was_brought_in_says_so_in_its_history(visit, town):
    with unit("activities") as session:
        announce(session, LedgerImported(unit_id=town.id, year=2024, added=312), by=SYSTEM)

    for login in ("organiser", "committee", "keeper"):
        assert "导入2024年活动台账：新增312条记录" in visit(login).get(f"{HERE}/units/{town.id}").text


def test_whoever_is_on_the_roll_no_more_is_offered_nothing_that_would_be_refused(visit, doors, town):
    person_id = town.people["石磊"]
    asked = {"turn": "died", "basis": "家属报告。"}
    before = visit("organiser").get(f"{HERE}/people/{person_id}")
    doors.organiser.post(f"activities/people/{person_id}/member-acts", asked)

    after = visit("organiser").get(f"{HERE}/people/{person_id}")

    assert "账号" in before.text
    assert "已不在册" in after.text
    for offer in ("开通账号", "初始密码", "提出任乡镇一级的职务", "登记情况"):
        assert offer not in after.text
