"""The shapes of ways in their order."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from services.notify.reaching.rules import CHOICES, NONE
from shared.roles import Role
from shared.shapes import Id, Shape

Way = Annotated[str, StringConstraints(pattern="^(" + "|".join((NONE, *CHOICES)) + ")$")]
Post = Literal[*(role for role in Role if role not in {Role.MEMBER, Role.SYSTEM})]


class Ranked(Shape):
    """Up to three ways, the first to be tried first; none at all: back to what holds for everybody."""

    first: Way | None = None
    second: Way | None = None
    third: Way | None = None

    @property
    def ways(self) -> list[str]:
        """Those that were chosen."""
        return [each for each in (self.first, self.second, self.third) if each]


class PostRanked(Ranked):
    """The same for a post; the township only where somebody serves two."""

    post: Post
    township_id: Id | None = None


class ReachedShown(Shape):
    """How somebody is told: his own order, else that of his posts; what there is of him, and which ways are open."""

    own: list[str] | None
    posts: list[str] | None
    account: bool
    mail: bool
    phone: bool
    open: list[str]


class PostWaysShown(Shape):
    """The ways of a post in a township; null: as they ship."""

    post: str
    ways: list[str] | None
