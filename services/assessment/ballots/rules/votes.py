"""The table of votes: each has its own quorum and its own base, from the rule base. There is no one majority. Pure.

RULES.md, Choosing leaders, votes, elections: 支部工作条例 11, 12, 18; 发展党员工作细则 (2026) 19, 20, 32;
基层组织选举工作条例. For a group's leader no national rule exists: a township's own set says it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Any

from shared.errors import Invalid
from shared.rulebase import Rule, Rules


class VoteKind(StrEnum):
    """What is voted on, and by whom: each with a rule of its own."""

    GENERAL = "general"
    ADMISSION = "admission"
    COMMITTEE_ELECTION = "committee_election"
    BRANCH_COMMITTEE = "branch_committee"
    LEADER_ELECTION = "leader_election"
    APPRAISAL = "appraisal"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return KIND_WORDS[self]


KIND_WORDS: Mapping[VoteKind, str] = {
    VoteKind.GENERAL: "支部党员大会表决",
    VoteKind.ADMISSION: "接收预备党员、预备党员转正表决",
    VoteKind.COMMITTEE_ELECTION: "支部委员会选举",
    VoteKind.BRANCH_COMMITTEE: "支部委员会会议表决",
    VoteKind.LEADER_ELECTION: "党小组长选举",
    VoteKind.APPRAISAL: "民主测评",
}


class Base(StrEnum):
    """Of whom more than a share must be in favour; its value as the rule base says it."""

    EXPECTED = "应到会有表决权的党员"
    PRESENT = "实到会有表决权的党员"
    MEMBERS = "全体委员"


@dataclass(frozen=True, slots=True)
class Keys:
    """Under which keys the rule base has the figures of a kind of vote; empty where it knows no such figure."""

    quorum: str = ""
    quorum_more_than: str = ""
    line: str = ""
    base: str = ""
    written: str = ""


KEYS: Mapping[VoteKind, Keys] = {
    VoteKind.GENERAL: Keys(
        quorum="branch_meeting.quorum", line="branch_meeting.pass_more_than", base="branch_meeting.pass_basis"
    ),
    VoteKind.ADMISSION: Keys(
        quorum_more_than="admission.quorum_more_than",
        line="admission.pass_more_than",
        base="admission.pass_basis",
        written="admission.written_opinions",
    ),
    VoteKind.COMMITTEE_ELECTION: Keys(
        quorum="committee_election.quorum",
        line="committee_election.pass_more_than",
        base="committee_election.pass_basis",
    ),
    VoteKind.BRANCH_COMMITTEE: Keys(
        quorum="committee_meeting.quorum",
        line="committee_meeting.pass_more_than",
        base="committee_meeting.pass_basis",
    ),
    VoteKind.LEADER_ELECTION: Keys(
        quorum="leader_election.quorum",
        line="leader_election.pass_more_than",
        base="leader_election.pass_basis",
    ),
    VoteKind.APPRAISAL: Keys(),
}


class NoVote(Exception):
    """It decides nothing, so that nothing passes by it: one input of an opinion (支部工作条例 18)."""


@dataclass(frozen=True, slots=True)
class VoteRule:
    """What holds for a kind of vote on a day.

    quorum: the share of those who should be present that must be there, None where none is asked for; `exceeds`:
    more than that share. line: the share of the base that the votes must exceed, None where nothing is decided.
    written: opinions that absent members handed in before count. cited: where each figure stands.
    """

    kind: VoteKind
    quorum: Fraction | None
    exceeds: bool
    line: Fraction | None
    base: Base | None
    written: bool
    cited: tuple[str, ...] = ()


def rule_of(rules: Rules, kind: VoteKind) -> VoteRule | None:
    """The rule of a kind of vote among those of a day; None where that day had none of it."""
    keys = KEYS[kind]
    named = [key for key in (keys.quorum or keys.quorum_more_than, keys.line, keys.base, keys.written) if key]
    if any(key not in rules.by_key for key in named):
        return None
    quorum = keys.quorum or keys.quorum_more_than
    return VoteRule(
        kind,
        quorum=share(rules.rule(quorum)) if quorum else None,
        exceeds=bool(keys.quorum_more_than),
        line=share(rules.rule(keys.line)) if keys.line else None,
        base=base(rules.rule(keys.base)) if keys.base else None,
        written=bool(keys.written) and rules.is_so(keys.written),
        cited=tuple(dict.fromkeys(rules.rule(key).cited for key in named)),
    )


def share(rule: Rule) -> Fraction:
    """A share as an exact number. Invalid where a township's own set says something else."""
    found = rule.number
    if found is None or not 0 <= found <= 1:
        raise Invalid(
            f"制度里「{rule.title}」写的是「{rule.value}」，应当是 0 到 1 之间的份额，例如 1/2。请先更正制度。"
        )
    return found


def base(rule: Rule) -> Base:
    """Of whom the share is. Invalid where a township's own set says something else."""
    if str(rule.value) not in list(Base):
        known = "、".join(Base)
        raise Invalid(f"制度里「{rule.title}」写的是「{rule.value}」，应当是其中之一：{known}。请先更正制度。")
    return Base(str(rule.value))


# --- one function for each question ---


def is_quorate(rule: VoteRule, *, expected: int, present: int) -> bool:
    """Whether so many of those who should be there are enough to vote at all."""
    if rule.quorum is None:
        return True
    asked = rule.quorum * expected
    return expected > 0 and (present > asked if rule.exceeds else present >= asked)


def is_passed(rule: VoteRule, *, expected: int, present: int, votes: int) -> bool:
    """Whether so many votes in favour decide it: always more than the share, never exactly it.

    NoVote where nothing is decided.
    """
    return votes >= votes_needed(rule, expected=expected, present=present)


def present_needed(rule: VoteRule, *, expected: int) -> int:
    """How many must be there at least."""
    if rule.quorum is None:
        return 0
    asked = rule.quorum * expected
    return max(floor(asked) + 1 if rule.exceeds else ceil(asked), 1)


def votes_needed(rule: VoteRule, *, expected: int, present: int) -> int:
    """How many votes in favour decide it at least. NoVote where nothing is decided."""
    if rule.line is None or rule.base is None:
        raise NoVote
    base = present if rule.base is Base.PRESENT else expected
    return floor(rule.line * base) + 1


@dataclass(frozen=True, slots=True)
class Elected:
    """Who got a seat, in the order of votes; who stands level at the edge; and how many seats are left."""

    elected: tuple[int, ...]
    tied: tuple[int, ...]
    left: int


def who_is_elected(rule: VoteRule, votes: Mapping[int, int], *, seats: int, expected: int, present: int) -> Elected:
    """Of those over the line, as many as there are seats, by votes; whoever stands level at the edge is not elected.

    votes: in favour, by person, those written in among them.
    """
    needed = votes_needed(rule, expected=expected, present=present)
    over = sorted((who for who, count in votes.items() if count >= needed), key=lambda who: (-votes[who], who))
    if len(over) <= seats:
        return Elected(tuple(over), (), seats - len(over))
    edge = votes[over[seats - 1]]
    if votes[over[seats]] < edge:
        return Elected(tuple(over[:seats]), (), 0)
    safe = tuple(who for who in over if votes[who] > edge)
    return Elected(safe, tuple(who for who in over if votes[who] == edge), seats - len(safe))


def who_stands_again(votes: Mapping[int, int], result: Elected) -> tuple[int, ...]:
    """Between whom a second vote is: the tied; where too few got over the line, the next by votes, one more than seats.

    Whoever stands level with the last of these stands again too, and whoever got no vote does not.
    """
    if not result.left:
        return ()
    if result.tied:
        return result.tied
    rest = sorted(
        (who for who in votes if who not in result.elected and votes[who]), key=lambda who: (-votes[who], who)
    )
    if len(rest) <= result.left + 1:
        return tuple(rest)
    edge = votes[rest[result.left]]
    return tuple(who for who in rest if votes[who] >= edge)


# --- as it is kept with a vote that is judged by it ---


def as_kept(rule: VoteRule) -> dict[str, object]:
    """A rule as plain data."""
    return {
        "kind": str(rule.kind),
        "quorum": None if rule.quorum is None else str(rule.quorum),
        "exceeds": rule.exceeds,
        "line": None if rule.line is None else str(rule.line),
        "base": None if rule.base is None else str(rule.base),
        "written": rule.written,
        "cited": list(rule.cited),
    }


def from_kept(kept: Mapping[str, Any]) -> VoteRule:
    """The same read again."""
    return VoteRule(
        VoteKind(kept["kind"]),
        quorum=None if kept["quorum"] is None else Fraction(kept["quorum"]),
        exceeds=kept["exceeds"],
        line=None if kept["line"] is None else Fraction(kept["line"]),
        base=None if kept["base"] is None else Base(kept["base"]),
        written=kept["written"],
        cited=tuple(kept["cited"]),
    )


def said(rule: VoteRule) -> str:
    """A rule in a sentence, for the page and the paper."""
    quorum = "不要求到会人数"
    if rule.quorum is not None:
        whom = "全体委员" if rule.kind is VoteKind.BRANCH_COMMITTEE else "应到会有表决权的党员"
        quorum = f"到会人数{'超过' if rule.exceeds else '不少于'}{whom}的{in_parts(rule.quorum)}，会议有效"
    line = "结果只作参考，不是表决"
    if rule.line is not None and rule.base is not None:
        line = f"赞成票超过{rule.base}的{in_parts(rule.line)}，方为通过或者当选"
    written = "；会前正式提出的书面意见计入票数" if rule.written else ""
    return f"{quorum}；{line}{written}。"


def in_parts(share: Fraction) -> str:
    """A share in words: 二分之一 is 半数."""
    return "半数" if share == Fraction(1, 2) else f"{share.denominator}分之{share.numerator}"
