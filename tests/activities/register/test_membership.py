"""The whole life of a membership: off the roll, moved ahead, full, withdrawn, taken back; and who is counted when."""

from datetime import date, timedelta

import psycopg
import pytest

from services.activities.ledger import actions as ledger
from services.activities.ledger.actions import Draft
from services.activities.ledger.queries import activity_in_reach, disagreeing, late_in, roll_of_day
from services.activities.ledger.rules.kinds import Kind
from services.activities.register import actions, queries
from services.activities.register.rules import read_roster
from services.activities.register.rules.membership import LEAVES, Asked, Changed, Stage, Turn
from services.activities.register.rules.regrouping import Part, Split
from services.assessment.cases import actions as cycles
from services.assessment.cases import queries as cases
from shared import clock
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.people import Account, holder_of
from shared.roles import Role
from shared.tables.cells import Workbook, sheet_from
from shared.waiting import lines_of
from tests.activities.conftest import sample_roster

WHY = "支部党员大会决定。"
HEADING = ["党支部", "党小组", "姓名", "党员类别"]
DAY = timedelta(days=1)


def off(turn: Turn, on: date, **more) -> Asked:
    known = {
        "basis": WHY,
        **({"elsewhere": "外县某支部", "dues_until": date(2025, 1, 1)} if turn == "transferred" else {}),
    }
    return Asked(turn=turn, on=on, **known | more)


@pytest.fixture
def today(working) -> date:
    with working() as session:
        return clock.today(session)


def roll(working, place, day) -> set[int]:
    with working(place.secretary) as session:
        return set(roll_of_day(session, place.secretary, place.group, day).members)


def done(working, place, name: str, asked: Asked, by=None) -> int:
    by = by or place.organiser
    with working(by) as session:
        return actions.turn(session, by, place.people[name], asked).id


@pytest.mark.parametrize("turn", [each for each in LEAVES if each is not Turn.CANCELLED])
def test_whoever_leaves_is_expected_up_to_the_day_and_not_on_it(place, working, today, turn):
    done(working, place, "甲乙", off(turn, today))

    him = place.people["甲乙"]
    assert him in roll(working, place, today - DAY)
    assert him not in roll(working, place, today)
    assert him not in roll(working, place, today + 40 * DAY)
    with working(place.organiser) as session:
        (act,) = queries.acts_of(session, place.organiser, him)
        assert (act.turn, act.stage, act.basis) == (turn, Stage.DONE, WHY)
        assert him not in dict(
            queries.candidates(session, place.organiser, queries.unit_in_reach(session, SYSTEM, place.group))
        )


def test_a_leader_who_dies_leaves_his_post_and_his_account_and_nobody_writes_to_the_dead(place, working, today, settle):
    him = place.people["组长"]
    with working() as session:
        actions.make_account(session, SYSTEM, him, "zuzhang")
    settle()
    done(working, place, "组长", off(Turn.DIED, today - 3 * DAY))
    settle()

    with working() as session:
        assert holder_of(session, place.group, Role.LEADER, today - 4 * DAY) == him
        assert holder_of(session, place.group, Role.LEADER, today - 3 * DAY) is None
        assert session.query(Account).filter_by(person_id=him).one().ended_at is not None


def test_nobody_but_the_organiser_and_not_himself(place, working, today):
    with working(place.secretary) as session, pytest.raises(NotYours):
        actions.turn(session, place.secretary, place.people["甲乙"], off(Turn.RESIGNED, today))
    with working(place.outsider) as session, pytest.raises(OutOfReach):
        actions.turn(session, place.outsider, place.people["甲乙"], off(Turn.RESIGNED, today))
    with working(place.outsider) as session, pytest.raises(OutOfReach):
        queries.member_act_to_change(session, place.outsider, done(working, place, "甲乙", off(Turn.DIED, today)))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"turn": Turn.DIED, "basis": ""}, "basis"),
        ({"turn": Turn.TRANSFERRED, "elsewhere": ""}, "elsewhere"),
        ({"turn": Turn.TRANSFERRED, "dues_until": None}, "dues_until"),
        ({"turn": Turn.FULL}, "decided_on"),
        ({"turn": Turn.RETURNED}, "to_unit_id"),
        ({"turn": Turn.DIED, "on": date(2031, 1, 1)}, "on"),
        ({"turn": Turn.DIED, "on": date(2024, 1, 1)}, "on"),
    ],
)
def test_what_says_too_little_is_answered_at_its_field(place, working, today, asked, field):
    turn = asked.pop("turn")
    with pytest.raises(Invalid) as refused:
        done(working, place, "甲乙", off(turn, asked.pop("on", today), **asked))
    assert refused.value.field == field


def test_an_act_of_a_day_to_come_changes_nothing_before_it_and_is_withdrawn(place, working, today, everything):
    him, ahead = place.people["甲乙"], today + 20 * DAY
    before = everything()
    number = done(working, place, "甲乙", Asked(turn=Turn.MOVED, on=ahead, to_unit_id=place.sister))

    for kind in ("membership", "post", "circumstance", "person"):
        assert everything()[f"office.{kind}"] == before[f"office.{kind}"]
    with working(place.leader) as session:
        assert [each.id for each in queries.acts_ahead(session, place.leader, place.group)] == [number]
    with working(place.organiser) as session:
        assert [each.title for each in queries.acts_ahead(session, place.organiser, place.sister)] == [
            "甲乙调动到东村党支部第二党小组"
        ]
        with pytest.raises(Conflict, match="请先撤回"):
            actions.turn(session, place.organiser, him, off(Turn.DIED, today))
    with working(place.organiser) as session:
        actions.withdraw_turn(session, place.organiser, number)
    with working(place.organiser) as session:
        assert queries.acts_ahead(session, place.organiser, place.sister) == []
    assert him in roll(working, place, ahead)


def test_on_its_day_it_is_done_and_counts_from_then_on(place, working, today, move_to, settle):
    ahead = today + 20 * DAY
    done(working, place, "甲乙", Asked(turn=Turn.MOVED, on=ahead, to_unit_id=place.sister))
    done(working, place, "丙丁", off(Turn.TRANSFERRED, ahead))
    move_to(ahead)
    settle()

    left = roll(working, place, ahead - DAY) - roll(working, place, ahead)
    assert left == {place.people["甲乙"], place.people["丙丁"]}
    with working(place.organiser) as session:
        assert place.people["甲乙"] in {
            m.person_id for m in queries.members_on(session, place.organiser, place.sister, ahead)
        }


def test_what_no_longer_fits_on_its_day_waits_for_the_organiser(place, working, today, move_to, settle):
    ahead = today + 20 * DAY
    number = done(working, place, "甲乙", Asked(turn=Turn.MOVED, on=ahead, to_unit_id=place.sister))
    with working() as session:
        actions.appoint(session, SYSTEM, place.people["甲乙"], place.group, Role.DEPUTY, starts_on=today)
    move_to(ahead)
    settle()

    with working(place.organiser) as session:
        (act,) = queries.acts_ahead(session, place.organiser, place.group)
        assert (act.stage, "请先免去" in (act.failed_why or "")) == (Stage.FAILED, True)
        assert "activities.member_act" in {
            line.kind for line in lines_of(session, place.people["干事"], place.organiser.posts)
        }
        actions.withdraw_turn(session, place.organiser, number)
    assert place.people["甲乙"] in roll(working, place, ahead)


def test_within_a_week_the_same_hand_gives_back_membership_post_and_account(place, working, today):
    him = place.people["组长"]
    with working() as session:
        actions.make_account(session, SYSTEM, him, "zuzhang")
        actions.set_circumstance(session, SYSTEM, him, "ill", starts_on=today - 9 * DAY)
    number = done(working, place, "组长", off(Turn.TRANSFERRED, today))
    other = place.actor("外人", (Role.ORGANISER, place.township))
    with working(other) as session, pytest.raises(NotYours):
        actions.undo_turn(session, other, number)
    with working(place.organiser) as session:
        assert actions.standing(session, number) == []
        actions.undo_turn(session, place.organiser, number)

    with working() as session:
        assert holder_of(session, place.group, Role.LEADER, today) == him
        assert session.query(Account).filter_by(person_id=him).one().ended_at is None
        assert queries.open_circumstance(session, him, "ill").starts_on == today - 9 * DAY
    assert him in roll(working, place, today)


def test_a_successor_stands_and_is_named_first(place, working, today):
    number = done(working, place, "组长", off(Turn.TRANSFERRED, today))
    with working() as session:
        actions.appoint(session, SYSTEM, place.people["丙丁"], place.group, Role.LEADER, starts_on=today)
    with working(place.organiser) as session:
        assert actions.standing(session, number) == ["丙丁已任东村党支部第一党小组党小组长，原来的职务不能恢复。"]
        actions.undo_turn(session, place.organiser, number)
    with working() as session:
        assert holder_of(session, place.group, Role.LEADER, today) == place.people["丙丁"]
    assert place.people["组长"] in roll(working, place, today)


def test_his_year_goes_on_as_it_was_decided_and_that_is_named_first(place, working, today, settle):
    with unit("assessment", place.organiser) as session:
        cycles.open_cycle(session, place.organiser, township_id=place.township, year=today.year - 1)
    settle()
    number = done(working, place, "组长", off(Turn.TRANSFERRED, today))
    settle()

    said = f"{today.year - 1}年度考核还没有办结，其中已经办理的不变。"
    with working(place.organiser) as session:
        assert actions.standing(session, number) == [said]
        actions.undo_turn(session, place.organiser, number)
    with unit("assessment", place.organiser) as session:
        listed = cases.cases_page(session, place.organiser, cycle_id=None)
        assert [each.Case.person_id for each in listed].count(place.people["组长"]) == 1


def test_after_a_week_or_a_later_change_nothing_is_taken_back(place, working, today, move_to):
    first = done(working, place, "甲乙", Asked(turn=Turn.MOVED, on=today, to_unit_id=place.sister))
    second = done(working, place, "丙丁", off(Turn.DIED, today))
    move_to(today + DAY)
    done(working, place, "甲乙", off(Turn.DIED, today + DAY))
    with working(place.organiser) as session, pytest.raises(Conflict, match="以后又办理了去世"):
        actions.undo_turn(session, place.organiser, first)
    move_to(today + 9 * DAY)
    with working(place.organiser) as session, pytest.raises(Conflict, match="超过七天"):
        actions.undo_turn(session, place.organiser, second)


def test_a_move_is_taken_back_and_he_is_where_he_was(place, working, today):
    him = place.people["甲乙"]
    with working() as session:
        actions.set_circumstance(session, SYSTEM, him, "ill", starts_on=today - 9 * DAY)
    number = done(working, place, "甲乙", Asked(turn=Turn.MOVED, on=today - 2 * DAY, to_unit_id=place.other_group))
    assert him not in roll(working, place, today)
    with working(place.organiser) as session:
        actions.undo_turn(session, place.organiser, number)
    assert him in roll(working, place, today - DAY)
    with working(place.secretary) as session:
        (member,) = [m for m in queries.members_on(session, place.secretary, place.group, today) if m.person_id == him]
        assert member.circumstances == ("ill",)
    with working(place.outsider) as session:
        assert him not in {m.person_id for m in queries.members_on(session, place.outsider, place.other_group, today)}


def test_a_mistaken_registration_counts_on_no_day(place, working, today):
    done(working, place, "甲乙", off(Turn.MISTAKEN, today))
    for day in (date(2024, 1, 1), today - 40 * DAY, today):
        assert place.people["甲乙"] not in roll(working, place, day)


def test_a_probationary_member_becomes_full_and_another_is_cancelled(place, working, today):
    with working() as session:
        for name in ("新一", "新二"):
            added = actions.add_person(
                session, SYSTEM, place.group, name=name, kind="probationary", starts_on=today - 400 * DAY
            )
            place.people[name] = added.id
    done(working, place, "新一", off(Turn.FULL, today, decided_on=today - 5 * DAY))
    done(working, place, "新二", off(Turn.CANCELLED, today))
    with pytest.raises(Conflict, match="正式党员"):
        done(working, place, "甲乙", off(Turn.CANCELLED, today))

    def kinds(day: date) -> dict[str, str]:
        with working(place.organiser) as session:
            return {m.name: m.kind for m in queries.members_on(session, place.organiser, place.group, day)}

    assert (kinds(today - DAY)["新一"], kinds(today)["新一"]) == ("probationary", "full")
    assert "新二" in kinds(today - DAY)
    assert "新二" not in kinds(today)


def test_whoever_left_takes_up_no_post_no_account_and_comes_back_only_as_such(place, working, today):
    him = place.people["甲乙"]
    done(working, place, "甲乙", off(Turn.SUSPENDED, today - 9 * DAY))
    with working() as session:
        for refused in (
            lambda: actions.appoint(session, SYSTEM, him, place.group, Role.DEPUTY),
            lambda: actions.make_account(session, SYSTEM, him, "jiayi"),
            lambda: actions.set_circumstance(session, SYSTEM, him, "ill"),
        ):
            with pytest.raises(Conflict, match="已不在册"):
                refused()
    with pytest.raises(Conflict):
        done(working, place, "甲乙", Asked(turn=Turn.MOVED, on=today, to_unit_id=place.sister))
    done(working, place, "甲乙", off(Turn.RETURNED, today, to_unit_id=place.group))
    assert [him in roll(working, place, today - each * DAY) for each in (10, 9, 1, 0)] == [True, False, False, True]


def test_an_officer_leaves_his_post_in_the_township_first(place, working, today):
    with working() as session:
        actions.appoint(session, SYSTEM, place.people["戊己"], place.township, Role.INSPECTOR, starts_on=today)
    with pytest.raises(NotYours):
        done(working, place, "戊己", off(Turn.DIED, today))
    assert place.people["戊己"] in roll(working, place, today)


def test_what_was_changed_is_kept_as_it_was():
    changed = Changed(
        ended=((1, None), (2, date(2025, 1, 1))), began=3, posts=((4, None),), circumstances=(5,), account=True
    )
    assert Changed.of(changed.stored()) == changed


def test_two_at_once_leave_one_act(place, working, today, office):
    done(working, place, "甲乙", Asked(turn=Turn.MOVED, on=today + DAY, to_unit_id=place.sister))
    with psycopg.connect(office.owner_url) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(
            "insert into activities.member_act (township_id, person_id, unit_id, turn, starts_on, basis, number,"
            " elsewhere, stage, asked_at) select township_id, person_id, unit_id, turn, starts_on, '', '', '',"
            " 'planned', now() from activities.member_act"
        )


def test_no_file_brings_back_who_left_nor_registers_him_again(sample_township, working, today):
    roster = sample_roster()
    with working() as session:
        now = queries.register_now(session, SYSTEM, sample_township, on=today)
        him = next(p for p in now.people if p.membership and not p.posts and p.id_index)
        actions.turn(session, SYSTEM, him.id, Asked(turn=Turn.DIED, on=today, basis="死亡证明。"))
        plan = actions.commit_roster(session, SYSTEM, sample_township, roster, as_of=today)
        said = [each.problem for each in plan.problems if "已经减员的 1 人" in each.problem]
        after = queries.register_now(session, SYSTEM, sample_township, on=today)

        assert [him.name in each for each in said] == [True]
        assert [(p.id, p.left) for p in after.people if p.name == him.name and p.membership is None] == [
            (him.id, today)
        ]
        assert len(after.people) == len(now.people)


def test_a_death_entered_late_names_the_records_that_counted_him_and_they_are_corrected(place, working, today):
    him = place.people["甲乙"]
    held = [today - each * DAY for each in (20, 6, 3)]
    with working(place.leader) as session:
        ids = [
            ledger.record_activity(
                session, place.leader, place.group, Draft(kind=Kind.STUDY, held_on=day), submitted=True
            ).id
            for day in held
        ]
    with working(place.secretary) as session:
        ledger.confirm(session, place.secretary, ids)
    done(working, place, "甲乙", off(Turn.DIED, today - 10 * DAY))
    with working(place.organiser) as session:
        found = disagreeing(session, place.organiser, him)
        assert [(each.activity_id, each.missing) for each in found] == [(ids[2], False), (ids[1], False)]
        with pytest.raises(Conflict):
            ledger.leave_out(session, place.organiser, him, ids)
    with working(place.outsider) as session, pytest.raises(OutOfReach):
        ledger.leave_out(session, place.outsider, him, ids[1:])
    with working(place.organiser) as session:
        ledger.leave_out(session, place.organiser, him, ids[1:])
    with working(place.organiser) as session:
        assert disagreeing(session, place.organiser, him) == []
        figures = [activity_in_reach(session, place.organiser, each) for each in ids]
        assert [(each.expected, each.present, each.stage) for each in figures] == [
            (5, 5, "confirmed"),
            (4, 4, "submitted"),
            (4, 4, "submitted"),
        ]


def test_a_move_entered_late_names_the_record_in_which_he_is_missing(place, working, today):
    with working() as session:
        actions.appoint(session, SYSTEM, place.people["姊妹"], place.sister, Role.LEADER, starts_on=today - 30 * DAY)
    sister = place.actor("姊妹", (Role.LEADER, place.sister))
    with working(sister) as session:
        draft = Draft(kind=Kind.STUDY, held_on=today - 3 * DAY)
        number = ledger.record_activity(session, sister, place.sister, draft, submitted=True).id
    done(working, place, "甲乙", Asked(turn=Turn.MOVED, on=today - 5 * DAY, to_unit_id=place.sister))
    with working(place.organiser) as session:
        (found,) = disagreeing(session, place.organiser, place.people["甲乙"])
        assert (found.activity_id, found.missing) == (number, True)


def test_a_regrouping_entered_late_names_the_record_that_counted_whoever_went(place, working, today):
    with working(place.leader) as session:
        draft = Draft(kind=Kind.STUDY, held_on=today - 3 * DAY)
        number = ledger.record_activity(session, place.leader, place.group, draft, submitted=True).id
    part = Part(name="第三党小组", members=[place.people["甲乙"]])
    with working(place.organiser) as session:
        split = Split(group_id=place.group, parts=[part], on=today - 5 * DAY)
        actions.regroup(session, place.organiser, split)
        found = disagreeing(session, place.organiser, place.people["甲乙"])
        assert [(each.activity_id, each.missing) for each in found] == [(number, False)]
        assert disagreeing(session, place.organiser, place.people["丙丁"]) == []


def moved_by_a_roster(place, working, day) -> None:
    book = Workbook([sheet_from("花名册", [HEADING, ["东村党支部", "第二党小组", "甲乙", "正式党员"]])])
    with working(place.organiser) as session:
        roster = read_roster(book, today=clock.today(session))
        actions.commit_roster(session, place.organiser, place.township, roster, as_of=day)


def test_a_roster_that_moves_somebody_from_an_earlier_day_names_the_records_that_counted_him(place, working, today):
    with working(place.leader) as session:
        draft = Draft(kind=Kind.STUDY, held_on=today - 3 * DAY)
        number = ledger.record_activity(session, place.leader, place.group, draft, submitted=True).id
    with working(place.secretary) as session:
        ledger.confirm(session, place.secretary, [number])
        assert late_in(session, place.secretary, place.branch) == []
    moved_by_a_roster(place, working, today - 5 * DAY)

    with working(place.organiser) as session:
        found = disagreeing(session, place.organiser, place.people["甲乙"])
        assert [(each.activity_id, each.missing) for each in found] == [(number, False)]
        (late,) = late_in(session, place.organiser, place.township)
        assert (late.name, late.records) == ("甲乙", 1)
    with working(place.outsider) as session:
        assert late_in(session, place.outsider, place.other_branch) == []
        assert late_in(session, place.outsider, place.branch) == []
    with working(place.organiser) as session:
        ledger.leave_out(session, place.organiser, place.people["甲乙"], [number])
    with working(place.organiser) as session:
        assert late_in(session, place.organiser, place.township) == []


def test_who_comes_from_outside_counts_from_his_day_and_says_from_where(place, working, today):
    came = Asked(
        turn=Turn.CAME,
        on=today,
        basis="介绍信。",
        number="2025-17",
        elsewhere="外县某支部",
        dues_until=date(2025, 2, 1),
    )
    known = {"name": "新来", "kind": "full", "joined_on": date(2024, 6, 1)}
    with working(place.organiser) as session:
        him = actions.register_person(session, place.organiser, place.group, arrival=came, **known).id
    assert [him in roll(working, place, day) for day in (today - DAY, today)] == [False, True]
    with working(place.organiser) as session:
        (act,) = queries.acts_of(session, place.organiser, him)
        assert (act.turn, act.elsewhere, act.number, act.undoable) == (Turn.CAME, "外县某支部", "2025-17", False)
        with pytest.raises(Conflict, match="误登记"):
            actions.undo_turn(session, place.organiser, act.id)
        with pytest.raises(Invalid, match="从哪个党组织"):
            nowhere = Asked(turn=Turn.CAME, on=today, basis="介绍信。")
            actions.register_person(session, place.organiser, place.group, arrival=nowhere, **known)
        with pytest.raises(Invalid, match="预备党员"):
            admitted = Asked(turn=Turn.ADMITTED, on=today, basis="支部大会。", decided_on=today)
            actions.register_person(session, place.organiser, place.group, arrival=admitted, **known)
        with pytest.raises(Invalid, match="还没有到"):
            actions.add_person(session, place.organiser, place.group, name="明天", starts_on=today + DAY)
