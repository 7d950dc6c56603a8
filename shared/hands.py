"""Whose hands failed work and failed letters went through: when, who, what he did, and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Date, ScalarSelect, func, or_, select

from shared import clock
from shared.audit import Happening
from shared.db import Session
from shared.people import Account, Person, Post, Unit, holds_on
from shared.roles import Role


class Hand(NamedTuple):
    """One time that somebody took it in hand."""

    at: datetime
    by: str
    """His posts of that day over the unit, and his name as far as the reader reaches him: a branch reads the post."""
    step: str | None
    discarded: bool
    reason: str | None


def hands_on(session: Session, subjects: Iterable[str]) -> dict[str, list[Hand]]:
    """The hands that each of these went through, the latest first; `subjects` as WorkRedriven names them."""
    asked = (
        select(Happening, Person.name, _posts_then())
        .join(Unit, Unit.id == Happening.unit_id)
        .outerjoin(Account, Account.id == Happening.actor_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(Happening.subject.in_(list(subjects)), Happening.fact == "WorkRedriven")
        .order_by(Happening.id.desc())
    )
    found: dict[str, list[Hand]] = {}
    for row, name, posts in session.execute(asked):
        by = " ".join(part for part in ("、".join(Role(kind).chinese for kind in posts or ()), name) if part)
        hand = Hand(row.at, by or "系统", row.step, row.body["discarded"], row.reason)
        found.setdefault(row.subject, []).append(hand)
    return found


def _posts_then() -> ScalarSelect[list[str] | None]:
    """The posts that whoever acted held on that day in the unit, or above it."""
    day = func.timezone(str(clock.OFFICE_ZONE), Happening.at).cast(Date)
    here = or_(Post.unit_id == Unit.id, Post.unit_id == Unit.branch_id, Post.unit_id == Unit.township_id)
    return (
        select(func.array_agg(Post.kind.distinct()))
        .where(Post.person_id == Account.person_id, here, holds_on(Post.starts_on, Post.ends_on, day))
        .scalar_subquery()
    )
