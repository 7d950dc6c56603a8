"""The poster on paper: as many leaders as a township has, on few sheets, each with its headings."""

from collections.abc import Callable
from io import BytesIO
from unicodedata import normalize

import pytest
from lxml import html
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.assessment.cases.pages.steps import decided
from tests.browsing import Desk, Visitor
from tests.town import Town

SIXTY, TWO_HUNDRED = 60, 200
# The named world has six leaders: their rows again, as the template would have them.
AS_MANY = """many => {
  const body = document.querySelector(".poster tbody"), row = body.rows[0];
  body.replaceChildren(...Array.from({ length: many }, (_, number) => {
    const one = row.cloneNode(true), said = (words) => words[number % words.length];
    one.cells[0].textContent = said(["东岭村党支部", "西河村党支部", "南坪社区第一党支部", "青龙山林场党支部", "石桥村党支部"]);
    one.cells[1].textContent = said(["第一党小组", "第二党小组", "茶叶合作社党小组", "第四党小组"]);
    one.cells[2].textContent = said(["孙勤", "欧阳志强", "何闲", "阿依古丽·买买提", "冯实", "曹进", "贾真"]) ;
    one.cells[3].textContent = said(["优秀", "称职", "不称职"]);
    return one;
  }));
  document.querySelector(".poster").classList.add("many");
}"""


@pytest.fixture
def poster(visit: Callable[..., Visitor], rated: str, december: None) -> str:
    """The address of a year's notice."""
    organiser = visit("organiser")
    decided(visit("committee"), rated)
    organiser.submit(organiser.get(rated), "publish")
    return f"{rated}/notice"


def printed(page: Page, rows: int) -> list[str]:
    """The sheets, as text without blanks."""
    page.evaluate(AS_MANY, rows)
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    return ["".join(normalize("NFKC", sheet.extract_text()).split()) for sheet in sheets]


def test_sixty_leaders_stand_on_two_sheets_and_each_column_has_its_headings(desk: Desk, poster: str):
    with desk.window("organiser") as page:
        page.goto(poster)
        sixty, many = printed(page, SIXTY), printed(page, TWO_HUNDRED)

    assert len(sixty) == 2
    assert [sheet.count("支部党小组姓名等次") for sheet in (*sixty, *many)] == [2] * (len(sixty) + len(many))
    assert sum(sheet.count("称职") + sheet.count("优秀") for sheet in many) == TWO_HUNDRED
    assert all("予以保密。中共" in last and last.endswith("日") for last in (sixty[-1], many[-1]))
    assert "分数" not in "".join(many)


def test_few_leaders_stand_large_on_one_sheet(desk: Desk, poster: str):
    with desk.window("organiser") as page:
        page.goto(poster)
        assert page.locator(".poster.many").count() == 0
        assert len(PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages) == 1


def test_a_notice_stays_as_it_was_posted_whatever_is_called_otherwise_later(visit, poster: str, town: Town):
    organiser = visit("organiser")
    posted = html.tostring(organiser.get(poster).root.find(".//article"))
    for unit_id, new in (
        (town.units["东岭村党支部"], "啊岭村党支部"),
        (town.groups["东岭村党支部", "第一党小组"], "哦村党小组"),
    ):
        page = organiser.get(f"/activities/register/units/{unit_id}")
        organiser.submit(page, "rename", name=new)

    assert html.tostring(organiser.get(poster).root.find(".//article")) == posted
    assert "啊岭村党支部" in organiser.get("/activities/register").text
