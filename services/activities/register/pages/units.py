"""The tree of units, a unit with its members, posts and history; founded and renamed."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from fastapi.responses import Response

from services.activities.register import actions, queries
from services.activities.register.actions import KEEPS_REGISTER, WHERE
from services.activities.register.rules.ending import end_said
from services.activities.register.rules.regrouping import day_said
from services.activities.register.rules.words import (
    ARRANGED_SAID,
    CHANGES_SAID,
    CIRCUMSTANCES_SAID,
    DUTIES_SAID,
    MEMBERS_SAID,
)
from services.activities.register.schemas import NewName, NewPost, NewUnit, PostEnding, Succession
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.people import Unit as Place
from shared.people import UnitKind
from shared.roles import SINGLE, Role
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/register")
HERE = "/activities/register"
NEXT = timedelta(days=1)
SAID = {
    "arranged": ARRANGED_SAID,
    "changes": CHANGES_SAID,
    "circumstances": CIRCUMSTANCES_SAID,
    "duties": DUTIES_SAID,
    "members": MEMBERS_SAID,
}


@pages.get("")
def tree(view: Viewed, actor: Signed, session: Unit) -> Html:
    """The units in reach, each below the one that it belongs to."""
    actor = actor.acting
    units = queries.tree(session, actor)
    counts = queries.members_count(session, actor)
    keeps = [unit for unit in units if unit.kind == UnitKind.TOWNSHIP and actor.roles_over(unit.id) & KEEPS_REGISTER]
    return view.show(
        "register/tree.html",
        units=units,
        counts=counts,
        keeps=keeps,
        between=bool(keeps and queries.other_townships(session, keeps[0].id)),
    )


@pages.get("/units/{unit_id}")
def unit(view: Viewed, unit_id: int, actor: Signed, session: Unit) -> Html:
    """A unit: who belongs to it, who holds its posts, what happened to it."""
    found, today = queries.unit_in_reach(session, actor, unit_id), clock.today(session)
    roles = actor.roles_over(found.id, found.branch_id, found.township_id)
    kind = UnitKind(found.kind)
    members = [] if kind is UnitKind.TOWNSHIP else queries.members_on(session, actor, unit_id, today)
    planned = queries.planned(session, actor, unit_id)
    below = [each for each in queries.tree(session, actor, below=unit_id) if each.id != unit_id]
    return view.show(
        "register/unit.html",
        unit=found,
        above=queries.unit_above(session, actor, found),
        below=below,
        former=[each for each in queries.below_ever(session, actor, unit_id) if each.dissolved_on],
        members=members,
        **_hub(session, actor, found, members, below),
        groups={each.id: each.name for each in below},
        holders=queries.holders(session, actor, unit_id, on=today),
        stand_ins=queries.stand_ins(session, actor, unit_id=unit_id),
        candidates=queries.candidates(session, actor, found, cadres=kind is UnitKind.BRANCH),
        planned=planned,
        cares=kind is not UnitKind.GROUP and bool(roles & {Role.SECRETARY, Role.ORGANISER, Role.COMMITTEE}),
        called=[f"{each.name}（{day_said(each.until)}以前）" for each in queries.former_names(session, unit_id)],
        withdraws={
            each.id
            for each in planned
            if actor.roles_over(each.branch_id, found.township_id or found.id) & KEEPS_REGISTER
        },
        turns=queries.acts_ahead(session, actor, unit_id),
        taking=queries.posts_ahead(session, actor, unit_id, today),
        history=queries.history(session, actor, unit_id),
        keeps=bool(roles & KEEPS_REGISTER),
        appoints=bool(roles & actions.APPOINTS[kind]) and kind is not UnitKind.TOWNSHIP,
        concerned=bool(roles & actions.APPOINTS[kind]) and kind is UnitKind.TOWNSHIP,
        posts=[(role, role.chinese) for role in Role if role in WHERE[kind]],
        said=SAID,
        roles={role: role.chinese for role in Role},
        single=SINGLE,
        today=today,
    )


def _cards(session: Session, actor: Actor, unit: Place, below: Sequence[Place]) -> dict[int, str]:
    """What the card of each unit below says: who leads it, and how many belong to it."""
    holders = queries.holders(session, actor, unit.id, on=clock.today(session), below=True)
    leads = {each.unit_id: each.name for each in holders if each.kind in (Role.LEADER, Role.SECRETARY)}
    counts = Counter(queries.members_count(session, actor))
    for each in below:
        if each.kind == UnitKind.GROUP and each.branch_id:
            counts[each.branch_id] += counts[each.id]
    words = {UnitKind.BRANCH: "书记", UnitKind.GROUP: "组长"}
    return {
        each.id: f"{words.get(UnitKind(each.kind), '')}{leads.get(each.id, '空缺')}，{counts[each.id]}人"
        for each in below
    }


def _hub(
    session: Session, actor: Actor, unit: Place, members: Sequence[object], below: Sequence[Place]
) -> dict[str, Any]:
    """Its size against the rule, facts that are not written down, what does not fit, and cards of what is below."""
    today = clock.today(session)
    return {
        "cards": _cards(session, actor, unit, below),
        "size": queries.size_of(session, unit, members, today),
        "lacking": queries.lacking(session, actor, unit.id, today),
        "terms": [] if unit.kind == UnitKind.TOWNSHIP else queries.terms_of(session, unit),
        "amiss": [] if unit.kind == UnitKind.TOWNSHIP else queries.amiss(session, actor, unit, today),
    }


@pages.post("/townships/{township_id}/branches")
def found_branch(view: Viewed, township_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Set up a branch."""
    asked = form.read(NewUnit)
    made = actions.found_branch(session, actor, township_id, asked.name, founded_on=asked.founded_on)
    return view.to(f"{HERE}/units/{made.id}", said="党支部已设立。")


@pages.post("/branches/{branch_id}/groups")
def found_group(view: Viewed, branch_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Set up a group."""
    asked = form.read(NewUnit)
    made = actions.found_group(session, actor, branch_id, asked.name, founded_on=asked.founded_on)
    return view.to(f"{HERE}/units/{made.id}", said="党小组已设立。")


@pages.post("/units/{unit_id}/names")
def rename(view: Viewed, unit_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Give a unit another name."""
    asked = form.read(NewName)
    actions.rename_unit(session, actor, unit_id, asked.name, on=asked.on)
    ahead = asked.on is not None and asked.on > clock.today(session)
    said = "已安排更名，到那一天生效；在那之前可以撤回。" if ahead else "名称已更改，原来的名称和日期都留着。"
    return view.to(f"{HERE}/units/{unit_id}", said=said)


@pages.post("/units/{unit_id}/posts")
def appoint(view: Viewed, unit_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Somebody takes up a post."""
    asked = form.read(NewPost)
    actions.appoint(
        session,
        actor,
        asked.person_id,
        unit_id,
        asked.kind,
        starts_on=asked.starts_on,
        duties=asked.duties,
        taken_over_why=asked.taken_over_why,
    )
    return view.to(f"{HERE}/units/{unit_id}", said="任职已登记。")


@pages.post("/posts/{post_id}/successions")
def hand_over(view: Viewed, post_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Another takes a post over, on a day."""
    asked = form.read(Succession)
    post = actions.hand_over(session, actor, post_id, asked.person_id, starts_on=asked.starts_on, reason=asked.reason)
    first = post.starts_on
    said = f"接任已登记：原任做到{day_said(first - NEXT)}，接任的从{day_said(first)}起；还没有到的日子可以撤回。"
    return view.to(f"{HERE}/units/{post.unit_id}", said=said)


@pages.post("/posts/{post_id}/withdrawals")
def call_off(view: Viewed, post_id: int, actor: Signed, session: Unit) -> Response:
    """A post that was to be taken up later is not."""
    done = actions.call_off(session, actor, post_id)
    return view.to(f"{HERE}/units/{done.post.unit_id}", said=f"已撤回。{done.said}")


@pages.post("/posts/{post_id}/endings")
def end_post(view: Viewed, post_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Somebody leaves a post."""
    asked = form.read(PostEnding)
    post = actions.end_post(session, actor, post_id, ends_on=asked.first_day_off, reason=asked.reason)
    said = end_said(post.starts_on, post.ends_on or post.starts_on, "不再担任")
    return view.to(f"{HERE}/units/{post.unit_id}", said=f"已免去这个职务，{said}")
