"""What leaves of views: figures without words, small counts hidden on the board, the office's ledger, the slip."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

import docx
import pytest
import xlsxwriter
from pypdf import PdfReader

from services.activities.concerns import actions, queries
from services.activities.concerns.queries import papers
from services.activities.concerns.rules import period_of, shown
from services.activities.concerns.schemas import Said
from shared.access import Actor
from shared.db import Session, unit
from shared.errors import Conflict, Invalid, OutOfReach
from shared.files import Handed
from shared.papers import PaperKind, templates
from shared.papers.of_concerns import CONCERN_LEDGER, HANDING
from shared.papers.press import Made
from shared.sheets import read_workbook
from tests.activities.concerns.conftest import LAMP, People
from tests.browsing import Visitor
from tests.town import XIHE

YEAR = period_of(2025)


def test_figures_are_of_kinds_without_what_was_merged_or_withdrawn_and_the_office_has_them_all(people: People):
    for _ in range(2):
        people.note()
    people.does(people.leader, actions.withdraw, people.note(), Said(said="记错了。"))
    people.note(kind="conduct", said="办事拖拉。", past="secretary")

    def figures(actor, **more):
        rows = people.does(actor, lambda s, a: queries.figures(s, a, YEAR.start, YEAR.end, **more))
        return {row.kind: (row.noted, row.going_on) for row in rows}

    assert figures(people.organiser) == {"road": (2, 2), "conduct": (1, 1)}
    assert figures(people.organiser, shown=True) == {"road": (2, 2)}
    assert figures(people.secretary) == {"road": (2, 2)}  # he is passed over
    assert figures(people.neighbour) == figures(people.member) == {}
    assert [shown(count, 3) for count in (0, 2, 3)] == ["0", "不足3", "3"]


def taken_into_use(session: Session, actor: Actor, kind: PaperKind, data: bytes) -> None:
    """An office's own paper of a kind, in use."""
    row = templates.hand_in(session, actor, kind, Handed(data, "本单位.docx"))
    templates.use(session, actor, kind.service, row.id)


def own_table() -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet().write_row("A1", ["{{#意见}}{{编号}}", "{{反映事项}}{{/意见}}"])
    return target.getvalue()


def own_letter(said: str) -> bytes:
    target, document = BytesIO(), docx.Document()
    document.add_paragraph(said)
    document.save(target)
    return target.getvalue()


def text_of(data: bytes) -> str:
    """What one reads in a Word document."""
    found = docx.Document(BytesIO(data))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in found.paragraphs), *cells])


def sheet_rows(made: Made) -> list[list[object]]:
    (sheet,) = read_workbook(made.data).sheets
    return [[cell.value for cell in row] for row in sheet.rows]


def test_the_ledger_has_an_empty_column_for_whoever_spoke(people: People):
    people.note()
    rows = sheet_rows(people.does(people.secretary, actions.take_ledger, YEAR))
    at = next(number for number, row in enumerate(rows) if "反映人" in row)
    head, line = rows[at], rows[at + 1]
    assert rows[0][0] == "东岭村党支部2025年群众意见台账"
    assert line[head.index("反映人")] in {None, ""}
    assert LAMP in line

    counts = sheet_rows(people.does(people.organiser, actions.take_figures, YEAR))
    assert LAMP not in str(counts)


def test_the_slip_says_what_is_handed_to_whom_by_when_and_its_foot_names_nobody(people: People):
    made = people.does(people.secretary, actions.take_handing, people.note())
    text = "".join(PdfReader(BytesIO(made.data)).pages[0].extract_text().split())
    assert "群众意见交办单" in text
    assert "民〔2025〕1号" in text
    assert "不登记姓名" in text


def test_a_long_view_lies_over_nothing_and_of_what_is_about_the_leader_he_brings_no_answer(people: People):
    said = "路灯坏了没有人修，晚上走路看不见。" * 29
    made = people.does(people.secretary, actions.take_handing, people.note(people.secretary, said=said, past="leader"))
    pages = PdfReader(BytesIO(made.data)).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)

    assert len(pages) == 2  # its row grows
    assert text.index("承办东岭村党支部") < text.index("办理回执")
    assert "答复会由办理的同志带给您" in text
    assert "由党小组长带给您" not in text


def test_a_member_sees_of_views_the_sheet_of_his_branch_and_no_view(people: People, visit: Callable[..., Visitor]):
    for _ in range(3):
        people.note()
    people.note(kind="farming")
    people.note(people.neighbour, unit_id=people.town.units[XIHE], kind="dispute")
    people.note(kind="conduct", past="secretary")
    member = visit("member")
    sheet = member.get("/activities/concerns/year").text
    assert "道路水电3" in sheet
    assert "农业生产不足3" in sheet
    for other in ("矛盾纠纷", "干部作风", "台账", "各类多少"):  # of the branch next door, about somebody, of the office
        assert other not in sheet
    listed = member.get("/activities/concerns").text
    assert "请告诉党小组长" in listed
    assert LAMP[:6] not in listed
    member.get(f"/activities/concerns/{people.note()}", status=404)


def test_a_ledger_that_is_too_long_says_so_and_is_had_by_the_quarter(people: People, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(papers, "LEDGER_MOST", 2)
    for _ in range(3):
        people.note()
    with pytest.raises(Invalid, match="请按季度或者按月下载"):
        people.does(people.secretary, actions.take_ledger, YEAR)
    assert "第4季度" in people.does(people.secretary, actions.take_ledger, period_of(2025, 4)).title


def test_the_slip_and_the_lists_are_the_offices_own_where_it_has_one(people: People):
    view = people.note()
    text = text_of(people.does(people.secretary, partial(actions.take_handing, form="docx"), view).data)
    assert "{{" not in text
    for word in ("民〔2025〕1号", LAMP, "办理回执", "群众回执联"):
        assert word in text, word
    own = partial(actions.take_ledger, form="own")
    with pytest.raises(Conflict, match="还没有启用"):
        people.does(people.secretary, own, YEAR)
    people.does(people.organiser, taken_into_use, CONCERN_LEDGER, own_table())
    people.does(people.organiser, taken_into_use, HANDING, own_letter("{{编号}}交{{反映事项}}给{{承办}}"))
    assert sheet_rows(people.does(people.secretary, own, YEAR))[0][:2] == ["民〔2025〕1号", LAMP]
    made = people.does(people.secretary, partial(actions.take_handing, form="docx"), view)
    assert text_of(made.data) == f"民〔2025〕1号交{LAMP}给东岭村党支部支部书记"


def test_they_are_printed_again_by_a_former_paper_of_the_office_as_they_were_then(people: People):
    view = people.note()
    for said in ("旧：{{编号}}{{反映事项}}{{承办}}", "新：{{编号}}{{反映事项}}{{承办}}"):
        people.does(people.organiser, taken_into_use, HANDING, own_letter(said))

    def printed(version: int) -> str:
        take = partial(actions.take_handing, form="docx", version=version)
        return text_of(people.does(people.secretary, take, view).data)

    assert [printed(version)[:2] for version in (0, 1, 2)] == ["新：", "旧：", "新："]
    told = "select body ->> 'of_version' from office.happening where fact = 'PaperTaken' order by id"
    with unit("activities") as session:
        versions = [each for (each,) in session.connection().exec_driver_sql(told)]
    assert versions == ["2", "1", "2"]
    with pytest.raises(OutOfReach):
        printed(3)
