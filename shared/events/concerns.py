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


@dataclass(frozen=True, kw_only=True)
class ConcernPhotoChanged(Fact):
    """A photo of a view was added, or taken away for good."""

    about = "concern_id"
    concern_id: int
    photo_id: int
    change: str  # added, removed


@dataclass(frozen=True, kw_only=True)
class UsualAnswerChanged(Fact):
    """The office wrote a sentence for its usual answers, or offers one no more."""

    about = "usual_answer_id"
    usual_answer_id: int
    change: str  # written, removed
