"""An office's own papers: what is published of them, papers to begin with, and Excel filled row by row."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from shared.errors import Invalid
from shared.files import KINDS
from shared.papers import PAPERS
from shared.papers.catalogue import LEDGER, RECORD, ROSTER
from shared.papers.kinds import Filled, PaperKind, sample_of
from shared.papers.making import as_excel, beginning, blanks_said, checked, filled, sheet_of

DOCS = Path(__file__).parents[2] / "docs" / "papers.md"


def published(kind: PaperKind) -> list[str]:
    """What docs/papers.md says of a kind."""
    rows = [f"| `{blank}` | `{{{{{key}}}}}` | {where or '—'} |" for blank, key, where in blanks_said(kind)]
    return [f"## {kind.title} (`{kind.key}`)", *rows]


@pytest.mark.parametrize("kind", PAPERS.values(), ids=lambda kind: kind.key)
def test_the_published_list_has_every_field_of_every_paper(kind: PaperKind):
    said = DOCS.read_text(encoding="utf-8").splitlines()

    assert [line for line in published(kind) if line not in said] == []


@pytest.mark.parametrize("kind", PAPERS.values(), ids=lambda kind: kind.key)
def test_a_paper_to_begin_with_may_be_used_as_it_is(kind: PaperKind):
    template = beginning(kind)

    assert checked(kind, template) == kind.form
    assert kind.form in KINDS
    assert filled(kind, template, [sample_of(kind)])


@pytest.mark.parametrize("kind", PAPERS.values(), ids=lambda kind: kind.key)
def test_no_two_fields_of_a_paper_have_one_name(kind: PaperKind):
    for blanks in (kind.blanks, *(rows.blanks for rows in kind.rows)):
        names = [*(each.key for each in blanks), *(each.word for each in blanks)]
        assert len(set(names)) == len(names)


def book_of(rows: Sequence[Sequence[Any]], *, merged: str = "", footer: str = "") -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(at, column, value)
        if merged:
            sheet.merge_range(merged, "合计{{合计}}")
        if footer:
            sheet.set_footer(footer)
    return target.getvalue()


def rows_of(data: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()


def ledger(count: int) -> Filled:
    rows = [{"seq": number, "topic": f"第{number}次", "group": "第一党小组"} for number in range(1, count + 1)]
    return Filled({"title": "东岭村台账", "total": "三次"}, {"records": rows})


OWN = [["{{标题}}", "", ""], ["序号", "小组", "议题"], ["{{#台账}}{{序号}}", "{{所属党小组}}", "{{会议议题}}{{/台账}}"]]


def test_an_excel_paper_repeats_its_row_and_moves_what_stands_below():
    template = book_of(OWN, merged="A5:C5", footer="&C{{标题}}")
    assert checked(LEDGER, template) == "xlsx"

    made = rows_of(filled(LEDGER, template, [ledger(3)]))

    assert made[:5] == [
        ["东岭村台账", "", ""],
        ["序号", "小组", "议题"],
        [1.0, "第一党小组", "第1次"],
        [2.0, "第一党小组", "第2次"],
        [3.0, "第一党小组", "第3次"],
    ]
    assert made[6][0] == "合计三次"
    assert [row[0] for row in rows_of(filled(LEDGER, template, [ledger(0)]))][:2] == ["东岭村台账", "序号"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*OWN, ["=SUM(A1:A3)"]], "模板里有公式（A4）"),
        ([*OWN, ["{{颜色}}"]], r"不认识的填空：\{\{ 颜色 \}\}"),
        ([["{{#台账}}{{序号}}", "{{会议议题}}"]], "没有对应的「{{/台账}}」"),
        ([["{{标题}}"]], r"缺少必须有的填空：台账 \{\{ records \}\}"),
    ],
)
def test_an_excel_paper_that_is_not_fit_is_refused_with_what_to_change(rows: list[list[str]], said: str):
    with pytest.raises(Invalid, match=said) as refused:
        checked(LEDGER, book_of(rows))
    assert refused.value.field == "file"


def test_a_list_as_it_ships_leaves_out_what_was_not_asked_for_and_holds_no_formula():
    rows = [{"seq": 1, "name": "=1+1", "id_number": "330102198506123456", "phone": "13900001234"}]

    made = rows_of(
        as_excel([sheet_of(ROSTER, Filled({}, {"members": rows}), without=frozenset({"id_number", "phone"}))])
    )

    assert not {"身份证号码", "联系电话"} & set(made[2])
    assert made[3][made[2].index("姓名")] == "=1+1"


# --- what a template may do besides ---


def with_inside(document: bytes, part: str, old: str, new: str) -> bytes:
    """A document with something put in a part of it, which is made where it is not there."""
    made = BytesIO()
    with ZipFile(BytesIO(document)) as source, ZipFile(made, "w") as target:
        parts = {name: source.read(name) for name in source.namelist()}
        parts[part] = parts.get(part, old.encode()).replace(old.encode(), new.encode(), 1)
        for name, data in parts.items():
            target.writestr(name, data)
    return made.getvalue()


def char(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def told(*pieces: str) -> str:
    return "".join(f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in pieces)


def field(*pieces: str, shown: str = "") -> str:
    return f"{char('begin')}{told(*pieces)}{char('separate')}{shown}{char('end')}"


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PAGE = field(" PAGE ")


def in_word(inside: str, part: str = "word/document.xml") -> bytes:
    document = beginning(RECORD)
    if part == "word/document.xml":
        return with_inside(document, part, "</w:body>", f"<w:p>{inside}</w:p></w:body>")
    return with_inside(document, part, "x", f"<w:hdr {W}><w:p>{inside}</w:p></w:hdr>")


@pytest.mark.parametrize(
    "inside",
    [
        PAGE + field(" D", "DEAUTO c:\\x "),
        field(" INCLUDE", 'PICTURE "http://there.test/a.png" '),
        f"{char('begin')}{field('QUOTE D')}{told('DEAUTO c:x')}{char('end')}",
        f"{char('begin')}{told('DDE', 'AUTO c:x')}{char('end')}",
        f"{char('begin')}{told('PAGE')}{field('QUOTE x')}{told(' 1')}{char('separate')}{char('end')}",
        PAGE + '<w:fldSimple w:instr="INCLUDETEXT c:x"/>',
        told("LINK c:x"),
        field(' HYPERLINK "http://there.test" \\l "place" '),
        field(" RD c:x "),
        field(" PAGE ", shown=field(" IMPORT c:x ")),
        '<w:altChunk r:id="rId9" xmlns:r="r"/>',
    ],
)
def test_no_field_of_a_word_paper_takes_anything_from_elsewhere_however_it_is_cut(inside: str):
    for part in ("word/document.xml", "word/header77.xml", "word/further/part.xml", "else/where.dat"):
        with pytest.raises(Invalid, match=r"链接到别处|嵌有别的文件"):
            checked(RECORD, in_word(inside, part))


def test_a_word_paper_may_number_its_pages_and_lead_to_its_own_places():
    toc = field(' TOC \\o "1-3" \\h ', shown=field(' HYPERLINK \\l "_Toc1" ', shown=field(" PAGEREF _Toc1 \\h ")))
    rest = '<w:fldSimple w:instr=" NUMPAGES "/>' + field("P", "AGE \\* MERGEFORMAT") + field("DATE\\@yyyy")

    assert checked(RECORD, in_word(toc + rest)) == "docx"


SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"


@pytest.mark.parametrize(
    ("part", "before", "put"),
    [
        (BOOK, "<calcPr", '<definedNames><definedName name="x">WEBSERVICE("http://there.test")</definedName></definedNames>'),
        (BOOK, "<calcPr", "<definedNames><definedName name=\"_xlnm.Print_Titles\">cmd|'/c x'!A1</definedName></definedNames>"),
        (SHEET, "<pageMargins", "<dataValidations><dataValidation><formula1>INDIRECT(A1)</formula1></dataValidation></dataValidations>"),
        (SHEET, "<pageMargins", "<dataValidations><dataValidation><formula1>1</formula1><formula2>A1+1</formula2></dataValidation></dataValidations>"),
        (SHEET, "<pageMargins", "<conditionalFormatting><cfRule><formula>MOD(ROW(),2)</formula></cfRule></conditionalFormatting>"),
        (SHEET, "<pageMargins", '<conditionalFormatting><cfvo type="formula" val="NOW()"/></conditionalFormatting>'),
        ("xl/charts/chart1.xml", "<", "<c><f>RTD(1)</f></c>"),
        ("xl/drawings/drawing1.xml", "<", '<sp textlink="HYPERLINK(1)"/>'),
        ("xl/sheets/other.xml", "<", "<c><f>NOW()</f></c>"),
    ],
)  # fmt: skip
def test_no_formula_of_an_excel_paper_hides_outside_its_cells(part: str, before: str, put: str):
    template = with_inside(book_of(OWN), part, before, put if before == "<" else put + before)

    with pytest.raises(Invalid, match="模板里有公式"):
        checked(LEDGER, template)


def test_an_excel_paper_may_name_ranges_and_offer_a_list_of_words():
    names = "".join(
        f'<definedName name="{name}">{said}</definedName>'
        for name, said in (
            ("_xlnm.Print_Titles", "'党员 台账'!$A:$B,Sheet1!$1:$3"),
            ("heads", "台账!$A$1:$C$3"),
            ("_xlfn.IFERROR", "#NAME?"),
        )
    )
    lists = '<dataValidations><dataValidation><formula1>"是,否"</formula1><formula2>12.5</formula2></dataValidation></dataValidations>'
    named = with_inside(book_of(OWN), BOOK, "<calcPr", f"<definedNames>{names}</definedNames><calcPr")

    assert checked(LEDGER, with_inside(named, SHEET, "<pageMargins", f"{lists}<pageMargins")) == "xlsx"
