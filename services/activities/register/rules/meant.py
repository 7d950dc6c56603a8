"""Which unit of a register a file means by a name: the one that is called so, or was; whatever is doubtful is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from services.activities.register.rules.changes import Place
from shared.tables import Branches, branch_key, group_key, match_group
from shared.tables.cells import without_brackets


class Meant:
    """The units of a register by their names, and by those that they had: former place → the one it is now."""

    def __init__(
        self, places: Iterable[Place], former: Mapping[Place, Place] | None = None, townships: Collection[str] = ()
    ) -> None:
        self.groups: dict[str, list[str]] = defaultdict(list)
        for place in places:
            self.groups[place.branch] += [place.group] if place.group else []
        former = former or {}
        self.past = {old.branch: now.branch for old, now in former.items() if old.group is None}
        self.past_groups: dict[str, dict[str, str]] = defaultdict(dict)
        for old, now in former.items():
            if old.group and now.group:
                self.past_groups[now.branch][old.group] = now.group
        self.branches = Branches(self.groups, townships)
        self.past_branches = Branches(self.past, townships)

    def branch(self, text: str) -> str | None:
        """The one branch that a text means, or meant once."""
        if found := self.branches.meant(text):
            return found
        once = self.past_branches.meant(text)
        return self.past[once] if once else None

    def group(self, branch: str, text: str) -> str | None:
        """The one group of a branch that a text means, or meant once."""
        if found := match_group(text, self.groups[branch], branch):
            return found
        past = self.past_groups[branch]
        once = match_group(text, past, branch)
        return past[once] if once else None

    def doubt(self, written: str, branch: str, beside: Collection[str] = ()) -> str:
        """What is to be said where a branch was written otherwise than it is called; `beside`: those of the file."""
        if branch not in self.groups:
            return self.alike(branch, [*self.groups, *beside], branch_key)
        if branch_key(written) == branch_key(branch):
            return ""
        if written in self.past:
            return f"“{written}”是“{branch}”的原名，按“{branch}”记"
        return f"“{written}”当作系统里的“{branch}”"

    def doubt_of_group(self, written: str, place: Place, beside: Collection[str] = ()) -> str:
        """The same of a group; `beside`: the groups of its branch in the file."""
        if place.group is None:
            return ""
        known = self.groups.get(place.branch, [])
        if place.group not in known:
            return self.alike(place.group, [*known, *beside], lambda name: group_key(name, place.branch))
        if group_key(written, place.branch) == group_key(place.group, place.branch):
            return ""
        return f"“{written}”是{place.branch}“{place.group}”的原名，按“{place.group}”记"

    @staticmethod
    def alike(new: str, known: Iterable[str], key: Callable[[str], str]) -> str:
        """Whether a unit to be founded differs from one that is there only by brackets that one of them lacks."""
        bare = key(without_brackets(new))
        for other in known:
            if key(without_brackets(other)) == bare and (other == without_brackets(other)) != (
                new == without_brackets(new)
            ):
                return f"“{new}”和“{other}”名称相近，按两个单位登记"
        return ""
