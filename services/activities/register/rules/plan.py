"""What a roster would change in the register: a pure comparison, shown before it is applied.

Nothing is ever deleted, and a blank cell erases nothing. Who is not in the file is only reported. Decisions on dates:
a unit that the register does not know yet was founded on `since`; somebody new has been in his unit since he joined
the Party, or since the unit was founded if that was later; whatever changes in the register changes on `as_of`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from services.activities.register.rules.changes import (
    MembershipNow,
    NewCircumstance,
    NewMembership,
    NewPost,
    PersonNow,
    Place,
    RegisterNow,
    RosterPlan,
    Tally,
)
from services.activities.register.rules.offices import not_by_file
from services.activities.register.rules.people import PersonRow
from services.activities.register.rules.posts import OF_GROUP, SINGLE, Held, Kind
from services.activities.register.rules.roster import Roster
from shared.roles import Role
from shared.tables import Branches, Precision, Problem, match_group

HINDRANCES_SAID = {"aged": "年老体弱", "ill": "患病", "away": "外出流动", "caring": "照护家人"}
POSTS_SAID = {**{str(kind): said for kind, said in SINGLE.items()}, "committee_member": "支部委员"}


def plan_roster(
    roster: Roster, now: RegisterNow, *, as_of: date, since: date, index_of: Callable[[str], bytes]
) -> RosterPlan:
    """Compare a roster with the register."""
    kinds = ("branches", "groups", "people", "memberships", "posts", "circumstances")
    plan = RosterPlan(as_of, since, dict(roster.counts), {kind: Tally() for kind in kinds})
    comparison = _Comparison(plan, now, index_of)
    places = comparison.units(roster)
    for row in roster.people:
        comparison.person(row, places[row.branch, row.group])
    comparison.end_replaced_posts()
    comparison.report_missing()
    plan.counts["read"] = len(plan.people)
    plan.counts["refused"] = plan.counts["rows"] - len(plan.people)
    plan.refused = roster.refused_with(plan.problems)
    return plan


class _Comparison:
    """One pass over the roster's people."""

    def __init__(self, plan: RosterPlan, now: RegisterNow, index_of: Callable[[str], bytes]) -> None:
        self.plan = plan
        self.now = now
        self.index_of = index_of
        self.by_index = {person.id_index: person for person in now.people if person.id_index}
        self.by_name: dict[str, list[PersonNow]] = {}
        for person in now.people:
            self.by_name.setdefault(person.name, []).append(person)
        self.holders: dict[tuple[Place, str], list[tuple[int, PersonNow]]] = {}
        for person in now.people:
            for post in person.posts:
                if post.place and post.kind in set(SINGLE):
                    self.holders.setdefault((post.place, post.kind), []).append((post.id, person))
        self.met: dict[int, int] = {}
        self.planned: set[Place] = set()
        self.ended: set[int] = set()

    # --- units ---

    def units(self, roster: Roster) -> dict[tuple[str, str | None], Place]:
        """Each spelling in the file → the place that it means; new places are planned."""
        known = Branches(place.branch for place in self.now.founded)
        branches = {name: known.meant(name) or name for name in roster.branches}
        groups: dict[str, list[str]] = {}
        for place in self.now.founded:
            groups.setdefault(place.branch, []).extend([place.group] if place.group else [])
        places: dict[tuple[str, str | None], Place] = {}
        for name in roster.branches:
            places[name, None] = self.unit(Place(branches[name], None), "branches")
        for name, group in roster.groups:
            branch = branches[name]
            meant = match_group(group, groups.get(branch, []), branch) or group
            places[name, group] = self.unit(Place(branch, meant), "groups")
        return places

    def unit(self, place: Place, kind: str) -> Place:
        """Count a unit as new or known."""
        if place in self.now.founded:
            self.plan.tallies[kind].unchanged += 1
        elif place not in self.planned:
            self.planned.add(place)
            self.plan.tallies[kind].added += 1
            self.plan.units.append(place)
        return place

    def founded(self, place: Place) -> date:
        """When the unit was founded, as far as the register knows or will know."""
        return self.now.founded.get(place, self.plan.since)

    # --- a person ---

    def person(self, row: PersonRow, place: Place) -> None:
        """Compare one row; what cannot be told apart is refused."""
        found = self.match(row, place)
        if isinstance(found, str):
            self.plan.problems.append(Problem(row.sheet, row.where, found, row.row))
            return
        at = len(self.plan.people)
        self.plan.people.append(row)
        if found is None:
            self.plan.tallies["people"].added += 1
        else:
            self.plan.known[at] = found.id
            self.met[found.id] = at
            self.details(found, row)
        starts_on = self.membership(at, row, place, found)
        self.circumstances(at, row, place, found, starts_on)
        self.posts(at, row, place, found)

    def match(self, row: PersonRow, place: Place) -> PersonNow | str | None:
        """Whom the row means: by the number; else by name, birth and branch; a sentence where it cannot be told."""
        index = self.index_of(row.id_number) if row.id_number else None
        if index in self.now.elsewhere:
            return f"“{row.name}”的身份证号码已登记在别的乡镇，请先办理组织关系转接"
        found = self.by_index.get(index) if index else None
        if found is None:
            alike = [each for each in self.by_name.get(row.name, ()) if self.could_be(each, row, place, index)]
            if len(alike) > 1:
                return f"{place.branch}有{len(alike)}位同名的“{row.name}”，分不清是哪一位，请填写身份证号码"
            found = alike[0] if alike else None
        if found and found.id in self.met:
            return f"“{row.name}”与花名册中另一行对应系统里的同一个人，请核对"
        return found

    @staticmethod
    def could_be(person: PersonNow, row: PersonRow, place: Place, index: bytes | None) -> bool:
        """Same branch, no other number, and no other birth date."""
        if person.membership is None or person.membership.place.branch != place.branch:
            return False
        if index and person.id_index:
            return False
        return person.born_on is None or row.born_on is None or within(person.born_on, row.born_on, row.born_precision)

    def details(self, person: PersonNow, row: PersonRow) -> None:
        """What the row knows otherwise, or more exactly, about somebody."""
        changed: dict[str, Any] = {}
        for column, new in (("name", row.name), ("sex", row.sex), ("education", row.education), ("phone", row.phone)):
            if new and str(new) != getattr(person, column):
                changed[column] = str(new)
        for column, on, precision in (
            ("born_on", row.born_on, row.born_precision),
            ("joined_on", row.joined_on, row.joined_precision),
            ("full_on", row.full_on, Precision.DAY),
        ):
            had = getattr(person, column)
            if on and (had is None or not within(had, on, precision)):
                changed[column] = on
        if row.id_number and person.id_index is None:
            changed["id_number"] = row.id_number
        if changed:
            self.plan.updates[person.id] = changed
            said = "、".join(COLUMNS_SAID[column] for column in changed)
            self.plan.changes.append(f"{row.name}：更新{said}")
        self.count("people", changed=bool(changed))

    # --- membership ---

    def membership(self, at: int, row: PersonRow, place: Place, person: PersonNow | None) -> date:
        """Where the person belongs and as what; returns since when."""
        had = person.membership if person else None
        if had is None:
            starts_on = max(row.joined_on or self.plan.since, self.founded(place))
            self.plan.tallies["memberships"].added += 1
            self.plan.memberships.append(NewMembership(at, place, row.kind, starts_on, None))
            return starts_on
        kind = str(row.kind)
        if had.kind == Kind.FULL and kind == Kind.PROBATIONARY:
            sentence = f"系统里“{row.name}”已是正式党员，花名册写的是预备党员，没有改动，请核对"
            self.plan.problems.append(Problem(row.sheet, row.where, sentence, row.row, fatal=False))
            kind = had.kind
        if (had.place, had.kind) == (place, kind):
            self.count("memberships", changed=False)
            return had.starts_on
        on = self.plan.as_of if had.place != place or row.full_on is None else row.full_on
        self.plan.memberships.append(NewMembership(at, place, kind, max(on, had.starts_on), had.id))
        self.plan.changes.append(change_said(row.name, had, place))
        self.count("memberships", changed=True)
        if person and had.place != place:
            self.leave(person, had.place)
        return had.starts_on

    def leave(self, person: PersonNow, place: Place) -> None:
        """Whoever leaves a group leaves his post there."""
        for post in person.posts:
            if post.place == place and post.kind in OF_GROUP:
                self.end(post.id, f"{person.name}：不再担任{place.said}{POSTS_SAID[post.kind]}")

    # --- circumstances and posts ---

    def circumstances(self, at: int, row: PersonRow, place: Place, person: PersonNow | None, starts_on: date) -> None:
        """What keeps the person away; a circumstance that the file does not mention goes on, and is reported."""
        had = person.circumstances if person else frozenset()
        for kind in map(str, row.circumstances):
            if kind in had:
                self.count("circumstances", changed=False)
                continue
            self.plan.tallies["circumstances"].added += 1
            on = self.plan.as_of if person else starts_on
            self.plan.circumstances.append(NewCircumstance(at, place, kind, on))
            if person:
                self.plan.changes.append(f"{row.name}：登记为{HINDRANCES_SAID[kind]}")
        for kind in sorted(had - set(map(str, row.circumstances))):
            sentence = f"系统里“{row.name}”登记为{HINDRANCES_SAID.get(kind, kind)}，花名册没有写，系统里的登记保留不变"
            self.plan.problems.append(Problem(row.sheet, row.where, sentence, row.row, fatal=False))

    def posts(self, at: int, row: PersonRow, place: Place, person: PersonNow | None) -> None:
        """The posts that the row names, each in its own unit."""
        for held in row.posts:
            unit = place if held.kind in OF_GROUP else Place(place.branch, None)
            if held.kind in OF_GROUP and place.group is None:
                sentence = f"“{row.name}”没有写所属党小组，{held.title}没有记入"
                self.plan.problems.append(Problem(row.sheet, row.where, sentence, row.row, fatal=False))
            elif person and any((post.place, post.kind) == (unit, held.kind) for post in person.posts):
                self.count("posts", changed=False)
            elif why_not := self.kept_apart(person, unit, held.kind):
                self.plan.problems.append(Problem(row.sheet, row.where, why_not, row.row, fatal=False))
            else:
                self.take_up(at, row, unit, held.kind)

    def kept_apart(self, person: PersonNow | None, unit: Place, kind: Held) -> str:
        """Why a file gives this post to nobody: offices are kept apart, and an officer's posts are asked for."""
        leaving = [holder for _, holder in self.holders.get((unit, kind), ())]
        return not_by_file(Role(kind), person, leaving, by=self.now.by)

    def take_up(self, at: int, row: PersonRow, unit: Place, kind: Held) -> None:
        """A post begins: with its unit, or on the day of the roster where the unit was there before."""
        is_new = unit not in self.now.founded
        self.plan.posts.append(NewPost(at, unit, kind, self.plan.since if is_new else self.plan.as_of))
        self.plan.tallies["posts"].added += 1
        if not is_new:
            self.plan.changes.append(f"{row.name}：任{unit.said}{POSTS_SAID[kind]}")

    def end_replaced_posts(self) -> None:
        """Where somebody takes up a post that only one can hold, its holder leaves it."""
        for post in self.plan.posts:
            for post_id, person in self.holders.get((post.place, post.kind), ()):
                self.end(post_id, f"{person.name}：不再担任{post.place.said}{POSTS_SAID[post.kind]}")

    def end(self, post_id: int, sentence: str) -> None:
        """Plan the end of a post, once."""
        if post_id not in self.ended:
            self.ended.add(post_id)
            self.plan.ended_posts.append(post_id)
            self.plan.changes.append(sentence)
            self.plan.tallies["posts"].changed += 1

    # --- the rest ---

    def report_missing(self) -> None:
        """Members of the branches in the file who are not in it: reported, never taken out."""
        branches = {place.branch for place in self.plan.units} | {
            member.place.branch for person in self.now.people if person.id in self.met and (member := person.membership)
        }
        self.plan.missing += [
            f"{member.place.said}：{person.name}"
            for person in self.now.people
            if person.id not in self.met and (member := person.membership) and member.place.branch in branches
        ]

    def count(self, kind: str, *, changed: bool) -> None:
        """One more that is known already."""
        tally = self.plan.tallies[kind]
        tally.changed += changed
        tally.unchanged += not changed


COLUMNS_SAID = {
    "name": "姓名",
    "sex": "性别",
    "education": "学历",
    "phone": "联系电话",
    "born_on": "出生日期",
    "joined_on": "入党时间",
    "full_on": "转正时间",
    "id_number": "身份证号码",
}


def within(known: date, written: date, precision: Precision) -> bool:
    """Whether a known day is what was written, as far as it was."""
    if precision is Precision.DAY:
        return known == written
    return known.year == written.year and (precision is Precision.YEAR or known.month == written.month)


def change_said(name: str, had: MembershipNow, place: Place) -> str:
    """A move or a change of kind in a sentence."""
    return f"{name}：从{had.place.said}调到{place.said}" if had.place != place else f"{name}：转为正式党员"
