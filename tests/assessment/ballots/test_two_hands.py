"""Two counts are those of two people: who holds both in his hands is refused, or it is said aloud; and what is shown."""

from io import BytesIO

import docx
import pytest
from sqlalchemy import text

from services.assessment.ballots import actions, queries
from services.assessment.ballots.rules import Left, VoteKind
from services.assessment.ballots.schemas import LeftOut, Opening, Replacing, SlipFor
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours
from tests.assessment.ballots.conftest import COUNTS, DAY, votes

TWO = {"许安": (5, 1, 1), "陆明": (2, 4, 1)}
BY_SLIP, AT_ONE = "两份计票都是凭主持投票的人发的字条填的", "两份计票是在同一台手机或者电脑上填的"


def counted(room):
    return votes({room.people[who]: each for who, each in TWO.items()})


def doubts(room, ballot: int) -> list[str]:
    with unit("assessment", room.chair) as session:
        return queries.whole_of(session, room.chair, queries.ballot(session, room.chair, ballot)).doubts


def report(room, ballot: int) -> str:
    """What one reads on the report of a vote."""
    made = room.do(room.chair, actions.take_paper, ballot, "vote_report")
    return "\n".join(each.text for each in docx.Document(BytesIO(made.data)).paragraphs)


@pytest.mark.parametrize(
    ("slips", "browsers", "said"),
    [
        ((True, True), ("a", "b"), [BY_SLIP]),
        ((True, True), ("a", "a"), [BY_SLIP, AT_ONE]),
        ((False, True), ("a", "a"), [AT_ONE]),
        ((False, True), ("", ""), []),  # not known is not the same
        ((False, False), ("a", "b"), []),
    ],
)
def test_two_counts_that_may_be_of_one_hand_are_said_to_be_on_the_vote_and_on_its_report(room, slips, browsers, said):
    ballot = room.opened()
    for place, (name, by_slip, browser) in enumerate(zip(COUNTS, slips, browsers, strict=True), start=1):
        assert doubts(room, ballot) == []
        if by_slip:
            slip = room.do(room.chair, actions.make_slip, ballot, SlipFor(place=place)).replace("-", "")
            room.do(None, actions.type_by_slip, slip, counted(room), browser=browser)
        else:
            room.do(room.teller(name), actions.type_count, ballot, counted(room), browser=browser)

    assert doubts(room, ballot) == said
    room.do(room.chair, actions.declare, ballot)
    printed = report(room, ballot)
    assert [each in printed for each in (BY_SLIP, AT_ONE)] == [each in said for each in (BY_SLIP, AT_ONE)]
    assert printed.count("（凭字条）") == sum(slips)


def test_whoever_leads_the_vote_and_counts_himself_holds_no_slip_of_the_other(room, sql):
    secretary, group = room.town.people["secretary of 东村"], room.town.units["东村1组"]
    sql(
        "insert into office.membership (person_id, unit_id, kind, starts_on) values (%s, %s, 'full', '2020-01-01')",
        secretary,
        group,
    )
    ballot = room.called("许安", "陆明").id
    tellers = [secretary, room.people["丁香"]]
    room.do(room.chair, actions.open_ballot, ballot, Opening(tellers=tellers))

    with pytest.raises(NotYours, match="您自己也计票"):
        room.do(room.chair, actions.make_slip, ballot, SlipFor(place=2))
    instead = Replacing(place=1, person_id=room.people["江海"], reason="书记主持，不计票。")
    room.do(room.chair, actions.replace_teller, ballot, instead)
    room.do(room.chair, actions.make_slip, ballot, SlipFor(place=2))
    with pytest.raises(NotYours, match="不能再自己计票"):
        room.do(
            room.chair, actions.replace_teller, ballot, Replacing(place=1, person_id=secretary, reason="江海走了。")
        )


def test_one_count_alone_is_nobody_elses_in_a_vote_that_ended_either(room):
    ballot = room.opened()
    room.count(ballot, "于洋", TWO)
    room.do(room.chair, actions.end, ballot, "改期")

    def places(actor) -> list[int]:
        with unit("assessment", actor) as session:
            row = queries.ballot(session, actor, ballot)[0]
            return [each.place for each in queries.counts_of(session, actor, row)]

    assert [places(who) for who in (room.teller("于洋"), room.teller("丁香"), room.chair)] == [[1], [], []]
    with pytest.raises(Conflict, match="还没有宣布结果"):
        report(room, ballot)


def test_a_former_teller_sees_nothing_of_the_vote_past_the_second_wall_either(room):
    ballot = room.opened()
    former = room.teller("于洋")
    room.do(
        room.chair, actions.replace_teller, ballot, Replacing(place=1, person_id=room.people["江海"], reason="病了")
    )

    with unit("assessment", former) as session:
        assert session.scalar(text("select count(*) from assessment.ballot")) == 0
        assert session.scalar(text("select count(*) from assessment.ballot_sheet")) == 0


def test_a_report_says_only_what_was_announced_and_that_it_was_refused(room):
    ballot = room.opened()
    room.both(ballot, TWO)
    room.do(room.chair, actions.refuse, ballot, "有人没有到场也发了票。")
    with pytest.raises(Conflict, match="还没有宣布结果"):
        report(room, ballot)

    announced = room.declared(TWO, about=actions.About("choosing", 7))
    assert "结果：选出。" in report(room, announced)
    room.do(room.town.organiser, actions.refuse, announced, "应到人数不对", for_another=True)
    printed = report(room, announced)
    assert "没有被认可，不作数（应到人数不对）" in printed
    assert "选出" not in printed.replace("没有选出", "")


def out(room, name: str, why: Left) -> LeftOut:
    return LeftOut(person_id=room.people[name], why=why, approved_by="镇党委", approved_on=DAY)


def test_whoever_has_no_vote_for_a_time_neither_stands_nor_is_written_in(room):
    row = room.called("许安", "陆明")
    tellers = [room.people[name] for name in COUNTS]
    with pytest.raises(Invalid, match="也不能当候选人"):
        asked = Opening(tellers=tellers, left_out=[out(room, "许安", Left.WITHOUT_VOTE)])
        room.do(room.chair, actions.open_ballot, row.id, asked)

    left_out = [out(room, "孙勤", Left.WITHOUT_VOTE), out(room, "江海", Left.AWAY)]
    ballot = room.opened(left_out=left_out)
    numbers = {"present": 6, "issued": 6, "returned": 6, "valid": 6}
    few = {"许安": (2, 4, 0), "陆明": (1, 5, 0)}
    with pytest.raises(Invalid, match="另选的人应当是"):
        room.count(ballot, "于洋", few, others={"孙勤": 2}, **numbers)
    room.count(ballot, "于洋", few, others={"江海": 2}, **numbers)


def test_nobody_is_left_out_of_a_branch_committee(room, sql):
    put = "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'committee_member', '2020-01-01')"
    sql(put, room.people["江海"], room.town.units["东村"])
    row = room.called(kind=VoteKind.BRANCH_COMMITTEE, unit_id=room.town.units["东村"], seats=0)
    asked = Opening(tellers=[room.people[name] for name in COUNTS], left_out=[out(room, "江海", Left.AWAY)])

    with pytest.raises(Invalid, match="按全体委员计算"):
        room.do(room.chair, actions.open_ballot, row.id, asked)
