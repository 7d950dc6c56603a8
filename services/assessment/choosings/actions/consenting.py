"""The branch asks somebody whether he agrees to stand, and he answers himself; or the branch records it from paper."""

from services.assessment.cases.actions.standing import refuse_unless_for_branch
from services.assessment.choosings import queries
from services.assessment.choosings.actions.nominating import look_at
from services.assessment.choosings.models import Consent
from services.assessment.choosings.queries import Candidacy
from services.assessment.choosings.rules import ChoosingStage
from services.assessment.choosings.schemas import Asking
from shared import clock, switches
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, OutOfOrder
from shared.events import ConsentChanged
from shared.systems import System


def ask(session: Session, actor: Actor, choosing_id: int, asked: Asking) -> Consent:
    """Ask somebody; whoever has said no may be asked anew. Raises Conflict where he is asked or agrees already."""
    row = queries.choosing_to_change(session, actor, choosing_id)
    refuse_unless_for_branch(session, actor, row.branch_id, 0)
    switches.require_on(session, System.CHOOSINGS, row.township_id)
    if row.stage != ChoosingStage.DRAFT:
        raise OutOfOrder("人选已经提出，不用再征求意见。")
    today = clock.today(session)
    candidacy = Candidacy(row, asked.person_id, today)
    known = queries.found_of(session, [candidacy])
    look_at(known, candidacy)
    found = queries.consent_of(session, row.id, asked.person_id)
    if found is None:
        found = Consent(
            choosing_id=row.id, group_id=row.group_id, post=row.post, person_id=asked.person_id, asked_on=today
        )
        session.add(found)
    elif found.ended_on is None and found.agrees is not False:
        said = "正在等他答复" if found.agrees is None else "本人已经同意"
        raise Conflict(f"已经征求过{known.name(asked.person_id)}的意见，{said}。", field="person_id")
    found.asked_on, found.asked_by = today, actor.account_id
    found.agrees = found.answered_on = found.answered_by = found.ended_on = None
    session.flush()
    _tell(session, actor, found, "asked")
    return found


def answer(session: Session, actor: Actor, choosing_id: int, *, agrees: bool) -> Consent:
    """Somebody says of himself whether he agrees. Raises OutOfOrder where nobody needs it any more."""
    found = queries.own_consent(session, actor, choosing_id)
    if found.ended_on is not None:
        raise OutOfOrder("支部已经提出人选，或者不再选配，不用答复了。")
    if found.agrees is not None:
        raise Conflict("您已经答复过了；要改的，请告诉支部书记，由他重新征求您的意见。")
    found.agrees, found.answered_on, found.answered_by = agrees, clock.today(session), actor.account_id
    _tell(session, actor, found, "agreed" if agrees else "declined")
    return found


def _tell(session: Session, actor: Actor, row: Consent, change: str) -> None:
    fact = ConsentChanged(
        unit_id=row.group_id, choosing_id=row.choosing_id, kind=row.post, person_id=row.person_id, change=change
    )
    announce(session, fact, by=actor)
