"""The invented township: the same seed gives the same people, and one of them holds two posts."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from deploy.demo.files import write_roster
from deploy.demo.township import Township, invent
from services.activities.register.rules import Held, read_roster
from shared.sheets import read_workbook


def posts(township: Township) -> Counter[str]:
    return Counter(each.post for branch in township.branches for group in branch.groups for each in group.members)


@pytest.mark.parametrize(("groups", "both"), [(1, 0), (2, 1), (12, 1)])
def test_each_branch_has_a_secretary_each_group_a_leader_and_one_person_is_both(groups: int, both: int):
    invented = invent(groups, seed=1, year=2024)

    held = posts(invented)
    assert held["支部书记、党小组长"] == both
    assert held["支部书记"] + both == len(invented.branches)
    assert held["党小组长"] + both == groups


def test_whoever_holds_two_posts_is_read_from_the_roster_with_both(tmp_path: Path):
    write_roster(tmp_path / "花名册.xlsx", invent(12, seed=1, year=2024), 2025)

    read = read_roster(read_workbook(tmp_path / "花名册.xlsx"), today=date(2024, 11, 20))

    [both] = [[post.kind for post in person.posts] for person in read.people if len(person.posts) > 1]
    assert both == [Held.SECRETARY, Held.LEADER]
    assert not read.errors
