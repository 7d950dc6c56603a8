"""Records: written, taken further, corrected with history; and counters that are always what a recount says."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.activities.ledger import actions, queries
from services.activities.ledger.actions import Draft
from services.activities.ledger.rules import Kind
from services.activities.ledger.rules.attendance import Absence
from services.activities.ledger.rules.stages import MOVES, Stage
from services.activities.register import actions as register
from shared.access import SYSTEM
from shared.errors import Conflict, Invalid, NotYours, OutOfOrder, OutOfReach, Refusal
from shared.lists import Turn
from shared.moves import Moved
from shared.roles import Role

HELD = date(2025, 2, 20)


def draft(place, *, held_on=HELD, absent=(), **changes) -> Draft:
    named = {place.people[name]: Absence("leave", "请假") for name in absent}
    return replace(
        Draft(kind=Kind.STUDY, held_on=held_on, topic="学习", minutes=90, absent=named, again=True), **changes
    )


def record(working, place, *, by=None, submitted=True, **changes) -> int:
    actor = by or place.leader
    with working(actor) as session:
        return actions.record_activity(session, actor, place.group, draft(place, **changes), submitted=submitted).id


def confirm(working, place, *ids: int) -> None:
    with working(place.secretary) as session:
        actions.confirm(session, place.secretary, ids)


def counters(working):
    with working() as session:
        return queries.counted(session, 2025), queries.recount(session, 2025)


def commit_sample(working, township, ledger):
    with working() as session:
        return actions.commit_ledger(session, SYSTEM, township, ledger)


def assert_counted(working):
    kept, anew = counters(working)
    assert kept == anew
    return kept


# --- from a draft to confirmed ---


def test_a_record_counts_when_the_secretary_has_confirmed_it(place, working):
    activity_id = record(working, place, absent=["甲乙"])
    assert assert_counted(working) == {}

    confirm(working, place, activity_id)

    assert assert_counted(working) == {
        (place.group, "study"): {
            "done": [0, 1, *[0] * 10],
            "present": [0, 4, *[0] * 10],
            "expected": [0, 5, *[0] * 10],
            "minutes": [0, 90, *[0] * 10],
            "ids": [activity_id],
        }
    }


def test_each_step_belongs_to_its_role_and_its_place(place, working):
    with pytest.raises(OutOfReach):
        record(working, place, by=place.outsider)
    activity_id = record(working, place, submitted=False)

    for actor, ids, refusal in (
        (place.leader, [activity_id], OutOfOrder),  # not yet handed in
        (place.outsider, [activity_id], OutOfReach),
        (place.secretary, [activity_id, 999_999], OutOfReach),
    ):
        with pytest.raises(refusal), working(actor) as session:
            actions.confirm(session, actor, ids)
    with working(place.leader) as session:
        actions.submit(session, place.leader, activity_id)
    with pytest.raises(NotYours), working(place.leader) as session:
        actions.confirm(session, place.leader, [activity_id])
    confirm(working, place, activity_id)
    with pytest.raises(OutOfOrder):
        confirm(working, place, activity_id)


def test_confirming_several_is_all_or_none(place, working):
    first, draft_only = record(working, place), record(working, place, submitted=False)

    with pytest.raises(OutOfOrder):
        confirm(working, place, first, draft_only)

    assert assert_counted(working) == {}
    confirm(working, place, first, record(working, place, kind=Kind.LECTURE))
    assert {kind for _, kind in assert_counted(working)} == {"study", "lecture"}


def test_the_organiser_stands_in_only_where_there_is_no_secretary(place, working):
    here = record(working, place)
    organiser = place.organiser
    with pytest.raises(NotYours), working(organiser) as session:
        actions.confirm(session, organiser, [here])

    with working() as session:
        there = actions.record_activity(
            session, place.outsider, place.other_group, draft(place, held_on=HELD), submitted=True
        ).id
    with working(organiser) as session:
        assert actions.confirm(session, organiser, [there])[0].stage == Stage.CONFIRMED


def test_a_returned_record_carries_its_reason_until_it_is_confirmed(place, working):
    activity_id = record(working, place)
    with pytest.raises(Invalid), working(place.secretary) as session:
        actions.return_activity(session, place.secretary, activity_id, reason=" ")

    with working(place.secretary) as session:
        returned = actions.return_activity(session, place.secretary, activity_id, reason="请补充内容")
        assert (returned.stage, returned.returned_why) == ("returned", "请补充内容")
    with working(place.leader) as session:
        actions.correct(session, place.leader, activity_id, draft(place, content="学习了条例"), why="")
        actions.submit(session, place.leader, activity_id)
    confirm(working, place, activity_id)

    with working(place.leader) as session:
        found = queries.activity_in_reach(session, place.leader, activity_id)
        assert (found.stage, found.returned_why, found.content) == ("confirmed", None, "学习了条例")


def test_a_draft_may_be_given_up_and_a_confirmed_record_may_not(place, working):
    activity_id, confirmed = record(working, place, submitted=False), record(working, place)
    confirm(working, place, confirmed)

    with working(place.leader) as session:
        assert actions.discard(session, place.leader, activity_id).stage == "discarded"
        with pytest.raises(OutOfOrder):
            actions.discard(session, place.leader, confirmed)
        listed = queries.activities(session, place.leader, turn=Turn()).rows
        assert [activity.id for activity in listed] == [confirmed]


def test_the_same_key_writes_once(place, working):
    def write():
        with working(place.leader) as session:
            return actions.record_activity(session, place.leader, place.group, draft(place), key="phone-1").id

    assert write() == write()


# --- who was there ---


def test_who_is_kept_away_is_out_of_both_figures_unless_asked(place, working):
    with working() as session:
        register.set_circumstance(session, SYSTEM, place.people["甲乙"], "aged", starts_on=date(2025, 1, 1))
        register.set_circumstance(session, SYSTEM, place.people["丙丁"], "away", starts_on=date(2025, 3, 1))

    def figures(**changes):
        with working(place.leader) as session:
            made = actions.record_activity(session, place.leader, place.group, draft(place, **changes))
            lines = queries.attendance(session, place.leader, made.id)
            return (made.present, made.expected), {name: (state, counted) for _, name, state, counted, *_ in lines}

    stayed, lines = figures()
    assert stayed == (4, 4)
    assert (lines["甲乙"], lines["丙丁"]) == (("excused", False), ("present", True))
    came, lines = figures(came=(place.people["甲乙"],))
    assert came == (4, 4)
    assert lines["甲乙"] == ("present", False)
    assert figures(held_on=date(2025, 3, 2))[0] == (3, 3)
    assert figures(held_on=date(2024, 12, 1), absent=["甲乙"])[0] == (4, 5)


def test_who_joined_later_is_not_expected_earlier(place, working):
    with working() as session:
        register.add_person(session, SYSTEM, place.group, name="新人", kind="probationary", joined_on=date(2025, 2, 1))

    with working(place.leader) as session:
        expected = [
            actions.record_activity(session, place.leader, place.group, draft(place, held_on=day)).expected
            for day in (date(2025, 1, 31), date(2025, 2, 1))
        ]
    assert expected == [5, 6]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"held_on": date(2025, 3, 4)}, "held_on"),
        ({"held_on": date(2023, 12, 31)}, "held_on"),
        ({"absent": ["姊妹"]}, "absent"),
    ],
)
def test_what_cannot_have_been_is_refused(place, working, changes, field):
    with pytest.raises(Invalid) as refused:
        record(working, place, **changes)
    assert refused.value.field == field


def test_nobody_from_beyond_ones_reach_can_be_named(place, working):
    stranger = place.people["外人"]
    for changes in ({"chair_id": stranger}, {"recorder_id": stranger}, {"came": (stranger,)}):
        with pytest.raises(OutOfReach):
            record(working, place, **changes)


# --- corrections ---


def test_a_correction_keeps_history_and_stops_counting_until_confirmed_again(place, working):
    activity_id = record(working, place, absent=["甲乙"])
    confirm(working, place, activity_id)
    before = assert_counted(working)

    with pytest.raises(Invalid), working(place.leader) as session:
        actions.correct(session, place.leader, activity_id, draft(place), why="")
    with working(place.leader) as session:
        other = draft(place, held_on=date(2025, 1, 9), kind=Kind.LECTURE, absent=["丙丁", "戊己"])
        actions.correct(session, place.leader, activity_id, other, why="日期写错了", revision=1)

    assert assert_counted(working) == {}
    with working(place.secretary) as session:
        (earlier,) = queries.revisions(session, place.secretary, activity_id)
        assert (earlier.number, earlier.why, earlier.body["held_on"]) == (1, "日期写错了", "2025-02-20")
        assert earlier.body["stage"] == "confirmed"
        absent = [line[0] for line in earlier.body["attendance"] if line[1] == "absent"]
        assert absent == [place.people["甲乙"]]
    confirm(working, place, activity_id)
    assert set(assert_counted(working)) == {(place.group, "lecture")}

    with working(place.secretary) as session:
        actions.correct(session, place.secretary, activity_id, draft(place, absent=["甲乙"]), why="改回")
    confirm(working, place, activity_id)
    assert assert_counted(working) == before


def test_a_form_that_somebody_else_corrected_meanwhile_is_not_overwritten(place, working):
    activity_id = record(working, place)
    with working(place.leader) as session:
        actions.correct(session, place.leader, activity_id, draft(place, topic="先"), why="", revision=1)

    with pytest.raises(Conflict), working(place.secretary) as session:
        actions.correct(session, place.secretary, activity_id, draft(place, topic="后"), why="", revision=1)


def test_the_history_of_every_record_is_a_path_through_the_table_of_moves(
    office, place, working, sample_township, ledger
):
    imported = commit_sample(working, sample_township, replace(ledger, rows=ledger.rows[:3], rows_total=3))
    assert len(imported.activities) == 3
    activity_id = record(working, place)
    confirm(working, place, activity_id)
    with working(place.leader) as session:
        actions.correct(session, place.leader, activity_id, draft(place), why="更正")

    import psycopg

    with psycopg.connect(office.owner_url) as connection:
        rows = connection.execute(
            "select subject, step, stage_before, stage_after from office.happening"
            " where subject like 'activity:%' and step is not null order by id"
        ).fetchall()
    logs: dict[str, list[Moved]] = {}
    for subject, step, before, after in rows:
        logs.setdefault(subject, []).append(Moved(step, before, after))
    assert len(logs) == 4
    assert all(MOVES.is_path(log) for log in logs.values())


# --- whom nobody else sees ---


def test_an_outsider_sees_nothing(place, working):
    activity_id = record(working, place, submitted=False)
    outsider = place.outsider

    with working(outsider) as session:
        assert queries.activities(session, outsider, unit_id=place.group, turn=Turn()).rows == []
        assert queries.attendance(session, outsider, activity_id) == []
        assert queries.tallies(session, outsider, place.group, 2025) == []
        for change in (
            lambda: queries.activity_in_reach(session, outsider, activity_id),
            lambda: actions.submit(session, outsider, activity_id),
            lambda: actions.discard(session, outsider, activity_id),
            lambda: actions.return_activity(session, outsider, activity_id, reason="看看"),
            lambda: actions.correct(session, outsider, activity_id, draft(place), why="改"),
        ):
            with pytest.raises(OutOfReach):
                change()


def test_the_keeper_of_accounts_sees_no_record(place, working):
    record(working, place)
    keeper = place.actor("干事", (Role.KEEPER, place.township), (Role.AUDITOR, place.township))

    with working(keeper) as session:
        assert queries.activities(session, keeper, turn=Turn()).rows == []


def test_pages_go_on_where_they_ended(place, working):
    days = [date(2025, 1, 10), date(2025, 2, 10), date(2025, 1, 10), date(2025, 1, 20), date(2024, 12, 30)]
    ids = [record(working, place, held_on=day) for day in days]

    with working(place.secretary) as session:
        first = queries.activities(session, place.secretary, year=2025, turn=Turn(limit=3))
        rest = queries.activities(session, place.secretary, year=2025, turn=Turn(first.next, limit=3))
        again = queries.activities(session, place.secretary, year=2025, turn=Turn(before=rest.previous, limit=3))
        sorted_by = queries.activities(session, place.secretary, year=2025, sort="earliest", turn=Turn())
        named = queries.activities(session, place.secretary, words="没有这个词", turn=Turn())
    found = [activity.id for page in (first, rest) for activity in page.rows]
    assert found == [ids[1], ids[3], ids[2], ids[0]]
    assert ([activity.id for activity in again.rows], again.previous, rest.next) == (found[:3], None, None)
    assert [activity.id for activity in sorted_by.rows] == found[::-1]
    assert named.rows == []


# --- counters, whatever happens ---

STEPS = ("record", "submit", "confirm", "return", "correct", "discard")


@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(walk=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3), st.integers(0, 30)), max_size=25))
def test_the_counters_are_what_a_recount_says_after_any_walk(place, working, walk):
    ids: list[int] = []
    for step, which, seed in walk:
        form = draft(
            place,
            held_on=date(2025, 1 + seed % 2, 1 + seed % 28),
            kind=list(Kind)[seed % 3],
            absent=["甲乙", "丙丁"][: seed % 3],
        )
        try:
            take(working, place, (step, which), ids, form)
        except Refusal:
            continue
    assert_counted(working)


def take(working, place, asked, ids, form):
    step, which = asked
    leader, secretary = place.leader, place.secretary
    if step == "record" or not ids:
        with working(leader) as session:
            ids.append(actions.record_activity(session, leader, place.group, form, submitted=which > 1).id)
        return
    target = ids[which % len(ids)]
    actor = secretary if step in ("confirm", "return") else leader
    with working(actor) as session:
        match step:
            case "submit":
                actions.submit(session, actor, target)
            case "confirm":
                actions.confirm(session, actor, {target, ids[-1]})
            case "return":
                actions.return_activity(session, actor, target, reason="退回")
            case "correct":
                actions.correct(session, actor, target, form, why="更正")
            case "discard":
                actions.discard(session, actor, target)
