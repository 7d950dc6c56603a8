"""Accounts for everybody in one act: who is meant, logins by pinyin, slips that are shown once, a lost sheet anew."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from services.activities.register import actions, queries
from services.activities.register.rules.logins import suggested
from shared import access, clock
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.people import Account, Person
from shared.roles import Role
from tests.browsing import Seen, Visitor
from tests.conftest import START, set_office_date
from tests.servers import Database
from tests.town import DONGLING, LOGINS, NEIGHBOURS, Town

Visit = Callable[..., Visitor]
NEW = "/activities/register/accounts/new"
OWN = "a river of paper boats 7"


def written(page: Seen) -> dict[str, str]:
    """The password of each login, as they stand on the slips of a page."""
    codes = [code.text_content() for code in page.root.xpath("//div[@class='slip']//code")]
    return dict(zip(codes[::2], codes[1::2], strict=True))


def without(town: Town, *posts: Role, branches: tuple[str, ...] = ()) -> list[str]:
    with unit("activities") as session:
        ids = [town.units[name] for name in branches]
        return [each.name for each in queries.without_accounts(session, SYSTEM, town.id, posts=posts, branches=ids)]


def sheet_of(login: str) -> int:
    with unit("activities") as session:
        return session.scalar(select(Account.sheet_id).where(Account.login == login)) or 0


@pytest.fixture
def made(visit: Visit) -> tuple[Visitor, dict[str, str]]:
    """The keeper has given an account to every member who had none."""
    keeper = visit("keeper")
    page = keeper.submit(keeper.get(f"{NEW}?posts=member"), "new-accounts")
    return keeper, written(page)


# --- who ---


def test_everybody_without_an_account_is_meant_but_no_officer_and_nobody_next_door(town: Town):
    everybody = without(town)

    assert everybody
    assert not {name for names in NEIGHBOURS.values() for name in names} & set(everybody)
    with unit("activities") as session:
        have = set(session.scalars(select(Person.name).join(Account, Account.person_id == Person.id)))
    assert not have & set(everybody)


def test_posts_and_branches_narrow_it(town: Town):
    leaders, here = without(town, Role.LEADER), without(town, branches=(DONGLING,))

    assert set(leaders) < set(without(town))
    assert set(here) < set(without(town))
    assert set(without(town, Role.LEADER, branches=(DONGLING,))) == set(leaders) & set(here)


def test_a_cadre_of_the_township_who_is_secretary_of_a_village_is_among_its_people(town: Town):
    with unit("activities") as session:
        cadre = actions.add_person(session, SYSTEM, town.id, name="驻村干部", kind=None)
        actions.appoint(session, SYSTEM, cadre.id, town.units[DONGLING], Role.COMMITTEE_MEMBER)

    assert "驻村干部" in without(town, Role.COMMITTEE_MEMBER, branches=(DONGLING,))


# --- logins ---


def test_logins_are_the_pinyin_of_names_each_another():
    names = ["王芳", "王方", "单小红", "李", "Anna", "", "欧阳明"]

    assert suggested(names, {"wangfang2"}) == [
        "wangfang",
        "wangfang3",
        "shanxiaohong",
        "li0",
        "anna",
        "user",
        "ouyangming",
    ]


def test_they_are_suggested_and_may_be_changed(visit: Visit, town: Town):
    keeper = visit("keeper")
    page = keeper.get(f"{NEW}?posts=member")
    first, second = [each for each in page.form("new-accounts").fields if each.startswith("login.")][:2]

    wrong = keeper.submit(page, "new-accounts", 422, **{first: "同名", second: "keeper"})
    assert "账号名应为 3 到 40 个字母" in wrong.text
    assert "这个账号名已经有人使用" in wrong.text
    done = keeper.submit(wrong, "new-accounts", **{first: "my.own-name", second: "another_one"})

    assert {"my.own-name", "another_one"} <= set(written(done))
    assert without(town) == []


def test_who_is_not_ticked_gets_none(visit: Visit, town: Town):
    keeper, before = visit("keeper"), without(town)
    page = keeper.get(f"{NEW}?posts=member")
    one = page.root.xpath("//input[@name='people']/@value")[0]

    keeper.submit(page, "new-accounts", people=one)

    assert len(without(town)) == len(before) - 1


# --- slips ---


def test_a_slip_opens_for_two_weeks_until_its_owner_has_his_own_password(made, office: Database):
    _, slips = made
    login, password = next(iter(slips.items()))
    with unit("activities") as session:
        assert access.sign_in(session, login, password)
    set_office_date(office, clock.moment(START + timedelta(days=13), 9))
    with unit("activities") as session:
        token = access.sign_in(session, login, password)
        access.choose_password(session, access.actor_of(session, token or ""), OWN)

    with unit("activities") as session:
        assert access.sign_in(session, login, password) is None
    set_office_date(office, clock.moment(START + timedelta(days=15), 9))
    late, its = list(slips.items())[1]
    with unit("activities") as session:
        assert access.sign_in(session, late, its) is None


def test_passwords_are_written_nowhere_else(made, office: Database):
    keeper, slips = made
    kept = keeper.get("/activities/register/accounts").answer.text + keeper.get(NEW).answer.text

    assert not [each for each in slips.values() if each in kept]
    with unit("activities") as session:
        session.execute(text("set local role xiaozu_keeper"))
        said = "".join(str(row) for row in session.execute(text("select body from office.happening")))
        said += "".join(str(row) for row in session.execute(text("select body from office.reply")))
    assert not [each for each in slips.values() if each in said or each.replace(" ", "") in said]


def test_a_lost_sheet_is_made_anew_in_one_act_that_ends_what_nobody_has_used(made):
    keeper, slips = made
    (own, first), (unused, lost) = list(slips.items())[:2]
    with unit("activities") as session:
        access.choose_password(session, access.actor_of(session, access.sign_in(session, own, first) or ""), OWN)

    again = written(keeper.submit(keeper.get(NEW), f"sheet-{sheet_of(unused)}"))

    assert set(again) == set(slips) - {own}
    with unit("activities") as session:
        assert access.sign_in(session, unused, lost) is None
        assert access.sign_in(session, unused, again[unused])
        assert access.sign_in(session, own, OWN)


def test_a_sheet_on_which_nothing_is_unused_cannot_be_made_anew(made, town: Town):
    _, slips = made
    sheet = sheet_of(next(iter(slips)))
    with unit("activities") as session:
        actions.renew_sheet(session, SYSTEM, town.id, sheet)

    with pytest.raises(Conflict, match="不用再发"), unit("activities") as session:
        actions.renew_sheet(session, SYSTEM, town.id, sheet)


# --- what is said of them, and to whom ---


def test_who_has_never_signed_in_is_found_and_said_truly(made):
    keeper, slips = made
    (login, password), (late, _) = list(slips.items())[:2]
    with unit("activities") as session:
        access.sign_in(session, login, password)

    unseen = keeper.get("/activities/register/accounts?state=unseen").text
    everybody = keeper.get("/activities/register/accounts").text

    assert "还没用过" in unseen
    assert f" {late} " in unseen
    assert f" {login} " not in unseen
    assert "登录过，还没设自己的密码" in everybody


@pytest.mark.parametrize("login", [each for each in LOGINS if each not in {"keeper", "organiser", "villager"}])
def test_nobody_else_gives_accounts_or_sees_who_has_none(visit: Visit, town: Town, login: str):
    someone = visit(login)
    page = someone.client.get(f"{NEW}?posts=member", follow_redirects=False)

    assert page.status_code == 403
    assert not [name for name in without(town) if name in page.text]


def test_an_act_is_whole_or_not_at_all(town: Town):
    people = None
    with unit("activities") as session:
        people = queries.without_accounts(session, SYSTEM, town.id)
    stranger = {people[0].person_id: "somebody", 2**40: "nobody"}

    with pytest.raises(Conflict), unit("activities") as session:
        actions.make_accounts(session, SYSTEM, town.id, stranger)
    with pytest.raises(Invalid), unit("activities") as session:
        actions.make_accounts(session, SYSTEM, town.id, {})

    assert people[0].name in without(town)


def test_a_stranger_next_door_makes_none(town: Town):
    with unit("activities") as session:
        people = queries.without_accounts(session, SYSTEM, town.id)
        outsider = access.actor_behind(session, session.scalar(select(Account.id).where(Account.login == "outsider")))
    assert outsider

    with pytest.raises((OutOfReach, NotYours)), unit("activities", outsider) as session:
        actions.make_accounts(session, outsider, town.id, {people[0].person_id: "mine"})


def test_the_organiser_of_a_branch_gives_accounts_in_his_branch_alone(place, working):
    of_the_branch = place.actor("姊妹", (Role.ORGANISER, place.branch))
    with working(of_the_branch) as session:
        first, *_ = queries.without_accounts(session, of_the_branch, place.branch)
        (slip,) = actions.make_accounts(session, of_the_branch, place.branch, {first.person_id: "pinyin"})

    assert slip.login == "pinyin"
    with working(of_the_branch) as session, pytest.raises(OutOfReach):
        actions.make_accounts(session, of_the_branch, place.other_branch, {first.person_id: "other"})
