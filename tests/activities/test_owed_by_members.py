"""What each member owes: by the days of his stay, less whom nothing may be asked of; the same in Python and at a run."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest

from services.activities.duties.actions import collecting
from services.activities.evidence import rules as registry
from shared import rulebase, work
from shared.db import unit
from shared.duties import Duty, Span, Stay, calendar_of, member_owes, owed_by_members
from shared.evidence import KINDS, Kind
from shared.rulebase import Bearer
from shared.systems import System
from shared.workdays import Workdays

REPORT = "member_report"
RULE = {"key": f"{REPORT}.cadence", "kind": REPORT, "bearer": "member", "direction": "at_least", "mark": "T"}
DONE = "select person_id, on_day from activities.reported"


def calendar(per: str) -> tuple[Duty, ...]:
    """A year in which every member reports once a month, or once a quarter."""
    rule = rulebase.Rule(**RULE, title="党员汇报", value=1, per=per, article="三", source="实施意见")
    rules = rulebase.effective(date(2025, 1, 1), "zhen")
    return calendar_of(lambda _day: rules_with(rules, rule), 2025, Workdays(), bearers=(Bearer.MEMBER,))


def rules_with(rules: rulebase.Rules, rule: rulebase.Rule) -> rulebase.Rules:
    kept = {key: each for key, each in rules.by_key.items() if each.bearer is not Bearer.MEMBER}
    return replace(rules, by_key=kept | {rule.key: rule})


# --- pure ---


def owing(per: str, starts: date, ends: date | None = None, *excused: Span) -> list[str]:
    stay = Stay(1, Span(starts, ends), excused)
    return [duty.period for _, duty in owed_by_members(calendar(per), [stay])]


def test_a_month_is_owed_by_whoever_was_there_for_all_of_it():
    assert owing("month", date(2025, 3, 1), date(2025, 6, 1)) == ["2025-03", "2025-04", "2025-05"]
    assert owing("month", date(2025, 3, 2), date(2025, 5, 31)) == ["2025-04"]


def test_of_a_longer_period_half_of_the_months_have_to_be_whole():
    assert owing("quarter", date(2025, 2, 1), date(2025, 7, 1)) == ["2025-Q1", "2025-Q2"]
    assert owing("quarter", date(2025, 2, 2), date(2025, 7, 1)) == ["2025-Q2"]


def test_whoever_is_excused_on_the_first_day_owes_nothing_of_the_period():
    ill = Span(date(2025, 2, 1), date(2025, 3, 15))
    assert owing("month", date(2025, 1, 1), date(2025, 5, 1), ill) == ["2025-01", "2025-04"]


# --- at a run ---


@pytest.fixture
def reports(office, monkeypatch):
    """Reports are a kind of evidence, owed by each member."""
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("create table activities.reported (person_id bigint, on_day date)")
        connection.execute("grant select on activities.reported to xiaozu_activities")
    kind = Kind(
        "党员汇报", System.GROUP_LIFE, "/activities/reports/{id}", "/activities/reports", act="汇报", measure="人次"
    )
    monkeypatch.setitem(KINDS, REPORT, kind)
    monkeypatch.setitem(registry.PARTS, REPORT, registry.of_members(REPORT, DONE))
    return office


@pytest.mark.parametrize("per", ["month", "quarter", "half"])
def test_a_run_finds_what_the_rules_say_of_any_stay(reports, place, monkeypatch, per):
    rng = random.Random(per)
    duties = calendar(per)
    monkeypatch.setattr(collecting, "calendar_of_members", lambda *_: duties)
    stays, done = {}, {}
    with psycopg.connect(reports.owner_url) as connection:
        connection.execute("delete from office.membership")
        for person, group in zip(sorted(place.people.values()), [place.group, place.sister] * 9, strict=False):
            begin = date(2024, 11, 1) + timedelta(days=rng.randrange(300))
            end = rng.choice([None, begin + timedelta(days=rng.randrange(1, 300)), date(2025, rng.randint(9, 12), 1)])
            end = None if end and end <= begin else end
            row = "insert into office.membership (person_id, unit_id, kind, starts_on, ends_on) values (%s,%s,'full',%s,%s)"
            connection.execute(row, [person, group, begin, end])
            ill = Span(date(2025, rng.randint(1, 12), 1), None)
            if rng.random() < 0.5:
                row = "insert into office.circumstance (person_id, unit_id, kind, starts_on) values (%s, %s, 'ill', %s)"
                connection.execute(row, [person, group, ill.starts_on])
            else:
                ill = None
            stays[person] = (group, Stay(person, Span(begin, end), (ill,) if ill else ()))
            done[person] = [date(2025, rng.randint(1, 12), rng.randint(1, 28)) for _ in range(rng.randint(0, 12))]
            for day in done[person]:
                connection.execute("insert into activities.reported values (%s, %s)", [person, day])
    by = date(2025, 11, 20)

    with unit("assessment") as session:
        asked = {"cycle_id": 7, "run": 1, "chunk": 0, "year": 2025, "groups": [place.group, place.sister]}
        work.post(session, "activities.collect_tallies", key="k", payload=asked | {"due_by": by.isoformat()})
    work.sweep("activities")

    expected = {group: [0, 0] for group in (place.group, place.sister)}
    for person, (group, stay) in stays.items():
        for duty in duties:
            if duty.due.day < by and member_owes(stay, duty):
                held = sum(duty.starts_on <= day <= duty.ends_on for day in done[person])
                expected[group][0] += duty.count
                expected[group][1] += min(duty.count, held)
    assert told(reports) == expected
    assert any(owed for owed, _ in expected.values())


def told(office) -> dict[int, list[int]]:
    """Owed and met of the reports, by group, as the answer has them."""
    with psycopg.connect(office.owner_url) as connection:
        (payload,) = connection.execute(
            "select payload from assessment.job where task = 'assessment.score_chunk'"
        ).fetchone()
    at, width = payload["kinds"].index(REPORT), len(payload["figures"])
    found = {}
    for group, figures, _ in payload["tallies"]:
        named = dict(zip(payload["figures"], json.loads(f"[{figures[1:-1]}]")[at * width :], strict=False))
        found[group] = [named["owed"], named["months"]]
    return found
