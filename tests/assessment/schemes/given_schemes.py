"""Schemes and tallies that the tests of this room share."""

from pathlib import Path

import pytest

import services.assessment.schemes as topic
from services.assessment.schemes.rules import (
    KindTally,
    hundredths,
    read_scheme,
    scheme_from,
    written,
)
from shared.errors import Invalid

EXAMPLE_TEXT = Path(topic.__file__).with_name("examples").joinpath("leader-example.yaml").read_text("utf-8")
EXAMPLE = read_scheme(EXAMPLE_TEXT)

KINDS = ("study", "group_meeting", "life_meeting", "theme_day", "service", "lecture")
GOOD = {
    "study": KindTally(14, 12, 12, 100, 110, 900, (1, 2, 3)),
    "group_meeting": KindTally(12, 12, 12, 100, 110, 900, (4, 5)),
    "life_meeting": KindTally(2, 2, 2, 20, 22, 200, (6,)),
    "theme_day": KindTally(12, 12, 12, 100, 110, 900, (7,)),
    "service": KindTally(done=5, ids=(8,)),
    "lecture": KindTally(done=2, ids=(9,)),
}


def scheme(*indicators, **settings):
    """A scheme worth what its base indicators are worth."""
    lines = [
        {"key": f"item_{'abcdefgh'[at]}", "name": "指标", "kinds": ["study"], **each}
        for at, each in enumerate(indicators)
    ]
    base = [each for each in lines if each["measure"] not in {"deduct", "veto"} and not each.get("bonus")]
    full = written(sum(hundredths(each["points"]) for each in base))
    given = {"key": "test", "name": "方案", "version": "1", "year_from": 2025, "applies_to": "leader", "points": full}
    return scheme_from({**given, "indicators": lines, "grades": {"excellent": 90, "competent": 60}, **settings})


SHARE = {"measure": "share", "points": 100}
LOW = {"grades": {"excellent": 2, "competent": 1}}


def earned(sheet):
    return [item.earned for item in sheet.items]


def refusal(**settings):
    with pytest.raises(Invalid) as refused:
        scheme(*settings.pop("lines", [SHARE]), **settings)
    return refused.value.detail
