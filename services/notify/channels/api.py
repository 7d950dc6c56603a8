"""The doors of channels: what came of each delivery, and dead letters in the hands of a person."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query

from services.notify.channels import actions, queries
from services.notify.channels.queries import ways
from services.notify.channels.rules import DEAD, State
from services.notify.channels.schemas import (
    ApplicationWanted,
    AttemptShown,
    ChannelShown,
    DeliveryShown,
    Filter,
    GatewayWanted,
    KnownWanted,
    ListWanted,
    Moved,
    Noted,
    Several,
    WayShown,
    WayWanted,
    Why,
)
from services.notify.messages.rules import Topic
from shared.shapes import Day, Keyword
from shared.web import Door, Page, Paged, Signed, Unit, UrlId

door = Door(tags=["channels"])


def wanted(
    *,
    state: Annotated[list[State] | None, Query()] = None,
    channel: Keyword | None = None,
    topic: Topic | None = None,
    fact: Keyword | None = None,
    unit_id: UrlId | None = None,
    since: Day | None = None,
    until: Day | None = None,
    message_id: UrlId | None = None,
) -> Filter:
    """Which deliveries, from the query string."""
    return Filter(
        states=state or [],
        channel=channel,
        topic=topic,
        fact=fact,
        unit_id=unit_id,
        since=since,
        until=until,
        message_id=message_id,
    )


Wanted = Annotated[Filter, Depends(wanted)]


@door.get("/deliveries")
def deliveries(actor: Signed, session: Unit, page: Paged, asked: Wanted) -> Page[DeliveryShown]:
    """What was sent to whom by which channel, and what came of it."""
    rows = queries.deliveries(session, actor, asked, after=page.after, limit=page.limit)
    last = rows[-1].delivery.id if len(rows) == page.limit else None
    return Page(rows=[DeliveryShown.of(row) for row in rows], next=last)


@door.get("/dead-letters")
def dead_letters(actor: Signed, session: Unit, page: Paged, asked: Wanted) -> Page[DeliveryShown]:
    """Letters that wait for a person: failed, or of unknown fate."""
    asked.states = asked.states or list(DEAD)
    rows = queries.deliveries(session, actor, asked, after=page.after, limit=page.limit)
    last = rows[-1].delivery.id if len(rows) == page.limit else None
    return Page(rows=[DeliveryShown.of(row) for row in rows], next=last)


@door.get("/deliveries/{delivery_id}/attempts")
def attempts(delivery_id: UrlId, actor: Signed, session: Unit) -> list[AttemptShown]:
    """Every try of a delivery."""
    return [AttemptShown.of(row) for row in queries.attempts(session, actor, delivery_id)]


@door.post("/deliveries/{delivery_id}/resendings")
def resend_delivery(delivery_id: UrlId, asked: Why, actor: Signed, session: Unit) -> Moved:
    """Have it sent again."""
    return Moved.of(*actions.resend_deliveries(session, actor, [delivery_id], reason=asked.reason))


@door.post("/deliveries/{delivery_id}/confirmations")
def confirm_delivery(delivery_id: UrlId, asked: Why, actor: Signed, session: Unit) -> Moved:
    """It has arrived, as a person found out."""
    return Moved.of(*actions.confirm_deliveries(session, actor, [delivery_id], reason=asked.reason))


@door.post("/deliveries/{delivery_id}/discards")
def discard_delivery(delivery_id: UrlId, asked: Why, actor: Signed, session: Unit) -> Moved:
    """Drop it."""
    return Moved.of(*actions.discard_deliveries(session, actor, [delivery_id], reason=asked.reason))


@door.post("/resendings")
def resend_deliveries(asked: Several, actor: Signed, session: Unit) -> list[Moved]:
    """Have several sent again: all of them, or none."""
    return [Moved.of(row) for row in actions.resend_deliveries(session, actor, asked.delivery_ids, reason=asked.reason)]


@door.post("/confirmations")
def confirm_deliveries(asked: Several, actor: Signed, session: Unit) -> list[Moved]:
    """Several have arrived: all of them, or none."""
    moved = actions.confirm_deliveries(session, actor, asked.delivery_ids, reason=asked.reason)
    return [Moved.of(row) for row in moved]


@door.post("/discards")
def discard_deliveries(asked: Several, actor: Signed, session: Unit) -> list[Moved]:
    """Drop several: all of them, or none."""
    moved = actions.discard_deliveries(session, actor, asked.delivery_ids, reason=asked.reason)
    return [Moved.of(row) for row in moved]


@door.post("/telephone-calls")
def tell_by_telephone(asked: Several, actor: Signed, session: Unit) -> list[Moved]:
    """Those of the telephone list who were rung and know: all of them, or none."""
    moved = actions.tell_by_telephone(session, actor, asked.delivery_ids, reason=asked.reason)
    return [Moved.of(row) for row in moved]


@door.get("/channels/mail")
def channel_status(actor: Signed, session: Unit) -> ChannelShown:
    """How letters leave the building at present, and how those of one's own reach stand."""
    status = queries.channel_status(session, actor)
    return ChannelShown(**status, standing=queries.standing(session, actor, channel="mail"))


# --- other ways out ---


@door.get("/ways")
def ways_set_up(actor: Signed, session: Unit) -> list[WayShown]:
    """The ways that are set up in the townships that one serves, and how each stands; never an address or a key."""
    return [WayShown.of(row) for row in ways.ways(session, actor)]


@door.post("/ways", status_code=HTTPStatus.CREATED)
def set_way(asked: WayWanted, actor: Signed, session: Unit) -> WayShown:
    """Set up a robot for the group of a branch, or of the township; what is there of its kind takes the new address."""
    way = actions.set_way(session, actor, actions.robot(**asked.model_dump()))
    return WayShown.of(ways.way(session, actor, way.id))


@door.post("/gateways", status_code=HTTPStatus.CREATED)
def set_gateway(asked: GatewayWanted, actor: Signed, session: Unit) -> WayShown:
    """Set up the township's gateway for text messages; one that is there already takes what is chosen now."""
    way = actions.set_way(session, actor, actions.gateway(**asked.model_dump()))
    return WayShown.of(ways.way(session, actor, way.id))


@door.post("/applications", status_code=HTTPStatus.CREATED)
def begin_application(asked: ApplicationWanted, actor: Signed, session: Unit) -> WayShown:
    """From now on the township's application in WeCom or DingTalk carries messages to whom it knows."""
    way = actions.set_way(session, actor, actions.application(asked.unit_id, asked.kind))
    return WayShown.of(ways.way(session, actor, way.id))


@door.post("/numbers", status_code=HTTPStatus.CREATED)
def note_known(asked: KnownWanted, actor: Signed, session: Unit) -> Noted:
    """As whom the application knows the people of a township, for messages alone: all of the sheet, or nothing."""
    return Noted(people=actions.note_known(session, actor, **asked.model_dump()))


@door.post("/call-lists", status_code=HTTPStatus.CREATED)
def begin_list(asked: ListWanted, actor: Signed, session: Unit) -> WayShown:
    """From now on whoever has nothing else is on the township's telephone list."""
    way = actions.set_way(session, actor, actions.call_list(asked.unit_id))
    return WayShown.of(ways.way(session, actor, way.id))


@door.post("/ways/{way_id}/trials")
def try_way(way_id: UrlId, actor: Signed, session: Unit) -> WayShown:
    """Have a test message sent."""
    actions.ask_trial(session, actor, way_id)
    return WayShown.of(ways.way(session, actor, way_id))


@door.post("/ways/{way_id}/endings", status_code=HTTPStatus.NO_CONTENT)
def end_way(way_id: UrlId, asked: Why, actor: Signed, session: Unit) -> None:
    """It is used no more."""
    actions.end_way(session, actor, way_id, reason=asked.reason)
