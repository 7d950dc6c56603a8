"""The arithmetic of a count: what cannot be is refused in a sentence; what makes a vote void is said. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

MOTION = 0
"""Instead of a person, where a proposal is voted on."""


@dataclass(frozen=True, slots=True)
class Votes:
    """For a candidate or a proposal: in favour, against, neither."""

    yes: int
    no: int = 0
    neither: int = 0

    @property
    def all(self) -> int:
        """How many valid papers say something of him, or nothing."""
        return self.yes + self.no + self.neither


@dataclass(frozen=True, slots=True)
class Figures:
    """What a teller counted: people in the room, papers given out, returned, valid and not, and the votes.

    votes: by the candidate, or under MOTION. written_in: how often somebody else was written in, by person.
    yes_written, no_written: opinions that absent members handed in before.
    """

    present: int
    issued: int
    returned: int
    valid: int
    invalid: int
    votes: Mapping[int, Votes] = field(default_factory=dict)
    written_in: Mapping[int, int] = field(default_factory=dict)
    yes_written: int = 0
    no_written: int = 0

    @property
    def in_favour(self) -> dict[int, int]:
        """The votes in favour of each, those written in and those handed in among them."""
        counted = {who: votes.yes for who, votes in self.votes.items()}
        if MOTION in counted:
            counted[MOTION] += self.yes_written
        return counted | {who: count for who, count in self.written_in.items() if count}


Flaw = tuple[str, str]
"""The field that is wrong, and what to do about it."""


def flaws(figures: Figures, *, expected: int, seats: int, written: bool = False) -> Iterator[Flaw]:
    """What cannot be so, by field. seats: 0 where a proposal is voted on."""
    yield from _of_people(figures, expected, written=written)
    yield from _of_papers(figures)
    yield from _of_votes(figures, seats)


def _of_people(figures: Figures, expected: int, *, written: bool) -> Iterator[Flaw]:
    handed_in = figures.yes_written + figures.no_written
    if figures.present > expected:
        yield "present", f"实到{figures.present}人，比应到{expected}人还多，请核对。没有表决权的不计入实到。"
    if handed_in and not written:
        yield "yes_written", "这种表决不计书面意见，请填 0。"
    elif figures.present + handed_in > expected:
        yield "yes_written", f"书面意见{handed_in}份，比没有到会的人还多，请核对。"


def _of_papers(figures: Figures) -> Iterator[Flaw]:
    if figures.issued > figures.present:
        yield "issued", f"发出{figures.issued}张，比实到{figures.present}人还多，请核对。一人只发一张。"
    if figures.valid + figures.invalid != figures.returned:
        total = figures.valid + figures.invalid
        yield "valid", f"有效票加废票是{total}张，和收回的{figures.returned}张不一致，请重新数。"


def _of_votes(figures: Figures, seats: int) -> Iterator[Flaw]:
    for who, votes in figures.votes.items():
        if votes.all != figures.valid:
            yield f"yes.{who}", f"赞成、反对、弃权加起来是{votes.all}，应当等于有效票{figures.valid}张，请核对。"
    for who, count in figures.written_in.items():
        if count > figures.valid:
            yield f"other.{who}", f"另选得票{count}，比有效票{figures.valid}张还多，请核对。"
    marks = sum(votes.yes for votes in figures.votes.values()) + sum(figures.written_in.values())
    if seats and marks > seats * figures.valid:
        most = seats * figures.valid
        yield "valid", f"赞成票一共{marks}，最多只能有{most}（有效票{figures.valid}张，每张最多选{seats}人），请核对。"


def is_void(figures: Figures) -> bool:
    """More papers came back than were given out: the whole vote is void (基层组织选举工作条例)."""
    return figures.returned > figures.issued


def differences(one: Figures, other: Figures) -> list[tuple[str, int, int]]:
    """Where two counts differ: the field, what the first counted, what the second did; empty where they agree."""
    first, second = laid_out(one), laid_out(other)
    names = list(dict.fromkeys([*first, *second]))
    return [
        (name, first.get(name, 0), second.get(name, 0)) for name in names if first.get(name, 0) != second.get(name, 0)
    ]


def doubts(*, by_slip: Sequence[bool], browsers: Sequence[bytes | None]) -> list[str]:
    """What is said aloud of two counts that need not be those of two people, on the page and on the report."""
    said = []
    if all(by_slip):
        said.append("两份计票都是凭主持投票的人发的字条填的")
    if None not in browsers and len(set(browsers)) == 1:
        said.append("两份计票是在同一台手机或者电脑上填的")
    return said


SINGLE = ("present", "issued", "returned", "valid", "invalid", "yes_written", "no_written")


def laid_out(figures: Figures) -> dict[str, int]:
    """Every figure of a count by the name of its field."""
    said = {name: int(getattr(figures, name)) for name in SINGLE}
    for who, votes in figures.votes.items():
        said |= {f"yes.{who}": votes.yes, f"no.{who}": votes.no, f"neither.{who}": votes.neither}
    return said | {f"other.{who}": count for who, count in figures.written_in.items()}
