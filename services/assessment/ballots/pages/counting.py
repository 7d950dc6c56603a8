"""A teller's own page, on a phone: by his account, or by the word on a slip of paper."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request, Response

from services.assessment.ballots import actions, queries
from services.assessment.ballots.actions.counting import WRONG_SLIP
from services.assessment.ballots.pages.ballots import LIST
from services.assessment.ballots.rules import SINGLE, BallotStage
from services.assessment.ballots.schemas import VOTES_MAX, Counting, SlipCode, VotesFor, WrittenIn
from shared import access, db
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfReach
from shared.people import names_of
from shared.shapes import half_width
from shared.web import Flawed, ForAll, Form, Html, Pages, Sent, Signed, Unit, View, Viewed, service_of
from shared.web.forms import checked_token
from shared.web.hosts import is_safe
from shared.web.knocking import FAILURE_SECONDS, whence_of
from shared.web.seating import refuse_strangers

pages = Pages()
SLIP = "/assessment/count-slip"
DIGITS = 5
SECURE, PLAIN, SECONDS = "__Host-count-slip", "count-slip", 4 * 3600
SECURE_MARK, PLAIN_MARK, MARK_LENGTH_MAX = "__Host-count-mark", "count-mark", 64


@pages.get("/ballots/{ballot_id}/count")
def count(view: Viewed, actor: Signed, session: Unit, ballot_id: int) -> Html:
    """What a teller types, on one screen."""
    one = queries.ballot(session, actor, ballot_id)[0]
    teller = queries.teller_of(session, one.id, actor.person_id)
    if teller is None:
        raise NotYours("您不是这次投票的计票人。")
    return _form(view, session, actions.Seat(one, teller), f"{LIST}/{one.id}/counts", by_slip=False)


def _form(view: View, session: Session, seat: actions.Seat, action: str, *, by_slip: bool) -> Html:
    one = seat.ballot
    stand = queries.options_of(session, one.id)
    rule = queries.rule_for(session, one)
    typed = queries.typed_by(session, one, seat.teller.id)
    return view.show(
        "ballots/count.html",
        one=one,
        unit=names_of(session, [one.unit_id])[one.unit_id],
        stand=stand,
        others=queries.may_be_written_in(session, one.id) if one.seats else [],
        written=rule is not None and rule.written,
        action=action,
        by_slip=by_slip,
        waits=one.stage == BallotStage.OPEN and typed > 0,
        counting=one.stage in {BallotStage.OPEN, BallotStage.DIFFERS},
        most=VOTES_MAX,
        stage=BallotStage(one.stage).chinese,
    )


@pages.post("/ballots/{ballot_id}/counts")
def type_count(view: Viewed, actor: Signed, session: Unit, ballot_id: int, form: Sent) -> Response:
    """Hand a count in."""
    one = queries.ballot(session, actor, ballot_id)[0]
    teller = queries.teller_of(session, one.id, actor.person_id)
    if teller is None:
        raise NotYours("您不是这次投票的计票人。")
    asked = counting_of(form, session, actions.Seat(one, teller))
    with by_place(session, one.id):
        row = actions.type_count(session, actor, ballot_id, asked, browser=browser_of(view.request))
    return view.to(f"{LIST}/{row.id}", said=said_of(row.stage))


def said_of(stage: str) -> str:
    """What a teller reads when he has handed in."""
    return {
        BallotStage.OPEN: "已交。等另一名计票人也交了，两份放在一起核对。",
        BallotStage.AGREED: "已交，两份计票一致，请主持人宣布结果。",
        BallotStage.DIFFERS: "已交，两份计票不一致，请一起核对。",
    }.get(BallotStage(stage), "已交。")


def places_of(session: Session, ballot_id: int) -> dict[int, int]:
    """The place on the paper of each who stands, by which the fields are named; 0 is a proposal."""
    return {each.person_id: each.place for each in queries.options_of(session, ballot_id)} or {0: 0}


@contextmanager
def by_place(session: Session, ballot_id: int) -> Iterator[None]:
    """What is wrong with somebody's votes is wrong with the field of his place."""
    try:
        yield
    except Invalid as wrong:
        kind, _, who = (wrong.field or "").partition(".")
        at = places_of(session, ballot_id).get(int(who)) if kind == "yes" and who else None
        raise Invalid(wrong.detail, field=wrong.field if at is None else f"yes.{at}") from None


def counting_of(form: Form, session: Session, seat: actions.Seat) -> Counting:
    """A count as the form has it; each number that is none is named. An empty field of somebody else is none."""
    one, flaws = seat.ballot, dict[str, str]()

    def number(name: str, *, empty: int | None = None) -> int:
        typed = str(half_width(form.text(name)))
        if not typed and empty is not None:
            return empty
        if typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS and int(typed) <= VOTES_MAX:
            return int(typed)
        flaws[name] = "请填一个数字，没有就填 0。"
        return 0

    single = {name: number(name, empty=0 if name.endswith("_written") else None) for name in SINGLE}
    stand = places_of(session, one.id)
    votes = [
        VotesFor(person_id=who, yes=number(f"yes.{at}"), no=number(f"no.{at}"), neither=number(f"neither.{at}"))
        for who, at in stand.items()
    ]
    known = [each.Voter.person_id for each in queries.may_be_written_in(session, one.id)] if one.seats else []
    others = [WrittenIn(person_id=who, yes=number(f"other.{who}", empty=0)) for who in known]
    if flaws:
        raise Flawed(flaws)
    return Counting(**single, votes=votes, others=[each for each in others if each.yes])


# --- by a slip, for whoever has no account ---


@pages.get("/count-slip")
def by_slip(request: Request, view: ForAll) -> Response:
    """The field for the word on a slip; the count, in the browser in which it was given."""
    with db.unit(service_of(request)) as session:
        found = actions.seat_of_slip(session, _word(request))
        if found is not None:
            return _form(view, session, found, f"{SLIP}/counts", by_slip=True)
    return view.show("ballots/slip_code.html")


@pages.post("/count-slip/codes")
def give_code(request: Request, view: ForAll, form: Sent) -> Response:
    """Open it, by the word on a slip."""
    _refuse_others(request, form)
    started, whence = time.monotonic(), whence_of(request)
    code = form.read(SlipCode).plain
    with db.unit(service_of(request)) as session:
        found = actions.open_by_slip(session, code, whence)
    if found is None:  # refused only here, so that the try is counted
        with access.resting(whence.address):
            time.sleep(max(0.0, FAILURE_SECONDS - (time.monotonic() - started)))
        raise Invalid(WRONG_SLIP, field="code")
    answer, safe = view.to(SLIP), is_safe(request)
    for name, value in (SECURE if safe else PLAIN, code), (SECURE_MARK if safe else PLAIN_MARK, browser_of(request)):
        kept = value or secrets.token_urlsafe(24)
        answer.set_cookie(name, kept, secure=safe, httponly=True, samesite="strict", max_age=SECONDS)
    return answer


@pages.post("/count-slip/counts")
def type_by_slip(request: Request, view: ForAll, form: Sent) -> Response:
    """Hand a count in, by a slip."""
    _refuse_others(request, form)
    with db.unit(service_of(request)) as session:
        found = actions.seat_of_slip(session, _word(request))
        if found is None:
            raise OutOfReach(WRONG_SLIP)
        asked = counting_of(form, session, found)
        with by_place(session, found.ballot.id):
            row = actions.type_by_slip(session, _word(request), asked, browser=browser_of(request))
    return view.to(SLIP, said=said_of(row.stage))


def browser_of(request: Request) -> str:
    """By what a browser may be known in which counts are typed: as one of an account, else by a mark of this room."""
    mark = request.cookies.get(SECURE_MARK if is_safe(request) else PLAIN_MARK, "")
    return whence_of(request).device or mark[:MARK_LENGTH_MAX]


def _word(request: Request) -> str:
    return request.cookies.get(SECURE if is_safe(request) else PLAIN, "")


def _refuse_others(request: Request, form: Sent) -> None:
    checked_token(form, None)
    refuse_strangers(request)
