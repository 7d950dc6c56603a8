"""A year's ledger brought in: whole, once, by the office alone; what it says otherwise is reported with its cell."""

from collections import Counter
from dataclasses import replace

import pytest

from services.activities.ledger import actions
from shared.access import SYSTEM
from shared.errors import OutOfReach
from tests.activities.conftest import dump
from tests.activities.ledger.test_ledger_actions import assert_counted, commit_sample


def test_the_sample_comes_in_exactly(sample_township, working, ledger, truth):
    plan = commit_sample(working, sample_township, ledger)

    assert {key: plan.counts[key] for key in ("activities", "by_kind", "absences")} == {
        key: truth[key] for key in ("activities", "by_kind", "absences")
    }
    assert (plan.counts["rows"], plan.counts["read"], plan.counts["refused"]) == (912, 912, 0)
    assert plan.problems == []
    kept = assert_counted(working)
    done = Counter()
    for (_, kind), figures in kept.items():
        done[kind] += sum(figures["done"])
    assert done == truth["by_kind"]


def test_bringing_it_in_again_changes_nothing(sample_township, working, ledger, everything):
    commit_sample(working, sample_township, ledger)
    before = everything()

    plan = commit_sample(working, sample_township, ledger)

    assert (len(plan.activities), plan.unchanged) == (0, 912)
    assert plan.counts["read"] == 912
    assert everything() == before


def test_a_preview_writes_nothing(sample_township, working, ledger, everything):
    before = everything()

    with working() as session:
        assert len(actions.preview_ledger(session, SYSTEM, sample_township, ledger).activities) == 912

    assert everything() == before


def test_the_aged_and_those_away_are_kept_with_their_reason_but_stand_in_no_denominator(
    office, sample_township, working, ledger, truth
):
    commit_sample(working, sample_township, ledger)

    rows = [line.strip("()").split(",") for line in dump(office, "activities.attendance")["activities.attendance"]]

    states = Counter((state, counted) for _, _, _, state, counted, *_ in rows)
    reasons = Counter((state, reason) for _, _, _, state, _, reason, *_ in rows if state != "present")
    assert set(states) == {("present", "t"), ("present", "f"), ("absent", "t"), ("excused", "f")}
    assert states["absent", "t"] + states["excused", "f"] == truth["absences"]
    assert (reasons["excused", "away"], reasons["excused", "aged"]) == (707, 585)
    assert {reason for state, reason in reasons if state == "absent"} == {"leave", "ill", "unexcused"}


def changed(ledger, at=0, **changes):
    rows = list(ledger.rows)
    rows[at] = replace(rows[at], **changes)
    return replace(ledger, rows=rows)


@pytest.mark.parametrize(
    "changes", [{"topic": "另一个主题"}, {"place": "另一个地方"}, {"absences": ()}, {"hours": 8.0}]
)
def test_a_row_that_says_otherwise_is_reported_and_does_not_count_twice(
    sample_township, working, ledger, everything, changes
):
    commit_sample(working, sample_township, ledger)
    before = everything()

    plan = commit_sample(working, sample_township, changed(ledger, **changes))

    assert (plan.counts["read"], plan.counts["refused"]) == (911, 1)
    assert [(problem.row, problem.fatal) for problem in plan.problems] == [(ledger.rows[0].row, True)]
    assert plan.refused[0].rows[0].row == ledger.rows[0].row
    assert everything() == before


def test_two_activities_of_a_kind_on_one_day_are_two_and_stay_two(sample_township, working, ledger):
    first = ledger.rows[0]
    both = replace(ledger, rows=[first, replace(first, topic="下午的学习", row=first.row + 1)], rows_total=2)

    assert len(commit_sample(working, sample_township, both).activities) == 2
    assert commit_sample(working, sample_township, both).unchanged == 2
    assert_counted(working)


def test_what_the_register_does_not_know_is_said_with_its_cell(sample_township, working, ledger):
    unknown_group = changed(ledger, 0, group_text="第九党小组")
    unknown_name = changed(
        unknown_group, 1, absences=(replace(ledger.rows[1].absences[0], name="欧阳无忌"), ledger.rows[1].absences[1])
    )
    wrong_total = changed(unknown_name, 2, expected_typed=99)

    plan = commit_sample(working, sample_township, wrong_total)

    assert plan.counts["read"] == 911
    said = {problem.row: (problem.cell, problem.fatal) for problem in plan.problems}
    assert said == {
        ledger.rows[0].row: (ledger.rows[0].cell("group"), True),
        ledger.rows[1].row: (ledger.rows[1].cell("absent"), False),
        ledger.rows[2].row: (ledger.rows[2].cell("expected"), False),
    }
    assert_counted(working)


def test_only_the_office_brings_a_ledger_in(place, working, ledger):
    for actor in (place.secretary, place.outsider):
        with pytest.raises(OutOfReach), working(actor) as session:
            actions.commit_ledger(session, actor, place.township, ledger)
