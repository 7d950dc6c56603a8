"""The named world where people's views are noted: two branches with secretaries, an outsider next door."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from services.activities.concerns import actions
from services.activities.concerns.models import Concern
from services.activities.concerns.schemas import NewConcern
from shared import office_settings, waiting
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.office_settings import Key
from shared.roles import Role
from shared.systems import SWITCHED
from tests.conftest import town as named_town
from tests.town import DONGLING, FIRST, SECOND, XIHE, Town
from tests.worlds import grown

MONDAY = date(2025, 3, 3)
LAMP = "村口路灯坏了三天，晚上走路看不见。"


@grown(named_town)
def town(named: Town) -> Town:
    """清溪镇 with everything switched on."""
    with unit("activities") as session:
        value = [system.value for system in SWITCHED]
        office_settings.put(session, SYSTEM, named.id, Key.SYSTEMS, value, reason="全部开通。")
    return named


@dataclass
class People:
    """Who acts, and what they do with views: each act in a transaction of its own."""

    town: Town
    move_to: Callable[..., None]

    def actor(self, name: str, *posts: tuple[Role, int]) -> Actor:
        number = self.town.people[name]
        with unit("activities") as session:
            account = session.connection().exec_driver_sql(
                "select id from office.account where person_id = %s", (number,)
            )
            return Actor(account.scalar(), number, name, posts)

    def account(self, login: str) -> int:
        """The number of an account."""
        with unit("activities") as session:
            found = session.connection().exec_driver_sql("select id from office.account where login = %s", (login,))
            return found.scalar()

    @property
    def group(self) -> int:
        return self.town.groups[DONGLING, FIRST]

    @property
    def branch(self) -> int:
        return self.town.units[DONGLING]

    @property
    def leader(self) -> Actor:
        return self.actor("孙勤", (Role.LEADER, self.group))

    @property
    def sister(self) -> Actor:
        return self.actor("何闲", (Role.LEADER, self.town.groups[DONGLING, SECOND]))

    @property
    def deputy(self) -> Actor:
        return self.actor("许安", (Role.DEPUTY, self.group))

    @property
    def secretary(self) -> Actor:
        return self.actor("陆明", (Role.SECRETARY, self.branch))

    @property
    def neighbour(self) -> Actor:
        return self.actor("江海", (Role.SECRETARY, self.town.units[XIHE]))

    @property
    def organiser(self) -> Actor:
        return self.actor("周岚", (Role.ORGANISER, self.town.id))

    @property
    def committee(self) -> Actor:
        return self.actor("郑川", (Role.COMMITTEE, self.town.id))

    @property
    def inspector(self) -> Actor:
        return self.actor("周岚", (Role.INSPECTOR, self.town.id))

    @property
    def member(self) -> Actor:
        return self.actor("白梅")

    def note(self, actor: Actor | None = None, **more: Any) -> int:
        """A view is noted; by the leader, of the lamp, and passed on, unless said otherwise."""
        asked = {"unit_id": self.group, "kind": "road", "said": LAMP, "passes": True} | more
        with unit("activities", actor or self.leader) as session:
            return actions.note(session, actor or self.leader, NewConcern(**asked)).id

    def does(self, actor: Actor, act: Callable[..., Any], *given: Any) -> Any:
        """One act by somebody."""
        with unit("activities", actor) as session:
            return act(session, actor, *given)

    def row(self, concern_id: int) -> Concern:
        """A view as it stands, as nobody but the test sees it."""
        with unit("activities") as session:
            row = session.get_one(Concern, concern_id)
            session.expunge(row)
            return row

    def desk(self, actor: Actor) -> list[tuple[str, date | None]]:
        """What of views waits for somebody, and by when."""
        with unit("activities", actor) as session:
            lines = waiting.lines_of(session, actor.account_id, actor.posts)
        begins = "activities.concern_"
        return [(each.kind.removeprefix(begins), each.due_on) for each in lines if each.kind.startswith(begins)]


@pytest.fixture
def people(town: Town, move_to: Callable[..., None]) -> People:
    """They are there, and it is a Monday in March."""
    move_to(MONDAY)
    return People(town, move_to)
