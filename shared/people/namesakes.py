"""People of one name in one list: what tells them apart. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Named(NamedTuple):
    """Somebody to be chosen, with what may tell him from another of his name."""

    person_id: int
    name: str
    unit: str
    born_on: date | None


def told_apart(people: Iterable[Named]) -> list[tuple[int, str]]:
    """Each as (person, words): his name; his unit too where others are called so, then his year of birth."""
    people = list(people)
    names = Counter(each.name for each in people)
    within = Counter((each.name, each.unit) for each in people)

    def called(each: Named) -> str:
        if names[each.name] == 1:
            return each.name
        if within[each.name, each.unit] == 1 or each.born_on is None:
            return f"{each.name}（{each.unit}）"
        return f"{each.name}（{each.unit}，{each.born_on.year}年生）"

    return [(each.person_id, called(each)) for each in people]
