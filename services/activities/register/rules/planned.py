"""A regrouping as it waits for its day: ids, names of groups and the day, as plain data; and in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from services.activities.register.rules.regrouping import (
    Asked,
    Dissolve,
    Group,
    Merge,
    Move,
    Part,
    Regrouping,
    Sort,
    Split,
)
from services.activities.register.rules.regrouping_said import unled


@dataclass(frozen=True, kw_only=True)
class Rename:
    """A branch or a group is called otherwise from a day on."""

    sort = Sort.RENAME
    unit_id: int
    name: str
    on: date


Arranged = Asked | Rename
SHAPES: Mapping[Sort, type[Arranged]] = {
    Sort.SPLIT: Split,
    Sort.MERGE: Merge,
    Sort.MOVE: Move,
    Sort.DISSOLVE: Dissolve,
    Sort.RENAME: Rename,
}


def stored(asked: Arranged) -> dict[str, Any]:
    """As it is kept; `sort` is kept beside it."""
    return asdict(asked) | {"on": asked.on.isoformat()}


def revived(sort: str, data: Mapping[str, Any]) -> Arranged:
    """What was asked for, from what was kept."""
    fields = {**data, "on": date.fromisoformat(data["on"])}
    if "parts" in fields:
        fields["parts"] = [Part(**part) for part in fields["parts"]]
    return SHAPES[Sort(sort)](**fields)


def titled(asked: Arranged, names: Mapping[int, str]) -> str:
    """What is to be done, in a line; `names`: the groups and branches that are asked about, as people say them."""
    if isinstance(asked, Rename):
        return f"{names[asked.unit_id]}更名为“{asked.name}”"
    if isinstance(asked, Merge):
        merged = "、".join(names[each] for each in asked.group_ids)
        return f"{merged}合并，" + (f"新设“{asked.name}”" if asked.into is None else f"并入{names[asked.into]}")
    group = names[asked.group_id]
    if isinstance(asked, Split):
        return f"{group}拆分，新设" + "、".join(f"“{part.name}”" for part in asked.parts)
    if isinstance(asked, Move):
        return f"{group}划转到{names[asked.branch_id]}" + (f"，名称为“{asked.name}”" if asked.name else "")
    return f"{group}撤销" + ("" if asked.into is None else f"，党员编入{names[asked.into]}")


def ahead_said(asked: Arranged, group_id: int, names: Mapping[int, str]) -> str:
    """What a group has before it, after “本组将于那一天”; `names` as for `titled`."""
    if isinstance(asked, Merge):
        others = "、".join(names[each] for each in asked.group_ids if each != group_id)
        if asked.into is None:
            return f"与{others}合并，新设“{asked.name}”"
        return f"与{others}合并，保留本组" if asked.into == group_id else f"并入{names[asked.into]}"
    if isinstance(asked, Split):
        return "拆分，新设" + "、".join(f"“{part.name}”" for part in asked.parts)
    if isinstance(asked, Move):
        return f"划转到{names[asked.branch_id]}" + (f"，名称为“{asked.name}”" if asked.name else "")
    return _named(asked) if isinstance(asked, Rename) else _dissolved(asked, group_id, names)


def _named(asked: Rename) -> str:
    return f"更名为“{asked.name}”"


def _dissolved(asked: Dissolve, group_id: int, names: Mapping[int, str]) -> str:
    if asked.into == group_id:
        return f"编入{names[asked.group_id]}的党员"
    return "撤销" + ("" if asked.into is None else f"，党员编入{names[asked.into]}")


def picked(asked: Arranged) -> set[int]:
    """Who was picked one by one."""
    return {each for part in asked.parts for each in part.members} if isinstance(asked, Split) else set()


def intended(asked: Asked, names: Mapping[int, str], group: Group) -> Iterable[str]:
    """Who was picked for which part of a group; whoever has left it since is marked."""
    here = {member.id for member in group.members}
    for part in asked.parts if isinstance(asked, Split) else ():
        who = [f"{names.get(each, '一人')}{'' if each in here else '（已不在这个党小组）'}" for each in part.members]
        yield f"“{part.name}”编入{len(who)}人：{'、'.join(who)}。"


def foreseen(plan: Regrouping) -> Iterable[str]:
    """What its day will bring, as the register stands: who goes where, how many are left, who leads."""
    sizes = {size.name: size for size in plan.sizes}
    for at, each in enumerate(plan.wanted):
        who = [one.name for one in plan.transfers if one.to == at]
        whole = "" if each.id is None else f"，调整后{sizes[each.said].after}人"
        yield f"{'新设' if each.id is None else ''}{each.said}，编入{len(who)}人：{'、'.join(who) or '没有'}{whole}。"
    kept = {each.id for each in plan.wanted}
    for group in plan.groups:
        if group in plan.dissolved:
            yield f"{group.said}撤销。"
        elif group.id not in kept:
            yield f"{group.said}现有{sizes[group.said].before}人，留下{sizes[group.said].after}人。"
    for left in plan.ended:
        yield f"{left.name}不再担任{left.group_name}的{left.kind.chinese}。"
    for begun in plan.begun:
        yield f"{begun.name}担任{begun.to_name}的{begun.kind.chinese}。"
    for name in unled(plan):
        yield f"{name}没有党小组长，请按程序产生后任命。"
