"""The branch puts somebody forward by a resolution, with his consent; what is looked at of him is kept as it was."""

from datetime import date, timedelta

from services.assessment.choosings import queries
from services.assessment.choosings.actions.moving import may, reviewer_barred, tell
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.queries import Candidacy, Found
from services.assessment.choosings.rules import REPLACES, Check, ChoosingStep, Way, checked, failing, passes
from services.assessment.choosings.schemas import Nominee
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid, OutOfOrder
from shared.people import Unit

AHEAD = timedelta(days=366)
"""How long before its first day a post may be given."""


def nominate(session: Session, actor: Actor, choosing_id: int, asked: Nominee) -> Choosing:
    """Put somebody forward. Raises Invalid at the field where the resolution, the day or the candidate does not fit."""
    row = queries.choosing_to_change(session, actor, choosing_id)
    moved = may(session, actor, row, ChoosingStep.NOMINATE)
    if row.way != Way.NOMINATE:
        raise OutOfOrder("按本乡镇的制度，这个职务由党小组推选，请召集选举，不用提名。")
    _check_resolution(session, row, asked)
    candidacy = Candidacy(row, asked.person_id, asked.from_on)
    found = queries.found_of(session, [candidacy])
    checks = fit(found, candidacy, clock.today(session))
    row.consent_on, row.consent_by = consent_for(session, actor, row, asked.person_id, asked.consent_on)
    for name in ("person_id", "resolved_on", "expected", "present", "in_favour", "conduct", "from_on"):
        setattr(row, name, getattr(asked, name))
    row.checks = [list(check) for check in checks]
    queries.end_consents(session, row.id, clock.today(session))
    row.nominated_at, row.nominated_by, row.returned_why = clock.now(session), actor.account_id, None
    row.term_ends_on = found.last_day_of_term(row, asked.from_on)
    tell(session, actor, row, moved, barred=reviewer_barred(session, actor, row))
    return row


def take_back(session: Session, actor: Actor, choosing_id: int) -> Choosing:
    """The branch takes back what nobody has reviewed yet; what was written stands in the form."""
    row = queries.choosing_to_change(session, actor, choosing_id)
    moved = may(session, actor, row, ChoosingStep.TAKE_BACK)
    tell(session, actor, row, moved)
    return row


def fit(found: Found, asked: Candidacy, today: date, *, field: str = "person_id") -> list[Check]:
    """What is looked at of somebody for his day; a candidate whom the rules do not let stand is named with the ground.

    Raises Invalid at `field`, or at the day where that does not fit.
    """
    _check_day(found, asked, today)
    checks = checked(found.known(asked), asked.day)
    refuse_failing(checks, found.name(asked.person_id), field=field)
    return checks


def look_at(session: Session, row: Choosing, person_id: int, day: date) -> list[Check]:
    """What is looked at of one, as it stands now for a day."""
    asked = Candidacy(row, person_id, day)
    return checked(queries.found_of(session, [asked]).known(asked), day)


def refuse_failing(checks: list[Check], name: str, *, field: str = "person_id") -> None:
    """A candidate whom the rules do not let stand is named with the ground."""
    stops = failing(checks)
    if stops:
        raise Invalid(f"{name}不能作为人选：" + "；".join(check.ground for check in stops) + "。", field=field)


def _check_day(found: Found, asked: Candidacy, today: date) -> None:
    """The day lies ahead, after the group began, and in nobody else's span of the post."""
    row, person_id, day = asked
    if day < today:
        raise Invalid("任职日期不能早于今天，请填写今天或者以后的日期。", field="from_on")
    if day > today + AHEAD:
        raise Invalid("任职日期最多提前一年，请核对。", field="from_on")
    if day < found.founded[row.group_id]:
        raise Invalid(f"任职日期不能早于党小组成立的{found.founded[row.group_id]}。", field="from_on")
    holder = found.holder(row, day)
    if holder is None or holder.person_id == person_id:
        return
    name = found.name(holder.person_id) or "别人"
    if holder.starts_on >= day:
        raise Invalid(
            f"{name}从{holder.starts_on}起已有任职安排，任职日期请另填，或者先撤回那项安排。", field="from_on"
        )
    if row.reason not in REPLACES:
        until = f"到{holder.ends_on - timedelta(days=1)}" if holder.ends_on else "现在"
        raise Invalid(f"{name}{until}还担任这个职务，任职日期应在他卸任以后。", field="from_on")


def consent_for(
    session: Session, actor: Actor, row: Choosing, person_id: int, typed: date | None, *, field: str = "person_id"
) -> tuple[date, int | None]:
    """On which day somebody agreed, and who recorded it: himself, or the branch from paper (`typed`).

    Raises Invalid, at `field`, where he has said no; or where it is not known that he agrees.
    """
    found = queries.consent_of(session, row.id, person_id)
    if found is not None and found.agrees is False:
        name = queries.name_of(session, person_id)
        raise Invalid(f"{name}本人不同意作为人选，请另提人选；他改变主意的，请重新征求他的意见。", field=field)
    if found is not None and found.agrees and found.answered_on is not None:
        return found.answered_on, found.answered_by
    if typed is None:
        raise Invalid("还不知道本人是否同意：请填写本人同意的日期，或者等他在手机上答复。", field="consent_on")
    return typed, actor.account_id


def _check_resolution(session: Session, row: Choosing, asked: Nominee) -> None:
    today = clock.today(session)
    if asked.resolved_on > today:
        raise Invalid("会议日期不能晚于今天：先开会，再提名。", field="resolved_on")
    if asked.consent_on is not None and asked.consent_on > today:
        raise Invalid("本人同意的日期不能晚于今天：先征得本人同意，再提名。", field="consent_on")
    if asked.from_on < asked.resolved_on:
        raise Invalid("任职日期不能早于会议日期。", field="from_on")
    if asked.resolved_on < session.get_one(Unit, row.group_id).founded_on:
        raise Invalid("会议日期早于党小组成立的日子，请核对。", field="resolved_on")
    wrong = passes(asked.expected, asked.present, asked.in_favour)
    if wrong:
        raise Invalid(wrong, field="present")
