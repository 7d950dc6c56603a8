"""A vacant post opens a choosing by itself, the day that it is known; and ends it where it is vacant no more."""

from services.assessment.choosings import queries
from services.assessment.choosings.actions.ending import end
from services.assessment.choosings.actions.opening import adopt, open_vacancies
from shared import switches
from shared.db import Session
from shared.events import PostChanged
from shared.people import Unit
from shared.roles import Role
from shared.systems import System

HELD_AGAIN = "这个职务已有人担任，不再需要选配。"
GONE = "党小组已经撤销，不再需要选配。"
OFF = "本乡镇停用了“选配换届”。"


def follow_post(session: Session, fact: PostChanged) -> None:
    """Somebody took or left a post of a group: what that means for whoever is being chosen for it."""
    if fact.kind not in {Role.LEADER, Role.DEPUTY}:
        return
    township_id = session.get_one(Unit, fact.unit_id).township_id
    if township_id is None or not switches.is_on(session, System.CHOOSINGS, township_id):
        return
    for row in queries.needless(session, [fact.unit_id]):
        end(session, row, HELD_AGAIN)
    open_vacancies(session, [township_id], [fact.unit_id])
    adopt(session, [fact.unit_id])


def follow_switch(session: Session, township_id: int) -> None:
    """Leaders begin to be chosen in a township: what is vacant is found. They are so no more: what goes on ends.

    What is filed goes on: it has its number, and its day comes without anybody.
    """
    if switches.is_on(session, System.CHOOSINGS, township_id):
        open_vacancies(session, [township_id])
        return
    for row in queries.unfinished(session, township_id):
        end(session, row, OFF)


def look_over(session: Session) -> None:
    """Once a day, and where leaders begin to be chosen here: what is vacant, and what nobody needs any more."""
    for row in queries.of_gone_groups(session):
        end(session, row, GONE)
    for row in queries.needless(session):
        end(session, row, HELD_AGAIN)
    open_vacancies(session, queries.townships_with(session))
