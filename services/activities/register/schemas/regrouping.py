"""Shapes of splitting, merging and moving groups."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.activities.register.rules.regrouping import Asked, Dissolve, Merge, Move, Part, Split
from services.activities.register.rules.regrouping_said import Outlook
from services.activities.register.schemas.people import Name
from shared.shapes import Day, Id, Shape

Ids = Annotated[list[Id], Field(min_length=1, max_length=500)]


class PartIn(Shape):
    """A new group that is split off."""

    name: Name
    members: Ids
    leader: Id | None = None


class SplitIn(Shape):
    """A group is split."""

    sort: Literal["split"]
    group_id: Id
    parts: Annotated[list[PartIn], Field(min_length=1, max_length=20)]
    on: Day

    def asked(self) -> Asked:
        """What the action takes."""
        parts = [Part(name=part.name, members=part.members, leader=part.leader) for part in self.parts]
        return Split(group_id=self.group_id, parts=parts, on=self.on)


class MergeIn(Shape):
    """Groups of a branch become one: `into` one of them, or a new one of this name."""

    sort: Literal["merge"]
    group_ids: Ids
    into: Id | None = None
    name: Name | None = None
    leader: Id | None = None
    on: Day

    def asked(self) -> Asked:
        """What the action takes."""
        return Merge(group_ids=self.group_ids, into=self.into, name=self.name or "", leader=self.leader, on=self.on)


class MoveIn(Shape):
    """A group belongs to another branch."""

    sort: Literal["move"]
    group_id: Id
    branch_id: Id
    name: Name | None = None
    on: Day

    def asked(self) -> Asked:
        """What the action takes."""
        return Move(group_id=self.group_id, branch_id=self.branch_id, name=self.name or "", on=self.on)


class DissolveIn(Shape):
    """A group is no more; its members go into another of the branch."""

    sort: Literal["dissolve"]
    group_id: Id
    into: Id | None = None
    on: Day

    def asked(self) -> Asked:
        """What the action takes."""
        return Dissolve(group_id=self.group_id, into=self.into, on=self.on)


class GroupDissolution(Shape):
    """A group is no more from a day on, today unless one is named; its members go into another of the branch."""

    on: Day | None = None
    into: Id | None = None


class Dissolution(Shape):
    """A branch is no more; its own members go into another unit."""

    on: Day | None = None
    into: Id | None = None


class RegroupingIn(Shape):
    """One of the four."""

    regrouping: Annotated[SplitIn | MergeIn | MoveIn | DissolveIn, Field(discriminator="sort")]


class TransferOut(Shape):
    """Somebody who goes to another group."""

    person_id: int
    name: str
    from_name: str
    to_name: str


class PostOut(Shape):
    """A post that ends or begins."""

    person_id: int
    name: str
    kind: str
    group_name: str


class SizeOut(Shape):
    """How many a group had and will have."""

    name: str
    before: int
    after: int


class RegroupingOut(Shape):
    """What follows from a regrouping."""

    founded: list[str]
    dissolved: list[str]
    transfers: list[TransferOut]
    ended: list[PostOut]
    begun: list[PostOut]
    sizes: list[SizeOut]
    consequences: list[str]
    warnings: list[str]


class ArrangedOut(RegroupingOut):
    """The same with what became of it: done, or planned under a number by which it can be withdrawn."""

    state: Literal["done", "planned"]
    planned_id: int | None


class OutcomeOut(Shape):
    """What a regrouping will bring as the register stands; or why it could not be done, with what was intended."""

    foreseen: list[str]
    hindrance: str


class PlannedOut(Shape):
    """A regrouping that waits for its day; `failed` says why it could not be done, `late` that its day went by."""

    id: int
    branch_id: int
    sort: str
    starts_on: date
    title: str
    groups: list[str]
    state: Literal["planned", "late", "failed"]
    outcome: OutcomeOut
    failed_why: str | None


def arranged_out(found: Outlook, planned_id: int | None) -> ArrangedOut:
    """What was done, or is to be done."""
    state: Literal["done", "planned"] = "done" if planned_id is None else "planned"
    return ArrangedOut(**dict(regrouping_out(found)), state=state, planned_id=planned_id)


def regrouping_out(found: Outlook) -> RegroupingOut:
    """A regrouping as it is shown."""
    plan = found.plan
    return RegroupingOut(
        founded=[each.said for each in plan.founded],
        dissolved=[each.said for each in plan.dissolved],
        transfers=[TransferOut.model_validate(each) for each in plan.transfers],
        ended=[PostOut.model_validate(each) for each in plan.ended],
        begun=[
            PostOut(person_id=each.person_id, name=each.name, kind=each.kind, group_name=each.to_name)
            for each in plan.begun
        ],
        sizes=[SizeOut.model_validate(each) for each in plan.sizes],
        consequences=list(found.consequences),
        warnings=list(found.warnings),
    )
