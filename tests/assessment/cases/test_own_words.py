"""A leader's own statement; and a secretary who puts himself forward."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from services.assessment.cases import actions, queries
from services.assessment.cases.schemas import Filing, FilingOf, Nomination
from services.assessment.papers import actions as papers
from services.assessment.schemes.rules import Grade
from shared.access import Actor
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from tests.assessment.conftest import Steps, Town

Sql = Callable[..., list[tuple]]
OWN = "全年按月开展，老党员的学习跟得不紧。"


def write(actor: Actor, case: int, statement: str = OWN) -> None:
    with unit("assessment", actor) as session:
        actions.write_statement(session, actor, case, statement)


def nominate(actor: Actor, case: int, **more: object) -> None:
    asked = Nomination(**{"grade": Grade.EXCELLENT, "reasons": "认真。"} | more)
    with unit("assessment", actor) as session:
        actions.nominate(session, actor, case, asked)


def test_he_writes_it_himself_and_his_branch_does_not_change_it(town: Town, steps: Steps, sql: Sql):
    case, leader, secretary = steps.cases(steps.open())[0], town.leader("东村1组"), town.secretary("东村")
    for actor, refusal in (
        (secretary, NotYours),
        (town.leader("东村2组"), OutOfReach),
        (town.outsider, OutOfReach),
    ):
        with pytest.raises(refusal):
            write(actor, case)
    write(leader, case, "第一稿。")
    write(leader, case)
    with pytest.raises(Invalid, match="不能改写"):
        nominate(secretary, case, self_statement="替他写的。")

    nominate(secretary, case)

    assert sql("select self_statement, stated_at is not null from assessment.leader_case where id = %s", case) == [
        (OWN, True)
    ]
    with pytest.raises(OutOfOrder, match="已经提名"):
        write(leader, case, "再改。")
    assert sql("select count(*) from office.happening where fact = 'StatementWritten'") == [(2,)]
    assert sql("select 1 from office.happening h where h::text like '%%老党员%%'") == []


def test_where_he_did_not_his_branch_types_it_in(town: Town, steps: Steps, sql: Sql):
    case, secretary = steps.cases(steps.open())[0], town.secretary("东村")
    with pytest.raises(Invalid, match="本人总结"):
        nominate(secretary, case)
    nominate(secretary, case, self_statement="代为录入。")

    assert sql("select self_statement, stated_at from assessment.leader_case where id = %s", case) == [
        ("代为录入。", None)
    ]


def test_whoever_puts_himself_forward_is_marked_and_the_organiser_proposes(town: Town, steps: Steps, sql: Sql):
    own, other = steps.cases(steps.open())[:2]
    both = replace(town.leader("东村1组"), posts=town.secretary("东村").posts)
    for case in (own, other):
        nominate(both, case, self_statement="全年按月开展。")
    marked = sql("select id, nominated_by_self from assessment.leader_case where nominated_at is not null order by id")
    assert marked == [(own, True), (other, False)]

    with unit("assessment", town.organiser) as session:
        outcomes = actions.accept_several(session, town.organiser, [FilingOf(case_id=each) for each in (own, other)])
    assert [outcome.field for outcome in outcomes.rows] == ["grade", None]
    with pytest.raises(Invalid, match="理由"), unit("assessment", town.organiser) as session:
        actions.accept(session, town.organiser, own, Filing(grade=Grade.COMPETENT))
    with unit("assessment", town.organiser) as session:
        actions.accept(session, town.organiser, own, Filing(grade=Grade.COMPETENT, reasons="按月开展，个别月份迟录。"))

    with unit("assessment", town.committee) as session:
        one = queries.case_seen(session, town.committee, own).Case
        assert (one.stage, one.branch_grade, one.office_grade) == ("rating", "excellent", "competent")
        said = papers.opinion_of(session, town.committee, own).branch_grade
    assert said == "优秀（书记提名本人，组织委员建议称职）"
