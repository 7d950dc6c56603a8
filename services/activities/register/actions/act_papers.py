"""Papers attached to an act on a member or to a correction: decision, letter, proof. None is ever asked for."""

from collections.abc import Sequence

from services.activities.register import queries
from services.activities.register.actions.units import KEEPS_REGISTER, require
from services.activities.register.models import Attachment
from shared import attachments
from shared.access import Actor
from shared.attachments import Bearer
from shared.db import Session
from shared.events import ActPaperChanged
from shared.files import Handed
from shared.roles import Role

MOST = 3
ADDS = KEEPS_REGISTER | {Role.SECRETARY}
TOO_MANY = f"一项最多 {MOST} 份材料，请先移除不需要的。"


def attach_paper(
    session: Session, actor: Actor, sort: str, thing_id: int, handed: Sequence[Handed]
) -> list[Attachment]:
    """Attach papers to an act or a correction; one that is attached already is not added twice. All, or none."""
    bears = queries.bearer_to_change(session, actor, sort, thing_id)
    require(actor, queries.unit_in_reach(session, actor, bears.unit_id), ADDS)
    bearer = Bearer(sort, bears.id, bears.unit_id, MOST, TOO_MANY)
    return attachments.add(
        session,
        actor,
        Attachment,
        bearer,
        handed,
        told=lambda each: ActPaperChanged(
            unit_id=bears.unit_id, sort=sort, thing_id=bears.id, attachment_id=each, change="added"
        ),
    )


def remove_paper(session: Session, actor: Actor, attachment_id: int) -> int:
    """Take a paper away again; the history says who did it. Returns whom the act is about."""
    found = queries.act_paper(session, actor, attachment_id)
    bears = queries.bearer_to_change(session, actor, found.sort, found.thing_id)
    require(actor, queries.unit_in_reach(session, actor, bears.unit_id), ADDS)
    fact = ActPaperChanged(
        unit_id=found.unit_id, sort=found.sort, thing_id=found.thing_id, attachment_id=found.id, change="removed"
    )
    attachments.remove(session, actor, found, fact)
    return bears.person_id


def take_act_paper(session: Session, actor: Actor, attachment_id: int) -> Attachment:
    """The file itself; that a paper was taken is told."""
    return attachments.taken(session, actor, queries.act_paper(session, actor, attachment_id), "act")
