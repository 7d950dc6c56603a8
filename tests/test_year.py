"""Two whole years through the API, by people of different branches and an outsider; see two_years.py for the walk."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from deploy import doctor
from tests.conftest import Doors, TwoYears
from tests.town import AGED, FIRST, MEMBERS, NANPING, SECOND, XIHE
from tests.two_years import DILIGENT, MIDDLING, NEGLIGENT, STEADY

SHEET = ("base", "bonus", "deducted", "total", "proposed", "items")


@pytest.fixture
def seen(two_years: TwoYears) -> SimpleNamespace:
    return two_years.seen


def titles(rows: list[dict[str, Any]]) -> list[str]:
    return [row["title"] for row in rows]


def sheets(result: SimpleNamespace) -> list[tuple[Any, ...]]:
    return [(row["branch"], row["group"], *(row[name] for name in SHEET)) for row in result.rows]


def grades(result: SimpleNamespace) -> dict[tuple[str, str], str | None]:
    return {(row["branch"], row["group"]): row["grade"] for row in result.rows}


# --- records ---


def test_a_leader_writes_up_what_was_held_and_the_list_is_made_from_the_roll(seen: SimpleNamespace):
    assert (seen.study["stage"], seen.study["expected"], seen.study["present"]) == ("submitted", 5, 5)  # one is aged
    assert (seen.meeting["stage"], seen.meeting["expected"], seen.meeting["present"]) == ("draft", 5, 4)
    assert seen.member_writes in (403, 404)


def test_the_secretary_is_told_of_the_records_to_confirm_in_a_line_a_day(seen: SimpleNamespace):
    told = [row for row in seen.secretary_inbox if row["fact"] == "ActivitySubmitted"]

    assert sum(row["gathers"] for row in told) == 2
    assert all(f"今天有{row['gathers']}条活动记录提交，请确认" in row["title"] for row in told)


def test_only_what_was_confirmed_counts(seen: SimpleNamespace):
    assert seen.tally_before == {}
    assert list(seen.tally_confirmed) == ["study"]
    assert seen.tally_confirmed["study"]["done"][2] == 1
    assert seen.tally_confirmed["study"]["ids"] == [seen.study["id"]]
    assert seen.foreign_confirm == 404


def test_a_returned_record_names_its_reason_and_its_leader_is_told(seen: SimpleNamespace):
    assert (seen.returned["stage"], seen.returned["returned_why"]) == ("returned", "请核对许安是否到会。")
    assert "一条活动记录被退回" in titles(seen.leader_inbox)


def test_a_correction_keeps_the_earlier_form_and_the_counters_follow(seen: SimpleNamespace):
    (earlier,) = seen.revisions

    assert (earlier["number"], earlier["why"], earlier["body"]["present"]) == (1, "许安到会。", 4)
    assert [sum(seen.tally_corrected["group_meeting"][name]) for name in ("present", "expected")] == [5, 5]


def test_what_was_confirmed_and_is_corrected_counts_only_when_confirmed_again(seen: SimpleNamespace):
    assert seen.correction_without_why == 409
    assert "study" not in seen.tally_taken_back
    assert seen.tally_again == seen.tally_corrected


def test_the_years_ledger_comes_in_once_and_knows_what_was_entered_by_hand(seen: SimpleNamespace):
    preview, first, again = seen.imports_2024

    assert (preview["refused"], preview["errors"]) == (0, [])
    assert (first["added"], first["unchanged"]) == (preview["added"], 3)
    assert (again["added"], again["unchanged"]) == (0, first["rows"])


# --- the cycle ---


def test_the_clock_opens_the_year_on_its_day_once_however_many_beats_run(seen: SimpleNamespace):
    assert seen.cycles_before == []
    (cycle,) = seen.cycles
    assert (cycle["year"], cycle["stage"], cycle["opened_on"], cycle["cases"]) == (2024, "open", "2024-12-01", 6)
    assert (cycle["nomination_due"], cycle["review_due"], cycle["rating_due"]) == (
        "2024-12-13",
        "2024-12-20",
        "2025-01-06",
    )
    assert [row["year"] for row in seen.cycles_second] == [2025, 2024]


def test_a_branch_sees_and_puts_forward_its_own_leaders(seen: SimpleNamespace):
    assert set(seen.dongling_sees) == {DILIGENT, NEGLIGENT}
    assert (len(seen.nominated["rows"]), seen.nominated["refused"]) == (2, 0)


def test_a_nomination_is_returned_with_a_reason_and_not_without(seen: SimpleNamespace):
    assert seen.return_without_reason == 422
    assert (seen.returned_case["stage"], seen.returned_case["returned_why"]) == (
        "nomination",
        "请补充联系群众方面的情况。",
    )


def test_nobody_reviews_his_own_branch(seen: SimpleNamespace):
    for status, answer in (seen.own_branch, seen.own_branch_return):
        assert status == 403
        assert "回避" in answer["detail"]
    assert seen.by_villager["stage"] == "rating"  # in another branch he does


def test_what_is_accepted_gets_a_filing_number_that_the_year_has_once(seen: SimpleNamespace):
    assert (seen.filed["stage"], seen.filed["filing_number"]) == ("rating", "清组备〔2024〕1号")
    assert seen.number_again == 409
    numbers = [row["filing_number"] for row in seen.final.rows]
    assert len(set(numbers)) == 6


def test_what_is_overdue_goes_to_the_township_and_is_not_decided_by_the_software(seen: SimpleNamespace):
    assert f"（代{NANPING}）2名党小组长待提名，已经逾期" in titles(seen.organiser_inbox)
    assert seen.stages_overdue == {
        DILIGENT: "review",
        NEGLIGENT: "review",
        STEADY: "review",
        MIDDLING: "review",
        (NANPING, FIRST): "nomination",
        (NANPING, SECOND): "nomination",
    }


def test_a_secretary_appointed_late_chooses_a_password_and_nominates(seen: SimpleNamespace):
    assert seen.before_choosing in (401, 403)
    assert (len(seen.late["rows"]), seen.late["refused"]) == (2, 0)


# --- the run ---


def test_the_run_scores_every_leader_from_the_records(seen: SimpleNamespace):
    cycle, proposed = seen.first.cycle, {(row["branch"], row["group"]): row["proposed"] for row in seen.first.rows}

    assert (cycle["stage"], cycle["scored"], cycle["groups_done"], cycle["groups"]) == ("rating", 6, 6, 6)
    assert (cycle["excellent_percent"], cycle["excellent_allowed"]) == (30, 1)
    assert proposed[DILIGENT] == proposed[STEADY] == proposed[NANPING, SECOND] == "excellent"
    assert proposed[NEGLIGENT] == "incompetent"
    assert [row["at_line"] for row in seen.first.rows].count(True) == 2  # equal: the line cuts between them
    assert [row["over_quota"] for row in seen.first.rows].count(True) == 1


@pytest.mark.parametrize("when", ["first", "after_correction", "final", "second", "second_final"])
def test_the_run_computed_again_is_equal_bit_for_bit(seen: SimpleNamespace, when: str):
    verification = getattr(seen, when).verification

    assert (verification["cases"], verification["equal"], verification["differing"]) == (6, 6, [])
    assert verification["digest_equal"]


def test_a_later_correction_of_a_record_does_not_move_the_result(seen: SimpleNamespace):
    assert (seen.record_after_correction["minutes"], seen.record_after_correction["stage"]) == (30, "submitted")
    assert sheets(seen.after_correction) == sheets(seen.first) == sheets(seen.final)
    assert seen.first.cycle["digest"] == seen.final.cycle["digest"]


@pytest.mark.parametrize("group", [DILIGENT, NEGLIGENT])
def test_every_figure_of_a_sheet_opens_the_records_behind_it(
    two_years: TwoYears, afterwards: Doors, group: tuple[str, str]
):
    case, committee = two_years.seen.case[group], afterwards.committee
    wanted = {record for item in case["items"] for record in item["evidence_ids"]}
    records = {record: committee.get(f"activities/activities/{record}") for record in wanted}

    assert {record["group_id"] for record in records.values()} == {two_years.town.groups[group]}
    assert {record["stage"] for record in records.values()} == {"confirmed"}
    assert case["items"]
    for item in case["items"]:
        behind = [records[record] for record in item["evidence_ids"]]
        done = sum(value for name, value in item["figures"].items() if name.startswith("done_"))
        present = sum(value for name, value in item["figures"].items() if name.startswith("present_"))
        assert item["why"]
        assert not item["earned"] or item["earned"] < 0 or behind, item["key"]
        assert not done or done == len(behind), item["key"]
        assert not present or present == sum(record["present"] for record in behind), item["key"]


def test_the_aged_are_in_no_denominator(two_years: TwoYears, afterwards: Doors):
    record = afterwards.committee.get(f"activities/activities/{two_years.seen.study['id']}")
    aged = next(line for line in record["attendance"] if line["name"] == AGED)

    assert (aged["state"], aged["counted"]) == ("excused", False)
    assert (record["expected"], len(record["attendance"])) == (5, len(MEMBERS[DILIGENT]))


# --- the committee, the notice, the end ---


def test_the_committee_alone_decides_and_follows_the_sheet_without_a_reason(seen: SimpleNamespace):
    assert seen.organiser_decides == 403
    assert [status for status, _ in seen.follows] == [201]


@pytest.mark.parametrize(
    ("asked", "with_reason"),
    [("at_line", "at_line_with_reason"), ("over_quota", "over_quota_with_reason"), ("differs", "decided_again")],
)
def test_at_the_line_over_the_quota_and_against_the_sheet_a_decision_wants_a_reason(
    seen: SimpleNamespace, asked: str, with_reason: str
):
    status, answer = getattr(seen, asked)

    assert status == 409
    assert "理由" in answer["fields"]["reason"]
    assert getattr(seen, with_reason)[0] == 201


def test_somebody_not_assessed_has_no_grade_and_a_reason(seen: SimpleNamespace):
    case = seen.case[NANPING, SECOND]

    assert seen.differs_with_reason[0] == 201
    assert (case["stage"], case["grade"]) == ("closed", None)
    assert "病假" in case["grade_why"]


def test_results_are_published_when_all_are_decided_for_five_working_days(seen: SimpleNamespace):
    assert seen.publish_too_early == 409
    assert (seen.notice["notice_from"], seen.notice["notice_to"]) == ("2025-01-06", "2025-01-10")


def test_an_upheld_objection_opens_the_case_again_and_its_new_result_is_on_notice_in_full(seen: SimpleNamespace):
    assert seen.reopen_without_cause == 409
    assert (seen.reopened["stage"], seen.reopened["grade"]) == ("rating", None)
    assert seen.notice_again["notice_to"] == "2025-01-14"
    assert [(each["stage"], each["matter"]) for each in seen.case[MIDDLING]["objections"]] == [
        ("acted_on", "次数不实。")
    ]
    assert seen.dismissed["stage"] == "dismissed"


def test_a_year_is_closed_only_after_its_notice_and_with_every_objection_answered(seen: SimpleNamespace):
    assert seen.close_too_early == 409
    assert seen.close_on_the_last_day[0] == 409
    assert "2025-01-14" in seen.close_on_the_last_day[1]["detail"]
    assert seen.close_unanswered[0] == 409
    assert "1 件异议没有答复" in seen.close_unanswered[1]["detail"]
    assert seen.closed["stage"] == "closed"
    assert {row["stage"] for row in seen.final.rows} == {"closed"}
    assert grades(seen.final) == {
        DILIGENT: "excellent",
        STEADY: "excellent",
        (NANPING, FIRST): "competent",
        (NANPING, SECOND): None,
        MIDDLING: "incompetent",
        NEGLIGENT: "incompetent",
    }


def test_a_case_keeps_the_history_of_its_steps(two_years: TwoYears, afterwards: Doors):
    case = two_years.seen.case[MIDDLING]["id"]
    steps = afterwards.xihe.get(f"assessment/cases/{case}/history")

    assert [step["step"] for step in steps] == ["nominate", "accept", "decide", "reopen", "decide", "close"]
    assert [step["stage_after"] for step in steps][:-1] == [step["stage_before"] for step in steps][1:]


# --- what was wrong is set right ---


def test_incompetent_means_a_rectification_with_a_deadline(seen: SimpleNamespace):
    assert [(each["stage"], each["ordered_on"], each["due_on"]) for each in seen.ordered] == [
        ("plan", "2025-01-15", "2025-04-15"),
        ("plan", "2025-01-15", "2025-04-15"),
    ]
    assert seen.report_before_plan == 409


def test_a_rectification_is_planned_reported_returned_once_and_accepted_by_nobody_of_the_branch(seen: SimpleNamespace):
    steps = [(step["step"], step["reason"]) for step in seen.rectification_history]

    assert [step for step, _ in steps] == ["plan", "report", "return", "report", "accept"]
    assert steps[2][1] == "请附上活动记录的日期。"
    assert seen.own_acceptance == 403
    assert seen.cleared["stage"] == "cleared"
    assert "三月十二日" in seen.cleared["evidence"]


def test_an_overdue_rectification_is_reminded_escalated_and_left_to_people(two_years: TwoYears, seen: SimpleNamespace):
    told = seen.rectification_overdue
    branch = [(row["title"], row["link"]) for row in told if row["unit_id"] == two_years.town.units[XIHE]]
    office = [row["title"] for row in told if row["unit_id"] == two_years.town.id]
    link = f"/assessment/rectifications/{seen.ordered[1]['id']}"

    assert branch == [
        ("1件整改待报告，已经逾期", link),
        *[("1件整改待报告，期限2025年4月15日", link)] * 2,
    ]
    assert set(office) == {"1个单位有事逾期：1件整改待报告"}
    assert seen.rectification_waits["stage"] == "work"


# --- the second year ---


def test_the_second_year_goes_the_same_way(seen: SimpleNamespace):
    assert seen.second_closed["stage"] == "closed"
    assert seen.decided_second["refused"] == 0
    assert grades(seen.second_final)[NEGLIGENT] == "incompetent"
    assert seen.imports_2025[0]["refused"] == 0


def test_twice_running_means_that_a_replacement_is_proposed(seen: SimpleNamespace):
    (proposed,) = seen.proposed

    assert ((proposed["branch"], proposed["group"]), proposed["person"]) == (NEGLIGENT, "何闲")
    assert (proposed["year"], proposed["stage"], proposed["steps"]) == (2025, "proposed", ["replace", "keep"])


def test_the_post_ends_in_the_register_only_when_the_committee_has_decided(seen: SimpleNamespace):
    assert seen.leader_while_proposed == seen.leader_still == ["何闲"]
    assert (seen.replaced_by_organiser, seen.replaced_without_reason) == (403, 422)
    assert seen.replaced["stage"] == "decided"
    assert seen.leader_after == []
    assert seen.leader_gone == 404


def test_what_would_be_told_to_a_vacant_post_goes_to_the_township(two_years: TwoYears, seen: SimpleNamespace):
    told = [row for row in seen.told_instead if row["stands_in"]]

    assert {row["unit_id"] for row in told} == {two_years.town.groups[NEGLIGENT]}
    assert all("党小组长空缺" in row["body"] for row in told)


# --- at rest ---


@pytest.mark.parametrize("year", ["doctor_first", "doctor_second"])
def test_every_invariant_holds_at_the_end_of_the_year(seen: SimpleNamespace, year: str):
    assert getattr(seen, year) == dict.fromkeys(doctor.CHECKS, doctor.OK)


def test_at_every_turn_of_the_walk_there_waits_what_stands_where_somebody_must_act(two_years: TwoYears):
    assert set(two_years.otherwise) == {doctor.OK}


def test_the_walk_lies_in_two_years(two_years: TwoYears):
    assert two_years.last_day == date(2026, 1, 13)


# --- a vote on paper ---


def test_the_two_who_counted_a_vote_did_not_see_each_others_count_until_both_were_in(
    two_years: TwoYears, seen: SimpleNamespace
):
    first = two_years.town.people["田野"]
    typed = [each["yes"] for count in seen.differing for each in count["votes"] if each["person_id"] == first]
    assert seen.blind == []
    assert typed == [4, 3]
    elected = seen.elected
    assert (elected["stage"], elected["outcome"], elected["expected"], elected["round"]) == ("counted", "elected", 6, 2)
    assert [(each["name"], each["yes"], each["seated"]) for each in elected["announced"]] == [
        ("田野", 4, True),
        ("姚立", 1, False),
    ]
    assert elected["steps"] == []
