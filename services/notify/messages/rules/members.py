"""The part of the table about members: who leaves the roll, goes elsewhere or comes, and who is told. Never by name."""

from collections.abc import Callable

from services.notify.messages.rules.telling import Body, Kind, Telling, himself, leader, organiser, said, secretary
from shared import events
from shared.events import Fact

INFORMATION, REMINDER = Kind.INFORMATION, Kind.REMINDER
LETTERS = "/activities/register/transfers"
LINK = "/activities/register/units/{unit_id}"


def both(name: str, title: str, body: str, **fields: object) -> tuple[Telling, Telling]:
    """To the branch secretary, and to the leader where it is a group."""
    return (
        secretary(name, INFORMATION, title, body, link=LINK, when=said(**fields)),
        leader(f"{name}_leader", INFORMATION, title, body, link=LINK, when=said(grouped=True, **fields)),
    )


def him(sort: str) -> Callable[[Body], bool]:
    """What was done with himself, once."""
    return said(stage="done", sort=sort, comes=False)


MEMBERS: dict[type[Fact], tuple[Telling, ...]] = {
    events.AddressCorrected: (
        himself(
            "address",
            INFORMATION,
            "您登记的联系方式已更正",
            "您登记的电话或者电子邮箱作了更正。如果您不知道这件事，请马上告诉支部书记或者组织委员。",
            link="/activities/me",
            person="person_id",
        ),
    ),
    events.TransferMoved: (
        organiser(
            "transfer_sent",
            REMINDER,
            "有一名党员从别的乡镇转来，待接收",
            "本系统的另一个乡镇开来一封介绍信，从{on}起。请接收，编入党小组或党支部，或者写明原因退回。",
            link=LETTERS,
            asks="activities.take",
            when=said(stage="sent", comes=True),
        ),
        organiser(
            "transfer_taken",
            INFORMATION,
            "转往别的乡镇的一名党员已被接收",
            "对方已经接收，从接收那天起他不再计入本乡镇，任职和账号已经结束。请核对名册。",
            link=LETTERS,
            when=said(stage="taken", comes=False),
        ),
        organiser(
            "transfer_returned",
            REMINDER,
            "一封介绍信被退回",
            "对方没有接收，这名党员仍在原来的党小组或党支部，照常计数。请查看原因，重新办理，或者不再办理。",
            link=LETTERS,
            asks="activities.returned",
            when=said(stage="returned", comes=False),
        ),
        organiser(
            "transfer_withdrawn",
            INFORMATION,
            "一封介绍信已由对方撤回",
            "原定从{on}起转来的一名党员不再转来，不用接收。",
            link=LETTERS,
            when=said(stage="withdrawn", comes=True),
        ),
    ),
    events.MemberActMoved: (
        *both(
            "left",
            "{about}有一名党员减员",
            "{about}有一名党员从{on}起减员，这一天起不再计入应到，任职和账号已经结束。请核对名册。",
            stage="done",
            sort="left",
        ),
        *both(
            "moved",
            "{about}有一名党员调出",
            "{about}有一名党员从{on}起调到别的党小组或党支部。请核对名册。",
            stage="done",
            sort="moved",
            comes=False,
        ),
        *both(
            "arrived",
            "{about}有一名党员调入",
            "{about}有一名党员从{on}起调入。请核对名册，通知本人参加组织生活。",
            stage="done",
            sort="moved",
            comes=True,
        ),
        *both(
            "came",
            "{about}有一名党员编入",
            "{about}有一名党员从{on}起编入。请核对名册，通知本人参加组织生活。",
            stage="done",
            sort="came",
        ),
        *both(
            "full", "{about}有一名党员转正", "{about}有一名预备党员从{on}起转为正式党员。", stage="done", sort="full"
        ),
        *both(
            "undone",
            "{about}的一项党员变动已经撤销",
            "{about}原定从{on}起的一项党员变动已经撤销，名册恢复原样。请核对名册。",
            stage="undone",
        ),
        *both(
            "planned",
            "{about}安排了一项党员变动",
            "{about}安排了一项党员变动，从{on}起生效，在那以前照常参加组织生活。",
            stage="planned",
        ),
        himself(
            "himself_moved",
            INFORMATION,
            "您编入的党组织有变动",
            "您从{on}起编入别的党小组或党支部，请在系统中查看。",
            link="/activities/me",
            person="person_id",
            when=him("moved"),
        ),
        himself(
            "himself_full",
            INFORMATION,
            "您已转为正式党员",
            "您从{on}起为正式党员，请在系统中查看。",
            link="/activities/me",
            person="person_id",
            when=him("full"),
        ),
        organiser(
            "turn_failed",
            REMINDER,
            "{about}的一项党员变动没有办成",
            "{about}原定从{on}起的一项党员变动没有办成，名册没有变动。请查看原因，重新办理，或者不再办理。",
            link=LINK,
            when=said(stage="failed"),
        ),
    ),
}
