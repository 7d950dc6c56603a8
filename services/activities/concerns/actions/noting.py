"""A view is noted: on the phone, in the field, by a leader or his deputy, by a secretary."""

from services.activities.concerns import queries
from services.activities.concerns.actions.cells import let_be_placed, put_in_cell
from services.activities.concerns.actions.kind import CONCERNS, words
from services.activities.concerns.actions.steps import join, step_on
from services.activities.concerns.models import Concern
from services.activities.concerns.rules import Clock, Past, Step, allowed, cleaned, due
from services.activities.concerns.schemas import NewConcern
from services.activities.register import queries as register
from shared import clock, rule_versions, switches
from shared.access import Actor
from shared.db import Session, beyond
from shared.errors import Invalid, NotYours
from shared.matters import actions as matters
from shared.matters.rules import Holder
from shared.numbers import Series
from shared.people import Unit, UnitKind
from shared.roles import Role
from shared.systems import System

NOT_HIS = "群众意见由党小组长、副组长或者支部书记登记，您没有这个职务。"


def require_noter(actor: Actor) -> None:
    """The right before the words: whether somebody notes views anywhere."""
    if not actor.units_as(*queries.NOTERS):
        raise NotYours(NOT_HIS)


def note(session: Session, actor: Actor, asked: NewConcern) -> Concern:
    """Note a view; what goes past somebody is with the next level at once, a voice to another is merged into that.

    Raises NotYours for whoever is neither of that group nor its secretary, Invalid where its words name somebody.
    """
    unit = _place(session, actor, asked.unit_id)
    past = _past(actor, unit, asked.past)
    said = words(session, asked.said, confirmed=asked.confirmed)
    today, holder = clock.today(session), queries.first_holder(session, actor, unit, past)
    rules = rule_versions.rules_of(session, unit.township_id, today)
    day = due(today, queries.days_of(session), allowed(rules, Clock.PASS, urgent=asked.urgent))
    row = Concern(
        unit_id=unit.id,
        township_id=unit.township_id,
        holder_unit=holder.unit_id,
        holder_post=holder.post,
        kind=asked.kind,
        said=said,
        urgent=asked.urgent,
        slip=asked.slip,
        past=past,
        voices=1,
        noted_by=actor.account_id,
        pass_due=day.day,
    )
    put_in_cell(session, actor, row, asked.cell_id)
    series = Series(unit.township_id or unit.id, today.year, "activities.concern")
    with beyond(session):
        matters.begin(session, actor, CONCERNS, row, due=day, series=series)
    other = queries.fits(session, actor, row, asked.into)
    if other is not None:
        join(session, actor, row, other)
    else:
        let_be_placed(session, actor, [row])
        _go_on(session, actor, row, passes=asked.passes)
    return row


def _go_on(session: Session, actor: Actor, row: Concern, *, passes: bool) -> None:
    """What is with a higher level already is not noted there, but waits to be taken up."""
    if row.holder_post != Role.LEADER:
        step_on(session, actor, row, Step.ACCEPT if _has_it(session, actor, row) else Step.PASS_ON)
    elif passes:
        step_on(session, actor, row, Step.PASS_ON)


def _has_it(session: Session, actor: Actor, row: Concern) -> bool:
    return matters.acts_for(session, actor, Holder(row.holder_unit, Role(row.holder_post)))


def _place(session: Session, actor: Actor, unit_id: int) -> Unit:
    """Where it was heard: one's own group, one's own branch or a group of it."""
    unit = register.unit_in_reach(session, actor, unit_id, shared=True)
    roles = actor.roles_over(unit.id, unit.branch_id)
    if unit.kind == UnitKind.TOWNSHIP or not roles & set(queries.NOTERS):
        raise NotYours(NOT_HIS)
    switches.require_on(session, System.CONCERNS, unit.township_id)
    if unit.dissolved_on is not None and unit.dissolved_on <= clock.today(session):
        raise Invalid("这个单位已经撤销，请另选。", field="unit_id")
    return unit


def _past(actor: Actor, unit: Unit, past: Past | None) -> Past | None:
    """Whom it goes past; nobody notes what he is not to find."""
    if past is None:
        return None
    if past is Past.LEADER and unit.kind != UnitKind.GROUP:
        raise Invalid("关于党小组长的意见，请选是哪个党小组。", field="unit_id")
    where = unit.id if past is Past.LEADER else unit.branch_id or unit.id
    if actor.roles_over(where) & {Role(past)}:
        raise Invalid("这条意见是关于您本人的，请群众向上一级反映，不在这里登记。", field="past")
    return past


def clean(session: Session, said: str) -> str:
    """The words with others in their place wherever they may tell of whom they are."""
    return cleaned(said, queries.names_within(session, said))
