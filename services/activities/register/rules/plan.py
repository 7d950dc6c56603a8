"""What a roster would change in the register: a pure comparison, shown before it is applied.

Nothing is ever deleted. What a row does not say stays as it is: a blank cell, or a column that the file lacks, erases
nothing, moves nobody and ends no post. Who is not in the file is only reported. Decisions on dates:
a unit that the register does not know yet was founded on `since`; somebody new has been in his unit since he joined
the Party, or since the unit was founded if that was later; whatever changes in the register changes on `as_of`;
a post of a group begins on the day that the row says, where that can be (since_when.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from services.activities.register.rules import more
from services.activities.register.rules.alike import Alike
from services.activities.register.rules.care import Sort
from services.activities.register.rules.changes import (
    Ending,
    Leaves,
    Lost,
    Move,
    NewCircumstance,
    NewMembership,
    NewPost,
    PersonNow,
    Place,
    RegisterNow,
    RosterPlan,
    Tally,
    cares_proposed,
)
from services.activities.register.rules.guests_planned import add_guests
from services.activities.register.rules.knowing import Knowing, Unclear, unsaid, within
from services.activities.register.rules.leaving import day_in, proposed
from services.activities.register.rules.meant import Meant
from services.activities.register.rules.offices import not_by_file
from services.activities.register.rules.people import PersonRow
from services.activities.register.rules.posts import OF_GROUP, SINGLE, Held, Kind, PostHeld
from services.activities.register.rules.regrouping import day_said
from services.activities.register.rules.roster import Roster
from services.activities.register.rules.roster_said import (
    COLUMNS_SAID,
    HINDRANCES_SAID,
    POSTS_SAID,
    change_said,
    ending_said,
)
from services.activities.register.rules.since_when import SinceWhen
from services.activities.register.rules.words import duties_said
from shared.roles import Role
from shared.tables import Precision, Problem
from shared.tables.dates import shown
from shared.tables.units import townships_in


def plan_roster(
    roster: Roster, now: RegisterNow, *, as_of: date, since: date, index_of: Callable[[str], bytes]
) -> RosterPlan:
    """Compare a roster with the register."""
    kinds = ("branches", "groups", "people", "memberships", "posts", "circumstances")
    plan = RosterPlan(as_of, since, dict(roster.counts), {kind: Tally() for kind in kinds})
    comparison = _Comparison(plan, roster, now, index_of)
    places = comparison.units(roster)
    for row in roster.people:
        comparison.person(row, places.get((row.branch, row.group)))
    comparison.end_replaced_posts()
    plan.members = sum(person.membership is not None for person in now.people)
    plan.leaving = comparison.leaving(roster)
    comparison.report_missing(roster.named)
    add_guests(plan, roster.guests, now, comparison.meant)
    plan.problems += comparison.alike.problems()
    plan.counts |= comparison.counts()
    plan.refused = roster.refused_with(plan.problems)
    return plan


class _Comparison:
    """One pass over the roster's people."""

    def __init__(self, plan: RosterPlan, roster: Roster, now: RegisterNow, index_of: Callable[[str], bytes]) -> None:
        self.plan = plan
        self.now = now
        self.knowing = Knowing(now, index_of)
        self.alike = Alike()
        self.since_when = SinceWhen(now, plan, self.alike)
        townships = {*townships_in(roster.branches), *filter(None, [now.township, *now.formerly])}
        self.meant = Meant(now.founded, now.former, townships)
        self.part = frozenset(roster.part)
        self.listed: set[str] = set()  # branches of which the file may be the whole
        self.doubts: dict[tuple[str, str | None], list[tuple[str, str]]] = {}
        self.divided = {place.branch for place in now.founded if place.group}
        self.holders: dict[tuple[Place, str], list[tuple[int, PersonNow]]] = {}
        for person in now.people:
            for post in person.posts:
                if post.place and post.kind in set(SINGLE):
                    self.holders.setdefault((post.place, post.kind), []).append((post.id, person))
        self.held: dict[tuple[Place, Held], PersonRow] = {}  # who is to hold a single post, by this file
        self.holders_by_file: Counter[Held] = Counter()
        self.used: set[Place] = set()
        self.ended: set[int] = set()

    # --- units ---

    def units(self, roster: Roster) -> dict[tuple[str, str | None], Place]:
        """Each spelling in the file → the place that it means; what is doubtful of it is kept to be said."""
        branches = {name: self.meant.branch(name) or name for name in roster.branches}
        places: dict[tuple[str, str | None], Place] = {
            (name, None): Place(branches[name], None) for name in roster.branches
        }
        for name, group in roster.groups:
            branch = branches[name]
            places[name, group] = Place(branch, self.meant.group(branch, group) or group)
            self.divided.add(branch)
        beside: dict[str, set[str]] = {}
        for place in places.values():
            beside.setdefault(place.branch, set()).update([place.group] if place.group else [])
        for (name, written), place in places.items():
            self.doubts[name, written] = [
                (at, said)
                for at, said in (
                    ("branch", self.meant.doubt(name, place.branch, beside)),
                    ("group", self.meant.doubt_of_group(written or "", place, beside[place.branch])),
                )
                if said
            ]
        return places

    def use(self, place: Place) -> None:
        """Somebody belongs there: count the unit once, as new or known, and its branch."""
        if place in self.used:
            return
        self.used.add(place)
        if place.group:
            self.use(Place(place.branch, None))
        tally = self.plan.tallies["groups" if place.group else "branches"]
        if place in self.now.founded:
            tally.unchanged += 1
        else:
            tally.added += 1
            self.plan.units.append(place)

    def founded(self, place: Place) -> date:
        """When the unit was founded, as far as the register knows or will know."""
        return self.now.founded.get(place, self.plan.since)

    # --- a person ---

    def person(self, row: PersonRow, written: Place | None) -> None:
        """Compare one row; what cannot be told apart is refused. `written`: none where the file has no branches."""
        try:
            written = written or self.knowing.where(row, self.meant.group)
            found = self.knowing.meet(row, written, known=row.sheet in self.part)
        except Unclear as why:
            self.plan.problems.append(Problem(row.sheet, row.where, str(why), row.row))
            return
        if found is not None and found.left is not None:  # no file brings anybody back: his page does, with its basis
            sentence = "已经减员的 {n} 人没有重新编入；确实回来的请在个人页办理，只是同名的请填写身份证号码：{who}"
            self.alike.add(sentence, row, note=f"{day_said(found.left)}起不在册")
            return
        for key, about in self.doubts.get((row.branch, row.group), ()):
            self.alike.add("{about}，请核对（{n} 人）", row, at=key, about=about)
        at = len(self.plan.people)
        self.plan.people.append(row)
        if found is None:
            self.newcomer(row)
        else:
            self.plan.known[at] = found.id
            self.details(found, row)
        place = self.place(row, written, found)
        self.use(place)
        if row.branch and row.sheet not in self.part:
            self.listed.add(place.branch)
        starts_on = self.membership(at, row, place, found)
        self.circumstances(at, row, place, found, starts_on)
        self.posts(at, row, place, found, starts_on)
        self.deputy(row, place)
        if row.lost and found is not None:
            self.lost(row, found)
        if found is not None:
            self.plan.cares += cares_proposed(row, found, self.now.by)

    def newcomer(self, row: PersonRow) -> None:
        """Count somebody new, and say what of him may be taken for wrong."""
        self.plan.tallies["people"].added += 1
        for other in self.knowing.namesakes(row)[:1]:
            sentence = "有 {n} 人与别的支部的党员同姓名，按新党员登记，请核对是不是同一个人：{who}"
            self.alike.add(sentence, row, note=other.membership.place.said if other.membership else "")
        if "kind" in row.guessed and not row.has("kind"):
            sentence = "文件里没有党员类别一列，新登记的 {n} 人按转正时间和入党时间认定，请核对：{who}"
            self.alike.add(sentence, row, note="预备党员" if row.kind is Kind.PROBATIONARY else "正式党员")

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
        otherwise = {key: text for key, text in row.more.items() if person.more.get(key) != text}
        if otherwise:
            changed["more"] = more.written({**person.more, **otherwise})
        if changed:
            self.plan.updates[person.id] = changed
            words = [COLUMNS_SAID[column] for column in changed if column != "more"]
            said = "、".join([*words, *(more.SAID[key] for key in otherwise)])
            self.plan.changes.append(f"{row.name}：更新{said}")
        self.count("people", changed=bool(changed))

    # --- membership ---

    def place(self, row: PersonRow, written: Place, person: PersonNow | None) -> Place:
        """Where the person is to belong: where the row says, or where he is as far as it says nothing."""
        had = person.membership.place if person and person.membership else None
        if had == written:
            return written
        if had and unsaid(row, had, written):
            self.stays(row, had)
            return had
        if written.group is None and written.branch in self.divided:
            self.alike.add("没有写党小组的 {n} 人记在支部名下，请核对：{who}", row, at="group", note=written.branch)
        return written

    def stays(self, row: PersonRow, had: Place) -> None:
        """Say that somebody is left where he is: by name where the column is there, else in one line for the file."""
        if row.has("group") or "branch" in row.guessed:
            sentence = "没有写明党小组的 {n} 人没有调动，要调动请在各自的行里写明：{who}"
            self.alike.add(sentence, row, at="group", note=f"仍在{had.said}")
        else:
            self.alike.add("文件里没有党小组一列，{n} 人仍在原来的党小组，没有调动", row)

    def membership(self, at: int, row: PersonRow, place: Place, person: PersonNow | None) -> date:
        """Where the person belongs and as what; returns since when."""
        had = person.membership if person else None
        if had is None:
            starts_on = max(row.joined_on or self.plan.since, self.founded(place))
            self.plan.tallies["memberships"].added += 1
            self.plan.memberships.append(NewMembership(at, place, row.kind, starts_on, None))
            return starts_on
        kind = had.kind if "kind" in row.guessed else str(row.kind)
        if had.kind == Kind.FULL and kind == Kind.PROBATIONARY:
            sentence = "系统里已是正式党员、花名册写的是预备党员的 {n} 人没有改动，请核对：{who}"
            self.alike.add(sentence, row, at="kind")
            kind = had.kind
        if (had.place, had.kind) == (place, kind):
            self.count("memberships", changed=False)
            return had.starts_on
        on = self.plan.as_of if had.place != place or row.full_on is None else row.full_on
        self.plan.memberships.append(NewMembership(at, place, kind, max(on, had.starts_on), had.id))
        self.plan.changes.append(change_said(row.name, had, place))
        self.count("memberships", changed=True)
        if person and had.place != place:
            self.plan.moves.append(Move(row.name, had.place, place))
            self.leave(person, had.place)
            return self.plan.memberships[-1].starts_on
        return had.starts_on

    def leave(self, person: PersonNow, place: Place) -> None:
        """Whoever leaves a group leaves his post there."""
        for post in person.posts:
            if post.place == place and post.kind in OF_GROUP:
                self.end(post.id, Ending(person.name, place, post.kind))

    def lost(self, row: PersonRow, person: PersonNow) -> None:
        """Propose somebody of whom the row says that contact is lost; whoever looks himself is not."""
        if person.membership and Sort.LOST not in person.cared and person.id != self.now.by:
            words = dict.fromkeys([row.lost, *row.lost_told.values()])
            said = f"花名册“{row.sheet}”{row.where}：{shown('，'.join(words), 60)}"
            on = row.lost_on or day_in(row.lost)
            self.plan.lost.append(Lost(person.id, person.name, person.membership.place, on, said, row.lost_told))

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
            sentence = "系统里登记为{about}、花名册没有写的 {n} 人，登记保留不变：{who}"
            self.alike.add(sentence, row, at="remark", about=HINDRANCES_SAID.get(kind, kind))

    def posts(self, at: int, row: PersonRow, place: Place, person: PersonNow | None, member_since: date) -> None:
        """The posts that the row names, each in its own unit: a group's in the one where the person belongs."""
        for held in row.posts if self.since_when.goes_on(row) else ():
            unit = place if held.kind in OF_GROUP else Place(place.branch, None)
            if held.kind in OF_GROUP and place.group is None:
                self.alike.add("没有写党小组的 {n} 人，职务没有记入：{who}", row, at="post", note=held.title)
            elif held.kind in SINGLE and self.held.setdefault((unit, held.kind), row) is not row:
                about = f"{unit.said}已有{SINGLE[held.kind]}（{self.held[unit, held.kind].name}）"
                self.alike.add("{about}，没有记入 {n} 人：{who}", row, at="post", about=about)
            else:
                self.holders_by_file[held.kind] += 1
                self.hold(at, row, unit, held, person, member_since=member_since)

    def deputy(self, row: PersonRow, place: Place) -> None:
        """Of a deputy a list of leaders has but the name: where he is not the one already, that is said."""
        holders = {person.name for _, person in self.holders.get((place, Held.DEPUTY), ())}
        if row.deputy and row.deputy not in holders:
            sentence = "“副组长”一列只有姓名，{n} 个党小组的副组长没有改动，请在名册里任命：{who}"
            self.alike.add(sentence, row, at="deputy", note=f"副组长{row.deputy}")

    def hold(
        self, at: int, row: PersonRow, unit: Place, held: PostHeld, person: PersonNow | None, *, member_since: date
    ) -> None:
        """A post that is held already goes on, unless it comes with more; another is taken up."""
        now = [post for post in (person.posts if person else ()) if (post.place, post.kind) == (unit, held.kind)]
        if any(held.duties <= post.duties for post in now):
            self.count("posts", changed=False)
            self.since_when.compare(row, unit, now)
        elif why_not := self.kept_apart(person, unit, held.kind):
            self.plan.problems.append(Problem(row.sheet, row.where, why_not, row.row, fatal=False))
        else:
            had = frozenset[str]().union(*(post.duties for post in now))
            for post in now:  # the same post with other duties is another span: nobody loses anything by it
                self.ended.add(post.id)
                self.plan.ended_posts.append(post.id)
            holders = [holder.name for _, holder in self.holders.get((unit, held.kind), ())]
            day = self.since_when.usual(unit) if now else self.since_when.day(row, unit, held, member_since, holders)
            self.take_up(at, row, unit, replace(held, duties=held.duties | had), day)

    def kept_apart(self, person: PersonNow | None, unit: Place, kind: Held) -> str:
        """Why a file gives this post to nobody: offices are kept apart, and an officer's posts are asked for."""
        leaving = [holder for _, holder in self.holders.get((unit, kind), ())]
        return not_by_file(Role(kind), person, leaving, by=self.now.by)

    def take_up(self, at: int, row: PersonRow, unit: Place, held: PostHeld, day: date) -> None:
        """A post begins."""
        duties = tuple(sorted(held.duties))
        self.plan.posts.append(NewPost(at, unit, held.kind, day, duties))
        self.plan.tallies["posts"].added += 1
        if unit in self.now.founded:
            self.plan.changes.append(f"{row.name}：任{unit.said}{POSTS_SAID[held.kind]}{duties_said(duties)}")

    def end_replaced_posts(self) -> None:
        """Where somebody takes up a post that only one can hold, its holder leaves it."""
        for post in self.plan.posts:
            for post_id, person in self.holders.get((post.place, post.kind), ()):
                self.end(post_id, Ending(person.name, post.place, post.kind))

    def end(self, post_id: int, ending: Ending) -> None:
        """Plan the end of a post, once."""
        if post_id not in self.ended:
            self.ended.add(post_id)
            self.plan.ended_posts.append(post_id)
            self.plan.endings.append(ending)
            self.plan.changes.append(ending_said(ending))
            self.plan.tallies["posts"].changed += 1

    # --- the rest ---

    def leaving(self, roster: Roster) -> list[Leaves]:
        """Members of whom the file says that they left."""
        return proposed(roster.leaving, self.now, self.knowing, lambda text: self.meant.branch(text) or text)

    def report_missing(self, written: Iterable[str]) -> None:
        """Members of the branches in the file who were not met in it: reported, never taken out."""
        spoken_of = self.knowing.met | {each.person_id for each in self.plan.leaving}
        branches = {self.meant.branch(name) for name in written} | self.listed
        self.plan.missing += [
            f"{member.place.said}：{person.name}"
            for person in self.now.people
            if person.id not in spoken_of and (member := person.membership) and member.place.branch in branches
        ]

    def counts(self) -> dict[str, int]:
        """The figures that only the comparison knows."""
        guests = self.plan.tallies.get("guests", Tally())
        read = len(self.plan.people) + guests.added + guests.unchanged
        return {
            "read": read,
            "refused": self.plan.counts["rows"] - read,
            "leaders": self.holders_by_file[Held.LEADER],
            "secretaries": self.holders_by_file[Held.SECRETARY],
        }

    def count(self, kind: str, *, changed: bool) -> None:
        """One more that is known already."""
        tally = self.plan.tallies[kind]
        tally.changed += changed
        tally.unchanged += not changed
