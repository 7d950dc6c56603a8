"""Objections to a published result: their stages and moves, how they come in, whose their words are; and the notice."""

from datetime import date
from enum import StrEnum

from shared.moves import Machine, Move
from shared.roles import Role


class ObjectionStage(StrEnum):
    """Where an objection stands. The matter is recorded, not who raised it."""

    RAISED = "raised"
    UPHELD = "upheld"  # the result is to be decided again
    DISMISSED = "dismissed"
    ACTED_ON = "acted_on"  # the case was taken up again because of it
    ENDED = "ended"  # the notice was taken down: there is no result any more to object to

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return OBJECTION_WORDS[self]


OBJECTION_WORDS: dict[ObjectionStage, str] = {
    ObjectionStage.RAISED: "待答复",
    ObjectionStage.UPHELD: "异议成立，待重新评定",
    ObjectionStage.DISMISSED: "异议不成立，已答复",
    ObjectionStage.ACTED_ON: "异议成立，已重新评定",
    ObjectionStage.ENDED: "公示已撤回，不再办理",
}


class ObjectionStep(StrEnum):
    """What takes an objection on."""

    UPHOLD = "uphold"
    DISMISS = "dismiss"
    ACT = "act"
    END = "end"


TOWNSHIP = frozenset({Role.ORGANISER, Role.COMMITTEE})

OBJECTION_MOVES: Machine[ObjectionStage, ObjectionStep] = Machine(
    "objection",
    start=ObjectionStage.RAISED,
    moves={
        (ObjectionStage.RAISED, ObjectionStep.UPHOLD): Move(ObjectionStage.UPHELD, TOWNSHIP),
        (ObjectionStage.RAISED, ObjectionStep.DISMISS): Move(ObjectionStage.DISMISSED, TOWNSHIP),
        (ObjectionStage.UPHELD, ObjectionStep.ACT): Move(ObjectionStage.ACTED_ON, frozenset({Role.COMMITTEE})),
        **{
            (stage, ObjectionStep.END): Move(ObjectionStage.ENDED, frozenset({Role.SYSTEM}))
            for stage in (ObjectionStage.RAISED, ObjectionStage.UPHELD)
        },
    },
)


OBJECTION_WAITS: dict[str, tuple[str, Role] | None] = {
    ObjectionStage.RAISED: ("assessment.answer", Role.ORGANISER),
    ObjectionStage.UPHELD: ("assessment.take_up", Role.COMMITTEE),
    ObjectionStage.DISMISSED: None,
    ObjectionStage.ACTED_ON: None,
    ObjectionStage.ENDED: None,
}


class Channel(StrEnum):
    """How an objection came in."""

    LETTER = "letter"
    VISIT = "visit"
    TELEPHONE = "telephone"
    ONLINE = "online"
    BRANCH = "branch"
    OWN = "own"  # by whoever was assessed, on his own page: the one that says who objects

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return CHANNEL_WORDS[self]


CHANNEL_WORDS: dict[Channel, str] = {
    Channel.LETTER: "来信",
    Channel.VISIT: "来访",
    Channel.TELEPHONE: "来电",
    Channel.ONLINE: "网上",
    Channel.BRANCH: "支部转来",
    Channel.OWN: "本人提出",
}
BY_OTHERS = tuple(channel for channel in Channel if channel is not Channel.OWN)


def notice_said(township: str, year: int, first: date, last: date, phone: str | None) -> dict[str, str]:
    """What a notice says besides its list: its title and its sentences, the same on the page and on paper."""
    ring = f"联系电话：{phone}。" if phone else ""
    return {
        "title": f"关于{year}年度党小组长考核结果的公示",
        "basis": f"按照党小组长年度考核办法，经支部提名、乡镇审查备案和党委评定，"
        f"现将{township}{year}年度党小组长考核等次公示如下。",
        "period": f"公示时间：{_day(first)}至{_day(last)}。",
        "contact": f"对公示的等次有异议的，请在公示期内向所在支部书记或者{township}党委组织办反映，"
        f"来信、来访、来电都可以。{ring}反映的事由如实记录，反映人予以保密。",
        "signed": f"中共{township}委员会",
        "posted": _day(first),
    }


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


class Words(StrEnum):
    """How much of an objection's words somebody reads: they may give away who brought them."""

    ALL = "all"
    TOLD = "told"  # what the township said of them with its answer
    NONE = "none"


def words_of(stage: ObjectionStage, channel: Channel, *, office: bool, own: bool) -> Words:
    """The words are for the township alone, and for whoever wrote them about his own result.

    The others hear of them with the answer, as the township tells them then. `own`: the reader is whom it is about,
    whatever his post.
    """
    if own:
        office = channel is Channel.OWN
    if office:
        return Words.ALL
    return Words.NONE if stage is ObjectionStage.RAISED else Words.TOLD
