"""The machine was away, or the office's date jumped: what was to come is not announced beside its having come."""

from collections.abc import Callable
from datetime import date

import pytest

import services.notify.work  # noqa: F401  what is said is heard and told
from deploy import doctor
from services.assessment.cases.actions import close_cycle
from services.assessment.rectifications import actions
from services.assessment.rectifications.schemas import Plan, Report
from shared import work
from shared.db import unit
from tests.assessment.conftest import Steps, Town

Sql = Callable[..., list[tuple]]
Told = Callable[..., list[str]]
PASSED = "select count(*)::int from notify.job where task = 'notify.hear' and state = 'done' and passed_over"


@pytest.fixture
def told(sql: Sql, move_to: Callable[..., None]) -> Told:
    """What a branch's secretary is told when the machine wakes on a day, at an hour."""

    def wake(day: date, hour: int = 10, branch: str = "东村") -> list[str]:
        newest = sql("select coalesce(max(id), 0) from notify.message")[0][0]
        move_to(day, hour)
        work.settle(("assessment", "notify"))
        asked = "select m.telling from notify.message m join office.unit u on u.id = m.unit_id"
        return [row[0] for row in sql(f"{asked} where m.id > %s and u.name = %s order by m.id", newest, branch)]

    return wake


@pytest.fixture
def opened(town: Town, steps: Steps, told: Told) -> int:
    """A year whose nominations are due on 15 December: told of on the 8th and the 12th, and on the 16th and the 18th."""
    cycle = steps.open()
    told(date(2025, 12, 2))
    return cycle


@pytest.mark.parametrize(
    ("day", "lines", "passed"),
    [
        pytest.param(9, ["near"], 0, id="past the first"),
        pytest.param(13, ["near"], 1, id="past the first two, both before the deadline"),
        pytest.param(15, ["near"], 1, id="on the last day, which is not over"),
        pytest.param(17, ["overdue"], 2, id="past the deadline"),
        pytest.param(19, ["overdue"], 3, id="past everything"),
    ],
)
def test_of_all_that_came_due_while_the_machine_was_away_only_the_last_is_said(
    request: pytest.FixtureRequest, day: int, lines: list[str], passed: int
):
    opened, told, sql = (request.getfixturevalue(name) for name in ("opened", "told", "sql"))

    assert told(date(2025, 12, day)) == lines
    assert sql(PASSED) == [(passed,)]
    assert opened
    with unit("keeper") as session:
        assert doctor.deadlines_fired_once(session) == doctor.OK
        assert doctor.nothing_waits(session) == doctor.OK


def test_before_the_hour_of_the_next_one_nothing_is_said_and_at_it_the_next_one(opened: int, told: Told, sql: Sql):
    assert told(date(2025, 12, 16), 8) == []
    assert sql(PASSED) == [(2,)]
    assert told(date(2025, 12, 16), 9) == ["overdue"]


def test_what_was_done_before_the_machine_woke_is_said_to_nobody(opened: int, steps: Steps, told: Told, sql: Sql):
    for case in steps.cases(opened):
        steps.nominate(case)

    told(date(2025, 12, 19))

    assert sql("select 1 from notify.message where fact = 'NominationsOverdue'") == []


def test_a_reminder_that_was_said_in_time_and_is_heard_too_late_is_told_to_nobody(
    opened: int, told: Told, sql: Sql, move_to: Callable[..., None]
):
    move_to(date(2025, 12, 12))
    work.settle(("assessment",))  # notify is away until after the deadline

    assert told(date(2025, 12, 17)) == ["overdue"]


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


@pytest.mark.parametrize(
    ("day", "lines"),
    [
        pytest.param(date(2026, 2, 26), ["near"], id="past the first"),
        pytest.param(date(2026, 3, 2), ["near"], id="on the last day"),
        pytest.param(date(2026, 3, 9), ["overdue"], id="past the deadline"),
    ],
)
def test_a_rectification_is_not_said_to_fall_due_beside_having_fallen_due(
    ordered: int, told: Told, day: date, lines: list[str]
):
    assert told(day) == lines
    assert ordered


def test_a_rectification_that_was_reported_before_the_machine_woke_is_said_to_nobody(
    ordered: int, town: Town, told: Told
):
    secretary = town.secretary("东村")
    with unit("assessment", secretary) as session:
        actions.plan(session, secretary, ordered, Plan(causes="外出务工。", measures="由副组长召集。"))
        actions.report(session, secretary, ordered, Report(report="已开展活动。", evidence="见活动记录。"))

    assert told(date(2026, 3, 9)) == []
