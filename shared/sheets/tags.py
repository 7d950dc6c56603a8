"""The start tags of a part of an archive, one by one: no tree is built of what may be large, or ill meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

_TAG = re.compile(rb"<(?:\w{1,9}:)?(\w{1,20})([^<>\w][^<>]*)?>([^<]*)")
"""A start tag: its name, its attributes, the text behind it. It looks no further than the next tag."""
_ATTRIBUTE = re.compile(rb"([A-Za-z:]{1,30})\s{0,3}=\s{0,3}(?:\"([^\"<]*)\"|'([^'<]*)')")
_OFF = {"0", "false"}

Tags = Iterator[tuple[bytes, bytes, bytes]]


def tags(data: bytes) -> Tags:
    """Name, attributes, and the text up to the next tag."""
    return ((found[1], found[2] or b"", found[3]) for found in _TAG.finditer(data))


def told(attributes: bytes) -> dict[str, str]:
    """The attributes of an element."""
    return {
        name.decode(): unescape((one or other).decode(errors="replace"))
        for name, one, other in _ATTRIBUTE.findall(attributes)
    }


def is_on(said: str) -> bool:
    """Whether a word of an attribute switches something on."""
    return said not in _OFF
