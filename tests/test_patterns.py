"""No regular expression of the project takes a hundred times as long for ten times the text, whatever the text."""

import re

import pytest

from bench.patterns import FOLDERS, LONG, SHORT, Attack, Found, attacks, patterns

GROWTH = 15
FLOOR = 0.004
"""Seconds of the processor below which a figure says nothing."""


def grows(found: Found, attack: Attack) -> bool:
    """Whether it grows faster than the text; the least of several figures, for other work disturbs them all.

    What is quick at length cannot have grown.
    """
    if attack.cpu(found, LONG) <= GROWTH * FLOOR:
        return False
    short = min(attack.cpu(found, SHORT) for _ in range(3))
    return all(attack.cpu(found, LONG) > GROWTH * max(short, FLOOR) for _ in range(3))


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_pattern_takes_as_long_as_the_text_is(folder: str):
    slow = [(found, attack) for found in patterns(folder) for attack in attacks(found) if grows(found, attack)]

    assert not slow


@pytest.mark.parametrize(
    "pattern",
    [
        r"[（(][^）)]*[）)]",  # brackets that nobody closes
        r"\d+位$",
        r".*党小组长|.*书记",
        r"(?:共|计)*(\d+)人",
        r"(?<=\d)日\s*.*$",
        r"[\w.+-]+@[\w-]+",
    ],
)
def test_the_texts_that_are_made_find_a_slow_pattern(pattern: str):
    found = Found("here", pattern, re.compile(pattern).flags)
    worst = attacks(found)[0]

    assert worst.cpu(found, 6_000) > 8 * worst.cpu(found, 1_500)


def test_every_pattern_is_found_wherever_it_is_written():
    found = patterns()

    assert {
        "shared/tables/units.py",  # a name in its module
        "shared/settings.py",  # of a setting
        "services/activities/register/rules/posts.py",  # made in a loop
        "services/activities/register/rules/columns.py",  # within a function, and within an object
        "services/activities/register/schemas/people.py",  # of a shape
        "shared/attachments.py",  # in SQL
    } <= {each.where.partition(":")[0] for each in found}
    assert len(found) > 100
