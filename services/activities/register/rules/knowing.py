"""Whom of the register a row of a roster means: by the number; else by name, birth and branch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from services.activities.register.rules.changes import PersonNow, Place, RegisterNow
from services.activities.register.rules.people import PersonRow
from shared.tables import Precision


class Unclear(ValueError):
    """It cannot be told whom a row means; the sentence says why."""


class Knowing:
    """The people of a register, to be found again."""

    def __init__(self, now: RegisterNow, index_of: Callable[[str], bytes]) -> None:
        self.elsewhere = now.elsewhere
        self.index_of = index_of
        self.by_index = {person.id_index: person for person in now.people if person.id_index}
        self.by_name: dict[str, list[PersonNow]] = {}
        for person in now.people:
            self.by_name.setdefault(person.name, []).append(person)
        self.met: set[int] = set()

    def meet(self, row: PersonRow, place: Place, *, known: bool = False) -> PersonNow | None:
        """Whom the row means, None for somebody new; Unclear where it cannot be told, or he was met before.

        `known`: in a list of some members there is nobody new.
        """
        found = self.find(row, place)
        if found is None and known:
            raise Unclear(f"名册里没有“{row.name}”；这张表只登记名册里已有的党员，新党员请先在花名册里登记")
        if found and found.id in self.met:
            raise Unclear(f"“{row.name}”与花名册中另一行对应系统里的同一个人，请核对")
        if found:
            self.met.add(found.id)
        return found

    def find(self, row: PersonRow, place: Place) -> PersonNow | None:
        """Whom the row means, whether met or not."""
        index = self.index_of(row.id_number) if row.id_number else None
        if index in self.elsewhere:
            raise Unclear(f"“{row.name}”的身份证号码已登记在别的乡镇，请先办理组织关系转接")
        if index in self.by_index:
            return self.by_index[index]
        alike = [each for each in self.by_name.get(row.name, ()) if could_be(each, row, index)]
        here = [each for each in alike if each.membership and each.membership.place.branch == place.branch]
        if len(here) > 1:
            raise Unclear(f"{place.branch}有{len(here)}位同名的“{row.name}”，分不清是哪一位，请填写身份证号码")
        gone = [each for each in alike if each.left and each.home and each.home.branch == place.branch]
        if here or gone:
            return (here or gone)[0]
        for other in alike:
            if other.membership and ((other.born_on and row.born_on) or "branch" in row.guessed):
                sentence = f"“{row.name}”可能就是{other.membership.place.said}的同名党员，免得登记两次"
                raise Unclear(f"{sentence}，请填写身份证号码")
        return None

    def where(self, row: PersonRow, group: Callable[[str, str], str | None]) -> Place:
        """Where somebody is whose row has a number and no branch. `group`: which of a branch some words mean."""
        person = self.by_index.get(self.index_of(row.id_number)) if row.id_number else None
        if person is None or person.membership is None:
            raise Unclear(f"文件里没有党支部一列，名册里也没有身份证号码和“{row.name}”这一行相同的党员")
        if person.name != row.name:
            raise Unclear(f"文件里没有党支部一列，这个身份证号码在名册里是“{person.name}”，不是“{row.name}”，请核对")
        had = person.membership.place
        if row.group is None:
            return had
        known = group(had.branch, row.group)
        if known is None:
            raise Unclear(f"{had.branch}没有“{row.group}”，请写明党支部")
        return Place(had.branch, known)

    def namesakes(self, row: PersonRow) -> list[PersonNow]:
        """Members elsewhere whom somebody new may be, since their or his number or birth date is not known."""
        index = self.index_of(row.id_number) if row.id_number else None
        return [each for each in self.by_name.get(row.name, ()) if each.membership and could_be(each, row, index)]


def could_be(person: PersonNow, row: PersonRow, index: bytes | None) -> bool:
    """No other number, and no other birth date."""
    if index and person.id_index:
        return False
    return person.born_on is None or row.born_on is None or within(person.born_on, row.born_on, row.born_precision)


def within(known: date, written: date, precision: Precision) -> bool:
    """Whether a known day is what was written, as far as it was."""
    if precision is Precision.DAY:
        return known == written
    return known.year == written.year and (precision is Precision.YEAR or known.month == written.month)


def unsaid(row: PersonRow, had: Place, written: Place) -> bool:
    """Whether a row only seems to place somebody otherwise: by a blank cell, or for want of a column."""
    if had.branch != written.branch:
        return "branch" in row.guessed
    return bool(had.group) and (row.group is None or "group" in row.guessed)
