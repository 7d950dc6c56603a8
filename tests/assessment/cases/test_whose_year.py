"""Whose year it was: who is on the list, which months are his, and what the page says of it."""

from collections.abc import Callable
from datetime import date

import pytest

from deploy.doctor import UNSCORED, waiting_is_what_stands
from services.assessment.cases import actions, queries
from services.assessment.cases.queries.opening import summary_of
from services.assessment.cases.queries.roster import candidates
from services.assessment.cycles.queries import cycle_seen
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from shared.roles import Role
from tests.assessment.conftest import OPENED, Steps, Town

Sql = Callable[..., list[tuple]]
GROUP = "东村1组"


@pytest.fixture
def post(town: Town, sql: Sql) -> Callable[..., int]:
    """Give somebody the post of the first group for some days; whoever held it so far is forgotten."""
    sql("delete from office.post where unit_id = %s", town.units[GROUP])

    def give(name: str, starts: str, ends: str | None = None) -> int:
        if name not in town.people:
            ((town.people[name],),) = sql(
                "insert into office.person (unit_id, name, pinyin) values (%s, %s, %s) returning id",
                town.units[GROUP],
                name,
                name,
            )
        ((made,),) = sql(
            "insert into office.post (person_id, unit_id, kind, starts_on, ends_on)"
            " values (%s, %s, 'leader', %s, %s) returning id",
            town.people[name],
            town.units[GROUP],
            starts,
            ends,
        )
        return made

    return give


def listed(town: Town, sql: Sql, cycle: int) -> list[tuple]:
    rows = sql(
        "select person_id, began_on, ended_on, part from assessment.leader_case where cycle_id = %s and group_id = %s"
        " order by began_on",
        cycle,
        town.units[GROUP],
    )
    names = {number: name for name, number in town.people.items()}
    return [(names[person], *days) for person, *days in rows]


def choose(town: Town, cycle: int, *posts: int, actor=None) -> None:
    who = actor or town.organiser
    with unit("assessment", who) as session:
        actions.list_leaders(session, who, cycle, town.units[GROUP], posts)


def collected_early_and_again(town: Town, steps: Steps, sql: Sql, cycle: int) -> None:
    """A run, a decision on its sheet, and another run: after each all is computed again, bit for bit."""
    case = sql("select id from assessment.leader_case where group_id = %s", town.units[GROUP])[0][0]
    steps.put_on_file(case)
    steps.run(cycle)
    assert steps.verify(cycle) == 6
    steps.decide(case)
    steps.activities.seed += 1
    steps.run(cycle)
    assert steps.verify(cycle) == 6
    assert sql("select sheet_run from assessment.leader_case where id = %s", case) == [(1,)]


# Each row: the posts of a group in 2025 as (who, from, until), and who is on the list by default. By hand: the days of
# the year that each held, of equals whoever came last.
WHO = {
    "one all the year": ([("甲", "2020-01-01", None)], ("甲", False)),
    "the first longer": ([("甲", "2020-01-01", "2025-08-01"), ("乙", "2025-08-01", None)], ("甲", True)),
    "the second longer": ([("甲", "2020-01-01", "2025-02-10"), ("乙", "2025-02-10", None)], ("乙", True)),
    "one day longer": ([("甲", "2020-01-01", "2025-07-03"), ("乙", "2025-07-03", None)], ("甲", True)),  # 183 and 182
    "one day less": ([("甲", "2020-01-01", "2025-07-02"), ("乙", "2025-07-02", None)], ("乙", True)),  # 182 and 183
    "equal: the last": (
        [("甲", "2025-03-01", "2025-05-01"), ("乙", "2025-05-01", "2025-07-01")],
        ("乙", True),
    ),  # 61 each
    "a vacancy between": ([("甲", "2020-01-01", "2025-03-01"), ("乙", "2025-06-01", None)], ("乙", True)),
    "from the second of January": ([("甲", "2025-01-02", None)], ("甲", True)),
    "from the first of January": ([("甲", "2025-01-01", None)], ("甲", False)),
    "appointed anew without a gap": ([("甲", "2020-01-01", "2025-05-15"), ("甲", "2025-05-15", None)], ("甲", False)),
    "two parts are not one stretch": (
        [("甲", "2020-01-01", "2025-04-01"), ("乙", "2025-04-01", "2025-09-01"), ("甲", "2025-09-01", None)],
        ("乙", True),  # 90, 153 and 122 days
    ),
    "left on the last day of the year before": (
        [("甲", "2020-01-01", "2025-01-01"), ("乙", "2025-01-01", None)],
        ("乙", False),
    ),
}


@pytest.mark.parametrize("held", WHO)
def test_who_is_on_the_list_comes_from_the_year(town: Town, steps: Steps, sql: Sql, post, held: str):
    posts, expected = WHO[held]
    for each in posts:
        post(*each)

    cycle = steps.open()

    ((name, _, _, part),) = listed(town, sql, cycle)
    assert (name, part) == expected
    collected_early_and_again(town, steps, sql, cycle)


# By hand: a month is his if every day of it is.
MONTHS = [
    ("2024-06-01", None, 12),
    ("2025-01-01", None, 12),
    ("2025-01-02", None, 11),
    ("2025-02-10", None, 10),
    ("2025-12-01", None, 1),
    ("2025-12-02", None, 0),
    ("2020-01-01", "2025-01-31", 0),
    ("2020-01-01", "2025-02-01", 1),
    ("2020-01-01", "2025-07-01", 6),
    ("2025-03-15", "2025-09-15", 5),
    ("2025-03-15", "2025-04-15", 0),
    ("2025-04-01", "2025-05-01", 1),
]


@pytest.mark.parametrize(("began", "ended", "months"), MONTHS, ids=str)
def test_the_months_that_somebody_held_whole(
    town: Town, steps: Steps, sql: Sql, post, *, move_to, began: str, ended: str | None, months: int
):
    move_to(date(2025, 12, 31))
    post("甲", began, ended)
    cycle = steps.open()

    with unit("assessment", town.organiser) as session:
        [found] = candidates(session, cycle_seen(session, town.organiser, cycle), town.units[GROUP])
    assert (found.person, found.months) == ("甲", months)
    collected_early_and_again(town, steps, sql, cycle)


def test_what_a_year_would_open_with_lists_whom_it_opens_with(town: Town, steps: Steps, sql: Sql, post):
    post("甲", "2020-01-01", "2025-08-01")
    post("乙", "2025-08-01", None)
    with unit("assessment", town.organiser) as session:
        shown = [each.person for each in summary_of(session, town.id, 2025, OPENED).leaders]

    cycle = steps.open()

    opened = sql(
        "select p.name from assessment.leader_case c join office.person p on p.id = c.person_id where cycle_id = %s",
        cycle,
    )
    assert "甲" in shown
    assert sorted(shown) == sorted(name for (name,) in opened)


def test_a_group_that_was_dissolved_in_the_year_is_listed_with_its_leader(town: Town, steps: Steps, sql: Sql):
    group = town.units["西村2组"]
    sql("update office.unit set dissolved_on = '2025-09-01' where id = %s", group)
    sql("update office.post set ends_on = '2025-09-01' where unit_id = %s", group)
    sql("update office.unit set dissolved_on = '2024-12-01' where id = %s", town.units["西村1组"])
    sql("update office.post set ends_on = '2024-12-01' where unit_id = %s", town.units["西村1组"])

    cycle = steps.open()

    groups = sql("select group_id, part from assessment.leader_case where cycle_id = %s", cycle)
    assert (group, False) in groups  # he led it as long as it lived
    assert town.units["西村1组"] not in [each for each, _ in groups]


def test_the_township_lists_the_other_or_both_and_each_is_scored_on_his_months(
    town: Town, steps: Steps, sql: Sql, post
):
    first, second = post("甲", "2020-01-01", "2025-08-01"), post("乙", "2025-08-01", None)
    cycle = steps.open()
    assert [row[0] for row in listed(town, sql, cycle)] == ["甲"]

    choose(town, cycle, second)
    assert [row[0] for row in listed(town, sql, cycle)] == ["乙"]
    choose(town, cycle, first, second)
    assert [row[0] for row in listed(town, sql, cycle)] == ["甲", "乙"]
    assert sql("select cases from assessment.cycle where id = %s", cycle) == [(7,)]

    steps.run(cycle)

    payloads = sql("select payload from activities.job where task = 'activities.collect_tallies'")
    ((asked,),) = payloads
    assert [(part["began_on"], part["ended_on"]) for part in asked["parts"]] == [
        ("2025-08-01", None),
        ("2020-01-01", "2025-08-01"),
    ]
    assert town.units[GROUP] not in asked["groups"]
    assert sql("select count(*) from assessment.sheet where cycle_id = %s and total is not null", cycle) == [(7,)]
    steps.verify(cycle)


def test_a_list_is_changed_by_the_office_alone_and_only_among_those_who_led(town: Town, steps: Steps, sql: Sql, post):
    first, second = post("甲", "2020-01-01", "2025-08-01"), post("乙", "2025-08-01", None)
    cycle = steps.open()
    (stranger,) = sql("select id from office.post where unit_id = %s", town.units["东村2组"])[0]

    with pytest.raises(NotYours):
        choose(town, cycle, second, actor=town.secretary("东村"))
    with pytest.raises(OutOfReach):
        choose(town, cycle, second, actor=town.outsider)
    for wrong in ([], [stranger], [first, stranger]):
        with pytest.raises(Invalid):
            choose(town, cycle, *wrong)
    choose(town, cycle, first, second)
    with pytest.raises(OutOfOrder, match="不予评定"):
        choose(town, cycle, first)
    steps.nominate(steps.cases(cycle)[0])
    with pytest.raises(OutOfOrder, match="不予评定"):
        choose(town, cycle, second)


def test_the_candidates_of_a_group_stand_in_the_order_of_their_days(town: Town, steps: Steps, post):
    post("甲", "2020-01-01", "2025-08-01"), post("乙", "2025-08-01", None)
    cycle = steps.open()

    with unit("assessment", town.organiser) as session:
        found = candidates(session, cycle_seen(session, town.organiser, cycle), town.units[GROUP])

    assert [(each.person, each.days, each.months, each.longest) for each in found] == [
        ("甲", 212, 7, True),
        ("乙", 153, 5, False),
    ]


def test_whoever_leaves_after_the_opening_is_scored_until_he_left(town: Town, steps: Steps, sql: Sql, move_to):
    cycle = steps.open()
    case = steps.cases(cycle)[0]
    sql("update office.post set ends_on = '2025-11-20' where unit_id = %s", town.units[GROUP])

    steps.run(cycle)

    with unit("assessment", town.organiser) as session:
        found = queries.case_seen(session, town.organiser, case).Case
    steps.verify(cycle)
    assert (found.part, found.ended_on) == (True, date(2025, 11, 20))


def test_a_sheet_stays_with_him_whose_months_it_counts(town: Town, steps: Steps, sql: Sql, post):
    first, second = post("甲", "2020-01-01", "2025-08-01"), post("乙", "2025-08-01", None)
    cycle = steps.open()
    steps.run(cycle)  # early: the branch has not put him forward yet
    (case,) = sql("select id from assessment.leader_case where group_id = %s", town.units[GROUP])[0]

    with pytest.raises(OutOfOrder, match="已经计分"):
        choose(town, cycle, second)
    choose(town, cycle, first, second)

    of = "select c.id from assessment.leader_case c join assessment.sheet s on s.case_id = c.id where c.person_id = %s"
    assert sql(of, town.people["甲"]) == [(case,)]
    assert sql(of, town.people["乙"]) == []
    steps.run(cycle)
    assert len(sql(of, town.people["乙"])) == 1


def test_whoever_is_listed_after_the_run_waits_for_the_next_one_and_it_is_said(
    town: Town, steps: Steps, sql: Sql, post
):
    first, second = post("甲", "2020-01-01", "2025-08-01"), post("乙", "2025-08-01", None)
    cycle = steps.open()
    steps.run(cycle)
    choose(town, cycle, first, second)
    case = steps.cases(cycle)[-1]
    steps.nominate(case)
    steps.accept(case)

    waits = "select kind from office.todo where subject = %s and closed_at is null"
    assert sql(waits, f"case:{case}") == []
    with pytest.raises(OutOfOrder, match="重新汇总计分"):
        steps.decide(case)
    with unit("assessment") as session:
        assert queries.unscored(session, cycle_seen(session, town.organiser, cycle)) == 1
    with unit("keeper") as session:
        assert "case waits" not in waiting_is_what_stands(session)
    assert sql(UNSCORED) == []

    steps.run(cycle)
    assert sql(waits, f"case:{case}") == [("assessment.rate",)]
    steps.decide(case)


def test_nobody_takes_himself_off_a_list_or_puts_himself_on_it_and_the_history_says_who_came_and_went(
    town: Town, steps: Steps, sql: Sql, post
):
    first, second = post("甲", "2020-01-01", "2025-08-01"), post("乙", "2025-08-01", None)
    cycle = steps.open()

    for name in ("甲", "乙"):
        with pytest.raises(NotYours, match="回避"):
            choose(town, cycle, second, actor=town.actor(name, (Role.ORGANISER, "清河镇")))
    choose(town, cycle, second)
    choose(town, cycle, first, second)

    assert sql("select body->'added', body->'removed' from office.happening where fact = 'LeadersListed'") == [
        ([town.people["乙"]], [town.people["甲"]]),
        ([town.people["甲"]], []),
    ]


def test_whoever_was_appointed_anew_without_a_gap_stays_on_the_list(town: Town, steps: Steps, sql: Sql, post):
    first = post("甲", "2020-01-01", None)
    cycle = steps.open()
    sql("update office.post set ends_on = '2025-11-20' where id = %s", first)
    anew = post("甲", "2025-11-20")
    chosen = "select post_id from assessment.leader_case where group_id = %s"

    with unit("assessment", town.organiser) as session:
        [found] = candidates(session, cycle_seen(session, town.organiser, cycle), town.units[GROUP])
    assert (found.post_id, found.stage) == (anew, "nomination")
    choose(town, cycle, anew)
    assert sql(chosen, town.units[GROUP]) == [(first,)]

    steps.run(cycle)
    assert sql(chosen, town.units[GROUP]) == [(anew,)]
