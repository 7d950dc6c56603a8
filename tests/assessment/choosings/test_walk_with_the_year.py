"""Choosing, register and year in whatever order: one leader a day, no gap in the numbers, and a list of who led."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import hypothesis
import psycopg
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.activities.office import actions as office
from services.activities.register import actions as register
from services.activities.register.rules.membership import Asked, Turn
from services.assessment.cases import actions as cases
from services.assessment.cases.schemas import Filing
from services.assessment.choosings import actions as choosings
from services.assessment.choosings.rules import MOVES, Reason
from services.assessment.choosings.schemas import ChoosingFiling, NewChoosing, Nominee, Renewal
from services.assessment.rectifications import actions as rectifications
from services.assessment.rectifications.rules import REPLACEMENT_MOVES
from services.assessment.rectifications.schemas import ReplacementDecision
from shared import clock, daily, work
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.errors import Refusal
from shared.moves import Machine, Moved
from shared.office_settings import Key
from shared.roles import Role
from shared.systems import SWITCHED
from tests.assessment.conftest import NOMINATION, OPENED, Builder, Town
from tests.conftest import set_office_date
from tests.servers import Database

NUMBERS = count(1)
BRANCHES, GROUPS, FURTHER, YEAR = ("甲村", "乙村"), (1, 2), ("甲", "乙", "丙"), 2025
GROUP = st.integers(0, len(BRANCHES) * len(GROUPS) - 1)
PERSON = st.integers(0, len(FURTHER))
AHEAD = st.integers(0, 9)
WHY = "会议研究决定。"
TWICE = """
    select count(*) from office.post p join office.post q on q.unit_id = p.unit_id and q.kind = p.kind and q.id > p.id
    where p.kind in ('leader', 'deputy') and daterange(p.starts_on, p.ends_on) && daterange(q.starts_on, q.ends_on)"""
GAPS = """
    select year from office.number where purpose = 'assessment.choosing' and township_id = %s
    group by year having (min(place), max(place)) <> (1, count(*))"""
TAKEN = """
    select h.subject, h.step, h.stage_before, h.stage_after from office.happening h join office.unit u on u.id = h.unit_id
    where u.township_id = %s and h.subject like %s and h.step is not null order by h.id"""
OPEN = """
    select group_id, post from assessment.choosing where township_id = %s and stage not in ('in_post', 'ended')
    group by 1, 2 having count(*) > 1"""
HELD = """
    select c.id from assessment.choosing c left join office.post p on p.id = c.post_id and p.person_id = c.person_id
    where c.township_id = %s and c.stage = 'in_post' and p.id is null"""
# Whoever is on the year's list led that group in that year; what has ended by the run, ended on the day of the list.
LISTED = """
    select c.id from assessment.leader_case c
    where c.township_id = %s and not exists (
      select from office.post p where p.unit_id = c.group_id and p.person_id = c.person_id and p.kind = 'leader'
        and daterange(p.starts_on, p.ends_on) && daterange(make_date(c.year, 1, 1), make_date(c.year + 1, 1, 1)))"""
LEFT = """
    select c.id from assessment.leader_case c join office.post p on p.id = c.post_id
    where c.cycle_id = %s and p.ends_on <= office.today() and p.ends_on <= make_date(c.year, 12, 31)
      and c.ended_on is distinct from p.ends_on"""
WAITING = "select id from assessment.choosing where township_id = %s and stage = %s order by id"
CASES = "select id, branch_id from assessment.leader_case where cycle_id = %s and stage = %s order by id"
PROPOSE = """
    insert into assessment.replacement (case_id, cycle_id, township_id, branch_id, group_id, person_id, year, proposed_on)
    select id, cycle_id, township_id, branch_id, group_id, person_id, year, office.today() from assessment.leader_case
    where cycle_id = %s and group_id = %s on conflict do nothing returning id"""


class Walk(RuleBasedStateMachine):
    """What the people of a township do; whatever is refused changes nothing."""

    database: Database
    sql: Callable[..., list[tuple[Any, ...]]]

    @initialize(year=st.booleans())
    def begin(self, year: bool) -> None:
        self.day, self.cycle, self.replacements = OPENED, 0, list[int]()
        self.it_is()
        self.place = f"选配{next(NUMBERS)}镇"
        self.town = self.founded()
        self.groups = [self.town.units[f"{self.place}{branch}{number}组"] for branch in BRANCHES for number in GROUPS]
        if year:  # in half of the walks the year is under way
            self.year_opens()

    def founded(self) -> Town:
        """Two branches of two groups; beside its leader each has three more who may follow him."""
        with unit("activities") as session:
            build = Builder(session)
            build.unit(self.place, "township")
            build.town.units["清河镇"] = build.town.units[self.place]
            for branch in BRANCHES:
                build.unit(f"{self.place}{branch}", "branch", self.place)
                build.person(f"secretary of {branch}", f"{self.place}{branch}", Role.SECRETARY)
                for number in GROUPS:
                    group = f"{self.place}{branch}{number}组"
                    build.unit(group, "group", self.place, f"{self.place}{branch}")
                    build.person(f"{branch}{number}组长", group, Role.LEADER, member_of=group)
                    for name in FURTHER:
                        build.person(f"{branch}{number}{name}", group, member_of=group)
            build.person("organiser", self.place, Role.ORGANISER)
            build.person("committee", self.place, Role.COMMITTEE)
            where = build.town.units[self.place]
            register.choose_rule_set(session, SYSTEM, where, "xiang")
            on = [system.value for system in SWITCHED]
            office.decide(session, SYSTEM, where, Key.SYSTEMS, on, reason="全部开通。")
        return build.town

    # --- who acts on what ---

    def it_is(self) -> None:
        set_office_date(self.database, clock.moment(self.day, 9))

    def does(self, service: str, actor: Actor, act: Callable[..., Any], *asked: Any, **named: Any) -> Any:
        """Do it, if it may be done; then all that follows from it."""
        try:
            with unit(service, actor) as session:
                return act(session, actor, *asked, **named)
        except Refusal:
            return None
        finally:
            work.settle(("activities", "assessment"))

    def secretary(self, group: int) -> Actor:
        branch = BRANCHES[group // len(GROUPS)]
        where = (Role.SECRETARY, self.town.units[f"{self.place}{branch}"])
        person = self.town.people[f"secretary of {branch}"]
        return Actor(account_id=person, person_id=person, name=branch, posts=(where,))

    def person(self, group: int, which: int) -> int:
        named = (*FURTHER, "组长")[which]
        return self.town.people[f"{BRANCHES[group // len(GROUPS)]}{group % len(GROUPS) + 1}{named}"]

    def waiting(self, which: int, stage: str) -> int:
        """One of the choosings at a stage; nobody's where there is none."""
        found = [row[0] for row in self.sql(WAITING, self.town.id, stage)]
        return found[which % len(found)] if found else 0

    # --- choosing ---

    @rule(group=GROUP)
    def opens(self, group: int) -> None:
        asked = NewChoosing(group_id=self.groups[group], reason=Reason.TERM)
        self.does("assessment", self.secretary(group), choosings.open_choosing, asked)

    @rule()
    def renews(self) -> None:
        branches = [self.town.units[f"{self.place}{branch}"] for branch in BRANCHES]
        asked = Renewal(branch_ids=branches, due_on=self.day + timedelta(days=60))
        self.does("assessment", self.town.organiser, choosings.renew, asked)

    @rule(which=GROUP, who=PERSON, ahead=AHEAD)
    def nominates(self, which: int, who: int, ahead: int) -> None:
        choosing = self.waiting(which, "draft")
        of = self.sql("select group_id from assessment.choosing where id = %s", choosing)
        group = self.groups.index(of[0][0]) if of else which
        asked = Nominee(
            person_id=self.person(group, who),
            resolved_on=self.day,
            expected=5,
            present=5,
            in_favour=5,
            consent_on=self.day,
            conduct="群众信得过。",
            from_on=self.day + timedelta(days=ahead),
        )
        self.does("assessment", self.secretary(group), choosings.nominate, choosing, asked)

    @rule(which=GROUP)
    def files(self, which: int) -> None:
        self.does("assessment", self.town.organiser, choosings.file, self.waiting(which, "review"), ChoosingFiling())

    @rule(group=GROUP, who=PERSON, ahead=AHEAD)
    def hurries(self, group: int, who: int, ahead: int) -> None:
        """Somebody is put forward and filed in one go, for whatever waits or begins: so that walks come to posts."""
        self.opens(group)
        self.nominates(group, who, ahead)
        self.files(group)

    @rule(which=GROUP, stage=st.sampled_from(("review", "draft", "filed", "unseated")))
    def goes_back(self, which: int, stage: str) -> None:
        act = choosings.send_back if stage == "review" else choosings.withdraw
        self.does("assessment", self.town.organiser, act, self.waiting(which, stage), WHY)

    @rule(which=GROUP)
    def tries_again(self, which: int) -> None:
        self.does("assessment", self.town.organiser, choosings.retry, self.waiting(which, "unseated"))

    # --- the register ---

    @rule(group=GROUP, who=PERSON)
    def dies(self, group: int, who: int) -> None:
        asked = Asked(turn=Turn.DIED, on=self.day, basis="病故。")
        self.does("activities", self.town.organiser, register.turn, self.person(group, who), asked)

    @rule(group=GROUP, who=PERSON, ahead=AHEAD)
    def is_taken_over(self, group: int, who: int, ahead: int) -> None:
        about = {"starts_on": self.day + timedelta(days=ahead), "taken_over_why": "补登记。"}
        person, where = self.person(group, who), self.groups[group]
        self.does("activities", self.town.organiser, register.appoint, person, where, Role.LEADER, **about)

    @rule(group=GROUP, ahead=AHEAD)
    def leaves(self, group: int, ahead: int) -> None:
        held = "select id from office.post where unit_id = %s and kind = 'leader' and ends_on is null"
        for (post,) in self.sql(held, self.groups[group]):
            day = self.day + timedelta(days=ahead)
            self.does("activities", self.town.organiser, register.end_post, post, ends_on=day, reason="外出务工。")

    @rule(days=st.integers(1, 6))
    def days_go_by(self, days: int) -> None:
        self.day += timedelta(days=days)
        self.it_is()
        for service in ("activities", "assessment"):
            daily.post(service)
        work.settle(("activities", "assessment"))

    # --- the year ---

    @rule()
    def year_opens(self) -> None:
        asked = {"township_id": self.town.id, "year": YEAR}
        made = self.does("assessment", self.town.organiser, cases.open_cycle, **asked)
        found = self.sql("select id from assessment.cycle where township_id = %s and year = %s", self.town.id, YEAR)
        assert made is None or made.id == found[0][0]
        self.cycle = found[0][0] if found else 0

    @rule()
    def year_is_counted(self) -> None:
        """Whoever is listed is put forward and filed, and the run counts."""
        for case, branch in self.sql(CASES, self.cycle, "nomination"):
            group = 0 if branch == self.town.units[f"{self.place}{BRANCHES[0]}"] else len(GROUPS)
            self.does("assessment", self.secretary(group), cases.nominate, case, NOMINATION)
        for case, _ in self.sql(CASES, self.cycle, "review"):
            self.does("assessment", self.town.organiser, cases.accept, case, Filing())
        if self.does("assessment", self.town.organiser, cases.start_run, self.cycle):
            assert self.sql(LEFT, self.cycle) == []

    @rule(group=GROUP, ahead=AHEAD)
    def is_to_be_replaced(self, group: int, ahead: int) -> None:
        """Two years of 不称职 propose it; here it is proposed by hand, and decided by the committee."""
        self.year_opens()
        self.replacements += [each for (each,) in self.sql(PROPOSE, self.cycle, self.groups[group])]
        asked = ReplacementDecision(replaced=True, on=self.day + timedelta(days=ahead), reason=WHY)
        for each in self.replacements:
            self.does("assessment", self.town.committee, rectifications.decide_replacement, each, asked)

    @rule()
    def is_undone(self) -> None:
        for each in self.replacements:
            self.does("assessment", self.town.committee, rectifications.undo_replacement, each, "人选没有定。")

    # --- what must always be so ---

    @invariant()
    def nobody_shares_a_post_and_nothing_is_chosen_twice(self) -> None:
        assert self.sql(TWICE) == [(0,)]
        assert self.sql(OPEN, self.town.id) == []
        assert self.sql(HELD, self.town.id) == []

    @invariant()
    def numbers_have_no_gap(self) -> None:
        assert self.sql(GAPS, self.town.id) == []

    @invariant()
    def every_path_is_in_the_table(self) -> None:
        self.are_paths("choosing:%", MOVES)
        self.are_paths("replacement:%", REPLACEMENT_MOVES)

    def are_paths(self, subjects: str, machine: Machine[Any, Any]) -> None:
        paths: dict[str, list[Moved]] = {}
        for subject, *moved in self.sql(TAKEN, self.town.id, subjects):
            paths.setdefault(subject, []).append(Moved(*moved))
        assert all(machine.is_path(path) for path in paths.values()), paths

    @invariant()
    def the_years_list_agrees_with_the_posts(self) -> None:
        assert self.sql(LISTED, self.town.id) == []

    @invariant()
    def no_work_is_dead(self) -> None:
        for service in ("assessment", "activities"):
            assert self.sql(f"select last_error from {service}.job where state = 'dead'") == []


def test_choosing_register_and_year_together_never_contradict_each_other(office: Database):
    Walk.database = office
    with psycopg.connect(office.owner_url, autocommit=True) as owner:

        def sql(statement: str, *values: object) -> Sequence[tuple[Any, ...]]:
            cursor = owner.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

        Walk.sql = staticmethod(sql)
        run_state_machine_as_test(
            Walk,
            settings=hypothesis.settings(
                max_examples=8,
                stateful_step_count=30,
                deadline=None,
                print_blob=True,
                phases=(Phase.explicit, Phase.reuse, Phase.generate),
                suppress_health_check=list(HealthCheck),
            ),
        )
