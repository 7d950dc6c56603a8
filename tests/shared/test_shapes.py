"""A day that somebody gives is the same however it is written; a word is what people see of it."""

import json
from datetime import date
from urllib.parse import quote

import pytest
from pydantic import ValidationError
from starlette.requests import Request

from shared import files
from shared.shapes import Day, Shape
from shared.tables.cells import cell_of
from shared.web.forms import form_of


class Given(Shape):
    on: Day | None = None


@pytest.mark.parametrize(
    "typed",
    [
        *("2026-02-01", "2026年2月1日", "2026年02月01号", "2026.2.1", "2026/2/1", "2026。2。1", "20260201"),
        *("２０２６－０２－０１", "２０２６年２月１日", "２０２６０２０１", "二〇二六年二月一日", " 2026 2 1 "),
    ],
)
def test_a_day_is_the_same_however_it_is_written(typed: str):
    assert Given(on=typed).on == date(2026, 2, 1)


@pytest.mark.parametrize("given", [0, 20260201, 1.5, True, [], "1", "260201", "26.2.1", "2026年2月", "明天", "\0"])
def test_what_is_no_day_is_told_how_to_write_one(given: object):
    with pytest.raises(ValidationError, match="例如2026年2月1日"):
        Given(on=given)


@pytest.mark.parametrize("typed", ["2026-02-30", "2026年13月1日", "20260230"])
def test_a_day_that_no_calendar_has_is_said_to_be_none(typed: str):
    with pytest.raises(ValidationError, match="没有这一天"):
        Given(on=typed)


HIDDEN = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u061c\u00ad\u180e\ufeff\u3164\U000e0041\x00\x07\x9b"
)


class Written(Shape):
    name: str
    lines: list[str] | None = None
    under: dict[str, str] | None = None


@pytest.mark.parametrize("sign", HIDDEN)
def test_no_word_that_comes_in_holds_a_sign_that_nobody_sees(sign: str):
    typed = f"王{sign}芳"

    by_json = Written.model_validate_json(json.dumps({"name": typed, "lines": [typed], "under": {"一": typed}}))
    assert by_json == Written(name=typed, lines=[typed], under={"一": typed})
    assert (by_json.name, by_json.lines, by_json.under) == ("王芳", ["王芳"], {"一": "王芳"})
    assert files.shown_name(f"{typed}.jpg", "jpg") == "王芳.jpg"
    assert cell_of(typed, 1, 1).text == "王芳"
    assert [value for _, value in a_form(f"name={quote(typed)}").entries] == ["王芳"]


@pytest.mark.parametrize("name", ["阿依古丽·买买提", "王䶮", "𠮷万良", "葛\U000e0100", "王\ue863", "一行\n二行\t三"])
def test_rare_characters_dots_and_ends_of_lines_stay(name: str):
    assert Written(name=name).name == name


def a_form(body: str):
    request = Request({"type": "http", "headers": [(b"content-type", b"application/x-www-form-urlencoded")]})
    request.state.body = body.encode()
    return form_of(request)
