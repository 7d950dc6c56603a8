"""The shapes that every door shares: what goes in and out, pages of rows, and what went wrong."""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from shared.shapes import ID_FORMAT, ID_MAX, NOT_A_DAY, Shape, UrlId

__all__ = ["ID_FORMAT", "Page", "Paged", "Paging", "Problem", "Shape", "UrlId", "paging"]

Row = TypeVar("Row")
PAGE_ROWS = 50


class Problem(BaseModel):
    """RFC 9457: what went wrong, and a sentence in Chinese that says what to do. What was sent is never echoed."""

    type: str
    title: str
    status: int
    detail: str
    fields: dict[str, str] = {}
    request: str = ""


class Page(Shape, Generic[Row]):
    """A page of rows, and the cursor of the next, if there is one."""

    rows: list[Row]
    next: int | None = None


class Paging(Shape):
    """Which page: at most 200 rows after a cursor."""

    after: int | None = None
    limit: int = PAGE_ROWS


def paging(
    after: Annotated[int | None, Query(ge=0, le=ID_MAX)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE_ROWS,
) -> Paging:
    """Keyset paging from the query string."""
    return Paging(after=after, limit=limit)


Paged = Annotated[Paging, Depends(paging)]


# What a person reads beside a field, by the kind of flaw that pydantic names; {…} is the limit that it names.
FIELD_PROBLEMS = {
    "missing": "请填写。",
    "string_too_short": "请填写。",
    "string_too_long": "太长了，最多{max_length}个字。",
    "string_pattern_mismatch": "格式不对，请检查。",
    "int_parsing": "请填整数。",
    "int_from_float": "请填整数。",
    "decimal_parsing": "请填数字。",
    "float_parsing": "请填数字。",
    NOT_A_DAY: "{said}",
    "enum": "请从选项里选一个。",
    "literal_error": "请从选项里选一个。",
    "bool_parsing": "请选是或者否。",
    "greater_than_equal": "不能小于{ge}。",
    "greater_than": "要大于{gt}。",
    "less_than_equal": "不能大于{le}。",
    "too_long": "太多了，最多{max_length}个。",
    "too_short": "请至少选一个。",
}


def sentence_of(flaw: Mapping[str, Any]) -> str:
    """What is wrong with a field and what to do, from pydantic's account of it. What was typed is not repeated."""
    sentence = FIELD_PROBLEMS.get(flaw["type"], "填写有误，请检查。")
    return sentence.format(**flaw.get("ctx", {}))
