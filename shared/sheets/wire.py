"""What a program of its own understood, as lines: field by field of a dataclass, the items of a list one by one.

No single step of taking it in again holds the interpreter for long, however much it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter

Result = TypeVar("Result")


def _adapters(shape: type[Any]) -> dict[str, tuple[bool, TypeAdapter[Any]]]:
    """For each field whether it is a list, and what reads and writes it or one of its items."""
    hints = get_type_hints(shape)
    found = {each.name: hints[each.name] for each in fields(shape)}
    many = {name: get_origin(hint) is list for name, hint in found.items()}
    return {name: (many[name], TypeAdapter(get_args(hint)[0] if many[name] else hint)) for name, hint in found.items()}


def lines_of(result: Any) -> Iterator[bytes]:  # noqa: ANN401  a dataclass of plain values
    """Its lines, each ended."""
    for name, (many, adapter) in _adapters(type(result)).items():
        value = getattr(result, name)
        for item in value if many else [value]:
            yield b"%s\t%s\n" % (name.encode(), adapter.dump_json(item, exclude_defaults=True))


def taken_in(shape: type[Result], lines: Iterable[bytes]) -> Result:
    """The dataclass again. Raises ValueError where they are not its lines."""
    adapters = _adapters(shape)
    values: dict[str, Any] = {name: [] for name, (many, _) in adapters.items() if many}
    for line in lines:
        name, _, body = line.partition(b"\t")
        many, adapter = adapters[name.decode()]
        value = adapter.validate_json(body)
        if many:
            values[name.decode()].append(value)
        else:
            values[name.decode()] = value
    return shape(**values)
