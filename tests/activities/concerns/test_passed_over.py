"""What is about the leader or the secretary goes past him: he finds it nowhere, whatever else he is."""

from collections.abc import Callable
from datetime import date

import psycopg
import pytest
from sqlalchemy import text

from services.activities.concerns import actions, queries
from services.activities.concerns.schemas import Answer, Designation, Said, Telling
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfReach
from shared.roles import Role
from tests.activities.concerns.conftest import MONDAY, People
from tests.servers import Database
from tests.town import NANPING

BRUSQUE = "办事态度不好。"
COUNTED = text("select count(*) from activities.concern")
HELD = text("select count(*) from activities.concern_holding")
HISTORY = text("select count(*) from office.happening where subject like 'concern:%'")


def counted(people: People, actor: object) -> tuple[int, ...]:
    with unit("activities", actor) as session:
        return tuple(session.scalar(each) for each in (COUNTED, HELD, HISTORY))


@pytest.fixture
def a_deputy(people: People, office: Database) -> None:
    """许安 is deputy of the first group."""
    with psycopg.connect(office.owner_url) as connection:
        connection.execute(
            "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'deputy', '2024-01-01')",
            [people.town.people["许安"], people.group],
        )


def test_about_the_secretary_it_goes_to_the_township_at_once_and_he_finds_nothing(people: People):
    view = people.note(kind="conduct", said=BRUSQUE, past="secretary", passes=False)

    assert [kind for kind, _ in people.desk(people.organiser)] == ["accept"]
    assert people.desk(people.secretary) == []
    with pytest.raises(OutOfReach):
        people.does(people.secretary, queries.concern, view)
    assert counted(people, people.secretary) == (0, 0, 0)
    assert people.does(people.secretary, lambda s, a: queries.open_concerns(s, a, limit=9)) == []

    people.does(people.organiser, actions.accept, view)
    people.does(people.organiser, actions.answer, view, Answer(result="explained", said="已经谈话提醒。"))
    assert [kind for kind, _ in people.desk(people.organiser)] == ["tell"]
    assert counted(people, people.secretary) == (0, 0, 0)
    assert people.does(people.leader, queries.concern, view).answer == "已经谈话提醒。"


def test_about_the_leader_it_goes_to_the_secretary_and_the_leader_finds_nothing(people: People, a_deputy: None):
    view = people.note(people.deputy, kind="conduct", said=BRUSQUE, past="leader")

    assert [kind for kind, _ in people.desk(people.secretary)] == ["accept"]
    with pytest.raises(OutOfReach):
        people.does(people.leader, queries.concern, view)
    assert counted(people, people.leader) == (0, 0, 0)
    people.does(people.secretary, actions.accept, view)
    people.does(people.secretary, actions.answer, view, Answer(result="explained", said="已经谈话提醒。"))
    assert people.desk(people.leader) == []
    assert counted(people, people.leader) == (0, 0, 0)


def test_whoever_is_passed_over_finds_it_by_no_other_post_of_his(people: People, office: Database):
    view = people.note(kind="conduct", said=BRUSQUE, past="secretary")
    also = people.actor("陆明", (Role.SECRETARY, people.branch), (Role.ORGANISER, people.town.id))
    with pytest.raises(OutOfReach):
        people.does(also, queries.concern, view)
    assert counted(people, also)[:2] == (0, 0)

    with psycopg.connect(office.owner_url) as connection:  # he leaves the post: he was it when it was noted
        connection.execute("update office.post set ends_on = office.today() where kind = 'secretary'")
    with pytest.raises(OutOfReach):
        people.does(also, queries.concern, view)


def test_nobody_notes_what_he_is_not_to_find(people: People):
    for actor, past in ((people.leader, "leader"), (people.secretary, "secretary")):
        with pytest.raises(Invalid, match="关于您本人"):
            people.note(actor, kind="conduct", said=BRUSQUE, past=past)
    with pytest.raises(Invalid, match="哪个党小组"):
        people.note(people.secretary, unit_id=people.branch, kind="conduct", said=BRUSQUE, past="leader")


def test_of_what_goes_past_him_he_is_told_nothing(people: People, settle: Callable[[], None]):
    people.note(kind="conduct", said=BRUSQUE, past="secretary")
    settle()
    with unit("notify") as session:
        found = session.execute(
            text(
                "select p.name from notify.message m join office.person p on p.id = m.person_id where m.fact = 'ConcernMoved'"
            )
        ).all()
    assert {row.name for row in found} == {"周岚", "宋平"}  # the organisers


def test_when_its_words_go_by_rule_whoever_is_passed_over_does_not_learn_it(people: People, a_deputy: None):
    view = people.note(people.deputy, kind="conduct", said=BRUSQUE, past="leader")
    people.does(people.secretary, actions.accept, view)
    people.does(people.secretary, actions.answer, view, Answer(result="explained", said="已经谈话提醒。"))
    people.does(people.secretary, actions.tell, view, Telling(on=MONDAY, way="visit", satisfied="yes"))
    people.move_to(date(2027, 3, 4))
    with unit("activities") as session:
        actions.keep_concerns(session)

    assert people.row(view).cleared_on == date(2027, 3, 4)
    assert counted(people, people.leader) == (0, 0, 0)


def test_what_is_about_the_leader_his_deputy_does_not_make_silent_where_another_noted_it(
    people: People, a_deputy: None
):
    noted = people.note(people.secretary, kind="conduct", said=BRUSQUE, past="leader")
    own = people.note(people.deputy, kind="conduct", said=BRUSQUE, past="leader")

    with pytest.raises(NotYours):
        people.does(people.deputy, actions.withdraw, noted, Said(said="没有这回事。"))
    people.does(people.deputy, actions.withdraw, own, Said(said="记错了。"))
    assert (people.row(noted).stage, people.row(own).stage) == ("accepted", "withdrawn")


def test_what_is_about_a_leader_is_designated_to_no_branch_that_he_alone_leads(people: People, office: Database):
    view = people.note(people.secretary, kind="conduct", said=BRUSQUE, past="leader")
    people.does(people.secretary, actions.pass_up, view, Said(said="要乡镇处理。"))
    south = people.town.units[NANPING]
    with psycopg.connect(office.owner_url) as connection:
        connection.execute(
            "update office.post set ends_on = '2025-03-01' where kind = 'secretary' and unit_id = %s", [south]
        )
        connection.execute(
            "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'secretary', '2025-03-01')",
            [people.town.people["孙勤"], south],
        )
    with pytest.raises(Invalid, match="不能交给这个支部"):
        people.does(people.organiser, actions.designate, view, Designation(unit_id=south, said="归他管。"))
    people.does(people.organiser, actions.designate, view, Designation(unit_id=people.branch, said="本村办。"))
    assert people.desk(people.secretary)[0][0] == "answer"
