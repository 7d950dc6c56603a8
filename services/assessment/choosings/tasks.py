"""What a choosing hears, and what its clock does."""

from typing import Any

from services.assessment.choosings import actions
from services.assessment.choosings.rules import BY_VOTE
from shared import daily, work
from shared.audit import hears
from shared.db import Session
from shared.events import BallotDeclared, BallotMoved, ChosenSeated, PostChanged, SettingChanged
from shared.office_settings import Key


@work.task("assessment.begin_post", timed=True)
def begin_post(session: Session, payload: dict[str, Any]) -> None:
    """The day of a post has come."""
    actions.begin_post(session, payload["choosing_id"])


@daily.task("assessment.look_over_choosings")
def look_over(session: Session, _payload: dict[str, Any]) -> None:
    """What is vacant, and what nobody needs any more."""
    actions.look_over(session)


@hears("assessment", BallotDeclared)
def counted(session: Session, fact: BallotDeclared) -> None:
    """A vote has announced its result."""
    if fact.purpose == BY_VOTE:
        actions.counted(session, fact.subject_id)


@hears("assessment", BallotMoved)
def follow_vote(session: Session, fact: BallotMoved) -> None:
    """A vote went on otherwise."""
    actions.follow_vote(session, fact.ballot_id)


@hears("assessment", ChosenSeated)
def seated(session: Session, fact: ChosenSeated) -> None:
    """The register has answered."""
    actions.seated(session, fact)


@hears("assessment", PostChanged)
def follow_post(session: Session, fact: PostChanged) -> None:
    """A post of a group was taken or left."""
    actions.follow_post(session, fact)


@hears("assessment", SettingChanged)
def follow_switch(session: Session, fact: SettingChanged) -> None:
    """Leaders begin to be chosen in a township, or are so no more."""
    if fact.key == Key.SYSTEMS:
        actions.follow_switch(session, fact.unit_id)
