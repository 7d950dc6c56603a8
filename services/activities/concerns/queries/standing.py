"""Where a view goes next, by whose days, and what may be done with it now."""

from datetime import date
from itertools import pairwise

from sqlalchemy import select

from services.activities.concerns.models import Concern, ConcernHolding
from services.activities.concerns.rules import BY_ANYBODY, HELD, LEVELS, MOVES, Past, Stage, Step
from services.activities.register import queries as register
from shared import clock, people, rule_versions
from shared.access import Actor
from shared.db import Session, beyond
from shared.errors import OutOfOrder
from shared.matters import actions as matters
from shared.matters.rules import Holder
from shared.people import Unit, UnitKind, holders_of
from shared.roles import Role
from shared.rulebase import Rules
from shared.workdays import Workdays


def rules_on(session: Session, row: Concern) -> Rules:
    """The township's rules of today."""
    return rule_versions.rules_of(session, row.township_id, clock.today(session))


def days_of(session: Session) -> Workdays:
    """The office's working days."""
    return people.workdays_of(session)


def first_holder(session: Session, actor: Actor, unit: Unit, past: Past | None) -> Holder:
    """Whose it is when it is noted: of whoever has the first level there; past him, of the next level."""
    if past is not None:
        return _next(session, unit, Role(past), past)
    if unit.kind == UnitKind.GROUP and actor.roles_over(unit.id) & {Role.LEADER, Role.DEPUTY}:
        return Holder(unit.id, Role.LEADER)
    return Holder(unit.branch_id or unit.id, Role.SECRETARY)


def next_holder(session: Session, row: Concern) -> Holder:
    """To whom it is passed on from where it is: the next level that it does not go past."""
    unit = session.get_one(Unit, row.unit_id)
    return _next(session, unit, Role(row.holder_post), Past(row.past) if row.past else None)


def past_holders(session: Session, unit: Unit, past: Past | None) -> set[int]:
    """Whom what is about a unit goes past today; none where it goes past nobody."""
    if past is None:
        return set()
    with beyond(session):
        return set(holders_of(session, _where(unit, Role(past)), [Role(past)], clock.today(session)))


def _next(session: Session, unit: Unit, after: Role, past: Past | None) -> Holder:
    """The first level above a post whose holder is not the one whom it goes past."""
    today = clock.today(session)
    over = past_holders(session, unit, past)
    with beyond(session):
        for post in LEVELS[LEVELS.index(after) + 1 :]:
            where = _where(unit, post)
            if is_gone(session, where):
                continue
            held = set(holders_of(session, where, [post], today))
            if not held or held - over:
                return Holder(where, post)
    raise OutOfOrder("再没有上一级可以办理，请当面向乡镇党委反映。")


def _where(unit: Unit, post: Role) -> int:
    """The unit above one in which a level is held."""
    if post is Role.LEADER:
        return unit.id
    return (unit.branch_id or unit.id) if post is Role.SECRETARY else (unit.township_id or unit.id)


def is_gone(session: Session, unit_id: int) -> bool:
    """Whether a unit has been dissolved since: nothing goes there any more."""
    return session.get_one(Unit, unit_id).dissolved_on is not None


def teller(session: Session, row: Concern) -> Holder:
    """Who brings the answer back: the group's leader; of a group that is no more, or past somebody, who answered."""
    unit = session.get_one(Unit, row.unit_id)
    if row.past is None and unit.kind == UnitKind.GROUP and not is_gone(session, unit.id):
        return Holder(unit.id, Role.LEADER)
    return Holder(row.holder_unit, Role(row.holder_post))


def used_by(session: Session, row: Concern, holder: Holder) -> int:
    """How many working days a holder has had it before, taken together."""
    found = select(ConcernHolding).where(
        ConcernHolding.matter_id == row.id,
        ConcernHolding.holder_unit == holder.unit_id,
        ConcernHolding.holder_post == holder.post,
    )
    today, days = clock.today(session), days_of(session)
    return sum(days.between(each.starts_on, each.ends_on or today) for each in session.scalars(found))


def used_answering(session: Session, row: Concern) -> int:
    """How many working days whoever has it had it before, and then passed it up: not given anew when it comes back."""
    found = select(ConcernHolding).where(ConcernHolding.matter_id == row.id).order_by(ConcernHolding.id)
    days, own = days_of(session), (row.holder_unit, row.holder_post)
    return sum(
        days.between(each.starts_on, after.starts_on)
        for each, after in pairwise(session.scalars(found))
        if after.came == "passed_up" and (each.holder_unit, each.holder_post) == own
    )


def least_shown(session: Session, actor: Actor) -> int:
    """Below how many a count is hidden on the notice board, by the rules of one's township."""
    township = session.get_one(Unit, actor.duty[1]).township_id or actor.duty[1] if actor.duty else None
    return rule_versions.rules_of(session, township, clock.today(session)).integer("concerns.least_shown")


def latest_extension(session: Session, row: Concern) -> date | None:
    """The furthest day that may be asked for."""
    if row.due_on is None:
        return None
    return days_of(session).add(row.due_on, rules_on(session, row).integer("concerns.extension_working_days")).day


def may_decide_time(session: Session, actor: Actor, row: Concern) -> bool:
    """Whether somebody decides on the time that is asked for."""
    above = matters.ABOVE.get(Role(row.holder_post))
    asked = row.asked_until is not None and row.asked_by != actor.account_id
    return bool(asked and above and matters.acts_for(session, actor, Holder(row.holder_unit, above)))


def steps_open(session: Session, actor: Actor, row: Concern) -> list[Step]:
    """What somebody who sees it may do with it now."""
    steps = MOVES.open_to(row.stage, roles=roles_over(session, actor, row))
    if row.stage in HELD and not matters.acts_for(session, actor, holder_of(row)):
        steps = [step for step in steps if step in BY_ANYBODY]
    return [step for step in steps if _fits(actor, row, step)]


def _fits(actor: Actor, row: Concern, step: Step) -> bool:
    """Whether a step makes sense of where it is: nothing is taken up below, or reopened twice."""
    if step is Step.ACCEPT:
        return row.holder_post != Role.LEADER
    if step is Step.REOPEN:
        return row.reopened_on is None
    return step is not Step.WITHDRAW or may_withdraw(actor, row)


def may_withdraw(actor: Actor, row: Concern) -> bool:
    """Whether somebody noted it, or leads where it was noted; what is about somebody, whoever noted it alone."""
    noted = row.noted_by is not None and row.noted_by == actor.account_id
    return noted or (row.past is None and bool(actor.roles_over(row.unit_id) & {Role.LEADER, Role.DEPUTY}))


def roles_over(session: Session, actor: Actor, row: Concern) -> frozenset[Role]:
    """What somebody is over what it is about, and over whoever has it."""
    places = [session.get_one(Unit, each) for each in {row.unit_id, row.holder_unit}]
    return actor.roles_over(*(each for unit in places for each in (unit.id, unit.branch_id, unit.township_id)))


def holder_of(row: Concern) -> Holder:
    """Whoever has it."""
    return Holder(row.holder_unit, Role(row.holder_post))


def answerer(session: Session, row: Concern) -> Holder:
    """Whoever answers it first: the level above the group, or above him whom it goes past."""
    unit, past = session.get_one(Unit, row.unit_id), Past(row.past) if row.past else None
    return _next(session, unit, Role(past) if past else Role.LEADER, past)


def may_ask_for_time(session: Session, actor: Actor, row: Concern) -> bool:
    """Whether whoever answers may still ask for more time."""
    open_to = row.stage == Stage.ACCEPTED and row.due_on is not None and row.due_on >= clock.today(session)
    asked = row.extended_to is not None or row.asked_until is not None
    above = Role(row.holder_post) in matters.ABOVE
    return open_to and above and not asked and matters.acts_for(session, actor, holder_of(row))


def is_asked_again(session: Session, actor: Actor, row: Concern) -> bool:
    """Whether somebody is to say now whether it is so."""
    if row.stage != Stage.CLOSED or row.holds is not None or row.asks_on is None:
        return False
    return row.asks_on <= clock.today(session) and matters.acts_for(session, actor, holder_of(row))


def units_to_designate(session: Session, actor: Actor, row: Concern) -> list[tuple[int, str]]:
    """The branches of the township, and itself, that it does not go past."""
    unit = session.get_one(Unit, row.unit_id)
    barred = (unit.branch_id or unit.id) if row.past == Past.SECRETARY else None
    below = register.names_below(session, actor, row.township_id)
    return [(each.id, each.whole_name) for each in below if each.kind != UnitKind.GROUP and each.id != barred]
