"""Votes at random, by every path of their table of moves; and several people at the same vote at once."""

import random
from itertools import pairwise

import pytest

from services.assessment.ballots import actions
from services.assessment.ballots.actions import About
from services.assessment.ballots.rules import MOVES, WAITS, BallotStage, BallotStep
from services.assessment.ballots.schemas import Deciding, Opening, Repeating, Replacing, SlipFor
from shared.errors import Conflict, OutOfOrder, OutOfReach, Refusal
from shared.moves import Moved
from tests.assessment.ballots.conftest import COUNTS, DAY, GROUP
from tests.walking import at_once

STEP, STAGE = BallotStep, BallotStage
CLEAR = {"许安": (5, 1, 1), "陆明": (2, 4, 1)}
SHORT = {"许安": (3, 3, 1), "陆明": (3, 3, 1)}
FEW = {"present": 3, "issued": 3, "returned": 3, "valid": 3}
OTHERS = {"许安": (4, 2, 1), "陆明": (2, 4, 1)}


class Walker:
    """Takes one step of the table at a vote, as its people do; what the counts come to is chosen with the step."""

    def __init__(self, room, sql) -> None:
        self.room, self.sql, self.subject = room, sql, 0
        self.plan: dict[int, dict] = {}  # what both tellers will have counted, by vote

    def begin(self) -> int:
        """A vote about a thing of its own."""
        self.subject += 1
        return self.room.called("许安", "陆明", about=About("walk", self.subject)).id

    def stands(self, ballot: int) -> set[str]:
        rows = self.sql("select person_id from assessment.ballot_option where ballot_id = %s", ballot)
        return {name for name, who in self.room.people.items() if (who,) in rows}

    def counted(self, ballot: int, votes: dict) -> dict:
        """The same votes for whoever stands in this one."""
        return {name: each for name, each in votes.items() if name in self.stands(ballot)}

    def take(self, ballot: int, step: BallotStep) -> None:
        """Take a step of the table."""
        getattr(self, str(step))(ballot)

    def open(self, ballot: int) -> None:
        asked = Opening(tellers=[self.room.people[name] for name in COUNTS])
        self.room.do(self.room.chair, actions.open_ballot, ballot, asked)

    def agreed_on(self, ballot: int) -> tuple[dict, dict]:
        """What both count: by what is to come of it."""
        wanted = self.plan.get(ballot, {}).get("result", "clear")
        if wanted == "void":
            return {name: (3, 0, 0) if name == "许安" else (0, 3, 0) for name in self.stands(ballot)}, FEW
        return self.counted(ballot, SHORT if wanted == "short" else CLEAR), {}

    def match(self, ballot: int) -> None:
        votes, more = self.agreed_on(ballot)
        if self.room.stage(ballot) == "differs":
            self.room.count(ballot, COUNTS[0], votes, **more)
            if self.room.stage(ballot) == "differs":
                self.room.count(ballot, COUNTS[1], votes, **more)
        else:
            self.room.both(ballot, votes, **more)

    def differ(self, ballot: int) -> None:
        votes, more = self.agreed_on(ballot)
        self.room.count(ballot, COUNTS[0], votes, **more)
        self.room.count(ballot, COUNTS[1], dict.fromkeys(self.stands(ballot), (0, 7, 0)))

    def recount(self, ballot: int) -> None:
        self.room.do(self.room.chair, actions.recount, ballot, "重新数。")

    def declare(self, ballot: int) -> None:
        self.room.do(self.room.chair, actions.declare, ballot)

    declare_left = declare_void = declare

    def refuse(self, ballot: int) -> None:
        late = self.room.stage(ballot) == "counted"
        who = self.room.town.organiser if late else self.room.chair
        self.room.do(who, actions.refuse, ballot, "不认可。", for_another=late)

    def again(self, ballot: int) -> None:
        self.room.do(self.room.chair, actions.again, ballot, Repeating(held_on=DAY))

    def decide(self, ballot: int) -> None:
        asked = Deciding(people=[self.room.people["许安"]], reason="支委会决定。")
        self.room.do(self.room.chair, actions.decide, ballot, asked)

    def leave(self, ballot: int) -> None:
        self.room.do(self.room.chair, actions.leave, ballot, "空着。")

    def end(self, ballot: int) -> None:
        self.room.do(self.room.chair, actions.end, ballot, "不投了。")


RESULTS = {STEP.DECLARE: "clear", STEP.DECLARE_LEFT: "short", STEP.DECLARE_VOID: "void"}


def possible(walker: Walker, sql, ballot: int) -> list[BallotStep]:
    """The steps of the table that this vote can take now."""
    stage, tied = sql("select stage, among_tied from assessment.ballot where id = %s", ballot)[0]
    steps = [step for at, step in MOVES.moves if at == stage]
    chosen = "short" if tied else random.Random(ballot).choice(("clear", "short", "void"))
    wanted = walker.plan.setdefault(ballot, {"result": chosen})
    steps = [step for step in steps if RESULTS.get(step, wanted["result"]) == wanted["result"]]
    refused = {STEP.AGAIN} if tied else {STEP.DECIDE}
    return [step for step in steps if not (stage == STAGE.UNSETTLED and step in refused)]


def test_votes_at_random_take_every_path_of_the_table_and_no_other(room, sql):
    chance, walker = random.Random(7), Walker(room, sql)
    left, live = set(MOVES.moves), [walker.begin()]
    for _ in range(300):
        ballot = chance.choice(live)
        stage, steps = room.stage(ballot), possible(walker, sql, ballot)
        fresh = [step for step in steps if (stage, step) in left]
        if not steps:
            live = [each for each in live if each != ballot] or [walker.begin()]
            continue
        step = chance.choice(fresh or [each for each in steps if each is not STEP.END] or steps)
        walker.take(ballot, step)
        left -= {(at, by) for at, by in left if at == stage and by == step}
        assert room.stage(ballot) == MOVES.moves[STAGE(stage), step].to
        followers = sql("select id from assessment.ballot where after_id = %s", ballot)
        live = sorted({*live, *(new for (new,) in followers)})
        if len(live) < 4:
            live.append(walker.begin())
        if not left:
            break
    assert left == set()
    holds_together(sql)


def holds_together(sql) -> None:
    """What must be true of all votes, whatever was done to them."""
    for ballot, stage in sql("select id, stage from assessment.ballot"):
        log = sql(
            "select step, stage_before, stage_after from office.happening where subject = %s and step is not null"
            " order by id",
            f"ballot:{ballot}",
        )
        assert MOVES.is_path(Moved(*each) for each in log)
        assert stage == (log[-1][2] if log else STAGE.CALLED)
        waits = WAITS[stage]
        open_now = sql("select kind from office.todo where subject = %s and closed_at is null", f"ballot:{ballot}")
        assert open_now == ([(waits[0],)] if waits else [])
    going = sql(
        "select purpose, subject_id, count(*) from assessment.ballot"
        " where stage not in ('counted', 'repeated', 'ended') group by 1, 2 having count(*) > 1"
    )
    assert going == []
    too_many = sql(
        "select b.id from assessment.ballot b join assessment.ballot_announced a on a.ballot_id = b.id and a.seated"
        " group by b.id having count(*) > b.seats"
    )
    assert too_many == []
    typed = sql("select ballot_id, teller_id, round, attempt from assessment.ballot_sheet order by 2, 3, 4")
    for (_, one, round_, attempt), (_, other, next_round, next_attempt) in pairwise(typed):
        assert (one, round_) != (other, next_round) or next_attempt == attempt + 1
    assert sql(
        "select count(*) from assessment.ballot_teller t join assessment.ballot b on b.id = t.ballot_id"
        " where t.slip_hash is not null and b.stage not in ('open', 'differs')"
    ) == [(0,)]


@pytest.mark.parametrize("stage", [each for each in BallotStage if each is not STAGE.CALLED])
def test_what_does_not_follow_is_refused_and_changes_nothing(room, sql, stage):
    ballot = room.opened(about=About("walk", 1))
    sql("update assessment.ballot set stage = %s where id = %s", str(stage), ballot)
    walker, before = Walker(room, sql), sql("select * from assessment.ballot order by id")
    follows = {step for at, step in MOVES.moves if at == stage}

    for step in set(BallotStep) - follows - {STEP.MATCH, STEP.DIFFER, STEP.DECLARE_LEFT, STEP.DECLARE_VOID}:
        with pytest.raises(OutOfOrder):
            walker.take(ballot, step)
    if not follows & {STEP.MATCH, STEP.DIFFER}:
        with pytest.raises(OutOfOrder):
            room.count(ballot, COUNTS[0], CLEAR)
        with pytest.raises((OutOfOrder, OutOfReach)):
            room.do(room.chair, actions.make_slip, ballot, SlipFor(place=1))

    assert sql("select * from assessment.ballot order by id") == before


# --- several at once ---


def tried(act, *arguments, **more):
    """What came of it: its answer, or how it was refused."""

    def attempt():
        try:
            return act(*arguments, **more)
        except Refusal as refusal:
            return type(refusal)

    return attempt


@pytest.mark.parametrize("same", [True, False])
def test_f18_two_tellers_at_once_are_both_in_and_compared_once(room, sql, same):
    ballot = room.opened()
    second = CLEAR if same else OTHERS

    at_once(tried(room.count, ballot, COUNTS[0], CLEAR), tried(room.count, ballot, COUNTS[1], second))

    assert room.stage(ballot) == ("agreed" if same else "differs")
    assert sql("select count(*) from office.happening where step in ('match', 'differ')") == [(1,)]
    assert sql("select count(*) from assessment.ballot_sheet") == [(2,)]


def test_f18_a_teller_who_presses_twice_has_typed_once(room, sql):
    ballot = room.opened()

    came = at_once(*[tried(room.count, ballot, COUNTS[0], CLEAR)] * 3)

    assert sorted(map(str, came)).count(str(OutOfOrder)) == 2
    assert sql("select count(*) from assessment.ballot_sheet") == [(1,)]


def test_f18_a_result_is_announced_once_and_a_vote_repeated_once(room, sql):
    ballot = room.opened(about=About("walk", 1))
    room.both(ballot, CLEAR | {"许安": (3, 3, 1)})

    at_once(*[tried(room.do, room.chair, actions.declare, ballot)] * 2)
    assert sql("select count(*) from office.happening where fact = 'BallotDeclared'") == [(1,)]
    at_once(*[tried(room.do, room.chair, actions.again, ballot, Repeating(held_on=DAY))] * 2)

    assert sql("select count(*) from assessment.ballot where after_id = %s", ballot) == [(1,)]
    holds_together(sql)


def test_f19_a_teller_replaced_while_he_types_counts_no_more(room, sql):
    ballot = room.opened()
    replacing = Replacing(place=1, person_id=room.people["江海"], reason="病了。")

    at_once(
        tried(room.count, ballot, COUNTS[0], CLEAR),
        tried(room.do, room.chair, actions.replace_teller, ballot, replacing),
        tried(room.count, ballot, COUNTS[1], CLEAR),
    )

    stands = sql("select person_id from assessment.ballot_teller where ended_at is null and place = 1")
    both = room.stage(ballot) == "agreed"
    assert stands == [(room.people[COUNTS[0] if both else "江海"],)]
    holds_together(sql)


def test_f19_a_thing_is_voted_on_once_however_many_call_it(room, sql):
    came = at_once(*[tried(room.called, "许安", about=About("walk", 9))] * 3)

    assert came.count(Conflict) == 2
    assert sql("select count(*) from assessment.ballot") == [(1,)]


def test_the_vote_of_a_unit_that_is_no_more_is_not_called(room, sql):
    sql("update office.unit set dissolved_on = '2025-11-30' where id = %s", room.town.units[GROUP])

    with pytest.raises(Conflict, match="已经撤销"):
        room.called("许安")
