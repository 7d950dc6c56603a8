"""A scheme as text that people go on writing: `read_scheme` reads it back to the same scheme."""

from __future__ import annotations

from typing import Any

import yaml

from services.assessment.schemes.rules.scheme import Scheme

IN_POINTS = frozenset({"points", "each", "total_cap", "bonus_cap", "excellent", "competent"})


class Points(str):
    """Points, which are written as a number and not as a quoted text."""

    __slots__ = ()


class Writer(yaml.SafeDumper):
    """Safe YAML with points as numbers."""


Writer.add_representer(Points, lambda writer, points: writer.represent_scalar("tag:yaml.org,2002:float", points))


def text_of(scheme: Scheme) -> str:
    """The scheme as YAML, in the order of its shape."""
    return yaml.dump(
        _plain(scheme.as_data(exclude_defaults=True)),
        Dumper=Writer,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=None,
        width=110,
    )


def _plain(value: Any) -> Any:  # noqa: ANN401  plain data at whatever depth
    if isinstance(value, dict):
        return {
            key: Points(each) if key in IN_POINTS and isinstance(each, str) else _plain(each)
            for key, each in value.items()
        }
    return [_plain(each) for each in value] if isinstance(value, list) else value
