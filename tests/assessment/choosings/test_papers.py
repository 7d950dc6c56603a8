"""The papers of choosing leaders: each says what is known, is the office's own where it has one, and is nobody else's."""

from datetime import date
from io import BytesIO

import docx
import pytest
from python_calamine import CalamineWorkbook

from shared.access import Actor
from shared.db import unit
from shared.files import Handed
from shared.papers import templates
from shared.papers.of_choosings import NOMINATION as NOMINATION_PAPER
from shared.roles import Role
from tests.town import DONGLING, FIRST

NOMINATION, NOTICE, HANDOVER = (f"choosing_{name}" for name in ("nomination", "notice", "handover"))


def text_of(document: bytes) -> str:
    """What one reads in a Word document."""
    found = docx.Document(BytesIO(document))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in found.paragraphs), *cells])


def rows_of(data: bytes) -> str:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return "\n".join("|".join(map(str, row)) for row in book.get_sheet_by_index(0).to_python())


def taken(person, path: str, status: int = 200) -> bytes:
    answer = person.ask("GET", path)
    assert answer.status_code == status, answer.text
    return answer.content


@pytest.fixture
def filed(walk, opened):
    """孙勤 is followed by 许安."""
    walk.nominate(opened, "许安")
    walk.file(opened)
    return f"assessment/choosings/{opened}"


def test_the_nomination_form_says_what_is_known_and_leaves_the_rest_to_the_hand(walk, filed):
    said = text_of(taken(walk.doors.dongling, f"{filed}/papers/{NOMINATION}"))
    for word in (
        "许安",
        "东岭村党支部",
        "支部提名",
        "应到5人，到会4人，同意4人",
        "群众信得过",
        "正式党员",
        "〔2025〕1号",
    ):
        assert word in said, word
    assert "{{" not in said
    assert taken(walk.doors.organiser, f"{filed}/papers/{NOMINATION}?form=pdf").startswith(b"%PDF")


def test_the_notice_of_appointment_is_there_once_it_is_filed(walk, opened):
    path = f"assessment/choosings/{opened}/papers/{NOTICE}"
    taken(walk.doors.dongling, path, 409)
    walk.nominate(opened, "许安")
    taken(walk.doors.dongling, path, 409)
    walk.file(opened)
    said = text_of(taken(walk.doors.dongling, path))
    assert "关于许安同志任职的通知" in said
    assert "2025年3月10日" in said
    assert "中共清溪镇委员会" in said


def test_what_is_handed_over_is_listed_from_the_data(walk, filed, sql):
    said = text_of(taken(walk.doors.dongling, f"{filed}/papers/{HANDOVER}"))
    assert "移交人（签字）：　　　接收人（签字）：　　　监交人（签字）：" in said
    for word in ("孙勤", "许安", "2025年3月9日", "2025年第1季度", "钥匙", "党费"):
        assert word in said, word
    record = {"group_id": walk.town.groups[DONGLING, FIRST], "kind": "study", "held_on": "2025-02-20", "topic": "学习"}
    walk.doors.diligent.post("activities/activities", record | {"submitted": True})
    again = text_of(taken(walk.doors.dongling, f"{filed}/papers/{HANDOVER}"))
    assert "1条活动记录待确认" in again
    assert "1条" in again.split("2025年第1季度")[1][:20]


def test_the_register_has_those_of_one_number_or_of_a_year_without_void_ones(walk, opened, filed):
    said = rows_of(taken(walk.doors.organiser, "assessment/choosing-registers/2025"))
    assert "许安" in said
    assert "新任" in said
    assert "许安" in rows_of(taken(walk.doors.dongling, f"assessment/choosing-registers/2025?choosing_id={opened}"))
    taken(walk.doors.dongling, "assessment/choosing-registers/2025", 403)
    taken(walk.doors.organiser, "assessment/choosing-registers/2024", 409)
    walk.doors.organiser.post(f"{filed}/withdrawals", {"reason": "本人不愿意。"})
    taken(walk.doors.organiser, "assessment/choosing-registers/2025", 409)


def test_the_committee_signs_a_list_of_those_it_is_asked_about(walk, opened, visit, sql):
    taken(walk.doors.committee, "assessment/choosings-to-sign", 409)
    sql(
        "update assessment.choosing set stage = 'approval', from_on = %s, person_id = %s",
        date(2025, 3, 10),
        walk.town.people["许安"],
    )
    said = rows_of(taken(walk.doors.committee, "assessment/choosings-to-sign?form=xlsx"))
    assert "许安" in said
    assert "党委意见" in said
    assert taken(walk.doors.committee, "assessment/choosings-to-sign").startswith(b"%PDF")
    taken(walk.doors.dongling, "assessment/choosings-to-sign", 403)
    page = visit("committee").get("/assessment/choosings/signing")
    assert "共 1 名" in page.text


def test_nobody_else_takes_them(walk, filed, sql):
    taken(walk.doors.outsider, f"{filed}/papers/{NOMINATION}", 404)
    taken(walk.doors.member, f"{filed}/papers/{NOMINATION}", 403)  # 许安 himself has it from his branch
    taken(walk.doors.diligent, f"{filed}/papers/{HANDOVER}", 404)
    taken(walk.doors.dongling, f"{filed}/papers/choosing_nothing", 422)
    papers = "select body ->> 'paper' from office.happening where fact = 'PaperTaken'"
    assert sql(papers) == []


def test_the_list_of_groups_says_how_and_since_when_each_leader_leads(walk, opened):
    walk.nominate(opened, "许安", from_on="2025-03-03")
    walk.file(opened)
    walk.settle()
    listed = f"activities/units/{walk.town.id}/prints/groups?file=xlsx&year=2025&month=3"
    said = [line.split("|") for line in rows_of(taken(walk.doors.organiser, listed)).splitlines()]
    head = next(line for line in said if "产生方式" in line)
    how, since, leader = (head.index(word) for word in ("产生方式", "任职时间", "组长姓名"))
    told = {
        line[leader]: (line[since], line[how]) for line in said if len(line) > how and line[how] in {"支部提名", "接管"}
    }
    assert told["许安"] == ("2025.03.03", "支部提名")
    assert {how for _, how in told.values()} == {"支部提名", "接管"}


def test_a_paper_of_a_choosing_is_printed_again_by_a_former_form_of_the_office(walk, filed):
    organiser = Actor(account_id=1, person_id=1, name="组织委员", posts=((Role.ORGANISER, walk.town.id),))
    words = "".join(f"{{{{{each}}}}}" for each in NOMINATION_PAPER.needed.values())
    for said in ("旧的格式", "新的格式"):
        target, document = BytesIO(), docx.Document()
        document.add_paragraph(said + words)
        document.save(target)
        with unit("assessment", organiser) as session:
            row = templates.hand_in(session, organiser, NOMINATION_PAPER, Handed(target.getvalue(), "表.docx"))
            templates.use(session, organiser, "assessment", row.id)

    def printed(more: str) -> str:
        return text_of(taken(walk.doors.dongling, f"{filed}/papers/{NOMINATION}{more}"))[:4]

    assert [printed(more) for more in ("", "?version=1", "?version=2")] == ["新的格式", "旧的格式", "新的格式"]
    taken(walk.doors.dongling, f"{filed}/papers/{NOMINATION}?version=3", 404)
