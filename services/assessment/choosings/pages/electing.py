"""The groups of a branch that elect: called together, begun together on the day, handed in together."""

from collections.abc import Sequence
from typing import Any

from fastapi import Response

from services.assessment.ballots import queries as ballots
from services.assessment.ballots.rules import BallotStage
from services.assessment.choosings import actions, queries
from services.assessment.choosings.pages.choosing import LIST, STAGES
from services.assessment.choosings.pages.renewing import came, groups_said
from services.assessment.choosings.rules import ChoosingStage
from services.assessment.choosings.schemas import ElectionsTogether, OpeningsTogether, TakenTogether
from shared import clock
from shared.errors import Invalid
from shared.web import Form, Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/choosings/branches/{branch_id}")
TELLERS = ("first_teller", "second_teller")


@pages.get("/elections")
def of_branch(view: Viewed, actor: Signed, session: Unit, branch_id: int) -> Html:
    """What the groups of a branch have to elect, each with its electorate; what was called; what was counted."""
    (branch,) = queries.branches_to_renew(session, actor.acting, [branch_id])
    actions.refuse_unless_for_branch(session, actor, branch_id, 0)
    rows, today = queries.elections_of(session, actor, branch_id), clock.today(session)
    members = queries.candidates(session, rows[0][0], today) if rows else []
    called = [row for row in rows if row[0].stage == ChoosingStage.CALLED]
    return view.show(
        "choosings/elections.html",
        branch=branch.whole_name,
        here=f"{LIST}/branches/{branch_id}",
        branch_id=branch_id,
        drafts=[row for row in rows if row[0].stage == ChoosingStage.DRAFT],
        called=called,
        begins=[row for row in called if row.Ballot and _begins(row.Ballot, today)],
        counted=[row for row in rows if row[0].stage == ChoosingStage.COUNTED],
        electorate={row[0].id: [each for each in members if each.unit_id == row[0].group_id] for row in rows},
        tellers=ballots.by_name(ballots.belong(session, branch_id, today)),
        votes={stage.value: stage.chinese for stage in BallotStage},
        stages=STAGES,
        today=today,
    )


def _begins(vote: Any, today: Any) -> bool:  # noqa: ANN401  a row of the queries
    """Whether it is called, and its day has come."""
    return bool(vote.stage == BallotStage.CALLED and vote.held_on <= today)


@pages.post("/elections")
def call_together(view: Viewed, actor: Signed, session: Unit, branch_id: int, form: Sent) -> Response:
    """Call those for which somebody is chosen as a candidate; where it is said who counts, they begin too."""
    rows = _waiting(session, actor, branch_id, ChoosingStage.DRAFT)
    asked = [
        {"choosing_id": each, "candidates": chosen, "tellers": _tellers(form, f".{each}")}
        for each in (row[0].id for row in rows)
        if (chosen := form.numbers(f"candidates.{each}"))
    ]
    if not asked:
        raise Invalid("请至少为一个党小组勾选候选人。")
    outcomes = actions.call_together(session, actor, form.read(ElectionsTogether, rows=asked, tellers=_tellers(form)))
    return came(view, outcomes, _there(branch_id), "已召集{n}个党小组的选举", groups_said(rows))


@pages.post("/openings")
def open_together(view: Viewed, actor: Signed, session: Unit, branch_id: int, form: Sent) -> Response:
    """Let those begin that are ticked."""
    rows, ticked = _waiting(session, actor, branch_id, ChoosingStage.CALLED), form.numbers("choosing_ids")
    if not ticked:
        raise Invalid("请勾选要开始投票的党小组。", field="choosing_ids")
    asked = [{"choosing_id": each, "tellers": _tellers(form, f".{each}")} for each in ticked]
    outcomes = actions.open_together(session, actor, form.read(OpeningsTogether, rows=asked, tellers=_tellers(form)))
    return came(view, outcomes, _there(branch_id), "已开始{n}个党小组的投票", groups_said(rows))


@pages.post("/results")
def submit_several(view: Viewed, actor: Signed, session: Unit, branch_id: int, form: Sent) -> Response:
    """Hand those in that are ticked."""
    rows, ticked = _waiting(session, actor, branch_id, ChoosingStage.COUNTED), form.numbers("choosing_ids")
    if not ticked:
        raise Invalid("请勾选要上报的党小组。", field="choosing_ids")
    outcomes = actions.submit_several(session, actor, form.read(TakenTogether, choosing_ids=ticked).choosing_ids)
    return came(view, outcomes, _there(branch_id), "已上报{n}个党小组的选举结果", groups_said(rows))


def _waiting(session: Unit, actor: Signed, branch_id: int, stage: ChoosingStage) -> Sequence[Any]:
    """What stands there in a branch, for whoever acts for it."""
    actions.refuse_unless_for_branch(session, actor, branch_id, 0)
    return [row for row in queries.elections_of(session, actor, branch_id) if row[0].stage == stage]


def _there(branch_id: int) -> str:
    return f"{LIST}/branches/{branch_id}/elections"


def _tellers(form: Form, of: str = "") -> list[int] | None:
    """The two who are chosen to count; None where neither is. `of`: the end of their names, in a group of its own."""
    found = [next(iter(form.numbers(f"{name}{of}")), 0) for name in TELLERS]
    if any(found) and not all(found):
        raise Invalid("计票人要选两名，还差一名。", field=f"{TELLERS[found.index(0)]}{of}")
    return found if all(found) else None
