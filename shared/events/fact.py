"""What a fact is; each names itself into the catalogue."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

CATALOGUE: dict[str, type["Fact"]] = {}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened in a unit, in the past tense."""

    version: ClassVar[int] = 1
    heard_by: ClassVar[tuple[str, ...]] = ()
    about: ClassVar[str] = ""  # the field that names its subject, `case_id` gives `case:7`

    unit_id: int

    def __init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401  passes on whatever a dataclass takes
        super().__init_subclass__(**kwargs)
        CATALOGUE[cls.__name__] = cls

    @property
    def subject(self) -> str:
        """What it is about, such as `case:7`."""
        return f"{self.about.removesuffix('_id')}:{getattr(self, self.about)}" if self.about else ""

    def body(self) -> dict[str, Any]:
        """Its fields, as they are stored and sent."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def revive(name: str, body: dict[str, Any]) -> Fact:
    """A fact from its stored form; KeyError for a name that the catalogue does not know."""
    return CATALOGUE[name](**body)
