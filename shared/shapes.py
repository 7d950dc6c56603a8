"""What every shape that goes in or out is made of. Apart from the web, so that a worker need not load it."""

from unicodedata import normalize

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Shape(BaseModel):
    """What goes in and out: nothing that was not declared."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


def half_width(typed: object) -> object:
    """What a Chinese keyboard writes wide, digits, letters and signs, as machines know it."""
    return normalize("NFKC", typed) if isinstance(typed, str) else typed


def closed_up(typed: object) -> object:
    """The same of a number that people write in pieces, such as `１３８ ０００１ ２３４５`; letters large."""
    return "".join(str(half_width(typed)).split()).upper() if isinstance(typed, str) else typed


HalfWidth, ClosedUp = BeforeValidator(half_width), BeforeValidator(closed_up)
