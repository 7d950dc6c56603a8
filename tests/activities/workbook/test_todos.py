"""The desk: what waits for a post, in a line for each kind and unit, with whoever may do it and nobody else."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from deploy import doctor
from services.activities.register import actions as register
from shared import waiting
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.roles import Role
from tests.browsing import Visitor
from tests.servers import Database
from tests.town import DONGLING, ELSEWHERE, FIRST, SECOND, XIHE, Doors, Group, Person, Town


def write(person: Person, town: Town, group: Group, **more: Any) -> int:
    asked = {"group_id": town.groups[group], "kind": "study", "held_on": "2025-02-20", "submitted": True}
    return int(person.post("activities/activities", asked | more)["id"])


def waits(person: Person) -> list[tuple[str, int]]:
    return [(line["said"], line["unit_id"]) for line in person.get("activities/todos")["lines"]]


def appoint(town: Town, name: str, where: int, role: Role, *, since: date = date(2025, 3, 1)) -> int:
    with unit("activities") as session:
        return register.appoint(session, SYSTEM, town.people[name], where, role, starts_on=since).id


def dismiss(name: str, role: Role) -> None:
    of_him = "select p.id from office.post p join office.person n on n.id = p.person_id where n.name = :name and kind = :role"
    with unit("activities") as session:
        post_id = session.execute(text(of_him), {"name": name, "role": role}).scalar_one()
        register.end_post(session, SYSTEM, post_id, ends_on=date(2025, 3, 3), reason="调走")


@pytest.fixture
def everybody(doors: Doors) -> list[Person]:
    logins = ("organiser", "committee", "keeper", "dongling", "xihe", "diligent", "member", "outsider")
    return [getattr(doors, each) for each in logins]


def waits_for_one(everybody: list[Person], holder: Person) -> list[tuple[str, int]]:
    """What waits for somebody, when nothing waits for anybody else."""
    found = {person.login: waits(person) for person in everybody}
    mine = found.pop(holder.login)
    assert not any(found.values()), found
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK
    the_bar_counts_what_the_desk_lists()
    return mine


HOLDERS = "select a.id, p.kind, p.unit_id from office.post p join office.account a on a.person_id = p.person_id"


def the_bar_counts_what_the_desk_lists() -> None:
    """For everybody in each of his posts."""
    with unit("activities") as session:
        for account_id, kind, unit_id in session.execute(text(f"{HOLDERS} where p.ends_on is null")).all():
            lines = waiting.lines_of(session, account_id, [(Role(kind), unit_id)])
            counted = waiting.count_of(session, account_id, Role(kind), unit_id)
            assert counted == sum(line.count for line in lines), f"{kind} of {unit_id}"


def test_what_is_handed_in_waits_for_the_secretary_until_it_is_confirmed(
    doors: Doors, town: Town, everybody: list[Person]
):
    ids = [write(doors.diligent, town, (DONGLING, FIRST)), write(doors.negligent, town, (DONGLING, SECOND))]
    assert waits_for_one(everybody, doors.dongling) == [("2条活动记录待确认", town.units[DONGLING])]

    doors.dongling.post("activities/confirmations", {"activity_ids": ids})

    assert waits_for_one(everybody, doors.dongling) == []
    assert doors.dongling.get("activities/todos")["done_today"] == 2


def test_what_was_returned_waits_for_the_leader_and_then_for_the_secretary_again(
    doors: Doors, town: Town, everybody: list[Person]
):
    activity_id = write(doors.diligent, town, (DONGLING, FIRST))
    doors.dongling.post(f"activities/activities/{activity_id}/returns", {"reason": "缺主题"})
    assert waits_for_one(everybody, doors.diligent) == [("1条活动记录被退回", town.groups[DONGLING, FIRST])]

    doors.diligent.post(f"activities/activities/{activity_id}/submissions")

    assert waits_for_one(everybody, doors.dongling) == [("1条活动记录待确认", town.units[DONGLING])]


def test_what_is_given_up_waits_for_nobody(doors: Doors, town: Town, everybody: list[Person]):
    activity_id = write(doors.diligent, town, (DONGLING, FIRST))
    doors.dongling.post(f"activities/activities/{activity_id}/returns", {"reason": "写错组了"})

    doors.diligent.post(f"activities/activities/{activity_id}/discards")

    assert waits_for_one(everybody, doors.diligent) == []


def test_what_was_confirmed_and_is_corrected_waits_again(doors: Doors, town: Town, everybody: list[Person]):
    activity_id = write(doors.diligent, town, (DONGLING, FIRST))
    doors.dongling.post("activities/confirmations", {"activity_ids": [activity_id]})

    corrected = {"kind": "study", "held_on": "2025-02-21", "why": "日期写错"}
    doors.diligent.post(f"activities/activities/{activity_id}/corrections", corrected)

    assert waits_for_one(everybody, doors.dongling) == [("1条活动记录待确认", town.units[DONGLING])]


def test_what_waits_goes_with_the_post_and_where_it_is_vacant_to_the_organiser(
    doors: Doors, town: Town, everybody: list[Person]
):
    activity_id = write(doors.diligent, town, (DONGLING, FIRST))
    line = ("1条活动记录待确认", town.units[DONGLING])

    dismiss("陆明", Role.SECRETARY)
    assert waits_for_one(everybody, doors.organiser) == [line]
    appoint(town, "许安", town.units[DONGLING], Role.SECRETARY, since=date(2025, 3, 3))
    assert waits_for_one(everybody, doors.member) == [line]
    doors.member.post("activities/confirmations", {"activity_ids": [activity_id]})

    assert waits_for_one(everybody, doors.member) == []


def test_what_waits_for_a_leader_goes_to_deputy_and_secretary_while_there_is_none(
    doors: Doors, town: Town, everybody: list[Person]
):
    activity_id = write(doors.diligent, town, (DONGLING, FIRST))
    doors.dongling.post(f"activities/activities/{activity_id}/returns", {"reason": "缺主题"})
    line = ("1条活动记录被退回", town.groups[DONGLING, FIRST])

    dismiss("孙勤", Role.LEADER)
    others = [each for each in everybody if each.login != "organiser"]  # he has a leader to appoint
    assert waits_for_one(others, doors.dongling) == [line]
    appoint(town, "许安", town.groups[DONGLING, FIRST], Role.DEPUTY)

    assert waits_for_one(others, doors.member) == [line]


def test_a_secretarys_own_record_waits_for_the_organiser(doors: Doors, town: Town, everybody: list[Person]):
    appoint(town, "陆明", town.groups[DONGLING, FIRST], Role.DEPUTY)

    activity_id = write(doors.dongling, town, (DONGLING, FIRST))
    assert waits_for_one(everybody, doors.organiser) == [("1条活动记录待确认", town.units[DONGLING])]
    doors.organiser.post("activities/confirmations", {"activity_ids": [activity_id]})

    assert waits_for_one(everybody, doors.organiser) == []


def test_an_act_on_an_officer_waits_for_whoever_agrees_to_it_and_then_for_whoever_asked(
    doors: Doors, town: Town, everybody: list[Person]
):
    asked = {"act": "renew_password", "person_id": town.people["郑川"], "reason": "忘记了密码。"}
    act = doors.organiser.post(f"activities/townships/{town.id}/officer-acts", asked)["id"]
    assert waits_for_one(everybody, doors.keeper) == [("1件工作人员事项待决定", town.id)]
    doors.keeper.post(f"activities/officer-acts/{act}/agreements")
    assert waits_for_one(everybody, doors.organiser) == [("1个初始密码待发", town.id)]

    doors.organiser.post(f"activities/officer-acts/{act}/first-passwords")

    others = [each for each in everybody if each.login != "committee"]  # he has a new password to choose
    assert waits_for_one(others, doors.organiser) == []


def test_work_that_failed_for_good_waits_for_the_keeper_alone(doors: Doors, office: Database, everybody: list[Person]):
    with psycopg.connect(office.owner_url) as connection:
        failed = "update notify.job set state = 'dead' where id = (select min(id) from notify.job) returning id"
        job_id = connection.execute(failed).fetchone()[0]

    assert [said for said, _ in waits_for_one(everybody, doors.keeper)] == ["有失败的后台任务"]
    doors.keeper.post(f"notify/dead-jobs/{job_id}/discards", {"reason": "不再需要。"})

    assert waits_for_one(everybody, doors.keeper) == []


def test_no_service_writes_a_row_by_itself_or_one_of_anothers_kind(doors: Doors, town: Town):
    write(doors.diligent, town, (DONGLING, FIRST))
    row = {"kind": "activities.confirm", "subject": "activity:9", "unit_id": town.id, "post": "secretary"}
    columns = "(kind, subject, unit_id, township_id, post, since, provisional)"
    statements = (
        f"insert into office.todo {columns} select 'activities.confirm', 'x:1', id, id, '', now(), false from office.unit",
        "update office.todo set closed_at = now()",
        "delete from office.todo",
        f"select office.open_todos('{json.dumps([row])}')",
        "select office.close_todos('activities.confirm', array['activity:1'])",
    )
    for service in ("assessment", "notify", "keeper"):
        for statement in statements:
            with pytest.raises(ProgrammingError, match=r"permission denied|its own kinds"), unit(service) as session:
                session.execute(text(statement))
    for statement in statements[:3]:
        with pytest.raises(ProgrammingError, match="permission denied"), unit("activities") as session:
            session.execute(text(statement))


def test_a_row_is_read_by_those_alone_who_reach_its_unit(doors: Doors, town: Town):
    write(doors.diligent, town, (DONGLING, FIRST))
    roots = {"township": town.id, "branch": town.units[DONGLING], "group": town.groups[DONGLING, FIRST]}
    others = {"sister": town.groups[DONGLING, SECOND], "beside": town.units[XIHE], "elsewhere": town.units[ELSEWHERE]}

    assert {name: rows_reached_from(where) for name, where in roots.items()} == dict.fromkeys(roots, 1)
    assert {name: rows_reached_from(where) for name, where in others.items()} == dict.fromkeys(others, 0)


def rows_reached_from(where: int) -> int:
    actor = Actor(account_id=1, person_id=1, name="看的人", posts=((Role.LEADER, where),))
    with unit("activities", actor) as session:
        return int(session.execute(text("select count(*) from office.todo")).scalar_one())


def test_the_page_says_what_waits_for_the_post_and_how_much_for_the_others(
    doors: Doors, town: Town, visit: Callable[..., Visitor]
):
    appoint(town, "陆明", town.groups[DONGLING, SECOND], Role.DEPUTY)
    dismiss("何闲", Role.LEADER)
    write(doors.diligent, town, (DONGLING, FIRST))
    returned = write(doors.dongling, town, (DONGLING, SECOND))
    doors.organiser.post(f"activities/activities/{returned}/returns", {"reason": "缺主题"})

    found = doors.dongling.get("activities/todos")["lines"]
    assert {(line["post"], line["role"]) for line in found} == {("secretary", "secretary"), ("leader", "deputy")}
    page = visit("dongling").get("/activities/todos").text

    assert "1条活动记录待确认" in page
    assert "您的其他职务还有1件待办" in page
