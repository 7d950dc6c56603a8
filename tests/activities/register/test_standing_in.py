"""Standing in for a post: the desk and the right to do what is on it, until a last day; what is apart stays apart."""

from datetime import date

import pytest

from services.activities.register import actions, queries
from services.activities.register.rules.membership import Asked, Turn
from services.activities.register.rules.officers import Act, Wish
from services.activities.register.rules.offices import KEPT_APART
from services.activities.register.rules.regrouping import Merge, Part, Split
from shared import access, waiting
from shared.access import SYSTEM, Actor, sittings
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.roles import Role
from shared.standing_in import StandIn
from shared.todos import Thing

TODAY, LAST, AFTER = date(2025, 3, 3), date(2025, 3, 7), date(2025, 3, 8)
WHY = "书记住院。"
UNTIL = {"last_day": LAST, "reason": WHY}


@pytest.fixture
def here(place, working, move_to):
    """The third of March; everybody has an account."""
    move_to(TODAY)
    with working() as session:
        for number, name in enumerate([*place.people]):
            place.people[f"account of {name}"] = actions.make_account(
                session, SYSTEM, place.people[name], f"u{number}"
            )[0]
    return place


def as_of_today(place, name: str) -> Actor:
    """Somebody with what he may do today."""
    with unit("activities") as session:
        found = access.actor_behind(session, place.people[f"account of {name}"])
    assert found is not None
    return found


def desk(actor: Actor) -> list[tuple[str, Role]]:
    with unit("activities", actor) as session:
        lines = waiting.lines_of(session, actor.account_id, actor.posts)
        counted = sum(waiting.count_of(session, actor.account_id, *post) for post in actor.posts)
        assert counted == sum(line.count for line in lines)
        return [(line.kind, line.holder) for line in lines]


def waits(where: int, kind: str, post: Role) -> None:
    with unit("activities") as session:
        waiting.begin_waiting(session, kind, post, [Thing(f"x:{where}", where)])


def officer(place, working, name: str, role: Role | None = None) -> Actor:
    """Somebody of the township's office, in a post or in none, with an account."""
    with working() as session:
        person = actions.add_person(session, SYSTEM, place.township, name=name, kind=None).id
        if role is not None:
            actions.appoint(session, SYSTEM, person, place.township, role)
        account, _ = actions.make_account(session, SYSTEM, person, f"login{person}")
    place.people[name], place.people[f"account of {name}"] = person, account
    return as_of_today(place, name)


def test_whoever_stands_in_has_the_desk_until_the_last_day_and_it_ends_by_itself(here, working, move_to):
    waits(here.group, "activities.confirm", Role.SECRETARY)
    assert desk(as_of_today(here, "甲乙")) == []

    with working(here.organiser) as session:
        actions.stand_in(session, here.organiser, here.people["甲乙"], here.branch, Role.SECRETARY, **UNTIL)

    acting = as_of_today(here, "甲乙")
    assert acting.posts == ((Role.SECRETARY, here.branch),)
    assert acting.own.posts == ()
    assert desk(acting) == [("activities.confirm", Role.SECRETARY)]
    assert desk(as_of_today(here, "书记")) == [("activities.confirm", Role.SECRETARY)]
    move_to(LAST)
    assert as_of_today(here, "甲乙").posts
    move_to(AFTER)
    assert as_of_today(here, "甲乙").posts == ()


def test_it_begins_on_its_day_and_is_shown_in_the_unit_and_of_the_person(here, working, move_to):
    with working(here.organiser) as session:
        row = actions.stand_in(
            session, here.organiser, here.people["甲乙"], here.group, Role.LEADER, starts_on=date(2025, 3, 5), **UNTIL
        )
        ahead = queries.stand_ins(session, here.organiser, unit_id=here.group)
    assert [(each.stand_in_id, each.name, each.last_day) for each in ahead] == [(row.id, "甲乙", LAST)]
    assert as_of_today(here, "甲乙").posts == ()

    move_to(date(2025, 3, 5))
    assert as_of_today(here, "甲乙").posts == ((Role.LEADER, here.group),)
    move_to(AFTER)
    with working(here.organiser) as session:
        assert queries.stand_ins(session, here.organiser, unit_id=here.group) == []
        assert queries.stand_ins(session, here.organiser, person_id=here.people["甲乙"], past=True)
        outsider = here.outsider
        assert queries.stand_ins(session, outsider, unit_id=here.group, past=True) == []


def test_it_ends_earlier_where_the_office_says_so(here, working):
    with working(here.organiser) as session:
        row = actions.stand_in(session, here.organiser, here.people["甲乙"], here.branch, Role.SECRETARY, **UNTIL)
    with pytest.raises(NotYours), working(here.secretary) as session:
        actions.stand_down(session, here.secretary, row.id, reason="我回来了。")
    with pytest.raises(OutOfReach), working(here.outsider) as session:
        actions.stand_down(session, here.outsider, row.id, reason="不该看到。")
    with working(here.organiser) as session:
        actions.stand_down(session, here.organiser, row.id, reason="书记出院。")
    assert as_of_today(here, "甲乙").posts == ()
    with pytest.raises(Conflict, match="已经结束"), working(here.organiser) as session:
        actions.stand_down(session, here.organiser, row.id, reason="再来一次。")


@pytest.mark.parametrize(
    ("who", "what", "said"),
    [
        pytest.param("甲乙", {"last_day": date(2025, 3, 2)}, "最后一天", id="over already"),
        pytest.param("甲乙", {"starts_on": AFTER}, "最后一天", id="ends before it begins"),
        pytest.param("书记", {}, "已经任支部书记", id="he holds it"),
        pytest.param("甲乙", {"kind": Role.LEADER}, "不设党小组长", id="not of this storey"),
    ],
)
def test_what_is_no_standing_in_is_refused_in_words(here, working, who, what, said):
    asked = {"kind": Role.SECRETARY, **UNTIL} | what
    with pytest.raises((Invalid, Conflict), match=said), working(here.organiser) as session:
        actions.stand_in(session, here.organiser, here.people[who], here.branch, asked.pop("kind"), **asked)


def test_a_single_post_is_stood_in_for_by_one_at_a_time(here, working):
    with working(here.organiser) as session:
        actions.stand_in(session, here.organiser, here.people["甲乙"], here.branch, Role.SECRETARY, **UNTIL)
    with pytest.raises(Conflict, match="已有别人代行"), working(here.organiser) as session:
        actions.stand_in(session, here.organiser, here.people["丙丁"], here.branch, Role.SECRETARY, **UNTIL)
    with working(here.organiser) as session:
        actions.stand_in(
            session,
            here.organiser,
            here.people["丙丁"],
            here.branch,
            Role.SECRETARY,
            starts_on=AFTER,
            last_day=date(2025, 3, 20),
            reason=WHY,
        )


def test_an_outsider_reaches_nothing_of_it_and_a_secretary_appoints_nobody(here, working):
    with pytest.raises(OutOfReach), working(here.outsider) as session:
        actions.stand_in(session, here.outsider, here.people["甲乙"], here.branch, Role.SECRETARY, **UNTIL)
    with pytest.raises(NotYours), working(here.secretary) as session:
        actions.stand_in(session, here.secretary, here.people["甲乙"], here.branch, Role.SECRETARY, **UNTIL)


# --- offices apart (三员分立) ---


@pytest.mark.parametrize("pair", KEPT_APART, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def test_nobody_sits_in_two_posts_that_are_kept_apart_however_he_came_to_them(here, working, pair):
    guards, other = pair
    where = {Role.LEADER: here.sister, Role.DEPUTY: here.sister, Role.SECRETARY: here.other_branch}
    where |= {Role.COMMITTEE_MEMBER: here.branch}
    place_of = where.get(other, here.township)
    with working() as session:
        person = actions.add_person(session, SYSTEM, here.township, name="文书", kind=None).id
        holds = actions.appoint(session, SYSTEM, person, place_of, other)
        with pytest.raises(Conflict, match="不能同时任"):
            actions.stand_in(session, SYSTEM, person, here.township, guards, **UNTIL)
        actions.end_post(session, SYSTEM, holds.id, ends_on=TODAY)
        actions.stand_in(session, SYSTEM, person, here.township, guards, **UNTIL)
        with pytest.raises(Conflict, match="不能同时任"):
            actions.stand_in(session, SYSTEM, person, place_of, other, **UNTIL)
        with pytest.raises(Conflict, match="不能同时任"):
            actions.appoint(session, SYSTEM, person, place_of, other)


def test_a_post_that_begins_after_it_is_over_stands_in_nobodys_way(here, working):
    with working() as session:
        person = actions.add_person(session, SYSTEM, here.township, name="文书", kind=None).id
        actions.appoint(session, SYSTEM, person, here.township, Role.INSPECTOR, starts_on=AFTER)
        assert actions.stand_in(session, SYSTEM, person, here.township, Role.KEEPER, **UNTIL)


def test_an_office_of_the_township_is_stood_in_for_only_once_another_agreed(here, working):
    keeper, committee = officer(here, working, "管钥", Role.KEEPER), officer(here, working, "党委", Role.COMMITTEE)
    officer(here, working, "文书")
    clerk = here.people["文书"]
    organiser = as_of_today(here, "干事")
    with pytest.raises(NotYours, match="不能一个人说了算"), working(organiser) as session:
        actions.stand_in(session, organiser, clerk, here.township, Role.ORGANISER, **UNTIL)
    wish = Wish(act=Act.STAND_IN, person_id=clerk, kind=Role.ORGANISER, until=LAST)
    with working(keeper) as session:
        act = actions.ask(session, keeper, here.township, wish, reason=WHY).id
    assert as_of_today(here, "文书").posts == ()
    with working(committee) as session:
        assert actions.agree(session, committee, act).stage == "done"

    assert as_of_today(here, "文书").posts == ((Role.ORGANISER, here.township),)
    down = Wish(act=Act.STAND_DOWN, person_id=clerk, kind=Role.ORGANISER)
    with working(keeper) as session:
        act = actions.ask(session, keeper, here.township, down, reason="干事回来了。").id
    with working(committee) as session:
        actions.agree(session, committee, act)
    assert as_of_today(here, "文书").posts == ()


def test_whoever_stands_in_neither_asks_for_nor_agrees_to_what_concerns_officers_nor_is_asked(here, working):
    keeper = officer(here, working, "管钥", Role.KEEPER)
    officer(here, working, "文书")
    officer(here, working, "党委", Role.COMMITTEE)
    officer(here, working, "督查", Role.INSPECTOR)
    with working() as session:
        for kind in (Role.COMMITTEE, Role.ORGANISER):
            actions.stand_in(session, SYSTEM, here.people["文书"], here.township, kind, **UNTIL)
    acting = as_of_today(here, "文书")
    assert {role for role, _ in acting.posts} == {Role.COMMITTEE, Role.ORGANISER}
    wish = Wish(act=Act.RENEW_PASSWORD, person_id=here.people["督查"])
    with working(keeper) as session:
        by_organiser = actions.ask(session, keeper, here.township, wish, reason=WHY).id
        watched = Wish(act=Act.RENEW_PASSWORD, person_id=here.people["干事"])
        by_committee = actions.ask(session, keeper, here.township, watched, reason=WHY).id

    for act in (by_organiser, by_committee):
        with pytest.raises(NotYours), working(acting) as session:
            actions.agree(session, acting, act)
    with pytest.raises(NotYours), working(acting) as session:
        actions.ask(session, acting, here.township, wish, reason=WHY)
    assert desk(acting) == [("activities.leaderless", Role.ORGANISER)]  # what is no officer's matter
    assert desk(as_of_today(here, "党委")) == [("activities.agree", Role.COMMITTEE)]


@pytest.mark.parametrize("kind", [Role.KEEPER, Role.AUDITOR])
def test_who_stands_in_for_a_keeper_or_an_auditor_has_none_of_his_rights(here, working, kind):
    officer(here, working, "文书")
    with working() as session:
        actions.stand_in(session, SYSTEM, here.people["文书"], here.township, kind, **UNTIL)

    acting = as_of_today(here, "文书")
    assert acting.posts == ()
    assert acting.reach == ""


def test_who_stands_in_for_a_keeper_sees_what_waits_at_the_desk_but_not_what_is_to_be_agreed(here, working, move_to):
    officer(here, working, "文书")
    waits(here.township, "activities.dead_work", Role.KEEPER)
    waits(here.township, "activities.agree", Role.KEEPER)
    assert seen_in_stead(here) == []
    with working() as session:
        actions.stand_in(session, SYSTEM, here.people["文书"], here.township, Role.KEEPER, **UNTIL)

    assert seen_in_stead(here) == ["activities.dead_work"]
    move_to(AFTER)
    assert seen_in_stead(here) == []


def seen_in_stead(place) -> list[str]:
    with unit("activities", as_of_today(place, "文书")) as session:
        return [line.kind for line in waiting.seen_in_stead(session)]


def test_for_that_time_he_is_an_officer_whom_nobody_touches_alone(here, working, move_to):
    with working() as session:
        actions.stand_in(session, SYSTEM, here.people["甲乙"], here.township, Role.COMMITTEE, **UNTIL)
    organiser = as_of_today(here, "干事")
    with pytest.raises(NotYours), working(organiser) as session:
        actions.renew_password(session, organiser, here.people["甲乙"])
    move_to(AFTER)
    with working(organiser) as session:
        assert actions.renew_password(session, organiser, here.people["甲乙"])


def test_whoever_leaves_the_roll_stands_in_for_nobody(here, working):
    with working(here.organiser) as session:
        actions.stand_in(session, here.organiser, here.people["甲乙"], here.branch, Role.SECRETARY, **UNTIL)
        actions.cut_standing_in(session, SYSTEM, TODAY, "转出", people=[here.people["甲乙"]])

    assert as_of_today(here, "甲乙").posts == ()


def stands_in(place, working, name: str, where: int, kind: Role) -> None:
    with working(place.organiser) as session:
        actions.stand_in(session, place.organiser, place.people[name], where, kind, **UNTIL)


def test_whoever_stood_in_and_is_appointed_has_what_is_fixed_to_the_post(here, working):
    officer(here, working, "文书")
    clerk, township = here.people["文书"], here.township
    waits(township, "activities.agree", Role.COMMITTEE)
    with working() as session:
        actions.stand_in(session, SYSTEM, clerk, township, Role.COMMITTEE, **UNTIL)
    assert desk(as_of_today(here, "文书")) == []
    with working() as session:
        actions.appoint(session, SYSTEM, clerk, township, Role.COMMITTEE)

    assert until_when(here, clerk) == []
    appointed = as_of_today(here, "文书")
    assert (appointed.posts, appointed.stands_in) == (((Role.COMMITTEE, township),), frozenset())
    assert desk(appointed) == [("activities.agree", Role.COMMITTEE)]


def test_who_holds_a_post_is_its_holder_even_where_an_old_stand_in_still_runs(here, working):
    officer(here, working, "文书", Role.COMMITTEE)
    clerk, township = here.people["文书"], here.township
    waits(township, "activities.agree", Role.COMMITTEE)
    with working() as session:
        span = {"starts_on": TODAY, "ends_on": AFTER, "reason": WHY}
        session.add(StandIn(person_id=clerk, unit_id=township, kind=Role.COMMITTEE, **span))

    acting = as_of_today(here, "文书")
    assert acting.posts == ((Role.COMMITTEE, township),)
    assert desk(acting) == [("activities.agree", Role.COMMITTEE)]
    with unit("activities") as session:
        token = sittings.open_sitting(session, acting.account_id, awaits=None, device="", proved_at=None, strong=True)
        seated = sittings.actor_of(session, token)
    assert (seated.posts, seated.stands_in) == (acting.posts, frozenset())


def test_nobody_stands_in_for_a_group_that_is_merged_away_or_that_he_left(here, working):
    stands_in(here, working, "丙丁", here.sister, Role.LEADER)
    stands_in(here, working, "甲乙", here.group, Role.DEPUTY)
    stands_in(here, working, "甲乙", here.branch, Role.SECRETARY)
    part = Part(name="第三党小组", members=[here.people["甲乙"]], leader=None)
    with working(here.organiser) as session:
        actions.regroup(session, here.organiser, Split(group_id=here.group, parts=[part], on=TODAY))
        actions.regroup(session, here.organiser, Merge(group_ids=[here.group, here.sister], into=here.group, on=TODAY))

    assert as_of_today(here, "丙丁").posts == ()
    assert as_of_today(here, "甲乙").posts == ((Role.SECRETARY, here.branch),)


@pytest.mark.parametrize("turn", ["moved", "turn", "died"])
def test_who_goes_stands_in_no_more_and_taking_it_back_gives_that_back(here, working, turn):
    stands_in(here, working, "甲乙", here.group, Role.LEADER)
    who, organiser, number = here.people["甲乙"], here.organiser, None
    with working(organiser) as session:
        if turn == "moved":
            actions.move_person(session, organiser, who, here.sister)
        else:
            more = {"to_unit_id": here.sister} if turn == "turn" else {}
            asked = Asked(turn=Turn.MOVED if more else Turn.DIED, on=TODAY, basis=WHY, **more)
            number = actions.turn(session, organiser, who, asked).id
    assert until_when(here, who) == []

    if number is not None:
        with working(organiser) as session:
            actions.undo_turn(session, organiser, number)
        assert until_when(here, who) == [LAST]


def until_when(place, person_id: int) -> list[date]:
    with unit("activities", place.organiser) as session:
        return [row.last_day for row in queries.stand_ins(session, place.organiser, person_id=person_id)]


def test_what_another_stands_in_for_by_now_is_not_given_back(here, working):
    stands_in(here, working, "甲乙", here.group, Role.LEADER)
    with working(here.organiser) as session:
        asked = Asked(turn=Turn.DIED, on=TODAY, basis=WHY)
        number = actions.turn(session, here.organiser, here.people["甲乙"], asked).id
    stands_in(here, working, "丙丁", here.group, Role.LEADER)
    with working(here.organiser) as session:
        actions.undo_turn(session, here.organiser, number)

    assert until_when(here, here.people["甲乙"]) == []
    assert as_of_today(here, "丙丁").posts == ((Role.LEADER, here.group),)
