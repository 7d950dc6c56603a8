"""What notify hears, and what its clock does about messages."""

from typing import Any

from services.notify.channels import actions as channels
from services.notify.messages import actions
from services.notify.messages.rules import RECIPIENTS
from shared import daily
from shared.audit import hears
from shared.db import Session
from shared.events import (
    AddressCorrected,
    CycleEnded,
    CycleWithdrawn,
    Fact,
    NoticeRecalled,
    PostChanged,
    StandInChanged,
)
from shared.work import task


def tell_them(session: Session, fact: Fact) -> None:
    """Tell whoever the table names."""
    actions.tell(session, fact)


for heard, entries in RECIPIENTS.items():
    if entries:  # whom an office wrote to itself is told elsewhere
        hears("notify", heard)(tell_them)


@hears("notify", AddressCorrected)
def address_corrected(session: Session, fact: AddressCorrected) -> None:
    """Letters that had nowhere to go may go, and he is told."""
    if fact.by_letter:
        channels.let_go(session, fact.person_id)
    actions.tell(session, fact)


@hears("notify", PostChanged)
def post_changed(session: Session, fact: PostChanged) -> None:
    """What is open goes to whoever sits there by now, and he is told."""
    actions.pass_on(session, units=[fact.unit_id])
    actions.tell(session, fact)


@hears("notify", StandInChanged)
def stand_in_changed(session: Session, fact: StandInChanged) -> None:
    """The same, of a post that is stood in for."""
    actions.pass_on(session, units=[fact.unit_id])
    actions.tell(session, fact)


ENDS = {
    CycleWithdrawn: ("CycleOpened",),
    NoticeRecalled: ("NoticeOpened",),
    CycleEnded: ("CycleOpened", "CycleScored", "NoticeOpened"),
}
"""What is over with a fact: whatever these told before of the same year."""


def end_and_tell(session: Session, fact: Fact) -> None:
    """What was told before asks for nothing any more, and those who were told are told."""
    actions.let_rest(session, fact, ENDS[type(fact)])
    actions.tell(session, fact)


for ends in ENDS:
    hears("notify", ends)(end_and_tell)


@daily.task("notify.keep_notices")
def keep_notices(session: Session, _payload: dict[str, Any]) -> None:
    """Posts were taken up or left with this day, and the working days may have changed."""
    actions.keep_notices(session)


@daily.task("notify.remind")
def remind(session: Session, _payload: dict[str, Any]) -> None:
    """Every township in which something waits is reminded this morning."""
    actions.remind(session)


@task("notify.remind_township", timed=True)
def remind_township(session: Session, payload: dict[str, Any]) -> None:
    """What is near, late or to be reported in a township is said."""
    actions.remind_township(session, payload["township_id"])
