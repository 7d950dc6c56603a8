"""Where the group elects: its vote on paper says who is handed in, who is filed, and who leads from his day on."""

from typing import Any

import pytest

from services.assessment.ballots import actions as ballots
from services.assessment.ballots.schemas import Deciding, Opening, Repeating
from services.assessment.choosings import actions
from services.assessment.choosings.schemas import CalledElection, ChoosingFiling, NewChoosing
from shared.errors import Conflict, OutOfOrder
from shared.roles import Role
from tests.assessment.ballots.conftest import COUNTS, DAY, GROUP

STAGE = "select stage, person_id, expected, present, in_favour from assessment.choosing"
LED = "select person_id from office.post where unit_id = %s and kind = 'leader' and ends_on is null"


@pytest.fixture
def called(room, sql) -> int:
    """东村1组 elects between two of its members."""
    sql(
        "insert into office.setting (unit_id, key, value, effective_from, reason) values"
        " (%s, 'systems', '[\"group_life\", \"assessment\", \"choosings\"]', office.today(), '开通')",
        room.town.id,
    )
    asked = NewChoosing(group_id=room.town.units[GROUP], post=Role.LEADER, reason="term")
    row = room.do(room.chair, actions.open_choosing, asked)
    room.do(room.chair, actions.call_election, row.id, election(room))
    return int(row.id)


def election(room, *names: str) -> CalledElection:
    candidates = [room.people[name] for name in names or ("许安", "陆明")]
    return CalledElection(candidates=candidates, held_on=DAY, consent_on=DAY, conduct="群众信得过。", from_on=DAY)


def vote(room, sql, people: dict[str, Any]) -> None:
    """The last vote that was called is opened, counted alike, and announced."""
    ((ballot,),) = sql("select max(id) from assessment.ballot")
    room.do(room.chair, ballots.open_ballot, ballot, Opening(tellers=[room.people[name] for name in COUNTS]))
    room.both(ballot, people)
    room.do(room.chair, ballots.declare, ballot)


def test_whoever_is_elected_is_handed_in_filed_and_leads(room, sql, settle, called):
    vote(room, sql, {"许安": (5, 1, 1), "陆明": (2, 4, 1)})
    settle()
    assert sql(STAGE) == [("counted", room.people["许安"], 8, 7, 5)]
    room.do(room.chair, actions.submit, called)
    room.do(room.town.organiser, actions.file, called, ChoosingFiling())
    settle()
    assert sql(STAGE)[0][0] == "in_post"
    assert sql(LED, room.town.units[GROUP]) == [(room.people["许安"],)]


def test_nothing_is_filed_before_the_branch_hands_the_result_in(room, sql, settle, called):
    with pytest.raises(OutOfOrder):
        room.do(room.town.organiser, actions.file, called, ChoosingFiling())
    vote(room, sql, {"许安": (5, 1, 1), "陆明": (2, 4, 1)})
    settle()
    with pytest.raises(OutOfOrder):
        room.do(room.town.organiser, actions.file, called, ChoosingFiling())
    assert sql("select stage, number_id from assessment.choosing") == [("counted", None)]


def test_what_is_not_accepted_is_voted_on_anew_and_never_edited(room, sql, settle, called):
    vote(room, sql, {"许安": (5, 1, 1), "陆明": (2, 4, 1)})
    settle()
    room.do(room.chair, actions.submit, called)
    room.do(room.town.organiser, actions.send_back, called, "没有提前通知全体党员。")
    assert sql(STAGE)[0][0] == "draft"
    room.do(room.chair, actions.call_election, called, election(room))
    vote(room, sql, {"许安": (2, 4, 1), "陆明": (5, 1, 1)})
    settle()
    assert sql(STAGE) == [("counted", room.people["陆明"], 8, 7, 5)]
    assert sql("select refused from assessment.ballot order by id") == [(True,), (False,)]


def test_a_vote_goes_with_the_choosing_that_nobody_needs(room, sql, called):
    room.do(room.town.organiser, actions.withdraw, called, "暂不换届。")
    assert sql("select stage from assessment.ballot") == [("ended",)]


def test_where_the_group_elects_nobody_is_nominated_and_two_votes_do_not_go_on(room, called):
    with pytest.raises((OutOfOrder, Conflict)):
        room.do(room.chair, actions.call_election, called, election(room))


def unsettled_twice(room, sql) -> int:
    """Two votes in which nobody got more than half; returns the second."""
    short: dict[str, Any] = {"许安": (3, 3, 1), "陆明": (3, 3, 1)}
    vote(room, sql, short)
    ((first,),) = sql("select max(id) from assessment.ballot")
    room.do(room.chair, ballots.again, first, Repeating(held_on=DAY))
    vote(room, sql, short)
    ((second,),) = sql("select max(id) from assessment.ballot")
    return int(second)


def test_what_the_branch_decides_after_a_second_vote_goes_on(room, sql, settle, called):
    second = unsettled_twice(room, sql)
    room.do(room.chair, ballots.decide, second, Deciding(people=[room.people["许安"]], reason="支部研究决定。"))
    settle()
    assert sql(STAGE)[0][:2] == ("counted", room.people["许安"])


@pytest.mark.parametrize("over", ["left", "ended"])
def test_where_nobody_is_elected_or_the_vote_is_ended_the_branch_calls_another(room, sql, settle, called, over):
    if over == "left":
        room.do(room.chair, ballots.leave, unsettled_twice(room, sql), "另行选举。")
    else:
        room.do(room.chair, ballots.end, sql("select max(id) from assessment.ballot")[0][0], "候选人不愿意。")
    settle()
    assert sql(STAGE)[0][0] == "draft"
    assert room.do(room.chair, actions.call_election, called, election(room)).stage == "called"
