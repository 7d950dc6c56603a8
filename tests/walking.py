"""What a walk of the named world stands on: its people, the office's date, and what is asked again and again."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from deploy import doctor
from shared import daily, work
from shared.db import unit
from shared.settings import SERVICES, settings
from tests.servers import Database
from tests.town import HOURS, PLACE, Doors, Group, Person, Town, topic

MINUTES = round(HOURS * 60)
NOMINATION = {"self_statement": "全年按月组织学习和党小组会。", "grade": "competent", "reasons": "工作认真负责。"}


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Several things at the same moment, each in a thread of its own; what came of each, in order."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def act(number: int) -> None:
        barrier.wait()
        results[number] = acts[number]()

    threads = [threading.Thread(target=act, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@dataclass
class Walk:
    """A walk through the API; what was answered on the way is noted in `seen`."""

    database: Database
    data: Path
    town: Town
    doors: Doors
    move: Callable[[date], None]
    seen: SimpleNamespace = field(default_factory=SimpleNamespace)
    case: dict[Group, int] = field(default_factory=dict)
    last_day: date = date(2024, 1, 3)
    otherwise: list[str] = field(default_factory=list)

    # --- time ---

    def go_to(self, day: date) -> None:
        """The office's next morning at which something is done, with what the clock does by then."""
        self.move(day)
        self.last_day = day
        for service in SERVICES:
            daily.post(service)
        self.rest()

    def rest(self) -> None:
        """Do all work that is ready; then what waits for people is what stands where somebody must act."""
        work.settle(SERVICES)
        with unit("keeper") as session:
            self.otherwise.append(doctor.waiting_is_what_stands(session))

    def examine(self) -> dict[str, str]:
        """The invariants, at rest."""
        self.rest()
        return doctor.examine()

    def tried(self, person: Person, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """What is answered to something that may well be refused."""
        answer = person.ask("POST", path, json=body)
        return answer.status_code, answer.json()

    # --- what is asked again and again ---

    def record(self, person: Person, group: Group, kind: str, said: str, day: date, **more: Any) -> dict[str, Any]:
        """Write an activity up, as the leader does on his phone."""
        asked = {"group_id": self.town.groups[group], "kind": kind, "held_on": day.isoformat(), "place": PLACE}
        asked |= {"topic": topic(said, day.month), "minutes": MINUTES} | more
        return person.post("activities/activities", asked)

    def letters(self) -> int:
        """How many .eml files lie in the folder."""
        return len(list((settings().data / "mail").glob("*.eml")))

    def cases(self, person: Person, cycle: int, **which: Any) -> dict[Group, dict[str, Any]]:
        """The cases that somebody sees, by their group."""
        rows = person.pages("assessment/cases", cycle_id=cycle, **which)
        return {(row["branch"], row["group"]): row for row in rows}

    def put_forward(self, person: Person, cycle: int) -> dict[str, Any]:
        """A secretary puts forward every leader of his branch who is not yet."""
        waiting = self.cases(person, cycle, stage="nomination").values()
        return person.post(
            "assessment/nominations", {"rows": [{"case_id": row["id"], **NOMINATION} for row in waiting]}
        )

    def result(self, cycle: int) -> SimpleNamespace:
        """A run's result as it stands now."""
        organiser = self.doors.organiser
        return SimpleNamespace(
            cycle=organiser.get(f"assessment/cycles/{cycle}"),
            rows=organiser.get(f"assessment/cycles/{cycle}/results"),
            verification=organiser.get(f"assessment/cycles/{cycle}/verification"),
        )

    def rectification(self, group: Group, year: int) -> dict[str, Any]:
        """The rectification of a leader's year."""
        rows = self.doors.organiser.pages("assessment/rectifications")
        found = next(row for row in rows if (row["branch"], row["group"], row["year"]) == (*group, year))
        return self.doors.organiser.get(f"assessment/rectifications/{found['id']}")

    def leader_of(self, group: Group) -> list[str]:
        """Who leads a group today, by the register."""
        held = self.doors.organiser.get(f"activities/units/{self.town.groups[group]}/posts")
        return [row["name"] for row in held if row["kind"] == "leader"]
