"""One spelling for each branch and group of a file, whatever its rows wrote."""

from __future__ import annotations

from collections import Counter, defaultdict

from shared.tables.cells import Problem
from shared.tables.lines import Line
from shared.tables.units import branch_key, group_key, named_group, settle_names


def settle_units(lines: list[Line], township: str = "") -> list[Problem]:
    """Write every branch and group of the lines in one spelling each; a warning where more than form differed."""
    settled = settle_names((line.branch for line in lines if line.branch), [township] if township else [])
    warnings: dict[str, Problem] = {}
    for line in lines:
        chosen = settled.get(line.branch, line.branch)
        if branch_key(chosen) != branch_key(line.branch) and line.branch not in warnings:
            sentence = f"“{line.branch}”当作“{chosen}”，请核对是不是同一个支部"
            cell = line.branch_cell or line.address("branch")
            warnings[line.branch] = Problem(line.sheet, cell, sentence, line.row, fatal=False)
    for line in lines:
        line.branch = settled.get(line.branch, line.branch)
    _settle_groups(lines)
    return list(warnings.values())


def _settle_groups(lines: list[Line]) -> None:
    """One spelling for each group of a branch: the most frequent, then the fullest."""
    forms: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for line in lines:
        if line.group:
            forms[line.branch, group_key(line.group, line.branch)][line.group] += 1
    best = {key: max(counted, key=lambda form: (counted[form], len(form), form)) for key, counted in forms.items()}
    for line in lines:
        if line.group:
            line.group = named_group(best[line.branch, group_key(line.group, line.branch)])
