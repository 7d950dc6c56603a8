"""A group of eight with a vote, two of whom have an account of their own, and one on probation; and their room."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from services.assessment.ballots import actions, queries
from services.assessment.ballots.models import Ballot
from services.assessment.ballots.rules import VoteKind
from services.assessment.ballots.schemas import Calling, Counting, Opening, VotesFor, WrittenIn
from shared.access import Actor
from shared.db import Session, unit
from shared.people import Account, Membership, Person
from tests.assessment.conftest import Town, ask, small_town
from tests.worlds import grown

DAY = date(2025, 12, 1)
GROUP = "东村1组"
NAMES = ("丁香", "于洋", "江海", "许安", "陆明", "孙勤")
COUNTS = ("于洋", "丁香")
"""Who counts in these tests: both have an account, and no post."""


@grown(small_town)
def voters(town: Town) -> dict[str, int]:
    """The group of 东村1组: its leader, the villager, six more with a vote, and one on probation."""
    people: dict[str, int] = {}
    with unit("activities") as session:
        where = town.units[GROUP]
        for name, kind in (*((name, "full") for name in NAMES), ("田野", "probationary")):
            person = Person(unit_id=where, name=name, pinyin=name)
            session.add(person)
            session.flush()
            session.add(Membership(person_id=person.id, unit_id=where, kind=kind, starts_on=date(2020, 1, 1)))
            people[name] = person.id
        for name in COUNTS:
            session.add(Account(person_id=people[name], login=f"teller{people[name]}", password_hash="!"))
    return people


def votes(people: dict[int, tuple[int, int, int]], others: dict[int, int] | None = None, **more: Any) -> Counting:
    """A count: seven there, six papers out and back, all valid; by person in favour, against, neither."""
    numbers = {"present": 7, "issued": 7, "returned": 7, "valid": 7, "invalid": 0} | more
    listed = [VotesFor(person_id=who, yes=yes, no=no, neither=rest) for who, (yes, no, rest) in people.items()]
    written = [WrittenIn(person_id=who, yes=count) for who, count in (others or {}).items()]
    return Counting(**numbers, votes=listed, others=written)


@dataclass
class Room:
    """A group, its secretary who leads the vote, and two who count."""

    town: Town
    people: dict[str, int]

    @property
    def chair(self) -> Actor:
        return self.town.secretary("东村")

    def teller(self, name: str) -> Actor:
        account = ask("select id from office.account where person_id = %s", self.people[name])[0][0]
        return Actor(account_id=account, person_id=self.people[name], name=name, posts=())

    def do(self, actor: Actor | None, act: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        with unit("assessment", actor) as session:
            return act(session, actor, *arguments, **more) if actor else act(session, *arguments, **more)

    def called(self, *candidates: str, seats: int = 1, **more: Any) -> Ballot:
        asked = {"unit_id": self.town.units[GROUP], "kind": VoteKind.LEADER_ELECTION, "held_on": DAY, "seats": seats}
        asked |= {"title": "选举党小组长", "candidates": [self.people[name] for name in candidates]} | more
        about = asked.pop("about", actions.OWN)
        return self.do(self.chair, actions.call, Calling(**asked), about)

    def opened(self, *candidates: str, left_out: Any = (), **more: Any) -> int:
        row = self.called(*(candidates or ("许安", "陆明")), **more)
        asked = Opening(tellers=[self.people[name] for name in COUNTS], left_out=list(left_out))
        self.do(self.chair, actions.open_ballot, row.id, asked)
        return row.id

    def count(self, ballot: int, name: str, people: dict[str, tuple[int, int, int]], **more: Any) -> Ballot:
        """One of the two types what he counted, by name."""
        others = {self.people[who]: count for who, count in more.pop("others", {}).items()}
        counted = votes({self.people[who]: each for who, each in people.items()}, others, **more)
        return self.do(self.teller(name), actions.type_count, ballot, counted)

    def both(self, ballot: int, people: dict[str, tuple[int, int, int]], **more: Any) -> Ballot:
        """Both type the same."""
        for name in COUNTS:
            row = self.count(ballot, name, people, **more)
        return row

    def declared(self, people: dict[str, tuple[int, int, int]], **more: Any) -> int:
        """A vote on so many candidates, counted alike and announced."""
        ballot = self.opened(*people, seats=more.pop("seats", 1), about=more.pop("about", actions.OWN))
        self.both(ballot, people, **more)
        self.do(self.chair, actions.declare, ballot)
        return ballot

    def stage(self, ballot: int) -> str:
        return str(ask("select stage from assessment.ballot where id = %s", ballot)[0][0])

    def seen(self, session: Session, actor: Actor, ballot: int) -> Ballot:
        return queries.ballot(session, actor, ballot)[0]


@pytest.fixture
def room(town: Town, voters: dict[str, int]) -> Room:
    return Room(town, voters | {"组长": town.people[f"leader of {GROUP}"], "villager": town.people["villager"]})
