"""A state is one column and one table of moves: where a thing stands, what may happen next, and who may do it."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from shared.errors import NotYours, OutOfOrder
from shared.roles import Role

Stage = TypeVar("Stage", bound=StrEnum)
Step = TypeVar("Step", bound=StrEnum)


@dataclass(frozen=True)
class Move(Generic[Stage]):
    """One edge: the stage it leads to, and the roles that may take it."""

    to: Stage
    by: frozenset[Role]


@dataclass(frozen=True)
class Moved:
    """A step that was taken, as it is written into the history."""

    step: str
    before: str
    after: str


class Machine(Generic[Stage, Step]):
    """A table-driven state machine without I/O. Pages take their buttons from it, the README its diagram."""

    def __init__(self, name: str, *, start: Stage, moves: Mapping[tuple[Stage, Step], Move[Stage]]) -> None:
        self.name = name
        self.start = start
        self.moves = moves

    def move(self, stage: str, step: Step, *, roles: AbstractSet[Role]) -> Moved:
        """Take `step` from `stage`.

        Raises OutOfOrder (409) where no such step follows, NotYours (403) where it is for other roles.
        """
        move = next((move for (at, by), move in self.moves.items() if at == stage and by == step), None)
        if move is None:
            raise OutOfOrder(f"当前状态（{self.word(stage)}）下不能进行这一步，请刷新后再看。")
        if not move.by & roles:
            allowed = "、".join(sorted(role.chinese for role in move.by))
            raise NotYours(f"这一步由{allowed}办理，您没有这个职务。")
        return Moved(step=str(step), before=str(stage), after=str(move.to))

    def word(self, stage: str) -> str:
        """A stage as people say it, where it has such a word."""
        known = next((each for each in type(self.start) if each == stage), stage)
        return str(getattr(known, "chinese", stage))

    def open_to(self, stage: str, *, roles: AbstractSet[Role]) -> list[Step]:
        """The steps that somebody with `roles` may take from `stage`: the buttons of a page."""
        return [step for (at, step), move in self.moves.items() if at == stage and move.by & roles]

    def is_path(self, log: Iterable[Moved]) -> bool:
        """Whether a history begins at the start and follows the table, edge by edge."""
        at: str = self.start
        edges = {(str(stage), str(step), str(move.to)) for (stage, step), move in self.moves.items()}
        for moved in log:
            if moved.before != at or (moved.before, moved.step, moved.after) not in edges:
                return False
            at = moved.after
        return True

    def mermaid(self) -> str:
        """The diagram of the README, made from the table itself."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start}"]
        lines += [
            f"    {stage} --> {move.to}: {step} ({', '.join(sorted(move.by))})"
            for (stage, step), move in self.moves.items()
        ]
        left = {stage for stage, _ in self.moves}
        last = sorted({str(move.to) for move in self.moves.values() if move.to not in left})
        return "\n".join(lines + [f"    {stage} --> [*]" for stage in last])
