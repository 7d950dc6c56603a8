"""People of one name in one list: what tells them apart. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

BORN = ("{0.year}年生", "{0.year}年{0.month}月生", "{0.year}年{0.month}月{0.day}日生")


class Named(NamedTuple):
    """Somebody to be chosen, with what may tell him from another of his name."""

    person_id: int
    name: str
    unit: str
    born_on: date | None


def told_apart(people: Iterable[Named]) -> list[tuple[int, str]]:
    """Each as (person, words): his name; his unit too where others are called so, then when he was born."""
    people = list(people)
    names = Counter(each.name for each in people)
    within = Counter((each.name, each.unit) for each in people)

    def called(each: Named) -> str:
        if names[each.name] == 1:
            return each.name
        if within[each.name, each.unit] == 1 or each.born_on is None:
            return f"{each.name}（{each.unit}）"
        alike = [other.born_on for other in people if (other.name, other.unit) == (each.name, each.unit)]
        return f"{each.name}（{each.unit}，{born(each.born_on, alike)}）"

    return [(each.person_id, called(each)) for each in people]


def born(day: date, alike: Sequence[date | None]) -> str:
    """The year in which somebody was born; of the same year as another of `alike`, the month too, then the day."""
    days = [each for each in alike if each]
    said = (form.format(day) for form in BORN if [form.format(each) for each in days].count(form.format(day)) == 1)
    return next(said, BORN[0].format(day))
