"""Who came in from elsewhere by a file, compared with the lists of the branches. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from services.activities.register.rules.changes import RegisterNow, RosterPlan, Tally
from services.activities.register.rules.guests import Guest, GuestRow
from services.activities.register.rules.meant import Meant
from shared.tables import Problem

ONCE = "与第 {row} 行的姓名、流出地党组织都相同，只登记一次；确实是两个人的，请在支部的流动党员页面登记另一位"
NO_GROUP = "{branch}没有“{group}”这个党小组，编入党小组没有登记，其余照常登记；请核对名称"
OTHER_GROUP = "“{name}”已登记编入“{had}”，这里写的是“{group}”，没有改动；要改的，请在支部的流动党员页面结束后重新登记"


def add_guests(plan: RosterPlan, rows: Iterable[GuestRow], now: RegisterNow, meant: Meant) -> None:
    """Plan who is to be put on which list; meant: which units the file means. Whoever is on it stays as he is."""
    known = {(each.branch, each.name): each for each in now.guests}
    first: dict[tuple[str, str], int] = {}
    branches = {place.branch for place in now.founded if place.group is None}
    for row in rows:
        tally = plan.tallies.setdefault("guests", Tally())
        branch, home = meant.branch(row.branch) or row.branch, row.told["home"]
        had = known.get((branch, row.name))
        if branch not in branches:
            _refuse(plan, row, "branch", f"名册里没有“{row.branch}”这个党支部，请核对名称")
        elif had is None:
            placed = _placed(plan, row, branch, meant)
            group = placed.told.get("group", "")
            known[branch, row.name] = Guest(branch, row.name, home, group)
            first[branch, row.name] = row.row
            tally.added += 1
            plan.guests.append((placed, branch))
            beside = f"，编入{group}" if group else ""
            plan.changes.append(f"{row.name}：登记为{branch}的流入党员{beside}，来自{home}")
        elif had.home == home:
            tally.unchanged += 1
            _say_other_group(plan, row, had, meant)
            if (branch, row.name) in first:
                said = ONCE.format(row=first[branch, row.name])
                _warn(plan, row, "name", said)
        else:
            said = f"{branch}已登记流入党员“{row.name}”，流出地党组织是“{had.home}”，请核对是不是同一个人"
            _refuse(plan, row, "name", said)


def _placed(plan: RosterPlan, row: GuestRow, branch: str, meant: Meant) -> GuestRow:
    """The row with the group as the register calls it; without it, and a warning, where there is none of that name."""
    written = row.told.get("group", "")
    group = meant.group(branch, written) if written else None
    if written and not group:
        _warn(plan, row, "group", NO_GROUP.format(branch=branch, group=written))
    told = {key: words for key, words in row.told.items() if key != "group"}
    return replace(row, told=told | ({"group": group} if group else {}))


def _say_other_group(plan: RosterPlan, row: GuestRow, had: Guest, meant: Meant) -> None:
    written = row.told.get("group", "")
    if written and (meant.group(had.branch, written) or written) != had.group:
        said = OTHER_GROUP.format(name=row.name, had=had.group or "支部", group=written)
        _warn(plan, row, "group", said)


def _warn(plan: RosterPlan, row: GuestRow, key: str, sentence: str) -> None:
    plan.problems.append(Problem(row.sheet, row.cell(key, "name"), sentence, row.row, fatal=False))


def _refuse(plan: RosterPlan, row: GuestRow, key: str, sentence: str) -> None:
    plan.problems.append(Problem(row.sheet, row.cell(key, "name"), sentence, row.row))
