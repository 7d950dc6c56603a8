"""What a cell is called and how far it reaches: words for a place, and for nobody who lives there. Pure."""

from collections.abc import Iterable

from services.activities.concerns.rules import marks_in
from services.activities.concerns.rules.words import DOOR
from shared.errors import Invalid


def cell_said(said: str, names: Iterable[str] = (), *, field: str, confirmed: bool = False) -> str:
    """The words as they may be kept. Raises Invalid at `field` with what looks like somebody's name or number.

    A door belongs to a place; a number as long as a telephone's does not, whoever says so.
    """
    text = said.strip()
    marks = [mark for mark in marks_in(text, () if confirmed else names) if mark.what != DOOR]
    if confirmed:
        marks = [mark for mark in marks if mark.found[:1].isdigit()]
    if marks:
        found = "、".join(dict.fromkeys(f"“{mark.found}”" for mark in marks))
        raise Invalid(
            f"这里好像写了姓名或者电话：{found}。网格只写地方，不写住户；确实是地名的，请勾选“提示的字是地名”。",
            field=field,
        )
    return text
