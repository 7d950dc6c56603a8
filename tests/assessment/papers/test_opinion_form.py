"""A leader's opinion form: in Word and as PDF, everything that was said and decided, with room for pen and seal."""

from io import BytesIO

import docx
import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from services.assessment.cases.actions import nominate
from services.assessment.cases.schemas import Nomination
from services.assessment.papers import actions
from services.assessment.papers.writers import HEADER, blank_form
from services.assessment.schemes.rules import Grade
from shared.access import Actor
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfReach
from shared.papers import press
from shared.papers.of_the_year import OPINION
from shared.papers.press import Made
from shared.settings import settings
from tests.assessment.conftest import Steps, Town, good_tally

TRICKS = '一是学习。\n二是服务群众 {{ 7*7 }} {% if %} <w:t>&amp; #include "x" *粗* = 标题'


def taken(actor: Actor, case: int, form: actions.OpinionForm) -> Made:
    with unit("assessment", actor) as session:
        return actions.take_opinion(session, actor, case, form=form)


def template_taken(actor: Actor) -> Made:
    with unit("assessment", actor) as session:
        return press.present(session, actor, OPINION, actions.PRESSES["opinion"])


def words_of(paper: Made) -> str:
    document = docx.Document(BytesIO(paper.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def text_of(paper: Made) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(paper.data)).pages)


def read(paper: Made) -> str:
    """Without blanks: a PDF breaks lines where they end."""
    return "".join((words_of(paper) if paper.form == "docx" else text_of(paper)).split())


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_the_form_says_all_that_was_said_and_decided(town: Town, sql, form, noticed: int):
    case, number = sql("select id, filing_number from assessment.leader_case order by id limit 1")[0]

    paper = taken(town.organiser, case, form)
    said = read(paper)

    assert paper.name == f"leader of 东村1组清河镇2025年度党小组长考核意见表.{form}"
    for words in (
        "清河镇2025年度党小组长考核意见表",
        "leaderof东村1组",
        "东村",
        "全年组织学习十二次。",
        "工作认真。",
        "建议等次：称职",
        f"备案号：{number}",
        "备案日期：2025年12月1日",
        "评定等次：称职",
        "会议研究决定。",
        "党支部书记（签名）",
        "（盖章）",
        "党委负责人（签名）",
        "本人（签名）",
    ):
        assert "".join(words.split()) in said, words
    for name in ("学习", "党小组会", "组织生活会", "主题党日", "党员到会", "党课加分", "长期不开展组织生活"):
        assert name in said
    total, why = sql("select total, items->>'study' from assessment.sheet where case_id = %s", case)[0]
    assert f"总分{total / 100:.2f}".rstrip("0").rstrip(".") in said
    assert "{{" not in said
    assert why is None or f"{int(why) / 100:.2f}".rstrip("0").rstrip(".") in said


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_what_is_not_there_yet_is_left_to_the_pen(steps: Steps, town: Town, form):
    case = steps.cases(steps.open())[0]

    said = read(taken(town.leader("东村1组"), case, form))

    assert "评定等次：" in said
    assert "None" not in said
    assert "不予评定" not in said


def test_a_grade_stands_in_the_form_only_once_it_is_decided(steps: Steps, town: Town, rated: int):
    case = steps.cases(rated)[0]
    assert "不予评定" not in read(taken(town.committee, case, "docx"))

    steps.decide(case, None, "年中调离。")

    assert "评定等次：本年度不予评定理由：年中调离。" in read(taken(town.committee, case, "docx")).replace("\n", "")


def test_a_reason_is_never_empty_and_that_of_a_veto_is_its_rule(steps: Steps, town: Town, sql):
    lazy = town.units["东村1组"]

    def tally(group: int, seed: int):
        found = good_tally(group, seed)
        return (
            found | {"done_group_meeting": 0, "months_group_meeting": 0, "ids": found["ids"] | {"group_meeting": []}}
            if (group == lazy)
            else found
        )

    steps.activities.tally = tally
    vetoed, good = steps.cases(steps.to_rating())[:2]
    steps.decide(vetoed, Grade.INCOMPETENT, None)
    sql("update assessment.cycle set quota_tied = 0")  # nobody stands at the line
    steps.decide(good, Grade.EXCELLENT, None)

    assert "理由：一票否决：长期不开展组织生活，缺12次，达到6次，按规定评为不称职。" in read(
        taken(town.committee, vetoed, "docx")
    )
    assert "理由：按计分等次评定，总分" in read(taken(town.committee, good, "pdf"))
    with unit("assessment", town.organiser) as session:
        book = actions.take_results(session, town.organiser, sql("select max(id) from assessment.cycle")[0][0]).data
    rows = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()[3:]
    whys = {row[3]: row[HEADER.index("理由")] for row in rows}
    assert whys["leader of 东村1组"] == "一票否决：长期不开展组织生活，缺 6 次及以上，不论总分，评为不称职。"
    assert whys["leader of 东村2组"].startswith("按计分等次评定，总分 ")
    assert whys["leader of 东村3组"] in (None, "")


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_whatever_was_written_stays_text(steps: Steps, town: Town, form):
    case = steps.cases(steps.open())[0]
    secretary = town.secretary("东村")
    with unit("assessment", secretary) as session:
        nominate(session, secretary, case, Nomination(self_statement=TRICKS, grade=Grade.EXCELLENT, reasons="=1+1"))

    said = read(taken(secretary, case, form))

    assert "".join(TRICKS.split()) in said
    assert "=1+1" in said


def test_those_who_see_the_case_take_it_and_it_is_on_the_record(steps: Steps, town: Town, sql):
    case = steps.cases(steps.open())[0]
    for actor in (town.leader("东村1组"), town.secretary("东村"), town.organiser, town.committee):
        taken(actor, case, "docx")

    for actor in (town.outsider, town.secretary("西村"), town.leader("东村2组")):
        with pytest.raises(OutOfReach):
            taken(actor, case, "pdf")
    told = sql("select subject, body->>'form' from office.happening where fact = 'OpinionTaken'")
    assert told == [(f"case:{case}", "docx")] * 4


def test_the_template_that_ships_names_its_blanks():
    document = docx.Document(BytesIO(blank_form()))

    words = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "{{本人总结}}" in words
    assert "{{#各项指标}}{{指标}}" in words


def own_template(*lines: str) -> None:
    """The office has put a template of its own into the data folder."""
    place = settings().data / actions.OWN_TEMPLATE
    place.parent.mkdir(parents=True, exist_ok=True)
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(place))


def test_the_office_may_edit_the_text_around_the_blanks(steps: Steps, town: Town):
    case = steps.cases(steps.open())[0]
    own_template("我镇自定的意见表", "{{ person }}，{{ year }}", "{% for item in items %}{{ item.name }}{% endfor %}")

    said = words_of(taken(town.organiser, case, "docx"))

    assert said.startswith("我镇自定的意见表\nleader of 东村1组，2025年度")
    assert docx.Document(BytesIO(template_taken(town.organiser).data)).paragraphs[0].text == "我镇自定的意见表"
    with pytest.raises(NotYours):
        template_taken(town.secretary("东村"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{{ nobody }}", "不认识的填空"),
        ("{{ person", "填空的写法不对"),
        ("{% for %}", "只能有填空"),
        ("{{ person.__class__.__mro__ }}", "只能有填空"),
        ("{% for one in range(10000000) %}{% endfor %}", "只能有填空"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused_with_its_fault(steps: Steps, town: Town, line: str, said: str):
    case = steps.cases(steps.open())[0]
    own_template(line)

    with pytest.raises(Invalid, match=said):
        taken(town.organiser, case, "docx")
    assert taken(town.organiser, case, "pdf").data.startswith(b"%PDF")


def test_a_file_that_is_no_word_document_is_refused(steps: Steps, town: Town):
    case = steps.cases(steps.open())[0]
    own_template("x")
    (settings().data / actions.OWN_TEMPLATE).write_bytes(b"not a document")

    with pytest.raises(Invalid, match="打不开"):
        taken(town.organiser, case, "docx")
