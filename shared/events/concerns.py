"""What activities announces of people's views: never a word of one, and never who spoke."""

from dataclasses import dataclass

from shared.events.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ConcernMoved(Fact):
    """A view went on: opened, or a step of its table of moves.

    `post`: of whoever has it now. `past`: whom it goes past; its unit is then the one above him, so that he is neither
    told of it nor finds it in any history.
    """

    about = "concern_id"
    heard_by = ("notify",)
    concern_id: int
    what: str
    stage: str
    post: str
    urgent: bool = False
    past: str = ""


@dataclass(frozen=True, kw_only=True)
class ConcernWordsGone(Fact):
    """Words of a view are gone: blackened by the office, or emptied by rule. Which, nobody is told."""

    about = "concern_id"
    concern_id: int
    why: str  # blackened, by_rule
