"""Whatever secretaries, organisers and the register do in whatever order: one leader a day, no gap in the numbers."""

from datetime import date, timedelta
from random import Random

import pytest

from services.assessment.choosings.rules import MOVES
from shared import daily
from shared.moves import Moved
from tests.town import DONGLING, FIRST, MEMBERS, SECOND

GROUPS = ((DONGLING, FIRST), (DONGLING, SECOND))
STEPS = 30
TWICE = """
    select count(*) from office.post p join office.post q on q.unit_id = p.unit_id and q.kind = p.kind and q.id > p.id
    where p.kind in ('leader', 'deputy') and daterange(p.starts_on, p.ends_on) && daterange(q.starts_on, q.ends_on)"""
PLACES = "select place, void_why is not null from office.number where purpose = 'assessment.choosing' order by place"
TAKEN = (
    "select subject, step, stage_before, stage_after from office.happening where subject like 'choosing:%' order by id"
)
OPEN = "select group_id, post, count(*) from assessment.choosing where stage not in ('in_post', 'ended') group by 1, 2"
HELD = """
    select c.id from assessment.choosing c left join office.post p on p.id = c.post_id and p.person_id = c.person_id
    where c.stage = 'in_post' and p.id is null"""


class Chance:
    """One thing after another, none of which is bound to be allowed."""

    def __init__(self, walk, seed):
        self.walk, self.chance, self.day = walk, Random(seed), date(2025, 3, 3)
        self.people = [name for group in GROUPS for name in MEMBERS[group]]

    def tries(self):
        """What may be tried next."""
        organiser, secretary = self.walk.doors.organiser, self.walk.doors.dongling
        group, name = self.chance.choice(GROUPS), self.chance.choice(self.people)
        rows = list(organiser.pages("assessment/choosings"))
        here = f"assessment/choosings/{self.chance.choice(rows)['id']}" if rows else "assessment/choosings/0"
        ahead = (self.day + timedelta(days=self.chance.randint(0, 9))).isoformat()
        person, unit = self.walk.town.people[name], self.walk.town.groups[group]
        why = {"reason": "会议研究决定。"}
        return [
            (secretary, "assessment/choosings", {"group_id": unit, "reason": "term"}),
            *[(secretary, f"{here}/nominations", self.walk.nominee(name, from_on=ahead))] * 3,
            *[(organiser, f"{here}/filings", {})] * 3,
            (organiser, f"{here}/returns", why),
            (organiser, f"{here}/retries", None),
            (organiser, f"{here}/withdrawals", why),
            (organiser, f"activities/people/{person}/member-acts", {"turn": "died", "basis": "病故。"}),
            (
                organiser,
                f"activities/units/{unit}/posts",
                {"person_id": person, "kind": "leader", "taken_over_why": "补"},
            ),
        ]

    def go_on(self):
        """One step, then perhaps some days."""
        who, path, asked = self.chance.choice(self.tries())
        assert who.ask("POST", path, json=asked).status_code < 500, path
        if self.chance.random() < 0.4:
            self.day += timedelta(days=self.chance.randint(1, 6))
            self.walk.move_to(self.day)
            daily.post("assessment")
        self.walk.settle()


@pytest.mark.parametrize("seed", [1, 2])
def test_never_two_in_a_post_on_any_day_and_every_path_is_in_the_table(walk, sql, seed):
    chance = Chance(walk, seed)
    for _ in range(STEPS):
        chance.go_on()
        assert sql(TWICE) == [(0,)]
        assert all(many == 1 for _, _, many in sql(OPEN))
    assert [place for place, _ in sql(PLACES)] == list(range(1, len(sql(PLACES)) + 1))
    paths: dict[str, list[Moved]] = {}
    for subject, step, before, after in sql(TAKEN):
        if step is not None:
            paths.setdefault(subject, []).append(Moved(step, before, after))
    assert paths
    assert all(MOVES.is_path(path) for path in paths.values()), paths
    assert sql(HELD) == []
    assert sql("select count(*) from assessment.job where state = 'dead'") == [(0,)]
    assert sql("select count(*) from activities.job where state = 'dead'") == [(0,)]
