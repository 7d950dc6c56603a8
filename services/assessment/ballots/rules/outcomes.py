"""What came of a count that both tellers agree on, and what the table of moves makes of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.assessment.ballots.rules.checks import MOTION, Figures, is_void
from services.assessment.ballots.rules.stages import BallotStep, Result, Way
from services.assessment.ballots.rules.votes import (
    VoteRule,
    is_passed,
    is_quorate,
    votes_needed,
    who_is_elected,
    who_stands_again,
)


class Standing(StrEnum):
    """How a candidate came out of it."""

    ELECTED = "elected"
    TIED = "tied"  # level at the edge
    NOT = "not"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return {"elected": "当选", "tied": "得票相等", "not": "未当选"}[self.value]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is announced: the result; the votes that were needed; who got in, who is level, how many seats are left.

    again: between whom a second vote is.
    """

    result: Result
    needed: int
    elected: tuple[int, ...] = ()
    tied: tuple[int, ...] = ()
    left: int = 0
    again: tuple[int, ...] = ()

    def standing(self, who: int) -> Standing:
        """How one came out of it."""
        return Standing.ELECTED if who in self.elected else Standing.TIED if who in self.tied else Standing.NOT


STEPS: Mapping[Result, BallotStep] = {
    Result.PASSED: BallotStep.DECLARE,
    Result.LOST: BallotStep.DECLARE,
    Result.ELECTED: BallotStep.DECLARE,
    Result.TAKEN: BallotStep.DECLARE,
    Result.TIED: BallotStep.DECLARE_LEFT,
    Result.SHORT: BallotStep.DECLARE_LEFT,
    Result.INQUORATE: BallotStep.DECLARE_VOID,
    Result.VOID: BallotStep.DECLARE_VOID,
}
"""The step by which each result is announced."""


def outcome_of(rule: VoteRule, figures: Figures, *, way: Way, seats: int, expected: int) -> Outcome:
    """What a count comes to, by the rule of that kind of vote."""
    present = figures.present
    needed = votes_needed(rule, expected=expected, present=present) if rule.line is not None else 0
    if is_void(figures):
        return Outcome(Result.VOID, needed)
    if not is_quorate(rule, expected=expected, present=present):
        return Outcome(Result.INQUORATE, needed)
    if rule.line is None:
        return Outcome(Result.TAKEN, 0)
    votes = figures.in_favour
    if way is Way.MOTION:
        passed = is_passed(rule, expected=expected, present=present, votes=votes.get(MOTION, 0))
        return Outcome(Result.PASSED if passed else Result.LOST, needed)
    found = who_is_elected(rule, votes, seats=seats, expected=expected, present=present)
    result = Result.TIED if found.tied else Result.SHORT if found.left else Result.ELECTED
    return Outcome(result, needed, found.elected, found.tied, found.left, who_stands_again(votes, found))
