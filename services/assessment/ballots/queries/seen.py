"""One vote as it is shown: its rule, who stands, who votes, who counts, what was counted, what came of it."""

from typing import Any

from sqlalchemy import Row

from services.assessment.ballots.models import Ballot
from services.assessment.ballots.queries.ballots import open_steps
from services.assessment.ballots.queries.counts import HIDDEN, NUMBERS, both_in, counts_seen, sheets_in, typed_by
from services.assessment.ballots.queries.people import announced, options_of, tellers_of, voters_of
from services.assessment.ballots.rules import (
    MOTION,
    BallotStage,
    Figures,
    VoteKind,
    VoteRule,
    Votes,
    doubts,
    from_kept,
    rule_of,
    said,
)
from services.assessment.ballots.rules import present_needed as least
from services.assessment.ballots.schemas import (
    AnnouncedSeen,
    BallotWhole,
    CountSeen,
    NameOnPaper,
    TellerSeen,
    VoterSeen,
    VotesFor,
    WrittenIn,
)
from services.assessment.cycles.queries import rules_of
from shared.access import Actor
from shared.db import Session


def rule_for(session: Session, row: Ballot) -> VoteRule | None:
    """The rule that a vote was opened by; before, the one of its day, if that day has one."""
    if row.rule is not None:
        return from_kept(row.rule)
    return rule_of(rules_of(session, row.township_id, row.held_on), VoteKind(row.kind))


def whole_of(session: Session, actor: Actor, row: Row[Any]) -> BallotWhole:
    """Everything about a vote that was seen."""
    one: Ballot = row[0]
    rule = rule_for(session, one)
    return BallotWhole.of(
        row,
        rule=said(rule) if rule else "这一天施行的制度里没有这种投票的规定。",
        present_needed=least(rule, expected=one.expected) if rule and one.rule else 0,
        options=[NameOnPaper.model_validate(each) for each in options_of(session, one.id)],
        voters=voters_seen(session, one),
        tellers=tellers_seen(session, one),
        announced=announced_seen(session, one),
        doubts=doubts_of(session, one),
        steps=[str(step) for step in open_steps(session, actor, one)],
    )


def doubts_of(session: Session, one: Ballot) -> list[str]:
    """Why its two counts need not be those of two people."""
    rows = [] if one.stage in HIDDEN else sheets_in(session, one)
    if not both_in(rows):
        return []
    sheets = [row.Sheet for row in rows]
    return doubts(by_slip=[each.by_slip for each in sheets], browsers=[each.browser for each in sheets])


def voters_seen(session: Session, one: Ballot) -> list[VoterSeen]:
    """The electorate, with whoever is left out of it."""
    return [
        VoterSeen(
            person_id=each.Voter.person_id,
            name=each.name,
            left_out=each.Voter.left_out,
            approved_by=each.Voter.approved_by,
            approved_on=each.Voter.approved_on,
        )
        for each in voters_of(session, one.id)
    ]


def tellers_seen(session: Session, one: Ballot) -> list[TellerSeen]:
    """Who counts, and who of them has typed in this round."""
    return [
        TellerSeen(
            place=each.Teller.place,
            person_id=each.Teller.person_id,
            name=each.name,
            typed=typed_by(session, one, each.Teller.id) > 0,
            has_slip=each.Teller.slip_hash is not None,
        )
        for each in tellers_of(session, one.id)
    ]


def announced_seen(session: Session, one: Ballot) -> list[AnnouncedSeen]:
    """How each came out of it; of one that does not stand, nobody."""
    if one.stage not in {BallotStage.COUNTED, BallotStage.UNSETTLED, BallotStage.REPEATED} or one.refused:
        return []
    return [
        AnnouncedSeen(
            person_id=each.Announced.person_id,
            name=one.title if each.Announced.person_id == MOTION else each.name,
            standing=each.Announced.standing,
            yes=each.Announced.yes,
            seated=each.Announced.seated,
        )
        for each in announced(session, one.id)
    ]


def as_figures(seen: CountSeen) -> Figures:
    """A count that is shown, for the arithmetic."""
    return Figures(
        **{name: getattr(seen, name) for name in NUMBERS},
        votes={each.person_id: Votes(each.yes, each.no, each.neither) for each in seen.votes},
        written_in={each.person_id: each.yes for each in seen.others},
    )


def counts_of(session: Session, actor: Actor, one: Ballot) -> list[CountSeen]:
    """The counts of this round that somebody may see."""
    return [
        CountSeen(
            place=row.place,
            name=row.name,
            round=row.Sheet.round,
            attempt=row.Sheet.attempt,
            by_slip=row.Sheet.by_slip,
            typed_at=row.Sheet.typed_at,
            **{name: getattr(figures, name) for name in NUMBERS},
            votes=[VotesFor(person_id=who, yes=v.yes, no=v.no, neither=v.neither) for who, v in figures.votes.items()],
            others=[WrittenIn(person_id=who, yes=count) for who, count in figures.written_in.items()],
        )
        for row, figures in counts_seen(session, actor, one)
    ]
