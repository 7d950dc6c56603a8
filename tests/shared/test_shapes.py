"""A day that somebody gives is the same however it is written; a word is what people see of it."""

import json
import re
from datetime import date
from typing import Annotated
from urllib.parse import quote

import pytest
from pydantic import StringConstraints, ValidationError
from starlette.requests import Request

from shared import files
from shared.shapes import Day, Id, Shape
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


class Named(Shape):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=9)]
    on: Day | None = None


@pytest.mark.parametrize(
    "typed", ["王芳", " 王芳 ", "王\u200b芳", "王 ", "\u200b王\u200b", "\u3000\x00\u2028\n", "", "𠮷万", *HIDDEN]
)
def test_the_description_of_a_word_calls_valid_what_is_taken_and_nothing_else(typed: str):
    told = Named.model_json_schema()["properties"]["name"]

    assert bool(re.search(told["pattern"], typed)) is taken(Named, name=typed)


def test_the_description_of_a_day_calls_every_day_valid_that_is_taken_and_no_other():
    (told, _) = Named.model_json_schema()["properties"]["on"]["anyOf"]
    days = {
        f"{year}-{month:02}-{day:02}"
        for year in (*range(1896, 1905), *range(1995, 2005), *range(2096, 2105))
        for month in range(14)
        for day in range(33)
    }

    assert {day for day in days if re.search(told["pattern"], day)} == {day for day in days if taken(Given, on=day)}


@pytest.mark.parametrize(
    ("given", "number"), [(5, 5), (5.0, 5), ("5", None), (True, None), (5.5, None), (0, None), (2**63, None)]
)
def test_in_a_body_a_number_is_a_number_and_on_a_form_what_looks_like_one(given: object, number: int | None):
    assert taken(Numbered, id=given) is (number is not None)
    assert Numbered.model_validate({"id": "5"}, strict=False).id == 5


class Numbered(Shape):
    id: Id


def taken(shape: type[Shape], **given: object) -> bool:
    try:
        shape(**given)
    except ValidationError:
        return False
    return True


def a_form(body: str):
    request = Request({"type": "http", "headers": [(b"content-type", b"application/x-www-form-urlencoded")]})
    request.state.body = body.encode()
    return form_of(request)
