"""Which ways may be chosen, in which order they are tried where nobody chose, and for which posts an office chooses."""

from collections.abc import Sequence

from services.notify.channels.rules import CHANNELS, MAIL
from services.notify.channels.rules.ways import ORDER, Way
from shared.errors import Invalid
from shared.roles import STANDS_IN, Role

CHOICES: tuple[str, ...] = (MAIL, *(way for way in ORDER if way != Way.CALL))
"""What may be chosen; the telephone list comes last of itself."""
RANKS = ("first", "second", "third")
NONE = "inbox"
"""Chosen as the only one: his inbox, and nothing besides unless it is formal or urgent."""
POSTS: tuple[Role, ...] = tuple(STANDS_IN)
NEVER = "只在收件箱"


def ordered(ways: Sequence[str]) -> list[str]:
    """The chosen ways in their order; `inbox` alone stands for none. Invalid where one is chosen twice."""
    chosen = [way for way in ways if way]
    if NONE in chosen and len(chosen) > 1:
        raise Invalid("选了“只在收件箱”，就不要再选别的方式。", field="first")
    if len(set(chosen)) < len(chosen):
        raise Invalid("同一种方式选了两次，请改一改。", field="second")
    return [way for way in chosen if way != NONE]


def said(ways: Sequence[str] | None) -> str:
    """The ways in words."""
    if ways is None:
        return "按系统的次序"
    return "、".join(CHANNELS.get(way, way) for way in ways) or NEVER
