"""Who one is: roles by dated posts, and what stands in the history."""

from datetime import date

import psycopg
from sqlalchemy import select

from shared import access
from shared.access import Actor
from shared.audit import Happening
from shared.db import unit
from shared.people import Post
from shared.roles import Role
from tests.conftest import START
from tests.shared.at_the_door import sign_in, whoever
from tests.shared.place import PASSWORD


def test_roles_follow_the_days_of_a_post(secretary, place, move_to):
    with unit("activities") as session:
        post = session.scalars(select(Post).where(Post.person_id == place.secretary)).one()
        post.ends_on = date(2025, 3, 5)
        session.add(
            Post(person_id=place.secretary, unit_id=place.west, kind=Role.SECRETARY, starts_on=date(2025, 3, 6))
        )

    posts = {}
    for day in (3, 4, 5, 6):
        move_to(date(2025, 3, day))
        posts[day] = whoever(sign_in("east", PASSWORD)).posts

    assert posts == {
        3: ((Role.SECRETARY, place.east),),
        4: ((Role.SECRETARY, place.east),),
        5: (),
        6: ((Role.SECRETARY, place.west),),
    }


def test_a_post_that_ends_today_is_gone_from_a_sitting_that_is_open(secretary, place):
    with unit("activities") as session:
        session.scalars(select(Post).where(Post.person_id == place.secretary)).one().ends_on = START

    assert whoever(secretary.token).posts == ()
    assert whoever(secretary.token).reach == ""


def test_a_role_is_held_in_its_unit_only():
    actor = Actor(account_id=1, person_id=1, name="", posts=((Role.LEADER, 7), (Role.SECRETARY, 3)))

    assert actor.roles_over(7, 2, 1) == {Role.LEADER}
    assert actor.roles_over(7, 3, None) == {Role.LEADER, Role.SECRETARY}
    assert actor.roles_over(8, None) == frozenset()
    assert actor.units_as(Role.SECRETARY) == (3,)
    assert actor.reach == "3,7"


def test_only_the_system_reaches_everything():
    assert access.SYSTEM.reach == "*"
    assert access.SYSTEM.roles_over(99) == {Role.SYSTEM}
    assert access.console(Role.KEEPER, unit_id=4).reach == "4"
    assert access.console(Role.KEEPER, unit_id=4).roles_over(5) == frozenset()


# --- the history ---


def test_signing_in_and_failing_to_are_in_the_history_and_no_password_is(secretary, place, office):
    sign_in("east", "wrong")
    sign_in("east", PASSWORD)

    with unit("keeper") as session:
        rows = session.scalars(select(Happening).order_by(Happening.id)).all()
    told = [(row.fact, row.unit_id, row.body.get("succeeded"), row.body.get("change")) for row in rows]
    assert told == [
        ("SignedIn", place.east, True, None),
        ("AccountChanged", place.east, None, "password"),
        ("SignedIn", place.east, False, None),
        ("SignedIn", place.east, True, None),
    ]
    assert [row.subject for row in rows] == [f"account:{secretary.id}"] * 2 + ["login:east", f"account:{secretary.id}"]
    assert [row.actor_id for row in rows] == [secretary.id, secretary.id, None, secretary.id]  # nobody knows who failed
    with psycopg.connect(office.owner_url) as connection:
        dump = str(connection.execute("select * from office.happening").fetchall())
    assert PASSWORD not in dump
    assert "wrong" not in dump
