"""Whoever has died or left, or was too short in post: not assessed this year, with a reason, at any stage."""

from collections.abc import Callable
from datetime import date

import pytest

from deploy.doctor import waiting_is_what_stands
from services.assessment.cases import actions, queries
from services.assessment.cases.pages.case import offered
from services.assessment.cases.rules import Channel
from services.assessment.cases.schemas import ExemptionOf
from services.assessment.schemes.rules import Grade
from shared.access import Actor
from shared.db import unit
from shared.errors import NotYours, OutOfOrder, OutOfReach
from shared.roles import Role
from tests.assessment.conftest import Steps, Town, one_ahead

Sql = Callable[..., list[tuple]]
DIED = "9月因病去世。"


def exempt(actor: Actor, case: int, reason: str = DIED) -> None:
    with unit("assessment", actor) as session:
        actions.exempt(session, actor, case, reason)


def resume(actor: Actor, case: int) -> None:
    with unit("assessment", actor) as session:
        actions.resume(session, actor, case, "应当考核。")


def upheld(town: Town, case: int) -> None:
    """An objection about him that holds."""
    office = town.organiser
    with unit("assessment", office) as session:
        raised = actions.raise_objection(session, office, case, channel=Channel.LETTER, matter="任职够六个月。")
    with unit("assessment", office) as session:
        actions.answer_objection(session, office, raised.id, upheld=True, answer="已核实。")


def offers(actor: Actor, case: int) -> dict[str, bool]:
    """The buttons of his page."""
    with unit("assessment", actor) as session:
        one = queries.case_seen(session, actor, case).Case
        objections = queries.objections_of(session, actor, case)
        return offered(session, actor, one, queries.cycle_of_case(session, one), objections)


def found(sql: Sql, case: int) -> tuple:
    return sql("select stage, grade, grade_why from assessment.leader_case where id = %s", case)[0]


@pytest.mark.parametrize("stage", ["nomination", "review", "rating"])
def test_at_any_stage_somebody_is_not_assessed_with_a_reason_and_waits_for_nobody(
    town: Town, steps: Steps, sql: Sql, stage: str
):
    case = steps.cases(steps.open())[0]
    for at, step in (("nomination", steps.nominate), ("review", steps.accept)):
        if stage > at and stage != "nomination":
            step(case)

    exempt(town.organiser, case)

    assert found(sql, case) == ("notice", None, DIED)
    assert sql("select count(*) from office.todo where subject = %s and closed_at is null", f"case:{case}") == [(0,)]
    (step, reason) = sql(
        "select step, reason from office.happening where subject = %s order by id desc", f"case:{case}"
    )[0]
    assert (step, reason) == ("exempt", DIED)


def test_a_decided_grade_is_taken_from_him_by_the_committee_alone(town: Town, steps: Steps, sql: Sql, rated: int):
    case = steps.cases(rated)[0]
    steps.decide(case)

    with pytest.raises(NotYours):
        exempt(town.organiser, case)
    exempt(town.committee, case)

    assert found(sql, case) == ("notice", None, DIED)
    with pytest.raises(OutOfOrder, match="已经是"):
        exempt(town.committee, case)


def test_whoever_is_not_assessed_takes_no_place_and_does_not_count_in_the_quota(town: Town, steps: Steps, sql: Sql):
    steps.activities.tally = one_ahead(town.units["东村1组"])
    cycle = steps.to_rating()
    first, second = steps.cases(cycle)[:2]
    sql("update assessment.cycle set excellent_percent = 20 where id = %s", cycle)
    line = "select assessed, excellent_allowed, quota_tied from assessment.cycle where id = %s"

    exempt(town.committee, first)
    assert sql(line, cycle) == [(5, 1, 5)]  # the five others are equal, and one may be excellent

    exempt(town.organiser, second)
    assert sql(line, cycle) == [(4, 0, 0)]
    with unit("assessment", town.organiser) as session:
        assert actions.verify_cycle(session, town.organiser, cycle).sound


def test_who_was_not_meant_is_assessed_all_the_same_from_where_he_began(town: Town, steps: Steps, sql: Sql):
    case = steps.cases(steps.open())[0]
    exempt(town.organiser, case)

    with pytest.raises(OutOfOrder, match="恢复"), unit("assessment", town.committee) as session:
        actions.reopen(session, town.committee, case, "弄错了人。")
    with unit("assessment", town.organiser) as session:
        actions.resume(session, town.organiser, case, "弄错了人。")

    assert found(sql, case) == ("nomination", None, None)
    assert sql("select kind from office.todo where subject = %s and closed_at is null", f"case:{case}") == [
        ("assessment.nominate",)
    ]
    steps.nominate(case)


def test_a_decision_is_not_resumed_and_nobody_does_it_for_himself(town: Town, steps: Steps, rated: int):
    case = steps.cases(rated)[0]
    himself = town.actor("leader of 东村1组", (Role.COMMITTEE, "清河镇"))
    with pytest.raises(NotYours, match="回避"):
        exempt(himself, case)
    for nobody, refusal in ((town.outsider, OutOfReach), (town.secretary("东村"), NotYours)):
        with pytest.raises(refusal):
            exempt(nobody, case)
    steps.decide(case, Grade.COMPETENT)
    with pytest.raises(OutOfOrder), unit("assessment", town.organiser) as session:
        actions.resume(session, town.organiser, case, "改一改。")


def test_several_are_not_assessed_for_one_reason(town: Town, steps: Steps, sql: Sql):
    cases = steps.cases(steps.open())[:3]
    rows = [ExemptionOf(case_id=case, reason="任职不满六个月。") for case in cases]

    with unit("assessment", town.organiser) as session:
        outcomes = actions.exempt_several(session, town.organiser, rows)

    assert outcomes.refused == 0
    assert {found(sql, case) for case in cases} == {("notice", None, "任职不满六个月。")}


def test_a_refused_attempt_to_leave_somebody_out_draws_no_line_anew(town: Town, steps: Steps, sql: Sql, rated: int):
    kept = sql("select scored, assessed, excellent_allowed, quota_line, digest from assessment.cycle")
    for nobody in (town.secretary("东村"), town.leader("东村1组")):
        with unit("assessment", nobody) as session:
            rows = [ExemptionOf(case_id=steps.cases(rated)[0], reason="试试。")]
            assert actions.exempt_several(session, nobody, rows).refused == 1

    assert sql("select scored, assessed, excellent_allowed, quota_line, digest from assessment.cycle") == kept


def test_whoever_only_stands_in_as_secretary_is_not_asked_to_put_himself_forward(town: Town, steps: Steps, sql: Sql):
    person = town.people["leader of 西村1组"]
    sql(
        "insert into office.account (id, person_id, login, password_hash, first_password, failures)"
        " values (%s, %s, 'leader', '', false, 0)",
        person,
        person,
    )

    cycle = steps.open()

    barred = "select barred_account_id from office.todo where kind = 'assessment.nominate' and subject = 'case:' || %s"
    (own,) = sql("select id from assessment.leader_case where cycle_id = %s and person_id = %s", cycle, person)[0]
    assert sql(barred, own) == [(person,)]
    assert {sql(barred, case)[0][0] for case in steps.cases(cycle) if case != own} == {None}
    steps.nominate(own)
    with unit("assessment", town.organiser) as session:
        actions.return_nomination(session, town.organiser, own, "请补充。")
    assert sql(f"{barred} and closed_at is null", own) == [(person,)]
    sql("update office.todo set closed_at = office.now() where subject = 'case:' || %s", own)

    # The branch's own secretary, who leads a group as well, is asked.
    sql("update office.post set person_id = %s where kind = 'secretary' and unit_id = %s", person, town.units["西村"])
    with unit("assessment") as session:
        actions.keep_deadlines(session)
    assert sql(f"{barred} and closed_at is null", own) == [(None,)]


def test_an_objection_about_somebody_not_assessed_that_holds_is_taken_up_by_the_committee_and_the_year_ends(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None]
):
    cycle = steps.open()
    first, *others = steps.cases(cycle)
    exempt(town.organiser, first)
    for case in others:
        steps.nominate(case)
        steps.accept(case)
    steps.run(cycle)
    for case in others:
        steps.decide(case)
    steps.publish(cycle)
    with pytest.raises(OutOfOrder, match="没有成立的异议"):
        resume(town.committee, first)
    assert not offers(town.committee, first)["resumes"]
    upheld(town, first)
    with pytest.raises(NotYours, match="党委"):
        resume(town.organiser, first)
    assert [offers(actor, first)["resumes"] for actor in (town.committee, town.organiser)] == [True, False]

    resume(town.committee, first)

    assert found(sql, first) == ("nomination", None, None)
    assert sql("select stage from assessment.objection") == [("acted_on",)]
    steps.nominate(first)
    steps.accept(first)
    steps.decide(first)
    steps.end(cycle)
    assert sql("select distinct stage from assessment.leader_case") == [("closed",)]


def test_of_a_year_that_is_over_the_committee_assesses_somebody_all_the_same(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None]
):
    cycle = steps.open()
    cases = steps.cases(cycle)
    for case in cases:
        exempt(town.organiser, case)
    steps.run(cycle)
    steps.publish(cycle)
    steps.end(cycle)
    move_to(date(2026, 1, 20))
    upheld(town, cases[0])
    with pytest.raises(NotYours):
        resume(town.organiser, cases[0])

    resume(town.committee, cases[0])
    resume(town.committee, cases[-1])

    assert sql("select stage, reopened from assessment.cycle") == [("notice", 1)]
    assert sql("select body->'branches' from office.happening where fact = 'CycleReopened' order by id") == [
        ([[town.units["东村"], 1]],),
        ([[town.units["南村"], 1]],),
    ]
    assert sql("select count(*) from office.todo where kind = 'assessment.take_up' and closed_at is null") == [(0,)]
    # He never waited before the calendar's end: nobody is late with him.
    assert sql("select distinct due_on from office.todo where kind = 'assessment.nominate' and closed_at is null") == [
        (None,)
    ]
    with unit("keeper") as session:
        assert "case waits" not in waiting_is_what_stands(session)
    for case in (cases[0], cases[-1]):
        exempt(town.committee, case, "确实任职太短。")
    move_to(date(2026, 2, 20))
    with unit("assessment", town.organiser) as session:
        actions.close_cycle(session, town.organiser, cycle)
    branches = "select body->'branches' from office.happening where fact = 'CycleClosed' order by id desc"
    assert [branch for branch, *_ in sql(branches)[0][0]] == [town.units["东村"], town.units["南村"]]


def test_what_the_committee_took_up_the_office_does_not_end_alone(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None], noticed: int
):
    case = steps.cases(noticed)[0]
    upheld(town, case)
    with unit("assessment", town.committee) as session:
        actions.reopen(session, town.committee, case, "重新评定。")
    with pytest.raises(NotYours, match="党委"):
        exempt(town.organiser, case)
    assert [offers(actor, case)["exempts"] for actor in (town.committee, town.organiser)] == [True, False]
    [(before,)] = sql("select notice_to from assessment.cycle where id = %s", noticed)
    move_to(before)

    exempt(town.committee, case)

    assert found(sql, case) == ("notice", None, DIED)
    assert sql("select notice_to > %s from assessment.cycle where id = %s", before, noticed) == [(True,)]


def test_before_the_notice_too_what_was_decided_once_stays_with_the_committee(town: Town, steps: Steps, rated: int):
    case = steps.cases(rated)[0]
    steps.decide(case)
    with unit("assessment", town.committee) as session:
        actions.reopen(session, town.committee, case, "再议。")

    with pytest.raises(NotYours, match="党委"):
        exempt(town.organiser, case)
