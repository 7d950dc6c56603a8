"""Facts of votes on paper."""

from dataclasses import dataclass

from shared.events.fact import Fact


@dataclass(frozen=True, kw_only=True)
class BallotCalled(Fact):
    """A vote on paper was called; for which thing of which topic, or for none."""

    about = "ballot_id"
    ballot_id: int
    purpose: str
    subject_id: int  # 0: what is voted on stands in its title


@dataclass(frozen=True, kw_only=True)
class BallotMoved(Fact):
    """A vote on paper went from one stage to the next."""

    about = "ballot_id"
    heard_by = ("assessment",)
    ballot_id: int


@dataclass(frozen=True, kw_only=True)
class BallotDeclared(Fact):
    """What came of a vote was announced."""

    about = "ballot_id"
    heard_by = ("assessment",)
    ballot_id: int
    purpose: str
    subject_id: int
    result: str


@dataclass(frozen=True, kw_only=True)
class TellerNamed(Fact):
    """Somebody is to count a vote, the first or the second of two."""

    about = "ballot_id"
    heard_by = ("notify",)
    ballot_id: int
    person_id: int
    place: int


@dataclass(frozen=True, kw_only=True)
class TellerSlipMade(Fact):
    """A teller without an account got a slip of paper with a word by which he types his count; had he one, he hears."""

    about = "ballot_id"
    heard_by = ("notify",)
    ballot_id: int
    person_id: int
    place: int


@dataclass(frozen=True, kw_only=True)
class CountTyped(Fact):
    """A teller has typed what he counted, in a round of counting; how often, and whether by a slip."""

    about = "ballot_id"
    ballot_id: int
    place: int
    round: int
    attempt: int
    by_slip: bool
