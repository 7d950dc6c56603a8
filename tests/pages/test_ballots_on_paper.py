"""A vote on paper at its pages: by plain requests, and once in a real browser, with tellers who differ first."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import psycopg
import pytest
from pypdf import PdfReader

from shared.settings import settings
from tests.browsing import DESK, PHONE, Desk, Visitor
from tests.pages.looks import flaws_at
from tests.town import DONGLING, FIRST

LIST = "/assessment/ballots"
TITLE = "选举第一党小组组长"
NUMBERS = {"present": 5, "issued": 5, "returned": 5, "valid": 5, "invalid": 0}
TWO = NUMBERS | {"yes.1": 4, "no.1": 1, "neither.1": 0, "yes.2": 1, "no.2": 3, "neither.2": 1}


@pytest.fixture
def sql(town) -> Callable[..., list[tuple]]:
    """Ask the database as its owner."""

    def ask(question: str) -> list[tuple]:
        with psycopg.connect(settings().migrate_database_url) as connection:
            return connection.execute(question).fetchall()

    return ask


def call(secretary: Visitor, town, *names: str, title: str = TITLE):
    """The secretary calls an election in the first group; where it then stands."""
    page = secretary.get(f"{LIST}/new?unit_id={town.groups[DONGLING, FIRST]}")
    return secretary.submit(page, "call", title=title, candidates=[town.people[name] for name in names])


def opened(secretary: Visitor, town, *names: str) -> str:
    """The same, opened, with 许安 and 何闲 who count; its address."""
    here = call(secretary, town, *names).address
    tellers = {"first_teller": town.people["许安"], "second_teller": town.people["何闲"]}
    secretary.submit(secretary.get(f"{here}/opening"), "opening", **tellers)
    return here


def test_an_election_goes_from_its_call_to_its_result_at_the_pages(visit, town):
    secretary, first, second = visit("dongling"), visit("member"), visit("negligent")
    page = call(secretary, town, "白梅", "宋平")
    assert "待投票" in page.text
    assert "1次投票待开始" in secretary.get("/activities/todos").text
    here = page.address

    page = secretary.get(f"{here}/opening")
    page = secretary.submit(
        page,
        "opening",
        first_teller=town.people["许安"],
        second_teller=town.people["何闲"],
        approved_by="支部党员大会",
        approved_on="2025-03-03",
        **{f"out.{town.people['钱老根']}": "bedridden"},
    )
    assert "应到会5人" in page.text
    assert "长期卧病在床" in page.text

    assert TITLE in first.get(LIST).text
    page = first.submit(first.get(f"{here}/count"), "count", **TWO)
    assert "等另一名计票人" in first.get(f"{here}/count").text
    assert "白梅：赞成" not in secretary.get(here).text
    page = second.submit(second.get(f"{here}/count"), "count", **TWO | {"yes.1": 3, "no.1": 2})
    page = secretary.get(here)
    assert "两份计票不一致" in page.text
    assert page.root.xpath("//tr[th='白梅：赞成']/td/text()") == ["4", "3"]

    second.submit(second.get(f"{here}/count"), "count", **TWO)
    page = secretary.submit(secretary.get(here), "declaration")
    assert "已宣布结果" in page.text
    assert "当选" in page.text


def test_two_of_one_name_are_told_apart_wherever_one_is_chosen_or_counted(visit, town, sql):
    who, other = town.people["白梅"], town.people["宋平"]
    sql(f"update office.person set name = '白梅', born_on = '1980-05-01' where id = {other} returning id")
    sql(f"update office.person set born_on = '1971-02-01' where id = {who} returning id")
    one, another = "白梅（第一党小组，1971年生）", "白梅（第一党小组，1980年生）"
    secretary = visit("dongling")
    for kind in ("", "whole"):  # a group's election, and the general form of the branch
        unit = town.units[DONGLING] if kind else town.groups[DONGLING, FIRST]
        form = secretary.get(f"{LIST}/new?unit_id={unit}")
        assert one in form.text
        assert another in form.text
    page = call(secretary, town, "白梅")
    opening = secretary.get(f"{page.address}/opening")
    assert opening.text.count(another) >= 3  # to be left out, and twice among those who may count
    tellers = {"first_teller": town.people["许安"], "second_teller": town.people["何闲"]}
    secretary.submit(opening, "opening", **tellers)
    count = visit("member").get(f"{page.address}/count").text
    assert one in count
    assert another in count  # who may be written in
    for paper in ("ballot_paper", "vote_method"):
        answer = secretary.client.get(f"{page.address}/papers/{paper}")
        assert one in "".join(text_of(answer.content))


def test_a_count_that_cannot_be_comes_back_as_it_was_typed_with_what_to_do(visit, town):
    here = opened(visit("dongling"), town, "白梅", "宋平")
    first = visit("member")

    page = first.submit(first.get(f"{here}/count"), "count", 422, **TWO | {"yes.2": 2})

    assert "加起来是6" in page.text
    assert page.root.xpath('//input[@name="yes.1"]/@value') == ["4"]
    page = first.submit(first.get(f"{here}/count"), "count", 422, **TWO | {"valid": "五", "yes.2": ""})
    assert page.text.count("请填一个数字，没有就填 0。") >= 2


def test_whoever_has_no_account_counts_by_a_slip_that_opens_nothing_afterwards(visit, town):
    secretary, first = visit("dongling"), visit("member")
    here = opened(secretary, town, "白梅", "宋平")
    page = secretary.submit(secretary.get(here), "slip-2")
    (code,) = page.root.xpath("//code/text()")
    assert code not in secretary.get(here).text

    nobody = visit()
    page = nobody.submit(nobody.get("/assessment/count-slip"), "slip-code", 422, code="ABCD-EFGH-JKMN")
    assert "字条上的字不正确" in page.text
    page = nobody.submit(nobody.get("/assessment/count-slip"), "slip-code", code=code.lower())
    assert "填写计票" in page.text
    page = nobody.submit(page, "count", 422, **TWO | {"issued": 6})
    assert "比实到5人还多" in page.text
    page = nobody.submit(nobody.get("/assessment/count-slip"), "count", **TWO)
    assert "等另一名计票人" in page.text

    first.submit(first.get(f"{here}/count"), "count", **TWO)
    assert "计票一致" in secretary.get(here).text
    assert "字条上的字" in nobody.get("/assessment/count-slip").text


def test_both_slips_typed_in_one_browser_are_said_where_the_result_is(visit, town):
    secretary, nobody = visit("dongling"), visit()
    here = opened(secretary, town, "白梅", "宋平")
    for place in (1, 2):
        page = secretary.submit(secretary.get(here), f"slip-{place}")
        (code,) = page.root.xpath("//code/text()")
        assert "://" in page.text.split("/assessment/count-slip")[0].split("打开")[-1]  # where it is, whole
        page = nobody.submit(nobody.get("/assessment/count-slip"), "slip-code", code=code)
        nobody.submit(page, "count", **TWO)

    page = secretary.submit(secretary.get(here), "declaration")
    assert "凭主持投票的人发的字条填的；两份计票是在同一台手机或者电脑上填的" in page.text
    assert "（凭字条）" in page.text


def test_what_was_refused_does_not_stand_there_as_elected(visit, town, sql):
    secretary = visit("dongling")
    here = opened(secretary, town, "白梅", "宋平")
    for login in ("member", "negligent"):
        teller = visit(login)
        teller.submit(teller.get(f"{here}/count"), "count", **TWO)
    secretary.submit(secretary.get(here), "declaration")
    sql("update assessment.ballot set refused = true, stage = 'void', why = '应到人数不对' returning id")

    text = secretary.get(here).text
    assert "计票结果没有被认可，不作数" in text
    assert "选出" not in text.replace("没有选出", "")


def test_a_field_that_the_page_did_not_make_is_refused_in_words(visit, town):
    secretary = visit("dongling")
    page = secretary.get(f"{call(secretary, town, '白梅').address}/opening")
    tellers = {"first_teller": town.people["许安"], "second_teller": town.people["何闲"]}
    said = {"approved_by": "镇党委", "approved_on": "2025-03-03"}
    assert secretary.submit(page, "opening", 422, **tellers, **said, **{"out." + "9" * 5000: "away"}).text
    secretary.get(f"{LIST}/{'9' * 30}", 404)


def test_an_outsider_sees_no_vote_and_whoever_may_not_calls_none(visit, town):
    here = opened(visit("dongling"), town, "白梅", "宋平")

    for login in ("outsider", "keeper", "steady"):
        visitor = visit(login)
        for address in (here, f"{here}/opening", f"{here}/count"):
            visitor.get(address, 404)
        assert TITLE not in visitor.get(LIST).text
    assert "发起投票" not in visit("member").get(LIST).text


def test_its_papers_are_printed_and_nothing_on_a_ballot_leads_to_a_person(visit, town, sql):
    secretary = visit("dongling")
    here = opened(secretary, town, "白梅", "宋平")

    def printed(paper: str) -> str:
        answer = secretary.client.get(f"{here}/papers/{paper}")
        assert answer.status_code == 200, answer.text
        return "\n".join(text_of(answer.content))

    method, ballot, tally = (printed(paper) for paper in ("vote_method", "ballot_paper", "vote_tally"))
    assert "到会人数不少于应到会有表决权的党员的半数" in method
    assert "白梅、宋平" in method
    assert ballot.index("白梅") < ballot.index("宋平") < ballot.index("（另选）")
    assert not any(name in ballot for name in ("许安", "何闲", "孙勤"))
    assert not any(sign.isdecimal() for sign in ballot.replace("2025年3月3日", ""))
    assert "应到会：6人" in tally
    assert secretary.client.get(f"{here}/papers/vote_report").status_code == 409

    for login in ("member", "negligent"):
        teller = visit(login)
        teller.submit(teller.get(f"{here}/count"), "count", **TWO)
    secretary.submit(secretary.get(here), "declaration")
    report = printed("vote_report")
    assert "发出票5张，收回票5张，有效票5张，废票0张" in report
    assert "当选：白梅" in report
    taken = sql("select body ->> 'paper' from office.happening where fact = 'PaperTaken' order by id")
    assert taken == [("vote_method",), ("ballot_paper",), ("vote_tally",), ("vote_report",)]

    answer = secretary.client.get(f"{here}/papers/ballot_paper?form=pdf")
    (page,) = PdfReader(BytesIO(answer.content)).pages
    said = page.extract_text()
    assert said.index("白梅") < said.index("宋平") < said.index("（另选）")
    assert not any(sign.isdecimal() for sign in said.replace("2025年3月3日", "").replace("— 1 —", ""))


def text_of(document: bytes) -> list[str]:
    """What one reads in a Word document."""
    found = docx.Document(BytesIO(document))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return [*(each.text for each in found.paragraphs[:1]), *cells, *(each.text for each in found.paragraphs[1:])]


PICTURES = os.environ.get("XIAOZU_PICTURES", "")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1440"])
def test_an_election_on_paper_whose_tellers_differ_first_in_a_real_browser(desk: Desk, town, size):
    chosen = {"size": size, "script": size == DESK}
    with desk.window("dongling", **chosen) as chair, desk.window("member", **chosen) as first:
        with desk.window("negligent", **chosen) as second:
            elect(chair, first, second, town)
        if size == DESK:
            here = chair.url
            assert [*flaws_at(chair, here), *flaws_at(first, f"{here}/count")] == []


def elect(chair, first, second, town) -> None:
    """Called, opened, counted and typed by two, counted again, announced."""
    chair.goto(f"{LIST}/new?unit_id={town.groups[DONGLING, FIRST]}")
    for name in ("白梅", "宋平"):
        chair.locator("label.option", has_text=name).locator("input").check()
    look(chair, "new")
    chair.get_by_role("button", name="发起投票").click()
    here = chair.url
    look(chair, "called")
    chair.get_by_role("link", name="开始投票").click()
    chair.locator("[name=first_teller]").select_option(label="许安")
    chair.locator("[name=second_teller]").select_option(label="何闲")
    look(chair, "opening")
    chair.get_by_role("button", name="开始投票").click()
    chair.get_by_text("计票人各自填写").wait_for()
    for teller, yes in ((first, 4), (second, 3)):
        typed(teller, here, yes)
    chair.goto(here)
    look(chair, "differs")
    assert chair.locator("tr", has_text="白梅：赞成").locator("td").all_inner_texts() == ["4", "3"]
    typed(second, here, 4)
    chair.goto(here)
    chair.get_by_role("button", name="宣布结果").click()
    chair.locator("h2", has_text="结果：选出").wait_for()
    assert "当选" in chair.locator("tr", has_text="白梅").first.inner_text()
    look(chair, "counted")


def typed(teller, here: str, yes: int) -> None:
    """One of the two fills in his page."""
    teller.goto(f"{here}/count")
    for name, value in (TWO | {"yes.1": yes, "no.1": 5 - yes}).items():
        teller.locator(f'[name="{name}"]').fill(str(value))
    look(teller, "count")
    teller.get_by_role("button", name="交计票").click()
    teller.locator("[role=status]", has_text="已交").wait_for()


def look(page, name: str) -> None:
    """A picture, where somebody wants to see it."""
    if PICTURES:
        width = page.viewport_size["width"]
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
