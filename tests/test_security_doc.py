"""docs/security.md answers every requirement, and whatever it points at is there."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from shared.settings import Settings

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/security.md").read_text()
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they stand first in each.
ASVS = {"1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4}
ASVS |= {"3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3}
ASVS |= {"6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5}
ASVS |= {"7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2}
ASVS |= {"10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1}
ASVS |= {"11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4}
ASVS |= {"14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3}
ASVS |= {"17.1": 1, "17.2": 4, "17.3": 2}
# The items of GB/T 22239-2019, level 3: all of 8.1.4, and what of 8.1.3 and 8.1.5 is software's.
DENGBAO = ("abcd", "abcdefg", "abcd", "abcdef", "", "", "ab", "ab", "abc", "ab", "ab")
SOFTWARES = {"8.1.3.2": "e", "8.1.3.3": "d", "8.1.3.5": "abcd"}
SOFTWARES |= {"8.1.5.1": "ab", "8.1.5.2": "ab", "8.1.5.3": "ab", "8.1.5.4": "abcdef"}
MET = {"yes", "partly", "no", "n.a.", "gateway", "house"}
READ, NOTHING = "by reading", "—"
# The last is read by the backup alone.
SETTINGS = {f"XIAOZU_{name}".upper() for name in Settings.model_fields} | {"XIAOZU_BACKUP_PASSPHRASE"}


class Row(NamedTuple):
    """One requirement as it is answered."""

    number: str
    asked: str
    met: str
    where: str
    test: str


def rows() -> list[Row]:
    lines = re.findall(r"^\| (\d[^|]*) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)
    return [Row(*(cell.strip() for cell in line)) for line in lines]


def each_of(number: str) -> list[str]:
    """The requirements of a line: `4.4.1–4` is four."""
    section, _, span = number.rpartition(".")
    first, _, last = span.partition("–")
    return [f"{section}.{each}" for each in range(int(first), int(last or first) + 1)]


@cache
def defined_in(file: Path) -> set[str]:
    made = ast.parse(file.read_text()).body
    return {each.name for each in made if isinstance(each, ast.FunctionDef)}


def test_every_requirement_of_levels_one_and_two_is_answered_once():
    answered = [each for row in rows() if row.number.count(".") == 2 for each in each_of(row.number)]

    wanted = [f"{section}.{number}" for section, many in ASVS.items() for number in range(1, many + 1)]
    assert sorted(answered) == sorted(wanted)
    assert len(wanted) == 253


def test_every_item_of_dengbao_that_is_softwares_is_answered_once():
    wanted = [
        f"8.1.4.{point} {letter}".strip() for point, letters in enumerate(DENGBAO, 1) for letter in letters or [""]
    ]
    wanted += [f"{point} {letter}" for point, letters in SOFTWARES.items() for letter in letters]

    answered = [row.number for row in rows() if row.number.count(".") == 3]

    assert sorted(answered) == sorted(wanted)


def test_every_file_that_is_named_is_there():
    named = set(re.findall(r"`((?:\w[\w.-]*/)+[\w-]+\.\w+|Makefile|requirements\.lock)`", TEXT))

    assert len(named) > 50
    assert [name for name in named if not (ROOT / name).is_file() and not name.startswith("log/")] == []


def test_every_test_that_is_named_is_there():
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT))

    assert len(named) > 100
    assert [each for each in named if not (ROOT / each[0]).is_file() or each[1] not in defined_in(ROOT / each[0])] == []
    assert TEXT.count("::test_") == len(re.findall(r"`tests/[\w/]+\.py::test_\w+`", TEXT))


def test_every_setting_that_is_named_is_one():
    named = set(re.findall(r"XIAOZU_[A-Z_]*[A-Z]", TEXT))

    assert named - SETTINGS == set()


def test_whatever_is_said_to_be_met_names_what_shows_it():
    assert {row.met for row in rows()} <= MET
    assert [row for row in rows() if row.test not in {READ, NOTHING} and not row.test.startswith("`tests/")] == []
    assert [row for row in rows() if row.met == "yes" and row.test == NOTHING] == []


def test_the_readme_leads_to_it():
    assert "(docs/security.md)" in (ROOT / "README.md").read_text()
