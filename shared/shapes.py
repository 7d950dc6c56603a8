"""What every shape that goes in or out is made of. Apart from the web, so that a worker need not load it."""

from datetime import date
from typing import Annotated
from unicodedata import normalize

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from shared.tables.cells import unhidden
from shared.tables.dates import Unreadable, day_in


class Shape(BaseModel):
    """What goes in and out: nothing that was not declared, and no sign in a word that nobody sees."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    @model_validator(mode="before")
    @classmethod
    def _unhidden(cls, given: object) -> object:
        return seen(given) if isinstance(given, dict) else given


def seen(given: object, depth: int = 8) -> object:
    """Words, and words in lists and under names, as they are seen; whatever else, or lies deeper, as it is."""
    if isinstance(given, str):
        return unhidden(given)
    if isinstance(given, list) and depth:
        return [seen(each, depth - 1) for each in given]
    if isinstance(given, dict) and depth:
        return {name: seen(each, depth - 1) for name, each in given.items()}
    return given


def half_width(typed: object) -> object:
    """What a Chinese keyboard writes wide, digits, letters and signs, as machines know it."""
    return normalize("NFKC", typed) if isinstance(typed, str) else typed


def closed_up(typed: object) -> object:
    """The same of a number that people write in pieces, such as `１３８ ０００１ ２３４５`; letters large."""
    return "".join(str(half_width(typed)).split()).upper() if isinstance(typed, str) else typed


HalfWidth, ClosedUp = BeforeValidator(half_width), BeforeValidator(closed_up)


def as_day(given: object) -> object:
    """A day as people write it, with a sentence for what is none: a bare number would pass for seconds since 1970."""
    if given is None or isinstance(given, date):
        return given
    try:
        return day_in(given if isinstance(given, str) else "")
    except Unreadable as why:
        raise PydanticCustomError(NOT_A_DAY, "{said}", {"said": str(why)}) from None


NOT_A_DAY = "day"
Day = Annotated[date, BeforeValidator(as_day)]
"""A day that somebody gives, on a form, in an address or to a door: 2026-02-01, 2026年2月1日, 2026.2.1, 20260201."""
