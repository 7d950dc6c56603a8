"""What a program of its own understood, as lines: field by field of a dataclass, the items of a list some at a time.

No single step of taking it in again holds the interpreter for long, however much it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any, TypeVar, get_origin, get_type_hints

from pydantic import TypeAdapter

Result = TypeVar("Result")
AT_ONCE = 100
"""Items of a list on a line."""


def _adapters(shape: type[Any]) -> dict[str, tuple[bool, TypeAdapter[Any]]]:
    """For each field whether it is a list, and what reads and writes it or some of its items."""
    hints = get_type_hints(shape)
    found = {each.name: hints[each.name] for each in fields(shape)}
    many = {name: get_origin(hint) is list for name, hint in found.items()}
    return {name: (many[name], TypeAdapter(hint)) for name, hint in found.items()}


def lines_of(result: Any) -> Iterator[bytes]:  # noqa: ANN401  a dataclass of plain values
    """Its lines, each ended."""
    for name, (many, adapter) in _adapters(type(result)).items():
        value = getattr(result, name)
        for part in (value[at : at + AT_ONCE] for at in range(0, len(value), AT_ONCE)) if many else [value]:
            yield b"%s\t%s\n" % (name.encode(), adapter.dump_json(part, exclude_defaults=True))


def taken_in(shape: type[Result], lines: Iterable[bytes]) -> Result:
    """The dataclass again. Raises ValueError where they are not its lines."""
    adapters = _adapters(shape)
    values: dict[str, Any] = {name: [] for name, (many, _) in adapters.items() if many}
    for line in lines:
        name, _, body = line.partition(b"\t")
        many, adapter = adapters[name.decode()]
        value = adapter.validate_json(body)
        if many:
            values[name.decode()] += value
        else:
            values[name.decode()] = value
    return shape(**values)
