"""Which member and which unit a row of a ledger means; where a name fits several it is asked, never chosen. Pure."""

from __future__ import annotations

from functools import cached_property

from services.activities.grid.rules.known import GridNow, MemberNow, Path
from services.activities.grid.rules.places import Amiss
from services.activities.grid.rules.sheet import GridRow
from services.activities.grid.rules.stages import Sort
from services.activities.register.rules.changes import Place
from services.activities.register.rules.meant import Meant
from shared.tables.units import split_unit

NAME_LENGTH_MIN = 2
NOT_HERE = "没有“{name}”这名党员{where}，请核对姓名；网格里只登记党员"


class Seats:
    """The members and units of a township, as the rows of a file name them."""

    def __init__(self, now: GridNow, meant: Meant) -> None:
        self.now, self.meant_units = now, meant
        self.places = {unit_id: place for place, unit_id in now.units.items()}

    def place(self, text: str, branch: str) -> Place | None:
        """The unit that words mean: a branch, a group with its branch, or a group of the row's own branch."""
        said, group = split_unit(text)
        meant = self.meant_units.branch(said)
        if meant is None and branch and not group:
            meant, group = self.meant_units.branch(branch), said
        if meant is None:
            return None
        found = self.meant_units.group(meant, group) if group else None
        return None if group and found is None else Place(meant, found)

    def meant(self, row: GridRow, sort: Sort, name: str, path: Path) -> MemberNow:
        """The member whom a row means. Raises Amiss where the name fits none or several."""
        key = next((key for key in ("name", sort.value) if row.has(key)), "cell")
        alike = self._within(row, self.now.called.get(name, []))
        if len(alike) > 1:
            alike = [each for each in alike if self._linked(each, sort, path)] or alike
        if not alike:
            where = f"（{row.branch}）" if row.branch and self.now.called.get(name) else ""
            raise Amiss(row, key, NOT_HERE.format(name=name, where=where))
        if len(alike) > 1:
            where = "、".join(
                dict.fromkeys(self.places[each.unit_id].said for each in alike if each.unit_id in self.places)
            )
            why = f"有 {len(alike)} 位“{name}”（{where}），请填党支部和党小组；还分不清的，在网格的页面登记"
            raise Amiss(row, key, why)
        return alike[0]

    def _within(self, row: GridRow, alike: list[MemberNow]) -> list[MemberNow]:
        """Those of the row's branch, and of its group; a column of several units' people says nothing of theirs."""
        branch = self.meant_units.branch(row.branch) if row.branch else None
        if row.branch and branch is None and alike:
            raise Amiss(row, "branch", f"名册里没有“{row.branch}”，请核对党支部的名称")
        if branch:
            branch_id = self.now.units[Place(branch, None)]
            alike = [each for each in alike if each.branch_id == branch_id]
        if row.group and len(alike) > 1:
            alike = [each for each in alike if self._in_group(each, row.group)]
        return alike

    def _in_group(self, member: MemberNow, group: str) -> bool:
        place = self.places.get(member.unit_id)
        return bool(place and place.group and self.meant_units.group(place.branch, group) == place.group)

    def _linked(self, member: MemberNow, sort: Sort, path: Path) -> bool:
        """Whether that very link is there: of two of a name, that is the one whom the ledger has."""
        cell = self.now.by_path.get(path)
        return any(cell and each.cell_id == cell.id for each in self.now.linked.get((member.person_id, sort), []))

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        """The names of members by their first character."""
        found: dict[str, list[str]] = {}
        for name in self.now.called:
            if len(name) >= NAME_LENGTH_MIN:
                found.setdefault(name[0], []).append(name)
        return found

    def names_in(self, said: str) -> list[str]:
        """The members whose names stand in words."""
        return [name for each in dict.fromkeys(said) for name in self._names.get(each, []) if name in said]
