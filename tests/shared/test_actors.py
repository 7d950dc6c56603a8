"""Who acts: by which posts he may do something, what they reach, and what he is shown first."""

import pytest

from shared.access.actors import SYSTEM, Actor, console
from shared.roles import Role

GROUP, BRANCH, OTHER, TOWNSHIP = 7, 4, 5, 1
LEADS, SITS, STANDS_IN = (Role.LEADER, GROUP), (Role.SECRETARY, BRANCH), (Role.SECRETARY, OTHER)
LU = Actor(
    account_id=3,
    person_id=9,
    name="陆明",
    posts=(LEADS, SITS, STANDS_IN),
    unit_names=("第一党小组", "东岭村", "西河村"),
    stands_in=frozenset({STANDS_IN}),
)
NOBODY = Actor(account_id=4, person_id=10, name="许安", posts=())


@pytest.mark.parametrize(
    ("units", "roles"),
    [
        ((GROUP,), {Role.LEADER}),
        ((GROUP, BRANCH, TOWNSHIP), {Role.LEADER, Role.SECRETARY}),
        ((OTHER, None), {Role.SECRETARY}),
        ((TOWNSHIP, None), set()),
        ((), set()),
    ],
)
def test_he_has_the_roles_of_his_posts_in_the_units_that_a_thing_names(units, roles):
    assert LU.roles_over(*units) == roles
    assert NOBODY.roles_over(*units) == frozenset()


def test_the_system_has_its_role_everywhere_and_reaches_everything():
    assert SYSTEM.roles_over() == SYSTEM.roles_over(GROUP, None) == {Role.SYSTEM}
    assert (SYSTEM.reach, SYSTEM.name, SYSTEM.account_id, SYSTEM.person_id) == ("*", "系统", None, None)
    assert LU.reach == "4,5,7"
    assert NOBODY.reach == ""


def test_the_units_that_he_acts_for_come_in_the_order_of_his_posts():
    assert LU.units_as(Role.SECRETARY) == (BRANCH, OTHER)
    assert LU.units_as(Role.SECRETARY, Role.LEADER) == (GROUP, BRANCH, OTHER)
    assert LU.units_as() == LU.units_as(Role.KEEPER) == ()


def test_he_acts_in_his_first_post_alone_and_owns_what_he_does_not_stand_in_for():
    assert LU.duty == LEADS
    assert (LU.acting.posts, LU.acting.unit_names) == ((LEADS,), ("第一党小组",))
    assert (LU.own.posts, LU.own.unit_names, LU.own.stands_in) == ((LEADS, SITS), (), frozenset())
    assert NOBODY.duty is None
    assert NOBODY.own is NOBODY


def test_whoever_sits_at_the_machine_acts_by_no_account_for_the_office_that_he_names():
    keeper = console(Role.KEEPER, Role.ORGANISER, unit_id=TOWNSHIP)

    assert keeper.posts == ((Role.KEEPER, TOWNSHIP), (Role.ORGANISER, TOWNSHIP))
    assert (keeper.account_id, keeper.person_id, keeper.name) == (None, None, "控制台")
    assert not keeper.restricted
