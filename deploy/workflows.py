"""Every workflow of the house: its table of moves, and the table in which its stage stands."""

from dataclasses import dataclass, field
from typing import Any

from services.activities.concerns.rules import MOVES as CONCERN
from services.activities.concerns.rules import WAITS as CONCERN_WAITS
from services.activities.grid.queries.gaps import STANDS as GAPS_STAND
from services.activities.grid.rules import GAPS_KIND
from services.activities.grid.rules import MOVES as CELL_LINK
from services.activities.grid.rules import WAITS as CELL_LINK_WAITS
from services.activities.imports.rules import MOVES as HANDED
from services.activities.imports.rules import WAITS as HANDED_WAITS
from services.activities.ledger.rules.stages import MOVES as ACTIVITY
from services.activities.ledger.rules.stages import WAITS as ACTIVITY_WAITS
from services.activities.register.queries.looking_over import KINDS as OF_THE_REGISTER
from services.activities.register.queries.looking_over import stands
from services.activities.register.rules.correcting import MOVES as CORRECTION
from services.activities.register.rules.correcting import WAITS as CORRECTION_WAITS
from services.activities.register.rules.membership import MOVES as MEMBER_ACT
from services.activities.register.rules.membership import WAITS as MEMBER_ACT_WAITS
from services.activities.register.rules.officers import MOVES as OFFICER_ACT
from services.activities.register.rules.officers import WAITS as OFFICER_ACT_WAITS
from services.activities.register.rules.transfers import MOVES as TRANSFER
from services.activities.register.rules.transfers import WAITS as TRANSFER_WAITS
from services.assessment.ballots.rules import MOVES as BALLOT
from services.assessment.ballots.rules import WAITS as BALLOT_WAITS
from services.assessment.cases.queries.untyped import TYPINGS, untyped
from services.assessment.cases.rules import MOVES as CASE
from services.assessment.cases.rules import OBJECTION_MOVES as OBJECTION
from services.assessment.cases.rules import OBJECTION_WAITS
from services.assessment.cases.rules import WAITS as CASE_WAITS
from services.assessment.choosings.rules import MOVES as CHOOSING
from services.assessment.choosings.rules import WAITS as CHOOSING_WAITS
from services.assessment.cycles.rules import MOVES as CYCLE
from services.assessment.cycles.rules import OPENING_MOVES as OPENING
from services.assessment.cycles.rules import OPENING_WAITS
from services.assessment.cycles.rules import WAITS as CYCLE_WAITS
from services.assessment.rectifications.rules import MOVES as RECTIFICATION
from services.assessment.rectifications.rules import REPLACEMENT_MOVES as REPLACEMENT
from services.assessment.rectifications.rules import REPLACEMENT_WAITS
from services.assessment.rectifications.rules import WAITS as RECTIFICATION_WAITS
from services.notify.circulars.rules import MOVES as CIRCULAR
from services.notify.circulars.rules import WAITS as CIRCULAR_WAITS
from shared.moves import Machine
from shared.settings import SERVICES
from shared.todos import Waits


@dataclass(frozen=True)
class Workflow:
    """A table of moves and where it is lived: happenings about `name:7` are steps of row 7 of `table`.

    waits: what waits for whom at each stage, about the unit in column `unit`, by the day in `due` (in SQL), and only as
    long as `given` holds; `beside` joins what these name. `post` is whom it waits for, where each row has its own.
    """

    name: str
    machine: Machine[Any, Any]
    table: str
    waits: Waits = field(default_factory=dict)
    unit: str = "unit_id"
    due: str = "null::date"
    given: str = "true"
    post: str = "w.post"
    beside: str = ""


WORKFLOWS = (
    Workflow("activity", ACTIVITY, "activities.activity", ACTIVITY_WAITS, unit="group_id"),
    Workflow(
        "handed",
        HANDED,
        "activities.handed_in",
        HANDED_WAITS,
        unit="township_id",
        given="not exists (select from activities.job j where j.task = 'activities.forget_file'"
        " and j.key = 'file:' || t.id and j.state = 'done')",
    ),
    Workflow(
        "officer_act",
        OFFICER_ACT,
        "activities.officer_act",
        OFFICER_ACT_WAITS,
        unit="township_id",
        post="case t.stage when 'asked' then t.agrees else t.asked_as end",
    ),
    Workflow(
        "concern",
        CONCERN,
        "activities.concern",
        CONCERN_WAITS,
        unit="holder_unit",
        due="coalesce(t.extended_to, t.due_on)",
        post="t.holder_post",
    ),
    Workflow("cell_link", CELL_LINK, "activities.cell_link", CELL_LINK_WAITS),
    Workflow("correction", CORRECTION, "activities.correction", CORRECTION_WAITS),
    Workflow("member_act", MEMBER_ACT, "activities.member_act", MEMBER_ACT_WAITS),
    Workflow("transfer", TRANSFER, "activities.transfer", TRANSFER_WAITS, unit="at_unit_id"),
    Workflow(
        "opening",
        OPENING,
        "assessment.opening",
        OPENING_WAITS,
        unit="township_id",
        due="case t.stage when 'planned' then t.opens_on end",
    ),
    Workflow("cycle", CYCLE, "assessment.cycle", CYCLE_WAITS, unit="township_id"),
    Workflow(
        "case",
        CASE,
        "assessment.leader_case",
        CASE_WAITS,
        unit="group_id",
        # What begins to wait after its day has none.
        due="case when not exists (select from office.todo o where o.kind = w.kind and o.subject = 'case:' || t.id"
        " and o.closed_at is null and (o.since at time zone 'Asia/Shanghai')::date > d.due) then d.due end",
        given="t.stage <> 'rating' or y.stage in ('rating', 'notice') and exists (select from assessment.sheet s"
        " where s.cycle_id = y.id and s.run = y.run and s.case_id = t.id)",
        beside="join assessment.cycle y on y.id = t.cycle_id cross join lateral (select case t.stage"
        " when 'nomination' then y.nomination_due when 'review' then y.review_due else y.rating_due end as due) d",
    ),
    Workflow(
        "objection",
        OBJECTION,
        "assessment.objection",
        OBJECTION_WAITS,
        unit="group_id",
        due="case t.stage when 'raised' then t.answer_due end",
    ),
    Workflow(
        "rectification",
        RECTIFICATION,
        "assessment.rectification",
        RECTIFICATION_WAITS,
        unit="group_id",
        due="case when t.stage in ('plan', 'work', 'returned') then t.due_on end",
    ),
    Workflow(
        "ballot",
        BALLOT,
        "assessment.ballot",
        BALLOT_WAITS,
        due="case t.stage when 'called' then t.held_on end",
    ),
    Workflow(
        "choosing",
        CHOOSING,
        "assessment.choosing",
        CHOOSING_WAITS,
        unit="group_id",
        due="case when t.stage <> 'unseated' then t.due_on end",
    ),
    Workflow(
        "replacement",
        REPLACEMENT,
        "assessment.replacement",
        REPLACEMENT_WAITS,
        unit="group_id",
        due="case t.stage when 'decided' then t.succeed_by end",
        # Where leaders are chosen, the choosing waits instead.
        given="t.stage <> 'decided' or not exists (select from assessment.choosing c"
        " where c.replacement_id = t.id and c.stage <> 'ended')",
    ),
    Workflow("circular", CIRCULAR, "notify.circular", CIRCULAR_WAITS),
)

# What waits though no table of moves says so: kind → the rows that it must have, as (subject, unit_id).
OTHERS = {
    "activities.regroup": """
        select 'planned:' || id, branch_id from activities.planned_regrouping
        where failed_why is not null and withdrawn_at is null""",
    "activities.concern_time": """
        select 'concern:' || id, holder_unit from activities.concern where asked_until is not null""",
    "activities.concern_again": """
        select 'concern:' || id, holder_unit from activities.concern
        where holds is null and stage = 'closed' and asks_on <= office.today()""",
    "activities.cell_place": """
        select 'concern:' || id, unit_id from activities.concern where cell_lost is not null""",
    "activities.contact": "select 'care:' || id, branch_id from activities.care where waits",
    **{kind: stands(kind) for kind in OF_THE_REGISTER},
    GAPS_KIND: GAPS_STAND,
    **{kind: untyped(kind) for kind in TYPINGS},
    "assessment.oversee": "select 'replacement:' || id, group_id from assessment.replacement where stage = 'decided'",
    "notify.acknowledge": """
        select concat_ws(':', 'notice', happening_id, telling, unit_id), unit_id from notify.message
        where wants_acknowledgement
        group by happening_id, telling, unit_id
        having every(acknowledged_at is null and taken_back_at is null) and bool_or(passed_to is null)""",
    "notify.letter": """
        select 'letter:' || d.id, m.unit_id from notify.delivery d join notify.message m on m.id = d.message_id
        where d.state in ('failed', 'unknown')""",
    "notify.call": """
        select 'call:' || d.id, m.unit_id from notify.delivery d join notify.message m on m.id = d.message_id
        where d.channel = 'call' and d.state = 'ready' and m.read_at is null and m.done_at is null""",
    **{
        f"{service}.dead_work": f"""
        select 'dead_work:' || id, id from office.unit where kind = 'township' and dissolved_on is null
          and exists (select from {service}.job where state = 'dead')"""
        for service in SERVICES
    },
}
