"""The papers of acts on members and of corrections, for whoever answers for the membership."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select

from services.activities.register.models import Attachment, Correction, MemberAct
from services.activities.register.queries.units import in_reach, seen_unit_ids
from shared import attachments
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach, there
from shared.people import Unit
from shared.roles import Role

READS = (Role.ORGANISER, Role.SECRETARY, Role.COMMITTEE)
BEARERS: dict[str, type[MemberAct] | type[Correction]] = {"member_act": MemberAct, "correction": Correction}
"""What bears papers, by the word that its attachments have for it."""


def _seen(actor: Actor, sort: str) -> Select[Any]:
    """The ids of those whose papers somebody reads."""
    bears = BEARERS[sort]
    units = seen_unit_ids(actor).where(in_reach(actor, *READS)).with_only_columns(Unit.id)
    return select(bears.id).where(bears.unit_id.in_(units))


def papers_of(session: Session, actor: Actor, sort: str, ids: Collection[int]) -> dict[int, list[Attachment]]:
    """The papers of some acts, by act."""
    found: dict[int, list[Attachment]] = defaultdict(list)
    things = _seen(actor, sort).where(BEARERS[sort].id.in_(ids))
    for each in attachments.of(session, Attachment, sort, things) if ids else ():
        found[each.thing_id].append(each)
    return found


def act_paper(session: Session, actor: Actor, attachment_id: int) -> Attachment:
    """One of them."""
    sort = session.scalar(select(Attachment.sort).where(Attachment.id == attachment_id))
    if sort not in BEARERS:
        raise OutOfReach
    return attachments.one(session, Attachment, sort, attachment_id, _seen(actor, sort))


def bearer_to_change(session: Session, actor: Actor, sort: str, thing_id: int) -> MemberAct | Correction:
    """What is to bear a paper, locked."""
    bears: Any = BEARERS[sort]  # each has an id, a unit and a person
    query = select(bears).where(bears.id == thing_id, bears.id.in_(_seen(actor, sort))).with_for_update()
    found: MemberAct | Correction = there(session.scalars(query).one_or_none(), "这项登记")
    return found
