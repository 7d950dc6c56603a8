"""What is owed, seen from a group, a branch and the township; told before it falls due; and given to a year-end run."""

import json
import random
from datetime import date
from typing import Any

import psycopg
import pytest

from services.activities.duties import actions, queries
from services.activities.ledger import actions as ledger
from services.activities.ledger import queries as ledger_queries
from services.activities.ledger.actions import Draft
from services.activities.ledger.rules import Kind
from services.activities.ledger.rules.kinds import OF_GROUPS
from services.activities.register import actions as register
from shared import daily, rulebase, work
from shared.access import SYSTEM
from shared.db import unit
from shared.duties import Span, State, calendar_of
from shared.duties import met as met_of
from shared.errors import Invalid, OutOfReach
from shared.evidence import KINDS
from shared.roles import Role
from shared.workdays import Workdays


def hold(working, place, kind: Kind, *days: date, group: int | None = None) -> None:
    """Activities held and confirmed on some days."""
    where = group or place.group
    with working() as session:
        for day in days:
            row = Draft(kind=kind, held_on=day, minutes=60, again=True)
            leader, secretary = (
                (place.leader, place.secretary) if where == place.group else (place.outsider, place.outsider)
            )
            made = ledger.record_activity(session, leader, where, row, submitted=True)
            ledger.confirm(session, secretary, [made.id])


def months(*numbers: int, year: int = 2025) -> list[date]:
    return [date(year, month, 10) for month in numbers]


# --- seen ---


def test_a_groups_year_shows_twelve_squares_a_kind(place, working, move_to):
    move_to(date(2025, 4, 15))
    hold(working, place, Kind.STUDY, *months(1, 3))

    with working(place.leader) as session:
        (year,) = queries.year_of_units(session, place.leader, place.group, 2025)

    states = [square.state for square in year.squares["study"]]
    assert states[:4] == [State.DONE, State.MISSING, State.DONE, State.DUE]
    assert set(states[4:]) == {State.FUTURE}
    assert year.group.name == "第一党小组"


def test_a_branch_sees_its_gaps_and_the_township_all_groups(place, working, move_to):
    move_to(date(2025, 2, 10))
    for kind in (Kind.STUDY, Kind.GROUP_MEETING, Kind.THEME_DAY):
        hold(working, place, kind, *months(1, 2))

    with working(place.secretary) as session:
        gaps = queries.gaps(session, place.secretary, place.branch, 2025)
    owed = {gap.group.name: {(each.duty.kind, each.duty.period) for each in gap.standings} for gap in gaps}
    assert owed["第一党小组"] == {("life_meeting", "2025-H1")}
    assert ("study", "2025-01") in owed["第二党小组"]

    with working(place.organiser) as session:
        years = queries.year_of_units(session, place.organiser, place.township, 2025)
    assert [year.group.group_id for year in years] == [place.group, place.sister, place.other_group]


def test_only_records_that_are_confirmed_count(place, working, move_to):
    move_to(date(2025, 2, 10))
    with working(place.leader) as session:
        ledger.record_activity(
            session, place.leader, place.group, Draft(kind=Kind.STUDY, held_on=date(2025, 1, 9)), submitted=True
        )
        (year,) = queries.year_of_units(session, place.leader, place.group, 2025)

    assert year.squares["study"][0].state == State.MISSING


def test_an_outsider_sees_no_gap(place, working):
    with working(place.outsider) as session:
        for look in (queries.gaps, queries.year_of_units):
            with pytest.raises(OutOfReach):
                look(session, place.outsider, place.branch, 2025)


# --- told before it falls due ---


def happenings(office, fact: str) -> list[dict[str, Any]]:
    with psycopg.connect(office.owner_url) as connection:
        question = "select body from office.happening where fact = %s order by id"
        return [row[0] for row in connection.execute(question, [fact])]


def reminders(office) -> list[tuple[str, str]]:
    with psycopg.connect(office.owner_url) as connection:
        question = "select key, state from activities.job where task = 'activities.remind_duties' order by id"
        return connection.execute(question).fetchall()


def test_a_township_is_reminded_so_many_working_days_before_the_deadline(office, place, working, move_to):
    work.sweep("activities")  # founded on 3 March 2025, whose last working day is the 31st
    assert reminders(office) == [(f"township:{place.township}:2025-03-24", "ready")]
    hold(working, place, Kind.STUDY, date(2025, 3, 3))

    move_to(date(2025, 3, 24), 7)
    work.sweep("activities")
    assert happenings(office, "DutiesDue") == []
    move_to(date(2025, 3, 24), 8)
    work.sweep("activities")
    work.sweep("activities")

    (told,) = happenings(office, "DutiesDue")
    assert (told["unit_id"], told["period"], told["due_on"]) == (place.township, "2025-03", "2025-03-31")
    assert told["branches"] == [[place.branch, 2, 5], [place.other_branch, 1, 3]]
    assert sum(owed for _, _, owed in told["groups"]) == 8
    assert {group: owed for group, _, owed in told["groups"]}[place.group] == 2
    assert reminders(office)[1:] == [(f"township:{place.township}:2025-03-28", "ready")]


def test_who_has_done_everything_is_not_reminded(office, place, working, move_to):
    with working() as session:
        register.found_township(session, SYSTEM, "空乡", rule_set="xiang")
    work.sweep("activities")

    move_to(date(2025, 3, 24))
    work.sweep("activities")

    assert [told["unit_id"] for told in happenings(office, "DutiesDue")] == [place.township]


def told_of_duties(office) -> int:
    with psycopg.connect(office.owner_url) as connection:
        return len(
            connection.execute("select from notify.message where fact = 'DutiesDue' and telling = 'due'").fetchall()
        )


def test_a_clock_that_jumped_over_months_tells_none_of_them(office, place, move_to, settle):
    work.sweep("activities")

    move_to(date(2025, 9, 1))
    settle()

    assert told_of_duties(office) == 0
    assert [state for _, state in reminders(office)] == ["done", "ready"]
    # The 30th is the deadline; the 28th, a Sunday, is worked for the holiday that follows.
    assert reminders(office)[-1][0] == f"township:{place.township}:2025-09-24"


@pytest.mark.parametrize("day", [26, 28, 31])
def test_a_clock_that_jumped_over_a_day_of_reminding_or_two_tells_each_of_two_branches_once(
    office, place, move_to, settle, day
):
    work.sweep("activities")  # the days are the 24th and the 28th, the deadline is the 31st

    move_to(date(2025, 3, day))
    settle()

    assert told_of_duties(office) == 2


def test_a_holiday_more_moves_the_day_of_reminding_forward(office, place, move_to):
    work.sweep("activities")
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("insert into office.workday (day, working, why) values ('2025-03-28', false, '放假')")

    told = []
    for day in (20, 21, 24):
        move_to(date(2025, 3, day))
        daily.post("activities")
        work.sweep("activities")
        work.sweep("activities")
        told.append(len(happenings(office, "DutiesDue")))

    assert told == [0, 1, 1]
    assert [key for key, state in reminders(office) if state == "ready"] == [f"township:{place.township}:2025-03-27"]


def test_reminding_twice_tells_once(office, place, move_to):
    work.sweep("activities")
    with unit("activities") as session:
        actions.start_reminders(session, place.township)

    assert len(reminders(office)) == 1


# --- given to a year-end run ---


def answers(office) -> list[dict[str, Any]]:
    with psycopg.connect(office.owner_url) as connection:
        question = "select payload from assessment.job where task = 'assessment.score_chunk' order by id"
        return [
            {**row[0], "tallies": [named(row[0], *tally) for tally in row[0]["tallies"]]}
            for row in connection.execute(question)
        ]


def named(answer: dict[str, Any], group: int, figures: str, ids: str) -> dict[str, Any]:
    """A tally with its figures by name, and the ids of each kind."""
    numbers, records = (iter(json.loads(f"[{array[1:-1]}]")) for array in (figures, ids))
    told: dict[str, Any] = {"g": group}
    for kind in answer["kinds"]:
        told |= {f"{figure}_{kind}": next(numbers) for figure in answer["figures"]}
    told["ids"] = {
        kind: [next(records) for _ in range(told[f"done_{kind}"])] for kind in answer["kinds"] if told[f"done_{kind}"]
    }
    assert [*numbers, *records] == []
    return told


def ask(groups: list[int], *, year: int = 2025, chunk: int = 0) -> None:
    asked = {"cycle_id": 7, "run": 1, "chunk": chunk, "year": year, "groups": groups}
    with unit("assessment") as session:
        work.post(session, "activities.collect_tallies", key=f"cycle:7:run:1:chunk:{chunk}", payload=asked)
    work.sweep("activities")


def test_a_run_gets_each_groups_year_as_the_rules_count_it(office, place, working, move_to):
    move_to(date(2026, 1, 5))
    rng = random.Random(7)
    print("seed 7")
    with working() as session:
        late = register.found_group(session, SYSTEM, place.branch, "新设党小组", founded_on=date(2025, 4, 20)).id
    for kind in OF_GROUPS:
        hold(working, place, kind, *(date(2025, rng.randint(1, 12), 5) for _ in range(rng.randint(0, 9))))
        if rng.random() < 0.5:
            hold(working, place, kind, *months(2, 2, 8), group=place.other_group)
    groups = [place.group, place.sister, place.other_group, late]

    ask(groups)

    (answer,) = answers(office)
    assert {key: answer[key] for key in ("cycle_id", "run", "chunk")} == {"cycle_id": 7, "run": 1, "chunk": 0}
    assert [tally["g"] for tally in answer["tallies"]] == sorted(groups)
    assert {tally["g"]: tally for tally in answer["tallies"]} == {
        group: expected_tally(working, group, date(2025, 4, 20) if group == late else date(2024, 1, 1))
        for group in groups
    }


def expected_tally(working, group: int, founded: date) -> dict[str, Any]:
    """The same from the pure rules and the counters as they stand."""
    calendar = calendar_of(rulebase.book("zhen").on, 2025, Workdays())
    with working() as session:
        kept = {
            kind: figures
            for (of, kind), figures in ledger_queries.counted(session, 2025, group_id=group).items()
            if of == group
        }
    met = met_of(calendar, Span(founded), {kind: figures["done"] for kind, figures in kept.items()})
    told: dict[str, Any] = {"g": group, "ids": {kind: figures["ids"] for kind, figures in kept.items()}}
    for kind in KINDS:  # also what other systems count, of which there is nothing here
        figures = kept.get(kind, dict.fromkeys(("done", "present", "expected", "minutes"), ()))
        told[f"done_{kind}"] = sum(figures["done"])
        told[f"months_{kind}"] = met[kind].met if kind in met else 0
        told[f"owed_{kind}"] = met[kind].owed if kind in met else 0
        told |= {f"{name}_{kind}": sum(figures[name]) for name in ("present", "expected", "minutes")}
    return told


def test_under_another_rule_set_other_things_are_owed(office, working):
    with working() as session:
        township = register.found_township(session, SYSTEM, "山前乡", rule_set="xiang").id
        branch = register.found_branch(session, SYSTEM, township, "山前村党支部", founded_on=date(2024, 1, 1)).id
        group = register.found_group(session, SYSTEM, branch, "第一党小组", founded_on=date(2024, 1, 1)).id

    ask([group])

    (answer,) = answers(office)
    (tally,) = answer["tallies"]
    owed = {kind.value: tally[f"owed_{kind}"] for kind in OF_GROUPS}
    assert owed == {"study": 0, "group_meeting": 12, "life_meeting": 1, "theme_day": 12, "service": 0, "lecture": 0}


def test_asking_again_answers_once_and_the_answer_is_the_same(office, place):
    ask([place.group, place.sister])
    with unit("activities") as session:
        actions.collect_tallies(session, cycle_id=7, run=1, chunk=0, year=2025, groups=[place.sister, place.group])
        actions.collect_tallies(session, cycle_id=7, run=1, chunk=1, year=2025, groups=[place.sister, place.group])

    first, second = answers(office)
    assert first["tallies"] == second["tallies"]


def test_a_chunk_without_groups_is_answered_too(office):
    ask([])

    assert answers(office)[0]["tallies"] == []


# --- the township at a glance, and branches reminded ---


def test_branches_by_months_say_what_the_standings_say(place, working, move_to):
    move_to(date(2025, 4, 15))
    hold(working, place, Kind.STUDY, *months(1, 3))
    hold(working, place, Kind.GROUP_MEETING, *months(1, 2, 3, 4))

    with working(place.organiser) as session:
        branches = queries.heat(session, place.organiser, place.township, 2025)
        groups = queries.heat(session, place.organiser, place.branch, 2025, by_group=True)
        years = queries.year_of_units(session, place.organiser, place.township, 2025)

    assert [row.unit_id for row in branches] == [place.branch, place.other_branch]
    assert [row.unit_id for row in groups] == [place.group, place.sister]
    assert [cell.state for cell in groups[0].cells][:5] == [
        State.MISSING,
        State.MISSING,
        State.MISSING,
        State.DUE,
        State.FUTURE,
    ]
    assert (groups[0].cells[0].owed, groups[0].cells[0].done, groups[0].cells[0].missing) == (3, 2, 1)
    for row in branches:
        mine = [each for year in years if year.group.branch_id == row.unit_id for each in year.standings]
        for month, cell in enumerate(row.cells, start=1):
            here = [each.state for each in mine if each.duty.last_month == month and each.state is not State.NOT_OWED]
            counted = (here.count(State.DONE), here.count(State.MISSING), here.count(State.DUE))
            assert counted == (cell.done, cell.missing, cell.due), month
            assert cell.owed == len(here)


def test_a_branch_is_reminded_once_a_day_by_one_message(place, working, move_to, settle, office):
    move_to(date(2025, 4, 15))
    organiser, both = place.organiser, [place.branch, place.other_branch]
    with working() as session:
        register.appoint(session, SYSTEM, place.people["外人"], place.other_branch, Role.SECRETARY)
    with working(organiser) as session:
        first = actions.remind_branches(session, organiser, place.township, [place.branch])
        again = actions.remind_branches(session, organiser, place.township, both)
    settle()
    assert (first.told, again.told, again.again) == ([place.branch], [place.other_branch], [place.branch])
    with psycopg.connect(office.owner_url) as connection:
        told = connection.execute(
            "select unit_id, body from notify.message where telling = 'reminded' order by unit_id"
        ).fetchall()
    assert [unit_id for unit_id, _ in told] == both
    assert told[0][1].startswith("东村党支部有2个党小组的组织生活没有完成：18项已经逾期，6项本期到期。")

    move_to(date(2025, 4, 16))
    with working(organiser) as session:
        assert actions.remind_branches(session, organiser, place.township, [place.branch]).told == [place.branch]
        assert {
            each.branch_id: each.reminded_on for each in queries.owing(session, organiser, place.township, 2025)
        } == {
            place.branch: date(2025, 4, 16),
            place.other_branch: date(2025, 4, 15),
        }


def test_only_the_township_reminds(place, working, move_to):
    move_to(date(2025, 4, 15))
    with pytest.raises(Invalid), working(place.organiser) as session:
        actions.remind_branches(session, place.organiser, place.township, [])
    for actor in (place.secretary, place.leader, place.outsider):
        with pytest.raises(OutOfReach), working(actor) as session:
            actions.remind_branches(session, actor, place.township, [place.branch])
    with working(place.outsider) as session:
        assert [each.branch_id for each in queries.owing(session, place.outsider, place.other_branch, 2025)] == [
            place.other_branch
        ]
