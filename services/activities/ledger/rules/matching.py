"""Names in a ledger matched to the people of a group: exactly, or not at all; what is near is only suggested."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

from services.activities.ledger.rules.absences import AbsenceText, Reason
from shared.tables import compact, tidy
from shared.tables.folding import NAME_DOTS

K = TypeVar("K", bound=Hashable)
_ROUND = "（("
NAMED_AT_MOST = 30
"""Of the absentees of one activity who match nobody: the others are counted."""


@dataclass(frozen=True, slots=True)
class AbsenteesMatched(Generic[K]):
    """Each absentee's person, the texts that match nobody, and a sentence for each of those."""

    matched: list[tuple[AbsenceText, K]] = field(default_factory=list)
    unmatched: list[AbsenceText] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def plain_name(text: str) -> str:
    """A name as it is compared: without blanks and brackets, with one kind of dot."""
    name = compact(tidy(text))
    for bracket in _ROUND:
        name = name.partition(bracket)[0]
    return name.translate(NAME_DOTS)


def match_absentees(absences: Iterable[AbsenceText], members: Mapping[K, str]) -> AbsenteesMatched[K]:
    """The absentees among a group's members (key → name). Nothing is guessed."""
    by_name = _by_name(members)
    found: AbsenteesMatched[K] = AbsenteesMatched()
    taken: set[K] = set()
    listed = list(absences)
    times = Counter(plain_name(absence.name) for absence in listed)
    reasons: dict[str, set[Reason]] = defaultdict(set)
    for absence in listed:
        reasons[plain_name(absence.name)].add(absence.reason)
    for absence in listed:
        name = plain_name(absence.name)
        keys = by_name.get(name, [])
        free = [key for key in keys if key not in taken]
        if free and (len(keys) == 1 or _all_absent(reasons[name], times[name], len(keys))):
            taken.add(free[0])
            found.matched.append((absence, free[0]))
            continue
        found.unmatched.append(absence)
        if len(found.unmatched) <= NAMED_AT_MOST:
            found.problems.append(_sentence(name, len(keys), repeated=bool(keys) and not free, members=members))
    if (more := len(found.unmatched) - NAMED_AT_MOST) > 0:
        found.problems.append(f"还有 {more} 个名字在小组里没有认出")
    return found


def match_person(text: str, members: Mapping[K, str]) -> tuple[K | None, str]:
    """The one member whom a text names, or None and a sentence."""
    name = plain_name(text)
    keys = _by_name(members).get(name, [])
    if len(keys) == 1:
        return keys[0], ""
    return None, _sentence(name, len(keys), repeated=False, members=members)


def _by_name(members: Mapping[K, str]) -> dict[str, list[K]]:
    by_name: dict[str, list[K]] = defaultdict(list)
    for key, name in members.items():
        by_name[plain_name(name)].append(key)
    return by_name


def _all_absent(reasons: set[Reason], times: int, namesakes: int) -> bool:
    """Whether every one of several namesakes is listed, for the same reason: then it does not matter who is who."""
    return times == namesakes and len(reasons) == 1


def _sentence(name: str, namesakes: int, *, repeated: bool, members: Mapping[K, str]) -> str:
    if namesakes > 1:
        return f"“{name}”在这个小组里有 {namesakes} 位同名的人，分不清是哪一位"
    if repeated:
        return f"“{name}”写了两次，只记一次"
    near = near_names(name, members.values())
    if near:
        return f"小组里没有“{name}”，是不是{'或'.join(f'“{other}”' for other in near)}？"
    return f"小组里没有“{name}”"


def near_names(name: str, names: Iterable[str]) -> list[str]:
    """Names that sound the same or differ in one character: for a sentence, never for matching."""
    return [other for other in dict.fromkeys(map(plain_name, names)) if other != name and _near(name, other)][:3]


def _near(one: str, other: str) -> bool:
    if len(one) == len(other):
        slips = sum(a != b for a, b in zip(one, other, strict=True))
        return _sound(one) == _sound(other) or (slips == 1 and len(one) > len("李强"))
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) != 1 or len(short) < len("李强"):
        return False
    return any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


@lru_cache(maxsize=8192)
def _sound(name: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415  its dictionary is large, and only imports of ledgers need it

    return tuple(lazy_pinyin(name))
