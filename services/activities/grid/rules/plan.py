"""A ledger of the grid compared with the grid: what is new, what changes, what cannot be, row by row. Pure.

It opens, describes, joins and links; it ends nothing but the residence of somebody who lives elsewhere by the file, and
moves, renames and ends no cell. A row with something amiss is left out whole, and the rest is compared without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.activities.concerns.rules import marks_in
from services.activities.concerns.rules.words import DOOR, NAME
from services.activities.grid.rules.doors import overlapping
from services.activities.grid.rules.known import CellNow, GridNow, LinkNow, MemberNow, Path
from services.activities.grid.rules.places import Amiss, Paths, RowAt, level_of, path_said
from services.activities.grid.rules.planned import Describing, GridPlan, Joining, Linking, Opening, Words
from services.activities.grid.rules.planned_said import lines_said, move_said
from services.activities.grid.rules.seats import Seats
from services.activities.grid.rules.sheet import GridRow, GridSheet
from services.activities.grid.rules.stages import LEVELS, Level, Sort, may_lie_in
from services.activities.register.rules.meant import Meant
from services.activities.register.rules.regrouping import day_said
from shared.tables import Problem
from shared.tables.aside import gathered

OTHERWISE = "和第 {row} 行写的不一样，一个网格只有一个，请核对"
OVER = "第 {row} 行没有读入，“{above}”要先有，请一起改好再上传"
SPOKEN = {"code": "网格编号", "extent": "范围", "households": "户数", "opened": "设立日期", "level": "级别"}


def plan_grid(sheet: GridSheet, now: GridNow) -> GridPlan:
    """What a file would change of the grid as it stands."""
    meant = Meant(now.units, now.former, {now.township} if now.township else ())
    rows, refused = list(sheet.rows), list[Problem]()
    while True:
        trial = _Trial(now, meant, rows)
        trial.run()
        if not trial.refused:
            break
        refused += trial.refused.values()
        rows = [row for row in rows if (row.sheet, row.row) not in trial.refused]
    plan = trial.plan
    plan.problems = [*refused, *gathered(trial.warnings)]
    plan.refused = sheet.refused_with(refused)
    plan.lines = lines_said(plan, now)
    out = {(each.sheet, each.row) for each in [*sheet.errors, *refused]}
    plan.counts = {
        "rows": sheet.rows_total,
        "read": sheet.rows_total - len(out),
        "refused": len(out),
        "cells": len(plan.openings),
        "described": len(plan.describings) + len(plan.joinings),
        "links": len(plan.linkings),
        "moved": len(plan.moves),
    }
    return plan


@dataclass(slots=True)
class _Node:
    """A cell of the file: its rows, and what they say of it together."""

    path: Path
    rows: list[GridRow] = field(default_factory=list)
    said: dict[str, tuple[object, GridRow]] = field(default_factory=dict)
    units: dict[int, GridRow] = field(default_factory=dict)
    level: Level = Level.CELL
    on: date = date.min

    def __getitem__(self, key: str) -> object:
        return self.said[key][0] if key in self.said else None


class _Trial:
    """One comparison of rows that are all thought to be in order; `refused` says which are not after all."""

    def __init__(self, now: GridNow, meant: Meant, rows: Sequence[GridRow]) -> None:
        self.now, self.meant, self.rows = now, meant, rows
        self.paths = Paths(now, meant, rows)
        self.seats = Seats(now, meant)
        self.plan = GridPlan()
        self.refused: dict[RowAt, Problem] = {}
        self.warnings: list[Problem] = []
        self.nodes: dict[Path, _Node] = {}
        self.linked: list[GridRow] = []
        self.seated: dict[RowAt, list[tuple[Sort, MemberNow]]] = {}

    def run(self) -> None:
        """Cells first, then who belongs to them."""
        for row in self.rows:
            self._tried(row, self._place)
        self._nest()
        self._date()
        for node in sorted(self.nodes.values(), key=lambda each: len(each.path)):
            self._write(node)
        taken: dict[tuple[int, Sort, Path], GridRow] = {}
        for node in self.nodes.values():
            for row in node.rows:
                for sort, member in self.seated[row.sheet, row.row]:
                    self._tried(row, self._link, node, sort, member, taken)
        self._spoken_for()

    def _tried(self, row: GridRow, step: Callable[..., None], *given: object) -> None:
        try:
            step(row, *given)
        except Amiss as amiss:
            self._refuse(amiss.row, amiss.key, amiss.sentence)

    def _refuse(self, row: GridRow, key: str, sentence: str) -> None:
        self.refused.setdefault((row.sheet, row.row), row.problem(key, sentence))

    def _warn(self, row: GridRow, key: str, sentence: str) -> None:
        self.warnings.append(row.problem(key, sentence, fatal=False))

    # --- cells ---

    def _place(self, row: GridRow) -> None:
        """Its cell, its people and its units; what its cell is by this row and those before."""
        path, told = self.paths.of(row)
        self.seated[row.sheet, row.row] = [
            (sort, self.seats.meant(row, sort, name, path))
            for sort, name in row.people
            if not self._no_member(row, sort, name)
        ]
        units = [self._unit(row, each) for each in row.units]
        node = self.nodes.setdefault(path, _Node(path))
        for key in SPOKEN:
            value = getattr(row, key)
            if value in {None, ""}:
                continue
            before, first = node.said.setdefault(key, (value, row))
            if before != value:
                raise Amiss(row, key, OTHERWISE.format(row=first.row))
        node.rows.append(row)
        node.units |= {unit_id: row for unit_id in units if unit_id not in node.units}
        for each in told:
            self._warn(row, "cell", each)

    def _no_member(self, row: GridRow, sort: Sort, name: str) -> bool:
        """Whether a column of grid workers names somebody who is no member, as many are: said, and written nowhere."""
        other = sort is Sort.WORKER and row.has("worker") and name not in self.now.called
        if other:
            self._warn(row, "worker", f"网格员“{name}”不在党员名册里，没有登记；网格里只登记党员")
        return other

    def _unit(self, row: GridRow, text: str) -> int:
        """The group, or the branch that is not divided, that has to do with the cell."""
        place = self.seats.place(text, row.branch)
        unit_id = self.now.units.get(place) if place else None
        if place is None or unit_id is None:
            raise Amiss(row, "units", f"名册里没有“{text}”，请核对；几个党小组用顿号隔开")
        if place.group is None and any(each.branch == place.branch and each.group for each in self.now.units):
            raise Amiss(row, "units", f"{text}分了党小组，请写明是哪个党小组")
        return unit_id

    def _nest(self) -> None:
        """Each lies in one of a higher level; a village that only its cells name is opened with them."""
        for path in list(self.nodes):
            top = path[:1]
            if len(path) > 1 and top not in self.nodes and top not in self.now.by_path:
                self.nodes[top] = _Node(top)
        codes: dict[str, _Node] = {}
        for node in sorted(self.nodes.values(), key=lambda each: len(each.path)):
            known = self.now.by_path.get(node.path)
            node.level = level_of(node.rows[0], node.path, known) if node.rows else Level.VILLAGE
            if "level" in node.said:
                node.level = Level(str(node["level"]))
            self._lies(node, known)
            code = str(node["code"] or "")
            if code and codes.setdefault(code, node) is not node:
                where = path_said(codes[code].path)
                self._refuse_all(node, "code", f"编号“{code}”已经用在“{where}”，一个编号只能用一次，请核对")

    def _lies(self, node: _Node, known: CellNow | None) -> None:
        if known and node.level != known.level:
            self._warn(node.rows[0], "level", f"级别没有改动：系统里是{LEVELS[known.level]}")
            node.level = known.level
        if known:
            return
        above = node.path[:-1]
        if above and above not in self.nodes and above not in self.now.by_path:
            self._refuse_all(node, "above", f"没有“{path_said(above)}”这个上级网格，请先给它自己写一行")
            return
        level = self._level_at(above) if above else None
        if not may_lie_in(node.level, level):
            where = f"“{path_said(above)}”（{LEVELS[level]}）下面" if level else "最上面"
            self._refuse_all(node, "level", f"{LEVELS[node.level]}不能放在{where}，请核对级别和上级网格")

    def _level_at(self, path: Path) -> Level:
        return self.nodes[path].level if path in self.nodes else self.now.by_path[path].level

    def _refuse_all(self, node: _Node, key: str, sentence: str) -> None:
        for row in node.rows:
            self._refuse(row, key, sentence)

    def _date(self) -> None:
        """From when each is there: as it is written, else since the first that is known of it or of what lies in it."""
        wanted: dict[Path, date] = {}
        below: dict[Path, list[date]] = defaultdict(list)
        for node in sorted(self.nodes.values(), key=lambda each: -len(each.path)):
            days = below[node.path] + [row.since for row in node.rows if row.since and row.people]
            written = node["opened"]
            wanted[node.path] = written if isinstance(written, date) else min(days, default=self.now.today)
            below[node.path[:-1]].append(wanted[node.path])
        for node in sorted(self.nodes.values(), key=lambda each: len(each.path)):
            known, above = self.now.by_path.get(node.path), node.path[:-1]
            node.on = known.starts_on if known else wanted[node.path]
            floor = self._day_at(above) if above else None
            if known is None and floor and node.on < floor:
                node.on = floor
                if "opened" in node.said:
                    where = f"“{path_said(above)}”从{day_said(floor)}才有"
                    self._refuse(node.said["opened"][1], "opened", f"{where}，设立日期不能更早")
            elif known and "opened" in node.said and node["opened"] != known.starts_on:
                said = f"设立日期没有改动：系统里是{day_said(known.starts_on)}"
                self._warn(node.said["opened"][1], "opened", said)

    def _day_at(self, path: Path) -> date | None:
        if path in self.nodes:
            return self.nodes[path].on
        return self.now.by_path[path].starts_on if path in self.now.by_path else None

    def _write(self, node: _Node) -> None:
        """Opened, described or left as it is; and its units."""
        known = self.now.by_path.get(node.path)
        before: Words = (known.code, known.extent, known.households) if known else ("", "", None)
        said = (node["code"], node["extent"], node["households"])
        after: Words = tuple(new if new is not None else old for new, old in zip(said, before, strict=True))  # type: ignore[assignment]
        self._clean(node, "" if known else node.path[-1], "" if after[1] == before[1] else after[1])
        if known is None:
            self.plan.openings.append(Opening(node.path, node.level, after, node.on))
        elif after != before:
            self.plan.describings.append(Describing(known.id, node.path, before, after))
        for unit_id, row in node.units.items():
            if known is None or unit_id not in known.units:
                on = max(node.on, self.now.founded[unit_id])
                if on > self.now.today:
                    self._refuse(row, "units", "对应的党小组还没有成立")
                self.plan.joinings.append(Joining(node.path, unit_id, on))

    def _clean(self, node: _Node, *words: str) -> None:
        """Words for a place name nobody: a number is refused, what reads like a name is asked for."""
        for key, said in zip(("cell", "extent"), words, strict=True):
            marks = [mark for mark in marks_in(said, self.seats.names_in(said)) if mark.what != DOOR] if said else []
            for mark in marks:
                if mark.what == NAME:
                    self.plan.doubts.append(f"“{said}”里的“{mark.found}”")
                elif node.rows:
                    row = node.said[key][1] if key in node.said else node.rows[0]
                    self._refuse(row, key, f"好像写了电话或者号码“{mark.found}”；网格只写地方，不写住户")

    # --- links ---

    def _link(
        self,
        row: GridRow,
        node: _Node,
        sort: Sort,
        member: MemberNow,
        taken: dict[tuple[int, Sort, Path], GridRow],
    ) -> None:
        """A member and the cell: linked already, changed, or new."""
        slot = (member.person_id, sort, () if sort is Sort.RESIDENCE else node.path)
        if other := taken.get(slot):
            what = "居住" if sort is Sort.RESIDENCE else "同一项联系"
            raise Amiss(row, "name", f"第 {other.row} 行已经写了{member.name}的{what}，请核对，只留一行")
        taken[slot] = row
        known = self.now.by_path.get(node.path)
        runs = [each for each in self.now.linked.get((member.person_id, sort), []) if not each.proposed]
        here = next((each for each in runs if known and each.cell_id == known.id), None)
        if here:
            self._stands(row, node, member, here)
        elif known and self._waits(member, sort, known):
            self.plan.unchanged += 1
            self._warn(row, "name", f"{member.name}的这项联系已经提出过，等支部确认，没有再登记")
        else:
            before = next(iter(runs), None) if sort is Sort.RESIDENCE else None
            self._begin(row, node, sort, member, before)

    def _waits(self, member: MemberNow, sort: Sort, known: CellNow) -> bool:
        links = self.now.linked.get((member.person_id, sort), [])
        return any(each.proposed and each.cell_id == known.id for each in links)

    def _stands(self, row: GridRow, node: _Node, member: MemberNow, here: LinkNow) -> None:
        """A link that is there: its doors and households may be new."""
        if row.since and row.since != here.starts_on:
            self._warn(row, "since", f"{member.name}的开始日期没有改动：系统里是{day_said(here.starts_on)}")
        doors = row.doors or here.doors
        many = row.linked if row.linked is not None else here.households
        if here.sort is Sort.RESIDENCE or (doors, many) == (here.doors, here.households):
            self.plan.unchanged += 1
            return
        changed = Linking(node.path, member.person_id, member.unit_id, here.sort, doors, many, self.now.today, here.id)
        self._add(row, changed)

    def _begin(self, row: GridRow, node: _Node, sort: Sort, member: MemberNow, before: LinkNow | None) -> None:
        """A new one; whoever lived elsewhere until then lives there no more."""
        day = row.since or max(node.on, member.since, self.now.today)
        known = self.now.by_path.get(node.path)
        cell_id = None if sort is Sort.RESIDENCE else (known.id if known else 0)
        over = self.now.over.get((member.person_id, sort, cell_id))
        if day < node.on:
            raise Amiss(row, "since", f"“{path_said(node.path)}”从{day_said(node.on)}才有，开始日期不能更早")
        if day < member.since:
            raise Amiss(row, "since", f"{member.name}从{day_said(member.since)}起才是党员或者编入，开始日期不能更早")
        if over and day < over:
            raise Amiss(row, "since", f"{member.name}以前的登记到{day_said(over)}才结束，开始日期不能更早")
        if before and day < before.starts_on:
            raise Amiss(row, "since", f"{member.name}原来的居住从{day_said(before.starts_on)}起，开始日期不能更早")
        doors, many = ("", None) if sort is Sort.RESIDENCE else (row.doors, row.linked)
        ends = before.id if before else None
        self._add(row, Linking(node.path, member.person_id, member.unit_id, sort, doors, many, day, ends))
        if before:
            self.plan.moves.append(move_said(member.name, before, node.path, day, self.now))

    def _add(self, row: GridRow, linking: Linking) -> None:
        self.plan.linkings.append(linking)
        self.linked.append(row)

    def _spoken_for(self) -> None:
        """Households of which two members are to keep touch: said, and written all the same."""
        paths, ended = {each.id: each.path for each in self.now.cells}, {each.ends for each in self.plan.linkings}
        doors: dict[Path, list[tuple[int, str]]] = defaultdict(list)
        for link in self.now.links:
            if link.doors and link.id not in ended and link.cell_id in paths:
                doors[paths[link.cell_id]].append((link.person_id, link.doors))
        for new, row in zip(self.plan.linkings, self.linked, strict=True):
            others = [said for person_id, said in doors[new.path] if person_id != new.person_id]
            if new.doors and overlapping(new.doors, others):
                self._warn(row, "doors", f"门牌“{new.doors}”和别的党员联系的有重叠，请核对")
            doors[new.path].append((new.person_id, new.doors))
