"""Documents that people write are refused in their language, and nothing in them is guessed."""

from decimal import Decimal

import pytest
from pydantic import BaseModel, ConfigDict

from shared.documents import LARGEST, check_document, fingerprint, read_document
from shared.errors import Invalid


class Leaf(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    rate: Decimal


class Tree(BaseModel):
    model_config = ConfigDict(extra="forbid")

    leaves: list[Leaf]


def read(text):
    return read_document(text, Tree, title="文件")


def refusal(text):
    with pytest.raises(Invalid) as refused:
        read(text)
    return refused.value.detail


def test_a_fraction_is_what_was_written():
    assert read("leaves: [{name: a, rate: 0.1}]").leaves[0].rate == Decimal("0.1")


def test_the_place_and_the_problem_are_named_in_chinese():
    said = refusal("leaves: [{name: a, rate: 1}, {name: b, rat: 1}]")

    assert said == "文件有误：第 1 行，leaves.2.rate：缺少这一项；第 1 行，leaves.2.rat：没有这个项目，请检查拼写。"


def test_the_line_is_named_on_which_it_stands():
    said = refusal("leaves:\n  - name: a\n    rate: 1\n  - name: b\n    rate: x\n  -\n    name: c\n")

    assert "第 5 行，leaves.2.rate：" in said
    assert "第 7 行，leaves.3.rate：缺少这一项" in said


def test_what_comes_without_a_text_has_no_lines():
    with pytest.raises(Invalid, match=r"文件有误：leaves\.1\.rate：缺少这一项。"):
        check_document({"leaves": [{"name": "a"}]}, Tree, title="文件")


def test_many_problems_are_counted_and_not_all_told():
    assert "还有 5 处" in refusal("leaves: [{}, {}, {}, {}, {}]")


def test_a_key_that_stands_twice_is_refused():
    assert refusal("leaves: []\nleaves: []") == "文件读不懂：第 2 行第 1 列，「leaves」写了两次。"


def test_a_file_that_would_blow_up_is_refused():
    assert "不能使用引用" in refusal("a: &a [1]\nleaves: [*a, *a]")


def test_an_unhashable_key_is_refused():
    assert "读不懂" in refusal("? [1]\n: 2")
    assert "读不懂" in refusal("? {a: 1}\n: 2")


@pytest.mark.parametrize("text", ["[", "!!python/object:os.system {}", "[" * 3000, "2025-13-45", "\x00"])
def test_what_is_no_plain_document_is_refused(text):
    assert refusal(text).startswith("文件读不懂：")


@pytest.mark.parametrize("text", ["", "3", "[]", "leaves: 3"])
def test_what_has_another_shape_is_refused(text):
    assert refusal(text).startswith("文件有误：")


def test_a_file_that_is_too_long_is_not_even_read():
    assert "太长" in refusal("#" * (LARGEST + 1))


def test_data_is_held_against_the_same_shape():
    with pytest.raises(Invalid, match="leaves：缺少这一项"):
        check_document({}, Tree, title="文件")


def test_the_same_content_has_the_same_fingerprint():
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})
