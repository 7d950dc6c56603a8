"""Whoever was chosen and filed takes up a group's post on his day: the old span ends and the new one begins at once.

What the register cannot write it answers with a word, and nothing of it is written.
"""

from datetime import date

from services.activities.register import queries
from services.activities.register.actions.posts import begin, check_apart, end
from shared.access import SYSTEM
from shared.audit import announce
from shared.db import Session
from shared.errors import Refusal
from shared.events import ChosenDue, ChosenSeated
from shared.people import Person, Post, Unit
from shared.roles import Role

CHOSEN = "选配备案"
OTHER = {Role.LEADER: Role.DEPUTY, Role.DEPUTY: Role.LEADER}


class _CannotSitError(Exception):
    """Why not, as a word that assessment knows."""


def seat_chosen(session: Session, fact: ChosenDue) -> None:
    """Let him take up the post, whoever holds it until then leaves it, and say how it went."""
    post_id, why_not = 0, ""
    try:
        with session.begin_nested():
            post_id = _seat(session, fact).id
    except _CannotSitError as cannot:
        why_not = str(cannot)
    except Refusal:
        why_not = "refused"
    answer = ChosenSeated(
        unit_id=fact.unit_id,
        choosing_id=fact.choosing_id,
        person_id=fact.person_id,
        kind=fact.kind,
        post_id=post_id,
        why_not=why_not,
    )
    announce(session, answer, by=SYSTEM)


def _seat(session: Session, fact: ChosenDue) -> Post:
    day, kind = date.fromisoformat(fact.on), Role(fact.kind)
    unit, person = session.get_one(Unit, fact.unit_id), session.get_one(Person, fact.person_id)
    _refuse_unfit(session, unit, person, day)
    held = queries.post_held(session, unit.id, kind, on=day)
    if held is not None and held.person_id == person.id and held.ends_on is None:
        return held  # whoever goes on in his post goes on: it is the same post
    if held is not None:
        if held.starts_on >= day or not (fact.replaces or held.ends_on == day):
            raise _CannotSitError("taken")
        end(session, SYSTEM, held, day, CHOSEN)
    other = queries.post_held(session, unit.id, OTHER[kind], on=day, person_id=person.id)
    if other is not None:
        end(session, SYSTEM, other, day, CHOSEN, told=False)
    try:
        check_apart(session, SYSTEM, person.id, person.name, kind, on=day)
    except Refusal as apart:
        raise _CannotSitError("apart") from apart
    return begin(session, SYSTEM, person.id, unit.id, kind, on=day, reason=CHOSEN, chosen_id=fact.choosing_id)


def _refuse_unfit(session: Session, unit: Unit, person: Person, day: date) -> None:
    """The group is there, and he is a full member of its branch who leads no other group, on that day."""
    if unit.dissolved_on is not None and unit.dissolved_on <= day:
        raise _CannotSitError("unit_gone")
    member = queries.member_on(session, person.id, day)
    if member is None:
        raise _CannotSitError("left")
    membership, home = member
    if unit.branch_id not in (home.id, home.branch_id):
        raise _CannotSitError("elsewhere")
    if membership.kind != "full":
        raise _CannotSitError("not_full")
    if queries.leads_elsewhere(session, person.id, unit.id, day):
        raise _CannotSitError("leads")
