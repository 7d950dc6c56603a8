"""What every shape that goes in or out is made of. Apart from the web, so that a worker need not load it."""

from datetime import date
from typing import Annotated
from unicodedata import normalize

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    Strict,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from shared.tables.cells import VISIBLE, unhidden
from shared.tables.dates import Unreadable, day_in

ID_MAX, COUNT_MAX, ID_FORMAT = 2**63 - 1, 2**31 - 1, "int64"
UrlId = Annotated[int, Field(ge=1, le=ID_MAX, json_schema_extra={"format": ID_FORMAT})]
"""The number of something in an address, where everything is text."""


def whole(given: object) -> object:
    """To JSON 5.0 is a whole number like 5; a text that looks like one is none, but on a form."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


Whole = BeforeValidator(whole)
Id = Annotated[UrlId, Strict(), Whole]
"""The number of something in a body."""
Count = Annotated[int, Strict(), Field(ge=0, le=COUNT_MAX), Whole]
"""How many, or which version, in a body."""

Keyword = Annotated[str, Field(pattern="^[A-Za-z_]{1,60}$")]
"""A word of our own in an address, such as the name of a fact."""


class Shape(BaseModel):
    """What goes in and out: nothing that was not declared, and no sign in a word that nobody sees."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Its description: where a word has to be so long, signs that nobody sees and blanks around it do not count."""
        told = handler(core)
        for each in handler.resolve_ref_schema(told).get("properties", {}).values():
            for kind in (each, *each.get("anyOf", ())):
                if kind.get("minLength") and "pattern" not in kind:
                    kind["pattern"] = r"[\s\S]*".join([VISIBLE] * kind["minLength"])
        return told

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


def one_line(typed: object) -> object:
    """A name as it stands in a line: however many blanks, or ends of lines, are one blank."""
    return " ".join(typed.split()) if isinstance(typed, str) else typed


OneLine = BeforeValidator(one_line)
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
DAY_PATTERN = (
    r"^(?:(?:(?:19|20)[0-9]{2}|2100)-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:19(?:0[48]|[2468][048]|[13579][26])|20(?:[02468][048]|[13579][26]))-02-29)$"
)
DAY_TOLD = "2026-02-01, between 1900 and 2100; also as people write it: 2026年2月1日, 2026.2.1, 20260201."
Day = Annotated[
    date,
    BeforeValidator(as_day),
    WithJsonSchema({"type": "string", "pattern": DAY_PATTERN, "description": DAY_TOLD, "examples": ["2026-02-01"]}),
]
"""A day that somebody gives, on a form, in an address or to a door: 2026-02-01, 2026年2月1日, 2026.2.1, 20260201."""
