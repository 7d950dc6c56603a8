"""What may count in a leader's year: every kind of evidence, with its words and the pages behind its figures. Pure.

A kind is kept by one topic of activities: it moves the counters in the transaction of each change
(services/activities/evidence) and says at collection what was owed and met. A scheme names the kinds that it looks at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from shared.systems import System

MEASURES: Final = frozenset({"share", "attendance", "per_item", "hours", "deduct", "veto"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said of it, and where it is looked at.

    address: the page of one thing that was counted, with its number as {id}; it asks its own right.
    listed: the page of a group's year, with {group_id} and {year}.
    act, measure: how the office says it: 开展 … 次.
    called: the function in the database that says of things (by their numbers) id, kind and day, of those that the
        reader reaches; empty where they have no day to be called by.
    cadence: whether the rules ask a group for it; what is owed of any other kind its topic gives as a part.
    measures: what a scheme may do with it.
    """

    title: str
    system: System
    address: str
    listed: str
    act: str = "开展"
    measure: str = "次"
    called: str = ""
    cadence: bool = False
    measures: frozenset[str] = MEASURES


def of_the_ledger(title: str, kind: str) -> Kind:
    """A kind of which each thing is a record of the ledger."""
    listed = f"/activities/records?unit_id={{group_id}}&year={{year}}&kind={kind}"
    address, called = "/activities/records/{id}", "activities.records_called"
    return Kind(title, System.GROUP_LIFE, address, listed, called=called, cadence=True)


def of_views(title: str, act: str) -> Kind:
    """A kind of which each thing is a view of the people: in time or not, and never how many."""
    address, listed = "/activities/concerns/{id}", "/activities/concerns?unit_id={group_id}&year={year}"
    called, measures = "activities.concerns_called", frozenset({"share", "deduct"})
    return Kind(title, System.CONCERNS, address, listed, act=act, measure="件", called=called, measures=measures)


KINDS: dict[str, Kind] = {
    "study": of_the_ledger("集中学习", "study"),
    "group_meeting": of_the_ledger("党小组会", "group_meeting"),
    "life_meeting": of_the_ledger("组织生活会", "life_meeting"),
    "theme_day": of_the_ledger("主题党日", "theme_day"),
    "service": of_the_ledger("志愿服务", "service"),
    "lecture": of_the_ledger("党课", "lecture"),
    "concern_passed": of_views("群众意见上交", "上交"),
    "concern_told": of_views("群众意见反馈", "反馈"),
}
"""In the order in which a sheet has their figures; a new kind comes last."""

KNOWN_TO_A_SCHEME_ALONE: Final = Kind("", System.GROUP_LIFE, "", "")
OF_SEVERAL: Final = ("完成", "项")


def titles() -> dict[str, str]:
    """Every kind as the office says it."""
    return {kind: known.title for kind, known in KINDS.items()}


def words_of(kinds: Iterable[str]) -> tuple[str, str]:
    """How things of these kinds are said together: (what is done, its measure word)."""
    found = {(known.act, known.measure) for kind in kinds for known in [KINDS.get(kind, KNOWN_TO_A_SCHEME_ALONE)]}
    return found.pop() if len(found) == 1 else OF_SEVERAL
