"""Offices apart (三员分立, 等保 2.0): posts that nobody holds together, and who agrees to acts on officers. Pure.

An officer is whoever holds a post in the township itself: today, ahead, or with its end recorded for a day to come.
"""

from collections.abc import Collection, Iterable
from itertools import product

from services.activities.register.rules.changes import PersonNow
from shared.roles import Role

BUSINESS = (
    Role.ORGANISER,
    Role.COMMITTEE,
    Role.INSPECTOR,
    Role.SECRETARY,
    Role.COMMITTEE_MEMBER,
    Role.LEADER,
    Role.DEPUTY,
)
OFFICES = frozenset({Role.ORGANISER, Role.COMMITTEE, Role.INSPECTOR, Role.KEEPER, Role.AUDITOR})
"""The posts of a township."""
KEPT_APART = (*product((Role.KEEPER, Role.AUDITOR), BUSINESS), (Role.KEEPER, Role.AUDITOR))
INCOMPATIBLE = frozenset(map(frozenset, KEPT_APART))
"""Who keeps accounts, who reads the audit and who does the business are three people."""

APART = (
    "{name}已任{other}，不能同时任{kind}：管账号的、看审计的和办业务的要由不同的人担任。"
    "请另选一人，或者先免去原来的职务。"
)
ASK_FIRST = (
    "乡镇工作人员的账号和职务不能一个人说了算：请到“工作人员事项”提出，"
    "由组织委员和安全管理员中的另一方同意；涉及这两个职务或审计员的，由党委同意。"
)

ASKING = (Role.ORGANISER, Role.KEEPER)
"""Either asks for an act on an officer's account or post, and the other agrees."""
WATCHED = frozenset({Role.AUDITOR, *ASKING})
"""What concerns one of these is agreed by the committee."""


def clash(kind: Role, held: Iterable[Role]) -> Role | None:
    """The first post among those held that nobody holds beside this one."""
    return next((each for each in held if frozenset({kind, each}) in INCOMPATIBLE), None)


def not_by_file(kind: Role, person: PersonNow | None, leaving: Iterable[PersonNow], *, by: int | None) -> str:
    """Why a roster that somebody (`by`) brings in does not give a post to a person; empty where it does.

    `leaving`: who would lose it. The machine itself, where nobody is named, may act on officers.
    """
    if person is None:
        return next((_LEFT_BY.format(name=each.name) for each in leaving if by and is_officer(each)), "")
    if person.id == by:
        return f"花名册是“{person.name}”本人导入的，不能给自己任命职务，{kind.chinese}没有记入，请由另一位工作人员办理"
    other = clash(kind, (Role(post.kind) for post in person.posts))
    if other is not None:
        return f"“{person.name}”已任{other.chinese}，不能同时任{kind.chinese}，这个职务没有记入"
    concerned = [each for each in (person, *leaving) if by and is_officer(each)]
    return _LEFT_BY.format(name=concerned[0].name) if concerned else ""


_LEFT_BY = "“{name}”是乡镇工作人员，他的职务要提出、经同意后才能变动，花名册里的这个职务没有记入"


def is_officer(person: PersonNow) -> bool:
    """Whether somebody of the register holds a post in a township."""
    return any(post.place is None and post.kind in OFFICES for post in person.posts)


def agreeing(asked_as: Role, concerned: Collection[Role]) -> Role:
    """Whose agreement an act wants that was asked for as keeper or organiser.

    `concerned`: the posts that it begins or ends, and those of whomever it is about.
    """
    if WATCHED & frozenset(concerned):
        return Role.COMMITTEE
    return next(each for each in ASKING if each is not asked_as)
