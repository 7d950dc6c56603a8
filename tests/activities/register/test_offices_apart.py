"""Offices apart (三员分立): posts are held until their day, by one at a time, by three kinds of people; and acts on
officers' accounts and posts are asked by one and agreed by another before anything is changed."""

import runpy
from datetime import date
from itertools import product
from pathlib import Path

import psycopg
import pytest

import shared
from deploy.doctor import posts_are_single
from services.activities.register import actions, queries
from services.activities.register.rules import Roster, read_roster
from services.activities.register.rules.officers import Act, Wish
from services.activities.register.rules.offices import BUSINESS, agreeing, clash
from services.activities.register.rules.regrouping import Move
from shared import access
from shared.access import SYSTEM, Actor
from shared.errors import Conflict, Invalid, NotYours, OutOfOrder, OutOfReach
from shared.events import ReplacementDecided
from shared.roles import SINGLE, Role
from shared.sheets import read_workbook

TODAY, SOON, LATER = date(2025, 3, 3), date(2025, 6, 1), date(2025, 7, 1)
OFFICERS = {"管钥": Role.KEEPER, "审计": Role.AUDITOR, "党委": Role.COMMITTEE, "督查": Role.INSPECTOR}
WHY = "党委会研究决定。"
MIGRATION = Path(shared.__file__).parent / "migrations/versions/2026-11-29_one_holder_at_a_time.py"


@pytest.fixture
def offices(place, working):
    """The small township with all of its officers, each with an account: `offices("管钥")` is one of them."""
    with working() as session:
        for name, role in OFFICERS.items():
            person = actions.add_person(session, SYSTEM, place.township, name=name, kind=None).id
            place.people[name] = person
            actions.appoint(session, SYSTEM, person, place.township, role)
        for name in (*OFFICERS, "干事"):
            actions.make_account(session, SYSTEM, place.people[name], f"login{place.people[name]}")
    return {name: acting(place, name, role) for name, role in {**OFFICERS, "干事": Role.ORGANISER}.items()}


def acting(place, name: str, role: Role) -> Actor:
    """Somebody who signed in: the account is his own."""
    from shared.db import unit

    with unit("activities") as session:
        account = queries.account_to_change(session, place.people[name]).id
    return Actor(account, place.people[name], name, ((role, place.township),))


def posts(office) -> list[tuple]:
    with psycopg.connect(office.owner_url) as connection:
        return connection.execute("select * from office.post order by id").fetchall()


def accounts(office) -> list[tuple]:
    with psycopg.connect(office.owner_url) as connection:
        return connection.execute("select id, password_hash, ended_at from office.account order by id").fetchall()


def ended_ahead(place, working, name: str, day: date = SOON) -> None:
    """The end of his posts is recorded for a day to come."""
    with working() as session:
        for post in queries.posts_held(session, SYSTEM, [place.people[name]])[place.people[name]]:
            actions.end_post(session, SYSTEM, post.post_id, ends_on=day)


# --- posts are held until their day ---


@pytest.mark.parametrize("case", list(product(("审计", "党委", "管钥"), ("today", "ends later", "begins later"))))
def test_nobody_alone_touches_the_account_of_whoever_holds_an_office_or_will(place, working, offices, office, case):
    name, when = case
    if when == "ends later":
        ended_ahead(place, working, name)
    if when == "begins later":
        with psycopg.connect(office.owner_url) as connection:
            connection.execute("update office.post set starts_on = %s where person_id = %s", [SOON, place.people[name]])
    before = accounts(office)

    for actor in (offices["干事"], offices["管钥"]):
        with pytest.raises(NotYours), working(actor) as session:
            actions.renew_password(session, actor, place.people[name])
        with pytest.raises(NotYours), working(actor) as session:
            actions.end_account(session, actor, place.people[name], reason=WHY)

    assert accounts(office) == before


def test_an_office_whose_day_has_passed_protects_nobody_any_more(place, working, offices, move_to):
    ended_ahead(place, working, "督查")
    move_to(SOON)
    organiser = offices["干事"]

    with working(organiser) as session:
        assert actions.renew_password(session, organiser, place.people["督查"])


@pytest.mark.parametrize("kind", SINGLE)
def test_a_single_post_that_ends_later_is_taken_up_by_another_from_that_day_on_and_not_before(
    place, working, office, kind
):
    where = place.branch if kind is Role.SECRETARY else place.sister
    with working() as session:
        held = queries.holders(session, SYSTEM, where, on=TODAY)
        post = held[0].post_id if held else actions.appoint(session, SYSTEM, place.people["丙丁"], where, kind).id
        actions.end_post(session, SYSTEM, post, ends_on=SOON)
    organiser, person = place.organiser, place.people["戊己"]
    for day in (None, TODAY, date(2025, 5, 31)):
        with pytest.raises(Conflict, match="2025年6月1日"), working(organiser) as session:
            actions.appoint(session, organiser, person, where, kind, starts_on=day)
    with working(organiser) as session:
        assert actions.appoint(session, organiser, person, where, kind, starts_on=SOON).starts_on == SOON
    with pytest.raises(Conflict), working(organiser) as session:  # held longer than the next one lets him
        actions.end_post(session, organiser, post, ends_on=LATER)
    with working(organiser) as session:
        assert actions.end_post(session, organiser, post, ends_on=date(2025, 5, 1)).ends_on == date(2025, 5, 1)


@pytest.mark.parametrize("kind", SINGLE)
def test_the_database_itself_refuses_two_holders_at_once(place, office, kind):
    put = "insert into office.post (person_id, unit_id, kind, starts_on, ends_on) values (%s, %s, %s, %s, %s)"
    one, other = place.people["丙丁"], place.people["戊己"]
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute(put, [one, place.sister, kind, TODAY, SOON])
        for starts_on, ends_on in ((TODAY, None), (date(2025, 5, 31), None), (TODAY, date(2025, 3, 4))):
            with pytest.raises(psycopg.errors.ExclusionViolation):
                connection.execute(put, [other, place.sister, kind, starts_on, ends_on])
        connection.execute(put, [other, place.sister, kind, SOON, None])


def test_a_leader_whose_post_ends_later_loses_it_by_a_replacement_and_keeps_him_in_his_group_until_then(
    place, working, office
):
    ended_ahead(place, working, "组长")
    organiser = place.organiser
    with pytest.raises(Conflict), working(organiser) as session:
        actions.move_person(session, organiser, place.people["组长"], place.sister)
    fact = ReplacementDecided(
        unit_id=place.group, replacement_id=1, group_id=place.group, person_id=place.people["组长"],
        replaced=True, on=TODAY.isoformat(),
    )  # fmt: skip
    with working() as session:
        actions.follow_replacement(session, fact)
        assert queries.holders(session, SYSTEM, place.group, on=TODAY) == []


def test_a_group_that_moves_takes_a_leader_along_whose_post_ends_later(place, working):
    ended_ahead(place, working, "组长")
    organiser = place.organiser
    with working(organiser) as session:
        actions.regroup(
            session, organiser, Move(group_id=place.group, branch_id=place.other_branch, on=TODAY, name="移")
        )
    with working() as session:
        assert queries.holders(session, SYSTEM, place.group, on=TODAY) == []


def test_what_overlapped_of_old_is_marked_named_and_held_to_the_rule_once_a_person_corrects_it(place, working, office):
    step = runpy.run_path(str(MIGRATION))
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        for kind in SINGLE:
            connection.execute(f"alter table office.post drop constraint post_one_{kind}_excl")
        connection.execute("alter table office.post drop column disputed")
        connection.execute("create unique index post_single_holder_key on office.post (id)")
        put = "insert into office.post (person_id, unit_id, kind, starts_on, ends_on) values (%s, %s, %s, %s, %s)"
        one, other = place.people["丙丁"], place.people["戊己"]
        connection.execute(put, [one, place.sister, "leader", TODAY, SOON])
        connection.execute(put, [one, place.sister, "leader", SOON, LATER])
        connection.execute(put, [other, place.sister, "leader", date(2025, 5, 1), None])
        connection.execute(step["MARK"])
        for kind in step["SINGLE"]:
            connection.execute(step["ONE"].format(kind=kind))
        marked = connection.execute("select person_id, id from office.post where disputed").fetchall()
    assert [person for person, _ in marked] == [other]

    organiser, (_, post) = place.organiser, marked[0]
    with working(organiser) as session:
        assert [each.name for each in queries.overlaps(session, organiser, place.township)] == ["戊己"]
        assert "1 single posts" in posts_are_single(session)
    with pytest.raises(Conflict, match="重叠"), working(organiser) as session:
        actions.end_post(session, organiser, post, ends_on=SOON)
    with working(organiser) as session:
        actions.end_post(session, organiser, post, ends_on=date(2025, 5, 1))
    with working(organiser) as session:
        assert queries.overlaps(session, organiser, place.township) == []


# --- three kinds of people ---


def test_who_holds_of_old_what_is_kept_apart_is_named_until_a_person_has_left_one(place, working, office, offices):
    """Written before there was a rule: on the pages of officers and accounts, at the command line and by doctor."""
    put = "insert into office.post (person_id, unit_id, kind, starts_on, ends_on) values (%s, %s, %s, %s, %s)"
    keeper, organiser = place.people["管钥"], offices["干事"]
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute(put, [keeper, place.sister, "leader", date(2024, 1, 1), LATER])
        connection.execute(put, [keeper, place.sister, "deputy", date(2024, 1, 1), date(2024, 6, 1)])  # over long ago
        connection.execute(put, [place.people["督查"], place.sister, "deputy", TODAY, None])  # both are business

    with working(organiser) as session:
        found = queries.clashes(session, organiser, place.township)
        assert [(each.name, each.kinds) for each in found] == [("管钥", ("keeper", "leader"))]
        assert "1 people who hold posts that are kept apart" in posts_are_single(session)
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute("delete from office.post where kind = 'leader' and person_id = %s", [keeper])
    with working(organiser) as session:
        assert queries.clashes(session, organiser, place.township) == []
        assert posts_are_single(session) == "ok"


def test_keeping_auditing_and_business_are_never_one_persons():
    assert clash(Role.KEEPER, [Role.AUDITOR]) is Role.AUDITOR
    for apart, business in product((Role.KEEPER, Role.AUDITOR), BUSINESS):
        assert clash(apart, [business]) is business
        assert clash(business, [Role.MEMBER, apart]) is apart
    assert not any(clash(one, [other]) for one, other in product(BUSINESS, BUSINESS))


@pytest.mark.parametrize("ends", [None, SOON])
def test_incompatible_posts_are_refused_even_to_the_machine(place, working, offices, office, ends):
    if ends:
        for name in ("管钥", "组长"):
            ended_ahead(place, working, name, ends)
    before = posts(office)
    for name, kind, where in (
        ("管钥", Role.AUDITOR, place.township),
        ("管钥", Role.COMMITTEE, place.township),
        ("管钥", Role.DEPUTY, place.group),
        ("组长", Role.KEEPER, place.township),
        ("组长", Role.AUDITOR, place.township),
    ):
        with pytest.raises(Conflict, match="不能同时任"), working() as session:
            actions.appoint(session, SYSTEM, place.people[name], where, kind)
    assert posts(office) == before
    if ends:
        with working() as session:
            assert actions.appoint(session, SYSTEM, place.people["组长"], place.township, Role.KEEPER, starts_on=ends)


def test_nobody_gives_himself_a_post_by_any_door(place, working, offices, office):
    keeper = offices["管钥"]
    for kind in (Role.COMMITTEE, Role.ORGANISER, Role.AUDITOR, Role.INSPECTOR, Role.KEEPER):
        with pytest.raises((NotYours, Conflict)), working(keeper) as session:
            actions.appoint(session, keeper, keeper.person_id, place.township, kind)
        with pytest.raises((NotYours, Conflict)), working(keeper) as session:
            wish = Wish(act=Act.APPOINT, person_id=keeper.person_id, kind=kind)
            actions.ask(session, keeper, place.township, wish, reason=WHY)
    organiser = offices["干事"]
    with pytest.raises(NotYours, match="给自己"), working(organiser) as session:
        actions.appoint(session, organiser, organiser.person_id, place.branch, Role.COMMITTEE_MEMBER)


def roster_of(*rows: tuple[str, str]) -> Roster:
    """东村党支部第一党小组 with these people and their posts."""
    lines = ["姓名,性别,党员类别,所在党支部,党小组,职务"]
    lines += [f"{name},男,正式党员,东村党支部,第一党小组,{post}" for name, post in rows]
    return read_roster(read_workbook("\n".join(lines).encode(), name="名册.csv"), today=TODAY)


def test_a_roster_gives_no_post_that_could_not_be_given_by_hand(place, working, offices, office):
    with working() as session:
        keeper = place.people["甲乙"]
        actions.appoint(session, SYSTEM, keeper, place.township, Role.KEEPER)
        actions.appoint(session, SYSTEM, place.people["戊己"], place.township, Role.INSPECTOR)
    himself = Actor(offices["干事"].account_id, place.people["丙丁"], "丙丁", ((Role.ORGANISER, place.township),))
    before = posts(office)

    with working(himself) as session:
        rows = (("甲乙", "党小组副组长"), ("丙丁", "支委"), ("戊己", "支委"))
        plan = actions.commit_roster(session, himself, place.township, roster_of(*rows))

    said = [problem.problem for problem in plan.problems]
    assert [
        word for word in ("不能同时任", "不能给自己任命", "乡镇工作人员") if any(word in each for each in said)
    ] == [
        "不能同时任",
        "不能给自己任命",
        "乡镇工作人员",
    ]
    assert posts(office) == before


def test_a_roster_that_names_another_leader_ends_the_post_that_was_to_end_later(place, working, office):
    ended_ahead(place, working, "组长")
    organiser = place.organiser
    with working(organiser) as session:
        actions.commit_roster(session, organiser, place.township, roster_of(("丙丁", "党小组长"), ("组长", "")))
    with working() as session:
        assert [each.name for each in queries.holders(session, SYSTEM, place.group, on=TODAY)] == ["丙丁"]


# --- asked by one, agreed by another ---


def test_whose_agreement_an_act_wants():
    for asked_as, other in ((Role.KEEPER, Role.ORGANISER), (Role.ORGANISER, Role.KEEPER)):
        assert agreeing(asked_as, [Role.COMMITTEE]) is other
        assert agreeing(asked_as, [Role.INSPECTOR, Role.LEADER]) is other
        for watched in (Role.KEEPER, Role.ORGANISER, Role.AUDITOR):
            assert agreeing(asked_as, [Role.INSPECTOR, watched]) is Role.COMMITTEE


# Whom it is about, who asks, who agrees.
AGREED = (
    ("督查", "干事", "管钥"),
    ("督查", "管钥", "干事"),
    ("党委", "管钥", "干事"),
    ("审计", "干事", "党委"),
    ("管钥", "干事", "党委"),
    ("干事", "管钥", "党委"),
)


@pytest.mark.parametrize("case", list(product((Act.END_ACCOUNT, Act.RENEW_PASSWORD, Act.DISMISS), AGREED)))
def test_nothing_changes_until_the_right_other_has_agreed(place, working, offices, office, case):
    act, (about, asks, agrees) = case
    asking, agreed_by = offices[asks], offices[agrees]
    wish = Wish(act=act, person_id=place.people[about])
    if act is Act.DISMISS:
        with working() as session:
            (post,) = queries.posts_held(session, SYSTEM, [place.people[about]])[place.people[about]]
        wish = Wish(act=act, post_id=post.post_id)
    before = posts(office), accounts(office)

    with working(asking) as session:
        asked = actions.ask(session, asking, place.township, wish, reason=WHY).id
    for name, actor in offices.items():
        if name != agrees:
            with pytest.raises((NotYours, OutOfReach)), working(actor) as session:
                actions.agree(session, actor, asked)
    with pytest.raises(NotYours), working() as session:  # the committee is there: not at the machine either
        actions.agree(session, SYSTEM, asked)
    assert (posts(office), accounts(office)) == before

    with working(agreed_by) as session:
        actions.agree(session, agreed_by, asked)
    if act is Act.RENEW_PASSWORD:
        assert (posts(office), accounts(office)) == before
        with pytest.raises((NotYours, OutOfReach)), working(agreed_by) as session:
            actions.make_password(session, agreed_by, asked)
        with working(asking) as session:
            _, login, password = actions.make_password(session, asking, asked)
        with working() as session:
            assert access.sign_in(session, login, password)
        with pytest.raises(OutOfOrder), working(asking) as session:
            actions.make_password(session, asking, asked)
    assert (posts(office), accounts(office)) != before


def test_what_was_declined_or_withdrawn_changes_nothing_and_says_why(place, working, offices, office):
    organiser, keeper = offices["干事"], offices["管钥"]
    before = posts(office), accounts(office)
    wish = Wish(act=Act.APPOINT, person_id=place.people["甲乙"], kind=Role.INSPECTOR)
    with working(organiser) as session:
        first = actions.ask(session, organiser, place.township, wish, reason=WHY).id
        with pytest.raises(Conflict, match="已经提出过"):
            actions.ask(session, organiser, place.township, wish, reason=WHY)
    with pytest.raises(Invalid), working(keeper) as session:
        actions.decline(session, keeper, first, reason=" ")
    with working(keeper) as session:
        actions.decline(session, keeper, first, reason="还没有研究。")
    with pytest.raises(OutOfOrder), working(keeper) as session:
        actions.agree(session, keeper, first)
    with working(organiser) as session:
        second = actions.ask(session, organiser, place.township, wish, reason=WHY).id
        actions.withdraw_act(session, organiser, second)
    with working(keeper) as session:
        rows = queries.officer_acts(session, keeper, place.township)
    assert [(row.stage, row.why_not) for row, *_ in rows] == [("withdrawn", None), ("declined", "还没有研究。")]
    assert (posts(office), accounts(office)) == before


def test_the_machine_decides_only_for_a_vacant_committee_and_the_auditor_is_told(
    place, working, offices, office, settle
):
    organiser = offices["干事"]
    with working() as session:
        (post,) = queries.posts_held(session, SYSTEM, [place.people["党委"]])[place.people["党委"]]
        actions.end_post(session, SYSTEM, post.post_id)
    with working(organiser) as session:
        watched = Wish(act=Act.END_ACCOUNT, person_id=place.people["审计"])
        other = Wish(act=Act.END_ACCOUNT, person_id=place.people["督查"])
        theirs, keepers = (
            actions.ask(session, organiser, place.township, wish, reason=WHY).id for wish in (watched, other)
        )
    with pytest.raises(NotYours), working() as session:
        actions.agree(session, SYSTEM, keepers)
    settle()
    with working() as session:
        actions.decline(session, SYSTEM, theirs, reason="不办。")
    settle()

    with psycopg.connect(office.owner_url) as connection:
        told = connection.execute(
            "select telling from notify.message where person_id = %s and fact = 'OfficerActMoved'",
            [place.people["审计"]],
        ).fetchall()
    assert told == [("decided_by_machine",)]


def test_what_was_agreed_under_other_posts_is_asked_anew(place, working, offices):
    organiser, keeper = offices["干事"], offices["管钥"]
    with working(organiser) as session:
        wish = Wish(act=Act.RENEW_PASSWORD, person_id=place.people["督查"])
        asked = actions.ask(session, organiser, place.township, wish, reason=WHY).id
    with working(keeper) as session:
        actions.agree(session, keeper, asked)
    with working() as session:
        actions.appoint(session, SYSTEM, place.people["督查"], place.township, Role.ORGANISER, starts_on=LATER)
    with pytest.raises(Conflict, match="重新提出"), working(organiser) as session:
        actions.make_password(session, organiser, asked)
    with working(keeper) as session:  # whoever asked may have left
        assert actions.decline(session, keeper, asked, reason="情况变了。").stage == "declined"


def test_an_officers_post_in_a_branch_and_his_codes_are_asked_for_too(place, working, offices, office):
    organiser, keeper = offices["干事"], offices["管钥"]
    inspector = place.people["督查"]
    with pytest.raises(NotYours), working(organiser) as session:
        actions.appoint(session, organiser, inspector, place.branch, Role.COMMITTEE_MEMBER)
    with working(organiser) as session:
        wish = Wish(act=Act.APPOINT, person_id=inspector, unit_id=place.branch, kind=Role.COMMITTEE_MEMBER, day=SOON)
        asked = actions.ask(session, organiser, place.township, wish, reason=WHY).id
        with pytest.raises(Invalid, match="不是乡镇工作人员"):
            member = Wish(act=Act.MAKE_ACCOUNT, person_id=place.people["甲乙"], login="jiayi")
            actions.ask(session, organiser, place.township, member, reason=WHY)
    with working(keeper) as session:
        actions.agree(session, keeper, asked)
    with working() as session:
        assert [each.name for each in queries.holders(session, SYSTEM, place.branch, on=SOON)] == ["督查", "书记"]


# --- told at once ---


def told(office, person: int) -> list[tuple]:
    with psycopg.connect(office.owner_url) as connection:
        asked = "select fact, telling, title || body from notify.message where person_id = %s order by id"
        return connection.execute(asked, [person]).fetchall()


def test_whoevers_account_or_post_is_touched_is_told_at_once_and_without_a_password(place, working, office, settle):
    organiser, person = place.organiser, place.people["甲乙"]
    with working(organiser) as session:
        _, first = actions.make_account(session, organiser, person, "jiayi")
    with working(organiser) as session:
        _, second = actions.renew_password(session, organiser, person)
        actions.end_account(session, organiser, person, reason="调离。")
        post = actions.appoint(session, organiser, person, place.group, Role.DEPUTY)
        actions.end_post(session, organiser, post.id, reason="调离。")
    settle()

    found = told(office, person)
    assert [(fact, telling) for fact, telling, _ in found] == [
        ("AccountChanged", "made"),
        ("AccountChanged", "renewed"),
        ("AccountChanged", "ended"),
        ("PostChanged", "post_changed"),
        ("PostChanged", "post_changed"),
    ]
    for words in ("jiayi", "甲乙", first, second):
        assert not any(words in said for _, _, said in found)


def test_an_import_tells_each_person_once_whatever_it_changes_of_his(place, working, office, settle):
    organiser = place.organiser
    settle()
    before = len(told(office, place.people["丙丁"]))
    with working(organiser) as session:
        rows = (("丙丁", "党小组长、支部委员"), ("组长", ""), ("戊己", "党小组副组长"))
        actions.commit_roster(session, organiser, place.township, roster_of(*rows))
    settle()

    assert len(told(office, place.people["丙丁"])) - before == 1
    assert len(told(office, place.people["戊己"])) == 1
