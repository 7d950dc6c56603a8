"""An act on a member that is taken back, or entered late: what he was given since, and what else a record said, stands."""

from datetime import date

import pytest

from services.activities.ledger import actions as ledger
from services.activities.ledger.actions import Draft
from services.activities.ledger.queries import attendance, disagreeing
from services.activities.ledger.rules.kinds import Kind
from services.activities.register import actions, queries
from services.activities.register.rules.membership import Asked, Turn
from shared.access import SYSTEM
from shared.errors import Conflict, NotYours, OutOfReach
from shared.roles import Role
from tests.activities.register.test_membership import DAY, WHY, done, off, today

__all__ = ["today"]


@pytest.fixture
def returned(place, working, today) -> int:
    """丙丁 went away, had an account, and came back."""
    with working(place.organiser) as session:
        actions.make_account(session, place.organiser, place.people["丙丁"], "bingding")
    done(working, place, "丙丁", off(Turn.TRANSFERRED, today - 9 * DAY))
    return done(
        working, place, "丙丁", Asked(turn=Turn.RETURNED, on=today - 3 * DAY, basis=WHY, to_unit_id=place.group)
    )


@pytest.mark.parametrize("given", ["post", "account"])
def test_a_return_is_not_taken_back_under_a_post_or_an_account(place, working, returned, given):
    with working(place.organiser) as session:
        if given == "post":
            actions.appoint(session, place.organiser, place.people["丙丁"], place.group, Role.DEPUTY)
        else:
            actions.renew_password(session, place.organiser, place.people["丙丁"])

    with working(place.organiser) as session, pytest.raises(Conflict, match="请先"):
        actions.undo_turn(session, place.organiser, returned)


def test_a_move_is_not_taken_back_under_the_post_that_he_took_up_there(place, working, today):
    moved = done(working, place, "丙丁", Asked(turn=Turn.MOVED, on=today, to_unit_id=place.sister))
    with working(place.organiser) as session:
        actions.appoint(session, place.organiser, place.people["丙丁"], place.sister, Role.LEADER)

    with working(place.organiser) as session, pytest.raises(Conflict, match="请先免去"):
        actions.undo_turn(session, place.organiser, moved)


def test_nobody_makes_a_full_member_of_himself(place, working, today):
    with working() as session:
        known = {"name": "预备", "kind": "probationary", "joined_on": date(2024, 2, 1)}
        person_id = actions.add_person(session, SYSTEM, place.group, **known).id
    place.people["预备"] = person_id
    himself = place.actor("预备", (Role.ORGANISER, place.township))

    with pytest.raises(NotYours, match="涉及自己的党籍"):
        done(working, place, "预备", Asked(turn=Turn.FULL, on=today, basis=WHY, decided_on=today), by=himself)


def test_who_sees_nothing_of_a_group_is_not_told_what_an_arrival_lacks(place, working):
    asked = Asked(turn=Turn.CAME, on=date(2020, 1, 1))

    with working(place.outsider) as session, pytest.raises(OutOfReach):
        actions.register_person(session, place.outsider, place.group, arrival=asked, name="某", kind="full")


# --- an act that was taken back leaves no trace, and a record that was corrected keeps whatever else it said ---


def undone(working, place, act_id: int) -> None:
    with working(place.organiser) as session:
        actions.undo_turn(session, place.organiser, act_id)


def test_whoever_was_full_by_an_act_that_was_taken_back_comes_back_as_what_he_was(place, working, today):
    with working() as session:
        known = {"name": "新一", "kind": "probationary", "starts_on": today - 400 * DAY}
        place.people["新一"] = actions.add_person(session, SYSTEM, place.group, **known).id
    undone(working, place, done(working, place, "新一", off(Turn.FULL, today - 5 * DAY, decided_on=today - 5 * DAY)))
    done(working, place, "新一", off(Turn.TRANSFERRED, today - 3 * DAY))

    done(working, place, "新一", off(Turn.RETURNED, today, to_unit_id=place.group))

    with working(place.organiser) as session:
        members = queries.members_on(session, place.organiser, place.group, today)
    assert {each.name: each.kind for each in members}["新一"] == "probationary"


def test_a_move_that_was_taken_back_says_nothing_of_when_somebody_left(place, working, today):
    undone(working, place, done(working, place, "甲乙", Asked(turn=Turn.MOVED, on=today, to_unit_id=place.sister)))
    done(working, place, "甲乙", off(Turn.DIED, today - 30 * DAY))

    with working() as session:
        now = queries.register_now(session, SYSTEM, place.township, on=today)
        assert queries.has_left(session, place.people["甲乙"]) == today - 30 * DAY
    assert [each.left for each in now.people if each.name == "甲乙"] == [today - 30 * DAY]


@pytest.fixture
def held(place, working, today) -> int:
    """A study three days ago, confirmed."""
    draft = Draft(kind=Kind.STUDY, held_on=today - 3 * DAY)
    with working(place.leader) as session:
        made = ledger.record_activity(session, place.leader, place.group, draft, submitted=True).id
    with working(place.secretary) as session:
        ledger.confirm(session, place.secretary, [made])
    return made


def stood(working, place, activity_id: int) -> dict[str, str]:
    """How each stands on a record, by name."""
    with working(place.organiser) as session:
        return {line[1]: line[2] for line in attendance(session, place.organiser, activity_id)}


@pytest.mark.parametrize("since", ["ill", "gone"])
def test_of_whoever_else_changed_since_the_record_keeps_that_he_came(place, working, today, held, since):
    if since == "gone":
        done(working, place, "丙丁", off(Turn.DIED, today - 10 * DAY))
    else:
        with working() as session:
            actions.set_circumstance(session, SYSTEM, place.people["丙丁"], "ill", starts_on=today - 10 * DAY)
    done(working, place, "甲乙", off(Turn.DIED, today - 10 * DAY))

    with working(place.organiser) as session:
        ledger.leave_out(session, place.organiser, place.people["甲乙"], [held])

    after = stood(working, place, held)
    assert "甲乙" not in after
    assert after["丙丁"] == "present"


def test_a_record_that_was_corrected_for_an_act_that_was_taken_back_is_named_again(place, working, today, held):
    act = done(working, place, "甲乙", off(Turn.DIED, today - 10 * DAY))
    with working(place.organiser) as session:
        ledger.leave_out(session, place.organiser, place.people["甲乙"], [held])

    undone(working, place, act)

    with working(place.organiser) as session:
        found = disagreeing(session, place.organiser, place.people["甲乙"])
    assert [(each.activity_id, each.missing) for each in found] == [(held, True)]
