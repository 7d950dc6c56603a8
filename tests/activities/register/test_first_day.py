"""The first day: an empty installation is set up by a code, on one page, by one; and then never again."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, update

from services.activities.register import actions as register
from services.activities.register import queries
from shared import access, clock
from shared.access import SYSTEM, guesses
from shared.access.rows import SetUp
from shared.db import unit
from shared.errors import Conflict
from shared.people import Account, Person, Unit, UnitKind
from shared.roles import Role
from tests import applications
from tests.browsing import Seen, Visitor
from tests.conftest import START, set_office_date
from tests.servers import Database
from tests.town import DONGLING, FIRST, NANPING

ASKED = {
    "name": "柳河镇",
    "rule_set": "xiang",
    "begins_on": "2025-03-03",
    "organiser": "王芳",
    "keeper": "马静",
    "auditor": "吴珊",
}
OWN = "a river of paper boats 7"


def visitor() -> Visitor:
    return Visitor(applications.whole())


def code() -> str:
    with unit("activities") as session:
        return access.make_set_up_code(session)


def opened(by: Visitor | None = None) -> tuple[Visitor, Seen]:
    """A browser in which the code was given, and the page that it sees then."""
    someone = by or visitor()
    page = someone.submit(someone.get("/setup"), "set-up-code", code=code())
    return someone, page


def asks(page: Seen, field: str) -> bool:
    return field in page.form("set-up").fields


def slips(page: Seen) -> list[tuple[str, str]]:
    """Login and password of each slip, as they are written there."""
    written = [code.text_content() for code in page.root.xpath("//div[@class='slip']//code")]
    return list(zip(written[::2], written[1::2], strict=True))


def test_from_an_empty_installation_to_the_organisers_desk(office: Database):
    someone, page = opened()

    done = someone.submit(page, "set-up", **ASKED)

    assert done.title == "柳河镇：设置完成"
    assert [login for login, _ in slips(done)] == ["wangfang", "majing", "wushan"]
    with unit("activities") as session:
        township = session.scalars(select(Unit)).one()
    assert (township.name, township.rule_set, township.begins_on) == ("柳河镇", "xiang", START)
    login, password = slips(done)[0]
    organiser = visitor()
    chosen = organiser.submit(organiser.get("/sign-in"), "sign-in", login=login, password=password)
    assert chosen.title == "设置自己的密码"
    desk = organiser.submit(chosen, "password", password=OWN, again=OWN)
    assert desk.answer.url.path == "/activities/todos"
    assert "名册还是空的，请上传花名册" in desk.text


def test_the_page_shows_the_rule_sets_side_by_side_and_guesses_neither(office: Database):
    someone, page = opened()

    assert "每月至少 1 次" in page.text
    assert "镇实施意见" in page.text
    assert not page.form("set-up").fields["rule_set"]
    again = someone.submit(page, "set-up", 422, **ASKED | {"rule_set": ""})
    assert "请选择执行哪一套制度" in again.text
    assert again.form("set-up").fields["organiser"] == "王芳"


def test_without_the_code_nobody_sees_what_is_missing_or_does_anything(office: Database):
    _, page = opened()
    stranger = visitor()

    assert "柳河" not in stranger.get("/setup").text
    assert "set-up-code" in [form.get("id") for form in stranger.get("/setup").root.forms]
    refused = stranger.submit(page, "set-up", **ASKED)

    assert "没有改动任何内容" in refused.answer.text
    with unit("activities") as session:
        assert session.scalars(select(Unit)).all() == []


def test_the_door_and_the_first_page_lead_to_it_as_long_as_nobody_can_sign_in(office: Database):
    someone = visitor()
    assert "/setup" in someone.get("/").links()
    someone, page = opened()
    someone.submit(page, "set-up", **ASKED)

    assert "/setup" not in someone.get("/sign-in").links()
    assert someone.get("/setup").title == "登录"
    with pytest.raises(Conflict, match="已经有人能登录"):
        code()


# --- the code ---


def test_only_a_hash_of_the_code_is_kept(office: Database):
    made = code()

    with unit("activities") as session:
        row = session.scalars(select(SetUp)).one()
    assert made.replace("-", "").encode() not in (row.code_hash or b"")
    assert not set(made) & set("01OIL")


@pytest.mark.parametrize("gap", ["-", " ", "", "－"])
def test_it_is_understood_as_people_type_it(office: Database, gap: str):
    someone = visitor()
    typed = code().lower().replace("-", gap)

    assert someone.submit(someone.get("/setup"), "set-up-code", code=typed).title == "设置本系统"
    assert asks(someone.get("/setup"), "organiser")


def test_it_opens_the_page_once(office: Database):
    made, one, other = code(), visitor(), visitor()
    one.submit(one.get("/setup"), "set-up-code", code=made)

    refused = other.submit(other.get("/setup"), "set-up-code", 422, code=made)

    assert "再运行一次 xiaozu setup" in refused.text
    assert asks(one.get("/setup"), "organiser")


def test_after_five_wrong_tries_the_right_one_opens_nothing(office: Database):
    made, someone = code(), visitor()
    for _ in range(5):
        someone.submit(someone.get("/setup"), "set-up-code", 422, code="AAAA-AAAA-AAAA")

    someone.submit(someone.get("/setup"), "set-up-code", 422, code=made)

    _, page = opened(someone)  # another code of the machine does
    assert asks(page, "organiser")


def test_it_is_over_after_half_an_hour_and_so_is_the_page(office: Database):
    made, (someone, page) = code(), opened()
    with unit("activities") as session:
        session.execute(update(SetUp).values(valid_until=clock.now(session) - timedelta(minutes=1)))

    late = someone.submit(page, "set-up", **ASKED)
    refused = someone.submit(someone.get("/setup"), "set-up-code", 422, code=made)

    assert "过了 30 分钟" in late.answer.text
    assert "已经过期" in refused.text


def test_another_code_closes_the_page_that_the_first_one_opened(office: Database):
    someone, page = opened()
    code()

    assert "没有改动任何内容" in someone.submit(page, "set-up", **ASKED).answer.text


def test_where_somebody_guesses_without_end_no_try_of_the_code_is_used_up(office: Database):
    whence, made = access.Whence("198.51.100.7"), code()
    with unit("activities") as session:
        for _ in range(guesses.CROWD):
            guesses.count_unknown(session, whence, clock.now(session))

    with unit("activities") as session:
        assert access.open_set_up(session, made, whence=whence) is None
        assert access.open_set_up(session, made, whence=access.Whence("198.51.100.8"))


# --- what is missing ---


def test_it_opens_again_once_every_first_password_is_over_and_asks_only_what_is_missing(office: Database):
    someone, page = opened()
    first = slips(someone.submit(page, "set-up", **ASKED))
    set_office_date(office, clock.moment(START + timedelta(days=15), 9))

    someone, page = opened()
    assert not [name for name in ASKED if asks(page, name)]
    again = slips(someone.submit(page, "set-up"))

    assert [login for login, _ in again] == [login for login, _ in first]
    with unit("activities") as session:
        assert access.sign_in(session, *again[0])
        assert access.sign_in(session, *first[0]) is None


def test_the_three_are_three_people(office: Database):
    someone, page = opened()

    refused = someone.submit(page, "set-up", 422, **ASKED | {"keeper": "王芳"})

    assert "三个不同的人" in refused.text
    with unit("activities") as session:
        assert session.scalars(select(Account)).all() == []


def test_somebody_of_the_roster_who_is_called_so_is_asked_about(town, office: Database):
    """张强 is a member of 东岭村: he is the one person, with his one account; or another."""
    with unit("activities") as session:
        session.execute(update(Account).values(ended_at=clock.now(session)))
        township = queries.begun(session).township
        member = session.scalars(
            select(Person).join(Unit, Unit.id == Person.unit_id).where(Unit.kind == "group")
        ).first()
        assert township
        assert member
        for post in queries.posts_lasting(session, SYSTEM, township.id, on=START):
            register.end_post(session, SYSTEM, post.id)
    names = {"organiser": member.name, "keeper": "新来的", "auditor": "另一个"}

    someone, page = opened()
    asked = someone.submit(page, "set-up", 409, begins_on="2025-03-03", **names)
    assert "名册里已有同名的人" in asked.text
    done = someone.submit(asked, "set-up", organiser_is=str(member.id))

    assert "设置完成" in done.title
    with unit("activities") as session:
        assert queries.begun(session).held[Role.ORGANISER][0] == member.id


# --- two at once, and slips that were lost ---


def test_two_at_once_found_one_township_and_three_accounts(office: Database):
    with unit("activities") as session:
        token = access.open_set_up(session, access.make_set_up_code(session)) or ""
    names = {Role.ORGANISER: "王芳", Role.KEEPER: "马静", Role.AUDITOR: "吴珊"}
    both, won = Barrier(2), []

    def begin(name: str) -> None:
        with unit("activities") as session:
            both.wait()
            if access.sets_up(session, token, locked=True):
                asked = register.Beginning(name, "zhen", START, names)
                won.append(register.begin_installation(session, asked)[0].name)
                access.end_set_up(session)

    threads = [Thread(target=begin, args=[name]) for name in ("柳河镇", "山前镇")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with unit("activities") as session:
        assert session.scalars(select(Unit.name)).all() == won
        assert len(session.scalars(select(Account)).all()) == 3


def test_of_two_who_send_the_same_page_at_once_one_founds_a_township(office: Database):
    someone, page = opened()
    someone.submit(page, "set-up", **ASKED)

    again = someone.submit(page, "set-up", **ASKED | {"name": "别的乡"})

    assert "没有改动任何内容" in again.answer.text
    with unit("activities") as session:
        assert session.scalars(select(Unit.name).where(Unit.kind == UnitKind.TOWNSHIP)).all() == ["柳河镇"]


def test_slips_that_were_lost_before_anybody_came_are_ended_and_made_anew(office: Database):
    someone, page = opened()
    lost = slips(someone.submit(page, "set-up", **ASKED))
    with unit("activities") as session:
        assert access.end_unused(session) == 3

    with unit("activities") as session:
        assert access.sign_in(session, *lost[0]) is None
    someone, page = opened()
    made = slips(someone.submit(page, "set-up"))
    with unit("activities") as session:
        token = access.sign_in(session, *made[0])
        access.choose_password(session, access.actor_of(session, token or ""), OWN)
    with pytest.raises(Conflict), unit("activities") as session:
        access.end_unused(session)


# --- one person, one account ---


def test_a_cadre_of_a_name_that_is_known_is_asked_about_before_he_is_entered(visit, town):
    organiser = visit("organiser")
    form = f"/activities/register/units/{town.id}/people/new"
    asked = organiser.submit(organiser.get(form), "person", 409, name="许安")

    assert "名册里已有同名的人" in asked.text
    assert f"/activities/register/people/{town.people['许安']}" in asked.links()
    organiser.submit(asked, "person", another="1")
    with unit("activities") as session:
        assert len(queries.called(session, SYSTEM, town.id, "许安")) == 2


def test_a_member_of_a_name_that_is_known_in_his_branch_is_asked_about(visit, town):
    organiser, first = visit("organiser"), town.groups[DONGLING, FIRST]
    form = organiser.get(f"/activities/register/units/{first}/people/new")
    asked = organiser.submit(form, "person", 409, name="姚立")  # of the other group of this branch

    assert "这个支部已有同名的人" in asked.text
    assert f"/activities/register/people/{town.people['姚立']}" in asked.links()
    organiser.submit(form, "person", 200, name="冯实")  # of another branch
    organiser.submit(asked, "person", another="1")
    with unit("activities") as session:
        assert len(queries.called(session, SYSTEM, town.units[DONGLING], "姚立")) == 2


def test_a_cadre_of_the_township_may_be_chosen_as_secretary_of_a_village_and_a_member_as_an_officer(visit, town):
    organiser, member = visit("organiser"), town.people["许安"]
    organiser.submit(organiser.get(f"/activities/register/units/{town.id}/people/new"), "person", name="驻村干部")
    with unit("activities") as session:
        (cadre,) = queries.called(session, SYSTEM, town.id, "驻村干部")

    village = organiser.get(f"/activities/register/units/{town.units[NANPING]}")
    assert str(cadre.person_id) in village.root.xpath("//select[@name='person_id']/option/@value")
    office = organiser.get(f"/activities/register/officers?person_id={member}")
    assert str(member) in office.root.xpath("//select[@name='person_id']/option/@value")
