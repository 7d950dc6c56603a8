"""A roll as it comes in from a page: presence by exception, assertions of nobody beforehand, and a total that agrees."""

import pytest
from jinja2 import Environment, FileSystemLoader

from shared.errors import Invalid
from shared.rolls import agree, asserted, presence
from shared.web import Form
from shared.web.templates import TEMPLATES

ASKED = (1, 2, 3)


def form(*fields: tuple[str, str]) -> Form:
    return Form(entries=list(fields))


def test_whoever_is_not_named_was_there_and_whoever_was_not_has_his_reason():
    told = presence(
        form(("roll-1", "present"), ("roll-2", "ill"), ("roll-3", "apart"), ("roll-4", "came"), ("topic", "x"))
    )

    assert (told.away, told.came) == ({2: "ill"}, (4,))


def test_what_is_no_person_on_a_roll_is_passed_over():
    assert presence(form(("roll-", "ill"), ("roll-x", "ill"), ("rolls-1", "ill"))).away == {}


def test_of_nobody_is_anything_asserted_beforehand():
    with pytest.raises(Invalid, match="请勾选已交的党员；都已交的") as refused:
        asserted(form(), "paid", ASKED, said="已交")
    assert refused.value.field == "paid"
    assert asserted(form(("paid", "2")), "paid", ASKED, said="已交") == {2}
    assert asserted(form(("paid-all", "1")), "paid", ASKED, said="已交") == set(ASKED)
    assert asserted(form(("paid-all", "1"), ("paid", "3")), "paid", ASKED, said="已交") == {3}, "who was named is meant"


def test_whoever_left_meanwhile_is_not_asserted_of():
    with pytest.raises(Invalid, match="名单刚有变动"):
        asserted(form(("paid", "9")), "paid", ASKED, said="已交")


def test_the_counted_total_agrees_with_the_list_or_both_are_said():
    assert agree(1500, [500, 1000], unit="分") == 1500
    with pytest.raises(Invalid, match="清点的合计是 1400 分，名单合计是 1500 分"):
        agree(1400, [500, 1000], unit="分")


def test_on_the_page_nobody_is_ticked_beforehand_and_whoever_is_excused_cannot_be():
    class View:
        """What the macro asks of a view; nothing was typed."""

        def label(self, name: str, _label: str) -> str:
            return f"form-{name}"

        def flaw(self, _name: str) -> str:
            return ""

        def ticked(self, _name: str, _value: object, otherwise: bool = False) -> bool:
            return otherwise

    members = [{"person_id": 1, "name": "孙勤"}, {"person_id": 2, "name": "钱老根"}]
    source = '{% from "roll.html" import assertions with context %}{{ assertions("paid", "党费", "已交", members, {2: "aged"}, {"aged": "年老体弱"}, {1: "5 元"}) }}'
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)

    shown = environment.from_string(source).render(view=View(), members=members)

    assert " checked" not in shown
    assert 'name="paid-all"' in shown
    assert shown.count('name="paid" ') == 1
    assert "孙勤 <small>5 元</small>" in shown
    assert "钱老根：年老体弱，不计入" in shown
