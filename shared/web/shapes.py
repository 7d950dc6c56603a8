"""The shapes that every door shares: what goes in and out, pages of rows, and what went wrong."""

from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from shared.shapes import Shape

__all__ = ["Page", "Paged", "Paging", "Problem", "Shape", "paging"]

Row = TypeVar("Row")
PAGE_ROWS = 50
ID_MAX = 2**63 - 1


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
