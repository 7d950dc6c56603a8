"""Words by which those listed below came in from elsewhere (流入党员), and are no members here."""

from __future__ import annotations

import re

from shared.tables import compact

_SAID = re.compile(r"流入(?:地)?(?:的)?(?:流动)?党员|流动党员[（(]?流入")
_NOT_OURS = re.compile(r"流出|[含除]|不计|不包括")
_LONGEST = 200


def names_guests(text: str) -> bool:
    """Whether a title, or a line by itself, is of those who came in: 以下为流入党员."""
    plain = compact(text)
    return len(plain) <= _LONGEST and bool(_SAID.search(plain)) and not _NOT_OURS.search(plain)
