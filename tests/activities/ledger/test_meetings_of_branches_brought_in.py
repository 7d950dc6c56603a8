"""A branch's general meeting and its committee's come in from a ledger as records of the branch, once."""

from datetime import date

import pytest
from sqlalchemy import text

from services.activities.ledger import actions
from services.activities.ledger.actions import Draft
from services.activities.ledger.rules import read_ledger
from services.activities.ledger.rules.kinds import Kind
from services.activities.register import actions as register
from shared.access import SYSTEM
from shared.roles import Role
from shared.tables.cells import Workbook, sheet_from
from tests.activities.conftest import Place, dump

HEADING = ["党支部", "党小组", "日期", "活动类型", "主题", "缺席人员及原因"]
GENERAL = ["东村党支部", "第一党小组", "2025-03-01", "支部党员大会", "讨论接收预备党员", "丙丁（请假）"]
COMMITTEE = ["东村党支部", "", "2025-03-02", "支委会", "研究党费", ""]
WRITTEN = ("activities.activity", "activities.attendance", "activities.tally")


def ledger(*rows: list[str]):
    return read_ledger(Workbook([sheet_from("台账", [HEADING, *rows])]), 2025)


@pytest.fixture
def committee(place: Place, working) -> Place:
    with working() as session:
        person = place.people["姊妹"]
        register.appoint(session, SYSTEM, person, place.branch, Role.COMMITTEE_MEMBER, starts_on=date(2025, 1, 1))
    return place


def test_it_is_the_branchs_with_a_roll_for_each_group_and_again_it_writes_nothing(committee: Place, working, office):
    place, read = committee, ledger(GENERAL, COMMITTEE)

    with working() as session:
        plan = actions.commit_ledger(session, SYSTEM, place.township, read)

    assert (plan.counts["read"], plan.counts["refused"]) == (2, 0)
    assert [plan.counts["by_kind"][kind] for kind in ("branch_meeting", "committee_meeting")] == [1, 1]
    general, of_committee = plan.activities
    assert (general.group_id, general.group_ids) == (place.branch, (place.group, place.sister))
    assert (general.expected, general.present) == (6, 5)
    assert (of_committee.group_id, of_committee.group_ids, of_committee.expected) == (place.branch, None, 2)
    before = dump(office, *WRITTEN)

    with working() as session:
        again = actions.commit_ledger(session, SYSTEM, place.township, read)

    assert (again.activities, again.unchanged, again.problems) == ([], 2, [])
    assert dump(office, *WRITTEN) == before


def test_what_it_says_otherwise_is_reported_and_a_branch_without_a_committee_holds_none(place: Place, working):
    elsewhere = ["西村党支部", "", "2025-03-02", "支委会", "研究党费", ""]
    with working() as session:
        session.execute(text("delete from office.post where unit_id = :branch"), {"branch": place.other_branch})
        actions.commit_ledger(session, SYSTEM, place.township, ledger(GENERAL))
        other = actions.preview_ledger(session, SYSTEM, place.township, ledger([*GENERAL[:5], "甲乙（请假）"]))
        none = actions.preview_ledger(session, SYSTEM, place.township, ledger(elsewhere))

    assert "缺席人员不同" in other.problems[0].problem
    assert other.activities == none.activities == []
    assert "请先登记支部书记和支部委员的任职" in none.problems[0].problem


def test_one_written_by_hand_is_the_same_meeting(place: Place, working):
    draft = Draft(kind=Kind.BRANCH_MEETING, held_on=date(2025, 3, 1), topic="讨论接收预备党员")
    with working(place.secretary) as session:
        actions.record_activity(session, place.secretary, place.branch, draft)
    with working() as session:
        plan = actions.preview_ledger(session, SYSTEM, place.township, ledger([*GENERAL[:5], ""]))

    assert (plan.activities, plan.unchanged) == ([], 1)
