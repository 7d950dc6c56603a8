"""The catalogue of facts: ids and plain figures, versioned, and the same after a journey."""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

import pytest

from shared.events import CATALOGUE, CaseNominated, DutiesDue, Fact, Reminder, next_day, revive
from shared.settings import SERVICES

EVERY = pytest.mark.parametrize("fact", CATALOGUE.values(), ids=CATALOGUE.keys())
PLAIN: dict[Any, Any] = {int: 7, list[int]: [3, 2], str: "2025-12-15", bool: True, list[list[int]]: [[3, 2], [4, 1]]}
# What was typed at the door by whoever failed there: it is nobody's, and the auditor is to know it.
TRIED = {("SignedIn", "login")}
PERSONAL = ("name", "phone", "mail", "id_number", "reason", "text", "words", "statement", "password", "login")


def example(fact: type[Fact]) -> Fact:
    return fact(**{field.name: PLAIN[field.type] for field in fields(fact)})


@EVERY
def test_a_fact_carries_ids_and_plain_figures_only(fact):
    assert is_dataclass(fact)
    assert {field.type for field in fields(fact)} <= set(PLAIN)


@EVERY
def test_a_fact_has_no_room_for_what_is_personal(fact):
    named = {(fact.__name__, field.name) for field in fields(fact) if any(word in field.name for word in PERSONAL)}

    assert named <= TRIED


@EVERY
def test_a_fact_is_the_same_after_its_journey_through_a_row(fact):
    sent = example(fact)

    assert revive(fact.__name__, json.loads(json.dumps(sent.body()))) == sent


@EVERY
def test_a_fact_is_heard_by_services_that_there_are_each_once(fact):
    assert set(fact.heard_by) <= set(SERVICES)
    assert len(set(fact.heard_by)) == len(fact.heard_by)
    assert fact.version >= 1


@EVERY
def test_a_fact_names_its_subject_by_one_of_its_own_fields(fact):
    assert not fact.about or fact.about in {field.name for field in fields(fact)}


@EVERY
def test_a_fact_is_never_changed(fact):
    with pytest.raises(AttributeError):
        example(fact).unit_id = 8


def test_the_subject_of_a_fact_is_its_kind_and_id():
    assert CaseNominated(unit_id=1, case_id=7, year=2025).subject == "case:7"
    assert DutiesDue(unit_id=1, period="2025Q1", due_on="2025-03-31", branches=[]).subject == ""


def test_a_fact_that_the_catalogue_does_not_know_is_not_revived():
    with pytest.raises(KeyError):
        revive("FactOfTomorrow", {"unit_id": 1})


# --- reminders ---

DAYS = (date(2025, 12, 8), date(2025, 12, 12), date(2025, 12, 16))


def test_a_reminder_holds_until_the_next_one_speaks_and_the_last_for_good():
    first, last = (DutiesDue(unit_id=1, period="2025-12", due_on="2025-12-15", branches=[]) for _ in range(2))
    first = replace(first, told_before=next_day(DAYS[0], DAYS))
    last = replace(last, told_before=next_day(DAYS[-1], DAYS))

    assert [first.is_over(date(2025, 12, day)) for day in (8, 11, 12, 13)] == [False, False, True, True]
    assert not last.is_over(date(2026, 12, 31))


@EVERY
def test_only_a_reminder_comes_too_late_to_be_told(fact):
    assert example(fact).is_over(date(2099, 1, 1)) == ("told_before" in {field.name for field in fields(fact)})


def test_whatever_is_said_before_a_deadline_and_after_it_is_a_reminder():
    both = {
        name for name, fact in CATALOGUE.items() if {"due_on", "escalated"} & {field.name for field in fields(fact)}
    }

    once = {
        "CycleOpened",
        "ChoosingOpened",
        "RectificationOrdered",
        "RectificationMoved",
    }  # said on the day on which it happens
    assert {name for name in both if not issubclass(CATALOGUE[name], Reminder)} == once
