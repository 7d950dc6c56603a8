"""The list of votes, a vote that is called, and everything about one."""

from typing import Annotated, Any

from fastapi import Query, Response

from services.assessment.ballots import actions, queries
from services.assessment.ballots.actions import in_proposed_order
from services.assessment.ballots.rules import (
    BallotStage,
    BallotStep,
    Left,
    Result,
    Standing,
    VoteKind,
    Way,
    differences,
    unknown_among,
)
from services.assessment.ballots.schemas import Calling
from services.assessment.cases.schemas import HappeningSeen
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.files import KINDS
from shared.people import UnitKind
from shared.shapes import ID_MAX
from shared.web import Html, Paged, Pages, Sent, Signed, Unit, Viewed
from shared.web.files import PaperVersion, taken

pages = Pages()
LIST = "/assessment/ballots"
STAGES = {stage.value: stage.chinese for stage in BallotStage}
Chosen = Annotated[int, Query(ge=0, le=ID_MAX)]
OF_BRANCH = (VoteKind.GENERAL, VoteKind.ADMISSION, VoteKind.BRANCH_COMMITTEE, VoteKind.COMMITTEE_ELECTION)


@pages.get("/ballots")
def listed(view: Viewed, actor: Signed, session: Unit, paging: Paged) -> Html:
    """What one counts oneself, then every vote that one sees, the newest first."""
    rows = queries.ballots(session, actor, after=paging.after, limit=paging.limit)
    return view.show(
        "ballots/ballots.html",
        rows=rows,
        mine=queries.to_count(session, actor),
        calls=bool(queries.rooms_of(session, actor)),
        stages=STAGES,
        kinds={kind.value: kind.chinese for kind in VoteKind},
        results={result.value: result.chinese for result in Result},
        next=rows[-1][0].id if len(rows) == paging.limit else None,
    )


@pages.get("/ballots/new")
def new(view: Viewed, actor: Signed, session: Unit, unit_id: Chosen = 0) -> Html:
    """Where, what, when; and for an election who stands, in a proposed order."""
    rooms = queries.rooms_of(session, actor)
    unit = next((each for each in rooms if each.id == unit_id), None)
    today = clock.today(session)
    branch_id = (unit.branch_id or unit.id) if unit else 0
    whose = unit.id if unit and unit.kind == UnitKind.GROUP else branch_id
    people = queries.eligible(session, whose, today) if unit else []
    group = unit is not None and unit.kind == UnitKind.GROUP
    kinds = (VoteKind.LEADER_ELECTION,) if group else OF_BRANCH
    return view.show(
        "ballots/new.html",
        rooms=[(each.id, each.whole_name) for each in rooms],
        unit=unit,
        group=group,
        kinds=[(kind.value, kind.chinese) for kind in kinds],
        people=queries.by_name(people),
        today=today,
    )


@pages.post("/ballots")
def call(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Call a vote; the names stand in the order of their strokes until the branch puts them in its own."""
    unit_id = next(iter(form.numbers("unit_id")), 0)
    chosen = form.numbers("candidates")
    seats = next(iter(form.numbers("seats")), 0)
    asked = form.read(Calling, unit_id=unit_id, seats=seats, candidates=chosen)
    asked = asked.model_copy(update={"candidates": in_proposed_order(session, asked.candidates)})
    row = actions.call(session, actor, asked)
    return view.to(f"{LIST}/{row.id}", said="已发起投票。可以打印选票，开会那天在这里开始。")


@pages.get("/ballots/{ballot_id}")
def ballot(view: Viewed, actor: Signed, session: Unit, ballot_id: int) -> Html:
    """Everything about a vote, with the steps that are open as forms."""
    row = queries.ballot(session, actor, ballot_id)
    one = row[0]
    seen = queries.whole_of(session, actor, row)
    counts = queries.counts_of(session, actor, one) if seen.stage not in {"called", "open"} else []
    belong = queries.belong(session, one.branch_id, one.held_on) if seen.steps else []
    stand = {each.person_id for each in seen.options}
    return view.show(
        "ballots/ballot.html",
        one=seen,
        counts=counts,
        compared=compared(seen, counts, names_in(seen)),
        counting=one.stage in {"open", "differs"} and queries.teller_of(session, one.id, actor.person_id) is not None,
        again=[each for each in queries.announced(session, one.id) if each.Announced.stands_again],
        decides=one.among_tied,
        belong=[(who, called) for who, called in queries.by_name(belong) if who not in stand],
        unknown=unknown_among(each.name for each in seen.options) if seen.steps else [],
        proposed=proposal(session, actor, seen),
        today=clock.today(session),
        history=[HappeningSeen.of(each) for each in queries.history(session, actor, one.id)],
        **words(),
    )


@pages.get("/ballots/{ballot_id}/papers/{printed}")
def paper(  # noqa: PLR0917  FastAPI passes them by name
    actor: Signed,
    session: Unit,
    ballot_id: int,
    printed: actions.Paper,
    form: actions.PaperForm = "docx",
    version: PaperVersion = 0,
) -> Response:
    """A paper of a vote, in Word, in the office's own form where one is in use; or as PDF."""
    made = actions.take_paper(session, actor, ballot_id, printed, form=form, version=version)
    return taken(session, made.data, KINDS[made.form], made.name)


def words() -> dict[str, Any]:
    """The words of a vote's page."""
    return {
        "stages": STAGES,
        "kinds": {kind.value: kind.chinese for kind in VoteKind},
        "ways": {way.value: way.chinese for way in Way},
        "results": {result.value: result.chinese for result in Result},
        "left_words": {left.value: left.chinese for left in Left},
        "standings": {standing.value: standing.chinese for standing in Standing},
        "step_words": {step.value: step.chinese for step in BallotStep},
    }


def proposal(session: Session, _actor: Actor, seen: Any) -> list[str]:  # noqa: ANN401  a vote as it is shown
    """The names in the order of their strokes, where that is another than theirs."""
    if seen.stage != BallotStage.CALLED:
        return []
    order = in_proposed_order(session, [each.person_id for each in seen.options])
    names = {each.person_id: each.name for each in seen.options}
    return [names[who] for who in order] if order != list(names) else []


def names_in(seen: Any) -> dict[int, str]:  # noqa: ANN401  as above
    """The names of everybody who may stand in a count."""
    return {each.person_id: each.name for each in (*seen.voters, *seen.options)} | {0: "本件事"}


FIELDS = {
    "present": "实到人数",
    "issued": "发出票",
    "returned": "收回票",
    "valid": "有效票",
    "invalid": "废票",
    "yes_written": "书面意见（赞成）",
    "no_written": "书面意见（反对）",
}
VOTED = {"yes": "赞成", "no": "反对", "neither": "弃权", "other": "另选得票"}


def field_word(name: str, names: dict[int, str]) -> str:
    """A figure of a count in words: 许安：赞成."""
    kind, _, who = name.partition(".")
    return FIELDS[name] if name in FIELDS else f"{names.get(int(who), '')}：{VOTED[kind]}"


def compared(seen: Any, counts: Any, names: dict[int, str]) -> list[tuple[str, int, int]]:  # noqa: ANN401  as above
    """Where two counts differ, in words; empty where they agree, or not both are in."""
    if seen.stage != BallotStage.DIFFERS:
        return []
    one, other = (queries.as_figures(each) for each in counts)
    return [(field_word(name, names), first, second) for name, first, second in differences(one, other)]
