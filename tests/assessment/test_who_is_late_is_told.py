"""A year and its rectifications: what is not done by its day is reminded, then reported; never decided by software.

The machine may have been away, the dates may have moved: each thing is said once, and only the highest of what has come.
"""

from collections.abc import Callable
from datetime import date

import pytest

import services.notify.work  # noqa: F401  what waits is reminded of
from deploy import doctor
from services.assessment.cases.actions import close_cycle
from services.assessment.rectifications import actions
from services.assessment.rectifications.schemas import Plan, Report
from shared import daily, work
from shared.db import unit
from tests.assessment.conftest import Steps, Town

Sql = Callable[..., list[tuple]]
Told = Callable[..., list[str]]
NEAR, LATE, REPORTED = "near", "late", "reported"


@pytest.fixture
def wake(sql: Sql, move_to: Callable[..., None]) -> Callable[..., list[tuple[str, str, str]]]:
    """What is told when the machine wakes on a day, at an hour: unit, telling, title."""

    def woken(day: date, hour: int = 10) -> list[tuple[str, str, str]]:
        newest = sql("select coalesce(max(id), 0) from notify.message")[0][0]
        move_to(day, hour)
        daily.post("assessment")
        daily.post("notify")
        work.settle(("assessment", "notify"))
        asked = (
            "select distinct u.name, split_part(m.telling, ':', 1), m.title from notify.message m"
            " join office.unit u on u.id = m.unit_id where m.fact = 'TodosReminded' and m.id > %s"
            " and m.telling not like '%%notify.acknowledge'"  # that the year was opened waits to be acknowledged beside
        )
        return sorted(sql(asked, newest))

    return woken


@pytest.fixture
def told(wake: Callable[..., list[tuple[str, str, str]]]) -> Told:
    """The same, of one branch: by which tellings."""

    def by_branch(day: date, hour: int = 10, branch: str = "东村") -> list[str]:
        return [telling for name, telling, _ in wake(day, hour) if name == branch]

    return by_branch


@pytest.fixture
def opened(town: Town, steps: Steps, told: Told) -> int:
    """A year whose nominations are due on 15 December: told of on the 8th and the 12th, and on the 16th and the 22nd."""
    cycle = steps.open()
    told(date(2025, 12, 2))
    return cycle


def test_branches_are_reminded_before_the_deadline_and_reported_after_it(opened: int, steps: Steps, wake, sql: Sql):
    for case in steps.cases(opened)[:2]:
        steps.nominate(case)

    said = {
        day: [line for line in wake(date(2025, 12, day)) if "待提名" in line[2]]
        for day in (5, 8, 9, 12, 15, 16, 17, 22)
    }

    assert [day for day, lines in said.items() if lines] == [8, 12, 16, 22]
    assert [title for name, _, title in said[8] if name == "西村"] == ["2名党小组长待提名，期限2025年12月15日"]
    assert {name for name, _, _ in said[8]} == {"东村", "西村", "南村"}
    assert [title for name, _, title in said[16] if name == "清河镇"] == ["3个单位有事逾期：4名党小组长待提名"]
    assert [title for name, telling, title in said[22] if telling == "township"] == [
        "逾期上报：3个单位4名党小组长待提名"
    ]
    assert sql("select distinct stage from assessment.leader_case order by 1") == [("nomination",), ("review",)]


def test_a_reminder_is_never_early(opened: int, told: Told):
    assert told(date(2025, 12, 8), 8) == []
    assert told(date(2025, 12, 8), 9) == [NEAR]


def test_the_township_is_reminded_of_its_own_reviews_and_ratings(opened: int, steps: Steps, wake):
    cases = steps.cases(opened)
    for case in cases:
        steps.nominate(case)
    for case in cases[:2]:
        steps.accept(case)

    lines = {(telling, title) for _, telling, title in wake(date(2025, 12, 19))}  # reviews are due on the 22nd

    # One of the two organisers is of 东村, whose nomination is not for him.
    assert lines == {(NEAR, f"{count}份提名待审查备案，期限2025年12月22日") for count in (3, 4)}


def test_the_notice_ends_all_reminders(town: Town, noticed: int, wake):
    assert [wake(date(2026, month, 12)) for month in (1, 2, 3)] == [[], [], []]


@pytest.mark.parametrize(
    ("changed", "working", "reminded"),
    [
        pytest.param(date(2025, 12, 9), False, [5, 12], id="a holiday more: earlier"),
        pytest.param(date(2025, 12, 13), True, [9, 13], id="a Saturday that is worked: later"),
    ],
)
def test_other_working_days_move_the_days_of_reminding(
    request: pytest.FixtureRequest, changed: date, *, working: bool, reminded: list[int]
):
    steps, sql, told = (request.getfixturevalue(name) for name in ("steps", "sql", "told"))
    steps.open()
    sql("insert into office.workday (day, working, why) values (%s, %s, %s)", changed, working, "调休")

    assert [day for day in range(2, 16) if told(date(2025, 12, day))] == reminded


@pytest.mark.parametrize(("was", "settled"), [(10, 12), (10, 16), (16, 12)])
def test_after_the_dates_were_settled_everything_is_said_on_its_day_by_the_new_date(
    request: pytest.FixtureRequest, was: int, settled: int
):
    steps, sql, told = (request.getfixturevalue(name) for name in ("steps", "sql", "told"))
    steps.open()
    date_it(sql, was)
    told(date(2025, 12, 2))
    date_it(sql, settled)

    said = [(day, line) for day in range(3, 24) for line in told(date(2025, 12, day))]

    expected = {12: [(5, NEAR), (11, NEAR), (15, LATE), (19, REPORTED)]}
    expected[16] = [(9, NEAR), (15, NEAR), (17, LATE), (23, REPORTED)]
    assert said == expected[settled]


def date_it(sql: Sql, day: int) -> None:
    """Nominations are due on that day of December, all else in the new year."""
    due = date(2025, 12, day)
    sql("update assessment.cycle set nomination_due = %s, review_due = '2026-01-20', rating_due = '2026-02-10'", due)


@pytest.mark.parametrize(
    ("day", "lines"),
    [
        pytest.param(9, [NEAR], id="past the first"),
        pytest.param(13, [], id="a day off"),
        pytest.param(15, [NEAR], id="on the last day, which is not over"),
        pytest.param(17, [LATE], id="past the deadline"),
        pytest.param(25, [REPORTED], id="past everything"),
    ],
)
def test_of_all_that_came_due_while_the_machine_was_away_only_the_last_is_said(
    request: pytest.FixtureRequest, day: int, lines: list[str]
):
    opened, told = (request.getfixturevalue(name) for name in ("opened", "told"))

    assert told(date(2025, 12, day)) == lines
    assert opened
    with unit("keeper") as session:
        assert doctor.deadlines_fired_once(session) == doctor.OK
        assert doctor.nothing_waits(session) == doctor.OK


def test_what_was_done_before_the_machine_woke_is_said_to_nobody(opened: int, steps: Steps, wake):
    for case in steps.cases(opened):
        steps.nominate(case)

    assert not [title for _, _, title in wake(date(2025, 12, 19)) if "待提名" in title]


# --- a rectification: due on 2 March 2026, told of five working days before it, one before it, and on the next day ---


@pytest.fixture
def ordered(town: Town, sql: Sql, told: Told, noticed: int) -> int:
    """A rectification of a group of 东村."""
    group = town.units["东村1组"]
    sql("update assessment.leader_case set grade = 'incompetent' where cycle_id = %s and group_id = %s", noticed, group)
    sql("update assessment.cycle set notice_to = office.today() - 1 where id = %s", noticed)
    with unit("assessment", town.organiser) as session:
        close_cycle(session, town.organiser, noticed)
    told(date(2025, 12, 2))
    return int(sql("select id from assessment.rectification")[0][0])


def plan(town: Town, ordered: int, due_on: date | None = None) -> None:
    secretary = town.secretary("东村")
    with unit("assessment", secretary) as session:
        asked = Plan(causes="外出务工。", measures="由副组长召集。", due_on=due_on)
        actions.plan(session, secretary, ordered, asked)


def report(town: Town, ordered: int) -> None:
    secretary = town.secretary("东村")
    with unit("assessment", secretary) as session:
        actions.report(session, secretary, ordered, Report(report="已开展活动。", evidence="见活动记录。"))


@pytest.mark.parametrize(
    ("day", "lines"),
    [
        pytest.param(date(2026, 2, 24), [NEAR], id="past the first"),
        pytest.param(date(2026, 3, 2), [NEAR], id="on the last day"),
        pytest.param(date(2026, 3, 3), [LATE], id="past the deadline"),
        pytest.param(date(2026, 3, 9), [REPORTED], id="past everything"),
    ],
)
def test_a_rectification_is_not_said_to_fall_due_beside_having_fallen_due(
    ordered: int, told: Told, sql: Sql, day: date, lines: list[str]
):
    assert ordered
    assert told(day) == lines
    assert sql("select stage from assessment.rectification") == [("plan",)]  # nothing is decided by the clock


def test_a_rectification_that_was_reported_before_the_machine_woke_is_said_to_nobody(
    ordered: int, town: Town, told: Told
):
    plan(town, ordered)
    report(town, ordered)

    assert told(date(2026, 3, 9)) == []


def test_an_earlier_day_that_the_branch_has_chosen_is_the_one_that_counts(ordered: int, town: Town, told: Told):
    plan(town, ordered, date(2026, 1, 30))

    days = [date(2026, 1, day) for day in (22, 23, 29, 30)] + [date(2026, 2, day) for day in (2, 6, 27)]
    assert [(day.month, day.day, line) for day in days for line in told(day)] == [
        (1, 23, NEAR),
        (1, 29, NEAR),
        (2, 2, LATE),
        (2, 6, REPORTED),
    ]


def test_a_report_that_is_returned_late_gets_a_new_day_and_is_reminded_of_by_it(ordered: int, town: Town, told: Told):
    plan(town, ordered)
    report(town, ordered)
    assert told(date(2026, 3, 10)) == []
    with unit("assessment", town.organiser) as session:
        actions.return_report(session, town.organiser, ordered, "依据不足。", date(2026, 4, 10))

    assert [told(date(2026, 4, day)) for day in (1, 2, 9, 10, 13)] == [[], [NEAR], [NEAR], [], [LATE]]
