"""Groups split, merged or moved from a day on: everything that follows is planned, and shown, before it is written.

Nothing is taken back: memberships and posts end and begin, a group left empty is dissolved, and what a group recorded
stays with it. Moving to another branch founds a successor there, because the records of a branch are its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shared.errors import Conflict, Invalid
from shared.roles import Role

OF_A_GROUP = (Role.LEADER, Role.DEPUTY)


class Sort(StrEnum):
    """What is done to groups; its word is in the fact, too."""

    SPLIT = "split"
    MERGE = "merge"
    MOVE = "move"
    DISSOLVE = "dissolve"
    RENAME = "rename"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return {"split": "拆分", "merge": "合并", "move": "划转", "dissolve": "撤销", "rename": "更名"}[self.value]


def day_said(day: date) -> str:
    """As people say it."""
    return f"{day.year}年{day.month}月{day.day}日"


# --- what is asked ---


@dataclass(frozen=True, kw_only=True)
class Part:
    """A new group that is split off: its name, who goes there, and who of them leads it."""

    name: str
    members: Sequence[int]
    leader: int | None = None


@dataclass(frozen=True, kw_only=True)
class Split:
    """A group is split; whoever is in no part stays, and where nobody stays it is dissolved."""

    sort = Sort.SPLIT
    group_id: int
    parts: Sequence[Part]
    on: date


@dataclass(frozen=True, kw_only=True)
class Merge:
    """Groups of a branch become one: `into`, one of them that is kept, or a new one of this name."""

    sort = Sort.MERGE
    group_ids: Sequence[int]
    into: int | None = None
    name: str = ""
    leader: int | None = None
    on: date


@dataclass(frozen=True, kw_only=True)
class Move:
    """A group belongs to another branch: all its members and its leader go to a successor there."""

    sort = Sort.MOVE
    group_id: int
    branch_id: int
    name: str = ""
    on: date


@dataclass(frozen=True, kw_only=True)
class Dissolve:
    """A group is no more; its members go `into` another group of the branch, if it still has any."""

    sort = Sort.DISSOLVE
    group_id: int
    into: int | None = None
    on: date


Asked = Split | Merge | Move | Dissolve


# --- the register as it stands ---


@dataclass(frozen=True, slots=True)
class Somebody:
    """A member of a group, since a day."""

    id: int
    name: str
    kind: str
    since: date


@dataclass(frozen=True, slots=True)
class Held:
    """A post that somebody holds in a group."""

    id: int
    person_id: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it stands."""

    id: int
    name: str
    branch_id: int
    branch_name: str
    founded_on: date
    members: tuple[Somebody, ...] = ()
    posts: tuple[Held, ...] = ()

    @property
    def said(self) -> str:
        """As people say it."""
        return f"{self.branch_name}{self.name}"


@dataclass(frozen=True, slots=True)
class Year:
    """An assessment that is under way, with the leaders of these groups who were in post when it opened."""

    year: int
    leaders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A group as it is to be: one that is kept (`id`), or a new one; `joins` are those who come to it."""

    id: int | None
    name: str
    branch_id: int
    branch_name: str
    joins: tuple[int, ...]
    posts: Mapping[Role, int] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """As people say it."""
        return f"{self.branch_name}{self.name}"


# --- what follows ---


@dataclass(frozen=True, slots=True)
class Transfer:
    """Somebody who goes from a group to the wanted one at this place."""

    person_id: int
    name: str
    from_id: int
    from_name: str
    to: int
    to_name: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A post that somebody takes up in the wanted group at this place."""

    person_id: int
    name: str
    kind: Role
    to: int
    to_name: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A post that ends."""

    post_id: int
    group_id: int
    person_id: int
    name: str
    kind: Role
    group_name: str


@dataclass(frozen=True, slots=True)
class Size:
    """How many a group had and will have."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Regrouping:
    """All that follows: written when it is committed, shown before."""

    sort: Sort
    on: date
    groups: tuple[Group, ...]
    wanted: tuple[Wanted, ...]
    dissolved: tuple[Group, ...]
    transfers: tuple[Transfer, ...]
    ended: tuple[Ended, ...]
    begun: tuple[Begun, ...]
    sizes: tuple[Size, ...]

    @property
    def founded(self) -> tuple[Wanted, ...]:
        """The groups that are new."""
        return tuple(each for each in self.wanted if each.id is None)


def wanted_by(asked: Asked, groups: Sequence[Group], branch: tuple[int, str]) -> tuple[Wanted, ...]:
    """The groups that are to be, of what is asked; `branch` is where a moved group goes."""
    first = groups[0]
    if isinstance(asked, Split):
        return tuple(
            Wanted(None, part.name.strip(), first.branch_id, first.branch_name, tuple(part.members), led(part.leader))
            for part in asked.parts
        )
    if isinstance(asked, Move):
        posts = {Role(post.kind): post.person_id for post in first.posts}
        everybody = tuple(member.id for member in first.members)
        return (Wanted(None, asked.name.strip() or first.name, *branch, everybody, posts),)
    kept = next((group for group in groups if group.id == asked.into), None)
    joins = tuple(member.id for group in groups if group is not kept for member in group.members)
    if isinstance(asked, Dissolve):
        return (Wanted(kept.id, kept.name, kept.branch_id, kept.branch_name, joins),) if kept else ()
    name = kept.name if kept else asked.name.strip()
    return (Wanted(kept.id if kept else None, name, first.branch_id, first.branch_name, joins, led(asked.leader)),)


def led(leader: int | None) -> dict[Role, int]:
    """The posts of a group whose leader is named, or not."""
    return {} if leader is None else {Role.LEADER: leader}


def plan_regrouping(
    asked: Asked,
    groups: Sequence[Group],
    wanted: Sequence[Wanted],
    *,
    latest: date,
    taken: Iterable[tuple[int, str]] = (),
) -> Regrouping:
    """What follows; Invalid or Conflict where it cannot be. `taken`: (branch, name) of the groups that are there."""
    check_asked(asked, groups, wanted, latest)
    people = {member.id: (member, group) for group in groups for member in group.members}
    transfers = transfers_to(wanted, people)
    leaving = {each.person_id for each in transfers}
    dissolved = tuple(group for group in groups if is_left(group, wanted, leaving))
    check_names(wanted, taken, dissolved)
    ended = posts_ended(groups, leaving, dissolved)
    begun = posts_begun(groups, wanted, people, ended)
    sizes = sizes_after(groups, wanted, leaving, dissolved)
    return Regrouping(
        asked.sort,
        asked.on,
        tuple(groups),
        tuple(wanted),
        dissolved,
        transfers,
        ended,
        begun,
        sizes,
    )


def transfers_to(wanted: Sequence[Wanted], people: Mapping[int, tuple[Somebody, Group]]) -> tuple[Transfer, ...]:
    """Who goes from where to where."""
    return tuple(
        Transfer(person_id, people[person_id][0].name, (home := people[person_id][1]).id, home.name, at, each.name)
        for at, each in enumerate(wanted)
        for person_id in each.joins
    )


def is_left(group: Group, wanted: Sequence[Wanted], leaving: set[int]) -> bool:
    """Whether nobody stays in a group, and it is not one that is kept."""
    return all(each.id != group.id for each in wanted) and all(member.id in leaving for member in group.members)


def posts_ended(groups: Sequence[Group], leaving: set[int], dissolved: Sequence[Group]) -> tuple[Ended, ...]:
    """The posts of those who leave their group, and of groups that are no more."""
    return tuple(
        Ended(post.id, group.id, post.person_id, post.name, Role(post.kind), group.name)
        for group in groups
        for post in group.posts
        if post.person_id in leaving or group in dissolved
    )


def check_asked(asked: Asked, groups: Sequence[Group], wanted: Sequence[Wanted], latest: date) -> None:
    """Refuse what no register could hold: a day too far, somebody in two places, a group without members."""
    if asked.on > latest:
        raise Invalid(f"调整从哪一天起不能晚于{day_said(latest)}。", field="on")
    joining = [person_id for each in wanted for person_id in each.joins]
    for group in groups:
        since = max([group.founded_on, *(member.since for member in group.members if member.id in joining)])
        if asked.on <= since:
            raise Invalid(f"{group.name}有人从{day_said(since)}起才编入，调整日期应在这之后。", field="on")
    if isinstance(asked, Merge) and len(groups) < 2:  # noqa: PLR2004  one group is merged with nothing
        raise Invalid("合并至少要选两个党小组。", field="group_ids")
    if len({group.branch_id for group in groups}) > 1:
        raise Invalid("只能合并同一个支部的党小组；跨支部请先划转。", field="group_ids")
    members = {member.id for group in groups for member in group.members}
    if len(joining) != len(set(joining)):
        raise Invalid("同一名党员只能编入一个党小组。", field="members")
    if not set(joining) <= members:
        raise Invalid("选中的党员不在这个党小组。", field="members")
    if isinstance(asked, Dissolve):
        check_dissolved(asked, groups)
    elif not wanted or not all(each.joins for each in wanted):
        raise Invalid("请为每个新的党小组选出党员。", field="members")


def check_dissolved(asked: Dissolve, groups: Sequence[Group]) -> None:
    """Nobody is left without a group."""
    group = next(each for each in groups if each.id == asked.group_id)
    if asked.into == asked.group_id or (group.members and asked.into is None):
        raise Invalid(f"{group.name}有{len(group.members)}名党员，请选择编入另外哪个党小组。", field="into")


def check_names(wanted: Sequence[Wanted], taken: Iterable[tuple[int, str]], dissolved: Sequence[Group]) -> None:
    """A group has a name of its own in its branch; that of a group which is dissolved is free."""
    free = {(group.branch_id, group.name) for group in dissolved}
    known = set(taken) - free
    for each in wanted:
        if each.id is not None:
            continue
        if not each.name:
            raise Invalid("请填写新党小组的名称。", field="name")
        if (each.branch_id, each.name) in known:
            raise Conflict(f"{each.branch_name}已有“{each.name}”，请换一个名称。", field="name")
        known.add((each.branch_id, each.name))


def posts_begun(
    groups: Sequence[Group],
    wanted: Sequence[Wanted],
    people: Mapping[int, tuple[Somebody, Group]],
    ended: Sequence[Ended],
) -> tuple[Begun, ...]:
    """The posts taken up in the wanted groups; their holders are among the members, and the post is free."""
    gone = {each.post_id for each in ended}
    begun = []
    for at, each in enumerate(wanted):
        held = {
            post.kind: post.person_id
            for group in groups
            if group.id == each.id
            for post in group.posts
            if post.id not in gone
        }
        for kind, person_id in each.posts.items():
            if held.get(kind) == person_id:
                continue
            if kind in held:
                raise Conflict(f"{each.name}已有{kind.chinese}，请先免去原任，再指定别人。", field="leader")
            found = people.get(person_id)
            if found is None or not (person_id in each.joins or found[1].id == each.id):
                raise Invalid(f"{each.name}的{kind.chinese}应从编入这个组的党员中指定。", field="leader")
            begun.append(Begun(person_id, found[0].name, kind, at, each.name))
    return tuple(begun)


def sizes_after(
    groups: Sequence[Group], wanted: Sequence[Wanted], leaving: set[int], dissolved: Sequence[Group]
) -> tuple[Size, ...]:
    """How many each group had and will have, those that are dissolved too."""
    joined = {each.id: len(each.joins) for each in wanted if each.id is not None}
    stayed = [
        Size(
            group.said,
            len(group.members),
            0
            if group in dissolved
            else sum(member.id not in leaving for member in group.members) + joined.get(group.id, 0),
        )
        for group in groups
    ]
    return (*stayed, *(Size(each.said, 0, len(each.joins)) for each in wanted if each.id is None))
