"""A rectification and a replacement at their pages: by plain requests, and once in a real browser on a phone."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import docx
import psycopg
import pytest
from playwright.sync_api import expect

from tests.browsing import PHONE, Visitor
from tests.pages.conftest import House, copied
from tests.pictures import photo
from tests.two_years import TwoYears

JPEG = photo()
LIST = "/assessment/rectifications"
CAUSES, MEASURES = "外出务工，活动没有按月开展。", "由副组长代为召集，每月十五日开展。"
DONE, SHOWN = "已连续三个月开展活动。", "见一至三月的活动记录。"


@pytest.fixture
def house(two_years: TwoYears, postgres_server, chromium) -> Iterator[House]:
    """A copy of the named world for each test, in which the last rectification was just ordered."""
    with copied(two_years, postgres_server, chromium) as found:
        yield found


def sql(house: House, question: str, *values: object) -> list[tuple]:
    with psycopg.connect(house.database.owner_url, autocommit=True) as connection:
        cursor = connection.execute(question, values or None)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def here(house: House) -> str:
    """The page of the rectification of 东岭村 that was ordered last; nothing is planned yet."""
    [(found, stage)] = sql(
        house,
        "select r.id, r.stage from assessment.rectification r join office.unit u on u.id = r.branch_id"
        " where u.name = '东岭村党支部' order by r.id desc limit 1",
    )
    assert stage == "plan"
    return f"{LIST}/{found}"


def planned(secretary: Visitor, here: str):
    return secretary.submit(secretary.get(here), "plan", causes=CAUSES, measures=MEASURES)


def reported(secretary: Visitor, here: str, files=(), **typed):
    sent = [("files", (name, data)) for name, data in files]
    return secretary.submit(secretary.get(here), "report", files=sent, report=DONE, evidence=SHOWN, **typed)


def test_the_whole_way_with_one_return(house: House, here: str):
    secretary, organiser = house.visitor("dongling"), house.visitor("organiser")
    assert here in secretary.get(LIST).links()
    assert "待制定措施" in organiser.get(LIST).text

    assert "1件整改待制定措施" in secretary.get("/activities/todos").text
    assert "已记下原因和措施" in planned(secretary, here).text
    assert "1件整改待报告" in secretary.get("/activities/todos").text
    assert "件整改" not in house.visitor("xihe").get("/activities/todos").text
    page = reported(secretary, here, [("现场.jpg", JPEG), ("记录.pdf", b"%PDF-1.7\n%%EOF\n")])
    assert "已上报" in page.text
    assert "现场.jpg" in organiser.get(here).text
    page = organiser.submit(organiser.get(here), "return", reason="请写明日期。")
    assert "已退回" in page.text
    page = secretary.get(here)
    assert "退回原因：请写明日期。" in page.text
    assert page.form("report").fields["report"].strip() == DONE
    page = secretary.submit(page, f"removal-{file_ids(page)[0]}")
    assert "现场.jpg" not in page.text
    reported(secretary, here)
    page = organiser.submit(organiser.get(here), "acceptance")

    assert "验收通过" in page.text
    assert "已整改" in page.text
    assert "记录.pdf" in page.text
    assert [form.get("id") for form in page.root.forms] == ["sign-out"]
    assert here in organiser.get(f"{LIST}?show=cleared").links()
    assert here not in organiser.get(LIST).links()


def file_ids(page) -> list[str]:
    return [link.rpartition("/")[2] for link in page.links() if "/evidence-files/" in link]


def test_what_was_typed_stays_where_something_is_wrong(house: House, here: str):
    secretary = house.visitor("dongling")
    page = secretary.submit(
        secretary.get(here), "plan", status=422, causes=CAUSES, measures=MEASURES, due_on="2031-01-01"
    )
    assert "整改期限不能晚于" in page.text
    assert page.form("plan").fields["causes"].strip() == CAUSES

    planned(secretary, here)
    page = secretary.submit(
        secretary.get(here),
        "report",
        status=422,
        files=[("files", ("程序.exe", b"MZ\x90"))],
        report=DONE,
        evidence=SHOWN,
    )
    assert "不能接收这种文件" in page.text
    assert page.form("report").fields["report"].strip() == DONE
    assert not sql(house, "select 1 from assessment.attachment where name like %s", "程序%")


def test_a_file_is_for_those_who_see_the_rectification(house: House, here: str):
    secretary = house.visitor("dongling")
    planned(secretary, here)
    page = reported(secretary, here, [("现场.jpg", JPEG)])
    address = f"/assessment/evidence-files/{file_ids(page)[-1]}"

    answer = house.visitor("organiser").client.get(address)
    assert answer.content == JPEG
    assert "sandbox" in answer.headers["content-security-policy"]
    for login in ("outsider", "xihe"):
        assert house.visitor(login).client.get(address).status_code == 404


@pytest.mark.parametrize("login", ["outsider", "xihe"])
def test_another_branch_and_the_outsider_find_nothing(house: House, here: str, login: str):
    visitor = house.visitor(login)
    visitor.get(here, 404)
    assert here not in visitor.get(LIST).links()


def test_nobody_checks_his_own_branch_and_an_overdue_return_wants_a_new_deadline(house: House, here: str):
    secretary, organiser = house.visitor("dongling"), house.visitor("organiser")
    planned(secretary, here)
    number = here.rpartition("/")[2]
    sql(house, "update assessment.rectification set due_on = office.today() - 3 where id = %s", number)
    assert "逾期 3 天" in organiser.get(LIST).text
    assert "已过 3 天" in secretary.get(here).text
    reported(secretary, here)

    villager = house.visitor("villager").get(here)
    assert "应当回避" in villager.text
    assert "acceptance" not in [form.get("id") for form in villager.root.forms]
    page = organiser.submit(organiser.get(here), "return", status=422, reason="请补充。")
    assert "请给出新的期限" in page.text
    [(today,)] = sql(house, "select office.today()")
    page = organiser.submit(page, "return", reason="请补充。", due_on=(today + timedelta(days=14)).isoformat())
    assert "已退回" in page.text


def test_a_proposal_shows_both_years_and_the_committee_decides_it_once(house: House):
    [(number, decided_on)] = sql(house, "select id, decided_on from assessment.replacement order by id limit 1")
    assert isinstance(decided_on, date)
    address = f"/assessment/replacements/{number}"
    committee = house.visitor("committee")
    page = committee.get(address)
    assert page.root.xpath("//nav[@class='tabs']/a[@aria-current]/text()") == ["整改和调整"]
    assert "2025年度" in page.text
    assert "2024年度" in page.text
    assert len([link for link in page.links() if link.startswith("/assessment/cases/")]) == 2
    assert len({link for link in page.links() if link.startswith(f"{LIST}/")}) == 2
    assert [form.get("id") for form in page.root.forms] == ["sign-out"]

    sql(
        house,
        "update assessment.replacement set stage = 'proposed', decided_on = null, decided_why = null, effective_on = null",
    )
    assert "decision" not in [form.get("id") for form in house.visitor("organiser").get(address).root.forms]
    page = committee.submit(committee.get(address), "keeping", status=422, reason="")
    assert "理由" in page.text
    page = committee.submit(page, "keeping", reason="会议研究，继续帮助一年。")
    assert "已记录：不作调整" in page.text
    assert "会议研究，继续帮助一年。" in page.text
    house.visitor("outsider").get(address, 404)
    house.visitor("xihe").get(address, 404)


def test_from_the_order_to_the_acceptance_in_a_browser(house: House, here: str):
    with house.desk.window("dongling", size=PHONE) as page:
        page.goto(LIST)
        page.locator(f"a[href='{here}']").click()
        page.get_by_label("原因分析").fill(CAUSES)
        page.get_by_label("整改措施").fill(MEASURES)
        page.get_by_role("button", name="保存措施").click()
        expect(page.get_by_text("已记下原因和措施")).to_be_visible()
        page.get_by_role("textbox", name="整改情况").fill(DONE)
        page.get_by_label("佐证说明").fill(SHOWN)
        page.get_by_label("佐证材料").set_input_files({"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": JPEG})
        page.get_by_role("button", name="上报整改情况").click()
        expect(page.get_by_text("已上报，等待乡镇验收")).to_be_visible()
        expect(page.get_by_role("link", name="现场.jpg")).to_be_visible()
    with house.desk.window("organiser") as page:
        page.goto(f"{LIST}?show=check")
        page.locator(f"a[href='{here}']").click()
        page.get_by_role("button", name="验收通过").click()
        expect(page.get_by_text("整改已完成")).to_be_visible()


def words_of(data: bytes) -> str:
    """What one reads in a Word document."""
    found = docx.Document(BytesIO(data))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in found.paragraphs), *cells])


def test_what_is_to_be_set_right_goes_out_as_a_notice_and_what_came_of_it_as_a_record(house: House, here: str):
    secretary, organiser = house.visitor("dongling"), house.visitor("organiser")
    assert f"{here}/papers/rectification_notice" in secretary.get(here).links()
    notice = words_of(organiser.client.get(f"{here}/papers/rectification_notice").content)
    for word in ("整改通知书", "东岭村党支部：", "不称职", "中共清溪镇委员会", "签收人"):
        assert word in notice, word
    planned(secretary, here)
    reported(secretary, here)
    organiser.submit(organiser.get(here), "return", reason="请写明日期。")
    record = words_of(secretary.client.get(f"{here}/papers/rectification_record").content)
    for word in (CAUSES, MEASURES, DONE, SHOWN, "请写明日期。"):
        assert word in record, word
    assert "{{" not in notice + record
    assert organiser.client.get(f"{here}/papers/rectification_record?form=pdf").content.startswith(b"%PDF")
    for login, status in (("negligent", 403), ("xihe", 404), ("outsider", 404)):
        assert house.visitor(login).client.get(f"{here}/papers/rectification_notice").status_code == status, login


def test_the_notice_that_somebody_leads_no_more_is_there_once_it_is_decided(house: House):
    [(found,)] = sql(house, "select id from assessment.replacement where stage in ('decided', 'replaced')")
    page, committee = f"/assessment/replacements/{found}", house.visitor("committee")
    assert f"{page}/notice" in committee.get(page).links()
    said = words_of(committee.client.get(f"{page}/notice").content)
    for word in ("同志免职的通知", "组长职务", "中共清溪镇委员会"):
        assert word in said, word
    assert "{{" not in said
    assert house.visitor("outsider").client.get(f"{page}/notice").status_code == 404

    sql(house, "update assessment.replacement set stage = 'proposed', decided_on = null, effective_on = null")
    assert committee.client.get(f"{page}/notice").status_code == 409
    assert f"{page}/notice" not in committee.get(page).links()


def test_the_offices_own_notice_is_used_and_named_in_the_history(house: House, here: str):
    target, document = BytesIO(), docx.Document()
    document.add_paragraph("{{姓名}}限{{整改期限}}前整改")
    document.save(target)
    organiser, page = house.visitor("organiser"), "/assessment/papers/rectification_notice"
    organiser.submit(organiser.get(page), "template", files={"file": ("本镇.docx", target.getvalue())})
    [(template,)] = sql(house, "select id from office.paper_template where paper = 'rectification_notice'")
    tried = organiser.client.get(f"{page}/trial?template_id={template}")
    assert "前整改" in words_of(tried.content)
    organiser.submit(organiser.get(page), f"use-{template}")

    assert words_of(organiser.client.get(f"{here}/papers/rectification_notice").content).endswith("前整改")
    told = "select (body->>'of_version')::int from office.happening where fact = 'PaperTaken' and body->>'paper' = %s"
    assert sql(house, told, "rectification_notice") == [(1,)]
