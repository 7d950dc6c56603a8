"""Who is on a year's list: whoever led a group in that year, not whoever does on the day when the list is made.

Of several the one who was longest in post is listed, of equals the last; the township may list another, or both. Each
is scored on the months that he held whole. Groups that were dissolved within the year are on the list as well.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from services.assessment.cases.actions.waits import let_all_wait
from services.assessment.cases.models import Case
from services.assessment.cases.queries import with_marks
from services.assessment.cases.queries.roster import (
    CANDIDATES,
    LONGEST,
    Candidate,
    candidates,
    count_cases,
    listed_in,
    with_sheets,
)
from services.assessment.cases.rules import MOVES, CaseStage
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.queries import cycle_to_change
from services.assessment.cycles.rules import OFFICE, CycleStage
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session, hashed
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.events import LeadersListed

ROSTER = text(f"""
    with {LONGEST}
    insert into assessment.leader_case
      (cycle_id, township_id, branch_id, group_id, person_id, post_id, year, began_on, ended_on, part)
    select :cycle, :township, branch_id, group_id, person_id, post_id, :year, began_on, ended_on, part
    from longest order by group_id
    returning id""")

# Whoever has left since, or whose days were corrected: what was decided stays as it was decided.
FOLLOW = text(f"""
    with {CANDIDATES}
    update assessment.leader_case c set began_on = k.began_on, ended_on = k.ended_on, part = k.part,
      post_id = case when exists (select from assessment.leader_case o
        where o.cycle_id = c.cycle_id and o.group_id = c.group_id and o.post_id = k.post_id)
        then c.post_id else k.post_id end
    from candidate k join office.post p on p.unit_id = k.group_id and p.person_id = k.person_id
      and p.starts_on >= k.began_on and (k.ended_on is null or p.starts_on < k.ended_on)
    where c.cycle_id = :cycle and c.sheet_run is null and p.id = c.post_id
      and (c.began_on, c.ended_on, c.part, c.post_id) is distinct from (k.began_on, k.ended_on, k.part, k.post_id)""")

STAYS = (
    "已经提交过材料、录入过评分、已经计分的，或者只减不换的，不能从名单上拿掉：请把新的人选一并列上，"
    "再打开他的考核，写明理由不予评定。"
)
CHANGING = frozenset({CycleStage.OPEN, CycleStage.RATING})


def asked_of(session: Session, cycle: Cycle) -> dict[str, Any]:
    """What the statements of the list know of a year."""
    return {"cycle": cycle.id, "township": cycle.township_id, "year": cycle.year, "day": clock.today(session)}


def make_roster(session: Session, cycle: Cycle) -> int:
    """List the leaders of a year that has just begun; returns how many."""
    with hashed(session):
        return len(session.execute(ROSTER, asked_of(session, cycle)).all())


def follow_posts(session: Session, cycle: Cycle) -> None:
    """Before a run: since when and until when each held his post, as the register has it now."""
    session.flush()
    with hashed(session):
        session.execute(FOLLOW, asked_of(session, cycle))


def list_leaders(session: Session, actor: Actor, cycle_id: int, group_id: int, post_ids: Sequence[int]) -> None:
    """List of a group those who held its post in the year: one of them, or several.

    Whoever is not wanted gives way as long as nothing was handed in or typed of him and he was not scored: a sheet is
    of him whose months it counts. Else he stays, and 不予评定 ends it. Nobody decides on his own place.
    """
    cycle = cycle_to_change(session, actor, cycle_id)
    if not actor.roles_over(cycle.township_id) & OFFICE:
        raise NotYours("考核名单由组织委员或党委确定，您没有这个职务。")
    if cycle.stage not in CHANGING:
        raise OutOfOrder("名单在汇总计分期间和公示以后不能变动。")
    known = {each.post_id: each for each in candidates(session, cycle, group_id)}
    wanted = [known[post] for post in dict.fromkeys(post_ids) if post in known]
    if not wanted or len(wanted) < len(set(post_ids)):
        raise Invalid("请从这一年担任过组长的人里选择，至少选一人。", field="post_ids")
    added, removed = _exchange(session, actor, listed_in(session, cycle, group_id), wanted, cycle)
    session.flush()
    cycle.cases = count_cases(session, cycle.id)
    fact = LeadersListed(unit_id=group_id, cycle_id=cycle.id, listed=len(wanted), added=added, removed=removed)
    announce(session, fact, by=actor)
    let_all_wait(session, cycle)


def _exchange(
    session: Session, actor: Actor, kept: Sequence[Case], wanted: Sequence[Candidate], cycle: Cycle
) -> tuple[list[int], list[int]]:
    """Put those who are wanted in the place of those who are not, and add the others: the people of both."""
    staying = {each.case_id for each in wanted}
    coming = [each for each in wanted if each.case_id is None]
    leaving = [case for case in kept if case.id not in staying]
    added, removed = [each.person_id for each in coming], [case.person_id for case in leaving]
    if actor.person_id in {*added, *removed}:
        raise NotYours("名单上的变动涉及您本人，应当回避，请由其他组织委员或者党委办理。")
    scored = with_sheets(session, cycle, leaving) | with_marks(session, leaving)
    if len(leaving) > len(coming) or any(_handed_in(case) or case.id in scored for case in leaving):
        raise OutOfOrder(STAYS)
    for case, other in zip(leaving, coming, strict=False):
        _put(case, other)
    for other in coming[len(leaving) :]:
        case = Case(cycle_id=cycle.id, township_id=cycle.township_id, group_id=other.group_id, year=cycle.year)
        case.branch_id, case.stage = other.branch_id, MOVES.start
        _put(case, other)
        session.add(case)
    return added, removed


def _handed_in(case: Case) -> bool:
    return case.stage != CaseStage.NOMINATION or case.nominated_at is not None or case.self_statement is not None


def _put(case: Case, other: Candidate) -> None:
    """Whose year it is."""
    case.person_id, case.post_id = other.person_id, other.post_id
    case.began_on, case.ended_on, case.part = other.began_on, other.ended_on, other.part
