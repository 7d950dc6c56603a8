"""Mobile members and members in need: met in one tap, a contact owed each half-year, seen by branch and township alone."""

from datetime import date, timedelta

import psycopg
import pytest
from cryptography.exceptions import InvalidTag

from services.activities.register import actions, queries
from services.activities.register.queries.care import groups_to_join
from services.activities.register.rules.care import Looked, Sort, next_contact
from services.activities.register.rules.membership import Asked, Turn
from shared import clock, daily
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.roles import Role
from shared.waiting import lines_of


def out(place, on: date, **otherwise) -> Looked:
    known = {"sort": Sort.OUT, "on": on, "told": {"kind": "务工", "place": "广东省深圳市"}}
    return Looked(**known | {"contact_id": place.people["书记"]} | otherwise)


def need(place, on: date) -> Looked:
    told = {"kind": "病", "help": "每月送药"}
    return Looked(sort=Sort.NEED, on=on, told=told, contact_id=place.people["组长"])


@pytest.fixture
def today(working) -> date:
    with working() as session:
        return clock.today(session)


@pytest.fixture
def comes(move_to, settle):
    """A day comes, with its work: `comes(day)`."""

    def come(day: date) -> None:
        move_to(day)
        daily.post("activities")
        settle()

    return come


def put(place, working, asked: Looked, name: str = "甲乙") -> int:
    with working(place.secretary) as session:
        return actions.look_after(session, place.secretary, place.people[name], asked).id


def waiting(working, actor) -> dict[str, date | None]:
    with working(actor) as session:
        return {line.kind: line.due_on for line in lines_of(session, actor.account_id, actor.posts)}


@pytest.mark.parametrize(
    ("sort", "last", "months", "due"),
    [
        (Sort.OUT, date(2025, 8, 31), 6, date(2026, 2, 28)),
        (Sort.OUT, date(2025, 6, 15), 6, date(2025, 12, 15)),
        (Sort.OUT, date(2025, 6, 15), 0, None),
        (Sort.IN, date(2025, 6, 15), 6, None),
        (Sort.NEED, date(2025, 6, 15), 6, None),
    ],
)
def test_a_contact_is_owed_so_many_months_after_the_last(sort, last, months, due):
    assert next_contact(sort, last, months=months) == due


def test_whoever_is_out_is_not_expected_and_is_met_in_one_tap(place, working, today, comes):
    number = put(place, working, out(place, today))
    with working(place.secretary) as session:
        (member,) = [
            each
            for each in queries.members_on(session, place.secretary, place.group, today)
            if each.person_id == place.people["甲乙"]
        ]
        assert list(member.circumstances) == ["away"]
    assert "activities.contact" not in waiting(working, place.secretary)

    due = next_contact(Sort.OUT, today, months=6)
    comes(due - timedelta(days=30))
    assert waiting(working, place.secretary)["activities.contact"] == due
    assert "activities.contact" not in waiting(working, place.outsider)
    with working(place.secretary) as session:
        actions.meet(session, place.secretary, number)
    assert "activities.contact" not in waiting(working, place.secretary)
    with working(place.organiser) as session:
        (seen,) = queries.cared_for(session, place.organiser, unit_id=place.township)
        assert (seen.last_on, seen.contact) == (due - timedelta(days=30), "书记")
        assert seen.due_on == next_contact(Sort.OUT, seen.last_on, months=6)


def test_a_contact_of_an_earlier_day_that_is_written_late_lets_it_stand(place, working, today, comes):
    number = put(place, working, out(place, today))
    due = next_contact(Sort.OUT, today, months=6)
    comes(due - timedelta(days=30))
    with working(place.secretary) as session:
        actions.meet(session, place.secretary, number, on=today)
    assert waiting(working, place.secretary)["activities.contact"] == due

    comes(due + timedelta(days=30))
    assert waiting(working, place.secretary)["activities.contact"] == due
    with working(place.secretary) as session:
        (seen,) = queries.cared_for(session, place.secretary, unit_id=place.branch)
    assert seen.late


def test_after_a_leaving_that_was_a_mistake_he_has_to_be_contacted_as_before(place, working, today, comes):
    put(place, working, out(place, today))
    due = next_contact(Sort.OUT, today, months=6)
    comes(due - timedelta(days=10))
    with working(place.organiser) as session:
        asked = Asked(turn=Turn.RESIGNED, on=due - timedelta(days=10), basis="书面申请")
        act = actions.turn(session, place.organiser, place.people["甲乙"], asked).id
    assert "activities.contact" not in waiting(working, place.secretary)
    with working(place.organiser) as session:
        actions.undo_turn(session, place.organiser, act)
    assert waiting(working, place.secretary)["activities.contact"] == due


def test_where_the_rules_months_change_the_next_day_follows(place, working, today, comes, monkeypatch):
    put(place, working, out(place, today))
    for day, months, owed in ((61, 6, False), (62, 3, True), (63, 12, False), (64, 2, True), (65, 0, False)):
        monkeypatch.setattr(queries, "months_of", lambda *_, months=months: (months, months))
        comes(today + timedelta(days=day))

        due = next_contact(Sort.OUT, today, months=months)
        assert waiting(working, place.secretary).get("activities.contact") == (due if owed else None)


def test_back_home_he_is_expected_again_and_nothing_is_owed(place, working, today, comes):
    number = put(place, working, out(place, today, abroad=True))
    comes(today + timedelta(days=200))
    assert "activities.contact" in waiting(working, place.secretary)
    with working(place.secretary) as session:
        actions.end_care(session, place.secretary, number, why="回来了")
        with pytest.raises(Conflict):
            actions.meet(session, place.secretary, number)
    assert "activities.contact" not in waiting(working, place.secretary)
    with working(place.secretary) as session:
        assert queries.open_circumstance(session, place.people["甲乙"], "away") is None


def test_who_is_in_need_is_known_to_branch_and_township_alone(place, working, today, office):
    number = put(place, working, need(place, today))
    with working(place.secretary) as session:
        actions.meet(session, place.secretary, number, note="送去慰问金500元")
        (seen,) = queries.cared_for(session, place.secretary, unit_id=place.branch)
        assert seen.told == [("类型", "病"), ("帮扶措施", "每月送药")]
        assert [each.note for each in queries.care_entries(session, place.secretary, number)] == ["送去慰问金500元"]
    for actor in (place.leader, place.outsider, place.actor("外人", (Role.LEADER, place.group))):
        with working(actor) as session:
            assert queries.cared_for(session, actor, unit_id=place.branch) == []
            with pytest.raises(OutOfReach):
                queries.care_entries(session, actor, number)
    with psycopg.connect(office.owner_url) as connection:
        stored = connection.execute(
            "select (select c::text from activities.care c), (select e::text from activities.care_entry e)"
        ).fetchone()
        told = connection.execute("select body::text from office.happening where fact = 'CareChanged'").fetchall()
    assert not any(word in text for word in ("病", "送药", "慰问") for text in stored)
    assert not any("need" in text for (text,) in told)
    with pytest.raises(NotYours), working(place.leader) as session:
        actions.look_after(session, place.leader, place.people["丙丁"], need(place, today))


def test_whoever_leaves_is_looked_after_no_more_and_again_when_that_was_a_mistake(place, working, today):
    put(place, working, out(place, today - timedelta(days=10)))
    organiser = place.organiser
    with working(organiser) as session:
        asked = Asked(turn=Turn.DIED, on=today, basis="死亡证明")
        act = actions.turn(session, organiser, place.people["甲乙"], asked).id
    with working(organiser) as session:
        assert queries.cared_for(session, organiser, unit_id=place.branch) == []
        actions.undo_turn(session, organiser, act)
    with working(organiser) as session:
        assert [each.sort for each in queries.cared_for(session, organiser, unit_id=place.branch)] == [Sort.OUT]


def test_moved_to_another_branch_he_is_looked_after_there(place, working, today, comes):
    put(place, working, out(place, today))
    comes(today + timedelta(days=170))
    assert "activities.contact" not in waiting(working, place.organiser)
    with working(place.organiser) as session:
        asked = Asked(turn=Turn.MOVED, on=today + timedelta(days=170), to_unit_id=place.other_group)
        actions.turn(session, place.organiser, place.people["甲乙"], asked)
    assert "activities.contact" not in waiting(working, place.secretary)
    assert "activities.contact" in waiting(working, place.organiser)  # nobody is secretary there
    with working(place.outsider) as session:
        assert [each.name for each in queries.cared_for(session, place.outsider, unit_id=place.other_branch)] == [
            "甲乙"
        ]


def test_who_came_from_elsewhere_is_listed_and_is_no_member(place, working, today):
    told = {"name": "远客", "kind": "务工", "home": "外省某支部"}
    with working(place.secretary) as session:
        asked = Looked(sort=Sort.IN, on=today, told=told)
        actions.look_after_guest(session, place.secretary, place.branch, asked)
        (seen,) = queries.cared_for(session, place.secretary, unit_id=place.branch)
        assert (seen.name, seen.person_id, seen.due_on) == ("远客", None, None)
        with pytest.raises(OutOfReach):
            actions.look_after_guest(session, place.secretary, place.other_branch, asked)


def test_a_guest_takes_part_in_a_group_of_his_branch_and_in_no_other(place, working, today):
    told = {"name": "远客", "kind": "务工", "home": "外省某支部"}
    with working(place.secretary) as session:
        [group, *_] = groups_to_join(session, place.branch)
        asked = Looked(sort=Sort.IN, on=today, told=told | {"group": f" {group} "})
        actions.look_after_guest(session, place.secretary, place.branch, asked)
        (seen,) = queries.cared_for(session, place.secretary, unit_id=place.branch)
        assert dict(seen.told)["编入党小组"] == group
        elsewhere = Looked(sort=Sort.IN, on=today, told=told | {"group": "没有的党小组"})
        with pytest.raises(Invalid, match=group) as refused:
            actions.look_after_guest(session, place.secretary, place.branch, elsewhere)
        assert refused.value.field == "group"


def test_a_guests_number_is_masked_and_shown_for_a_reason_to_whoever_calls_him(place, working, today, office):
    told = {"name": "远客", "kind": "务工", "home": "外省某支部", "phone": "13912345678"}
    with working(place.secretary) as session:
        asked = Looked(sort=Sort.IN, on=today, told=told)
        number = actions.look_after_guest(session, place.secretary, place.branch, asked).id
        (seen,) = queries.cared_for(session, place.secretary, unit_id=place.branch)
        assert dict(seen.told)["联系方式"] == "139****5678"
        assert dict(queries.cared_one(session, place.secretary, number).told)["联系方式"] == "139****5678"
        shown = actions.show_guest_number(session, place.secretary, number, reason="约他参加主题党日。")
        assert shown == "13912345678"
    reader = place.actor("干事", (Role.COMMITTEE, place.township))
    with working(reader) as session:
        assert dict(queries.cared_one(session, reader, number).told)["联系方式"] == "139****5678"
        with pytest.raises(NotYours):
            actions.show_guest_number(session, reader, number, reason="想看看。")
    with working(place.outsider) as session, pytest.raises(OutOfReach):
        actions.show_guest_number(session, place.outsider, number, reason="想看看。")
    with psycopg.connect(office.owner_url) as connection:
        told = connection.execute("select reason, body::text from office.happening where fact = 'GuestNumberShown'")
        ((reason, body),) = told.fetchall()
    assert reason == "约他参加主题党日。"
    assert "5678" not in body


def test_why_it_ended_is_sealed_and_no_seal_opens_at_another_row(place, working, today, office):
    guest = Looked(sort=Sort.IN, on=today, told={"name": "远客", "kind": "务工", "home": "外省某支部"})
    with working(place.secretary) as session:
        number, other = (actions.look_after_guest(session, place.secretary, place.branch, guest).id for _ in range(2))
        actions.end_care(session, place.secretary, number, why="病故前转走")
        assert dict(queries.cared_one(session, place.secretary, number).told)["结束原因"] == "病故前转走"
    with psycopg.connect(office.owner_url) as connection:
        (stored,) = connection.execute("select string_agg(c::text, '') from activities.care c").fetchone()
        assert "病故" not in stored
        swap = "update activities.care set told_sealed = (select told_sealed from activities.care where id = %s)"
        connection.execute(f"{swap} where id = %s", (number, other))
    with working(place.secretary) as session, pytest.raises(InvalidTag):
        queries.cared_one(session, place.secretary, other)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"told": {"kind": "务工"}}, "place"),
        ({"told": {"place": "深圳"}}, "kind"),
        ({"contact_id": None}, "contact_id"),
        ({"on": date(2199, 1, 1)}, "on"),
    ],
)
def test_what_says_too_little_is_refused_by_its_field(place, working, today, change, field):
    with pytest.raises(Invalid) as refused:
        put(place, working, out(place, **{"on": today} | change))
    assert refused.value.field == field
