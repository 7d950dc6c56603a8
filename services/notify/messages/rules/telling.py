"""What an entry of the table is made of: the weight of a message, the storey of its recipient, the wording."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.roles import Role


class Kind(StrEnum):
    """How much a message weighs; it decides what happens when nobody knows whether a letter arrived."""

    INFORMATION = "information"
    REMINDER = "reminder"
    FORMAL = "formal"
    URGENT = "urgent"  # passes quiet hours and days off

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return KINDS[self]


KINDS: dict[Kind, str] = {
    Kind.INFORMATION: "告知",
    Kind.REMINDER: "提醒",
    Kind.FORMAL: "正式通知",
    Kind.URGENT: "紧急通知",
}


class Storey(StrEnum):
    """In which unit the recipient holds his post, seen from the unit of the fact."""

    PERSON = "person"  # none: whoever the fact itself is about
    GROUP = "group"
    BRANCH = "branch"
    TOWNSHIP = "township"


Body = Mapping[str, Any]


def always(_: Body) -> bool:
    """Whatever the fact says."""
    return True


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One entry: the holder of which post, in which unit, is told what.

    The wording may name {unit} (the recipient's), {about} (the fact's), {n1} to {n3} (the unit's figures), {units} and
    {sum} (over all branches of the fact), and the fact's own fields. Ids and figures only: never a person.

    What `gathers` is one line for each branch and day: {about} is then the branch, {n1} how many facts are in the line,
    which keeps the link of each. A letter goes out with the first of them; the line itself stands in the inbox.

    What `asks` for something of a kind that waits (shared/todos.py) is done when what the fact is about waits no more.
    """

    name: str
    to: Role
    at: Storey
    kind: Kind
    title: str
    body: str
    link: str = ""
    wants_acknowledgement: bool = False
    mail: bool = True
    gathers: bool = False
    asks: str = ""
    when: Callable[[Body], bool] = always
    person: str = ""  # of Storey.PERSON: the field of the fact that names him, or his account
    recipient: str = ""  # who that is, in words

    @property
    def chinese(self) -> str:
        """Who is told."""
        return self.recipient or self.to.chinese


def secretary(name: str, kind: Kind, title: str, body: str, **more: Any) -> Telling:  # noqa: ANN401
    """To the branch secretary."""
    return Telling(name=name, to=Role.SECRETARY, at=Storey.BRANCH, kind=kind, title=title, body=body, **more)


def organiser(name: str, kind: Kind, title: str, body: str, **more: Any) -> Telling:  # noqa: ANN401
    """To the township's organisers."""
    return Telling(name=name, to=Role.ORGANISER, at=Storey.TOWNSHIP, kind=kind, title=title, body=body, **more)


def keeper(name: str, kind: Kind, title: str, body: str, **more: Any) -> Telling:  # noqa: ANN401
    """To the keepers of the machine."""
    return Telling(name=name, to=Role.KEEPER, at=Storey.TOWNSHIP, kind=kind, title=title, body=body, **more)


def committee(name: str, kind: Kind, title: str, body: str, **more: Any) -> Telling:  # noqa: ANN401
    """To the township committee."""
    return Telling(name=name, to=Role.COMMITTEE, at=Storey.TOWNSHIP, kind=kind, title=title, body=body, **more)


def leader(name: str, kind: Kind, title: str, body: str, **more: Any) -> Telling:  # noqa: ANN401
    """To the leader of the group."""
    return Telling(name=name, to=Role.LEADER, at=Storey.GROUP, kind=kind, title=title, body=body, **more)


def himself(name: str, kind: Kind, title: str, body: str, **more: Any) -> Telling:  # noqa: ANN401
    """To whoever the fact is about, whatever he holds."""
    more = {"recipient": "本人"} | more
    return Telling(name=name, to=Role.MEMBER, at=Storey.PERSON, kind=kind, title=title, body=body, **more)


def named(body: Body) -> bool:
    """Only where the fact names whom it is about: what was told before it did goes to nobody."""
    return bool(body.get("people"))


def each_of_them(name: str, kind: Kind, title: str, body: str, **more: Any) -> Telling:  # noqa: ANN401
    """To each of those whom the fact names, whatever he holds by then."""
    more = {"recipient": "党小组长本人", "person": "people", "when": named} | more
    return himself(name, kind, title, body, **more)


def said(**fields: object) -> Callable[[Body], bool]:
    """Only where the fact says so."""
    return lambda body: all(body[name] == value for name, value in fields.items())
