"""The last import is taken back whole, as long as nothing rests on it; what rests on it is named, and stands."""

from __future__ import annotations

import re
from datetime import date

import pytest

from services.activities.imports import actions
from services.activities.ledger import actions as ledger
from services.activities.ledger.rules.kinds import Kind
from services.activities.register import actions as register
from services.activities.register import queries as people
from services.activities.register.rules.care import Looked, Sort
from services.activities.register.rules.membership import Asked, Turn
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import unit
from shared.errors import Refusal
from shared.events import PaperTaken
from shared.people import Person
from shared.roles import Role
from tests.activities.conftest import SAMPLES, dump
from tests.activities.imports.test_bringing_in import WRITTEN
from tests.activities.imports.test_import_pages import a_book, hand_in
from tests.browsing import Visitor
from tests.town import DONGLING, FIRST, XIHE
from tests.walking import at_once

ROSTER = (SAMPLES / "花名册.xlsx").read_bytes()
OF_LEDGER = [*WRITTEN, "activities.activity", "activities.attendance", "activities.tally"]
HEADING = ("党支部", "党小组", "姓名", "身份证号码", "党员类别", "党内职务", "联系电话", "备注", "学历")


@pytest.fixture
def visit(doors):
    return lambda login: Visitor(doors.client.app, login)


@pytest.fixture
def bring(visit, settle):
    """A file handed in and brought in by the organiser; the page on which it stands."""

    def bring_in(content: bytes, name: str = "花名册.xlsx", **typed):
        organiser = visit("organiser")
        page = hand_in(organiser, name, content, **({"kind": "roster"} | typed))
        organiser.submit(page, "bring-in")
        settle()
        return organiser.get(page.address)

    return bring_in


def undone(visitor: Visitor, page):
    """Asked for on the page that says what goes."""
    return visitor.submit(visitor.get(f"{page.address}/undo"), "undo")


def a_roster(*rows: tuple[str, ...]) -> bytes:
    return a_book(HEADING, *rows)


def test_a_roster_of_hundreds_is_taken_back_and_nothing_is_left_but_its_trace(visit, town, bring, office, sql):
    organiser = visit("organiser")
    before = dump(office, *WRITTEN)
    page = bring(ROSTER)
    assert dump(office, *WRITTEN) != before
    asked = organiser.get(f"{page.address}/undo")
    assert "名新登记的党员删除" in asked.text

    done = organiser.submit(asked, "undo")

    assert "这次导入已撤销" in done.text
    assert dump(office, *WRITTEN) == before
    steps = sql("select step, actor_id is null from office.happening where fact = 'FileMoved' order by id")
    assert steps == [("begin", False), ("finish", False), ("undo", False)]
    assert sql("select count(*) from office.happening where fact = 'RosterImported'") == [(1,)]
    assert "已导入 → 已撤销导入" in visit("auditor").get("/office/audit").text
    assert sql("select state from activities.job where state = 'dead'") == []


def test_what_happened_about_a_unit_that_is_no_more_stays_on_the_townships_audit(visit, town, bring, sql):
    page = bring(a_roster(("新设村党支部", "第一党小组", "新来", "", "正式党员", "", "", "", "")))
    ((branch, group),) = sql(
        "select b.id, g.id from office.unit b join office.unit g on g.branch_id = b.id where b.name = '新设村党支部'"
    )
    assert sql(f"select kind from office.todo where unit_id = {group} and closed_at is null") == [
        ("activities.leaderless",)
    ]
    with unit("activities") as session:
        announce(session, PaperTaken(unit_id=group, paper="roster", form="xlsx", sort="", thing_id=0), by=SYSTEM)
    undone(visit("organiser"), page)

    assert sql(f"select id from office.unit where id in ({branch}, {group})") == []
    audit = visit("auditor").get("/office/audit?fact=PaperTaken").text
    assert "第一党小组（已撤销导入）" in audit
    assert "第一党小组（已撤销导入）" in visit("auditor").get(f"/office/audit?unit_id={town.id}&fact=PaperTaken").text


ASKED_FOR = """
    with asked as (
      insert into notify.message (happening_id, fact, telling, kind, unit_id, township_id, title, body, link)
      select 1, 'TodosReminded', 'late', 'reminder', unit_id, township_id, '没有组长', '请任命。', '/' from office.todo
      where unit_id = %s and closed_at is null returning id)
    insert into notify.matter (message_id, kind, subject)
    select asked.id, t.kind, t.subject from asked, office.todo t where t.unit_id = %s and t.closed_at is null"""


def test_messages_that_ask_for_what_waits_about_a_unit_rest_when_it_is_taken_back(visit, bring, sql):
    page = bring(a_roster(("新设村党支部", "第一党小组", "新来", "", "正式党员", "", "", "", "")))
    ((group,),) = sql(
        "select g.id from office.unit b join office.unit g on g.branch_id = b.id where b.name = '新设村党支部'"
    )
    sql(ASKED_FOR, group, group)
    assert sql("select done_at from notify.message where telling = 'late'") == [(None,)]

    undone(visit("organiser"), page)

    assert sql("select count(*) from office.todo where unit_id = %s", group) == [(0,)]
    assert sql("select done_at is not null from notify.message where telling = 'late'") == [(True,)]


def test_it_can_be_brought_in_anew_and_taken_back_anew(visit, town, bring, office):
    organiser = visit("organiser")
    before = dump(office, *WRITTEN)
    undone(organiser, bring(ROSTER))

    page = bring(ROSTER)
    assert "这个文件已于" in page.text
    undone(organiser, page)

    assert dump(office, *WRITTEN) == before


CHANGES = a_roster(
    # Somebody moves and loses his post, somebody takes it; one is new, one in a new group; fields and 流动 are new.
    (DONGLING, "第二党小组", "孙勤", "", "正式党员", "", "19911112222", "", "高中"),
    (DONGLING, FIRST, "许安", "", "正式党员", "党小组长", "", "外出务工", ""),
    (DONGLING, FIRST, "单晓", "990177195001010034", "正式党员", "", "19933334444", "", ""),
    (DONGLING, "第五党小组", "钱老根", "", "正式党员", "党小组长", "", "年老体弱", ""),
)


def test_whoever_moved_goes_home_and_posts_fields_and_circumstances_are_as_they_were(visit, town, bring, office, sql):
    organiser = visit("organiser")
    before = dump(office, *WRITTEN)
    page = bring(CHANGES)
    assert sql("select count(*) from office.person where name = '单晓'") == [(1,)]
    asked = organiser.get(f"{page.address}/undo").text
    for line in ("1 名新登记的党员删除", "1 个新设的党支部和党小组删除", "2 名党员回到原来的", "1 个结束了的职务恢复"):
        assert line in asked

    undone(organiser, page)

    # What was sealed anew is another text of the same; all else is letter by letter as it was.
    with unit("activities") as session:
        phones = {name: people.opened_phone(session.get_one(Person, town.people[name])) for name in ("孙勤", "许安")}
    assert list(phones.values()) == ["19900000000", "19900000002"]
    assert without_seals(dump(office, *WRITTEN)) == without_seals(before)
    told = sql("select body->>'change' from office.happening where reason = '撤销导入' order by id")
    assert sorted(each for (each,) in told) == ["left", "left", "taken"]
    assert organiser.get(f"/activities/register/people/{town.people['孙勤']}").text.count("党小组长")


def without_seals(tables: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: sorted(re.sub(r'"\\\\x\w+"', "sealed", row) for row in rows) for name, rows in tables.items()}


def account(town, sql):
    with unit("activities") as session:
        register.make_account(session, SYSTEM, person(sql, "单晓"), "newcomer")


def attended(town, sql):
    group = sql("select id from office.unit where name = '第五党小组'")[0][0]
    leader = Actor(account_id=1, person_id=1, name="钱老根", posts=((Role.LEADER, group),))
    with unit("activities", leader) as session:
        ledger.record_activity(session, leader, group, ledger.Draft(kind=Kind.STUDY, held_on=date(2025, 3, 3)))


def appointed(town, sql):
    with unit("activities") as session:
        register.appoint(session, SYSTEM, town.people["孙勤"], town.groups[DONGLING, "第二党小组"], Role.DEPUTY)


def moved_on(town, sql):
    asked = Asked(turn=Turn.MOVED, on=date(2025, 3, 5), to_unit_id=town.groups[DONGLING, FIRST], basis="")
    with unit("activities") as session:
        register.turn(session, SYSTEM, town.people["孙勤"], asked)


def died(town, sql):
    with unit("activities") as session:
        asked = Asked(turn=Turn.DIED, on=date(2025, 3, 3), basis="死亡证明")
        register.turn(session, SYSTEM, person(sql, "单晓"), asked)


def corrected(town, sql):
    with unit("activities") as session:
        register.correct_person(session, SYSTEM, town.people["孙勤"], {"phone": "19955556666"}, reason="换了号码")


def given_away(town, sql):
    leads = "select id from office.post where kind = 'leader' and ends_on is null and person_id = %s"
    held = sql(leads, town.people["许安"])[0][0]
    with unit("activities") as session:
        register.end_post(session, SYSTEM, held, reason="调整")
        register.appoint(session, SYSTEM, town.people["白梅"], town.groups[DONGLING, FIRST], Role.LEADER)


def listed(town, sql):
    group = town.groups[DONGLING, "第二党小组"]
    leader = Actor(account_id=1, person_id=1, name="何闲", posts=((Role.LEADER, group),))
    with unit("activities", leader) as session:
        ledger.record_activity(session, leader, group, ledger.Draft(kind=Kind.STUDY, held_on=date(2025, 3, 3)))


def made_keeper(town, sql):
    with unit("activities") as session:
        register.appoint(session, SYSTEM, town.people["孙勤"], town.id, Role.KEEPER)


def person(sql, name: str) -> int:
    return sql("select id from office.person where name = %s", name)[0][0]


@pytest.fixture
def changed(town, bring):
    """A roster with a change of every kind is in."""
    return bring(CHANGES)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (account, "账号：单晓"),
        (attended, "活动记录：东岭村党支部第五党小组"),
        (moved_on, "以后又编入、调动或减员的：孙勤"),
        (died, "党员变动：单晓"),
        (corrected, "以后又更正过登记信息的：孙勤"),
        (listed, "已按新的党小组记入到会名单的：孙勤"),
        (given_away, "原来的职务已由别人担任的：孙勤"),
        (made_keeper, "不能由同一个人担任的：孙勤"),
    ],
    ids=["an account", "a record", "an arranged move", "a death", "a correction", "a list", "a successor", "an office"],
)
def test_what_rests_on_it_is_named_and_nothing_is_taken_back(request, changed, office, later, said):
    visit, town, sql = (request.getfixturevalue(name) for name in ("visit", "town", "sql"))
    later(town, sql)
    stands = dump(office, *OF_LEDGER)

    asked = visit("organiser").get(f"{changed.address}/undo")

    assert "现在不能撤销" in asked.text
    assert said in asked.text
    assert "undo" not in [form.get("id") for form in asked.root.forms]
    with unit("activities") as session, pytest.raises(Refusal) as refused:
        actions.take_back(session, SYSTEM, 1)
    assert said in refused.value.detail
    assert dump(office, *OF_LEDGER) == stands


STAYS_BUT_LEADS_NO_MORE = a_roster(
    (DONGLING, FIRST, "许安", "", "正式党员", "党小组长", "19900000002", "", ""),
    (DONGLING, FIRST, "孙勤", "", "正式党员", "", "19900000000", "", ""),
)


def expelled_since(town, sql):
    with unit("activities") as session:
        asked = Asked(turn=Turn.EXPELLED, on=date(2025, 3, 3), basis="处分决定", decided_on=date(2025, 3, 3))
        register.turn(session, SYSTEM, town.people["孙勤"], asked)


def gone_to_another_township(town, sql):
    with unit("activities") as session:
        made = register.found_township(session, SYSTEM, "白河镇", rule_set="zhen", founded_on=date(2024, 1, 1)).id
        branch = register.found_branch(session, SYSTEM, made, "北村党支部", founded_on=date(2024, 1, 1)).id
    sql("update office.membership set ends_on = '2025-03-03' where person_id = %s", town.people["孙勤"])
    sql(
        "insert into office.membership (person_id, unit_id, kind, starts_on) values (%s, %s, 'full', '2025-03-03')",
        town.people["孙勤"],
        branch,
    )


def officer_since(town, sql):
    with unit("activities") as session:
        register.appoint(session, SYSTEM, town.people["孙勤"], town.id, Role.INSPECTOR)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (expelled_since, "不能恢复的：孙勤"),
        (gone_to_another_township, "不能恢复的："),
        (officer_since, "乡镇工作人员，职务要先提出、经同意才能变动的：孙勤"),
        (made_keeper, "不能由同一个人担任的：孙勤"),
    ],
    ids=["expelled", "in another township", "an officer", "the keeper"],
)
def test_no_post_is_given_back_to_whoever_may_not_be_given_it_today(request, bring, office, later, said):
    visit, town, sql = (request.getfixturevalue(name) for name in ("visit", "town", "sql"))
    page = bring(STAYS_BUT_LEADS_NO_MORE)
    assert sql(
        "select count(*) from office.post where kind = 'leader' and person_id = %s and ends_on is not null",
        town.people["孙勤"],
    ) == [(1,)]
    later(town, sql)
    stands = dump(office, *WRITTEN)
    visitor = visit("organiser")

    assert said in visitor.get(f"{page.address}/undo").text
    answer = visitor.client.post(f"{page.address}/undo", data={"key": "k" * 32, "form": "undo"})

    assert answer.status_code in {403, 409}
    assert dump(office, *WRITTEN) == stands


def test_a_contact_person_whom_it_brought_in_holds_it(bring, town, sql):
    bring(CHANGES)
    with unit("activities") as session:
        told = {"kind": "病", "help": "每月送药"}
        asked = Looked(sort=Sort.NEED, on=date(2025, 3, 1), told=told, contact_id=person(sql, "单晓"))
        register.look_after(session, SYSTEM, town.people["何闲"], asked)

    with unit("activities") as session, pytest.raises(Refusal, match="流动党员和困难党员的登记：单晓"):
        actions.take_back(session, SYSTEM, 1)


def test_a_list_handed_in_while_it_is_taken_back_keeps_whom_it_names(bring, town, sql, office, monkeypatch):
    bring(CHANGES)
    group = town.groups[DONGLING, FIRST]
    leader = Actor(account_id=1, person_id=1, name="许安", posts=((Role.LEADER, group),))
    with unit("activities", leader) as session:
        ledger.record_activity(session, leader, group, ledger.Draft(kind=Kind.STUDY, held_on=date(2025, 3, 3)))
    assert sql("select count(*) from activities.attendance where person_id = %s", person(sql, "单晓")) == [(1,)]
    stands = dump(office, *OF_LEDGER)
    monkeypatch.setattr(people, "resting_on", lambda *_, **__: [])

    with unit("activities") as session, pytest.raises(Refusal, match="刚刚又有了新的登记"):
        actions.take_back(session, SYSTEM, 1)

    assert dump(office, *OF_LEDGER) == stands


def test_whoever_goes_home_with_it_is_looked_after_at_home_again(visit, bring, town, sql):
    with unit("activities") as session:
        known = {"id_number": "990177195001010034"}
        register.correct_person(session, SYSTEM, town.people["孙勤"], known, reason="核对")
        told = {"kind": "病", "help": "每月送药"}
        asked = Looked(sort=Sort.NEED, on=date(2025, 1, 3), told=told, contact_id=town.people["何闲"])
        at_home = register.look_after(session, SYSTEM, town.people["孙勤"], asked).branch_id
    page = bring(a_roster((XIHE, FIRST, "孙勤", "990177195001010034", "正式党员", "", "", "", "")))
    assert sql("select branch_id from activities.care") != [(at_home,)]

    undone(visit("organiser"), page)

    assert sql("select branch_id from activities.care") == [(at_home,)]


def test_what_an_import_wrote_is_forgotten_with_the_next_of_its_kind(visit, bring, sql):
    bring(ROSTER)
    bring(LEDGER, "台账.xlsx", kind="ledger", year=2025)
    assert sql("select count(*) from activities.handed_in where written is not null") == [(2,)]

    bring(CHANGES)

    kept = sql("select kind from activities.handed_in where written is not null order by id")
    assert kept == [("ledger",), ("roster",)]


def test_nobody_gives_his_own_post_back_to_himself(town, bring, sql):
    bring(STAYS_BUT_LEADS_NO_MORE)
    himself = Actor(1, town.people["孙勤"], "孙勤", ((Role.ORGANISER, town.id),))

    with unit("activities", himself) as session, pytest.raises(Refusal, match="不能给自己恢复职务"):
        actions.take_back(session, himself, 1)


LEDGER = a_book(
    ("党支部", "党小组", "日期", "活动类型", "主题", "缺席人员及原因"),
    (DONGLING, FIRST, "2025-01-08", "集中学习", "春耕", "许安（事假）"),
    (DONGLING, FIRST, "2025-02-08", "党小组会", "选点", "无"),
)


def test_a_ledger_is_taken_back_with_its_lists_its_counts_and_the_day_of_beginning(visit, town, bring, office, sql):
    organiser = visit("organiser")
    sql("update office.unit set begins_on = '2025-02-01' where id = %s", town.id)
    before = dump(office, *OF_LEDGER)
    page = bring(LEDGER, "台账.xlsx", kind="ledger", year=2025)
    assert sql("select count(*) from activities.activity") == [(2,)]
    asked = organiser.get(f"{page.address}/undo").text
    assert "2 条活动记录和到会名单删除" in asked
    assert "起用日期恢复为2025年2月1日" in asked

    undone(organiser, page)

    assert dump(office, *OF_LEDGER) == before
    assert organiser.get("/activities/records").text.count("春耕") == 0
    again = bring(LEDGER, "台账.xlsx", kind="ledger", year=2025)
    assert "2 条新记录" in again.text


def test_a_record_that_was_corrected_holds_its_ledger(visit, town, bring, office, sql):
    page = bring(LEDGER, "台账.xlsx", kind="ledger", year=2025)
    sql("update activities.activity set revision = 2 where topic = '春耕'")

    asked = visit("organiser").get(f"{page.address}/undo")

    assert "以后又更正的活动记录：东岭村党支部第一党小组2025年1月8日" in asked.text
    with unit("activities") as session, pytest.raises(Refusal, match="以后又更正"):
        actions.take_back(session, SYSTEM, 1)
    assert sql("select count(*) from activities.activity") == [(2,)]


def test_a_year_that_was_gathered_holds_its_ledger(visit, town, bring, sql):
    page = bring(LEDGER, "台账.xlsx", kind="ledger", year=2025)
    columns = sql(
        "select column_name, data_type from information_schema.columns where table_schema = 'assessment'"
        " and table_name = 'cycle' and is_nullable = 'NO' and column_default is null and is_identity = 'NO'"
    )
    values = {"township_id": town.id, "year": 2025, "stage": "rating"}
    filler = {
        "date": "2025-03-01",
        "timestamp with time zone": "2025-03-01",
        "jsonb": "{}",
        "text": "x",
        "ARRAY": "{}",
        "boolean": False,
    }
    row = {name: values.get(name, filler.get(kind, 1)) for name, kind in columns} | values
    sql(
        f"alter table assessment.cycle disable trigger all;"
        f"insert into assessment.cycle ({', '.join(row)}) values ({', '.join(repr(v) for v in row.values())})"
    )

    assert "已经汇总的年度考核：2025年" in visit("organiser").get(f"{page.address}/undo").text


def test_only_the_last_import_is_taken_back_and_then_the_one_before(visit, town, bring, office):
    organiser = visit("organiser")
    before = dump(office, *OF_LEDGER)
    roster = bring(CHANGES)
    book = bring(LEDGER, "台账.xlsx", kind="ledger", year=2025)
    assert "只有最后一次导入可以撤销" in organiser.get(f"{roster.address}/undo").text
    with unit("activities") as session, pytest.raises(Refusal, match="只能先撤销最后一次导入"):
        actions.take_back(session, SYSTEM, 1)

    for page in (book, roster):
        undone(organiser, page)

    assert without_seals(dump(office, *OF_LEDGER)) == without_seals(before)
    assert "不用撤销" in organiser.get(f"{roster.address}/undo").text


def test_of_two_who_take_it_back_at_the_same_moment_one_does(visit, town, bring, office, sql):
    before = dump(office, *WRITTEN)
    page = bring(ROSTER)
    asked = [visit(login).get(f"{page.address}/undo") for login in ("organiser", "villager")]

    def press(login: str, seen) -> int:
        form = seen.form("undo")
        visitor = visit(login)
        return visitor.client.post(form.action, data=dict(form.form_values()), follow_redirects=False).status_code

    answers = at_once(lambda: press("organiser", asked[0]), lambda: press("villager", asked[1]))

    assert sorted(answers) == [303, 409]
    assert dump(office, *WRITTEN) == before
    assert sql("select count(*) from office.happening where step = 'undo'") == [(1,)]


@pytest.mark.parametrize("login", ["outsider", "dongling", "diligent", "committee", "keeper", "auditor"])
def test_nobody_else_sees_or_takes_back_an_import(visit, town, bring, office, login):
    page = bring(CHANGES)
    stands = dump(office, *WRITTEN)
    visitor = visit(login)

    visitor.get(f"{page.address}/undo", status=404)
    answer = visitor.client.post(f"{page.address}/undo", data={"key": "k" * 32, "form": "undo"})

    assert answer.status_code in {403, 404}
    assert dump(office, *WRITTEN) == stands
