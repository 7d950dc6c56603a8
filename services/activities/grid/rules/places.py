"""Which cell a row of a ledger means: by its number, by its name and the cells above it; never by an unsaid guess."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from services.activities.grid.rules.known import CellNow, GridNow, Path
from services.activities.grid.rules.sheet import GridRow
from services.activities.grid.rules.stages import Level
from services.activities.register.rules.meant import Meant

VILLAGE: Final = re.compile(r".{0,60}(?:村|社区|居|居委会)")
MICRO: Final = re.compile(r"微|楼栋|单元")
SEVERAL: Final = "有 {many} 个“{name}”，请在“上级网格”一列写明是哪一个，例如：{path}"
CIRCLE: Final = "上级网格绕成了圈：{said}，请核对"
RowAt = tuple[str, int]
"""A row by its sheet and number."""


class Amiss(ValueError):
    """A row cannot be taken as it is: at which field, and why."""

    def __init__(self, row: GridRow, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.row, self.key, self.sentence = row, key, sentence


def path_said(path: Path) -> str:
    """A cell with those above it, as the ledger writes it."""
    return "/".join(path)


def level_of(row: GridRow, path: Path, known: CellNow | None) -> Level:
    """How large a cell is: as it is written, as it stands, or by its name and place."""
    if row.level:
        return row.level
    if known:
        return known.level
    if len(path) == 1:
        return Level.VILLAGE
    return Level.MICRO if len(path) > len((Level.VILLAGE, Level.CELL)) or MICRO.search(path[-1]) else Level.CELL


class Paths:
    """The cells that the rows of a file mean, one by one: those of the register, and those that the file has."""

    def __init__(self, now: GridNow, meant: Meant, rows: Sequence[GridRow]) -> None:
        self.now, self.meant = now, meant
        self.declared: dict[str, list[GridRow]] = defaultdict(list)
        for row in rows:
            if all((row.above, row.code) != (each.above, each.code) for each in self.declared[row.name]):
                self.declared[row.name].append(row)
        self.known: dict[RowAt, tuple[Path, list[str]]] = {}

    def of(self, row: GridRow) -> tuple[Path, list[str]]:
        """The path of a row's cell, and what is to be said of how it was found. Raises Amiss."""
        return self._of(row, ())

    def _of(self, row: GridRow, trail: tuple[GridRow, ...]) -> tuple[Path, list[str]]:
        at = (row.sheet, row.row)
        if at not in self.known:
            if any(each.name == row.name and each.above == row.above for each in trail):
                said = " → ".join(each.name for each in (*trail, row))
                raise Amiss(row, "above", CIRCLE.format(said=said))
            self.known[at] = self._found(row, trail)
        return self.known[at]

    def _found(self, row: GridRow, trail: tuple[GridRow, ...]) -> tuple[Path, list[str]]:
        if row.code in self.now.by_code:
            return self._coded(row, self.now.by_code[row.code])
        above = () if row.above == (row.name,) and VILLAGE.fullmatch(row.name) else row.above
        if not above:
            return self._alone(row)
        path = (*self._above(row, above, trail), row.name)
        former = [each for each in self.now.cells if each.path[:-1] == path[:-1] and row.name in each.former]
        if path not in self.now.by_path and len(former) == 1:
            return former[0].path, [f"“{row.name}”是“{path_said(former[0].path)}”的原名，按现在的名称登记"]
        return path, []

    def _coded(self, row: GridRow, found: CellNow) -> tuple[Path, list[str]]:
        said = path_said(found.path)
        if row.name != found.path[-1]:
            if row.name not in found.former:
                why = f"编号“{row.code}”在系统里是“{said}”，不是“{row.name}”，请核对；确实改了名的，先在网格的页面改名"
                raise Amiss(row, "code", why)
            return found.path, [f"“{row.name}”是“{said}”的原名，按现在的名称登记"]
        where = path_said(row.above)
        if where and where not in {path_said(found.path[:-1]), *found.path[-2:-1]}:
            return found.path, [f"“{said}”没有移到“{where}”下面；编号没有变，要移动请在网格的页面办理"]
        return found.path, []

    def _alone(self, row: GridRow) -> tuple[Path, list[str]]:
        """One that says nothing of where it lies."""
        found = {each.path for each in self.now.by_name.get(row.name, []) if row.level in {None, each.level}}
        found |= {self._of(each, (row,))[0] for each in self.declared[row.name] if each.above and each is not row}
        if len(found) > 1:
            raise Amiss(row, "cell", SEVERAL.format(many=len(found), name=row.name, path=path_said(min(found))))
        if found:
            return found.pop(), []
        if row.level is Level.VILLAGE or (row.level is None and VILLAGE.fullmatch(row.name)):
            return (row.name,), []
        village = self._village_of(row)
        if village is None:
            raise Amiss(row, "above", f"“{row.name}”没有写上级网格（在哪个村或者网格里），请在“上级网格”一列填写")
        return (village, row.name), [f"“{row.name}”没有写上级网格，按党支部放在“{village}”下面，请核对"]

    def _village_of(self, row: GridRow) -> str | None:
        """The village that a branch is called after."""
        branch = (self.meant.branch(row.branch) or row.branch) if row.branch else ""
        name = branch.removesuffix("党支部").removesuffix("支部")
        return name if VILLAGE.fullmatch(name) else None

    def _above(self, row: GridRow, above: Path, trail: tuple[GridRow, ...]) -> Path:
        """The path of the cell in which one lies."""
        whole = path_said(above)
        known = {each for each in self.now.by_path if path_said(each) == whole}
        known |= {each.path for each in self.now.by_name.get(whole, [])}
        for each in self.declared.get(above[-1], []):
            if each is not row:
                path = self._of(each, (*trail, row))[0]
                known |= {path} if len(above) == 1 or path_said(path) == whole else set()
        if len(known) > 1:
            raise Amiss(row, "above", SEVERAL.format(many=len(known), name=whole, path=path_said(min(known))))
        if known:
            return known.pop()
        if len(above) == 1 and VILLAGE.fullmatch(above[0]):
            return above
        raise Amiss(row, "above", f"没有“{whole}”这个上级网格，请核对名称，或者先给它自己写一行")
