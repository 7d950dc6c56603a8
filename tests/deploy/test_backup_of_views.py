"""A backup of an office where people's views are noted holds no person who spoke, not in its database and not in its log."""

from pathlib import Path

import pytest

from deploy.backup.restore import Source, restore
from deploy.backup.take import take
from deploy.box import box
from services.activities.concerns import actions
from services.activities.concerns.schemas import NewConcern, Said
from services.activities.register import actions as register
from shared import office_settings
from shared.access import SYSTEM, Actor, console
from shared.db import unit
from shared.errors import Invalid
from shared.office_settings import Key
from shared.roles import Role
from shared.systems import SWITCHED
from tests.activities.concerns.test_hostile_month import said_of
from tests.installed import copied

WORD, NOTES = "hs7gk-only-for-tests", 200


def founded() -> int:
    """A township that deals with views, and a group of it."""
    with unit("activities") as session:
        town = register.found_township(session, SYSTEM, "清溪镇", rule_set="zhen").id
        branch = register.found_branch(session, SYSTEM, town, "东岭村党支部").id
        on = [each.value for each in SWITCHED]
        office_settings.put(session, SYSTEM, town, Key.SYSTEMS, on, reason="全部开通。")
        return register.found_group(session, SYSTEM, branch, "第一党小组").id


def note(leader: Actor, group: int, said: str) -> int:
    with unit("activities", leader) as session:
        return actions.note(session, leader, NewConcern(unit_id=group, kind="farming", said=said)).id


def hostile_month(group: int) -> set[str]:
    """Names, telephones and doors in the words of notes and reasons; returns the signs of those who would be known."""
    leader, signs = console(Role.LEADER, unit_id=group), set()
    for number in range(NOTES):
        said, sign = said_of(number)
        signs.add(sign)
        with pytest.raises(Invalid):
            note(leader, group, said)
        with unit("activities", leader) as session:
            replaced = actions.clean(session, said)
        view = note(leader, group, replaced)
        with pytest.raises(Invalid), unit("activities", leader) as session:
            actions.settle(session, leader, view, Said(said=said))
    return signs


def test_no_person_who_spoke_is_in_a_backup(installed: Path, tmp_path: Path):
    with box(copied(installed, tmp_path / "data"), say=lambda _text: None) as running:
        signs = hostile_month(founded())
        taken = take(running, tmp_path, WORD)

    restore(Source(taken.file, WORD), tmp_path / "back", at=None)
    sealed = taken.file.read_bytes()
    held = [path.read_bytes() for path in (tmp_path / "back").rglob("*") if path.is_file()]
    assert any("说水太小".encode() in each for each in held)  # what it was about is there, and can be read
    words = [sign.encode() for sign in signs]
    assert [sign.decode() for sign in words if sign in sealed or any(sign in each for each in held)] == []
