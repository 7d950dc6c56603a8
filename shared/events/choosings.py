"""What assessment announces where leaders of groups are chosen."""

from dataclasses import dataclass

from shared.events.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ChoosingOpened(Fact):
    """A post of a group is to be filled: why, and by when the branch puts somebody forward."""

    about = "choosing_id"
    heard_by = ("notify",)
    choosing_id: int
    kind: str  # leader, deputy
    why: str  # term, vacancy, adjustment, addition, new_group
    due_on: str


@dataclass(frozen=True, kw_only=True)
class ChoosingMoved(Fact):
    """A choosing went on: nominated, returned, filed, in post, …; `on`: from when the post is held, once known."""

    about = "choosing_id"
    heard_by = ("notify",)
    choosing_id: int
    kind: str
    stage: str
    person_id: int = 0
    on: str = ""


@dataclass(frozen=True, kw_only=True)
class ConsentChanged(Fact):
    """Somebody was asked whether he agrees to stand, or has answered: asked, agreed, declined."""

    about = "choosing_id"
    heard_by = ("notify",)
    choosing_id: int
    kind: str
    person_id: int
    change: str


@dataclass(frozen=True, kw_only=True)
class ChosenDue(Fact):
    """The day has come on which somebody who was chosen and filed takes up the post: the register writes it.

    `replaces`: whoever holds it until then leaves it on that day.
    """

    about = "choosing_id"
    heard_by = ("activities",)
    choosing_id: int
    person_id: int
    kind: str
    on: str
    replaces: bool


@dataclass(frozen=True, kw_only=True)
class BarChanged(Fact):
    """The office has marked that somebody may not be put forward for a post, or that he may again."""

    about = "person_id"
    person_id: int
    change: str  # marked, lifted
    since: str
