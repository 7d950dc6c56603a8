"""From one township of the installation to another: a letter, taken or returned; until then he counts at home."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.activities.register import actions, queries
from services.activities.register.models import MemberAct
from services.activities.register.rules.membership import Stage as Done
from services.activities.register.rules.regrouping import Part, Split
from services.activities.register.rules.transfers import Letter, Stage
from shared import clock
from shared.access import SYSTEM, Actor
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.people import Account, names_of
from shared.roles import Role
from shared.waiting import lines_of


@dataclass
class There:
    """Another township, its organiser, and a branch of it."""

    township: int
    branch: int
    organiser: Actor


@pytest.fixture
def there(place, working) -> There:
    with working(SYSTEM) as session:
        township = actions.found_township(session, SYSTEM, "白河镇", rule_set="zhen", founded_on=place_day(session)).id
        branch = actions.found_branch(session, SYSTEM, township, "北村党支部", founded_on=place_day(session)).id
        person = actions.add_person(session, SYSTEM, township, name="远人", kind=None).id
        actions.appoint(session, SYSTEM, person, township, Role.ORGANISER, starts_on=place_day(session))
    actor = Actor(account_id=person, person_id=person, name="远人", posts=((Role.ORGANISER, township),))
    return There(township, branch, actor)


def place_day(session):
    return clock.today(session) - timedelta(days=100)


def letter(place, there, working, **otherwise) -> Letter:
    with working() as session:
        today = clock.today(session)
    known = {
        "to_township_id": there.township,
        "on": today - timedelta(days=3),
        "number": "清组〔2025〕3号",
        "basis": "工作调动",
        "dues_until": today.replace(day=1),
    }
    return Letter(**known | otherwise)


def sent(place, there, working, name="甲乙", **otherwise) -> int:
    asked = letter(place, there, working, **otherwise)
    with working(place.organiser) as session:
        return actions.send(session, place.organiser, place.people[name], asked).id


def counted(working, unit) -> set[str]:
    with working(SYSTEM) as session:
        return {each.name for each in queries.members_on(session, SYSTEM, unit, clock.today(session))}


def waiting(working, actor) -> set[str]:
    with working(actor) as session:
        return {line.kind for line in lines_of(session, actor.account_id, actor.posts)}


def test_until_he_is_taken_he_counts_at_home_and_each_sees_the_letter_alone(place, working, there):
    number = sent(place, there, working)

    assert "甲乙" in counted(working, place.group)
    assert "activities.take" in waiting(working, there.organiser)
    assert "activities.take" not in waiting(working, place.organiser)
    with working(there.organiser) as session:
        (seen,) = queries.transfers(session, there.organiser)
        assert (seen.name, seen.comes, seen.unit_name) == ("甲乙", True, "清河镇")
        with pytest.raises(OutOfReach):
            queries.person_in_reach(session, there.organiser, place.people["甲乙"])
    for actor in (place.outsider, place.secretary):
        with working(actor) as session:
            assert queries.transfers(session, actor) == []
        with pytest.raises(OutOfReach), working(actor) as session:
            actions.take(session, actor, number, there.branch)
    with pytest.raises(NotYours), working(place.organiser) as session:
        actions.take(session, place.organiser, number, place.sister)
    with pytest.raises(Conflict), working(place.organiser) as session:
        actions.send(session, place.organiser, place.people["甲乙"], letter(place, there, working))


def test_taken_he_belongs_there_and_his_time_at_home_stays_on_the_roll(place, working, there, settle):
    with working(SYSTEM) as session:
        session.execute(
            Account.__table__.insert().values(person_id=place.people["甲乙"], login="jy", password_hash="x")
        )
        yesterday = clock.today(session) - timedelta(days=1)
    number = sent(place, there, working)
    with working(there.organiser) as session:
        row = actions.take(session, there.organiser, number, there.branch)
        assert row.stage == Stage.TAKEN
    settle()

    assert counted(working, there.branch) == {"甲乙"}
    assert "甲乙" not in counted(working, place.group)
    assert "activities.take" not in waiting(working, there.organiser)
    with working(place.organiser) as session:
        with pytest.raises(OutOfReach):
            queries.person_in_reach(session, place.organiser, place.people["甲乙"])
        roll = queries.roll_on(session, place.organiser, place.township, yesterday)
        assert "甲乙" in {each.name for each in roll}
        month = {"start": yesterday.replace(day=1), "end": clock.today(session)}
        balance = queries.balance_of(session, place.organiser, place.township, **month)
        assert (balance.went, balance.before - balance.after) == ({"组织关系转出": 1}, 1)
    with working(there.organiser) as session:
        balance = queries.balance_of(session, there.organiser, there.township, **month)
        assert (dict(balance.came), balance.after) == ({"组织关系转入": 1}, 1)
        acts = queries.acts_of(session, there.organiser, place.people["甲乙"])
        assert [(each.turn, each.elsewhere) for each in acts] == [("came", "清河镇")]
        assert queries.account_of(session, place.people["甲乙"]).ended_at is not None


def test_taken_by_mistake_he_is_home_again_with_his_post(place, working, there):
    number = sent(place, there, working, "组长")
    with working(there.organiser) as session:
        actions.take(session, there.organiser, number, there.branch)
    other = Actor(account_id=10_000, person_id=10_000, name="别人", posts=((Role.ORGANISER, there.township),))
    with pytest.raises(NotYours), working(other) as session:
        actions.undo_transfer(session, other, number)
    with working(there.organiser) as session:
        actions.undo_transfer(session, there.organiser, number)

    assert counted(working, there.branch) == set()
    assert "组长" in counted(working, place.group)
    with working(place.organiser) as session:
        held = queries.holders(session, place.organiser, place.group, on=clock.today(session))
        assert [(each.name, each.kind) for each in held] == [("组长", "leader")]
        acts = queries.acts_of(session, place.organiser, place.people["组长"])
        assert [each.stage for each in acts] == [Done.UNDONE]
    assert "activities.returned" in waiting(working, place.organiser)


def test_an_officer_is_not_taken_before_another_has_agreed_and_nobody_takes_himself(place, working, there):
    number = sent(place, there, working)
    with working(SYSTEM) as session:
        actions.appoint(session, SYSTEM, place.people["甲乙"], place.township, Role.INSPECTOR)
    with pytest.raises(Conflict, match="先到工作人员事项免去"), working(there.organiser) as session:
        actions.take(session, there.organiser, number, there.branch)
    himself = Actor(1, place.people["甲乙"], "甲乙", ((Role.ORGANISER, there.township),))
    with pytest.raises(NotYours, match="另一位工作人员"), working(himself) as session:
        actions.take(session, himself, number, there.branch)

    assert "甲乙" in counted(working, place.group)
    with working(there.organiser) as session:
        (seen,) = queries.transfers(session, there.organiser)
        assert seen.stage == Stage.SENT


def test_regrouped_since_the_letter_he_leaves_the_group_to_which_he_belongs_now(place, working, there, move_to):
    number = sent(place, there, working)
    with working(place.organiser) as session:
        today = clock.today(session)
        parts = [Part(name="第三党小组", members=[place.people["甲乙"]], leader=None)]
        actions.regroup(session, place.organiser, Split(group_id=place.group, parts=parts, on=today))
    move_to(today + timedelta(days=2))
    with working(there.organiser) as session:
        actions.take(session, there.organiser, number, there.branch)

    with working(place.organiser) as session:
        (left,) = queries.acts_of(session, place.organiser, place.people["甲乙"])
        units = session.scalars(select(MemberAct.unit_id).where(MemberAct.turn == left.turn)).all()
        assert names_of(session, units)[units[0]].endswith("第三党小组")


@pytest.mark.parametrize("ends", ["returned", "withdrawn"])
def test_of_whoever_does_not_come_the_other_township_keeps_nothing(place, working, there, ends):
    with working(SYSTEM) as session:
        known = {"sex": "female", "born_on": date(1980, 2, 3)}
        actions.correct_person(session, SYSTEM, place.people["甲乙"], known, reason="核对")
    number = sent(place, there, working)
    if ends == "returned":
        with working(there.organiser) as session:
            actions.send_back(session, there.organiser, number, reason="没有这个人")
    else:
        with working(place.organiser) as session:
            actions.withdraw_transfer(session, place.organiser, number)

    with working(there.organiser) as session:
        (seen,) = queries.transfers(session, there.organiser)
        assert (seen.name, seen.sex, seen.born_on, seen.joined_on, seen.basis) == ("一名党员", None, None, None, "")
    with working(place.organiser) as session:
        (seen,) = queries.transfers(session, place.organiser)
        assert (seen.name, seen.sex, seen.born_on) == ("甲乙", "female", date(1980, 2, 3))


def test_returned_with_a_reason_he_stays_where_he_is(place, working, there):
    number = sent(place, there, working)
    with working(there.organiser) as session:
        actions.send_back(session, there.organiser, number, reason="没有这个人")
    assert "甲乙" in counted(working, place.group)
    with working(place.organiser) as session:
        (seen,) = queries.transfers(session, place.organiser)
        assert (seen.stage, seen.why_not) == (Stage.RETURNED, "没有这个人")
        actions.withdraw_transfer(session, place.organiser, number)
    assert "activities.returned" not in waiting(working, place.organiser)
    assert sent(place, there, working) > number


@pytest.mark.parametrize(("otherwise", "field"), [({"number": ""}, "number"), ({"dues_until": None}, "dues_until")])
def test_a_letter_says_what_it_has_to(place, working, there, otherwise, field):
    with pytest.raises(Invalid) as refused:
        sent(place, there, working, **otherwise)
    assert refused.value.field == field


def test_nobody_is_taken_before_his_day_nor_outside_the_township(place, working, there):
    with working() as session:
        later = clock.today(session) + timedelta(days=5)
    number = sent(place, there, working, on=later)
    with pytest.raises(Invalid), working(there.organiser) as session:
        actions.take(session, there.organiser, number, there.branch)
    with pytest.raises(OutOfReach), working(there.organiser) as session:
        actions.take(session, there.organiser, number, place.sister)
    with pytest.raises(Invalid), working(there.organiser) as session:
        actions.take(session, there.organiser, number, there.township)
