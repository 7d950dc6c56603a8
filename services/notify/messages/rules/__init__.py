"""Who is told what by which fact: one table, its wording, and how long a formal message may go unacknowledged."""

from services.notify.messages.rules.book import BOOK, Entry
from services.notify.messages.rules.gathering import by_day
from services.notify.messages.rules.recipients import ACKNOWLEDGE_WITHIN_WORKING_DAYS, RECIPIENTS
from services.notify.messages.rules.telling import KINDS, Kind, Storey, Telling
from services.notify.messages.rules.topics import HEADINGS, OWN_DAYS, TOPICS, Topic, facts_of, heading_of
from services.notify.messages.rules.wording import fields_of, worded
from shared.events import Fact

__all__ = [
    "ACKNOWLEDGE_WITHIN_WORKING_DAYS",
    "BOOK",
    "FIGURES_MAX",
    "HEADINGS",
    "KINDS",
    "OWN_DAYS",
    "RECIPIENTS",
    "TOPICS",
    "VACANT_BODY",
    "VACANT_TITLE",
    "Entry",
    "Kind",
    "Storey",
    "Telling",
    "Topic",
    "by_day",
    "facts_of",
    "fields_of",
    "heading_of",
    "tellings",
    "worded",
]

FIGURES_MAX = 3

# Where the post is vacant, the next in the list of vacancies is told instead (shared/roles.py).
VACANT_TITLE = "（代{unit}）"
VACANT_BODY = "{unit}的{post}空缺，请代为办理。"


def tellings(fact: Fact) -> list[Telling]:
    """What is told because of this fact, as it stands."""
    body = fact.body()
    return [telling for telling in RECIPIENTS[type(fact)] if telling.when(body)]
