"""A formal notice belongs to the post: whoever sits in it finds it, acknowledges it, and is the one who is pressed."""

from collections.abc import Callable
from datetime import date

import pytest

from shared import daily
from shared.db import unit
from shared.events import CycleOpened, OfficerActMoved, PostChanged, RectificationMoved, StandInChanged
from shared.people import Person, Post
from shared.roles import Role
from shared.todos import Thing
from shared.waiting import begin_waiting

KEY = {"Idempotency-Key": "1"}
TITLE = "2025年度党小组长考核已启动"


@pytest.fixture
def opened(here):
    """On Monday all branches have been told that the year begins, formally; to be acknowledged by Thursday."""
    here.move_to(date(2025, 12, 1))
    here.say(CycleOpened(unit_id=here.town.units["清河镇"], cycle_id=7, year=2025, due_on="2025-12-20"))
    here.rest()
    return here


@pytest.fixture
def takes_over(here) -> Callable[..., None]:
    """A secretary leaves, from a day on, and somebody who is new follows: `takes_over("东村", "new", day)`."""

    def change(branch: str, name: str, on: date, *, replaces: str | None = None) -> None:
        where = here.town.units[branch]
        with unit("activities") as session:
            new = Person(unit_id=where, name=name, pinyin=name)
            session.add(new)
            session.flush()
            here.town.people[name] = new.id
        if replaces:
            here.execute("update office.post set ends_on = %s where person_id = %s", on, here.town.people[replaces])
        with unit("activities") as session:
            post = Post(person_id=new.id, unit_id=where, kind=Role.SECRETARY, starts_on=on)
            session.add(post)
            session.flush()
            taken = {"post_id": post.id, "person_id": new.id, "kind": "secretary", "change": "taken"}
        here.say(PostChanged(unit_id=where, since=on.isoformat(), **taken), "activities")
        here.rest()

    return change


def wake(here, day: int, hour: int = 12) -> None:
    here.move_to(date(2025, 12, day), hour)
    daily.post("notify")
    here.rest()


def told(here, telling: str) -> list[tuple[str, str, str]]:
    rows = here.rows(
        "select p.name, m.title, m.body from notify.message m join office.person p on p.id = m.person_id"
        " where m.telling like %s order by m.id",
        f"{telling}:%",
    )
    return [(row.name, row.title, row.body) for row in rows]


def titles(client, name: str) -> list[str]:
    return [row["title"] for row in client(name).get("/inbox").json()["rows"]]


def test_a_new_secretary_finds_it_on_his_desk_and_acknowledges_it_and_the_former_is_asked_no_more(
    opened, takes_over, client, visit
):
    former = client("first")
    [his] = former.get("/inbox").json()["rows"]
    takes_over("东村", "new", date(2025, 12, 1), replaces="first")

    new = client("new")
    [found] = new.get("/inbox").json()["rows"]
    assert (found["title"], found["wants_acknowledgement"]) == (TITLE, True)
    assert "1份通知待确认收到" in visit("new").get("/").text
    assert former.get("/inbox").json()["rows"][0]["passed_to"] == found["id"]
    assert former.get("/inbox?waiting=true").json()["rows"] == []
    assert former.post(f"/messages/{his['id']}/acknowledgements", headers=KEY).status_code == 409
    assert "不用再确认" in visit("first").get("/notify/").text
    assert new.post(f"/messages/{found['id']}/acknowledgements", headers=KEY).status_code == 201
    assert not opened.rows(
        "select from office.todo where kind = 'notify.acknowledge' and closed_at is null and unit_id = %s",
        opened.town.units["东村"],
    )
    assert client("outsider").get(f"/messages/{found['id']}").status_code == 404


def test_whoever_takes_up_the_post_on_a_day_to_come_finds_it_on_that_day(opened, takes_over, client):
    takes_over("东村", "new", date(2025, 12, 3), replaces="first")
    his = "select from notify.message where person_id = %s"

    wake(opened, 2)
    assert not opened.rows(his, opened.town.people["new"])
    wake(opened, 3)
    assert TITLE in titles(client, "new")


def test_where_the_township_stood_in_the_new_secretary_has_it_in_plain_words(opened, takes_over, client):
    assert titles(client, "organiser") == [f"（代南村）{TITLE}"]

    takes_over("南村", "new", date(2025, 12, 1))

    [found] = client("new").get("/inbox").json()["rows"]
    assert (found["title"], found["stands_in"]) == (TITLE, False)
    assert found["body"].startswith("2025年度党小组长考核已启动。请南村在")
    assert client("organiser").get("/inbox?waiting=true").json()["rows"] == []


def test_a_letter_that_is_held_goes_to_whoever_holds_the_post_when_it_leaves(here, takes_over, letters):
    here.move_to(date(2025, 12, 5), 23)  # a Friday night
    here.say(CycleOpened(unit_id=here.town.units["清河镇"], cycle_id=7, year=2025, due_on="2025-12-20"))
    here.rest()
    assert letters()["first"] == "ready"
    takes_over("东村", "new", date(2025, 12, 8), replaces="first")
    assert letters()["first"] == "ready"

    here.move_to(date(2025, 12, 8), 9)
    here.rest()  # the day's work has not been looked for yet

    assert letters()["first"] == "suppressed"
    assert letters()["new"] == "suppressed"  # he has no address yet; it is in his inbox
    [reason] = here.rows(
        "select reason from notify.delivery where person_id = %s and channel = 'mail'", here.town.people["first"]
    )
    assert reason.reason == "已不任这个职务，改送现任的人"


def test_a_reminder_that_is_held_follows_the_post_as_well(here, takes_over, letters, client):
    here.move_to(date(2025, 12, 5), 23)
    here.say(RectificationMoved(unit_id=here.town.units["东村一组"], rectification_id=3, stage="accepted"))
    here.rest()
    here.move_to(date(2025, 12, 6))
    takes_over("东村", "new", date(2025, 12, 6), replaces="first")

    assert letters()["first"] == "suppressed"
    assert titles(client, "new") == ["东村一组的整改通过验收"]


def test_whoever_does_not_acknowledge_is_reminded_then_named_to_the_township(opened, client):
    first = client("first")
    [message] = first.get("/inbox").json()["rows"]
    first.post(f"/messages/{message['id']}/acknowledgements", headers=KEY)

    wake(opened, 3)
    assert {name for name, *_ in told(opened, "near")} == {"organiser", "second"}
    wake(opened, 4)
    assert told(opened, "above") == []
    wake(opened, 5)

    [(title, body)] = [(title, body) for name, title, body in told(opened, "above") if name == "organiser"]
    assert title == "1个单位有事逾期：1份通知待确认收到"
    assert "没有办的是：西村。" in body
    wake(opened, 11)
    assert {name for name, *_ in told(opened, "township")} == {"organiser", "committee"}


def test_in_the_middle_of_it_the_new_secretary_is_the_one_who_is_pressed(opened, takes_over, client):
    wake(opened, 3)
    takes_over("西村", "new", date(2025, 12, 4), replaces="second")
    wake(opened, 4)
    wake(opened, 5)

    late = [name for name, *_ in told(opened, "late")]
    assert "new" in late
    assert "second" not in late
    [message] = [row for row in client("new").get("/inbox").json()["rows"] if row["title"] == TITLE]
    assert client("new").post(f"/messages/{message['id']}/acknowledgements", headers=KEY).status_code == 201
    wake(opened, 11)
    assert "new" not in [name for name, *_ in told(opened, "reported")]


def test_its_day_follows_the_working_days(opened):
    due = "select distinct due_on from office.todo where kind = 'notify.acknowledge'"
    assert [row.due_on for row in opened.rows(due)] == [date(2025, 12, 4)]
    opened.execute("insert into office.workday (day, working, why) values ('2025-12-04', false, '县里放假')")

    wake(opened, 2)

    assert [row.due_on for row in opened.rows(due)] == [date(2025, 12, 5)]


def test_said_again_it_makes_nothing_more(opened, takes_over):
    takes_over("东村", "new", date(2025, 12, 1), replaces="first")
    count = "select count(*)::int as n from notify.message"
    before = opened.rows(count)[0].n

    wake(opened, 1)
    wake(opened, 1)

    assert opened.rows(count)[0].n == before


def test_whoever_stands_in_acknowledges_for_the_post_and_its_holder_is_asked_no_more(opened, client):
    people, where = opened.town.people, opened.town.units["西村"]
    opened.execute(
        "insert into office.stand_in (person_id, unit_id, kind, starts_on, ends_on, reason)"
        " values (%s, %s, 'secretary', '2025-12-01', '2025-12-08', '住院')",
        people["leader"],
        where,
    )
    stands_in = {"person_id": people["leader"], "kind": "secretary", "change": "begun", "last_day": "2025-12-07"}
    opened.say(StandInChanged(unit_id=where, stand_in_id=1, since="2025-12-01", **stands_in), "activities")
    opened.rest()
    holder, acting = client("second"), client("leader")
    assert len(holder.get("/inbox?waiting=true").json()["rows"]) == 1
    [message] = [row for row in acting.get("/inbox?waiting=true").json()["rows"] if row["title"] == TITLE]

    assert acting.post(f"/messages/{message['id']}/acknowledgements", headers=KEY).status_code == 201

    assert holder.get("/inbox?waiting=true").json()["rows"] == []
    assert not opened.rows(
        "select from office.todo where kind = 'notify.acknowledge' and closed_at is null and unit_id = %s", where
    )


def test_when_he_stands_in_no_more_what_he_left_is_with_the_holder_alone(opened):
    people, where = opened.town.people, opened.town.units["西村"]
    opened.execute(
        "insert into office.stand_in (person_id, unit_id, kind, starts_on, ends_on, reason)"
        " values (%s, %s, 'secretary', '2025-12-01', '2025-12-03', '外出')",
        people["leader"],
        where,
    )
    wake(opened, 2)
    wake(opened, 3)

    rows = opened.rows(
        "select p.name, m.passed_to is not null as passed from notify.message m join office.person p on p.id = m.person_id"
        " where m.unit_id = %s and m.wants_acknowledgement order by p.name",
        where,
    )
    assert [(row.name, row.passed) for row in rows] == [("leader", True), ("second", False)]


# --- who has not confirmed, by name ---


def test_the_office_reads_which_units_have_not_confirmed_and_who_sits_there_now(opened, takes_over, client, visit):
    first = client("first")
    [message] = first.get("/inbox").json()["rows"]
    first.post(f"/messages/{message['id']}/acknowledgements", headers=KEY)
    takes_over("西村", "new", date(2025, 12, 1), replaces="second")

    organiser = client("organiser")
    [notice] = organiser.get("/notices").json()
    assert (notice["title"], notice["units"], notice["waiting"]) == (TITLE, 3, ["南村", "西村"])
    rows = organiser.get(f"/messages/{notice['message_id']}/receipts").json()
    stands = {row["unit"]: (row["now"], row["waits"], row["by"]) for row in rows}
    assert stands == {"东村": (["first"], False, "first"), "西村": (["new"], True, None), "南村": ([], True, None)}

    office = visit("organiser")
    assert "2个（共3个）：南村、西村" in office.get("/notify/receipts").text
    page = office.get(f"/notify/receipts/{notice['message_id']}").text
    assert "没有确认的是：" in page
    assert "支部书记new" in page
    assert "空缺" in page


def test_nobody_else_reads_it(opened, client, visit):
    [message] = client("first").get("/inbox").json()["rows"]

    assert client("first").get("/notices").status_code == 403
    assert client("first").get(f"/messages/{message['id']}/receipts").status_code == 404
    assert client("outsider").get("/notices").json() == []
    assert client("outsider").get(f"/messages/{message['id']}/receipts").status_code == 404
    visit("keeper").get("/notify/receipts", 403)


def test_the_page_behind_the_reminder_to_the_township_is_the_one_that_names_them(opened):
    wake(opened, 5)

    [link] = opened.rows("select distinct m.link from notify.message m where m.telling = 'above:notify.acknowledge'")
    assert link.link == "/notify/receipts"


def test_before_it_is_passed_on_the_former_holder_acknowledges_no_more(opened, client):
    former = client("first")
    [his] = former.get("/inbox").json()["rows"]
    opened.execute("update office.post set ends_on = office.today() where person_id = %s", opened.town.people["first"])

    assert former.post(f"/messages/{his['id']}/acknowledgements", headers=KEY).status_code == 409
    assert opened.rows(
        "select from office.todo where kind = 'notify.acknowledge' and closed_at is null and unit_id = %s",
        opened.town.units["东村"],
    )


def test_what_is_fixed_to_a_post_is_not_passed_on_to_who_stands_in_for_it(here, letters):
    township, people = here.town.units["清河镇"], here.town.people
    asked = {
        "officer_act_id": 5,
        "act": "renew_password",
        "person_id": people["first"],
        "post": "",
        "asked_by": 1,
        "machine": False,
    }
    fact = OfficerActMoved(unit_id=township, agrees="committee", stage="asked", before="", after="", **asked)
    with unit("activities") as session:
        begin_waiting(session, "activities.agree", Role.COMMITTEE, [Thing(fact.subject, township)])
    here.move_to(date(2025, 12, 5), 23)  # a Friday night: its letter is held
    here.say(fact, "activities")
    here.rest()
    here.execute(
        "insert into office.stand_in (person_id, unit_id, kind, starts_on, ends_on, reason)"
        " values (%s, %s, 'committee', '2025-12-05', '2025-12-20', '外出')",
        people["leader"],
        township,
    )

    here.move_to(date(2025, 12, 8), 9)
    here.rest()

    assert "committee" in letters()
    assert not here.rows("select from notify.message where person_id = %s", people["leader"])
