"""Refusals: named situations with a status and a sentence for a person. And the ways in which work fails."""

from http import HTTPStatus
from typing import TypeVar


class Refusal(Exception):
    """What was asked for cannot be done; `detail` says in Chinese what to do about it."""

    status: HTTPStatus = HTTPStatus.BAD_REQUEST

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field


class NotSignedIn(Refusal):
    """Nobody is signed in, or the sitting has ended."""

    status = HTTPStatus.UNAUTHORIZED


class NotYours(Refusal):
    """In reach, but not for this role."""

    status = HTTPStatus.FORBIDDEN


class OutOfReach(Refusal):
    """Not there, or not to be seen by this person: the two are never told apart."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, detail: str = "没有找到，或者不在您的管理范围内。", *, field: str | None = None) -> None:
        super().__init__(detail, field=field)


Thing = TypeVar("Thing")


def there(thing: Thing | None, what: str) -> Thing:
    """What was looked for; where it is not there, or not to be seen, OutOfReach names it in Chinese."""
    if thing is None:
        raise OutOfReach(f"没有找到{what}，或者不在您的管理范围内。")
    return thing


class OutOfOrder(Refusal):
    """The step does not follow from where the thing stands."""

    status = HTTPStatus.CONFLICT


class Conflict(Refusal):
    """Somebody else was first, or it exists already."""

    status = HTTPStatus.CONFLICT


class Invalid(Refusal):
    """What was sent cannot be understood or breaks a rule."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooMany(Refusal):
    """Too many tries; wait."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class Away(Refusal):
    """A part that this needs does not answer just now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Full(Refusal):
    """Nothing can be saved just now: the disk is nearly full, and the rest of it is kept for reading."""

    status = HTTPStatus.INSUFFICIENT_STORAGE

    def __init__(
        self, detail: str = "磁盘快满了，现在只能查看，不能保存。请安全管理员清理磁盘；清理以后再提交。"
    ) -> None:
        super().__init__(detail)


class Transient(Exception):
    """The outside may succeed later: try again."""


class Permanent(Exception):
    """The outside will never accept this: do not try again."""


class NotUnderstood(Exception):
    """Work of a newer version, or of an unknown kind: it waits for a worker that knows it."""


class Ambiguous(Exception):
    """The outside may or may not have done it: a person or the policy of the message class decides."""
