"""A vote on paper from its call to its result: two count by themselves, and only counts are kept."""

from datetime import date

import pytest
from sqlalchemy import text

from services.assessment.ballots import actions, queries
from services.assessment.ballots.actions import About
from services.assessment.ballots.rules import BallotStage, Left, Result, VoteKind
from services.assessment.ballots.schemas import (
    Arranging,
    Calling,
    Deciding,
    LeftOut,
    Opening,
    Repeating,
    Replacing,
    SlipFor,
)
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfOrder, OutOfReach
from shared.roles import Role
from tests.assessment.ballots.conftest import COUNTS, DAY, GROUP, NAMES, votes

TWO = {"许安": (5, 1, 1), "陆明": (2, 4, 1)}


def waiting(sql) -> list[tuple]:
    return sql(
        "select kind, subject from office.todo where closed_at is null and kind like 'assessment.%ballot' order by id"
    )


def test_a_vote_goes_from_its_call_to_its_result_and_says_so_to_whoever_called_it(room, sql):
    ballot = room.opened("许安", "陆明", about=About("choosing", 7))
    assert waiting(sql) == [("assessment.count_ballot", f"ballot:{ballot}")]

    room.both(ballot, TWO)
    room.do(room.chair, actions.declare, ballot)

    found = room.do(None, actions.result_for, "choosing", 7)
    assert (found.ballot_id, found.stage, found.result) == (ballot, BallotStage.COUNTED, Result.ELECTED)
    assert found.seated == (room.people["许安"],)
    assert (found.expected, found.present, found.yes[room.people["陆明"]]) == (8, 7, 2)
    assert waiting(sql) == []
    told = sql("select fact, step from office.happening where subject = %s order by id", f"ballot:{ballot}")
    assert told == [
        ("BallotCalled", None),
        ("TellerNamed", None),
        ("TellerNamed", None),
        ("BallotMoved", "open"),
        ("CountTyped", None),
        ("CountTyped", None),
        ("BallotMoved", "match"),
        ("BallotDeclared", "declare"),
    ]


# --- the two who count ---


def test_neither_sees_the_others_count_before_both_are_in_nor_does_whoever_leads_the_vote(room):
    ballot = room.opened()
    room.count(ballot, "于洋", TWO)

    def places(actor) -> list[int]:
        with unit("assessment", actor) as session:
            row = queries.ballot(session, actor, ballot)[0]
            return [each.place for each, _ in queries.counts_seen(session, actor, row)]

    assert [places(who) for who in (room.teller("于洋"), room.teller("丁香"), room.chair)] == [[1], [], []]
    room.count(ballot, "丁香", TWO)
    assert [places(who) for who in (room.teller("于洋"), room.teller("丁香"), room.chair)] == [[1, 2]] * 3


def test_two_counts_that_differ_lie_side_by_side_until_one_gives_in(room, sql):
    ballot = room.opened()
    room.count(ballot, "于洋", TWO)
    assert room.stage(ballot) == "open"
    room.count(ballot, "丁香", {"许安": (4, 2, 1), "陆明": (2, 4, 1)})
    assert room.stage(ballot) == "differs"
    assert waiting(sql) == [("assessment.compare_ballot", f"ballot:{ballot}")]

    room.count(ballot, "丁香", {"许安": (3, 3, 1), "陆明": (2, 4, 1)})
    assert room.stage(ballot) == "differs"
    room.count(ballot, "丁香", TWO)

    assert room.stage(ballot) == "agreed"
    typed = sql(
        "select teller_id, round, attempt from assessment.ballot_sheet where ballot_id = %s order by id", ballot
    )
    assert [(round_, attempt) for _, round_, attempt in typed] == [(1, 1), (1, 1), (1, 2), (1, 3)]


def test_counted_again_both_are_blind_again_and_what_was_typed_stays(room, sql):
    ballot = room.opened()
    room.count(ballot, "于洋", TWO)
    room.count(ballot, "丁香", {"许安": (4, 2, 1), "陆明": (2, 4, 1)})

    room.do(room.chair, actions.recount, ballot, "两人数的不一样，重新数一遍。")
    room.count(ballot, "于洋", TWO)
    with pytest.raises(OutOfOrder, match="已经交了"):
        room.count(ballot, "于洋", TWO)
    room.count(ballot, "丁香", TWO)

    assert room.stage(ballot) == "agreed"
    assert sql("select count(*) from assessment.ballot_sheet")[0][0] == 4


def test_whoever_does_not_count_types_nothing(room):
    ballot = room.opened()

    with pytest.raises(NotYours, match="不是这次投票的计票人"):
        room.do(room.chair, actions.type_count, ballot, votes({room.people[who]: each for who, each in TWO.items()}))
    with pytest.raises(OutOfReach):
        room.do(
            room.town.outsider, actions.type_count, ballot, votes({room.people[who]: each for who, each in TWO.items()})
        )
    with unit("assessment", room.town.outsider) as session:
        assert not queries.ballots(session, room.town.outsider, after=None, limit=9)
        assert session.scalar(text("select count(*) from assessment.ballot")) == 0  # the second wall


def test_another_who_counts_begins_anew_and_the_formers_slip_and_count_are_nothing(room):
    ballot = room.opened()
    slip = room.do(room.chair, actions.make_slip, ballot, SlipFor(place=1))
    room.count(ballot, "于洋", TWO)

    room.do(
        room.chair, actions.replace_teller, ballot, Replacing(place=1, person_id=room.people["江海"], reason="病了")
    )
    with pytest.raises(OutOfReach):
        room.do(None, actions.type_by_slip, plain(slip), counted(room))
    with pytest.raises(OutOfReach):
        room.count(ballot, "于洋", TWO)
    room.count(ballot, "丁香", TWO)
    assert room.stage(ballot) == "open"

    new = room.do(room.chair, actions.make_slip, ballot, SlipFor(place=1))
    room.do(None, actions.type_by_slip, plain(new), counted(room))
    assert room.stage(ballot) == "agreed"


def plain(slip: str) -> str:
    return slip.replace("-", "")


def counted(room, people=None):
    return votes({room.people[who]: each for who, each in (people or TWO).items()})


def test_a_slip_is_kept_as_a_hash_shown_once_and_over_when_it_is_counted(room, sql):
    ballot = room.opened()
    first = room.do(room.chair, actions.make_slip, ballot, SlipFor(place=2))
    slip = room.do(room.chair, actions.make_slip, ballot, SlipFor(place=2))
    kept = sql("select slip_hash from assessment.ballot_teller where place = 2")[0][0]
    assert plain(slip).encode() not in bytes(kept)
    assert slip not in str(sql("select body from office.happening"))
    with pytest.raises(OutOfReach, match="已经作废"):
        room.do(None, actions.type_by_slip, plain(first), counted(room))

    room.count(ballot, "于洋", TWO)
    room.do(None, actions.type_by_slip, plain(slip), counted(room))

    assert room.stage(ballot) == "agreed"
    assert sql("select count(*) from assessment.ballot_teller where slip_hash is not null")[0][0] == 0
    assert sql("select body ->> 'by_slip' from office.happening where fact = 'CountTyped' order by id") == [
        ("false",),
        ("true",),
    ]
    with pytest.raises(OutOfReach):
        room.do(None, actions.type_by_slip, plain(slip), counted(room))


# --- who may vote ---


def test_who_should_be_present_is_frozen_at_opening_with_whoever_is_left_out_and_why(room, sql):
    out = LeftOut(person_id=room.people["孙勤"], why=Left.BEDRIDDEN, approved_by="支部大会", approved_on=DAY)
    ballot = room.opened(left_out=[out])

    sql("update office.membership set ends_on = office.today() where person_id = %s", room.people["江海"])
    sql("update office.membership set kind = 'full' where person_id = %s", room.people["田野"])
    room.both(ballot, TWO)
    room.do(room.chair, actions.declare, ballot)

    rows = sql("select person_id, left_out from assessment.ballot_voter where ballot_id = %s", ballot)
    assert {who for who, _ in rows} == {room.people[who] for who in (*NAMES, "组长", "villager")}
    assert [who for who, why in rows if why] == [room.people["孙勤"]]
    assert sql("select expected, stage from assessment.ballot where id = %s", ballot) == [(7, "counted")]


def test_whoever_dies_or_joins_between_two_counts_changes_nothing_of_the_vote(room, sql):
    ballot = room.opened()
    room.count(ballot, "于洋", TWO)
    sql("update office.membership set ends_on = office.today() where person_id = %s", room.people["江海"])
    sql("update office.membership set kind = 'full' where person_id = %s", room.people["田野"])
    room.count(ballot, "丁香", TWO)
    room.do(room.chair, actions.declare, ballot)

    kept = "select count(*) from assessment.ballot_voter where ballot_id = %s and person_id = any(%s)"
    assert sql(kept, ballot, [room.people["江海"], room.people["田野"]]) == [(1,)]
    assert sql("select expected, stage from assessment.ballot where id = %s", ballot) == [(8, "counted")]


@pytest.mark.parametrize(
    ("name", "on", "said"),
    [
        ("田野", DAY, "本来就没有表决权"),
        ("孙勤", date(2025, 12, 2), "不能晚于会议日期"),
    ],
)
def test_whoever_is_left_out_has_a_vote_and_was_approved_before(room, name, on, said):
    row = room.called("许安")
    out = LeftOut(person_id=room.people[name], why=Left.AWAY, approved_by="镇党委", approved_on=on)

    with pytest.raises(Invalid, match=said):
        room.do(
            room.chair,
            actions.open_ballot,
            row.id,
            Opening(tellers=[room.people[each] for each in COUNTS], left_out=[out]),
        )


# --- what cannot be ---


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"candidates": []}, "至少要有一名候选人"),
        ({"seats": 0}, "写明选几人"),
        ({"candidates": [4, 4]}, "写了两次"),
        ({"held_on": date(2019, 12, 31)}, "还没有这个单位"),
        ({"held_on": date(2024, 11, 1)}, "前后一年"),
        ({"held_on": date(2027, 1, 1)}, "前后一年"),
        ({"kind": VoteKind.GENERAL}, "由党支部进行"),
    ],
)
def test_a_vote_that_cannot_be_is_not_called(room, more, said):
    with pytest.raises(Invalid, match=said):
        room.called("许安", **more)


@pytest.mark.parametrize("who", ["田野", "secretary"])
def test_nobody_stands_who_is_no_full_member_of_the_branch(room, who):
    person = room.people.get(who) or room.town.people["secretary of 东村"]

    with pytest.raises(Invalid, match="正式党员"):
        room.called(candidates=[person])


def test_a_candidate_neither_counts_nor_leads_the_vote_on_himself(room, sql):
    sql(
        "insert into office.membership (person_id, unit_id, kind, starts_on) values (%s, %s, 'full', '2020-01-01')",
        room.town.people["secretary of 东村"],
        room.town.units[GROUP],
    )
    secretary = room.town.people["secretary of 东村"]
    asked = Calling(
        unit_id=room.town.units[GROUP],
        kind=VoteKind.LEADER_ELECTION,
        title="选举党小组长",
        held_on=DAY,
        seats=1,
        candidates=[secretary, room.people["许安"]],
    )
    with pytest.raises(NotYours, match="您是候选人"):
        room.do(room.chair, actions.call, asked)

    ballot = room.do(room.town.organiser, actions.call, asked).id
    with pytest.raises(Invalid, match="候选人不能计票"):
        tellers = [room.people["许安"], room.people["丁香"]]
        room.do(room.town.organiser, actions.open_ballot, ballot, Opening(tellers=tellers))
    with pytest.raises(NotYours, match="您是候选人"):
        room.do(room.chair, actions.end, ballot, "不办了")


def test_where_the_branch_has_a_secretary_the_organiser_leads_no_vote(room):
    ballot = room.opened()

    with pytest.raises(NotYours, match="这个支部有书记"):
        room.do(room.town.organiser, actions.end, ballot, "不办了")
    with pytest.raises(NotYours):
        room.do(room.town.committee, actions.end, ballot, "不办了")


@pytest.mark.parametrize(
    ("people", "more", "said"),
    [
        (TWO, {"present": 9, "issued": 7}, "比应到8人还多"),
        (TWO, {"issued": 8}, "比实到7人还多"),
        (TWO, {"returned": 6}, "不一致"),
        ({"许安": (5, 1, 0), "陆明": (2, 4, 1)}, {}, "加起来是6"),
        ({"许安": (5, 1, 1), "陆明": (4, 2, 1)}, {}, "最多只能有7"),
        ({"许安": (5, 1, 1)}, {}, "每一名候选人都要填一次"),
        ({"许安": (5, 1, 1), "陆明": (1, 5, 1), "江海": (0, 7, 0)}, {}, "不能多也不能少"),
        (TWO, {"others": {"田野": 0}}, "另选的人应当"),
        (TWO, {"others": {"许安": 1}}, "另选的人应当"),
        (TWO, {"yes_written": 1}, "不计书面意见"),
    ],
)
def test_a_count_that_cannot_be_is_refused_with_what_to_do(room, people, more, said):
    ballot = room.opened()

    with pytest.raises(Invalid, match=said):
        room.count(ballot, "于洋", people, **more)
    assert room.stage(ballot) == "open"


def test_two_votes_about_one_thing_do_not_go_on_at_once(room):
    room.called("许安", about=About("choosing", 7))

    with pytest.raises(Conflict, match="正在投票"):
        room.called("许安", about=About("choosing", 7))
    room.called("许安", about=About("choosing", 8))
    room.called("许安", about=About("appraisal", 7))


def test_a_meeting_that_is_still_to_come_is_not_opened(room, move_to):
    row = room.called("许安", held_on=date(2025, 12, 2))
    asked = Opening(tellers=[room.people[name] for name in COUNTS])

    with pytest.raises(OutOfOrder, match="到那一天"):
        room.do(room.chair, actions.open_ballot, row.id, asked)
    move_to(date(2025, 12, 2))
    assert room.do(room.chair, actions.open_ballot, row.id, asked).stage == BallotStage.OPEN


def test_names_stand_in_the_order_of_the_branch(room):
    row = room.called("陆明", "许安")
    people = [room.people["许安"], room.people["陆明"]]

    room.do(room.chair, actions.arrange, row.id, Arranging(held_on=DAY, candidates=people))

    with unit("assessment", room.chair) as session:
        assert [each.person_id for each in queries.options_of(session, row.id)] == people
    with pytest.raises(Invalid, match="不能增减"):
        room.do(room.chair, actions.arrange, row.id, Arranging(held_on=DAY, candidates=people[:1]))


# --- what comes of it ---


def test_a_tie_is_voted_on_again_in_a_vote_of_its_own_and_then_the_branch_decides(room, sql):
    about = About("choosing", 7)
    level = {"许安": (4, 3, 0), "陆明": (4, 3, 0), "江海": (4, 3, 0)}
    first = room.declared(level, seats=2, about=about)
    assert room.stage(first) == "unsettled"
    assert waiting(sql) == [("assessment.settle_ballot", f"ballot:{first}")]
    with pytest.raises(OutOfOrder, match="还没有投第二次票"):
        deciding = Deciding(people=[room.people["许安"]], reason="支委会决定")
        room.do(room.chair, actions.decide, first, deciding)

    second = room.do(room.chair, actions.again, first, Repeating(held_on=DAY)).id
    assert (room.stage(first), room.stage(second)) == ("repeated", "called")
    assert sql("select after_id, seats, among_tied from assessment.ballot where id = %s", second) == [(first, 2, True)]
    room.do(room.chair, actions.open_ballot, second, Opening(tellers=[room.people[name] for name in COUNTS]))
    room.both(second, level)
    room.do(room.chair, actions.declare, second)
    with pytest.raises(OutOfOrder, match="已经投过第二次票"):
        room.do(room.chair, actions.again, second, Repeating(held_on=DAY))
    with pytest.raises(Invalid, match="只能在得票相等"):
        room.do(room.chair, actions.decide, second, Deciding(people=[room.people["孙勤"]], reason="支委会决定"))
    room.do(
        room.chair,
        actions.decide,
        second,
        Deciding(people=[room.people["许安"], room.people["江海"]], reason="支委会12月1日决定"),
    )

    found = room.do(None, actions.result_for, *about)
    assert set(found.seated) == {room.people["许安"], room.people["江海"]}
    assert (found.settled, found.seats_left, found.ballots) == (True, 0, (first, second))
    assert waiting(sql) == []


def test_more_papers_than_were_given_out_and_too_few_people_are_no_vote_but_a_new_one(room):
    void = room.declared({"许安": (7, 0, 0), "陆明": (0, 7, 0)}, issued=6)
    few = room.declared({"许安": (3, 0, 0), "陆明": (0, 3, 0)}, present=3, issued=3, returned=3, valid=3)
    assert (room.stage(void), room.stage(few)) == ("void", "void")

    anew = room.do(room.chair, actions.again, void, Repeating(held_on=DAY))

    assert (room.stage(void), anew.stage, anew.among_tied, anew.seats) == ("repeated", "called", False, 1)
    room.do(room.chair, actions.end, few, "改期")
    assert room.stage(few) == "ended"


def test_a_refused_count_leads_to_a_new_vote_and_nothing_of_it_is_edited(room, sql):
    ballot = room.opened()
    room.both(ballot, TWO)
    before = sql("select * from assessment.ballot_sheet order by id")

    room.do(room.chair, actions.refuse, ballot, "有人没有到场也发了票。")
    with pytest.raises(OutOfOrder):
        room.count(ballot, "于洋", TWO)
    with pytest.raises(OutOfOrder):
        room.do(room.chair, actions.declare, ballot)
    room.do(room.chair, actions.again, ballot, Repeating(held_on=DAY))

    assert sql("select * from assessment.ballot_sheet order by id") == before
    told = sql("select reason from office.happening where step = 'refuse'")
    assert told == [("有人没有到场也发了票。",)]


def test_the_township_refuses_what_was_announced_only_for_the_thing_that_it_is_about(room):
    ballot = room.declared(TWO, about=About("choosing", 7))
    with pytest.raises(NotYours):
        room.do(room.chair, actions.refuse, ballot, "不对", for_another=True)
    with pytest.raises(OutOfOrder, match="结果已经宣布"):
        room.do(room.town.organiser, actions.refuse, ballot, "不对")

    room.do(room.town.organiser, actions.refuse, ballot, "应到人数不对", for_another=True)

    found = room.do(None, actions.result_for, "choosing", 7)
    assert (found.stage, found.seated, found.settled) == (BallotStage.VOID, (), False)


def test_a_thing_that_is_no_more_ends_its_vote_and_slips_open_nothing(room, sql):
    ballot = room.opened(about=About("choosing", 7))
    slip = room.do(room.chair, actions.make_slip, ballot, SlipFor(place=1))

    room.do(None, actions.end_for, "choosing", 7, "党小组已经撤销。")

    assert room.stage(ballot) == "ended"
    assert waiting(sql) == []
    with pytest.raises(OutOfReach):
        room.do(None, actions.type_by_slip, plain(slip), counted(room))
    assert room.do(None, actions.end_for, "choosing", 7, "再来一次") is None
    assert room.do(None, actions.result_for, "choosing", 9) is None


def test_somebody_who_was_written_in_is_elected_and_seats_may_stay_empty(room):
    written = room.declared({"许安": (1, 6, 0), "陆明": (0, 7, 0)}, others={"孙勤": 6})
    none = room.declared({"许安": (0, 7, 0)})

    with unit("assessment", room.chair) as session:
        found = [(each.name, each.Announced.seated) for each in queries.announced(session, written)]
    assert found == [("孙勤", True), ("许安", False), ("陆明", False)]
    assert room.stage(none) == "unsettled"
    with pytest.raises(OutOfOrder, match="没有人可以再投"):
        room.do(room.chair, actions.again, none, Repeating(held_on=DAY))
    room.do(room.chair, actions.leave, none, "暂由书记代管。")
    assert room.stage(none) == "counted"


def test_a_rule_that_changes_after_opening_changes_nothing(room, sql):
    ballot = room.opened()
    sql("update office.unit set rule_set = 'xiang' where id = %s", room.town.id)

    room.both(ballot, TWO)
    room.do(room.chair, actions.declare, ballot)

    kept = sql("select rule ->> 'line', rule ->> 'base', needed from assessment.ballot where id = %s", ballot)
    assert kept == [("1/2", "实到会有表决权的党员", 4)]


def test_nobody_but_those_of_the_branch_and_above_it_and_the_two_who_count_sees_a_vote(room):
    ballot = room.opened()

    def sees(actor) -> bool:
        with unit("assessment", actor) as session:
            return [row[0].id for row in queries.ballots(session, actor, after=None, limit=9)] == [ballot]

    town = room.town
    see = [town.organiser, town.committee, room.chair, town.leader(GROUP), room.teller("于洋"), SYSTEM]
    blind = [
        town.outsider,
        town.secretary("西村"),
        town.leader("东村2组"),
        town.actor("villager", (Role.KEEPER, "清河镇")),
    ]
    assert [sees(actor) for actor in see] == [True] * len(see)
    assert [sees(actor) for actor in blind] == [False] * len(blind)


def test_a_vote_ends_with_the_unit_that_holds_it(room, sql):
    ballot = room.opened()
    other = room.called("许安").id
    sql("update office.unit set dissolved_on = '2025-12-01' where id = %s", room.town.units[GROUP])

    room.do(None, actions.end_with_units)

    assert (room.stage(ballot), room.stage(other)) == ("ended", "ended")
    assert waiting(sql) == []
    told = sql("select reason, actor_id from office.happening where step = 'end'")
    assert told == [("投票的单位已经撤销，投票随之终止。", None)] * 2


# --- each kind in its own room ---


def proposal(room, kind: VoteKind, yes: int, no: int, **more) -> str:
    """The branch votes on a proposal, is counted alike and announced; what came of it."""
    held_on = more.pop("held_on", DAY)
    row = room.called(kind=kind, unit_id=room.town.units["东村"], seats=0, title="年度计划", held_on=held_on)
    room.do(room.chair, actions.open_ballot, row.id, Opening(tellers=[room.people[name] for name in COUNTS]))
    there = yes + no
    numbers = {"present": there, "issued": there, "returned": there, "valid": there} | more
    for name in COUNTS:
        room.do(room.teller(name), actions.type_count, row.id, votes({0: (yes, no, 0)}, **numbers))
    room.do(room.chair, actions.declare, row.id)
    with unit("assessment", room.chair) as session:
        found = queries.ballot(session, room.chair, row.id)[0]
    return f"{found.expected} {found.outcome} {found.stage}"


@pytest.mark.parametrize(
    ("yes", "no", "came"),
    [
        (5, 0, "10 lost counted"),  # one half is there and votes for it: enough to vote, and never enough to pass
        (4, 0, "10 inquorate void"),
        (6, 4, "10 passed counted"),
        (5, 5, "10 lost counted"),
    ],
)
def test_a_general_meeting_is_quorate_with_one_half_and_passes_with_more_than_half_of_all(room, yes, no, came):
    assert proposal(room, VoteKind.GENERAL, yes, no) == came


@pytest.mark.parametrize(
    "case",
    [
        (5, 0, {}, "10 inquorate void"),  # one half is not enough to admit somebody
        (6, 0, {}, "10 passed counted"),
        (4, 2, {}, "10 lost counted"),
        (4, 2, {"yes_written": 2}, "10 passed counted"),  # of whoever wrote before
    ],
)
def test_somebody_is_admitted_by_more_than_half_where_more_than_half_are_there(room, move_to, case):
    yes, no, more, came = case
    move_to(date(2026, 6, 1))

    assert proposal(room, VoteKind.ADMISSION, yes, no, held_on=date(2026, 6, 1), **more) == came


def test_nobody_is_admitted_by_rules_that_do_not_hold_yet(room):
    with pytest.raises(Conflict, match="没有接收预备党员"):
        proposal(room, VoteKind.ADMISSION, 6, 0)


def test_in_the_branch_committee_its_members_vote(room, sql):
    for name in ("江海", "许安"):
        sql(
            "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'committee_member', %s)",
            room.people[name],
            room.town.units["东村"],
            date(2020, 1, 1),
        )

    assert proposal(room, VoteKind.BRANCH_COMMITTEE, 2, 0) == "3 passed counted"


def test_a_proposal_has_no_candidates_and_nobody_is_written_in(room):
    with pytest.raises(Invalid, match="没有候选人和名额"):
        room.called("许安", kind=VoteKind.GENERAL, unit_id=room.town.units["东村"])
    with pytest.raises(Invalid, match="一次只表决一件"):
        room.called(kind=VoteKind.ADMISSION, unit_id=room.town.units["东村"], seats=1)
