"""Who is told what by which fact: one table, its wording, and how long a formal message may go unacknowledged."""

from services.notify.messages.rules.recipients import RECIPIENTS
from services.notify.messages.rules.telling import Kind, Storey, Telling, organiser
from services.notify.messages.rules.wording import fields_of, worded
from shared.events import Fact
from shared.roles import Role

__all__ = [
    "ACKNOWLEDGE_WITHIN_WORKING_DAYS",
    "FIGURES_MAX",
    "INSTEAD",
    "RECIPIENTS",
    "UNACKNOWLEDGED",
    "VACANT_BODY",
    "VACANT_TITLE",
    "Kind",
    "Storey",
    "Telling",
    "fields_of",
    "tellings",
    "worded",
]

ACKNOWLEDGE_WITHIN_WORKING_DAYS = 3
FIGURES_MAX = 3

# Where the post is vacant, these are told instead, the first that somebody holds: never nobody.
INSTEAD: tuple[Role, ...] = (Role.ORGANISER, Role.COMMITTEE)
VACANT_TITLE = "（代{unit}）"
VACANT_BODY = "{unit}的{post}空缺，请代为办理。"

UNACKNOWLEDGED = organiser(
    "unacknowledged",
    Kind.REMINDER,
    "{n1}个单位没有确认《{of}》",
    "《{of}》发出后，{n1}个单位在{days}个工作日内没有确认收到，请督促。",
    link="/notify/messages",
)


def tellings(fact: Fact) -> list[Telling]:
    """What is told because of this fact, as it stands."""
    body = fact.body()
    return [telling for telling in RECIPIENTS[type(fact)] if telling.when(body)]
