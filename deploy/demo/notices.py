"""A notice of the office's own: it goes to secretaries and leaders, and some of them have given their receipt."""

from collections.abc import Callable
from datetime import timedelta

from services.notify.circulars import actions, queries
from services.notify.circulars.schemas import Written
from shared import clock
from shared.access import Actor
from shared.db import unit
from shared.people import branches_of, groups_of
from shared.roles import Role

TITLE = "关于报送第一季度学习计划的通知"
BODY = """请各支部书记、党小组长把第一季度的学习计划报镇党建办，可以手写，拍照、交纸质的都行。
联系人：镇党建办，电话见办公室墙上的值班表。"""
DAYS = 10
"""Until when receipts are asked for."""

Holder = Callable[[int, Role], Actor]


def send(township_id: int, organiser: Actor, rest: Callable[[], None]) -> int:
    """The organiser writes it and sends it to whom the preview names; returns its number."""
    with unit("notify", organiser) as session:
        asked = Written(
            title=TITLE,
            body=BODY,
            posts=(Role.SECRETARY, Role.LEADER),
            units=tuple(branches_of(session, township_id)),
            wants_receipt=True,
            due_on=clock.today(session) + timedelta(days=DAYS),
        )
        made = actions.write(session, organiser, asked).id
    with unit("notify", organiser) as session:
        told = queries.recipients(session, queries.circular(session, organiser, made))
        actions.send(session, organiser, made, recipients=len(told))
    rest()
    return made


def receipt(circular_id: int, township_id: int, organiser: Actor, holder: Holder) -> None:
    """Every second secretary confirms it; of the first branch a leader's slip comes back on paper; the others wait."""
    with unit("notify") as session:
        branches = branches_of(session, township_id)
        groups = groups_of(session, branches[0])
    for branch_id in branches[::2]:
        secretary = holder(branch_id, Role.SECRETARY)
        with unit("notify", secretary) as session:
            actions.give_receipt(session, secretary, circular_id)
    with unit("notify", organiser) as session:
        found = queries.circular(session, organiser, circular_id)
        slips = [
            line.message_id
            for line in queries.lines(session, organiser, found)
            if line.unit_id in groups and line.acknowledged_at is None and line.person_id is not None
        ]
        if slips:
            actions.record_on_paper(session, organiser, circular_id, slips[:1], clock.today(session))
