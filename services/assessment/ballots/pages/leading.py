"""What whoever leads a vote does: put the paper in order, open it, let it be counted again, announce, vote anew."""

from fastapi import Response

from services.assessment.ballots import actions, queries
from services.assessment.ballots.pages.ballots import LIST
from services.assessment.ballots.rules import CHAIR, BallotStage, BallotStep, Left, VoteKind
from services.assessment.ballots.schemas import (
    Arranging,
    Because,
    Deciding,
    Opening,
    Repeating,
    Replacing,
    SlipFor,
)
from services.assessment.ballots.schemas import LeftOut as LeftOutShape
from shared.errors import NotYours
from shared.settings import settings
from shared.web import Form, Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages()
OUT, PLACE, DIGITS = "out.", "place.", 18


def _back(view: Viewed, ballot_id: int, said: str) -> Response:
    return view.to(f"{LIST}/{ballot_id}", said=said)


@pages.post("/ballots/{ballot_id}/orders")
def arrange(view: Viewed, actor: Signed, session: Unit, ballot_id: int, form: Sent) -> Response:
    """The paper in the order of the numbers that were typed."""
    row = queries.ballot(session, actor, ballot_id)[0]
    people = [each.person_id for each in queries.options_of(session, row.id)]
    places = {who: next(iter(form.numbers(f"{PLACE}{who}")), len(people)) for who in people}
    ordered = sorted(people, key=lambda who: places[who])
    row = actions.arrange(session, actor, ballot_id, form.read(Arranging, candidates=ordered))
    return _back(view, row.id, "已按您排的次序。")


@pages.get("/ballots/{ballot_id}/opening")
def opening(view: Viewed, actor: Signed, session: Unit, ballot_id: int) -> Html:
    """Who should be present, with whoever does not count among them; and who counts the papers."""
    row = queries.ballot(session, actor, ballot_id)
    one = row[0]
    if not actor.roles_over(one.unit_id, one.branch_id, one.township_id) & CHAIR:
        raise NotYours("投票由支部书记、党小组长主持；支部没有书记的，由组织委员主持。")
    stand = queries.candidates(session, one.id)
    belong = queries.belong(session, one.branch_id, one.held_on)
    return view.show(
        "ballots/opening.html",
        one=one,
        unit=row.unit,
        opens=BallotStep.OPEN in queries.open_steps(session, actor, one),
        stage=BallotStage(one.stage).chinese,
        voters=queries.by_name(queries.with_a_vote(session, one.unit_id, VoteKind(one.kind), one.held_on)),
        tellers=[(who, called) for who, called in queries.by_name(belong) if who not in stand],
        reasons=[(left.value, left.chinese) for left in Left if one.kind != VoteKind.BRANCH_COMMITTEE],
    )


@pages.post("/ballots/{ballot_id}/openings")
def open_ballot(view: Viewed, actor: Signed, session: Unit, ballot_id: int, form: Sent) -> Response:
    """The meeting begins."""
    row = actions.open_ballot(session, actor, ballot_id, asked_opening(form))
    return _back(view, row.id, f"已开始投票，应到会{row.expected}人。计票人各自填写，互相看不到。")


def asked_opening(form: Form) -> Opening:
    """The opening as the form has it: for all who are left out one approval."""
    tellers = [next(iter(form.numbers(name)), 0) for name in ("first_teller", "second_teller")]
    out = [
        form.read(LeftOutShape, person_id=_number(name.removeprefix(OUT)), why=why)
        for name, why in form.entries
        if name.startswith(OUT) and why
    ]
    return form.read(Opening, tellers=tellers, left_out=out)


def _number(sent: str) -> int:
    """Whose field it is; 0, which nobody is, of one that this page did not make."""
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) <= DIGITS else 0


@pages.post("/ballots/{ballot_id}/recounts")
def recount(view: Viewed, actor: Signed, session: Unit, ballot_id: int, form: Sent) -> Response:
    """Both count anew."""
    row = actions.recount(session, actor, ballot_id, form.read(Because).reason)
    return _back(view, row.id, "请两名计票人重新计票，各自填写。")


@pages.post("/ballots/{ballot_id}/declarations")
def declare(view: Viewed, actor: Signed, session: Unit, ballot_id: int) -> Response:
    """Announce it."""
    row = actions.declare(session, actor, ballot_id)
    return _back(view, row.id, f"已记录：{BallotStage(row.stage).chinese}。")


@pages.post("/ballots/{ballot_id}/refusals")
def refuse(view: Viewed, actor: Signed, session: Unit, ballot_id: int, form: Sent) -> Response:
    """Do not accept a count."""
    row = actions.refuse(session, actor, ballot_id, form.read(Because).reason)
    return _back(view, row.id, "已记录不认可的原因；这次的计票不会改动，请另行投票。")


@pages.post("/ballots/{ballot_id}/repetitions")
def again(view: Viewed, actor: Signed, session: Unit, ballot_id: int, form: Sent) -> Response:
    """Vote anew."""
    row = actions.again(session, actor, ballot_id, form.read(Repeating))
    return _back(view, row.id, "这是另一次投票，请重新打印选票、开始投票。")


@pages.post("/ballots/{ballot_id}/decisions")
def decide(view: Viewed, actor: Signed, session: Unit, ballot_id: int, form: Sent) -> Response:
    """Whom the branch decided on."""
    row = actions.decide(session, actor, ballot_id, form.read(Deciding, people=form.numbers("people")))
    return _back(view, row.id, "已记录支部的决定。")


@pages.post("/ballots/{ballot_id}/vacancies")
def leave(view: Viewed, actor: Signed, session: Unit, ballot_id: int, form: Sent) -> Response:
    """Let seats be empty."""
    row = actions.leave(session, actor, ballot_id, form.read(Because).reason)
    return _back(view, row.id, "已记录，名额空着。")


@pages.post("/ballots/{ballot_id}/endings")
def end(view: Viewed, actor: Signed, session: Unit, ballot_id: int, form: Sent) -> Response:
    """End it."""
    row = actions.end(session, actor, ballot_id, form.read(Because).reason)
    return _back(view, row.id, "投票已终止。")


@pages.post("/ballots/{ballot_id}/tellers")
def replace_teller(view: Viewed, actor: Signed, session: Unit, ballot_id: int, form: Sent) -> Response:
    """Another counts."""
    place = next(iter(form.numbers("place")), 0)
    who = next(iter(form.numbers("person_id")), 0)
    row = actions.replace_teller(session, actor, ballot_id, form.read(Replacing, place=place, person_id=who))
    return _back(view, row.id, "已换计票人，由他从头计票。")


@pages.post("/ballots/{ballot_id}/slips")
def make_slip(view: Viewed, actor: Signed, session: Unit, ballot_id: int, form: Sent) -> Html:
    """A slip for whoever has no account; its word is on this page and nowhere else."""
    place = next(iter(form.numbers("place")), 0)
    code = actions.make_slip(session, actor, ballot_id, form.read(SlipFor, place=place))
    row = queries.ballot(session, actor, ballot_id)
    teller = next(each for each in queries.tellers_of(session, ballot_id) if each.Teller.place == place)
    here = view.request.url
    where = settings().public_url.rstrip("/") or f"{here.scheme}://{here.netloc}"
    return view.show("ballots/slip.html", one=row[0], unit=row.unit, name=teller.name, code=code, where=where)
