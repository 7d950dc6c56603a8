"""A township as the register has it, and a plan of what is to be added and changed in it: plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from services.activities.register.rules.caring import CareRow
from services.activities.register.rules.guests import Guest, GuestRow
from services.activities.register.rules.people import PersonRow
from services.activities.register.rules.written import Written
from shared.tables import Problem, RefusedTable

SWEEPING = 10
"""Of so many members one may move or lose his post without being asked about."""


class Place(NamedTuple):
    """A unit by its names; without a group it is the branch itself."""

    branch: str
    group: str | None

    @property
    def said(self) -> str:
        """As people say it."""
        return f"{self.branch}{self.group or ''}"


@dataclass(frozen=True, slots=True)
class MembershipNow:
    """Somebody's open membership."""

    id: int
    place: Place
    kind: str
    starts_on: date


@dataclass(frozen=True, slots=True)
class PostNow:
    """A post that is held, also until a day to come or from one."""

    id: int
    place: Place | None  # none: not in a branch or group of this township
    kind: str
    duties: frozenset[str] = frozenset()
    starts_on: date = date.min


@dataclass(frozen=True, slots=True)
class PersonNow:
    """Somebody as the register has him; `id_index` is the blind index of his number.

    `left`: since when he, who was a member, is on no roll; `home` is where he was last.
    """

    id: int
    name: str
    sex: str | None = None
    born_on: date | None = None
    joined_on: date | None = None
    full_on: date | None = None
    education: str | None = None
    id_index: bytes | None = None
    phone: str | None = None
    membership: MembershipNow | None = None
    posts: tuple[PostNow, ...] = ()
    circumstances: frozenset[str] = frozenset()
    left: date | None = None
    home: Place | None = None
    more: Mapping[str, str] = field(default_factory=dict)  # by the keys of more.SAID
    cared: frozenset[str] = frozenset()  # the lists on which he is: mobile_out, in_need, lost


@dataclass(frozen=True, slots=True)
class RegisterNow:
    """A township as the register has it: units with the day of their founding, and people.

    `elsewhere`: numbers that are registered in another township. `by`: who asks; nobody where it is the machine.
    `former`: what units were called before → what they are called. `township`: its own name;
    `formerly`: the names that it had. `held_until`: the day on which a group's post was last left, by unit and kind.
    """

    founded: dict[Place, date] = field(default_factory=dict)
    people: tuple[PersonNow, ...] = ()
    elsewhere: frozenset[bytes] = frozenset()
    by: int | None = None
    former: dict[Place, Place] = field(default_factory=dict)
    township: str = ""
    formerly: frozenset[str] = frozenset()
    guests: tuple[Guest, ...] = ()
    held_until: Mapping[tuple[Place, str], date] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """How many of a kind are new, changed, and as they were."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


class NewMembership(NamedTuple):
    """A membership to begin; `ends` is the one that it follows."""

    row: int
    place: Place
    kind: str
    starts_on: date
    ends: int | None


class NewPost(NamedTuple):
    """A post to take up; of a 支委 what he answers for."""

    row: int
    place: Place
    kind: str
    starts_on: date
    duties: tuple[str, ...] = ()


class Move(NamedTuple):
    """Somebody leaves a unit for another."""

    name: str
    before: Place
    after: Place


class Ending(NamedTuple):
    """Somebody's post ends."""

    name: str
    place: Place
    kind: str


class Leaves(NamedTuple):
    """Somebody who is a member, of whom the file says that he left: what to do about it, as far as it says.

    `kind` of member; `turn`: empty where the words leave it open; `said`: where that stands and what.
    """

    person_id: int
    name: str
    place: Place
    kind: str
    turn: str
    on: date | None
    said: str
    elsewhere: str


class NewCircumstance(NamedTuple):
    """A circumstance that begins."""

    row: int
    place: Place
    kind: str
    starts_on: date


class Lost(NamedTuple):
    """A member of whom the file says that contact is lost, since when and how as far as it says so; where it stands."""

    person_id: int
    name: str
    place: Place
    on: date | None
    said: str
    told: dict[str, str]


class Cared(NamedTuple):
    """A member whom a file would have on a list of those out or in need, with what it says and where that stands."""

    person_id: int
    name: str
    place: Place
    row: CareRow
    said: str


def cares_proposed(row: PersonRow, person: PersonNow, by: int | None) -> Iterator[Cared]:
    """What of a row the register does not know yet; whoever looks himself is not proposed."""
    for care in row.cares:
        if person.membership and care.sort not in person.cared and person.id != by:
            said = f"文件“{row.sheet}”{care.cell}：{care.said}"
            yield Cared(person.id, person.name, person.membership.place, care, said)


@dataclass(slots=True)
class RosterPlan:
    """What is to be added and changed, kind by kind, with a sentence for each change; rows are places in `people`."""

    as_of: date
    since: date
    counts: dict[str, int]
    tallies: dict[str, Tally]
    problems: list[Problem] = field(default_factory=list)  # beside those of the reading itself
    refused: list[RefusedTable] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    known: dict[int, int] = field(default_factory=dict)  # place in `people` → person's id
    units: list[Place] = field(default_factory=list)
    updates: dict[int, dict[str, Any]] = field(default_factory=dict)  # person's id → columns
    memberships: list[NewMembership] = field(default_factory=list)
    posts: list[NewPost] = field(default_factory=list)
    ended_posts: list[int] = field(default_factory=list)
    circumstances: list[NewCircumstance] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    leaving: list[Leaves] = field(default_factory=list)  # proposed, never done by the file itself
    lost: list[Lost] = field(default_factory=list)  # likewise
    cares: list[Cared] = field(default_factory=list)  # likewise
    guests: list[tuple[GuestRow, str]] = field(default_factory=list)  # each with his branch
    members: int = 0  # of the township, before
    taken_over_why: str | None = None  # of its leaders, where leaders are chosen
    written: Written = field(default_factory=Written)  # filled in where it is carried out

    @property
    def upheaval(self) -> int:
        """How many people would move and how many posts would end."""
        return len(self.moves) + len(self.endings)

    @property
    def is_sweeping(self) -> bool:
        """Whether that is more than a tenth of the township: then a person has to agree to that very number."""
        return self.upheaval * SWEEPING > self.members > 0

    @property
    def new_people(self) -> list[int]:
        """Places in `people` of those whom the register does not know."""
        return [at for at in range(len(self.people)) if at not in self.known]

    @property
    def size(self) -> int:
        """How many rows are to be written; units, which are few, aside."""
        written = self.new_people, self.updates, self.memberships, self.posts, self.circumstances, self.guests
        return sum(len(rows) for rows in written)

    @property
    def is_empty(self) -> bool:
        """Whether the register is already as the file says."""
        return not (
            self.units
            or self.new_people
            or self.updates
            or self.memberships
            or self.posts
            or self.ended_posts
            or self.circumstances
            or self.guests
        )
