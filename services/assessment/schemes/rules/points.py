"""Points as whole hundredths: exact in Python and in the database, written as people write them."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, PlainSerializer

A_POINT: Final = 100
WRITTEN = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?")


def hundredths(written: object) -> int:
    """Hundredths of a point from a number or a text such as 2.5, with two decimals at most."""
    found = None if isinstance(written, bool) else WRITTEN.fullmatch(str(written))
    if found is None:
        raise ValueError("分值应为 0 到 9999 之间的数，最多两位小数")
    return int(found[1]) * A_POINT + int((found[2] or "").ljust(2, "0"))


def written(points: int) -> str:
    """Hundredths as people write them: 1250 → 12.5, -300 → -3."""
    whole, rest = divmod(abs(points), A_POINT)
    text = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
    return f"-{text}" if points < 0 else text


Points = Annotated[int, BeforeValidator(hundredths), PlainSerializer(written, return_type=str)]
SomePoints = Annotated[Points, Field(gt=0)]
