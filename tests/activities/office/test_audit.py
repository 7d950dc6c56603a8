"""The audit: the auditor reads everything and changes nothing, the keeper reads accounts and settings, nobody else."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import psycopg
import pytest
from python_calamine import CalamineWorkbook

from services.activities.office import actions
from services.activities.office.rules import word_for
from services.activities.office.rules.subjects import CALLED, STAGES, SUBJECTS, subject_for, subject_words
from services.activities.office.rules.words import WORDS
from shared import audit
from shared.db import unit
from shared.events import CATALOGUE
from shared.moves import Machine
from tests.browsing import Seen
from tests.conftest import Doors
from tests.servers import Database
from tests.test_shape import machines
from tests.town import DONGLING, FIRST, Town

MEETING = {"kind": "study", "held_on": "2025-03-03", "submitted": True}


@pytest.fixture
def some_history(doors: Doors, town: Town, move_to) -> None:
    """One record on Monday, confirmed on Wednesday; a setting on Thursday."""
    record = doors.diligent.post("activities/activities", MEETING | {"group_id": town.groups[DONGLING, FIRST]})["id"]
    move_to(date(2025, 3, 5))
    doors.dongling.post("activities/confirmations", {"activity_ids": [record]})
    move_to(date(2025, 3, 6))
    asked = {"key": "quiet_from", "value": 20, "reason": "农忙。"}
    doors.keeper.post(f"activities/townships/{town.id}/settings", asked)


def words(rows: list[dict]) -> set[str]:
    return {row["words"] for row in rows}


def test_the_auditor_reads_what_happened_with_who_and_where(doors: Doors, town: Town, some_history):
    rows = list(doors.auditor.pages("activities/audit"))

    confirmed = next(row for row in rows if row["fact"] == "ActivityConfirmed")
    assert (confirmed["who"], confirmed["unit"], confirmed["words"]) == ("陆明", DONGLING + FIRST, "确认活动记录")
    assert (confirmed["stage_before"], confirmed["stage_after"]) == ("submitted", "confirmed")
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)

    assert (confirmed["about"], confirmed["moved"]) == ("2025年3月3日集中学习", "待确认 → 已确认")


def test_the_audit_page_names_subject_and_stages_in_words_alone(visit, some_history):
    page = visit("auditor").get("/office/audit")

    assert "待确认 → 已确认" in page.text
    assert "登录成功 沈清的账号" in page.text
    assert "修改设置 免打扰开始" in page.text
    for raw in ("activity:", "account:", "setting:", "submitted", "confirmed"):
        assert raw not in page.text


def test_a_line_of_the_audit_says_what_came_of_what_people_were_told(visit, office: Database, some_history, settle):
    settle()
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        asked = "select happening_id, count(person_id) from notify.message group by 1 order by 1"
        happening, told = connection.execute(asked).fetchall()[0]
        page = visit("auditor").get(f"/office/audit/lines/{happening}")
        connection.execute("update notify.message set read_at = office.now() where happening_id = %s", [happening])
    read = visit("auditor").get(f"/office/audit/lines/{happening}")

    assert "通知的结果" in page.text
    assert (figures(page).get("通知了（人次）"), figures(page).get("已看")) == (str(told), None)
    assert figures(read)["已看"] == str(told)


def figures(page: Seen) -> dict[str, str]:
    return {term.text_content(): term.getnext().text_content() for term in page.root.xpath("//dt")}


def test_whose_number_was_seen_and_which_is_on_the_audit_with_the_reason(doors: Doors, town: Town, visit):
    person = town.people["许安"]
    asked = {"field": "phone", "reason": "通知开会。"}
    number = doors.organiser.post(f"activities/people/{person}/numbers", asked)["number"]

    row = doors.auditor.get("activities/audit", fact="NumberShown")["rows"][0]
    page = visit("auditor").get("/office/audit?fact=NumberShown")

    assert (row["who"], row["words"], row["about"], row["reason"]) == (
        "周岚",
        "查看完整号码",
        "许安的联系电话",
        "通知开会。",
    )
    assert "查看完整号码 许安的联系电话" in page.text
    assert number not in page.answer.text


def test_the_audit_names_people_and_things_that_it_reaches(doors: Doors, town: Town, some_history):
    post = {"person_id": town.people["许安"], "kind": "deputy"}
    doors.organiser.post(f"activities/units/{town.groups[DONGLING, FIRST]}/posts", post)

    about = {(row["fact"], row["about"]) for row in doors.auditor.pages("activities/audit")}

    assert ("PostChanged", "许安的党小组副组长职务") in about
    assert ("SettingChanged", "免打扰开始") in about
    assert ("ActivitySubmitted", "2025年3月3日集中学习") in about
    assert ("UnitChanged", "") in about


@pytest.mark.parametrize(
    ("sort", "known", "said"),
    [
        ("case", {"person": "孙勤", "year": "2025"}, "孙勤2025年度考核"),
        ("objection", {"person": "孙勤", "year": "2025"}, "对孙勤2025年度考核结果的异议"),
        ("cycle", {"person": "", "year": "2025"}, "2025年度考核"),
        ("case", {"person": "", "year": "2025"}, "考核 7"),
        ("person", {"person": "", "field": "联系电话"}, "人员 7"),
        ("message", {"number": "7"}, "消息 XZ-7"),
        ("delivery", {}, "投递 7"),
        ("unit", {}, ""),
    ],
)
def test_what_a_line_is_about_is_said_by_its_name_or_else_by_its_number(sort, known, said):
    assert subject_words(sort, "7", known) == said


def test_whatever_may_be_called_by_a_name_has_a_number_to_fall_back_on():
    assert set(CALLED) <= set(SUBJECTS)


def sheets_of(data: bytes) -> dict[str, list[list[str]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_what_the_page_shows_is_taken_out_as_excel_and_that_is_on_the_audit(doors, visit, town, some_history):
    evil = {"key": "quiet_from", "value": 21, "reason": '=HYPERLINK("http://x.example","看")'}
    doors.keeper.post(f"activities/townships/{town.id}/settings", evil)
    auditor = visit("auditor")
    page = auditor.get("/office/audit?fact=SettingChanged&since=2025-03-06")
    link = next(link for link in page.links() if "audit.xlsx" in link)
    assert "fact=SettingChanged" in link

    data = auditor.client.get(link).content

    book = sheets_of(data)
    assert [row[2] for row in book["审计记录"]] == ["事项", "修改设置", "修改设置"]
    assert book["审计记录"][1][1:7:5] == ["马静", evil["reason"]]
    assert "2 条。符合条件的都在这里。" in book["说明"][1]
    with ZipFile(BytesIO(data)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")
    newest = auditor.get("/office/audit?fact=AuditTaken")
    assert "导出审计记录" in newest.text
    assert "沈清" in newest.text


def test_where_there_are_too_many_the_newest_are_taken_and_the_file_says_so(visit, some_history, monkeypatch):
    monkeypatch.setattr(actions, "AUDIT_ROWS_MAX", 2)

    book = sheets_of(visit("auditor").client.get("/office/audit.xlsx").content)

    assert len(book["审计记录"]) == 3
    assert "只有最近的 2 条" in book["说明"][1][1]


def test_nobody_else_takes_the_audit_out(visit):
    for login in ("organiser", "committee", "dongling", "member"):
        visit(login).get("/office/audit.xlsx", 403)


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_the_audit_says_each_stage_as_its_topic_does(machine: Machine):
    assert STAGES[machine.name] == {str(stage): machine.word(stage) for stage in type(machine.start)}
    assert not any(word.isascii() for word in STAGES[machine.name].values())


def test_every_fact_and_what_it_is_about_has_a_word():
    assert set(WORDS) == set(CATALOGUE)
    assert {fact.about.removesuffix("_id") for fact in CATALOGUE.values()} - {""} <= set(SUBJECTS)


def test_work_done_again_is_named_by_its_kind():
    assert subject_for("", "WorkRedriven", {"service": "notify.delivery", "job_id": 5}) == ("delivery", "5")
    assert subject_for("", "WorkRedriven", {"service": "notify", "job_id": 5}) == ("job", "5")


@pytest.mark.parametrize(
    ("service", "discarded", "step", "said"),
    [
        ("notify", False, None, "后台任务重新排队"),
        ("notify", True, None, "放弃后台任务"),
        ("notify.delivery", False, "resend", "重新发送信件"),
        ("notify.delivery", False, "confirm", "确认信件已送达"),
        ("notify.delivery", True, "discard", "不再发送信件"),
    ],
)
def test_what_was_done_about_work_and_letters_that_failed_is_said_by_its_own_word(
    service: str, *, discarded: bool, step: str | None, said: str
):
    body = {"unit_id": 1, "service": service, "job_id": 5, "discarded": discarded}

    assert word_for("WorkRedriven", body, date(2025, 12, 1), step) == said


def test_what_is_near_is_not_said_to_be_overdue():
    body = {"unit_id": 1, "rectification_id": 2, "due_on": "2025-12-31"}

    assert word_for("RectificationOverdue", body | {"escalated": False}, date(2025, 12, 1)) == "整改临期提醒"
    assert word_for("RectificationOverdue", body | {"escalated": True}, date(2026, 1, 1)) == "整改逾期"


def test_a_reminder_that_came_too_late_to_be_told_is_said_to_be_one():
    body = {"unit_id": 1, "period": "2025-12", "due_on": "2025-12-31", "branches": [], "told_before": "2026-01-01"}

    assert word_for("DutiesDue", body, date(2025, 12, 31)) == "到期提醒"
    assert word_for("DutiesDue", body, date(2026, 1, 1)) == "到期提醒（过时未发）"


def test_it_is_narrowed_by_person_unit_days_and_kind(doors: Doors, town: Town, some_history):
    everything = list(doors.auditor.pages("activities/audit"))
    leader = next(row["account_id"] for row in everything if row["fact"] == "ActivitySubmitted")

    by_person = doors.auditor.get("activities/audit", account_id=leader)["rows"]
    by_unit = doors.auditor.get("activities/audit", unit_id=town.units[DONGLING])["rows"]
    by_day = doors.auditor.get("activities/audit", since="2025-03-05", until="2025-03-05")["rows"]
    by_kind = doors.auditor.get("activities/audit", fact="SettingChanged")["rows"]

    assert {row["who"] for row in by_person} == {"孙勤"}
    assert "修改设置" not in words(by_unit)
    assert words(by_unit) >= {"确认活动记录", "提交活动记录"}
    assert "确认活动记录" in words(by_day)
    assert not words(by_day) & {"提交活动记录", "修改设置"}
    assert [row["reason"] for row in by_kind] == ["农忙。"]


def test_pages_follow_one_another_without_gap_or_double(doors: Doors, some_history):
    whole = [row["id"] for row in doors.auditor.get("activities/audit", limit=200)["rows"]]
    first = doors.auditor.get("activities/audit", limit=3)
    second = doors.auditor.get("activities/audit", limit=3, after=first["next"])

    assert [row["id"] for row in first["rows"] + second["rows"]] == whole[:6]


def test_the_keeper_reads_of_accounts_and_settings_only(doors: Doors, some_history):
    rows = doors.keeper.get("activities/audit", limit=200)["rows"]

    assert {row["fact"] for row in rows} == {"SignedIn", "SettingChanged"}


@pytest.mark.parametrize("login", ["organiser", "committee", "dongling", "diligent", "member", "outsider"])
def test_nobody_else_reads_it(doors: Doors, login: str, some_history):
    person = getattr(doors, login)
    for path in ("activities/audit", "activities/audit/seal", "activities/audit/heads", "activities/machine"):
        person.get(path, 403)


def test_the_auditor_changes_nothing_and_does_not_look_after_the_machine(doors: Doors, town: Town, some_history):
    asked = {"key": "quiet_from", "value": 20, "reason": "农忙。"}
    doors.auditor.post(f"activities/townships/{town.id}/settings", asked, 403)
    doors.auditor.get(f"activities/townships/{town.id}/settings", 403)
    doors.auditor.get("activities/machine", 403)
    assert doors.auditor.get("activities/units") == []


# --- the seal ---


def seal_all() -> None:
    with unit("keeper") as session:
        while audit.seal(session):
            pass


def test_the_seal_is_verified_for_all_of_the_history(doors: Doors, some_history):
    before = doors.auditor.get("activities/audit/seal")
    seal_all()
    after = doors.auditor.get("activities/audit/seal")

    assert before["waiting"] > 0
    assert (after["broken"], after["waiting"]) == ([], 0)
    assert after["until"].startswith("2025-03-0")
    assert all(row["sealed"] for row in doors.auditor.get("activities/audit", until="2025-03-05")["rows"])


def test_a_row_that_was_altered_is_named(doors: Doors, office: Database, some_history):
    seal_all()
    with psycopg.connect(office.owner_url) as connection:
        altered = connection.execute(
            "update office.happening set reason = '另一个理由' where fact = 'SettingChanged' returning id"
        ).fetchone()[0]

    assert doors.keeper.get("activities/audit/seal")["broken"] == [altered]


def test_whoever_asks_for_the_seal_reaches_no_further_afterwards(town: Town):
    from services.activities.office import queries
    from shared.access import Actor
    from shared.people import Person
    from shared.roles import Role

    keeper = Actor(account_id=None, person_id=None, name="马静", posts=((Role.KEEPER, town.units["柳湾镇"]),))
    with unit("activities", keeper) as session:
        queries.seal_verified(session, keeper)
        queries.health(session, keeper)
        assert session.query(Person).count() == 3
        assert session.info["service"] == "activities"


def test_days_beyond_the_calendar_are_not_understood(doors: Doors, some_history):
    for days in ("since=0001-01-01", "until=9999-12-31"):
        doors.auditor.get(f"activities/audit?{days}", status=422)
