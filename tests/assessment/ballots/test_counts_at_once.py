"""Two who count hand in at the same moment, and a vote is announced once (F18)."""

from services.assessment.ballots import actions
from shared.errors import Refusal
from tests.assessment.ballots.conftest import COUNTS, votes
from tests.walking import at_once

TWO = {"许安": (5, 1, 1), "陆明": (2, 4, 1)}


def tried(act):
    """What came of it: done, or the sentence by which it was refused."""
    try:
        act()
    except Refusal as why:
        return why.detail
    return "done"


def hands_in(room, ballot, name):
    counted = votes({room.people[who]: each for who, each in TWO.items()})
    return lambda: tried(lambda: room.do(room.teller(name), actions.type_count, ballot, counted))


def test_f18_both_who_count_at_once_are_heard_and_it_is_announced_once(room, sql):
    ballot = room.opened()
    assert at_once(*(hands_in(room, ballot, name) for name in COUNTS)) == ["done", "done"]
    assert room.stage(ballot) == "agreed"

    def announce():
        return tried(lambda: room.do(room.chair, actions.declare, ballot))

    came = at_once(announce, announce)
    assert came.count("done") == 1, came
    told = "select count(*) from office.happening where fact = 'BallotDeclared' and subject = %s"
    assert sql(told, f"ballot:{ballot}") == [(1,)]


def test_f18_one_who_hands_in_twice_at_once_has_one_count(room, sql):
    ballot = room.opened()
    came = at_once(*[hands_in(room, ballot, COUNTS[0])] * 2)
    told = "select count(*) from office.happening where fact = 'CountTyped' and subject = %s"
    assert (came.count("done"), sql(told, f"ballot:{ballot}")) == (1, [(1,)])


def test_f19_what_is_ended_while_it_is_counted_is_heard_before_or_not_at_all(room, sql):
    ballot = room.opened()
    room.count(ballot, COUNTS[1], TWO)

    def end():
        return tried(lambda: room.do(room.chair, actions.end, ballot, "候选人不愿意。"))

    counted, ended = at_once(hands_in(room, ballot, COUNTS[0]), end)
    assert ended == "done"
    heard = "select count(*) from assessment.ballot_sheet where ballot_id = %s"
    assert sql(heard, ballot) == [(2 if counted == "done" else 1,)]
    assert room.stage(ballot) == "ended"
