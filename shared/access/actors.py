"""Somebody who acts, with the posts that he holds today and what they reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from shared.roles import Role


class Awaits(StrEnum):
    """What a sitting still waits for before it may do anything else."""

    PASSWORD = "password"  # noqa: S105  a word; his own, instead of the first one
    CODE = "code"  # the one-time code
    RENEWAL = "renewal"  # another password: he chose this one before he became an officer
    ENROLMENT = "enrolment"  # his role needs codes, and he has not set them up

    @property
    def chinese(self) -> str:
        """What people are told who try to go on without it."""
        return {
            "password": "首次登录请先修改初始密码。",
            "code": "请先输入手机上的一次性验证码。",
            "renewal": "您担任了乡镇的职务，请先换一个新密码。",
            "enrolment": "您的职务登录时需要一次性验证码，请先设置。",
        }[self.value]


@dataclass(frozen=True)
class Actor:
    """Somebody who acts, with the posts that he holds today, the one that he acts in first.

    Whoever has no post reaches only himself. What somebody may do is judged by all of his posts; what he is shown
    first, by the one that he acts in.
    """

    account_id: int | None
    person_id: int | None
    name: str
    posts: tuple[tuple[Role, int], ...]
    awaits: Awaits | None = None
    sitting_id: int | None = None
    unit_names: tuple[str, ...] = ()  # of the posts, in their order, a group's with its branch before it
    stands_in: frozenset[tuple[Role, int]] = frozenset()  # those of the posts that he stands in for, for a span

    @property
    def duty(self) -> tuple[Role, int] | None:
        """The post that he acts in now."""
        return self.posts[0] if self.posts else None

    @property
    def acting(self) -> Actor:
        """Himself in that post alone."""
        return replace(self, posts=self.posts[:1], unit_names=self.unit_names[:1])

    @property
    def own(self) -> Actor:
        """Himself in the posts that he holds, without those that he stands in for."""
        return (
            self if not self.stands_in else replace(self, posts=self._own_posts, unit_names=(), stands_in=frozenset())
        )

    @property
    def _own_posts(self) -> tuple[tuple[Role, int], ...]:
        return tuple(post for post in self.posts if post not in self.stands_in)

    @property
    def restricted(self) -> bool:
        """Whether signing in is not complete."""
        return self.awaits is not None

    @property
    def reach(self) -> str:
        """The units that he reaches from, for row-level security; `*` is everything."""
        if any(role is Role.SYSTEM for role, _ in self.posts):
            return "*"
        return ",".join(sorted({str(unit_id) for _, unit_id in self.posts}))

    def roles_over(self, *units: int | None) -> frozenset[Role]:
        """The roles that he holds in any of these units: a thing names its group, its branch and its township."""
        return frozenset(role for role, unit_id in self.posts if role is Role.SYSTEM or unit_id in units)

    def units_as(self, *roles: Role) -> tuple[int, ...]:
        """The units in which he holds one of these roles, the one that he acts for first."""
        return tuple(unit_id for role, unit_id in self.posts if role in roles)


SYSTEM = Actor(account_id=None, person_id=None, name="系统", posts=((Role.SYSTEM, 0),))


def console(*roles: Role, unit_id: int) -> Actor:
    """Whoever sits at the machine itself: acts for the township's office, as the history will say."""
    return Actor(account_id=None, person_id=None, name="控制台", posts=tuple((role, unit_id) for role in roles))
