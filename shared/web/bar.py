"""The bar of every page: the parts of the house that whoever looks has something in, and what waits there for him."""

import functools

from fastapi import Request

from shared.access import Actor
from shared.db import Session
from shared.roles import Role
from shared.systems import System
from shared.todos import Line
from shared.web.sections import Section, section_of, sections_of, systems_of, todos_of, unread_of, waiting_of


class Bar:
    """What of a page being made stands in the bar; read when it is shown."""

    request: Request
    session: Session | None
    actor: Actor | None

    @functools.cached_property
    def unread(self) -> int:
        """How many of one's own messages are unread."""
        return unread_of(self.session, self.actor)

    @functools.cached_property
    def todos(self) -> list[Line]:
        """What waits for whoever looks, by any of his posts, the most urgent first."""
        return todos_of(self.session, self.actor)

    @functools.cached_property
    def waiting(self) -> int:
        """How many things wait for the post in which he acts; where the page has read them, they are not read again."""
        if "todos" not in self.__dict__:
            return waiting_of(self.session, self.actor)
        duty = self.actor.duty if self.actor else None
        return sum(line.count for line in self.todos if (line.holder, line.held_in) == duty)

    @property
    def section(self) -> str:
        """The address of the part in which this page is."""
        return section_of(self.request.url.path)

    @functools.cached_property
    def systems(self) -> frozenset[System]:
        """The systems that are on where whoever looks acts."""
        return systems_of(self.session, self.actor)

    @property
    def sections(self) -> list[Section]:
        """The parts of the house in which whoever looks has something."""
        return sections_of(next(iter(self.roles), None), self.systems)

    @property
    def roles(self) -> frozenset[Role]:
        """The role in which whoever looks acts now."""
        return frozenset({self.actor.duty[0]}) if self.actor and self.actor.duty else frozenset()
