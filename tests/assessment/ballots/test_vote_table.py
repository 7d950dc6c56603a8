"""The table of votes, case by case and by hand: each has its own quorum, its own base, and no majority of another."""

from datetime import date

import pytest

from services.assessment.ballots.rules import (
    MOTION,
    Figures,
    NoVote,
    Result,
    Standing,
    VoteKind,
    Votes,
    Way,
    as_kept,
    differences,
    flaws,
    from_kept,
    is_passed,
    is_quorate,
    is_void,
    outcome_of,
    present_needed,
    rule_of,
    said,
    votes_needed,
    who_is_elected,
    who_stands_again,
)
from services.assessment.ballots.rules.strokes import TABLE, UNKNOWN, proposed_order, strokes_of, unknown_among
from shared.errors import Invalid
from shared.rulebase import effective, lay_over, read_rules, shipped

DAY = date(2026, 6, 1)
GENERAL, ADMISSION = VoteKind.GENERAL, VoteKind.ADMISSION
COMMITTEE, BRANCH, LEADER = VoteKind.COMMITTEE_ELECTION, VoteKind.BRANCH_COMMITTEE, VoteKind.LEADER_ELECTION


def rule(kind: VoteKind):
    return rule_of(effective(DAY, "zhen"), kind)


# kind, 应到, 实到: whether it may be voted on at all
QUORUM = [
    (GENERAL, 20, 10, True),  # exactly one half is enough for a general meeting
    (GENERAL, 20, 9, False),
    (GENERAL, 21, 11, True),
    (GENERAL, 21, 10, False),
    (GENERAL, 1, 1, True),
    (GENERAL, 0, 0, False),
    (ADMISSION, 20, 10, False),  # exactly one half is not enough to admit somebody
    (ADMISSION, 20, 11, True),
    (ADMISSION, 21, 10, False),
    (ADMISSION, 21, 11, True),
    (ADMISSION, 2, 1, False),
    (COMMITTEE, 20, 16, True),  # four fifths
    (COMMITTEE, 20, 15, False),
    (COMMITTEE, 21, 17, True),  # 16.8
    (COMMITTEE, 21, 16, False),
    (COMMITTEE, 3, 3, True),  # 2.4
    (COMMITTEE, 3, 2, False),
    (BRANCH, 5, 3, True),
    (BRANCH, 5, 2, False),
    (BRANCH, 4, 2, True),
    (LEADER, 12, 6, True),
    (LEADER, 12, 5, False),
    (LEADER, 13, 7, True),
    (LEADER, 13, 6, False),
    (VoteKind.APPRAISAL, 20, 1, True),  # none is asked for
]


@pytest.mark.parametrize(("kind", "expected", "present", "enough"), QUORUM)
def test_each_vote_has_its_own_quorum(kind, expected, present, enough):
    assert is_quorate(rule(kind), expected=expected, present=present) is enough
    assert (present >= present_needed(rule(kind), expected=expected)) is enough


# kind, 应到, 实到, in favour: whether it passes
PASSES = [
    (GENERAL, 20, 12, 10, False),  # exactly half of 应到会 never passes
    (GENERAL, 20, 12, 11, True),
    (GENERAL, 20, 10, 10, False),  # all who are there, and no more than half of those who should be
    (GENERAL, 20, 11, 11, True),
    (GENERAL, 21, 15, 10, False),
    (GENERAL, 21, 15, 11, True),
    (ADMISSION, 20, 15, 10, False),
    (ADMISSION, 20, 15, 11, True),
    (ADMISSION, 21, 11, 10, False),
    (ADMISSION, 21, 11, 11, True),
    (COMMITTEE, 20, 16, 8, False),  # half of those present
    (COMMITTEE, 20, 16, 9, True),  # of those present, not of 应到会
    (COMMITTEE, 20, 17, 9, True),
    (COMMITTEE, 20, 17, 8, False),
    (BRANCH, 5, 3, 2, False),  # of all its members
    (BRANCH, 5, 3, 3, True),
    (BRANCH, 4, 4, 2, False),
    (BRANCH, 4, 3, 3, True),
    (LEADER, 12, 6, 3, False),  # half of those present
    (LEADER, 12, 6, 4, True),
    (LEADER, 12, 7, 4, True),
    (LEADER, 12, 12, 6, False),
    (LEADER, 12, 12, 7, True),
    (LEADER, 12, 0, 0, False),
]


@pytest.mark.parametrize(("kind", "expected", "present", "votes", "passes"), PASSES)
def test_each_vote_has_its_own_base_and_half_never_passes(kind, expected, present, votes, passes):
    assert is_passed(rule(kind), expected=expected, present=present, votes=votes) is passes
    assert (votes >= votes_needed(rule(kind), expected=expected, present=present)) is passes


# in favour by person, seats, 实到 of a leader's election: elected, level at the edge, seats left, who stands again
ELECTED = [
    ({1: 8, 2: 4}, 1, 12, (1,), (), 0, ()),
    ({1: 6, 2: 6}, 1, 12, (), (), 1, (1, 2)),  # half each: neither is over the line
    ({1: 7, 2: 7}, 1, 12, (), (1, 2), 1, (1, 2)),  # papers may name two who are over it only where seats allow
    ({1: 10, 2: 9, 3: 8}, 2, 12, (1, 2), (), 0, ()),
    ({1: 10, 2: 8, 3: 8}, 2, 12, (1,), (2, 3), 1, (2, 3)),
    ({1: 9, 2: 9, 3: 9}, 2, 12, (), (1, 2, 3), 2, (1, 2, 3)),
    ({1: 9, 2: 9, 3: 3}, 2, 12, (1, 2), (), 0, ()),
    ({1: 9, 2: 5, 3: 4}, 2, 12, (1,), (), 1, (2, 3)),
    ({1: 5, 2: 4, 3: 3}, 1, 12, (), (), 1, (1, 2)),  # nobody is over it: between the two highest
    ({1: 5, 2: 4, 3: 4}, 1, 12, (), (), 1, (1, 2, 3)),  # level with the second highest
    ({1: 0, 2: 0}, 1, 12, (), (), 1, ()),  # nobody stands again who got no vote
    ({1: 7}, 1, 12, (1,), (), 0, ()),  # as many candidates as seats
    ({1: 6}, 1, 12, (), (), 1, (1,)),
    ({1: 2, 9: 7}, 1, 12, (9,), (), 0, ()),  # written in
    ({1: 10, 2: 10, 3: 10, 4: 8}, 4, 12, (1, 2, 3, 4), (), 0, ()),
]


@pytest.mark.parametrize("case", ELECTED)
def test_whoever_is_over_the_line_gets_a_seat_and_a_tie_at_the_edge_is_voted_on_again(case):
    votes, seats, present, elected, tied, left, again = case
    found = who_is_elected(rule(LEADER), votes, seats=seats, expected=14, present=present)

    assert (found.elected, found.tied, found.left) == (elected, tied, left)
    assert who_stands_again(votes, found) == again


GOOD = Figures(12, 12, 12, 11, 1, {1: Votes(7, 3, 1), 2: Votes(4, 6, 1)})
# what was counted, 应到, seats: the field that is wrong, or none
SUMS = [
    (GOOD, 14, 1, None),
    (Figures(15, 12, 12, 11, 1, GOOD.votes), 14, 1, "present"),  # more there than should be
    (Figures(12, 13, 12, 11, 1, GOOD.votes), 14, 1, "issued"),  # more papers than people
    (Figures(12, 12, 12, 11, 0, GOOD.votes), 14, 1, "valid"),  # valid and invalid are not what came back
    (Figures(12, 12, 11, 11, 1, GOOD.votes), 14, 1, "valid"),
    (Figures(12, 12, 12, 11, 1, {1: Votes(7, 3, 0)}), 14, 1, "yes.1"),  # a paper says nothing of him
    (Figures(12, 12, 12, 11, 1, {1: Votes(8, 3, 1)}), 14, 1, "yes.1"),
    (Figures(12, 12, 12, 11, 1, {1: Votes(7, 3, 1), 2: Votes(5, 5, 1)}), 14, 1, "valid"),  # 12 marks on 11 papers
    (Figures(12, 12, 12, 11, 1, {1: Votes(7, 3, 1), 2: Votes(5, 5, 1)}), 14, 2, None),
    (Figures(12, 12, 12, 11, 1, {1: Votes(7, 3, 1)}, {9: 4}), 14, 1, None),
    (Figures(12, 12, 12, 11, 1, {1: Votes(7, 3, 1)}, {9: 5}), 14, 1, "valid"),
    (Figures(12, 12, 12, 11, 1, {1: Votes(0, 11, 0)}, {9: 12}), 14, 2, "other.9"),
    (Figures(12, 12, 12, 12, 0, {MOTION: Votes(7, 3, 2)}), 14, 0, None),
    (Figures(12, 12, 12, 12, 0, {MOTION: Votes(7, 3, 2)}, {}, 2, 0), 14, 0, "yes_written"),  # none count there
    (Figures(0, 0, 0, 0, 0, {MOTION: Votes(0)}), 14, 0, None),
]


@pytest.mark.parametrize(("counted", "expected", "seats", "wrong"), SUMS)
def test_what_cannot_be_is_named_by_its_field(counted, expected, seats, wrong):
    found = [field for field, _ in flaws(counted, expected=expected, seats=seats)]

    assert found[:1] == ([wrong] if wrong else [])


def test_opinions_that_were_handed_in_count_where_somebody_is_admitted_and_never_more_than_are_absent():
    counted = Figures(11, 11, 11, 11, 0, {MOTION: Votes(9, 2, 0)}, {}, 2, 0)

    assert not list(flaws(counted, expected=20, seats=0, written=True))
    assert outcome_of(rule(ADMISSION), counted, way=Way.MOTION, seats=0, expected=20).result is Result.PASSED
    without = Figures(11, 11, 11, 11, 0, {MOTION: Votes(9, 2, 0)})
    assert outcome_of(rule(ADMISSION), without, way=Way.MOTION, seats=0, expected=20).result is Result.LOST
    too_many = Figures(11, 11, 11, 11, 0, {MOTION: Votes(9, 2, 0)}, {}, 9, 1)
    assert [field for field, _ in flaws(too_many, expected=20, seats=0, written=True)] == ["yes_written"]


@pytest.mark.parametrize(
    ("counted", "result"),
    [
        (Figures(6, 6, 7, 7, 0, {1: Votes(7), 2: Votes(0, 7)}), Result.VOID),  # more came back than were given out
        (Figures(6, 6, 6, 6, 0, {1: Votes(4, 2), 2: Votes(2, 4)}), Result.ELECTED),
        (Figures(5, 5, 5, 5, 0, {1: Votes(5), 2: Votes(0, 5)}), Result.INQUORATE),
        (Figures(6, 6, 6, 6, 0, {1: Votes(3, 3), 2: Votes(3, 3)}), Result.SHORT),
        (Figures(7, 7, 6, 6, 0, {1: Votes(4, 2), 2: Votes(2, 4)}), Result.ELECTED),  # one took his paper home
        (
            Figures(9, 9, 9, 5, 4, {1: Votes(4, 1), 2: Votes(1, 4)}),
            Result.SHORT,
        ),  # papers that are not valid are not for
    ],
)
def test_what_a_leaders_election_comes_to(counted, result):
    found = outcome_of(rule(LEADER), counted, way=Way.CHOOSE, seats=1, expected=12)

    assert found.result is result
    assert is_void(counted) is (result is Result.VOID)
    assert (found.standing(1) is Standing.ELECTED) is (result is Result.ELECTED)


def test_an_appraisal_decides_nothing():
    counted = Figures(3, 3, 3, 3, 0, {MOTION: Votes(3)})

    assert outcome_of(rule(VoteKind.APPRAISAL), counted, way=Way.MOTION, seats=0, expected=20).result is Result.TAKEN
    with pytest.raises(NoVote):
        is_passed(rule(VoteKind.APPRAISAL), expected=20, present=3, votes=3)


def test_nobody_was_admitted_by_the_rules_of_2026_before_they_held():
    assert rule_of(effective(date(2026, 5, 10)), ADMISSION) is None
    assert rule_of(effective(date(2026, 5, 11)), ADMISSION) is not None


@pytest.mark.parametrize("kind", VoteKind)
def test_a_rule_is_kept_with_its_vote_and_read_again_and_says_where_it_stands(kind):
    assert from_kept(as_kept(rule(kind))) == rule(kind)
    assert said(rule(kind)).endswith("。")
    assert rule(kind).cited or kind is VoteKind.APPRAISAL


OWN = """
name: zhen
title: 镇实施意见
version: "9"
rules:
  - {key: leader_election.quorum, title: 选举党小组长到会人数, value: "4/5", direction: choice, article: 三, source: 实施意见（镇）, mark: L}
  - {key: leader_election.pass_basis, title: 党小组长当选的基数, value: BASE, direction: choice, article: 三,
     source: 实施意见（镇）, mark: L}
"""


def test_a_township_chooses_quorum_and_base_of_its_leaders_elections():
    own = read_rules(OWN.replace("BASE", "应到会有表决权的党员"))
    chosen = rule_of(lay_over(shipped("national"), own).on(DAY), LEADER)

    assert not is_quorate(chosen, expected=12, present=9)
    assert is_quorate(chosen, expected=12, present=10)
    assert votes_needed(chosen, expected=12, present=10) == 7
    assert votes_needed(rule(LEADER), expected=12, present=10) == 6


@pytest.mark.parametrize("base", ["半数以上", "''"])
def test_a_base_that_nobody_understands_is_refused_with_those_that_are(base):
    own = read_rules(OWN.replace("BASE", base))

    with pytest.raises(Invalid, match="实到会有表决权的党员"):
        rule_of(lay_over(shipped("national"), own).on(DAY), LEADER)


def test_two_counts_differ_by_field():
    other = Figures(12, 12, 12, 11, 1, {1: Votes(6, 4, 1), 2: Votes(4, 6, 1)}, {9: 1})

    assert differences(GOOD, GOOD) == []
    assert differences(GOOD, other) == [("yes.1", 7, 6), ("no.1", 3, 4), ("other.9", 0, 1)]


def test_names_are_proposed_by_the_strokes_of_their_surnames_and_whoever_is_not_known_comes_last():
    named = [(1, "魏兰"), (2, "丁香"), (3, "厍风"), (4, "许安"), (5, "江海")]

    assert proposed_order(named) == [2, 4, 5, 1, 3]
    assert unknown_among(name for _, name in named) == ["厍风"]
    assert strokes_of("") == UNKNOWN
    signs = "".join(TABLE.values())
    assert len(signs) == len(set(signs))  # nobody has two numbers of strokes
