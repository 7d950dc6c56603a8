"""What the register hears, and what its clock does."""

from typing import Any

from services.activities.register import actions
from shared import daily, work
from shared.audit import hears
from shared.db import Session
from shared.events import ChosenDue, ReplacementDecided, ReplacementUndone


@work.task("activities.regroup", timed=True)
def carry_out(session: Session, payload: dict[str, Any]) -> None:
    """The day of a regrouping has come."""
    actions.carry_out(session, payload["planned_id"])


@work.task("activities.turn", timed=True)
def carry_out_turn(session: Session, payload: dict[str, Any]) -> None:
    """The day of an act on a member has come."""
    actions.carry_out_turn(session, payload["member_act_id"])


@daily.task("activities.contact")
def keep_contacts(session: Session, _payload: dict[str, Any]) -> None:
    """Whoever is away has to be contacted before long, by the rules of today."""
    actions.keep_contacts(session)


@daily.task("activities.look_over")
def look_over(session: Session, _payload: dict[str, Any]) -> None:
    """What in the register somebody must act on, by its days and the rules of today."""
    actions.look_over(session)


@hears("activities", ReplacementDecided)
def end_the_post(session: Session, fact: ReplacementDecided) -> None:
    """The register follows the committee's decision."""
    actions.follow_replacement(session, fact)


@hears("activities", ReplacementUndone)
def leave_in_post(session: Session, fact: ReplacementUndone) -> None:
    """The register follows that it was taken back."""
    actions.follow_undoing(session, fact)


@hears("activities", ChosenDue)
def seat_chosen(session: Session, fact: ChosenDue) -> None:
    """Whoever was chosen and filed takes up the post."""
    actions.seat_chosen(session, fact)
