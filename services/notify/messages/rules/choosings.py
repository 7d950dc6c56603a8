"""The part of the table about choosing leaders: who is told where it stands. Never by name."""

from collections.abc import Callable

from services.notify.messages.rules.telling import Body, Kind, Telling, committee, himself, organiser, said, secretary
from shared import events
from shared.events import Fact

INFORMATION, REMINDER, FORMAL = Kind.INFORMATION, Kind.REMINDER, Kind.FORMAL
LINK = "/assessment/choosings/{choosing_id}"


def ended_of_somebody(body: Body) -> bool:
    """Whether a choosing ended, or was taken back, in which somebody had been put forward."""
    return body["stage"] in {"ended", "withdrawn"} and bool(body["person_id"])


def answered(body: Body) -> bool:
    """Whether somebody has said whether he agrees."""
    return body["change"] in {"agreed", "declined"}


def any_of(*stages: str) -> Callable[[Body], bool]:
    """At one of these steps."""
    return lambda body: body["stage"] in stages


CHOOSINGS: dict[type[Fact], tuple[Telling, ...]] = {
    events.ChoosingOpened: (
        secretary(
            "to_choose",
            REMINDER,
            "有{n1}个党小组职务需要选配",
            "{unit}有{n1}个党小组的组长或者副组长需要选配，请按程序提出人选。",
            link=LINK,
            asks="assessment.choose",
            gathers=True,
        ),
    ),
    events.ConsentChanged: (
        himself(
            "consent_asked",
            REMINDER,
            "请答复是否同意作为人选",
            "支部想请您担任{about}的职务，请打开答复同意或者不同意，也可以当面告诉支部书记。",
            link="/assessment/choosings/asked",
            person="person_id",
            when=said(change="asked"),
        ),
        secretary(
            "consent_answered",
            INFORMATION,
            "{about}的人选答复了是否同意",
            "您征求意见的{about}的人选已经答复，请在选配里查看。",
            link=LINK,
            when=answered,
        ),
    ),
    events.ChoosingMoved: (
        organiser(
            "nominated",
            REMINDER,
            "{about}提出了{n1}名人选，请审查备案",
            "{about}提出了{n1}名党小组长或者副组长的人选，请审查备案或者退回。",
            link=LINK,
            asks="assessment.file",
            mail=False,
            gathers=True,
            when=any_of("nominated", "submitted"),
        ),
        committee(
            "passed_on",
            REMINDER,
            "{about}有{n1}名人选待党委同意",
            "组织委员审查了{about}的{n1}名人选，请党委研究是否同意。",
            link=LINK,
            asks="assessment.agree",
            gathers=True,
            when=said(stage="passed_on"),
        ),
        organiser(
            "agreed",
            REMINDER,
            "党委同意了{about}的{n1}名人选，请备案",
            "党委同意了{about}的{n1}名人选，请备案。",
            link=LINK,
            asks="assessment.file",
            gathers=True,
            when=said(stage="agreed"),
        ),
        secretary(
            "returned",
            REMINDER,
            "{about}的人选被退回",
            "{about}的人选被退回，请按退回原因修改或者另提人选。",
            link=LINK,
            asks="assessment.choose",
            when=any_of("returned", "declined"),
        ),
        secretary(
            "filed",
            FORMAL,
            "{about}的人选已备案",
            "{about}的人选已审查备案，自{on}起任职，请做好交接。",
            link=LINK,
            wants_acknowledgement=True,
            when=said(stage="filed"),
        ),
        himself(
            "filed_himself",
            FORMAL,
            "您的任职已备案",
            "您担任{about}职务的人选已审查备案，自{on}起任职。",
            link=LINK,
            person="person_id",
            when=said(stage="filed"),
        ),
        organiser(
            "unseated",
            REMINDER,
            "{about}有人已备案未到任",
            "{about}已备案的人选没有登记上，原因请在系统里查看并处理。",
            link=LINK,
            asks="assessment.unseated",
            when=said(stage="unseated"),
        ),
        secretary(
            "ended",
            INFORMATION,
            "{about}的选配已终止",
            "{about}的选配已终止，原因请登录系统查看。",
            link=LINK,
            when=any_of("ended", "withdrawn"),
        ),
        himself(
            "ended_himself",
            INFORMATION,
            "您作为人选的选配已终止",
            "您作为{about}人选的选配已终止，原因请向支部了解。",
            link=LINK,
            person="person_id",
            when=ended_of_somebody,
        ),
    ),
}
