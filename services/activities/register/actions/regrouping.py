"""Groups split, merged or moved: planned and shown, then written as planned, in one transaction."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import insert, text

from services.activities.register import queries
from services.activities.register.actions.people import follow_people
from services.activities.register.actions.posts import begin, check_apart, cut, refuse_officers
from services.activities.register.actions.standing_down import OF_GROUP, cut_standing_in
from services.activities.register.actions.units import KEEPS_REGISTER, changed, require
from services.activities.register.rules.pinyin import unit_key
from services.activities.register.rules.regrouping import (
    Asked,
    Dissolve,
    Group,
    Merge,
    Move,
    Regrouping,
    Year,
    day_said,
    plan_regrouping,
    wanted_by,
)
from services.activities.register.rules.regrouping_said import Outlook, outlook
from shared import clock, rule_versions
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.events import GroupsRegrouped
from shared.people import Membership, Unit, UnitKind
from shared.roles import Role

AHEAD = timedelta(days=366)
"""How long before its day a regrouping may be arranged."""
LEAVE = text("""
    update office.membership set ends_on = :on
    where ends_on is null and person_id = any(:people) returning person_id, kind""")


def preview_regrouping(session: Session, actor: Actor, asked: Asked) -> Outlook:
    """What splitting, merging or moving groups would mean; nothing is written."""
    return _plan(session, actor, asked, latest=clock.today(session) + AHEAD, locked=False)


def plan_ahead(session: Session, actor: Actor, asked: Asked) -> Outlook:
    """The same with the groups held, for a day to come; nothing is written."""
    return _plan(session, actor, asked, latest=clock.today(session) + AHEAD, locked=True)


def regroup(session: Session, actor: Actor, asked: Asked) -> Outlook:
    """Split, merge or move groups, planned anew in this transaction; one at a time in a township."""
    found = _plan(session, actor, asked, latest=clock.today(session), locked=True)
    plan = found.plan
    _dissolve(session, plan)
    units = _found(session, plan)
    _transfer(session, plan, units)
    _hand_over(session, actor, plan, units)
    _tell(session, actor, plan, units)
    return found


def township_of(session: Session, actor: Actor, asked: Asked, *, locked: bool) -> Unit:
    """The township of the groups, held if it is to be changed, for whoever may regroup them."""
    ids = groups_named(asked)
    if not ids:
        raise Invalid("请选择党小组。", field="group_ids")
    first = queries.unit_in_reach(session, actor, min(ids), UnitKind.GROUP)
    township = queries.unit_in_reach(session, actor, first.township_id or 0, UnitKind.TOWNSHIP, locked=locked)
    require(actor, township, KEEPS_REGISTER)
    return township


def _plan(session: Session, actor: Actor, asked: Asked, *, latest: date, locked: bool) -> Outlook:
    township = township_of(session, actor, asked, locked=locked)
    groups = queries.groups_to_change(session, actor, groups_named(asked), locked=locked)
    branch = _branch(session, actor, asked, township, groups[0], locked=locked)
    wanted = wanted_by(asked, groups, branch)
    plan = plan_regrouping(
        asked,
        groups,
        wanted,
        latest=latest,
        taken=queries.group_names(session, actor, {each.branch_id for each in wanted}),
    )
    _check_posts(session, actor, plan)
    years = queries.years_under_way(session, actor, township.id, [group.id for group in groups])
    _refuse_open_cases(asked, years)
    held = queries.holders(session, actor, groups[0].branch_id, on=clock.today(session))
    in_branch = [(each.person_id, Role(each.kind).chinese) for each in held]
    return outlook(plan, rule_versions.rules_of(session, township.id, asked.on), years, in_branch)


def _check_posts(session: Session, actor: Actor, plan: Regrouping) -> None:
    """Who leads afterwards may: by regrouping nobody comes to a post that he could not be appointed to."""
    goes_on = {(post.person_id, post.kind) for group in plan.groups for post in group.posts}
    for each in plan.begun:
        check_apart(session, actor, each.person_id, each.name, each.kind, on=plan.on)
        if (each.person_id, each.kind) not in goes_on:
            refuse_officers(session, actor, each.person_id)


def _refuse_open_cases(asked: Asked, years: Sequence[Year]) -> None:
    """A group that is dissolved alone leaves nobody who would answer for its leader's year."""
    for each in years:
        if isinstance(asked, Dissolve) and asked.into is None and each.leaders:
            who = "、".join(each.leaders)
            raise Conflict(
                f"{each.year}年度考核还没有办结，{who}的考核在这个党小组。请办结后再撤销，或者选择编入的党小组。"
            )


def groups_named(asked: Asked) -> Sequence[int]:
    """The groups that are regrouped."""
    if isinstance(asked, Merge):
        return asked.group_ids
    return [asked.group_id] if not isinstance(asked, Dissolve) or asked.into is None else [asked.group_id, asked.into]


def _branch(
    session: Session, actor: Actor, asked: Asked, township: Unit, group: Group, *, locked: bool
) -> tuple[int, str]:
    """The branch in which the wanted groups are: a moved one goes to another of the same township."""
    if not isinstance(asked, Move):
        return group.branch_id, group.branch_name
    branch = queries.unit_in_reach(session, actor, asked.branch_id, UnitKind.BRANCH, shared=locked)
    if branch.id == group.branch_id:
        raise Invalid(f"{group.name}现在就在{branch.name}，请选择另一个党支部。", field="branch_id")
    if branch.dissolved_on is not None:
        said = f"{branch.name}已从{day_said(branch.dissolved_on)}起撤销，{group.name}不能划转到那里，请另选一个党支部。"
        raise Conflict(said, field="branch_id")
    if branch.township_id != township.id:
        raise Invalid("党小组只能在本乡镇的党支部之间划转。", field="branch_id")
    if asked.on <= branch.founded_on:
        raise Invalid(f"{branch.name}在这一天还没有成立。", field="on")
    return branch.id, branch.name


def _dissolve(session: Session, plan: Regrouping) -> None:
    """Groups in which nobody is left exist no more from the day on; their names are free."""
    for group in plan.dissolved:
        unit = queries.unit_to_change(session, group.id)
        unit.dissolved_on = plan.on
    session.flush()


def _found(session: Session, plan: Regrouping) -> list[Unit]:
    """The wanted groups in their order, those that are new founded on the day."""
    units = []
    for each in plan.wanted:
        above = queries.unit_to_change(session, each.branch_id)
        if each.id is not None:
            units.append(queries.unit_to_change(session, each.id))
            continue
        made = Unit(
            kind=UnitKind.GROUP,
            name=each.name,
            sort_key=unit_key(each.name),
            township_id=above.township_id,
            branch_id=above.id,
            founded_on=plan.on,
        )
        session.add(made)
        units.append(made)
    session.flush()
    return units


def _transfer(session: Session, plan: Regrouping, units: list[Unit]) -> None:
    """Memberships end and begin; each is found where he is now, and so is what keeps him away."""
    to = {each.person_id: units[each.to].id for each in plan.transfers}
    left = session.execute(LEAVE, {"on": plan.on, "people": list(to)})
    rows = [
        {"person_id": person_id, "unit_id": to[person_id], "kind": kind, "starts_on": plan.on}
        for person_id, kind in left
    ]
    if rows:
        session.execute(insert(Membership), rows)
    follow_people(session, [(person_id, unit_id, plan.on) for person_id, unit_id in to.items()])


def _hand_over(session: Session, actor: Actor, plan: Regrouping, units: list[Unit]) -> None:
    """Posts end with the group or with whoever leaves it, and begin where they are to; what is stood in for ends."""
    _end_standing_in(session, actor, plan)
    told: set[int] = set()  # each once, however many posts of his change
    for left in plan.ended:
        post, _ = queries.post_to_end(session, actor, left.post_id)
        cut(session, actor, post, plan.on, f"党小组{plan.sort.chinese}", told=left.person_id not in told)
        told.add(left.person_id)
    for each in plan.begun:
        first = each.person_id not in told
        begin(session, actor, each.person_id, units[each.to].id, each.kind, on=plan.on, told=first)
        told.add(each.person_id)


def _end_standing_in(session: Session, actor: Actor, plan: Regrouping) -> None:
    """Nobody stands in for a post of a group that is no more, or that he left."""
    why = f"党小组{plan.sort.chinese}"
    cut_standing_in(session, actor, plan.on, why, units=[group.id for group in plan.dissolved])
    for group in plan.groups:
        left = [each.person_id for each in plan.transfers if each.from_id == group.id]
        cut_standing_in(session, actor, plan.on, why, people=left, units=[group.id], kinds=OF_GROUP)


def _tell(session: Session, actor: Actor, plan: Regrouping, units: list[Unit]) -> None:
    """The history of each unit concerned, and one fact for the branches."""
    concerned = {unit.id: unit for unit in units}
    concerned |= {group.id: queries.unit_to_change(session, group.id) for group in plan.groups}
    for unit in concerned.values():
        changed(session, actor, unit, plan.sort, plan.on, others=[each for each in concerned if each != unit.id])
    moved = {unit.id: 0 for unit in concerned.values()}
    for each in plan.transfers:
        moved[units[each.to].id] += 1
        moved[each.from_id] += int(concerned[each.from_id].branch_id != units[each.to].branch_id)
    branches: dict[int, list[int]] = {}
    for unit in concerned.values():
        figures = branches.setdefault(unit.branch_id or 0, [0, 0])
        figures[0] += 1
        figures[1] += moved[unit.id]
    fact = GroupsRegrouped(
        unit_id=next(iter(concerned.values())).township_id or 0,
        sort=plan.sort,
        on=plan.on.isoformat(),
        branches=[[branch_id, *figures] for branch_id, figures in sorted(branches.items())],
    )
    announce(session, fact, by=actor)
