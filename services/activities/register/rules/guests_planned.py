"""Who came in from elsewhere by a file, compared with the lists of the branches. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from services.activities.register.rules.changes import RegisterNow, RosterPlan, Tally
from services.activities.register.rules.guests import GuestRow
from shared.tables import Problem

ONCE = "与第 {row} 行的姓名、流出地党组织都相同，只登记一次；确实是两个人的，请在支部的流动党员页面登记另一位"


def add_guests(
    plan: RosterPlan, rows: Iterable[GuestRow], now: RegisterNow, meant: Callable[[str], str | None]
) -> None:
    """Plan who is to be put on which list; meant: the branch that a spelling means. Whoever is on it stays as he is."""
    known = {(each.branch, each.name): each.home for each in now.guests}
    first: dict[tuple[str, str], int] = {}
    branches = {place.branch for place in now.founded if place.group is None}
    for row in rows:
        tally = plan.tallies.setdefault("guests", Tally())
        branch, home = meant(row.branch) or row.branch, row.told["home"]
        had = known.get((branch, row.name))
        if branch not in branches:
            _refuse(plan, row, "branch", f"名册里没有“{row.branch}”这个党支部，请核对名称")
        elif had is None:
            known[branch, row.name] = home
            first[branch, row.name] = row.row
            tally.added += 1
            plan.guests.append((row, branch))
            plan.changes.append(f"{row.name}：登记为{branch}的流入党员，来自{home}")
        elif had == home:
            tally.unchanged += 1
            if (branch, row.name) in first:
                said = ONCE.format(row=first[branch, row.name])
                plan.problems.append(Problem(row.sheet, row.cell("name"), said, row.row, fatal=False))
        else:
            said = f"{branch}已登记流入党员“{row.name}”，流出地党组织是“{had}”，请核对是不是同一个人"
            _refuse(plan, row, "name", said)


def _refuse(plan: RosterPlan, row: GuestRow, key: str, sentence: str) -> None:
    plan.problems.append(Problem(row.sheet, row.cell(key, "name"), sentence, row.row))
