"""From hand to hand: settled on the spot, passed on, taken up, given back, sent outside, merged, withdrawn."""

from services.activities.concerns import queries
from services.activities.concerns.actions.kind import (
    CONCERNS,
    PASSED,
    TOLD,
    both_to_change,
    day_for,
    first_passed,
    require,
    take,
    take_back,
    to_change,
    words,
)
from services.activities.concerns.models import Concern
from services.activities.concerns.rules import NOTES, Clock, Past, Stage, Step, check_number
from services.activities.concerns.schemas import Designation, Merging, Outside, Said
from services.activities.register import queries as register
from shared import clock
from shared.access import Actor
from shared.db import Session, beyond
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.matters import actions as matters
from shared.matters import rules as of_matters
from shared.matters.actions import Onward
from shared.matters.rules import HANDED_ON_MOST, Holder
from shared.people import Unit, UnitKind, holders_of
from shared.roles import Role

DESIGNATED = "已经转交多次，请乡镇指定办理单位"


def settle(session: Session, actor: Actor, concern_id: int, asked: Said) -> Concern:
    """It was settled on the spot: how."""
    row = to_change(session, actor, concern_id)
    require(session, actor, row, Step.SETTLE)
    row.how = words(session, asked.said, confirmed=asked.confirmed)
    first_passed(session, row)
    take(session, actor, row, Step.SETTLE, outcome=Stage.SETTLED.chinese)
    return row


def pass_on(session: Session, actor: Actor, concern_id: int) -> Concern:
    """It goes to the next level; once it has wandered enough, to the township, which designates."""
    row = to_change(session, actor, concern_id)
    require(session, actor, row, Step.PASS_ON)
    step_on(session, actor, row, Step.PASS_ON)
    return row


def step_on(session: Session, actor: Actor, row: Concern, step: Step) -> None:
    """Pass on a view, or take it up, that was found and locked."""
    if step is Step.ACCEPT:
        _accept(session, actor, row)
        return
    to = Holder(row.holder_unit, Role(row.holder_post))
    if not _is_above_already(row):
        to = queries.next_holder(session, row)
    held = matters.held(session, CONCERNS, row)
    came, why = "handed_on", ""
    if sum(each.came == "handed_on" for each in held) >= HANDED_ON_MOST:
        to, came, why = Holder(row.township_id, Role.ORGANISER), "referred", DESIGNATED
    by_holder = not _is_above_already(row)
    onward = Onward(to=to, came=came, due=day_for(session, row, Clock.ACCEPT, to), why=why)
    first_passed(session, row)
    row.returned_why = None
    take(session, actor, row, step, onward=onward, by_holder=by_holder)


def _is_above_already(row: Concern) -> bool:
    """Whether it began with a higher level, because it goes past somebody."""
    return row.stage == Stage.NOTED and row.holder_post != Role.LEADER


def accept(session: Session, actor: Actor, concern_id: int) -> Concern:
    """Whoever has it takes it up."""
    row = to_change(session, actor, concern_id)
    _accept(session, actor, row)
    return row


def _accept(session: Session, actor: Actor, row: Concern) -> None:
    if row.holder_post == Role.LEADER:
        require(session, actor, row, Step.ACCEPT)
        raise OutOfOrder("这条意见还没有上交，请先上交，或者当场解决。")
    first_passed(session, row)
    onward = Onward(due=day_for(session, row, Clock.ANSWER, gone=queries.used_answering(session, row)))
    take(session, actor, row, Step.ACCEPT, onward=onward)


def give_back(session: Session, actor: Actor, concern_id: int, asked: Said) -> Concern:
    """Unclear, or not ours: back to whoever passed it on, with the reason; no day is given anew."""
    row = to_change(session, actor, concern_id)
    require(session, actor, row, Step.GIVE_BACK)
    held = matters.held(session, CONCERNS, row)
    if any(each.designated for each in held):
        raise OutOfOrder("这件事是乡镇指定办理的，不能退回；办不了的，请答复“无法办理”并写明依据。")
    to = of_matters.giver(held)
    if queries.is_gone(session, to.unit_id):
        raise OutOfOrder("上交这条意见的单位已经撤销，不能退回；请受理以后答复。")
    why = words(session, asked.said, confirmed=asked.confirmed)
    row.returned_why = why
    onward = Onward(to=to, came="given_back", due=day_for(session, row, Clock.PASS, to), why=why)
    take(session, actor, row, Step.GIVE_BACK, onward=onward, reason=why)
    return row


def pass_up(session: Session, actor: Actor, concern_id: int, asked: Said) -> Concern:
    """The branch cannot: the township has it from now on."""
    row = to_change(session, actor, concern_id)
    require(session, actor, row, Step.PASS_UP)
    why = words(session, asked.said, confirmed=asked.confirmed)
    to = queries.next_holder(session, row)
    onward = Onward(to=to, came="passed_up", due=day_for(session, row, Clock.ACCEPT, to), why=why)
    take(session, actor, row, Step.PASS_UP, onward=onward, reason=why)
    return row


def designate(session: Session, actor: Actor, concern_id: int, asked: Designation) -> Concern:
    """The township says whose it is, for good."""
    row = to_change(session, actor, concern_id)
    require(session, actor, row, Step.DESIGNATE)
    to = _designated(session, actor, row, asked.unit_id)
    why = words(session, asked.said, confirmed=asked.confirmed)
    onward = Onward(to=to, designated=True, due=day_for(session, row, Clock.ANSWER), why=why)
    row.returned_why = None
    take(session, actor, row, Step.DESIGNATE, onward=onward, by_holder=False, reason=why)
    return row


def _designated(session: Session, actor: Actor, row: Concern, unit_id: int) -> Holder:
    """A branch of the township that it does not go past, or the township itself."""
    unit = register.unit_in_reach(session, actor, unit_id)
    if (unit.township_id or unit.id) != row.township_id or unit.kind == UnitKind.GROUP:
        raise Invalid("请选择本乡镇的一个支部，或者乡镇。", field="unit_id")
    post = Role.ORGANISER if unit.kind == UnitKind.TOWNSHIP else Role.SECRETARY
    if row.past and _goes_past(session, row, Holder(unit.id, post)):
        raise Invalid("这条意见不能交给这个支部办理，请另选。", field="unit_id")
    return Holder(unit.id, post)


def _goes_past(session: Session, row: Concern, to: Holder) -> bool:
    """Whether it goes past that post, or past whoever alone holds it today: he would not find it."""
    unit, past = session.get_one(Unit, row.unit_id), Past(row.past) if row.past else None
    if past is Past.SECRETARY and to.unit_id == (unit.branch_id or unit.id):
        return True
    held = set(holders_of(session, to.unit_id, [to.post], clock.today(session)))
    return bool(held) and held <= queries.past_holders(session, unit, past)


def send_out(session: Session, actor: Actor, concern_id: int, asked: Outside) -> Concern:
    """A department, the hotline or the county's system has it, under its number; no day runs here meanwhile."""
    row = to_change(session, actor, concern_id)
    require(session, actor, row, Step.SEND_OUT)
    row.outside = words(session, asked.outside, confirmed=asked.confirmed, field="outside")
    row.outside_number = check_number(asked.number) or None
    take(session, actor, row, Step.SEND_OUT, onward=Onward())
    return row


def merge(session: Session, actor: Actor, concern_id: int, asked: Merging) -> Concern:
    """It is the same as another one of the branch, which has its voices from now on; this one is silent."""
    row, into = both_to_change(session, actor, concern_id, asked.into)
    require(session, actor, row, Step.MERGE)
    if into.id not in {each.id for each in queries.similar(session, actor, row)}:
        raise Invalid("请选择本支部同一类、还在办理的意见。", field="into")
    join(session, actor, row, into)
    return row


def join(session: Session, actor: Actor, row: Concern, into: Concern) -> None:
    """One has the voices of the other, which is over; both were found and locked."""
    into.voices += row.voices
    row.merged_into = into.id
    take(session, actor, row, Step.MERGE, outcome=Stage.MERGED.chinese)


def withdraw(session: Session, actor: Actor, concern_id: int, asked: Said) -> Concern:
    """Noted by mistake, or nobody wants it any more; by whoever noted it or has it."""
    row = to_change(session, actor, concern_id)
    require(session, actor, row, Step.WITHDRAW)
    if not queries.may_withdraw(actor, row):
        raise NotYours("撤回由记下这条意见的人或者本党小组的组长办理。")
    row.ended_why = words(session, asked.said, confirmed=asked.confirmed)
    for kind in (PASSED, TOLD):
        take_back(session, row, kind)
    take(session, actor, row, Step.WITHDRAW, outcome=Stage.WITHDRAWN.chinese, by_holder=False)
    return row


def remark(session: Session, actor: Actor, concern_id: int, asked: Said) -> Concern:
    """Something is written on it on the way."""
    row = to_change(session, actor, concern_id)
    if not queries.roles_over(session, actor, row) & NOTES:
        raise NotYours("办理情况由经手的人登记，您没有这个职务。")
    if row.ended_on is not None:
        raise OutOfOrder("这条意见已经办结，不能再记；有新的情况，请重新办理。")
    said = words(session, asked.said, confirmed=asked.confirmed)
    with beyond(session):
        matters.remark(session, actor, CONCERNS, row, said)
    return row
