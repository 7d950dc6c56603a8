"""What a regrouping means, in sentences: for duties, for an assessment that is under way, for the advised sizes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.activities.register.rules.posts import Kind
from services.activities.register.rules.regrouping import Regrouping, Size, Year, day_said
from shared.roles import Role
from shared.rulebase import Direction, Rules

SIZES = ("group.size_min", "group.size_max")


@dataclass(frozen=True, slots=True)
class Outlook:
    """A regrouping and what it means."""

    plan: Regrouping
    consequences: tuple[str, ...]
    warnings: tuple[str, ...]


def outlook(plan: Regrouping, rules: Rules, years: Sequence[Year], in_branch: Sequence[tuple[int, str]]) -> Outlook:
    """What a regrouping means under the rules of its day, with the assessments that are under way.

    `in_branch`: who holds which post in the branch that they come from, as (person, word).
    """
    said = (*warnings(plan, rules), *posts_left_behind(plan, in_branch))
    return Outlook(plan, tuple(consequences(plan, years)), said)


def posts_left_behind(plan: Regrouping, in_branch: Sequence[tuple[int, str]]) -> Iterable[str]:
    """Posts in a branch whose holder goes to another branch: they stay until the office ends them."""
    branch = plan.groups[0]
    leaving = {each.person_id: each for each in plan.transfers if plan.wanted[each.to].branch_id != branch.branch_id}
    for person_id, post in in_branch:
        if person_id in leaving:
            yield f"{leaving[person_id].name}仍是{branch.branch_name}的{post}，随组划转后请另行办理。"


def consequences(plan: Regrouping, years: Sequence[Year]) -> Iterable[str]:
    """What it means for duties and for an assessment that is under way, in sentences."""
    on, new = plan.on, plan.founded
    names = "、".join(each.name for each in new)
    if new and on.day == 1:
        yield f"{names}从{on.year}年{on.month}月起承担每月的组织生活。"
    elif new:
        yield f"{names}从下个月起承担每月的组织生活；设立的当月不作要求（从每月1日起调整，当月就由新组承担）。"
    if new:
        yield "按半年、全年要求的组织生活，新党小组存续满一半以上整月的才作要求。"
    for group in plan.dissolved:
        yield f"{group.said}自{day_said(on)}起撤销，撤销前的记录留在原党小组，可以查阅，以后不再要求它开展活动。"
    for each in years:
        who = "、".join(each.leaders)
        yield (
            f"{each.year}年度考核已启动：{who}的考核继续按启动时的名册办理，职务变动不影响已建立的考核。"
            if who
            else f"{each.year}年度考核已启动：新党小组不在这次考核的名册里。"
        )


def warnings(plan: Regrouping, rules: Rules) -> Iterable[str]:
    """Where the result is not as the rule set advises: said, and left to the office."""
    for size in plan.sizes:
        yield from size_warnings(size, rules)
    for name in unled(plan):
        yield f"{name}没有党小组长，请按程序产生后任命。"
    full = {member.id for group in plan.groups for member in group.members if member.kind == Kind.FULL}
    for each in plan.begun:
        if each.kind is Role.LEADER and each.person_id not in full and "leader.full_member" in rules.by_key:
            yield f"{each.name}是预备党员；{rules.rule('leader.full_member').said()}。"


def unled(plan: Regrouping) -> Iterable[str]:
    """The groups that will have no leader."""
    gone = {each.post_id for each in plan.ended}
    led = {
        group.id for group in plan.groups for post in group.posts if post.kind == Role.LEADER and post.id not in gone
    }
    led_anew = {each.to for each in plan.begun if each.kind is Role.LEADER}
    kept = {each.id for each in plan.wanted}
    yield from (each.name for at, each in enumerate(plan.wanted) if at not in led_anew and each.id not in led)
    yield from (group.name for group in plan.groups if group not in plan.dissolved and group.id not in led | kept)


def size_warnings(size: Size, rules: Rules) -> Iterable[str]:
    """A group of fewer or more than the rule set advises."""
    for key in SIZES:
        rule = rules.by_key.get(key)
        if rule is None or rule.number is None or not size.after:
            continue
        short = rule.direction is Direction.AT_LEAST and size.after < rule.number
        if short or (rule.direction is Direction.AT_MOST and size.after > rule.number):
            yield f"{size.name}调整后{size.after}人，{'少于' if short else '多于'}规定：{rule.said()}。"
