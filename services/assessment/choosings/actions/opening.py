"""A choosing begins: by a person, or because a post is vacant."""

import json
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, text

from services.assessment.cases.actions.standing import refuse_unless_for_branch
from services.assessment.choosings import queries
from services.assessment.choosings.actions.moving import thing
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.queries import Vacancy
from services.assessment.choosings.rules import REPLACES, WAITS, Reason, way_of
from services.assessment.choosings.schemas import NewChoosing
from services.assessment.rectifications import actions as rectifications
from shared import clock, rule_versions, switches
from shared.access import SYSTEM, Actor
from shared.audit import announce_all
from shared.db import Session
from shared.errors import Conflict, OutOfOrder
from shared.events import ChoosingOpened
from shared.people import Unit
from shared.roles import Role
from shared.rulebase import Rules
from shared.systems import System
from shared.waiting import wait


def open_choosing(session: Session, actor: Actor, asked: NewChoosing) -> Choosing:
    """A post of a group is to be filled. Raises Conflict where somebody holds it, or is being chosen already."""
    group = queries.group_there(session, actor, asked.group_id)
    switches.require_on(session, System.CHOOSINGS, group.township_id)
    if not actor.roles_over(group.township_id) & {Role.ORGANISER, Role.SYSTEM}:
        refuse_unless_for_branch(session, actor, group.branch_id or group.id, 0)
    if group.dissolved_on is not None:
        raise OutOfOrder(f"{group.whole_name}已经撤销，不用再选。")
    holder = queries.post_of(session, group.id, asked.post, clock.today(session))
    if holder is not None and holder.ends_on is None and asked.reason not in REPLACES:
        name = queries.name_of(session, holder.person_id)
        raise Conflict(
            f"{name}正任{group.whole_name}{asked.post.chinese}，没有空缺；要换人的，选“换届”。", field="reason"
        )
    made = begin(
        session,
        actor,
        [planned(session, group, asked.post, asked.reason, None if holder is None else holder.person_id)],
    )
    if not made:
        raise Conflict(f"{group.whole_name}的{asked.post.chinese}正在选配，请在原来的一项里办理。", field="group_id")
    return session.get_one(Choosing, made[0].id)


def planned(session: Session, group: Unit, post: str, reason: Reason, former_id: int | None) -> dict[str, Any]:
    """The row of a choosing that begins today, due as a vacancy is (`leader.vacancy_days`)."""
    today = clock.today(session)
    rules = rule_versions.rules_of(session, group.township_id, today)
    return {
        "township_id": group.township_id,
        "branch_id": group.branch_id,
        "group_id": group.id,
        "post": post,
        "reason": reason,
        "due_on": today + timedelta(days=vacancy_days(rules)),
        "former_id": former_id,
        **by_rules(rules, today),
    }


def by_rules(rules: Rules, today: date) -> dict[str, Any]:
    """What a township's rules say of whatever begins today: by which way, and which rules they are."""
    return {"way": way_of(rules), "opened_on": today, "edition": rules.fingerprint}


def vacancy_days(rules: Rules) -> int:
    """Within how many days a vacancy is to be filled."""
    return rules.integer("leader.vacancy_days")


# Where one goes on for that post already, nothing is added.
BEGIN = text("""
    insert into assessment.choosing (township_id, branch_id, group_id, post, reason, way, opened_on, due_on, edition,
      former_id, replacement_id)
    select x.* from jsonb_to_recordset(cast(:rows as jsonb)) as x (township_id bigint, branch_id bigint,
      group_id bigint, post text, reason text, way text, opened_on date, due_on date, edition text,
      former_id bigint, replacement_id bigint)
    on conflict do nothing returning id, group_id, post, reason, due_on, stage""")


def begin(session: Session, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[Row[Any]]:
    """Let choosings begin, however many in a few statements; where one goes on for that post already, none is added.

    They are written in one order, whoever asks: two who begin the same ones at once wait one for the other, not both.
    """
    if not rows:
        return []
    ordered = sorted(rows, key=lambda row: (row["group_id"], row["post"]))
    written = session.execute(BEGIN, {"rows": json.dumps(ordered, default=date.isoformat)})
    made = sorted(written, key=lambda row: row.id)
    facts = [
        ChoosingOpened(
            unit_id=row.group_id,
            choosing_id=row.id,
            kind=row.post,
            why=row.reason,
            due_on=row.due_on.isoformat(),
        )
        for row in made
    ]
    announce_all(session, facts, by=actor)
    if made:
        wait(session, WAITS, made[0].stage, [thing(row) for row in made])
        adopt(session, [row.group_id for row in made])
    return made


def adopt(session: Session, groups: Collection[int]) -> None:
    """What goes on for these groups is for whoever follows a replaced leader too: it alone waits."""
    replacements = []
    for row, replacement_id in queries.to_adopt(session, groups):
        row.replacement_id = replacement_id
        replacements.append(replacement_id)
    if replacements:
        rectifications.leave_to_choosing(session, replacements)


def open_vacancies(session: Session, townships: Collection[int], groups: Collection[int] | None = None) -> None:
    """A choosing for each group without a leader, all in one statement. A deputy's post may stay vacant."""
    session.flush()
    today, found = clock.today(session), queries.vacancies(session, townships, groups)
    townships_found = {vacancy.township_id for vacancy in found}
    known = {each: rule_versions.rules_of(session, each, today) for each in townships_found}
    begin(session, SYSTEM, [_row(each, known[each.township_id], today) for each in found])


def _row(vacancy: Vacancy, rules: Rules, today: date) -> dict[str, Any]:
    return {
        "township_id": vacancy.township_id,
        "branch_id": vacancy.branch_id,
        "group_id": vacancy.group_id,
        "post": Role.LEADER,
        "reason": vacancy.reason,
        "due_on": vacancy.since + timedelta(days=vacancy_days(rules)),
        "former_id": vacancy.former_id,
        "replacement_id": vacancy.replacement_id,
        **by_rules(rules, today),
    }
