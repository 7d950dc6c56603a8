"""Where the fields of a row stand in its file, written so that all rows of a table say the same of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from shared.tables.cells import address, column_letters


def places(row: int, cells: Mapping[str, tuple[int, int]]) -> str:
    """What a row keeps of where its fields stand, as row and column: `name:D born:H`; of another row the address."""
    return " ".join(
        f"{key}:{column_letters(column) if at == row else address(at, column)}" for key, (at, column) in cells.items()
    )


@lru_cache(maxsize=4_096)
def _told(said: str) -> dict[str, str]:
    return dict(each.split(":") for each in said.split())


class Placed:
    """A row that was read, with its number and the `places` of its fields."""

    __slots__ = ()
    row: int
    places: str

    def has(self, key: str) -> bool:
        """Whether its table has a column of a field."""
        return key in _told(self.places)

    def cell(self, key: str, otherwise: str = "") -> str:
        """Where a field stands, as in D12, or another one where there is no such column; KeyError for neither."""
        told = _told(self.places)
        found = told[key if key in told or not otherwise else otherwise]
        return found if found[-1].isdecimal() else f"{found}{self.row}"
