"""What a ledger of the grid would change, in sentences. Pure."""

from __future__ import annotations

from datetime import date

from services.activities.grid.rules.known import GridNow, LinkNow, Path
from services.activities.grid.rules.places import path_said
from services.activities.grid.rules.planned import Describing, GridPlan, GridWritten, Linking
from services.activities.grid.rules.stages import LEVELS, SORTS
from services.activities.register.rules.regrouping import day_said

NAMES_SAID = "这些字像是人名：{said}。网格只写地方，不写住户；确实都是地名的，请勾选同意这 {many} 处，再导入"
NAMES_SHOWN = 20
WORDS = ("编号", "范围", "户数")


def lines_said(plan: GridPlan, now: GridNow) -> list[str]:
    """Every change, cells before those who belong to them."""
    units = {unit_id: place.said for place, unit_id in now.units.items()}
    names = {each.person_id: each.name for each in now.members}
    return [
        *(f"设立“{path_said(each.path)}”（{LEVELS[each.level]}），从{day_said(each.on)}起" for each in plan.openings),
        *(_described(each) for each in plan.describings),
        *(f"“{path_said(each.path)}”对应{units[each.unit_id]}，从{day_said(each.on)}起" for each in plan.joinings),
        *(_linked(each, names[each.person_id]) for each in plan.linkings),
    ]


def _described(one: Describing) -> str:
    changed = [
        f"{word}{'' if old in {None, ''} else f'从{old}'}改为{new}"
        for word, old, new in zip(WORDS, one.before, one.after, strict=True)
        if old != new
    ]
    return f"“{path_said(one.path)}”：{'，'.join(changed)}"


def _linked(one: Linking, name: str) -> str:
    many = f"{one.households}户" if one.households is not None else ""
    doors = "，".join(dict.fromkeys(each for each in (one.doors, many) if each))
    return f"{name}：{SORTS[one.sort]}“{path_said(one.path)}”{f'（{doors}）' if doors else ''}，从{day_said(one.on)}起"


def move_said(name: str, before: LinkNow, path: Path, day: date, now: GridNow) -> str:
    """Somebody lives elsewhere."""
    where = next((path_said(each.path) for each in now.cells if each.id == before.cell_id), "")
    return f"{name}：居住从“{where}”改为“{path_said(path)}”，从{day_said(day)}起"


def doubts_said(plan: GridPlan) -> str:
    """What reads like somebody's name, to be agreed to."""
    shown = "、".join(plan.doubts[:NAMES_SHOWN]) + ("等" if len(plan.doubts) > NAMES_SHOWN else "")
    return NAMES_SAID.format(said=shown, many=len(plan.doubts))


def written_said(written: GridWritten) -> list[str]:
    """What an import wrote, in words: what holds no more with it, and what goes back."""
    lines = (
        (len(written.cells), "个新设立的网格撤销"),
        (len(written.described), "个网格的编号、范围、户数恢复"),
        (len(written.units), "项网格和党小组的对应取消"),
        (len(written.links), "项党员的网格联系取消"),
        (len(written.ended), "项原来的网格联系恢复"),
    )
    return [f"{number} {said}" for number, said in lines if number]
