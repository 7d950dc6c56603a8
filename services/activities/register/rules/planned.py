"""A regrouping as it waits for its day: ids, names of groups and the day, as plain data; and in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from services.activities.register.rules.regrouping import Asked, Dissolve, Merge, Move, Part, Sort, Split

SHAPES: Mapping[Sort, type[Asked]] = {
    Sort.SPLIT: Split,
    Sort.MERGE: Merge,
    Sort.MOVE: Move,
    Sort.DISSOLVE: Dissolve,
}


def stored(asked: Asked) -> dict[str, Any]:
    """As it is kept; `sort` is kept beside it."""
    return asdict(asked) | {"on": asked.on.isoformat()}


def revived(sort: str, data: Mapping[str, Any]) -> Asked:
    """What was asked for, from what was kept."""
    fields = {**data, "on": date.fromisoformat(data["on"])}
    if "parts" in fields:
        fields["parts"] = [Part(**part) for part in fields["parts"]]
    return SHAPES[Sort(sort)](**fields)


def titled(asked: Asked, names: Mapping[int, str]) -> str:
    """What is to be done, in a line; `names`: the groups and branches that are asked about, as people say them."""
    if isinstance(asked, Merge):
        merged = "、".join(names[each] for each in asked.group_ids)
        return f"{merged}合并，" + (f"新设“{asked.name}”" if asked.into is None else f"并入{names[asked.into]}")
    group = names[asked.group_id]
    if isinstance(asked, Split):
        return f"{group}拆分，新设" + "、".join(f"“{part.name}”" for part in asked.parts)
    if isinstance(asked, Move):
        return f"{group}划转到{names[asked.branch_id]}" + (f"，名称为“{asked.name}”" if asked.name else "")
    return f"{group}撤销" + ("" if asked.into is None else f"，党员编入{names[asked.into]}")
