"""A branch without a secretary: the organiser stands in for it, and somebody else reviews what he put forward."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from services.assessment.cases import actions, queries
from services.assessment.cases.rules import BY_THE_BRANCH, MOVES, CaseStep
from services.assessment.cases.schemas import Filing, Nomination
from services.assessment.rectifications import actions as rectifications
from services.assessment.rectifications.schemas import Plan, Report
from services.assessment.schemes.rules import Grade
from shared import access
from shared.access import Actor
from shared.db import unit
from shared.errors import NotYours, OutOfReach
from shared.people import Person, Post
from shared.roles import Role
from tests.assessment.conftest import FOUNDED, Town

NOMINATION = Nomination(self_statement="全年学习十二次。", grade=Grade.COMPETENT, reasons="认真负责。")
BRANCH = "西村"


@dataclass
class Office:
    """People with accounts, as the history needs them."""

    town: Town
    organiser: Actor
    another: Actor
    committee: Actor
    secretary: Actor
    case_id: int


def with_account(actor: Actor) -> Actor:
    assert actor.person_id is not None
    with unit("activities") as session:
        account, _ = access.make_account(session, actor.person_id, actor.name)
        return Actor(account_id=account.id, person_id=actor.person_id, name=actor.name, posts=actor.posts)


@pytest.fixture
def office_of(town: Town, steps, sql) -> Office:
    cycle = steps.open(2025)
    with unit("activities") as session:
        person = Person(unit_id=town.id, name="another", pinyin="another")
        session.add(person)
        session.flush()
        session.add(Post(person_id=person.id, unit_id=town.id, kind=Role.ORGANISER, starts_on=FOUNDED))
        town.people["another"] = person.id
    (case_id,) = sql(
        "select id from assessment.leader_case where cycle_id = %s and branch_id = %s order by id limit 1",
        cycle,
        town.units[BRANCH],
    )[0]
    return Office(
        town,
        organiser=with_account(town.organiser),
        another=with_account(town.actor("another", (Role.ORGANISER, "清河镇"))),
        committee=with_account(town.committee),
        secretary=with_account(town.secretary(BRANCH)),
        case_id=case_id,
    )


@pytest.fixture
def vacant(office_of: Office, sql) -> Office:
    sql(
        "update office.post set ends_on = office.today() where kind = 'secretary' and unit_id = %s",
        office_of.town.units[BRANCH],
    )
    return office_of


def do(actor: Actor, act: Callable, *arguments):
    with unit("assessment", actor) as session:
        return act(session, actor, *arguments)


def open_steps(actor: Actor, case_id: int) -> list[str]:
    """The steps open to somebody, but for 不予评定: the office may take it at any stage."""
    with unit("assessment", actor) as session:
        case = queries.case_seen(session, actor, case_id).Case
        steps = queries.open_steps(session, actor, case, MOVES, BY_THE_BRANCH, put=CaseStep.NOMINATE)
        return [step for step in steps if step is not CaseStep.EXEMPT]


def test_where_the_branch_has_a_secretary_he_alone_puts_forward(office_of: Office):
    assert open_steps(office_of.organiser, office_of.case_id) == []
    assert open_steps(office_of.secretary, office_of.case_id) == ["nominate"]
    with pytest.raises(NotYours, match="有书记"):
        do(office_of.organiser, actions.nominate, office_of.case_id, NOMINATION)

    do(office_of.secretary, actions.nominate, office_of.case_id, NOMINATION)

    assert open_steps(office_of.committee, office_of.case_id) == []
    with pytest.raises(NotYours, match="组织委员"):
        do(office_of.committee, actions.accept, office_of.case_id, Filing())
    assert do(office_of.organiser, actions.accept, office_of.case_id, Filing()).stage == "rating"


def test_while_the_post_is_vacant_the_organiser_stands_in_and_another_reviews(vacant: Office):
    assert open_steps(vacant.organiser, vacant.case_id) == ["nominate"]
    do(vacant.organiser, actions.nominate, vacant.case_id, NOMINATION)

    assert open_steps(vacant.organiser, vacant.case_id) == []
    for act, asked in ((actions.accept, Filing()), (actions.return_nomination, "再写一次")):
        with pytest.raises(NotYours, match="代为办理"):
            do(vacant.organiser, act, vacant.case_id, asked)

    assert open_steps(vacant.another, vacant.case_id) == ["accept", "return"]
    assert do(vacant.another, actions.accept, vacant.case_id, Filing()).stage == "rating"


def test_where_there_is_no_other_organiser_the_committee_reviews(vacant: Office):
    do(vacant.organiser, actions.nominate, vacant.case_id, NOMINATION)

    assert open_steps(vacant.committee, vacant.case_id) == ["accept", "return"]
    do(vacant.committee, actions.return_nomination, vacant.case_id, "请补充。")

    do(vacant.another, actions.nominate, vacant.case_id, NOMINATION)
    assert do(vacant.organiser, actions.accept, vacant.case_id, Filing()).stage == "rating"


def test_a_secretary_who_comes_later_takes_over(vacant: Office, sql):
    do(vacant.organiser, actions.nominate, vacant.case_id, NOMINATION)
    do(vacant.another, actions.return_nomination, vacant.case_id, "请补充。")
    sql("update office.post set ends_on = null where kind = 'secretary'")

    with pytest.raises(NotYours, match="有书记"):
        do(vacant.organiser, actions.nominate, vacant.case_id, NOMINATION)
    do(vacant.secretary, actions.nominate, vacant.case_id, NOMINATION)

    assert do(vacant.organiser, actions.accept, vacant.case_id, Filing()).stage == "rating"


def test_nobody_stands_in_for_himself_and_no_stranger_at_all(vacant: Office, sql):
    sql("update assessment.leader_case set person_id = %s where id = %s", vacant.organiser.person_id, vacant.case_id)
    with pytest.raises(NotYours, match="回避"):
        do(vacant.organiser, actions.nominate, vacant.case_id, NOMINATION)

    with pytest.raises(OutOfReach):
        do(vacant.town.outsider, actions.nominate, vacant.case_id, NOMINATION)
    with pytest.raises(NotYours):
        do(vacant.committee, actions.nominate, vacant.case_id, NOMINATION)


@pytest.mark.parametrize("held", [True, False], ids=["the secretary is away", "the post is vacant"])
def test_whoever_stands_in_as_secretary_does_not_put_himself_forward(office_of: Office, sql, held):
    own, other = sql(
        "select id, person_id from assessment.leader_case where branch_id = %s order by id",
        office_of.town.units[BRANCH],
    )[:2]
    seat = (Role.SECRETARY, office_of.town.units[BRANCH])
    leader = with_account(Actor(account_id=None, person_id=own[1], name="组长", posts=(seat,)))
    stands_in = replace(leader, stands_in=frozenset({seat}))
    if not held:
        sql("update office.post set ends_on = office.today() where kind = 'secretary' and unit_id = %s", seat[1])

    assert open_steps(stands_in, own[0]) == []
    with pytest.raises(NotYours, match="回避"):
        do(stands_in, actions.nominate, own[0], NOMINATION)
    assert do(stands_in, actions.nominate, other[0], NOMINATION).stage == "review"
    assert do(office_of.secretary if held else office_of.organiser, actions.nominate, own[0], NOMINATION)


def test_a_rectification_goes_the_same_way(vacant: Office, sql):
    (row,) = sql(
        """insert into assessment.rectification
             (case_id, cycle_id, township_id, branch_id, group_id, person_id, year, ordered_on, due_on)
           select id, cycle_id, township_id, branch_id, group_id, person_id, year, office.today(), office.today() + 30
           from assessment.leader_case where id = %s returning id""",
        vacant.case_id,
    )
    plan = Plan(causes="外出务工，活动没有按月开展。", measures="由副组长代为召集。")
    report = Report(report="已连续三个月开展活动。", evidence="见一至三月活动记录。")

    do(vacant.organiser, rectifications.plan, row[0], plan)
    do(vacant.organiser, rectifications.report, row[0], report)

    with pytest.raises(NotYours, match="代为办理"):
        do(vacant.organiser, rectifications.accept, row[0])
    assert do(vacant.committee, rectifications.accept, row[0]).stage == "cleared"


def test_a_rectification_of_a_branch_with_a_secretary_is_not_the_townships_to_report(office_of: Office, sql):
    (row,) = sql(
        """insert into assessment.rectification
             (case_id, cycle_id, township_id, branch_id, group_id, person_id, year, ordered_on, due_on)
           select id, cycle_id, township_id, branch_id, group_id, person_id, year, office.today(), office.today() + 30
           from assessment.leader_case where id = %s returning id""",
        office_of.case_id,
    )
    with pytest.raises(NotYours, match="有书记"):
        do(office_of.organiser, rectifications.plan, row[0], Plan(causes="原因说明。", measures="措施说明。"))
