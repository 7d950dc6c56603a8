"""Shapes of posts: of acts on officers, of duties, of who takes a post over or stands in for it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from services.activities.register.rules.officers import Act, Stage, Wish
from services.activities.register.schemas.ending import Ending
from services.activities.register.schemas.people import Login, Reason
from shared.roles import Role
from shared.shapes import Day, Id, Shape


class NewOfficerAct(Shape):
    """An act on an officer's account or post, to be agreed by another; a dismissal names the post alone.

    `day`: from when it holds; none: the day on which it is done. `until`: of standing in, the last day.
    """

    act: Act
    person_id: Id | None = None
    unit_id: Id | None = None
    kind: Role | None = None
    post_id: Id | None = None
    day: Day | None = None
    until: Day | None = None
    login: Login | None = None
    reason: Reason

    def wish(self) -> Wish:
        """What is asked for."""
        return Wish(**self.model_dump(exclude={"reason"}))


class OfficerActOut(Shape):
    """An act that was asked for, and where it stands."""

    id: int
    act: Act
    person_id: int
    name: str
    unit_name: str | None
    kind: str | None
    day: date | None
    until: date | None
    login: str | None
    stage: Stage
    reason: str
    asked_as: str
    asked_by: str | None
    asked_at: datetime
    agrees: str
    decided_by: str | None
    decided_at: datetime | None
    why_not: str | None


class HolderOut(Shape):
    """Who holds a post."""

    post_id: int
    person_id: int
    name: str
    unit_id: int
    kind: str
    starts_on: date
    duties: tuple[str, ...]
    ends_on: date | None


class Duty(StrEnum):
    """What a member of a branch's committee answers for; the 副书记 stands in where there is no secretary."""

    DEPUTY_SECRETARY = "deputy_secretary"
    ORGANISATION = "organisation"
    PUBLICITY = "publicity"
    DISCIPLINE = "discipline"


class NewPost(Shape):
    """Somebody takes up a post. `taken_over_why`: of a group's post, where leaders are chosen (选配换届)."""

    person_id: Id
    kind: Role
    starts_on: Day | None = None
    duties: Annotated[tuple[Duty, ...], Field(max_length=4)] = ()
    taken_over_why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] | None = None


class Succession(Shape):
    """Another takes a post over, from a day on (today, unless one is named), which may be to come."""

    person_id: Id
    starts_on: Day | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class NewStandIn(Shape):
    """Somebody stands in for a post, until `last_day`, which is the last one on which he does."""

    person_id: Id
    kind: Role
    last_day: Day
    starts_on: Day | None = None
    reason: Reason


class StandInOut(Shape):
    """Who stands in for a post, or will."""

    stand_in_id: int
    person_id: int
    name: str
    unit_id: int
    unit_name: str
    kind: str
    starts_on: date
    last_day: date
    reason: str


class PostEnding(Ending):
    """Somebody leaves a post, or stands in for it no more."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
