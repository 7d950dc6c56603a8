"""Two file at the same moment: each choosing has one number, none is left out, and whoever comes second is told (F18)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services.assessment.choosings.actions.opening import begin, by_rules
from shared import clock, rule_versions
from shared.access import SYSTEM
from shared.db import unit
from tests.town import DONGLING, FIRST, SECOND
from tests.walking import at_once

HERE = "assessment/choosings"
NUMBERS = "select place from office.number where purpose = 'assessment.choosing' order by place"
FILED = "select count(*) from office.happening where subject = %s and step = 'file'"


def twice(*asked: tuple[Any, str, Any]) -> list[tuple[int, Any]]:
    """All of these at the same moment; whoever asks is signed in before the race begins."""
    for person, _, _ in asked:
        person.get("activities/sittings/me")
    acts = [
        lambda person=person, path=path, body=body, key=str(key): person.ask("POST", path, json=body, key=key)
        for key, (person, path, body) in enumerate(asked)
    ]
    return [(answer.status_code, answer.json()) for answer in at_once(*acts)]


def test_f18_a_choosing_is_filed_once_and_the_second_is_told(walk, opened, sql):
    walk.nominate(opened, "许安")
    filing = (walk.doors.organiser, f"{HERE}/{opened}/filings", {})
    answers = twice(filing, filing)
    assert sorted(status for status, _ in answers) == [201, 409]
    assert "请刷新" in next(body["detail"] for status, body in answers if status == 409)
    assert (sql(NUMBERS), sql(FILED, f"choosing:{opened}")) == ([(1,)], [(1,)])


def test_f18_several_are_filed_once_together(walk, sql):
    walk.doors.organiser.post(
        "assessment/choosing-renewals",
        {"branch_ids": [walk.town.units["东岭村党支部"]], "due_on": "2025-04-30"},
    )
    ids = sorted(row["id"] for row in walk.doors.organiser.pages(HERE))
    for each, name in zip(ids, ("许安", "姚立"), strict=True):
        walk.nominate(each, name)
    first = (walk.doors.organiser, "assessment/choosing-filings", {"choosing_ids": ids})
    second = (walk.doors.organiser, "assessment/choosing-filings", {"choosing_ids": ids[::-1]})
    answers = twice(first, second)
    assert sorted((status, body["refused"]) for status, body in answers) == [(201, 0), (201, len(ids))]
    assert sql(NUMBERS) == [(1,)]
    assert [sql(FILED, f"choosing:{each}") for each in ids] == [[(1,)], [(1,)]]


def test_f19_what_is_taken_back_while_it_is_filed_is_one_or_the_other(walk, opened, sql):
    walk.nominate(opened, "许安")
    answers = twice(
        (walk.doors.organiser, f"{HERE}/{opened}/filings", {}),
        (walk.doors.dongling, f"{HERE}/{opened}/retractions", None),
    )
    assert sorted(status for status, _ in answers) == [201, 409]
    filed = answers[0][0] == 201
    assert walk.seen(opened)["stage"] == ("filed" if filed else "draft")
    assert len(sql(NUMBERS)) == filed  # no number is used for what was taken back


def beginning(town, *groups):
    """What is to begin in these groups, in this order."""
    with unit("assessment") as session:
        today = clock.today(session)
        common = {"township_id": town.id, "branch_id": town.units[DONGLING], "post": "leader", "reason": "term"}
        rules = rule_versions.rules_of(session, town.id, today)
        common |= by_rules(rules, today) | {"due_on": today}
    return [common | {"group_id": town.groups[DONGLING, each]} for each in groups]


def test_two_who_let_the_same_begin_from_both_ends_do_not_wait_for_each_other(walk, sql):
    """The first of all groups is begun by one; the other, who was asked for both in another order, waits at it."""
    both = beginning(walk.town, SECOND, FIRST)
    first, second = sorted(walk.town.groups[DONGLING, each] for each in (FIRST, SECOND))
    waits = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"

    def begin_both():
        with unit("assessment") as other:
            return [row.group_id for row in begin(other, SYSTEM, sorted(both, key=lambda row: -row["group_id"]))]

    with ThreadPoolExecutor(1) as pool, unit("assessment") as session:
        begin(session, SYSTEM, [row for row in both if row["group_id"] == first])
        asked = pool.submit(begin_both)
        while not sql(waits):
            assert not asked.done()
        begin(session, SYSTEM, [row for row in both if row["group_id"] == second])
        session.commit()
        assert asked.result() == []
    assert sql("select count(*) from assessment.choosing") == [(2,)]
