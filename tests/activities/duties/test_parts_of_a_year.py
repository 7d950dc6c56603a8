"""Leaders who held their post for a part of the year: what is told of them, worked out by hand.

The group studied on the 10th of every month but March and August, and held its life meetings on 10 February and
10 September; it is asked for one study a month, and one life meeting in each half of the year.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from services.activities.duties import actions
from services.activities.ledger.rules import Kind
from services.assessment.cases import actions as cases
from services.assessment.cases.models import Case, Sheet
from services.assessment.cases.schemas import Decision, Filing, Nomination
from services.assessment.schemes.rules import Grade
from shared import work
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.roles import Role
from tests.activities.conftest import Place
from tests.activities.duties.test_duties_actions import hold, months

AFTER = date(2026, 1, 5)
# (began, the first day after he left, day of the run): of studies and of life meetings (held, met, owed).
PARTS: list[tuple[str, str | None, str | None, tuple[int, int, int], tuple[int, int, int]]] = [
    ("2025-01-01", None, None, (10, 10, 12), (2, 2, 2)),  # the whole year
    ("2025-02-10", None, None, (8, 8, 10), (1, 1, 2)),  # from March on: February's meeting was his predecessor's
    ("2024-01-01", "2025-02-10", None, (1, 1, 1), (0, 0, 0)),  # his predecessor: January, and no half year to its end
    ("2025-07-01", None, None, (5, 5, 6), (1, 1, 1)),  # the second half
    ("2025-10-02", None, None, (2, 2, 2), (0, 0, 0)),  # two whole months of six: no life meeting is owed
    ("2025-09-01", None, None, (4, 4, 4), (1, 1, 1)),  # four of six: it is
    ("2024-01-01", "2025-12-01", None, (9, 9, 11), (2, 1, 1)),  # he left before the second half was over
    ("2025-03-15", "2025-09-15", None, (4, 4, 5), (0, 0, 1)),  # April to August: half of the first half is his
    ("2025-04-15", "2025-05-15", None, (0, 0, 0), (0, 0, 0)),  # no month was his
    ("2025-12-01", None, None, (1, 1, 1), (0, 0, 0)),
    ("2025-12-02", None, None, (0, 0, 0), (0, 0, 0)),
    ("2025-01-01", None, "2025-11-01", (10, 8, 10), (2, 1, 1)),  # early: what is due by October
    ("2025-01-01", None, "2025-10-31", (10, 7, 9), (2, 1, 1)),  # what is due on the day of the run is not due before it
    ("2025-02-10", None, "2025-07-01", (8, 3, 4), (1, 0, 1)),  # March to June, of which March was missed
    ("2025-08-01", None, "2025-03-01", (4, 0, 0), (1, 0, 0)),  # nothing of his was due yet
]


@pytest.fixture
def held(place, working, move_to) -> None:
    """What the group held, seen from after the year."""
    move_to(AFTER)
    hold(working, place, Kind.STUDY, *months(1, 2, 4, 5, 6, 7, 9, 10, 11, 12))
    hold(working, place, Kind.LIFE_MEETING, *months(2, 9))


@pytest.fixture
def told(office, place, held) -> dict[int, dict[str, Any]]:
    """What is told of each row, by its place in the table."""
    for run in {row[2] for row in PARTS}:
        asked = [
            {"case_id": number, "group_id": place.group, "began_on": began, "ended_on": ended}
            for number, (began, ended, due_by, *_) in enumerate(PARTS)
            if due_by == run
        ]
        with unit("activities") as session:
            actions.collect_tallies(
                session,
                cycle_id=7,
                run=1,
                chunk=int((run or "0").replace("-", "")),
                year=2025,
                groups=[],
                due_by=run,
                parts=asked,
            )
    found: dict[int, dict[str, Any]] = {}
    with psycopg.connect(office.owner_url) as connection:
        answers = connection.execute("select payload from assessment.job where task = 'assessment.score_chunk'")
        for (payload,) in answers:
            for case, figures, ids in payload["parts"]:
                numbers = iter(json.loads(f"[{figures[1:-1]}]"))
                found[case] = {
                    f"{name}_{kind}": next(numbers) for kind in payload["kinds"] for name in payload["figures"]
                }
                found[case]["ids"] = json.loads(f"[{ids[1:-1]}]")
    return found


def test_what_is_told_of_a_part_is_what_was_worked_out_by_hand(told: dict[int, dict[str, Any]]):
    for number, (began, ended, due_by, study, life) in enumerate(PARTS):
        one = told[number]
        for kind, expected in (("study", study), ("life_meeting", life)):
            figures = tuple(one[f"{name}_{kind}"] for name in ("done", "months", "owed"))
            assert figures == expected, f"{began} to {ended}, run on {due_by}: {kind}"
        assert len(one["ids"]) == study[0] + life[0]
        assert one["minutes_study"] == 60 * study[0]
        assert one["owed_group_meeting"] == study[2]  # as many, and none was held
        assert one["months_group_meeting"] == 0


# --- and scored ---


@dataclass
class Judged:
    """The year of the group's leader, in the hands of those who judge it."""

    place: Place
    cycle: int
    case: int
    run: int = 0

    def by(self, role: Role) -> Actor:
        return self.place.actor("干事", (role, self.place.township))

    def collect(self) -> tuple[int, ...]:
        """Run the year; what is kept of studies and of life meetings."""
        with unit("assessment", self.by(Role.ORGANISER)) as session:
            cases.start_run(session, self.by(Role.ORGANISER), self.cycle)
        work.settle(("activities", "assessment"))
        self.run += 1
        with unit("assessment", SYSTEM) as session:
            kept = session.get_one(Sheet, (self.cycle, self.run, self.case)).tally or {}
        return tuple(
            kept[f"{name}_{kind}"] for kind in ("study", "life_meeting") for name in ("done", "months", "owed")
        )

    def verify(self) -> None:
        """Every sheet that the year rests on, computed again from its evidence."""
        with unit("assessment", self.by(Role.ORGANISER)) as session:
            found = cases.verify_cycle(session, self.by(Role.ORGANISER), self.cycle)
        assert found.sound, found

    def decide(self) -> None:
        decision = Decision(grade=Grade.COMPETENT, reason="会议研究决定。")
        with unit("assessment", self.by(Role.COMMITTEE)) as session:
            cases.decide(session, self.by(Role.COMMITTEE), self.case, decision)

    def take_up_again(self) -> None:
        with unit("assessment", self.by(Role.COMMITTEE)) as session:
            cases.reopen(session, self.by(Role.COMMITTEE), self.case, "按重新汇总的得分评定。")


@pytest.fixture
def judged(place, held) -> Judged:
    """The year, opened after it was over; the leader was put forward and is on file."""
    organiser = place.organiser
    with unit("assessment", organiser) as session:
        cycle = cases.open_cycle(session, organiser, township_id=place.township, year=2025).id
        case = session.scalars(select(Case.id).where(Case.cycle_id == cycle, Case.group_id == place.group)).one()
    stated = Nomination(self_statement="全年组织学习十次。", grade=Grade.COMPETENT, reasons="工作认真。")
    with unit("assessment", place.secretary) as session:
        cases.nominate(session, place.secretary, case, stated)
    with unit("assessment", organiser) as session:
        cases.accept(session, organiser, case, Filing())
    return Judged(place, cycle, case)


def test_each_part_is_scored_by_what_was_worked_out_by_hand_and_computed_again_bit_for_bit(
    office, judged: Judged, move_to
):
    for began, ended, due_by, study, life in PARTS:
        with psycopg.connect(office.owner_url, autocommit=True) as owner:
            days = (began, ended, began > "2025-01-01" or ended is not None)
            owner.execute("update office.post set starts_on = '2099-01-01' where unit_id = %s", [judged.place.group])
            owner.execute(
                "update assessment.leader_case set began_on = %s, ended_on = %s, part = %s where id = %s",
                [*days, judged.case],
            )
        move_to(date.fromisoformat(due_by) if due_by else AFTER)

        collected = judged.collect()

        case = f"{began} to {ended}, run on {due_by}"
        assert collected == (*study, *life), case
        judged.verify()
        if judged.run > 1:  # decided on the run before, whose sheet stays until it is taken up again
            judged.take_up_again()
            judged.verify()
        judged.decide()
        judged.verify()
