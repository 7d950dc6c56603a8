"""What somebody may not do is never asked of him: whoever a thing waits for finds the act on the page that it opens."""

import re
from collections.abc import Callable

import psycopg

from services.activities.register import actions as register
from shared import work
from shared.db import unit
from shared.settings import SERVICES
from shared.todos import KINDS
from tests.browsing import Visitor
from tests.servers import Database
from tests.town import DONGLING, FIRST, SECOND, Doors, Town

# What of the register and of care waits without a table of moves; of the tables, tests/shared/test_todos.py asks.
BROUGHT_ABOUT = """
insert into office.term (unit_id, starts_on, due_on, basis)
  values (%(branch)s, '2020-01-01', office.today() + 20, '支部党员大会选举产生。');
update office.post set ends_on = office.today() - 10 where unit_id = %(second)s and kind = 'leader';
update office.membership set kind = 'probationary' where id in (
  select id from office.membership where unit_id = %(first)s and ends_on is null and person_id not in (
    select person_id from office.post) limit 1);
update office.person set joined_on = office.today() - 380 where id in (
  select person_id from office.membership where unit_id = %(first)s and kind = 'probationary');
insert into office.post (person_id, unit_id, kind, starts_on)
  select person_id, %(elsewhere)s, 'committee_member', '2024-01-01' from office.membership
  where unit_id = %(first)s and ends_on is null and person_id not in (select person_id from office.post) limit 1;
"""
STUDY = {"kind": "study", "held_on": "2025-02-20", "topic": "学习", "submitted": True}
# By kind, what a form of the page that it opens is sent to.
ACTS = {
    "activities.confirm": r"/confirmations|/records/confirm",
    "activities.mend": r"/records/\d+/correct",
    "activities.term": r"/units/\d+/committee",
    "activities.leaderless": r"/units/\d+/posts",
    "activities.probation": r"/people/\d+/",
    "activities.elsewhere": r"/people/\d+/",
    "assessment.nominate": r"/cases/\d+/nominations",
}


def test_what_a_desk_asks_opens_a_page_with_the_act(
    doors: Doors, town: Town, visit: Callable[..., Visitor], office: Database
):
    about = {"branch": town.units[DONGLING], "elsewhere": town.units["西河村党支部"]}
    about |= {"first": town.groups[DONGLING, FIRST], "second": town.groups[DONGLING, SECOND]}
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        for statement in BROUGHT_ABOUT.split(";\n")[:-1]:
            connection.execute(statement, about)
    with unit("activities") as session:
        register.look_over(session)
    doors.diligent.post("activities/activities", {"group_id": about["first"], **STUDY})
    back = doors.diligent.post("activities/activities", {"group_id": about["first"], **STUDY, "kind": "lecture"})["id"]
    doors.dongling.post(f"activities/activities/{back}/returns", {"reason": "请补充。"})
    doors.organiser.post("assessment/cycles", {"township_id": town.id, "year": 2024})
    work.settle(SERVICES)

    found = {}
    for login in ("dongling", "diligent", "organiser"):
        for line in doors.__getattr__(login).get("activities/todos")["lines"]:
            if line["kind"] in ACTS:
                found.setdefault(line["kind"], (login, line))
    assert set(found) == set(ACTS)
    with psycopg.connect(office.owner_url) as connection:
        for kind, (login, _) in found.items():
            subject = connection.execute(
                "select t.subject, t.unit_id from office.todo t where t.kind = %s and t.closed_at is null"
                " order by t.unit_id <> all (%s), t.id limit 1",
                [kind, list(about.values())],
            ).fetchone()
            address = KINDS[kind].address.format(id=subject[0].partition(":")[2], unit_id=subject[1])
            page = visit(login).get(address)
            sent_to = [str(form.action) for form in page.root.forms]
            assert any(re.search(ACTS[kind], each) for each in sent_to), f"{kind} asked of {login}: {address} {sent_to}"
