"""A random walk of the whole workflow on real SQL: whoever does whatever whenever, the histories stay paths."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import hypothesis
import psycopg
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.assessment.cases import actions
from services.assessment.cases.rules import MOVES as CASE
from services.assessment.cases.rules import OBJECTION_MOVES as OBJECTION
from services.assessment.cases.rules import Channel
from services.assessment.cases.schemas import Decision, Filing
from services.assessment.cycles.rules import MOVES as CYCLE
from services.assessment.schemes.rules import Grade
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.errors import Refusal
from shared.moves import Moved
from shared.roles import Role
from tests.assessment.conftest import NOMINATION, OPENED, Builder, StandIn, Steps, Town
from tests.conftest import set_office_date
from tests.servers import Database

NUMBERS = count(1)
WHO = ("secretary", "other secretary", "organiser", "villager", "committee", "leader", "outsider")
CASES = st.integers(0, 3)
PEOPLE = st.sampled_from(WHO)
LIKELY = st.one_of(st.none(), PEOPLE)  # none: whoever the table of moves names
APT = st.sampled_from((True, True, True, False))  # a case at the stage for which the step is, if there is one
GRADES = st.sampled_from((*Grade, None))


def build_town() -> Town:
    """A township of two branches with two groups each; `villager` is an organiser who lives in the first."""
    place = f"第{next(NUMBERS)}镇"
    with unit("activities") as session:
        build = Builder(session)
        build.unit(place, "township")
        for branch in ("甲村", "乙村"):
            build.unit(branch, "branch", place)
            build.person(f"secretary of {branch}", branch, Role.SECRETARY)
            for number in (1, 2):
                build.unit(f"{branch}{number}组", "group", place, branch)
                build.person(f"leader of {branch}{number}组", f"{branch}{number}组", Role.LEADER)
        build.person("villager", place, Role.ORGANISER, member_of="甲村1组")
        build.person("organiser", place, Role.ORGANISER)
        build.person("committee", place, Role.COMMITTEE)
        build.person("outsider", place)
        build.town.units["清河镇"] = build.town.units[place]
        return build.town


class Walk(RuleBasedStateMachine):
    """What the office does, beside a model of what it should come to."""

    database: Database
    activities: StandIn
    sql: Callable[..., list[tuple[Any, ...]]]

    @initialize(steps=st.integers(0, 18), apart=st.booleans())
    def begin(self, steps: int, apart: bool) -> None:
        self.day = OPENED
        set_office_date(self.database, moment_of(self.day))
        self.town = build_town()
        self.cycle = Steps(self.town, self.activities, self.sql).open()
        rows = self.sql("select id from assessment.leader_case where cycle_id = %s order by id", self.cycle)
        self.cases = [row[0] for row in rows]
        self.stage = "open"
        self.stages = ["nomination"] * 4
        self.filed: set[int] = set()
        self.without: set[int] = set()  # not assessed this year
        self.taken_up: set[int] = set()  # decided before, and again before the committee
        self.objections: list[tuple[int, int, str]] = []  # (id, which case, stage)
        if apart:  # somebody is not assessed before he was put forward
            self.exempt(steps % 4, None)
        for _ in range(steps):  # walks begin at every stage of the year
            self.next_step()

    def pick(self, which: int, apt: bool, stage: str) -> int:
        fitting = [at for at, found in enumerate(self.stages) if found == stage]
        return fitting[which % len(fitting)] if apt and fitting else which

    # --- who does it ---

    def actor(self, who: str, which: int) -> Actor:
        own, other = ("甲村", "乙村") if which < 2 else ("乙村", "甲村")
        town = self.town
        return {
            "secretary": lambda: town.secretary(own),
            "other secretary": lambda: town.secretary(other),
            "organiser": lambda: town.organiser,
            "villager": lambda: town.actor("villager", (Role.ORGANISER, "清河镇")),
            "committee": lambda: town.committee,
            "leader": lambda: town.leader(f"{own}{which % 2 + 1}组"),
            "outsider": lambda: town.actor("outsider"),
        }[who]()

    def does(self, who: str, which: int, act: Callable[..., Any], *asked: Any, allowed: bool, **named: Any) -> Any:
        """Do it, and see whether it was refused exactly when it should be."""
        actor, done, refused = self.actor(who, which), None, ""
        try:
            with unit("assessment", actor) as session:
                done = act(session, actor, *asked, **named)
        except Refusal as refusal:
            refused = refusal.detail
        assert (done is not None) == allowed, f"{who}: {refused or 'was not refused'}"
        return done

    # --- steps of a case ---

    @rule(which=CASES, who=LIKELY, apt=APT)
    def nominate(self, which: int, who: str | None, apt: bool = False) -> None:
        which = self.pick(which, apt, "nomination")
        who = who or "secretary"
        allowed = self.stages[which] == "nomination" and who == "secretary"
        if self.does(who, which, actions.nominate, self.cases[which], NOMINATION, allowed=allowed):
            self.stages[which] = "review"

    @rule(which=CASES, who=LIKELY, apt=APT)
    def accept(self, which: int, who: str | None, apt: bool = False) -> None:
        which = self.pick(which, apt, "review")
        who = who or "organiser"
        if self.does(who, which, actions.accept, self.cases[which], Filing(), allowed=self.may_review(who, which)):
            self.stages[which] = "rating"
            self.filed.add(which)

    @rule(which=CASES, who=PEOPLE, apt=APT)
    def give_back(self, which: int, who: str, apt: bool = False) -> None:
        which = self.pick(which, apt, "review")
        allowed = self.may_review(who, which)
        if self.does(who, which, actions.return_nomination, self.cases[which], "请补充。", allowed=allowed):
            self.stages[which] = "nomination"

    def may_review(self, who: str, which: int) -> bool:
        apart = who == "organiser" or (who == "villager" and which >= 2)
        return apart and self.stages[which] == "review"

    @rule(which=CASES, who=LIKELY, grade=GRADES, apt=APT)
    def decide(self, which: int, who: str | None, grade: Grade | None, apt: bool = False) -> None:
        which = self.pick(which, apt, "rating")
        who = who or "committee"
        allowed = who == "committee" and self.stages[which] == "rating" and self.stage in ("rating", "notice")
        asked = Decision(grade=grade, reason="研究决定。")
        if self.does(who, which, actions.decide, self.cases[which], asked, allowed=allowed):
            self.stages[which] = "notice"
            self.settle(which, when=self.stage == "notice")
            if grade is None:
                self.without.add(which)

    @rule(which=CASES, who=LIKELY)
    def exempt(self, which: int, who: str | None) -> None:
        who, stage = who or "organiser", self.stages[which]
        apart = self.stage == "notice" or which in self.taken_up  # the committee's alone
        may = who == "committee" or (who in ("organiser", "villager") and not apart)
        before = may and stage in ("nomination", "review", "rating")
        allowed = before or (who == "committee" and stage == "notice" and which not in self.without)
        if self.does(who, which, actions.exempt, self.cases[which], "9月离任。", allowed=allowed):
            self.stages[which] = "notice"
            self.without.add(which)
            self.settle(which, when=self.stage == "notice")

    @rule(which=CASES, who=LIKELY, apt=APT)
    def resume(self, which: int, who: str | None, apt: bool = False) -> None:
        upheld = {case for _, case, stage in self.objections if stage == "upheld"} - self.filed
        which = min(upheld) if apt and upheld else which
        final = self.stages[which] == "closed"
        public = self.stage in ("notice", "closed")
        who = who or ("committee" if public else "organiser")
        unfiled = self.stages[which] in ("notice", "closed") and which in self.without - self.filed
        office = who == "committee" or (who in ("organiser", "villager") and not public)
        allowed = office and unfiled and (not public or final or which in upheld)
        if self.does(who, which, actions.resume, self.cases[which], "弄错了人。", allowed=allowed):
            self.stages[which] = "nomination"
            self.without.discard(which)
            self.stage = "notice" if final and self.stage == "closed" else self.stage
            self.settle(which)

    def settle(self, which: int, when: bool = True) -> None:
        """Every objection to a result that was upheld has had its effect."""
        for at, (number, case, stage) in enumerate(self.objections):
            if when and case == which and stage == "upheld":
                self.objections[at] = (number, case, "acted_on")

    @rule(which=CASES, who=LIKELY, apt=APT)
    def reopen(self, which: int, who: str | None, apt: bool = False) -> None:
        if apt and any(stage == "upheld" for *_, stage in self.objections):
            which = next(case for _, case, stage in self.objections if stage == "upheld")
        upheld = [at for at, (_, case, stage) in enumerate(self.objections) if case == which and stage == "upheld"]
        before = self.stage == "rating"  # nothing is public yet
        final = self.stages[which] == "closed"  # the committee takes it up by itself
        ready = which in self.filed and (final or (self.stages[which] == "notice" and (before or bool(upheld))))
        allowed = (who or "committee") == "committee" and ready
        if self.does(who or "committee", which, actions.reopen, self.cases[which], "重新评定。", allowed=allowed):
            self.stages[which] = "rating"
            self.without.discard(which)
            self.taken_up.add(which)
            self.stage = "notice" if final and self.stage == "closed" else self.stage
            self.settle(which)

    # --- steps of the year ---

    @rule(who=LIKELY)
    def run(self, who: str | None) -> None:
        who = who or "organiser"
        office = who in ("organiser", "villager", "committee")
        allowed = office and self.stage in ("open", "rating")
        if self.does(who, 0, actions.start_run, self.cycle, allowed=allowed):
            self.activities.rest()
            self.stage = "rating"

    @rule(who=LIKELY)
    def publish(self, who: str | None) -> None:
        who = who or "committee"
        office = who in ("organiser", "villager", "committee")
        allowed = office and self.stage == "rating" and set(self.stages) == {"notice"}
        if self.does(who, 0, actions.publish_notice, self.cycle, allowed=allowed):
            self.stage = "notice"

    @rule(which=CASES, who=LIKELY)
    def object_to(self, which: int, who: str | None) -> None:
        who = who or "secretary"
        may = who in ("secretary", "organiser", "villager", "committee")
        allowed = may and self.stage in ("notice", "closed")  # late ones too
        named = {"channel": Channel.LETTER, "matter": "次数不实。"}
        made = self.does(who, which, actions.raise_objection, self.cases[which], allowed=allowed, **named)
        if made:
            self.objections.append((made.id, which, "raised"))

    @rule(which=CASES)
    def dispute(self, which: int) -> None:
        """An objection that holds, about somebody who was not assessed and never put forward."""
        unfiled = sorted(self.without - self.filed)
        if unfiled and self.stage in ("notice", "closed"):
            self.object_to(unfiled[which % len(unfiled)], None)
            self.answer(len(self.objections) - 1, True)

    @rule(at=st.integers(0, 5), upheld=st.booleans())
    def answer(self, at: int, upheld: bool) -> None:
        if at < len(self.objections):
            number, which, stage = self.objections[at]
            named = {"upheld": upheld, "answer": "已核实。"}
            if self.does("organiser", which, actions.answer_objection, number, allowed=stage == "raised", **named):
                self.objections[at] = (number, which, "upheld" if upheld else "dismissed")

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.day += timedelta(days=days)
        set_office_date(self.database, moment_of(self.day))
        self.activities.rest()  # reminders

    @rule(who=LIKELY)
    def close(self, who: str | None) -> None:
        who = who or "organiser"
        office = who in ("organiser", "villager", "committee")
        waiting = [stage for _, _, stage in self.objections if stage in ("raised", "upheld")]
        ready = self.stage == "notice" and set(self.stages) <= {"notice", "closed"} and not waiting
        allowed = office and ready and self.day > self.end_of_notice()
        if self.does(who, 0, actions.close_cycle, self.cycle, allowed=allowed):
            self.stage, self.stages = "closed", ["closed"] * 4

    @rule(times=st.integers(1, 8))
    def hurry(self, times: int) -> None:
        """Whatever the year waits for next, some steps of it: so that walks come to its end."""
        for _ in range(times):
            self.next_step()

    def next_step(self) -> None:
        for stage, step in (("nomination", self.nominate), ("review", self.accept)):
            if stage in self.stages:
                return step(self.stages.index(stage), None)
        if self.stage == "open":
            return self.run(None)
        if "rating" in self.stages:
            return self.decide(self.stages.index("rating"), None, Grade.COMPETENT)
        for at, (_, which, stage) in enumerate(self.objections):
            if stage in ("raised", "upheld"):
                return self.answer(at, at % 2 == 0) if stage == "raised" else self.take_up(which)
        if self.stage == "rating":
            return self.publish(None)
        return self.wait(10) if self.stage == "notice" and self.day <= self.end_of_notice() else self.close(None)

    def take_up(self, which: int) -> None:
        return self.reopen(which, None) if which in self.filed else self.resume(which, None)

    def teardown(self) -> None:
        """From wherever a walk has come to, the year can be ended."""
        for _ in range(40):
            if self.stage == "closed":
                break
            self.next_step()
        self.everything_stands_where_the_model_says()
        self.every_history_is_a_path_that_ends_where_its_row_stands()
        assert self.stage == "closed"

    def end_of_notice(self) -> date:
        found = self.sql("select notice_to from assessment.cycle where id = %s", self.cycle)[0][0]
        assert isinstance(found, date)
        return found

    # --- what must always be so ---

    @invariant()
    def everything_stands_where_the_model_says(self) -> None:
        rows = self.sql(
            "select stage, grade, filing_number, decided_at from assessment.leader_case where cycle_id = %s order by id",
            self.cycle,
        )
        assert [row[0] for row in rows] == self.stages
        for at, (stage, grade, filing_number, decided_at) in enumerate(rows):
            assert grade is None or stage in ("notice", "closed"), "a grade without a decision"
            assert decided_at or stage not in ("notice", "closed")
            assert (filing_number is not None) == (at in self.filed)
            assert grade or (at in self.without) == (stage in ("notice", "closed"))
        numbers = [row[2] for row in rows if row[2]]
        assert len(numbers) == len(set(numbers))

    @invariant()
    def the_year_stands_where_the_model_says(self) -> None:
        stage, run, scored = self.sql("select stage, run, scored from assessment.cycle where id = %s", self.cycle)[0]
        sheets = self.sql("select count(*) from assessment.sheet where cycle_id = %s and run = %s", self.cycle, run)
        assert stage == self.stage
        assert (sheets, scored) == (([(0,)], 0) if stage == "open" else ([(4,)], 4))
        if stage != "open":
            with unit("assessment") as session:
                assert actions.verify_cycle(session, SYSTEM, self.cycle).sound
        objections = self.sql("select id, stage from assessment.objection where cycle_id = %s order by id", self.cycle)
        assert objections == [(number, stage) for number, _, stage in self.objections]

    @invariant()
    def every_history_is_a_path_that_ends_where_its_row_stands(self) -> None:
        for number, stage in zip(self.cases, self.stages, strict=True):
            assert self.log(f"case:{number}", CASE)[-1] == stage
        for number, _, stage in self.objections:
            assert self.log(f"objection:{number}", OBJECTION)[-1] == stage
        assert self.log(f"cycle:{self.cycle}", CYCLE)[-1] == self.stage

    def log(self, subject: str, machine: Any) -> list[str]:
        rows = self.sql(
            "select step, stage_before, stage_after from office.happening where subject = %s and step is not null"
            " order by id",
            subject,
        )
        assert machine.is_path([Moved(*row) for row in rows])
        return [str(machine.start), *(row[2] for row in rows)]


def moment_of(day: date) -> Any:
    from shared import clock

    return clock.moment(day, 9)


def test_a_random_walk_of_the_year_stays_on_its_paths(office: Database):
    Walk.database = office
    with psycopg.connect(office.owner_url, autocommit=True) as owner:

        def sql(statement: str, *values: object) -> list[tuple[Any, ...]]:
            cursor = owner.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

        Walk.sql, Walk.activities = staticmethod(sql), StandIn(sql)
        run_walks()


def run_walks() -> None:
    run_state_machine_as_test(
        Walk,
        settings=hypothesis.settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            print_blob=True,
            phases=(
                Phase.explicit,
                Phase.reuse,
                Phase.generate,
            ),  # a long walk now says more than a short one in an hour
            suppress_health_check=list(HealthCheck),
        ),
    )
