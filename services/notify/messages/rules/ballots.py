"""The part of the table about votes on paper: whoever counts holds no post by it, so that he is told himself."""

from services.notify.messages.rules.telling import Kind, Telling, himself
from shared import events
from shared.events import Fact

BALLOTS: dict[type[Fact], tuple[Telling, ...]] = {
    events.TellerNamed: (
        himself(
            "to_count",
            Kind.REMINDER,
            "请您为{about}的投票计票",
            "{about}正在投票，您是两名计票人之一。请照计票单填写，两人各填各的，两份都交了才放在一起核对。",
            link="/assessment/ballots/{ballot_id}/count",
            person="person_id",
            recipient="计票人本人",
        ),
    ),
    events.TellerSlipMade: (
        himself(
            "slip_made",
            Kind.REMINDER,
            "已为您发{about}投票的计票字条",
            "主持投票的人以您没有账号为由，为您发了一张{about}投票的计票字条，凭字条可以填您的那一份计票。"
            "您没有收到的，请马上在会上提出。",
            link="/assessment/ballots/{ballot_id}",
            person="person_id",
            recipient="计票人本人",
        ),
    ),
}
