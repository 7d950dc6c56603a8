"""A vote on paper at its pages: by plain requests, and once in a real browser, with tellers who differ first."""

from tests.browsing import Visitor
from tests.town import DONGLING, FIRST

LIST = "/assessment/ballots"
TITLE = "选举第一党小组组长"
NUMBERS = {"present": 5, "issued": 5, "returned": 5, "valid": 5, "invalid": 0}
TWO = NUMBERS | {"yes.1": 4, "no.1": 1, "neither.1": 0, "yes.2": 1, "no.2": 3, "neither.2": 1}


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


def test_an_outsider_sees_no_vote_and_whoever_may_not_calls_none(visit, town):
    here = opened(visit("dongling"), town, "白梅", "宋平")

    for login in ("outsider", "keeper", "steady"):
        visitor = visit(login)
        for address in (here, f"{here}/opening", f"{here}/count"):
            visitor.get(address, 404)
        assert TITLE not in visitor.get(LIST).text
    assert "发起投票" not in visit("member").get(LIST).text
