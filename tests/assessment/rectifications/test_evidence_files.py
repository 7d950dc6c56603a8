"""Files that show what was done: added by the branch at work, kept once, seen by those who see the rectification."""

import pytest

from services.assessment.rectifications import actions, queries
from services.assessment.rectifications.actions.evidence import MOST
from shared import files
from shared.access import Actor
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from shared.files import Handed
from tests.assessment.rectifications.test_rectifications import (  # noqa: F401  fixtures
    GROUP,
    PLAN,
    REPORT,
    close,
    do,
    ordered,
)
from tests.pictures import photo

JPEG = photo()
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def at_work(ordered, town) -> int:  # noqa: F811
    """A rectification whose measures are planned."""
    do(town.secretary("东村"), actions.plan, ordered, PLAN)
    return ordered


def names(actor: Actor, rectification_id: int) -> list[str]:
    with unit("assessment", actor) as session:
        return [each.name for each in queries.evidence_files(session, actor, rectification_id)]


def test_a_report_brings_its_files_along(at_work, town, sql):
    secretary = town.secretary("东村")

    do(secretary, actions.report, at_work, REPORT, [Handed(JPEG, "现场.jpg"), Handed(PDF, "记录.pdf")])

    for actor in (secretary, town.organiser, town.committee, town.leader(GROUP)):
        assert names(actor, at_work) == ["现场.jpg", "记录.pdf"]
    for actor in (town.outsider, town.secretary("西村"), town.leader("东村2组")):
        assert names(actor, at_work) == []
    kept = sql("select sha256 from assessment.attachment order by id")
    assert [files.read(sha256) for (sha256,) in kept] == [JPEG, PDF]


def test_the_same_file_is_kept_once_and_one_taken_away_may_come_again(at_work, town, sql):
    secretary = town.secretary("东村")
    [first] = [each.id for each in do(secretary, actions.attach, at_work, [Handed(JPEG, "现场.jpg")])]
    assert [each.id for each in do(secretary, actions.attach, at_work, [Handed(JPEG, "又一张.jpg")])] == [first]

    do(secretary, actions.remove, first)
    assert names(secretary, at_work) == []
    with pytest.raises(OutOfReach):
        do(secretary, actions.remove, first)
    do(secretary, actions.attach, at_work, [Handed(JPEG, "现场.jpg")])

    assert names(secretary, at_work) == ["现场.jpg"]
    told = sql("select fact, actor_id from office.happening where fact like 'Evidence%%' order by id")
    mine = secretary.account_id
    assert told == [("EvidenceAdded", mine), ("EvidenceRemoved", mine), ("EvidenceAdded", mine)]


def test_a_file_of_no_accepted_kind_and_one_too_many_are_refused_whole(at_work, town, sql):
    secretary = town.secretary("东村")
    with pytest.raises(Invalid, match="不能接收") as refused:
        do(secretary, actions.report, at_work, REPORT, [Handed(JPEG, "现场.jpg"), Handed(b"MZ\x90", "程序.exe")])
    assert refused.value.field == "files"
    assert sql("select stage from assessment.rectification") == [("work",)]

    many = [Handed(photo(number), f"{number}.jpg") for number in range(MOST + 1)]
    with pytest.raises(Invalid, match="最多 10 个"):
        do(secretary, actions.attach, at_work, many)
    assert names(secretary, at_work) == []
    assert not files.folder().exists()


@pytest.mark.parametrize("who", ["organiser", "committee", "leader", "outsider", "other secretary"])
def test_only_the_branch_adds_and_removes(at_work, town, who):
    mine = do(town.secretary("东村"), actions.attach, at_work, [Handed(JPEG, "现场.jpg")])[0].id
    actor, refusal = {
        "organiser": (town.organiser, NotYours),
        "committee": (town.committee, NotYours),
        "leader": (town.leader(GROUP), NotYours),
        "outsider": (town.outsider, OutOfReach),
        "other secretary": (town.secretary("西村"), OutOfReach),
    }[who]

    with pytest.raises(refusal):
        do(actor, actions.attach, at_work, [Handed(PDF, "记录.pdf")])
    with pytest.raises(refusal):
        do(actor, actions.remove, mine)


def test_what_was_reported_stands_until_it_is_returned(ordered, town):  # noqa: F811
    secretary = town.secretary("东村")
    with pytest.raises(OutOfOrder):
        do(secretary, actions.attach, ordered, [Handed(JPEG, "现场.jpg")])
    do(secretary, actions.plan, ordered, PLAN)
    do(secretary, actions.report, ordered, REPORT, [Handed(JPEG, "现场.jpg")])

    with pytest.raises(OutOfOrder, match="退回后再改"):
        do(secretary, actions.attach, ordered, [Handed(PDF, "记录.pdf")])
    do(town.organiser, actions.return_report, ordered, "请附上记录。")
    do(secretary, actions.report, ordered, REPORT, [Handed(PDF, "记录.pdf")])

    assert names(town.organiser, ordered) == ["现场.jpg", "记录.pdf"]
