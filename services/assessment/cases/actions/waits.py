"""What of a year waits for whom: case by case with each step, set-based where a township comes to a stage at once."""

from collections.abc import Iterable

from sqlalchemy import text

from services.assessment.cases import queries
from services.assessment.cases.models import Case, Objection
from services.assessment.cases.queries.untyped import KEEPING
from services.assessment.cases.rules import OBJECTION_WAITS, WAITS, CaseStage
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.rules import CycleStage
from shared import clock
from shared.db import Session, hashed
from shared.moves import Moved
from shared.todos import Thing
from shared.waiting import follow, over, wait

DECIDABLE = (CycleStage.RATING, CycleStage.NOTICE)
REVIEWED = frozenset({CaseStage.REVIEW, CaseStage.RATING})  # by others than him whom it is about

# Whatever begins to wait when its date is over has none: nobody is late with what he could not do before.
# What waits already keeps whom it is barred to; a date that has moved is taken over. Nobody puts himself forward but
# the branch's own secretary: whoever only stands in for him is not asked to (queries/standing.acts_for_branch). Only
# what changes is carried over.
OPEN = text("""
    with due as (
      select w.kind, 'case:' || c.id as subject, c.group_id as unit_id, w.post, y.provisional,
        case c.stage when 'nomination' then y.nomination_due when 'review' then y.review_due else y.rating_due end
          as day,
        c.stage <> 'nomination' as kept,
        case when c.stage = 'rating' or (c.stage = 'nomination' and s.person_id is null) then a.id end
          as own_account_id
      from assessment.leader_case c join assessment.cycle y on y.id = c.cycle_id
      join unnest(cast(:stages as text[]), cast(:kinds as text[]), cast(:posts as text[])) as w (stage, kind, post)
        on w.stage = c.stage
      left join office.account a on a.person_id = c.person_id
      left join (select distinct person_id, unit_id from office.post where kind = 'secretary'
          and starts_on <= office.today() and (ends_on is null or ends_on > office.today())) s
        on s.person_id = c.person_id and s.unit_id = c.branch_id
      where c.cycle_id = :cycle and (c.stage <> 'rating' or y.stage in ('rating', 'notice') and exists (
        select from assessment.sheet x where x.cycle_id = y.id and x.run = y.run and x.case_id = c.id))),
    meant as (
      select d.*, f.due_on, t.id is null or (t.unit_id, t.post, t.due_on, t.provisional) is distinct from
          (d.unit_id, d.post, f.due_on, d.provisional) as changes, t.barred_account_id as barred,
        coalesce(case when d.kept then t.barred_account_id end, d.own_account_id) as barred_account_id
      from due d left join office.todo t on t.kind = d.kind and t.subject = d.subject and t.closed_at is null
      cross join lateral (select case when coalesce((t.since at time zone 'Asia/Shanghai')::date, office.today())
        <= d.day then d.day end as due_on) f)
    select office.open_todos(coalesce(jsonb_agg(jsonb_build_object('kind', m.kind, 'subject', m.subject,
      'unit_id', m.unit_id, 'post', m.post, 'provisional', m.provisional, 'due_on', m.due_on,
      'barred_account_id', m.barred_account_id)), '[]'))
    from meant m where m.changes or m.barred is distinct from m.barred_account_id""")
TAKE_BACK = text("""
    select office.close_todos('assessment.rate', array(
      select 'case:' || id from assessment.leader_case where cycle_id = :cycle and stage = 'rating'))""")


def let_all_wait(session: Session, cycle: Cycle) -> None:
    """Each case of a year waits as it stands: at its opening, when its sheets are there, when a date has moved."""
    session.flush()
    waiting = [(stage, *wait) for stage, wait in WAITS.items() if wait]
    stages, kinds, posts = (list(column) for column in zip(*waiting, strict=True))
    with hashed(session):
        session.execute(OPEN, {"cycle": cycle.id, "stages": stages, "kinds": kinds, "posts": posts})
    let_typing_wait(session, cycle)


def let_typing_wait(session: Session, cycle: Cycle, case_ids: Iterable[int] | None = None) -> None:
    """What is to be typed of a year's leaders, or of these, waits until it is there or its evidence is frozen."""
    if not cycle.typed_by_branch and not cycle.typed_by_township:
        return
    session.flush()
    values = {"cycle": cycle.id, "cases": None if case_ids is None else list(case_ids)}
    with hashed(session):
        for statement in KEEPING:
            session.execute(statement, values)


def let_none_be_rated(session: Session, cycle: Cycle) -> None:
    """The sheets are made anew: until they are there, nothing is to be decided."""
    session.execute(TAKE_BACK, {"cycle": cycle.id})


def let_wait(session: Session, case: Case, moved: Moved, *, stood_in: int | None = None) -> None:
    """A case that has taken a step waits for the next, if its year has come so far.

    stood_in: the account that has done the branch's part in its place, which does not review it.
    """
    cycle = session.get_one(Cycle, case.cycle_id)
    stage = CaseStage(moved.after)
    barred = None
    if stage in REVIEWED:
        barred = stood_in or queries.account_of(session, case.person_id)
    elif stage is CaseStage.NOMINATION and not queries.is_secretary(session, case.branch_id, case.person_id):
        barred = queries.account_of(session, case.person_id)  # as OPEN has it
    due = {CaseStage.NOMINATION: cycle.nomination_due, CaseStage.REVIEW: cycle.review_due}.get(stage, cycle.rating_due)
    due_on = due if due >= clock.today(session) else None  # as OPEN has it
    thing = Thing(f"case:{case.id}", case.group_id, barred, due_on, provisional=cycle.provisional)
    if stage is CaseStage.RATING and not (cycle.stage in DECIDABLE and queries.proposals(session, [case])):
        over(session, WAITS, moved.before, [thing])
    else:
        follow(session, WAITS, moved, [thing])
    if CaseStage.NOTICE in (moved.before, moved.after):
        let_typing_wait(session, cycle, [case.id])


def let_objection_wait(session: Session, objection: Objection, case: Case, moved: Moved | None = None) -> None:
    """An objection waits for its answer, and where it is upheld for the committee; never for him whom it is about."""
    barred = queries.account_of(session, case.person_id)
    due = objection.answer_due if moved is None else None
    thing = Thing(f"objection:{objection.id}", objection.group_id, barred, due)
    wait(session, OBJECTION_WAITS, objection.stage, [thing], before=moved.before if moved else None)
