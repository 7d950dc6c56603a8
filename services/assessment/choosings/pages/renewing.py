"""换届: whole branches opened at once, a branch's nominations on one form, and the review of many."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from fastapi import Response

from services.assessment.cases.queries import branches_belonged_to
from services.assessment.choosings import actions, queries
from services.assessment.choosings.pages.choosing import LIST, STAGES
from services.assessment.choosings.rules import ChoosingStage, Verdict
from services.assessment.choosings.schemas import (
    ChoosingOutcomes,
    FiledTogether,
    NominatedTogether,
    Renewal,
    ReturnedTogether,
    TakenTogether,
)
from shared import clock
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfReach
from shared.roles import Role
from shared.web import Form, Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/choosings")
WITHIN = timedelta(days=60)
"""What the form proposes for a 换届: the office changes it as it likes."""
SHOWN = 5
ELSEWHERE = "别的一项"
STEPS = {
    "pass_on": (actions.pass_on_several, "已把{n}名人选报党委"),
    "agree": (actions.agree_to_several, "已同意{n}名人选，由组织委员备案"),
}


@pages.get("/renewals")
def renewals(view: Viewed, actor: Signed, session: Unit) -> Html:
    """The branches, those whose term ends first at the top."""
    today = clock.today(session)
    branches = queries.branches_of(session, actor.acting, today)
    return view.show("choosings/renewals.html", branches=branches, today=today, due_on=today + WITHIN)


@pages.post("/renewals")
def renew(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Let the choosings of whole branches begin."""
    asked = form.read(Renewal, branch_ids=form.numbers("branch_ids"), deputies=bool(form.text("deputies")))
    made = actions.renew(session, actor, asked)
    return view.to(LIST, said=f"已启动换届，共{made}项选配，各支部在待办里可以看到。")


@pages.get("/branches/{branch_id}")
def of_branch(view: Viewed, actor: Signed, session: Unit, branch_id: int) -> Html:
    """All that a branch has still to put forward, on one form."""
    rows = queries.drafts_of(session, actor, branch_id)
    if not rows:
        raise OutOfReach("这个支部没有待提出的人选，或者不在您的管理范围内。")
    today = clock.today(session)
    nominates = any("nominate" in queries.steps_open(session, actor, row[0]) for row in rows[:1])
    return view.show(
        "choosings/branch.html",
        rows=rows,
        branch=rows[0].branch,
        branch_id=branch_id,
        today=today,
        nominates=nominates,
        candidates=queries.candidates(session, rows[0][0], today),
    )


@pages.post("/branches/{branch_id}/nominations")
def nominate_together(view: Viewed, actor: Signed, session: Unit, branch_id: int, form: Sent) -> Response:
    """Put all of them forward by one resolution."""
    actions.refuse_unless_for_branch(session, actor, branch_id, 0)
    drafts = queries.drafts_of(session, actor, branch_id)
    chosen = [
        {"choosing_id": row[0].id, "person_id": picked}
        for row in drafts
        for picked in form.numbers(f"person.{row[0].id}")[:1]
    ]
    if not chosen:
        raise Invalid("请至少为一个党小组选定人选。")
    outcomes = actions.nominate_together(session, actor, form.read(NominatedTogether, rows=chosen).each())
    there = f"{LIST}/branches/{branch_id}" if outcomes.refused else LIST
    return came(view, outcomes, there, "已提交{n}名人选", groups_said(drafts))


@pages.get("/review")
def review(view: Viewed, actor: Signed, session: Unit) -> Html:
    """All that waits for review, branch by branch, with what does not simply fit."""
    rows = queries.to_review(session, actor.acting)
    own = branches_belonged_to(session, actor, clock.today(session))
    notes = {
        row[0].id: [ground for _, verdict, ground in row[0].checks or () if verdict != Verdict.PASS] for row in rows
    }
    steps = _steps(session, rows)
    return view.show("choosings/review.html", rows=rows, own=own, notes=notes, steps=steps, stages=STAGES)


def _steps(session: Session, rows: Sequence[Any]) -> set[str]:
    """By which steps these go on: agreed to, passed on to the committee, filed."""
    nods = {each: queries.nods_of(session, each) for each in {row[0].township_id for row in rows}}
    found = set()
    for one in (row[0] for row in rows):
        waits = one.stage == ChoosingStage.REVIEW and one.post in nods[one.township_id]
        found.add("agree" if one.stage == ChoosingStage.APPROVAL else "pass_on" if waits else "file")
    return found


@pages.post("/review")
def review_several(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """File those that are ticked, together or each by itself, hand them to the committee, agree, or send them back."""
    if not actor.units_as(Role.ORGANISER, Role.COMMITTEE):
        raise NotYours("审查备案由乡镇组织委员办理，您没有这个职务。")
    ticked, names = form.numbers("choosing_ids"), groups_said(queries.to_review(session, actor.acting))
    if not ticked:
        raise Invalid("请勾选要办理的人选。", field="choosing_ids")
    if form.text("step") == "return":
        said = {each: form.text(f"reason.{each}").strip() for each in ticked}
        own = [{"choosing_id": each, "reason": reason} for each, reason in said.items() if reason]
        asked = form.read(ReturnedTogether, choosing_ids=ticked, own=own)
        outcomes = actions.return_several(session, actor, asked.each())
        return came(view, outcomes, f"{LIST}/review", "已退回{n}名人选", names)
    if form.text("step") in STEPS:
        act, words = STEPS[form.text("step")]
        several = form.read(TakenTogether, choosing_ids=ticked)
        return came(view, act(session, actor, several.choosing_ids), f"{LIST}/review", words, names)
    return came(view, _filed(session, actor, form, ticked), f"{LIST}/review", "已备案{n}名人选", names)


def _filed(session: Unit, actor: Signed, form: Form, ticked: list[int]) -> ChoosingOutcomes:
    if form.text("step") == "each":
        return actions.file_several(session, actor, ticked)
    return actions.file_together(session, actor, form.read(FiledTogether, choosing_ids=ticked))


def groups_said(rows: Sequence[Any]) -> dict[int, str]:
    """The group of each choosing, by which a clerk knows it again."""
    return {row[0].id: f"{row.branch}{row.group}" for row in rows}


def came(view: Viewed, outcomes: ChoosingOutcomes, there: str, words: str, names: Mapping[int, str]) -> Response:
    """What came of several: how many went through, and of those that did not, which and why."""
    done = len(outcomes.rows) - outcomes.refused
    said = [words.format(n=done)] if done else []
    there_should_be = [
        f"{names.get(each.choosing_id, ELSEWHERE)}应到会{each.expected}人" for each in outcomes.rows if each.expected
    ]
    said += ["、".join(there_should_be)] if there_should_be else []
    refused: dict[str, list[str]] = {}
    for each in outcomes.rows:
        if each.problem:
            refused.setdefault(each.problem, []).append(names.get(each.choosing_id, ELSEWHERE))
    reasons = " ".join(f"{'、'.join(where[:SHOWN])}：{problem}" for problem, where in list(refused.items())[:SHOWN])
    said += [f"{outcomes.refused}项没有办成：{reasons}"] if refused else []
    return view.to(there, said="；".join(said).rstrip("。") + "。")
