"""Whatever is done in whatever order, by whom it may be done or not, over ledger, year, register and clock.

Nothing waits twice, nothing is forgotten, and nothing is reminded of after it is over.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from deploy import doctor
from services.activities.register import actions as register
from shared import daily, work
from shared.access import SYSTEM
from shared.db import Session, unit
from shared.errors import Refusal
from shared.people import workdays_of
from shared.roles import Role
from shared.settings import SERVICES
from tests.town import DONGLING, FIRST, LOGINS, SECOND, Doors, Person, Town

NOMINATION = {"self_statement": "全年按月组织学习。", "grade": "competent", "reasons": "工作认真负责。"}
ACTS = (
    *("write", "write", "write_as_secretary", "return_record", "confirm", "hand_in", "discard", "correct"),
    *("nominate", "stand_in", "return_nomination", "file", "leave", "appoint", "lead_too", "days_pass", "days_pass"),
)
DAYS = (1, 1, 2, 5, 9)  # the machine may be away for some
OVER = """
    select m.id, m.title from notify.message m join notify.matter x on x.message_id = m.id
    where m.fact = 'TodosReminded' and not exists (
      select from office.todo t where t.kind = x.kind and t.subject = x.subject and t.since <= m.created_at
        and (t.closed_at is null or t.closed_at >= m.created_at))"""
TWICE = """
    select m.person_id, m.telling, x.subject from notify.message m join notify.matter x on x.message_id = m.id
    where m.fact = 'TodosReminded' group by m.person_id, m.telling, x.kind, x.subject
    having count(*) > case when m.telling like 'near:%' then 2 else 1 end * (
      select count(*) from office.todo t where t.kind = x.kind and t.subject = x.subject)"""
FORGOTTEN = """
    select t.kind, t.subject, t.due_on from office.todo t
    where t.closed_at is null and t.due_on < :late and (t.since at time zone 'Asia/Shanghai')::date < :woke
      and t.kind like 'assessment.%' and not exists (
        select from notify.reminded r where r.todo_id = t.id and r.level > 0)"""
UNDONE = """
    select m.id from notify.message m where (m.done_at is null) <> exists (
      select from notify.matter x join office.todo t on t.kind = x.kind and t.subject = x.subject
      where x.message_id = m.id and t.closed_at is null)
    and exists (select from notify.matter x where x.message_id = m.id)
    and not exists (select from notify.matter x join office.todo t on t.kind = x.kind and t.subject = x.subject
                    where x.message_id = m.id and t.since > m.created_at)"""


class Walker:
    """The named world with a year that is open; each act is tried on whatever is there."""

    def __init__(self, doors: Doors, town: Town, move_to: Callable[..., None]) -> None:
        self.doors, self.town, self.move_to = doors, town, move_to
        self.today, self.numbers = date(2025, 12, 1), count(1)
        move_to(self.today)
        self.cycle = doors.organiser.post("assessment/cycles", {"township_id": town.id, "year": 2025})["id"]

    def take(self, act: str, choice: int) -> None:
        """One act, by the person for it; it may well be refused."""
        getattr(self, act)(choice)

    def tried(self, person: Person, path: str, body: object = None) -> None:
        answer = person.ask("POST", path, json=body)
        assert answer.status_code < 500, answer.text

    def chosen(self, kind: str, choice: int) -> int:
        """Something that is there, whatever it stands at."""
        with unit("keeper") as session:
            ids = session.scalars(text(f"select id from {kind} order by id")).all()
        return ids[choice % len(ids)] if ids else 0

    # --- the ledger ---

    def record(self, choice: int) -> dict[str, object]:
        group = (FIRST, SECOND)[choice % 2]
        day = date(2025, 11, 1 + choice % 28)
        return {"group_id": self.town.groups[DONGLING, group], "kind": "study", "held_on": day.isoformat()}

    def write(self, choice: int) -> None:
        leader = (self.doors.diligent, self.doors.negligent)[choice % 2]
        self.tried(leader, "activities/activities", self.record(choice) | {"submitted": choice % 3 > 0})

    def write_as_secretary(self, choice: int) -> None:
        self.tried(self.doors.dongling, "activities/activities", self.record(choice) | {"submitted": True})

    def activity(self, choice: int) -> str:
        return f"activities/activities/{self.chosen('activities.activity', choice)}"

    def return_record(self, choice: int) -> None:
        person = (self.doors.dongling, self.doors.organiser)[choice % 2]
        self.tried(person, f"{self.activity(choice)}/returns", {"reason": "缺主题"})

    def confirm(self, choice: int) -> None:
        ids = [self.chosen("activities.activity", choice)]
        self.tried(
            (self.doors.dongling, self.doors.organiser)[choice % 2], "activities/confirmations", {"activity_ids": ids}
        )

    def hand_in(self, choice: int) -> None:
        self.tried(self.doors.dongling, f"{self.activity(choice)}/submissions")

    def discard(self, choice: int) -> None:
        self.tried(self.doors.dongling, f"{self.activity(choice)}/discards")

    def correct(self, choice: int) -> None:
        asked = {"kind": "study", "held_on": "2025-11-03", "why": "日期写错"}
        self.tried(
            (self.doors.dongling, self.doors.diligent)[choice % 2], f"{self.activity(choice)}/corrections", asked
        )

    # --- the year ---

    def nominate(self, choice: int) -> None:
        person = (self.doors.dongling, self.doors.xihe)[choice % 2]
        self.put_forward(person, choice)

    def stand_in(self, choice: int) -> None:
        self.put_forward((self.doors.organiser, self.doors.villager)[choice % 2], choice)

    def put_forward(self, person: Person, choice: int) -> None:
        case = self.chosen("assessment.leader_case", choice)
        self.tried(person, "assessment/nominations", {"rows": [{"case_id": case, **NOMINATION}]})

    def return_nomination(self, choice: int) -> None:
        case = self.chosen("assessment.leader_case", choice)
        self.tried(self.doors.organiser, f"assessment/cases/{case}/returns", {"reason": "请补充。"})

    def file(self, choice: int) -> None:
        case = self.chosen("assessment.leader_case", choice)
        self.tried((self.doors.villager, self.doors.organiser)[choice % 2], f"assessment/cases/{case}/filings", {})

    # --- the register and the clock ---

    def leave(self, choice: int) -> None:
        """A secretary or a leader leaves his post."""
        name = ("陆明", "孙勤", "何闲")[choice % 3]
        held = "select p.id from office.post p join office.person n on n.id = p.person_id where n.name = :name and p.ends_on is null"
        self.changed(
            lambda session: [
                register.end_post(session, SYSTEM, post_id, ends_on=self.today, reason="调走")
                for post_id in session.scalars(text(held), {"name": name}).all()[:1]
            ]
        )

    def appoint(self, choice: int) -> None:
        """The post is held again, by him or by another."""
        name, where, role = (
            ("陆明", self.town.units[DONGLING], Role.SECRETARY),
            ("许安", self.town.units[DONGLING], Role.SECRETARY),
            ("何闲", self.town.groups[DONGLING, SECOND], Role.LEADER),
        )[choice % 3]
        self.changed(
            lambda session: register.appoint(session, SYSTEM, self.town.people[name], where, role, starts_on=self.today)
        )

    def lead_too(self, _choice: int) -> None:
        """The secretary leads a group himself."""
        where = self.town.groups[DONGLING, FIRST]
        self.changed(
            lambda session: register.appoint(
                session, SYSTEM, self.town.people["陆明"], where, Role.DEPUTY, starts_on=self.today
            )
        )

    def changed(self, change: Callable[[Session], object]) -> None:
        try:
            with unit("activities") as session:
                change(session)
        except Refusal:
            pass

    def days_pass(self, choice: int) -> None:
        self.today += timedelta(days=DAYS[choice % len(DAYS)])
        self.move_to(self.today)
        for service in SERVICES:
            daily.post(service)
        work.settle(SERVICES)


def shown(doors: Doors) -> dict[str, Counter[str]]:
    """What everybody finds on his desk, by kind."""
    found = {}
    for login in LOGINS:
        lines = getattr(doors, login).get("activities/todos")["lines"]
        found[login] = Counter({line["kind"]: 0 for line in lines})
        for line in lines:
            found[login][line["kind"]] += line["count"]
    return found


def check(doors: Doors) -> None:
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK
        asked = text("select kind, count(*) from office.todo where closed_at is null group by kind")
        waiting = dict(session.execute(asked).all())
    desks = shown(doors)
    assert not desks["outsider"]
    for kind, things in waiting.items():
        assert sum(desk[kind] for desk in desks.values()) >= things, f"{kind} is before nobody"


def check_reminders(woke: date) -> None:
    """Nothing was said twice or after it was over, what is late was said; a message knows whether it is done."""
    with unit("keeper") as session:
        workdays = workdays_of(session)
        late = {"late": woke, "woke": woke} if workdays.is_workday(woke) else {"late": date.min, "woke": date.min}
        for question, values in ((OVER, {}), (TWICE, {}), (FORGOTTEN, late), (UNDONE, {})):
            assert session.execute(text(question), values).all() == [], question


def test_nothing_waits_twice_and_nothing_is_forgotten(doors: Doors, town: Town, move_to: Callable[..., None]):
    walker = Walker(doors, town, move_to)

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 27)), min_size=6, max_size=14))
    def walk(steps: Sequence[tuple[str, int]]) -> None:
        for act, choice in steps:
            walker.take(act, choice)
        walker.days_pass(steps[0][1])
        check(doors)
        check_reminders(walker.today)

    walk()
