"""Papers of acts on members and of corrections: attached by who keeps the register, opened by who answers, and traced."""

from dataclasses import replace
from datetime import date

import psycopg
import pytest

from services.activities.register import actions, queries
from services.activities.register.rules.membership import Asked, Turn
from shared import clock
from shared.errors import Invalid, NotYours, OutOfReach
from shared.files import Handed

PDF = b"%PDF-1.7\n%%EOF\n"


def paper(number: int = 1) -> Handed:
    return Handed(PDF + b"%" * number, f"决定{number}.pdf")


@pytest.fixture
def left(place, working) -> int:
    """甲乙 left the roll today, by a decision that is on paper."""
    with working(place.organiser) as session:
        asked = Asked(turn=Turn.STRUCK_OFF, on=clock.today(session), basis="支部党员大会决定。")
        row = actions.turn(session, place.organiser, place.people["甲乙"], asked)
        actions.attach_paper(session, place.organiser, "member_act", row.id, [paper()])
        return row.id


def names(working, actor, act_id: int) -> list[str]:
    with working(actor) as session:
        return [each.name for each in queries.papers_of(session, actor, "member_act", [act_id])[act_id]]


def test_a_paper_of_an_act_is_seen_by_who_answers_for_it_and_by_nobody_else(place, working, left):
    assert names(working, place.organiser, left) == ["决定1.pdf"]
    assert names(working, place.secretary, left) == ["决定1.pdf"]
    assert names(working, place.leader, left) == []
    assert names(working, place.outsider, left) == []
    with working(place.organiser) as session:
        (found,) = queries.papers_of(session, place.organiser, "member_act", [left])[left]
    for actor in (place.leader, place.outsider):
        with working(actor) as session, pytest.raises(OutOfReach):
            actions.take_act_paper(session, actor, found.id)
        with working(actor) as session, pytest.raises((OutOfReach, NotYours)):
            actions.attach_paper(session, actor, "member_act", left, [paper(2)])
        with working(actor) as session, pytest.raises((OutOfReach, NotYours)):
            actions.remove_paper(session, actor, found.id)


def test_whoever_left_stands_on_the_roll_of_leavers_with_his_paper(place, working, left):
    with working(place.organiser) as session:
        today = clock.today(session)
        (one,) = queries.leavers(session, place.organiser, place.branch, start=today, end=today)
        assert (one.name, one.turn, one.basis) == ("甲乙", Turn.STRUCK_OFF, "支部党员大会决定。")
        assert left in queries.papers_of(session, place.organiser, "member_act", [one.id])
        actions.undo_turn(session, place.organiser, left)
    with working(place.organiser) as session:
        assert queries.leavers(session, place.organiser, place.branch, start=today, end=today) == []
    with working(place.outsider) as session:
        assert queries.leavers(session, place.outsider, place.branch, start=today, end=today) == []


def test_that_a_paper_was_taken_added_and_removed_is_told_and_there_are_not_too_many(place, working, left, office):
    with working(place.organiser) as session:
        more = actions.attach_paper(session, place.organiser, "member_act", left, [paper(2), paper(3)])
        actions.take_act_paper(session, place.organiser, more[0].id)
    with pytest.raises(Invalid, match="最多 3 份"), working(place.organiser) as session:
        actions.attach_paper(session, place.organiser, "member_act", left, [paper(4)])
    with working(place.secretary) as session:
        assert actions.remove_paper(session, place.secretary, more[1].id) == place.people["甲乙"]

    with psycopg.connect(office.owner_url) as connection:
        told = connection.execute(
            "select fact, coalesce(body ->> 'change', body ->> 'paper'), subject from office.happening"
            " where fact in ('ActPaperChanged', 'PaperTaken') order by id"
        ).fetchall()
    subject = f"member_act:{left}"
    assert told == [
        ("ActPaperChanged", "added", subject),
        ("ActPaperChanged", "added", subject),
        ("ActPaperChanged", "added", subject),
        ("PaperTaken", "act", subject),
        ("ActPaperChanged", "removed", subject),
    ]
    assert names(working, place.organiser, left) == ["决定1.pdf", "决定2.pdf"]


def test_whoever_comes_in_is_registered_with_his_letter_in_one_form(place, working):
    letter = Asked(turn=Turn.CAME, on=date(2025, 2, 3), basis="介绍信。", elsewhere="邻县某镇党委")
    with working(place.organiser) as session:
        today = clock.today(session)
        made = actions.register_person(
            session,
            place.organiser,
            place.group,
            arrival=replace(letter, on=today),
            papers=[paper()],
            name="新来",
            kind="full",
        )
        (act,) = queries.acts_of(session, place.organiser, made.id)
    assert names(working, place.secretary, act.id) == ["决定1.pdf"]
    with working(place.organiser) as session, pytest.raises(Invalid, match="怎样来的"):
        actions.register_person(session, place.organiser, place.group, papers=[paper()], name="补登", kind="full")


def test_a_correction_bears_its_proof(place, working):
    with working(place.organiser) as session:
        row = actions.correct_person(
            session, place.organiser, place.people["甲乙"], {"education": "大专"}, reason="学历证书。"
        )
        actions.attach_paper(session, place.organiser, "correction", row.id, [paper()])
        (found,) = queries.papers_of(session, place.organiser, "correction", [row.id])[row.id]
        assert found.name == "决定1.pdf"
