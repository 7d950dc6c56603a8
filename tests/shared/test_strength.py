"""Passwords that are easy to guess are refused with what is wrong; a sentence of one's own is not."""

from datetime import date

import pytest
from zxcvbn_rs_py import zxcvbn

from shared.access import strength
from shared.errors import Invalid

LOGIN = "sj_lu"
KNOWN = (
    "陆明",
    *strength.name_words("lu ming"),
    *strength.born_words(date(1978, 3, 5)),
    *strength.place_words("donglingcundangzhibu"),
    *strength.place_words("qingxizhen"),
)


def told(password: str) -> str:
    with pytest.raises(Invalid) as refused:
        strength.check(password, LOGIN, KNOWN)
    assert refused.value.field == "password"
    return str(refused.value)


def test_a_day_a_name_and_a_place_are_known_as_people_type_them():
    assert list(strength.born_words(date(1978, 3, 5))) == ["19780305", "780305", "0305", "197835", "305"]
    assert list(strength.name_words("lu xi'ao ming")) == ["luxiaoming", "xiaoming", "xiaominglu", "lu"]
    assert list(strength.name_words("ouyang")) == ["ouyang", "", "ouyang", "ouyang"]
    assert list(strength.place_words("donglingcundangzhibu")) == ["donglingcun", "dongling"]
    assert list(strength.place_words("xihecunzhibu")) == ["xihecun", "xihe"]
    for kind in ("zhen", "xiang", "shequ"):
        assert list(strength.place_words(f"cun{kind}")) == [f"cun{kind}", "cun"]
    assert list(strength.place_words("zhencundangxiao")) == ["zhencundangxiao"]


def test_a_word_of_three_letters_is_known_of_him_and_so_is_a_single_chinese_sign(monkeypatch: pytest.MonkeyPatch):
    known: list[str] = []

    def judging(password: str, words: list[str]) -> object:
        known.extend(words)
        return zxcvbn(password, words)

    monkeypatch.setattr(strength, "zxcvbn", judging)

    strength.check("kT9#vq2Lx8", "SJ_Lu", ["Qzw", "qz", "白"])

    assert known == ["sj_lu", "qzw", "白", *strength.common()]


def test_five_different_signs_are_not_few():
    assert strength.AGAIN in told("aQ9#" * 3)
    strength.check("xQ8#~8Q#~x", LOGIN, ())


@pytest.mark.parametrize(
    ("reason", "weak"),
    [
        ("至少10位", "kT9#vq2Lx"),
        ("很多人都在用", "woaini5201314"),
        ("很多人都在用", "woaini@5201314"),
        ("很多人都在用", "aini1314520"),
        ("很多人都在用", "dangxiaozu123"),
        ("很多人都在用", "woaizhongguo1949"),
        ("很多人都在用", "buwangchuxin2025"),
        ("很多人都在用", "Password@123"),
        ("很多人都在用", "qwertyuiop12"),
        ("很多人都在用", "1qaz@WSX3edc"),
        ("认识您的人", "luming19780305"),
        ("认识您的人", "LuMing@1978"),
        ("认识您的人", "donglingcun2025"),
        ("认识您的人", "Qingxi@2025"),
        ("认识您的人", "1978030519780305"),
        ("认识您的人", "sj_lu20250101"),
        ("认识您的人", "kT9#vq2Lx8sj_lu"),
        ("键盘上挨着", "asdfghjkl;123"),
        ("连着的", "abcdefghijk1"),
        ("重复", "陆陆陆陆陆陆陆陆陆陆"),
        ("重复", "abcabcabcabc12"),
        ("年份和日期", "2019-12-08 8"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_with_what_is_wrong(reason: str, weak: str):
    assert reason in told(weak)


@pytest.mark.parametrize(
    "own",
    ["清河的水向东流 1949", "womenjiaderoujiazuihaochi", "laoniuguohebuhuitou", "kT9#vq2Lx8", "hongshao-rou-2-wan"],
)
def test_a_sentence_of_ones_own_is_taken(own: str):
    strength.check(own, LOGIN, KNOWN)


def test_of_a_long_one_the_beginning_is_judged_so_that_it_costs_no_more_than_a_line():
    assert "重复" in told("abc" * 30 + "kT9#vq2Lx8" * 100)


def test_the_list_of_common_ones_says_each_once_as_it_is_typed():
    words = strength.common()

    assert len(set(words)) == len(words) > 200
    assert all(word == word.lower().strip() for word in words)
