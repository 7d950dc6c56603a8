"""What the register hears."""

from services.activities.register import actions
from shared.audit import hears
from shared.db import Session
from shared.events import ReplacementDecided


@hears("activities", ReplacementDecided)
def end_the_post(session: Session, fact: ReplacementDecided) -> None:
    """The register follows the committee's decision."""
    actions.follow_replacement(session, fact)
