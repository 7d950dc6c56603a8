"""The part of the table about people's views: who has one in hand. Never a word of it, nor him whom it goes past."""

from collections.abc import Callable

from services.notify.messages.rules.telling import Body, Kind, Telling, committee, leader, organiser, secretary
from shared import events
from shared.events import Fact

INFORMATION, REMINDER = Kind.INFORMATION, Kind.REMINDER
LINK = "/activities/concerns/{concern_id}"
TO_BE_TAKEN_UP = ("pass_on", "pass_up", "reopen", "opened")


def with_the(post: str, *steps: str, stage: str = "") -> Callable[[Body], bool]:
    """Where one of these steps has put it into the hands of a post."""
    return lambda body: body["post"] == post and body["what"] in steps and stage in {"", body["stage"]}


CONCERNS: dict[type[Fact], tuple[Telling, ...]] = {
    events.ConcernMoved: (
        secretary(
            "to_accept",
            REMINDER,
            "有{n1}件群众意见待受理",
            "{about}今天上交了{n1}件群众意见，请受理，或者写明原因退回。",
            link=LINK,
            asks="activities.concern_accept",
            mail=False,
            gathers=True,
            when=with_the("secretary", *TO_BE_TAKEN_UP, stage="passed"),
        ),
        organiser(
            "to_accept_above",
            REMINDER,
            "有群众意见上报乡镇，待受理",
            "有群众意见上报到乡镇，请受理，或者指定由谁办理。",
            link=LINK,
            asks="activities.concern_accept",
            when=with_the("organiser", *TO_BE_TAKEN_UP, stage="passed"),
        ),
        committee(
            "to_accept_highest",
            REMINDER,
            "有群众意见上报党委，待受理",
            "有群众意见上报到党委，请受理。",
            link=LINK,
            asks="activities.concern_accept",
            when=with_the("committee", *TO_BE_TAKEN_UP, stage="passed"),
        ),
        leader(
            "cell_lost",
            INFORMATION,
            "一件群众意见的网格已经变动",
            "{about}的一件群众意见记在一个已经撤销的网格里，由支部放入新的网格，您不用重新写。",
            link=LINK,
            when=lambda body: body["what"] == "cell_lost",
        ),
        leader(
            "returned",
            REMINDER,
            "一件群众意见被退回",
            "{about}上交的一件群众意见被退回，请看退回原因，补充后再上交，或者当场解决。",
            link=LINK,
            asks="activities.concern_mend",
            when=with_the("leader", "give_back"),
        ),
        leader(
            "to_tell",
            REMINDER,
            "一件群众意见已经答复，请反馈给群众",
            "{about}上交的一件群众意见已经答复，请把答复带给群众，并登记反馈的日期。",
            link=LINK,
            asks="activities.concern_tell",
            when=with_the("leader", "answer"),
        ),
    ),
}
