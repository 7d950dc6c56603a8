"""Files as offices really hand them in, each with what is right for it: every row of expected.json."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from services.activities.ledger.rules import Ledger, read_ledger
from services.activities.register.rules import Roster, read_roster
from services.activities.register.rules.changes import RegisterNow, RosterPlan
from services.activities.register.schemas import roster_out
from shared.sheets import read_workbook
from tests.activities.conftest import SAMPLES
from tests.activities.register.registers import NOBODY, after, planned

CASES = SAMPLES / "cases"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CASES / "expected.json").read_text())
ROSTERS = [name for name, case in EXPECTED.items() if case["kind"] == "roster"]
TODAY, YEAR = date(2026, 1, 15), 2025


def roster(name: str) -> Roster:
    return read_roster(read_workbook(CASES / name), today=TODAY)


def looked_at(name: str) -> tuple[Roster, RosterPlan]:
    before = EXPECTED[name].get("after")
    now: RegisterNow = after(planned(roster(before))) if before else NOBODY
    read = roster(name)
    return read, planned(read, now)


def refused(read: Roster | Ledger) -> set[tuple[str, int]]:
    return {(each.sheet, each.row) for each in read.errors}


@pytest.mark.parametrize("name", ROSTERS)
def test_a_roster_is_read_as_it_ought_to_be(name: str):
    case = EXPECTED[name]
    read, plan = looked_at(name)

    # Where the file has no groups, the leaders are those of the groups that are known already.
    assert {key: plan.counts[key] for key in case["counts"]} == case["counts"]
    said = roster_out(read, plan).changes.model_dump()
    assert {key: said[key] for key in case.get("changes", {})} == case.get("changes", {})
    rows = {(each.get("sheet", read.people[0].sheet), each["row"]) for each in case.get("refused_rows", ())}
    rows |= {(read.people[0].sheet, row) for row in (*case.get("hidden_rows", ()), *case.get("struck_rows", ()))}
    assert refused(read) == rows
    for each in case.get("refused_rows", ()):
        assert "cell" not in each or each["cell"] in {problem.cell for problem in read.errors}
    assert {str(each.row): each.name for each in read.people if case.get("names")} == case.get("names", {})


@pytest.mark.parametrize("name", [name for name, case in EXPECTED.items() if case["kind"] == "ledger"])
def test_a_ledger_is_read_as_it_ought_to_be(name: str):
    case = EXPECTED[name]
    read = read_ledger(read_workbook(CASES / name), YEAR)

    assert read.counts == case["counts"]
    assert [str(row.held_on) for row in read.rows] == case["dates"]
    assert {row for _, row in refused(read)} == {each["row"] for each in case["refused_rows"]}
    assert any("2024-12-25 不在 2025 年" in each.problem for each in read.errors)
    assert any("写了两天" in each.problem for each in read.warnings)


def test_a_formula_that_failed_is_told_to_be_one_and_nobody_is_put_where_it_stands():
    read, _ = looked_at("公式报错.xlsx")

    assert all("公式" in each.problem and "不是空的" in each.problem for each in read.errors)
    assert {each.branch for each in read.people} == {"北沟村党支部"}


def test_two_branches_and_two_groups_that_differ_in_brackets_are_two():
    _, plan = looked_at("括号支部.xlsx")

    assert {place.branch for place in plan.units} == {"乡机关党支部（一）", "乡机关党支部（二）", "石桥村党支部"}
    assert {"流动党员党小组（广东）", "流动党员党小组（浙江）"} < {place.group for place in plan.units}
    assert not [each for each in plan.problems if "相近" in each.problem]
