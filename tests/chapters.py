"""What the named world does at its forms, chapter by chapter: every form of every page, by whoever is entitled to it.

Each chapter is a story of its own, told of the town whose year 2023 is closed (`test_forms_without_script`).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from unittest.mock import patch

import xlsxwriter
from playwright.sync_api import Page
from sqlalchemy import text

from services.activities.papers import pages as papers_pages
from services.activities.papers import rules as papers_rules
from services.activities.register import actions as register
from services.assessment.cases.actions.opening import show_opening
from services.assessment.papers.writers import blank_form
from services.assessment.schemes import queries as schemes
from services.assessment.schemes.actions import store_scheme
from shared import work
from shared.access import SYSTEM
from shared.db import unit
from shared.papers.catalogue import RECORD as RECORD_PAPER
from shared.papers.making import beginning
from shared.papers.of_circulars import CIRCULAR as CIRCULAR_PAPER
from shared.roles import Role
from tests.acts import Act, World
from tests.choosings import CHOOSINGS
from tests.concerns import CONCERNS
from tests.grid import GRID
from tests.shared.test_codes import code_of
from tests.test_dead_work import HARMLESS
from tests.test_reach import ROBOT, SCHEME, WORDS
from tests.town import DONGLING, FIRST, NANPING, PASSWORD, SECOND, XIHE, ledger_file, year_of_meetings
from tests.two_years import NEW_PASSWORD, PLAN, REPORT
from tests.walking import NOMINATION

# The words in braces of a page's address, each with a question for what is meant.
WHERE = {
    "branch": "select id from office.unit where name = '东岭村党支部'",
    "new_branch": "select max(id) from office.unit where kind = 'branch'",
    "west": "select id from office.unit where name = '西河村党支部'",
    "group": "select min(g.id) from office.unit g join office.unit b on b.id = g.branch_id where b.name = '东岭村党支部'",
    "far_group": "select min(g.id) from office.unit g join office.unit b on b.id = g.branch_id"
    " where b.name = '南坪村党支部'",
    "person": "select id from office.person where name = '许安'",
    "leaver": "select id from office.person where name = '白梅'",
    "far_person": "select id from office.person where name = '卢山'",
    "care": "select max(id) from activities.care where sort = 'mobile_in'",
    "record": "select max(id) from activities.activity",
    "file": "select max(id) from activities.handed_in",
    "opening": "select min(id) from assessment.opening where year = 2025",
    "cycle": "select max(id) from assessment.cycle where township_id ="
    " (select id from office.unit where name = '清溪镇')",
    "case": "select max(c.id) from assessment.leader_case c join office.person p on p.id = c.person_id"
    " where p.name = '孙勤'",
    "rectification": "select min(id) from assessment.rectification",
    "ballot": "select max(id) from assessment.ballot",
    "replacement": "select min(id) from assessment.replacement",
    "choosing": "select max(id) from assessment.choosing where post = 'leader'",
    "concern": "select max(id) from activities.concern",
    "cell": "select max(id) from activities.cell where ends_on is null",
    "cell_link": "select max(id) from activities.cell_link where stage <> 'ended'",
    "message": "select min(m.id) from notify.message m join office.account a on a.person_id = m.person_id"
    " where a.login = 'dongling' and m.link is not null and m.read_at is null",
    "drafted": "select max(id) from notify.circular",
    "sent": "select max(id) from notify.circular where stage = 'sent'",
    "delivery": "select min(id) from notify.delivery where state = 'unknown'",
}

Chapter = tuple[Act | date | Callable[[World], None], ...]
WHY, PDF = {"reason": "会议研究决定。"}, b"%PDF-1.7\n%%EOF\n"
REST = World.rest  # all work that is ready is done


# --- a record, and what is owed ---

RECORD = "/activities/records/{activity_id}"
WRITE = Act(
    "diligent",
    "/activities/records/new?group_id={group}&kind=study",
    "/activities/records",
    {"topic": "学习中央一号文件"},
    "存草稿",
)
RECORDS: Chapter = (
    WRITE,
    Act("diligent", "", f"{RECORD}/attachments", {"files": {"签到表.pdf": PDF}}),
    Act("diligent", "", "/activities/attachments/{attachment_id}/removals"),
    Act("diligent", "", f"{RECORD}/submissions"),
    Act("dongling", "/activities/todos", "/activities/records/returns", {"activity_ids": True, **WHY}, "退回所选"),
    Act(
        "diligent", "/activities/records/{record}/correct", f"{RECORD}/corrections", {"content": "逐段学习。"}, "并提交"
    ),
    Act("dongling", "/activities/todos", "/activities/records/confirmations", {"activity_ids": True}, "确认所选"),
    Act(
        "diligent",
        "/activities/records/new?group_id={group}&kind=theme_day",
        "/activities/records",
        {"topic": "清理河道"},
        "存草稿",
    ),
    Act("diligent", "", f"{RECORD}/submissions"),
    Act("diligent", "", f"{RECORD}/withdrawals"),
    Act("diligent", "", f"{RECORD}/discards"),
    Act(
        "organiser",
        "/activities/duties",
        "/activities/duties/townships/{township_id}/reminders",
        press="催办选中的支部",
    ),
)

# --- the register ---

REGISTER = "/activities/register"
OF_UNIT, OF_PERSON = f"{REGISTER}/units/{{unit_id}}", f"{REGISTER}/people/{{person_id}}"
GROUP, NEW_BRANCH = f"{REGISTER}/units/{{far_group}}", f"{REGISTER}/units/{{new_branch}}"
PERSON, FAR_PERSON = f"{REGISTER}/people/{{person}}", f"{REGISTER}/people/{{far_person}}"
LEAVER = f"{REGISTER}/people/{{leaver}}"
PREVIEW, REGROUP = f"{OF_UNIT}/regroupings/{{sort}}/preview", f"{OF_UNIT}/regroupings/{{sort}}"
THIRD, AHEAD = {"name": "第三党小组", "members": True}, {"on": "2025-06-01", "into": "第二党小组"}
UNITS: Chapter = (
    Act(
        "organiser",
        REGISTER,
        f"{REGISTER}/townships/{{township_id}}/branches",
        {"name": "北坡村党支部", "founded_on": "2025-01-01"},
    ),
    Act("organiser", NEW_BRANCH, f"{OF_UNIT}/names", {"name": "北坡党支部"}),
    Act(
        "organiser",
        f"{NEW_BRANCH}/people/new",
        f"{OF_UNIT}/people",
        {"name": "新来", "starts_on": "2025-01-01"},
        shows="已登记",
    ),
    Act("organiser", f"{NEW_BRANCH}/dissolution", f"{OF_UNIT}/dissolution", {"into": "东岭村党支部"}),
    Act(
        "organiser", f"{REGISTER}/units/{{branch}}", f"{REGISTER}/branches/{{branch_id}}/groups", {"name": "第三党小组"}
    ),
    Act(
        "organiser",
        f"{REGISTER}/units/{{branch}}/committee",
        f"{OF_UNIT}/committee",
        {"starts_on": "2025-01-01", "length": "村、社区党支部", "basis": "支部党员大会选举。", "organisation": "孙勤"},
        shows="新一届支部委员会已登记",
    ),
    Act(
        "organiser",
        f"{REGISTER}/units/{{branch}}",
        f"{REGISTER}/terms/{{term_id}}/corrections",
        {"last_day": "2029-12-30", **WHY},
        shows="任期已更正",
    ),
    Act(
        "organiser",
        f"{REGISTER}/units/{{west}}/committee",
        f"{OF_UNIT}/terms",
        {"starts_on": "2024-01-01", "length": "其他党支部", "basis": "支部党员大会选举。"},
        press="登记任期",
        shows="任期已登记",
    ),
    Act("organiser", GROUP, f"{OF_UNIT}/posts", {"kind": "副组长", "person_id": "卢山"}),
    Act(
        "organiser",
        GROUP,
        f"{REGISTER}/posts/{{post_id}}/successions",
        {"person_id": "金秋", "starts_on": "2025-06-01", **WHY},
        shows="已安排的任职",
    ),
    Act("organiser", GROUP, f"{REGISTER}/posts/{{post_id}}/withdrawals", shows="照常任职"),
    Act("organiser", GROUP, f"{REGISTER}/posts/{{post_id}}/endings", WHY),
    Act(
        "organiser",
        GROUP,
        f"{OF_UNIT}/stand-ins",
        {"kind": "副组长", "person_id": "卢山", "last_day": "2030-01-01", **WHY},
    ),
    Act("organiser", GROUP, f"{REGISTER}/stand-ins/{{stand_in_id}}/endings", WHY, shows="代行已结束"),
    Act("organiser", f"{GROUP}/regroupings/dissolve", PREVIEW, AHEAD, shows="起生效", changes=False),
    Act("organiser", "", REGROUP),
    Act("organiser", GROUP, f"{REGISTER}/planned/{{planned_id}}/withdrawals"),
    Act("organiser", f"{GROUP}/regroupings/split", PREVIEW, THIRD, shows="还没有改动", changes=False),
    Act("organiser", "", REGROUP),
)
CORRECT = Act("dongling", PERSON, f"{OF_PERSON}/corrections", {"education": "大专", **WHY}, shows="同意以后")
MANY = f"{REGISTER}/accounts/new?posts=member&branches={{branch}}"
LETTERS, OF_LETTER = f"{REGISTER}/transfers", f"{REGISTER}/transfers/{{transfer_id}}"
LETTER = {"to_township_id": "柳湾镇", "number": "1号", "basis": "工作调动。", "dues_until": "2025-01"}
SEND = Act("organiser", PERSON, f"{OF_PERSON}/transfers", LETTER, shows="已开出")


CARE = f"{REGISTER}/units/{{branch}}/care"
GUEST = {"name": "远客", "kind": "务工", "home": "外省某支部", "phone": "13912345678"}


def neighbour(_: World) -> None:
    """The township next door has an organiser, too."""
    with unit("activities") as session:
        there = session.execute(text("select id from office.unit where name = '柳湾镇'")).scalar_one()
        him = session.execute(text("select id from office.person where name = '顾远'")).scalar_one()
        register.appoint(session, SYSTEM, him, there, Role.ORGANISER)
        session.execute(text("update office.account set renewal_due = false where person_id = :him"), {"him": him})


PEOPLE: Chapter = (
    Act("organiser", f"{REGISTER}/people", f"{REGISTER}/people", {"words": "xua"}, shows="东岭村党支部", changes=False),
    Act(
        "organiser",
        f"{REGISTER}/units/{{branch}}/people",
        f"{OF_UNIT}/people/found",
        {"words": "xa"},
        shows="许安",
        changes=False,
    ),
    Act(
        "organiser", f"{REGISTER}/accounts", f"{REGISTER}/accounts/found", {"words": "xa"}, shows="许安", changes=False
    ),
    Act(
        "organiser",
        f"{REGISTER}/people",
        f"{REGISTER}/people/numbered",
        {"number": "13700000000", **WHY},
        shows="没有登记这个号码",
    ),
    Act("organiser", "/activities/records", "/activities/records/found", {"words": "学习"}, changes=False),
    Act("organiser", PERSON, f"{OF_PERSON}/numbers", WHY, shows="1990000", once=True),
    Act("organiser", PERSON, f"{OF_PERSON}/circumstances", {"kind": "外出"}, shows="情况已登记"),
    Act("organiser", PERSON, f"{OF_PERSON}/circumstance-endings", shows="已登记结束"),
    Act("organiser", PERSON, f"{OF_PERSON}/moves", {"to_unit_id": "第二党小组"}, shows="调动已登记"),
    Act("organiser", PERSON, f"{REGISTER}/member-acts/{{member_act_id}}/undoings", shows="已撤销"),
    Act("organiser", PERSON, f"{OF_PERSON}/member-acts", {"turn": "退党", "on": "2025-06-01", "basis": "本人申请。"}),
    Act(
        "organiser",
        PERSON,
        f"{REGISTER}/member-acts/{{member_act_id}}/papers",
        {"papers": {"申请.pdf": PDF}},
        shows="材料已附上",
    ),
    Act("organiser", PERSON, f"{REGISTER}/act-papers/{{act_paper_id}}/removals", shows="材料已移除"),
    Act("organiser", PERSON, f"{REGISTER}/member-acts/{{member_act_id}}/withdrawals", shows="已撤回"),
    replace(WRITE, typed={"topic": "学习中央一号文件", "held_on": "2025-03-10"}),
    Act("diligent", "", f"{RECORD}/submissions"),
    Act("organiser", LEAVER, f"{OF_PERSON}/member-acts", {"turn": "退党", "on": "2025-03-01", "basis": "本人申请。"}),
    Act(
        "dongling",
        "/activities/people/{leaver}/disagreements",
        "/activities/people/{person_id}/disagreements",
        press="更正所选",
        shows="已更正",
    ),
    CORRECT,
    Act("organiser", f"{REGISTER}/corrections", f"{REGISTER}/corrections/{{correction_id}}/agreements", shows="已同意"),
    Act(
        "organiser",
        PERSON,
        f"{REGISTER}/corrections/{{correction_id}}/papers",
        {"papers": {"证书.pdf": PDF}},
        shows="材料已附上",
    ),
    replace(CORRECT, typed={"education": "高中", **WHY}),
    Act("organiser", f"{REGISTER}/corrections", f"{REGISTER}/corrections/{{correction_id}}/refusals", WHY),
    Act("member", "/activities/me", "/activities/me/address", {"phone": "13900000000"}, shows="已更正"),
    Act(
        "dongling",
        PERSON,
        f"{OF_PERSON}/care",
        {"kind": "务工", "place": "深圳", "contact_id": "孙勤"},
        shows="已登记为",
    ),
    Act("dongling", CARE, f"{REGISTER}/branches/{{branch_id}}/care", GUEST, shows="已登记"),
    Act(
        "dongling",
        f"{REGISTER}/care/{{care}}",
        f"{REGISTER}/care/{{care_id}}/numbers",
        WHY,
        shows="13912345678",
        once=True,
    ),
    Act("dongling", CARE, f"{REGISTER}/care/{{care_id}}/meetings", press="今天联系了", shows="已记下"),
    Act("dongling", CARE, f"{REGISTER}/care/{{care_id}}/endings", shows="已结束"),
    neighbour,
    SEND,
    Act("outsider", LETTERS, f"{OF_LETTER}/takings", {"to_unit_id": "第一党小组"}, shows="已接收"),
    Act("outsider", LETTERS, f"{OF_LETTER}/undoings", shows="已撤销接收"),
    Act("organiser", LETTERS, f"{OF_LETTER}/withdrawals", shows="已了结"),
    SEND,
    Act("outsider", LETTERS, f"{OF_LETTER}/returns", WHY, shows="已退回"),
    Act("organiser", FAR_PERSON, f"{OF_PERSON}/accounts", {"login": "lushan"}, shows="只显示这一次", once=True),
    Act("organiser", FAR_PERSON, f"{OF_PERSON}/first-passwords", shows="只显示这一次", once=True),
    Act("organiser", FAR_PERSON, f"{OF_PERSON}/account-endings", WHY),
    Act("organiser", MANY, f"{OF_UNIT}/accounts", press="开通账号", shows="只显示这一次", once=True),
    Act("organiser", MANY, f"{OF_UNIT}/sheets", press="重发", shows="只显示这一次", once=True),
)

OFFICERS, OF_ACT = f"{REGISTER}/officers", f"{REGISTER}/officers/acts/{{officer_act_id}}"
ASK = Act(
    "organiser",
    OFFICERS,
    f"{OFFICERS}/{{township_id}}/account-acts",
    {"act": "重发初始密码", "person_id": "沈清", **WHY},
    shows="已提出",
)
AGREE = Act("keeper", OFFICERS, f"{OF_ACT}/agreements", shows="已同意")
ON_OFFICERS: Chapter = (
    Act(
        "auditor", "/office/audit", "/office/audit/people", {"name": "许安"}, shows="谁看过他的号码", changes=False
    ),  # before his password is renewed
    Act(
        "organiser",
        OFFICERS,
        f"{OFFICERS}/{{township_id}}/appointments",
        {"person_id": "郑川", "kind": "督查员", **WHY},
        shows="已提出",
    ),
    AGREE,
    Act("organiser", OFFICERS, f"{OFFICERS}/{{township_id}}/dismissals", {"post_id": "郑川：督查员", **WHY}),
    Act("keeper", OFFICERS, f"{OF_ACT}/refusals", WHY, shows="不同意"),
    Act(
        "organiser",
        OFFICERS,
        f"{OFFICERS}/{{township_id}}/stand-ins",
        {"person_id": "宋平", "kind": "督查员", "until": "2030-01-01", **WHY},
        shows="已提出",
    ),
    replace(AGREE, login="committee"),
    Act(
        "organiser",
        OFFICERS,
        f"{OFFICERS}/{{township_id}}/stand-in-endings",
        {"post": "宋平：代督查员", **WHY},
        shows="已提出",
    ),
    replace(AGREE, login="committee"),
    ASK,
    Act("organiser", OFFICERS, f"{OF_ACT}/withdrawals", shows="已撤回"),
    ASK,
    replace(AGREE, login="committee"),
    Act("organiser", OFFICERS, f"{OF_ACT}/first-passwords", shows="只显示这一次", once=True),
)

# --- a file of the office ---

MONTHS = {(DONGLING, FIRST): 12, (DONGLING, SECOND): 4, (NANPING, FIRST): 9}
LEDGER = {"活动台账2024.xlsx": ledger_file(2024, year_of_meetings(2024, MONTHS))}
HAND_IN = {"kind": "ledger", "year": 2024, "file": LEDGER}


def roster_of_one(name: str, remark: str = "") -> bytes:
    """A roster with a single row."""
    book, row = BytesIO(), (DONGLING, SECOND, name, "正式党员", remark)
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ("党支部", "党小组", "姓名", "党员类别", "备注"))
        sheet.write_row(1, 0, row)
    return book.getvalue()


def one_who_is_out(name: str, contact: str) -> bytes:
    """A list of members who are out, with a single row."""
    book, row = BytesIO(), (name, DONGLING, "2025-02-01", "务工", "广东省深圳市", contact)
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ("姓名", "流出党支部", "外出时间", "外出类型", "流入地", "支部联系人"))
        sheet.write_row(1, 0, row)
    return book.getvalue()


def committee_of_one(branch: str, name: str) -> bytes:
    """A list of new committees with a single seat."""
    book, row = BytesIO(), (branch, "支部书记", name, "2025-02-01", "2030-01-31", "镇党委批复。")
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ("党支部", "职务", "姓名", "当选日期", "届满日期", "依据"))
        sheet.write_row(1, 0, row)
    return book.getvalue()


LEFT = {"花名册.xlsx": roster_of_one("石磊（2025年1月20日去世）")}
LOST = {"花名册.xlsx": roster_of_one("方圆", "2025年1月5日起失联")}
OUT = {"流动党员台账.xlsx": one_who_is_out("白梅", "陆明")}
ANEW = {"换届名册.xlsx": committee_of_one(DONGLING, "陆明")}
FILES, OF_FILE = "/activities/imports", "/activities/imports/{handed_id}"
IMPORTS: Chapter = (
    Act("organiser", FILES, FILES, HAND_IN, shows="还没有改动", changes=False),
    Act("organiser", "", OF_FILE),
    Act("organiser", "", f"{OF_FILE}/stops"),
    Act("organiser", "", OF_FILE),
    REST,
    Act("organiser", "/activities/imports/{file}/undo", f"{OF_FILE}/undo"),
    REST,
    Act("organiser", FILES, FILES, {"kind": "roster", "file": LEFT}, shows="文件写着已不在册的", changes=False),
    Act("organiser", "", f"{OF_FILE}/member-acts", {"people": True}, shows="已办理 1 人"),
    Act("organiser", FILES, FILES, {"kind": "roster", "file": LOST}, shows="文件写着失联的", changes=False),
    Act("organiser", "", f"{OF_FILE}/lost", {"lost": True}, shows="登记为失联党员"),
    Act("organiser", FILES, FILES, {"kind": "roster", "file": OUT}, shows="文件写着外出流动的", changes=False),
    Act("organiser", "", f"{OF_FILE}/care", {"mobile_out": True}, shows="已登记 1 人"),
    Act("organiser", FILES, FILES, {"kind": "committees", "file": ANEW}, shows="会登记的新一届", changes=False),
)

# --- a year ---

CYCLE, CASE = "/assessment/cycles/{cycle_id}", "/assessment/cases/{case_id}"
AT_CYCLE, AT_CASE = "/assessment/cycles/{cycle}", "/assessment/cases/{case}"
BY_THE_BRANCH = {name: words for name, words in NOMINATION.items() if name != "self_statement"}  # his own stands there
NOMINATE = Act("dongling", f"{AT_CASE}/nomination", f"{CASE}/nominations", BY_THE_BRANCH)
OBJECTION = {"channel": "来信", "matter": "次数不实。"}
ANSWER = Act(
    "organiser",
    f"{AT_CYCLE}/notice",
    "/assessment/objections/{objection_id}/answers",
    {"upheld": "false", "answer": "与记录一致。"},
)


def nominate(world: World) -> None:
    """The secretaries put forward whom they have not yet."""
    cycle = int(world.address("{cycle}"))
    for secretary in (world.doors.dongling, world.doors.xihe):
        world.put_forward(secretary, cycle)


def change_leaders(world: World) -> None:
    """One group had another leader until August of that year, and one has had its own only since November."""
    first, last = world.town.groups[XIHE, FIRST], world.town.groups[NANPING, SECOND]
    world.asked(f"update office.post set starts_on = '2024-08-01' where kind = 'leader' and unit_id = {first}")
    world.asked(f"update office.post set starts_on = '2024-11-15' where kind = 'leader' and unit_id = {last}")
    world.asked(
        "insert into office.post (person_id, unit_id, kind, starts_on, ends_on)"
        f" select m.person_id, {first}, 'leader', '2023-01-01', '2024-08-01' from office.membership m"
        f" where m.unit_id = {first} and m.person_id not in (select person_id from office.post) order by 1 limit 1"
    )


def pass_the_quota(world: World) -> None:
    """Somebody is excellent by his sheet, and stands below the line."""
    world.asked(
        "update assessment.sheet s set proposed = 'excellent', total = y.quota_line - 1 from assessment.cycle y,"
        " assessment.leader_case c where y.id = s.cycle_id and y.run = s.run and c.id = s.case_id and y.stage = 'rating'"
        f" and c.stage = 'rating' and c.group_id = {world.town.groups[XIHE, SECOND]}"
    )


def show_what_opens(world: World) -> None:
    """Some working days before a year opens by itself."""
    with unit("assessment") as session:
        show_opening(session, township_id=world.town.id, year=2025, opens_on=date(2025, 12, 1))


def put_on_notice(world: World) -> None:
    """The last year hangs on the wall."""
    world.asked(
        "update assessment.cycle set stage = 'notice', notice_from = office.today(), notice_to = office.today() + 7"
        f" where id = {world.address('{cycle}')}"
    )


def ask_for_what_is_typed(world: World) -> None:
    """The township's scheme asks the branches for a survey and itself for a spot score, each on top of the rest."""
    typed = "  - {{key: {}, name: {}, measure: by_hand, by: {}, points: 5, bonus: true}}\n"
    lines = typed.format("survey", "党员测评", "branch") + typed.format("spot", "乡镇抽查", "township")
    with unit("assessment") as session:
        text_of_it = schemes.example_text(schemes.kinds_owed_in(session, world.town.id, 2024))
        store_scheme(session, SYSTEM, f"{text_of_it.rstrip()}\n{lines}", township_id=world.town.id)


def scores_of(name: str) -> bytes:
    """A sheet of what a branch's survey gave one of its leaders."""
    book = BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ("党小组", "党小组长", "党员测评"))
        sheet.write_row(1, 0, (FIRST, name, 4.5))
    return book.getvalue()


OPENING, OF_OPENING = "/assessment/openings/{opening}", "/assessment/openings/{opening_id}"
SCORES = {"file": {"评分.xlsx": scores_of("孙勤")}}
OPEN = Act("organiser", "/assessment/cycles/new", "/assessment/cycles")
YEAR: Chapter = (
    change_leaders,
    ask_for_what_is_typed,
    show_what_opens,
    Act("organiser", OPENING, f"{OF_OPENING}/postponements", {"opens_on": "2026-01-20", **WHY}),
    Act("organiser", OPENING, f"{OF_OPENING}/confirmations", shows="已确认"),
    OPEN,
    Act("organiser", AT_CYCLE, f"{CYCLE}/withdrawals", WHY, shows="已撤回"),
    OPEN,
    Act("organiser", f"{AT_CYCLE}/roster", f"{CYCLE}/groups/{{group_id}}/leaders", {"post_ids": True}),
    Act("organiser", f"{AT_CYCLE}/roster", f"{CYCLE}/exemptions", {"case_ids": True}),
    Act("dongling", f"{AT_CYCLE}/marks", f"{CYCLE}/marks/sheets", SCORES, shows="还没有保存", changes=False),
    Act("dongling", "", f"{CYCLE}/marks", {"basis": "12月5日测评表。"}),
    Act("organiser", f"{AT_CASE}/marks", f"{CASE}/marks/{{indicator}}", {"points": "1", "basis": "抽查记录。"}),
    Act("organiser", AT_CASE, f"{CASE}/exemptions", WHY),
    Act("organiser", AT_CASE, f"{CASE}/resumptions", WHY),
    Act("diligent", f"{AT_CASE}/statement", f"{CASE}/statements", {"statement": "按月开展。"}),
    NOMINATE,
    Act("organiser", AT_CASE, f"{CASE}/returns", WHY),
    Act("dongling", f"{AT_CASE}/nomination", f"{CASE}/nominations"),  # what was written stands there still
    Act("organiser", AT_CASE, f"{CASE}/filings"),
    nominate,
    Act("organiser", f"{AT_CYCLE}/review", f"{CYCLE}/review", {"case_ids": True}, "合用一个备案号"),
    Act("organiser", AT_CYCLE, f"{CYCLE}/runs"),
    Act("organiser", AT_CYCLE, f"{CYCLE}/stops"),
    Act("organiser", AT_CYCLE, f"{CYCLE}/continuations"),
    REST,
    pass_the_quota,
    Act("committee", f"{AT_CYCLE}/board", f"{CYCLE}/over-quota-decisions", WHY),
    Act("committee", f"{AT_CYCLE}/board", f"{CYCLE}/decisions", {"case_ids": True, **WHY}, "勾选的"),
    Act("committee", AT_CASE, f"{CASE}/reopenings", WHY),
    Act("committee", AT_CASE, f"{CASE}/decisions", {"grade": "competent", **WHY}),
    Act("organiser", AT_CYCLE, f"{CYCLE}/notices"),
    REST,
    Act("dongling", AT_CASE, f"{CASE}/objections", OBJECTION),
    Act("organiser", f"{AT_CYCLE}/notice", f"{CYCLE}/objections", {"case_id": "何闲", **OBJECTION}),
    ANSWER,
    ANSWER,
    date(2025, 3, 20),
    Act("organiser", AT_CYCLE, f"{CYCLE}/closings"),
    REST,
    Act(
        "committee",
        "/assessment/replacements/{replacement}",
        "/assessment/replacements/{replacement_id}/decisions",
        {"on": "2025-04-20", **WHY},
    ),
    Act("committee", "", "/assessment/replacements/{replacement_id}/undoings", WHY, shows="待党委决定"),
    replace(OPEN, page="/assessment/cycles/new?year=2021"),
    put_on_notice,
    Act("committee", AT_CYCLE, f"{CYCLE}/recalls", WHY, shows="公示已撤回"),
    Act("committee", AT_CYCLE, f"{CYCLE}/endings", WHY, shows="已中止"),
)

OF_RECTIFICATION = "/assessment/rectifications/{rectification_id}"
RECTIFICATION = "/assessment/rectifications/{rectification}"
REPORTED = Act("dongling", RECTIFICATION, f"{OF_RECTIFICATION}/reports", {**REPORT, "files": {"活动记录.pdf": PDF}})
RECTIFICATIONS: Chapter = (
    Act("dongling", RECTIFICATION, f"{OF_RECTIFICATION}/plans", PLAN),
    REPORTED,
    Act("organiser", RECTIFICATION, f"{OF_RECTIFICATION}/returns", WHY),
    Act("dongling", RECTIFICATION, "/assessment/evidence-files/{file_id}/removals"),
    REPORTED,
    Act("organiser", RECTIFICATION, f"{OF_RECTIFICATION}/acceptances"),
)

# --- votes on paper ---

VOTES, OF_VOTE, VOTE = "/assessment/ballots", "/assessment/ballots/{ballot_id}", "/assessment/ballots/{ballot}"
COUNTED = {"present": 5, "issued": 5, "returned": 5, "valid": 5, "invalid": 0, "neither.1": 0}


class SlipOfPaper:
    """What a teller without an account holds in his hand."""

    word = ""

    def note(self, world: World) -> None:
        """Copy it from the page on which it is shown this once."""
        self.word = world.window("dongling").locator("main code").inner_text()


PAPER_SLIP = SlipOfPaper()


def candidate(page: Page) -> str | None:
    """The number of 白梅 among those who may stand."""
    return page.locator("label", has_text="白梅").locator("input").get_attribute("value")


def counts(login: str, yes: int) -> Act:
    """One of the two who count types so many votes for her, of five."""
    return Act(login, f"{VOTE}/count", f"{OF_VOTE}/counts", {**COUNTED, "yes.1": yes, "no.1": 5 - yes})


CALL_VOTE = Act("dongling", f"{VOTES}/new?unit_id={{group}}", VOTES, {"candidates": candidate})
OPEN_VOTE = Act("dongling", f"{VOTE}/opening", f"{OF_VOTE}/openings", {"first_teller": "许安", "second_teller": "何闲"})
DECLARE_VOTE = Act("dongling", VOTE, f"{OF_VOTE}/declarations")
VOTE_AGAIN = Act("dongling", VOTE, f"{OF_VOTE}/repetitions")
BALLOTS: Chapter = (
    CALL_VOTE,
    Act("dongling", VOTE, f"{OF_VOTE}/orders"),
    OPEN_VOTE,
    Act("dongling", VOTE, f"{OF_VOTE}/tellers", {"person_id": "孙勤", **WHY}),
    Act("dongling", VOTE, f"{OF_VOTE}/slips", shows="字条上的字", once=True),
    PAPER_SLIP.note,
    counts("negligent", 1),
    Act(
        "nobody2",
        "/assessment/count-slip",
        "/assessment/count-slip/codes",
        {"code": lambda _: PAPER_SLIP.word},
        shows="填写计票",
        changes=False,
    ),
    Act("nobody2", "", "/assessment/count-slip/counts", {**COUNTED, "yes.1": 2, "no.1": 3}, changes=False),
    Act("dongling", VOTE, f"{OF_VOTE}/recounts", WHY),
    counts("negligent", 1),
    counts("diligent", 1),
    Act("dongling", VOTE, f"{OF_VOTE}/refusals", WHY),
    VOTE_AGAIN,
    *(OPEN_VOTE, counts("member", 1), counts("negligent", 1), DECLARE_VOTE, VOTE_AGAIN),
    *(OPEN_VOTE, counts("member", 1), counts("negligent", 1), DECLARE_VOTE),
    Act("dongling", VOTE, f"{OF_VOTE}/decisions", {"people": True, **WHY}),
    *(CALL_VOTE, OPEN_VOTE, counts("member", 0), counts("negligent", 0), DECLARE_VOTE),
    Act("dongling", VOTE, f"{OF_VOTE}/vacancies", WHY),
    CALL_VOTE,
    Act("dongling", VOTE, f"{OF_VOTE}/endings", WHY),
)

SCHEMES, TEMPLATE = "/assessment/schemes", "/assessment/papers/opinion"
OF_RECORD, OWN_RECORD = "/activities/papers/record", beginning(RECORD_PAPER)
OF_NOTICE, OWN_NOTICE = "/notify/papers/circular_slip", beginning(CIRCULAR_PAPER)
FORM = {"file": {"意见表.docx": blank_form()}}


def large_ledgers(world: World) -> None:
    """From here on the ledger of a year is more than a request makes."""
    for module in (papers_rules, papers_pages):
        world.stack.enter_context(patch.object(module, "AT_ONCE_MOST", -1))


PAPERS: Chapter = (
    large_ledgers,
    Act("organiser", "/activities/prints", "/activities/units/{unit_id}/prints/orders", changes=False),
    Act("organiser", f"{SCHEMES}/new", f"{SCHEMES}/new", press="增加指标", shows="指标", changes=False),
    Act("organiser", f"{SCHEMES}/new", f"{SCHEMES}/new", press="保存为新版本"),
    Act("organiser", f"{SCHEMES}/new/text", SCHEMES, {"yaml": SCHEME}),
    Act("organiser", f"{AT_CYCLE}/trial?study.points=30", f"{CYCLE}/next-schemes"),
    Act("organiser", TEMPLATE, "/assessment/papers/{paper}", FORM),
    Act("organiser", TEMPLATE, "/assessment/papers/{paper}/uses"),
    Act("organiser", TEMPLATE, "/assessment/papers/{paper}/restorations"),
    Act("organiser", OF_RECORD, "/activities/papers/{paper}", {"file": {"记录.docx": OWN_RECORD}}),
    Act("organiser", OF_RECORD, "/activities/papers/{paper}/uses"),
    Act("organiser", OF_RECORD, "/activities/papers/{paper}/restorations"),
    Act("organiser", OF_NOTICE, "/notify/papers/{paper}", {"file": {"通知.docx": OWN_NOTICE}}),
    Act("organiser", OF_NOTICE, "/notify/papers/{paper}/uses"),
    Act("organiser", OF_NOTICE, "/notify/papers/{paper}/restorations"),
)

# --- messages, and how they leave the building ---

INBOX, WORDING = "/notify/", "/notify/wordings/CycleOpened/opened"
LIGHT = "/notify/wordings/ActivityReturned/returned"
OF_WORDING = "/notify/wordings/{fact}/{telling}"


def lose_letters(world: World) -> None:
    """Of three letters nobody knows whether they came."""
    world.asked(
        "update notify.delivery set state = 'unknown' where id in"
        " (select id from notify.delivery where channel = 'mail' order by id limit 3)"
    )


# In the middle of it the leader of a group stands in for the secretary: two posts on one desk, and the notice is his.
INBOX_OPEN = "/notify/?show=waiting"
STANDS_IN = {"kind": "支部书记", "person_id": "冯实", "last_day": "2030-01-01", **WHY}
HANDED_OVER: Chapter = (
    Act("organiser", f"{REGISTER}/units/{{west}}", f"{OF_UNIT}/stand-ins", STANDS_IN, shows="代支部书记"),
    REST,
    Act("steady", "/account", "/account/posts", press="党小组长", shows="待办"),
    Act("steady", "/account", "/account/posts", press="代支部书记", shows="份通知待确认收到"),
    Act("steady", INBOX_OPEN, "/notify/marks", {"message_ids": True}, "勾选的确认收到", shows="已确认收到"),
    Act("organiser", f"{REGISTER}/units/{{west}}", f"{REGISTER}/stand-ins/{{stand_in_id}}/endings", WHY),
)


def to_be_rung(world: World) -> None:
    """Somebody has nothing but a telephone."""
    world.asked(
        "insert into notify.delivery (message_id, person_id, channel, state) select id, person_id, 'call', 'ready'"
        " from notify.message where person_id is not null and read_at is null and done_at is null"
        " and township_id = (select id from office.unit where name = '清溪镇') order by id desc limit 1"
    )


CIRCULARS = "/notify/circulars"
CIRCULAR, DRAFTED = f"{CIRCULARS}/{{circular_id}}", f"{CIRCULARS}/{{drafted}}"


def first_branch(page: Page) -> str:
    """The branch that stands first in the list."""
    return page.locator('[name="units"]').first.get_attribute("value") or ""


TO_ALL = {"title": "学习通知", "body": "请按时学习。", "units": first_branch, "due_on": "2100-01-08", "posts": True}
CIRCULAR_CHAPTER: Chapter = (
    Act("diligent", "/notify/reaching", "/notify/reaching", {"first": "短信"}, shows="已保存"),
    Act("organiser", "/notify/reaching/posts", "/notify/reaching/posts", {"first": "邮件"}, shows="已保存"),
    Act("organiser", f"{CIRCULARS}/new", CIRCULARS, {**TO_ALL, "files": {"通知.pdf": PDF}}, shows="发给谁"),
    Act("organiser", f"{DRAFTED}/edit", "/notify/circular-files/{circular_file_id}/removals"),
    Act("organiser", f"{DRAFTED}/edit", CIRCULAR, {"title": "关于学习的通知"}),
    Act("organiser", DRAFTED, f"{CIRCULAR}/sendings", shows="已发出"),
    REST,
    Act("diligent", DRAFTED, f"{CIRCULAR}/receipts", shows="您已回执"),
    Act("organiser", DRAFTED, f"{CIRCULAR}/paper-receipts", {"message_ids": True}, shows="份纸质回执"),
    Act("organiser", DRAFTED, f"{CIRCULAR}/corrections"),
    Act("organiser", DRAFTED, f"{CIRCULAR}/droppings"),
    Act("organiser", f"{CIRCULARS}/{{sent}}", f"{CIRCULAR}/withdrawals", WHY, shows="已经撤回"),
)
MESSAGES: Chapter = (
    Act("dongling", "/notify/messages/{message}", "/notify/messages/{message_id}/openings"),
    Act("dongling", INBOX, "/notify/marks", {"message_ids": True}, "勾选的确认收到"),
    Act("xihe", INBOX, "/notify/marks/all"),
    Act("organiser", WORDING, f"{OF_WORDING}/trials", WORDS, "先试看", shows="还没有保存", changes=False),
    Act("organiser", WORDING, OF_WORDING, {**WORDS, **WHY}, "保存"),
    Act("organiser", WORDING, f"{OF_WORDING}/restorations", WHY),
    Act("organiser", LIGHT, f"{OF_WORDING}/switches", WHY, shows="已停用"),
    Act("organiser", LIGHT, f"{OF_WORDING}/switches", WHY, shows="已启用"),
    lose_letters,
    Act("organiser", "/notify/deliveries/{delivery}", "/notify/deliveries/{delivery_id}/steps", WHY, "确认已送达"),
    Act("organiser", "/notify/dead-letters", "/notify/dead-letters", {"delivery_ids": True, **WHY}, "重新发送"),
    Act("organiser", "/notify/channels", "/notify/channels/hours", {"quiet_from": 20, **WHY}),
    Act("keeper", "/notify/channels", "/notify/channels/rate", {"per_minute": 10, **WHY}),
    Act("organiser", "/notify/channels", "/notify/channels/trials", shows="测试邮件已交去发送"),
    Act("organiser", "/notify/ways", "/notify/ways", {"name": "工作群", "address": ROBOT}, shows="请试发一条"),
    Act(
        "organiser",
        "/notify/ways",
        "/notify/ways/gateways",
        {"account": "1", "signature": "清溪镇"},
        shows="自己的手机",
    ),
    Act("organiser", "/notify/ways", "/notify/ways/call-lists", shows="已开通"),
    to_be_rung,
    Act("organiser", "/notify/calls", "/notify/calls", {"delivery_ids": True, **WHY}, "勾选的已电话告知"),
    Act("organiser", "/notify/ways", "/notify/ways/{way_id}/trials", shows="测试消息已交去发送"),
    Act("organiser", "/notify/ways", "/notify/ways/{way_id}/endings", WHY, shows="已停用"),
)

# --- the office ---


def give_up_work(world: World) -> None:
    """Work of each service failed for good."""
    for service, task in HARMLESS.items():
        with unit(service) as session:
            work.post(session, task, key="given up", payload={"deliveries": []})
        world.asked(f"update {service}.job set state = 'dead', attempts = 12 where key = 'given up'")


def jump(world: World) -> None:
    """The machine's clock has jumped, and deadlines wait."""
    world.asked("insert into office.clock_jump (found_at, expected_at) values (now(), now() - interval '1 day')")


DEAD = {"job_ids": True, **WHY}
OFFICE: Chapter = (
    jump,
    Act("keeper", "/office/machine", "/office/machine/clock", shows="接着办理"),
    give_up_work,
    Act("keeper", "/activities/dead-jobs", "/activities/dead-jobs", DEAD, "重新排队"),
    Act("keeper", "/assessment/dead-jobs", "/assessment/dead-jobs", DEAD, "放弃"),
    Act("keeper", "/notify/dead-jobs", "/notify/dead-jobs", DEAD, "重新排队"),
    Act("organiser", "/office/settings", "/office/settings", {"value": 20, **WHY}),
    Act(
        "keeper",
        "/office/workdays?year=2025",
        "/office/workdays",
        {"announcement": "2025-10-09 至 2025-10-10 放假", **WHY},
    ),
    Act("keeper", "/office/workdays?year=2025", "/office/workdays/removals", WHY),
    Act("organiser", "/office/rules/new", "/office/rules", {"assessment.notice_working_days": 7, **WHY}),
)

# --- one's own account: a second window is that of another device ---


class Telephone:
    """The program on somebody's telephone that knows his codes."""

    secret = ""

    def first(self, page: Page) -> str:
        """The code of the half minute before, for the secret that stands on the page."""
        self.secret = page.locator("main code").inner_text()
        return code_of(self.secret, -1)

    def next(self, page: Page) -> str:  # noqa: ARG002  it needs no page any more
        """The code of now."""
        return code_of(self.secret)


TELEPHONE = Telephone()
SIGN_IN = Act("steady2", "/sign-in", "/sign-in", {"login": "steady", "password": PASSWORD})
AGAIN = replace(SIGN_IN, typed={"login": "steady", "password": NEW_PASSWORD}, shows="输入验证码", changes=False)
ACCOUNT: Chapter = (
    SIGN_IN,
    Act("steady", "/account", "/account/sittings"),
    SIGN_IN,
    Act("steady", "/account", "/account/sittings/others"),
    Act("steady", "/password", "/password", {"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}),
    Act("steady", "/account/code", "/account/code", shows="输入软件上显示的六位数字", changes=False),
    Act("steady", "", "/account/code/confirmations", {"code": TELEPHONE.first}),
    AGAIN,
    Act("steady2", "", "/code", {"code": TELEPHONE.next}),
    Act("steady2", "", "/sign-out", press="退出登录", shows="已退出登录"),
    Act("keeper", "/office/codes", "/office/codes", WHY),
    Act("villager", "/account", "/account/posts", press="副组长", shows="待办"),
)

CHAPTERS: dict[str, Chapter] = {
    "records": RECORDS,
    "concerns": CONCERNS,
    "grid": GRID,
    "units": UNITS,
    "people": PEOPLE,
    "officers": ON_OFFICERS,
    "imports": IMPORTS,
    "papers": PAPERS,
    "circulars": CIRCULAR_CHAPTER,
    "messages": MESSAGES,
    "handed over": HANDED_OVER,
    "office": OFFICE,
    "account": ACCOUNT,
    "rectifications": RECTIFICATIONS,
    "ballots": BALLOTS,
    "year": YEAR,
    "choosings": CHOOSINGS,
}
