"""Whatever waits, moves, is done, and however long the machine is away: each level is said once, and none is forgotten."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from types import SimpleNamespace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notify.messages import actions
from services.notify.messages.rules.reminding import LATE, REPORTED
from shared import waiting
from shared.db import unit
from shared.roles import Role
from shared.todos import Thing
from shared.workdays import Workdays

KIND, LEADS = "assessment.nominate", (5, 1)
PLACES = ("东村一组", "西村一组", "南村一组")
STEPS = st.lists(
    st.tuples(st.sampled_from(("wait", "move", "move", "close", "pass", "pass", "pass", "again")), st.integers(0, 20)),
    min_size=15,
    max_size=30,
)
SPOKEN = "select t.subject, r.level from notify.reminded r join office.todo t on t.id = r.todo_id where r.on_day = %s"


class Model:
    """What should be said, thing by thing and day by day."""

    def __init__(self) -> None:
        self.open: dict[str, tuple[date, date]] = {}  # began on, due on
        self.said: dict[str, dict[int, tuple[date, date]]] = {}  # by level: for which day, and when

    def days(self, due_on: date) -> dict[int, date]:
        days = {-lead: Workdays().before(due_on, lead).day for lead in LEADS}
        return days | {LATE: Workdays().add(due_on, 1).day, REPORTED: Workdays().add(due_on, 5).day}

    def speak(self, today: date) -> set[tuple[str, int]]:
        """What is said today, by now."""
        if Workdays().is_workday(today):
            self.think(today)
        return {
            (subject, level) for subject, said in self.said.items() for level, (_, day) in said.items() if day == today
        }

    def think(self, today: date) -> None:
        for subject, (began, due_on) in self.open.items():
            days, said = self.days(due_on), self.said.setdefault(subject, {})
            for level, (meant, _) in list(said.items()):
                if meant != due_on and days[level] > today:
                    del said[level]
            come = [level for level, day in days.items() if day <= today and (level > 0 or day > began)]
            if come and max(come) > max(said, default=-99):
                said[max(come)] = (due_on, today)


class Walk:
    """The same, in the office."""

    def __init__(self, here: SimpleNamespace, start: date) -> None:
        self.here, self.today, self.model, self.made = here, start, Model(), 0
        here.move_to(start)

    def begin(self, subject: str, place: str, due_on: date) -> None:
        with unit("assessment") as session:
            thing = Thing(subject, self.here.town.units[place], due_on=due_on)
            waiting.begin_waiting(session, KIND, Role.SECRETARY, [thing])

    def wait(self, choice: int) -> None:
        self.made += 1
        subject, due_on = f"case:{self.today:%Y%m%d}{self.made}", self.today + timedelta(days=choice % 12)
        self.begin(subject, PLACES[choice % 3], due_on)
        self.model.open[subject] = (self.today, due_on)

    def move(self, choice: int) -> None:
        if self.model.open:
            subject = sorted(self.model.open)[choice % len(self.model.open)]
            began, due_on = self.model.open[subject]
            moved = due_on + timedelta(days=choice - 6)
            self.begin(subject, "东村一组", moved)
            self.model.open[subject] = (began, moved)

    def close(self, choice: int) -> None:
        if self.model.open:
            subject = sorted(self.model.open)[choice % len(self.model.open)]
            with unit("assessment") as session:
                waiting.close(session, KIND, [subject])
            del self.model.open[subject]

    def again(self, _choice: int) -> None:
        """The same day is worked through once more, although it is done."""
        self.wake()

    def pass_(self, choice: int) -> None:
        self.today += timedelta(days=1 + choice % 4 * (choice % 3))
        self.here.move_to(self.today)
        self.wake()

    def wake(self) -> None:
        with unit("notify") as session:
            actions.remind_township(session, self.here.town.units["清河镇"])
        expected = self.model.speak(self.today)
        found = self.here.rows(SPOKEN, self.today)
        assert {(row.subject, row.level) for row in found} == expected

    def take(self, step: str, choice: int) -> None:
        getattr(self, "pass_" if step == "pass" else step)(choice)


def test_each_level_is_said_once_and_none_is_forgotten(here: SimpleNamespace, execute: Callable[..., None]):
    starts = iter(date(2024, 1, 2) + timedelta(days=100 * number) for number in range(100))

    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(STEPS)
    def walk(steps: Sequence[tuple[str, int]]) -> None:
        execute("update office.todo set closed_at = now()")
        one = Walk(here, next(starts))
        for step, choice in steps:
            one.take(step, choice)
        while one.today.weekday() != 2 or not Workdays().is_workday(one.today):
            one.pass_(0)

    walk()
