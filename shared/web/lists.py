"""What a page asks of a long list: which page of it, and who or what is looked for."""

from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field, StringConstraints

from shared.lists import Turn
from shared.shapes import ID_MAX, HalfWidth, Shape

Cursor = Annotated[Annotated[int, Field(ge=0, le=ID_MAX)] | None, Query()]
Row = Annotated[int, Field(ge=0, le=ID_MAX)]


def turning(after: Cursor = None, before: Cursor = None) -> Turn:
    """Which page, from the query string: the rows after one, or those before one."""
    return Turn(after, before)


Turns = Annotated[Turn, Depends(turning)]


class Search(Shape):
    """Words that are looked for, and which page of what was found; they are sent in a form and stand in no address."""

    words: Annotated[str, HalfWidth, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    after: Row | None = None
    before: Row | None = None

    @property
    def turn(self) -> Turn:
        """Which page."""
        return Turn(self.after, self.before)
