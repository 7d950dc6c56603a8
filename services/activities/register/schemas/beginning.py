"""Shapes of the first day."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.shapes import Day, Id, OneLine, Shape

Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80), OneLine]
Whom = Annotated[int, Field(ge=0)]


class SetUpCode(Shape):
    """The code that the command line printed, as it was typed."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class SetUp(Shape):
    """What is asked for on the first day, as far as it was not there; `…_is`: who of the register, 0: nobody."""

    name: Name = ""
    rule_set: Literal["xiang", "zhen", ""] = ""
    begins_on: Day | None = None
    organiser: Name = ""
    keeper: Name = ""
    auditor: Name = ""
    organiser_is: Whom | None = None
    keeper_is: Whom | None = None
    auditor_is: Whom | None = None


class SheetLost(Shape):
    """The sheet of slips that is to be made anew."""

    sheet_id: Id
