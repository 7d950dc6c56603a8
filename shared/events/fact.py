"""What a fact is; each names itself into the catalogue. And a reminder, which is told only as long as it holds."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar

CATALOGUE: dict[str, type["Fact"]] = {}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened in a unit, in the past tense."""

    version: ClassVar[int] = 1
    heard_by: ClassVar[tuple[str, ...]] = ()
    taken: ClassVar[bool] = False  # a file with people in it left the house
    about: ClassVar[str] = ""  # the field that names its subject, `case_id` gives `case:7`

    unit_id: int

    def __init_subclass__(cls, *, catalogued: bool = True, **kwargs: Any) -> None:  # noqa: ANN401  as a dataclass takes
        super().__init_subclass__(**kwargs)
        if catalogued:
            CATALOGUE[cls.__name__] = cls

    @property
    def subject(self) -> str:
        """What it is about, such as `case:7`."""
        return f"{self.about.removesuffix('_id')}:{getattr(self, self.about)}" if self.about else ""

    def body(self) -> dict[str, Any]:
        """Its fields, as they are stored and sent."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def is_over(self, _today: date) -> bool:
        """Whether it comes too late to be told to anybody: what happened never does."""
        return False


@dataclass(frozen=True, kw_only=True)
class Reminder(Fact, catalogued=False):
    """What people are reminded of, on one of several days before a deadline and after it.

    The machine may have been away on that day. Then only the last of the days that have come speaks: what was still to
    come is not announced beside its having come, and the same is not said twice in one minute.
    """

    told_before: str = ""  # the day on which the next one speaks, as ISO; empty: it is the last, and never too late

    def is_over(self, today: date) -> bool:
        """Whether the next one speaks by now."""
        return "" < self.told_before <= today.isoformat()


def next_day(day: date, days: Iterable[date]) -> str:
    """The first of these days after a day, as `told_before` has it; empty where it is the last."""
    return min((each.isoformat() for each in days if each > day), default="")


def revive(name: str, body: dict[str, Any]) -> Fact:
    """A fact from its stored form; KeyError for a name that the catalogue does not know."""
    return CATALOGUE[name](**body)
