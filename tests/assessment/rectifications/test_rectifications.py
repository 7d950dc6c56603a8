"""After 不称职: ordered once for each, planned, reported, returned, accepted; two years running."""

import threading
from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from starlette.testclient import TestClient

from services.assessment.cases.actions import close_cycle, reopen
from services.assessment.choosings import actions as choosings
from services.assessment.choosings.schemas import ChoosingFiling, NewChoosing, Nominee
from services.assessment.rectifications import actions, queries
from services.assessment.rectifications.rules import MOVES
from services.assessment.rectifications.schemas import Plan, ReplacementDecision, Report
from services.assessment.schemes.rules import Grade
from shared import clock, work
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from shared.moves import Moved
from shared.people import Account, Sitting
from shared.roles import Role
from tests import applications

PLAN = Plan(causes="外出务工，活动没有按月开展。", measures="由副组长代为召集。")
REPORT = Report(report="已连续三个月开展活动。", evidence="见一至三月活动记录。")
GROUP = "东村1组"


@pytest.fixture
def close(noticed, steps, sql, town, activities):
    """A year in which the leaders of these groups were graded incompetent, closed; returns its cycle."""

    def year_of(*groups: str, year: int = 2025) -> int:
        cycle = noticed if year == 2025 else steps.to_notice(year)
        for group in groups:
            sql(
                "update assessment.leader_case set grade = 'incompetent' where cycle_id = %s and group_id = %s",
                cycle,
                town.units[group],
            )
        sql("update assessment.cycle set notice_to = office.today() - 1 where id = %s", cycle)
        with unit("assessment", town.organiser) as session:
            close_cycle(session, town.organiser, cycle)
        activities.rest()
        return cycle

    return year_of


@pytest.fixture
def ordered(close, sql) -> int:
    """One rectification, just ordered."""
    close(GROUP)
    return int(sql("select id from assessment.rectification")[0][0])


def do(actor, act, *arguments):
    with unit("assessment", actor) as session:
        return act(session, actor, *arguments)


def facts(sql, name: str) -> list[dict]:
    return [row[0] for row in sql("select body from office.happening where fact = %s order by id", name)]


def test_each_incompetent_of_a_closed_year_gets_one_rectification(close, sql, town):
    cycle = close(GROUP, "西村2组")

    rows = sql("select group_id, person_id, stage, ordered_on, due_on from assessment.rectification order by group_id")
    assert [(group, stage) for group, _, stage, _, _ in rows] == [
        (town.units[GROUP], "plan"),
        (town.units["西村2组"], "plan"),
    ]
    assert rows[0][1] == town.people[f"leader of {GROUP}"]
    assert (rows[0][3], rows[0][4]) == (date(2025, 12, 1), date(2026, 3, 2))  # 1 March 2026 is a Sunday
    assert [body["due_on"] for body in facts(sql, "RectificationOrdered")] == ["2026-03-02"] * 2

    with unit("assessment") as session:
        actions.order_rectifications(session, cycle)
    assert len(sql("select 1 from assessment.rectification")) == 2
    assert len(facts(sql, "RectificationOrdered")) == 2


def test_a_year_without_incompetent_orders_nothing(close, sql):
    close()

    assert not sql("select 1 from assessment.rectification")
    assert not sql("select 1 from assessment.job where state = 'dead'")


def test_the_whole_way_with_one_return(ordered, town, sql):
    secretary, organiser = town.secretary("东村"), town.organiser

    do(secretary, actions.plan, ordered, PLAN)
    do(secretary, actions.report, ordered, REPORT)
    do(organiser, actions.return_report, ordered, "请附上日期。")
    do(secretary, actions.report, ordered, REPORT)
    do(organiser, actions.accept, ordered)

    log = [
        Moved(*row)
        for row in sql(
            "select step, stage_before, stage_after from office.happening"
            " where subject = %s and step is not null order by id",
            f"rectification:{ordered}",
        )
    ]
    assert MOVES.is_path(log)
    assert [body["stage"] for body in facts(sql, "RectificationMoved")] == [
        "planned",
        "reported",
        "returned",
        "reported",
        "accepted",
    ]
    assert sql("select stage, evidence from assessment.rectification") == [("cleared", REPORT.evidence)]
    assert not sql("select from office.todo where subject like 'rectification:%' and closed_at is null")


@pytest.mark.parametrize("who", ["leader", "organiser", "committee", "outsider", "other secretary"])
def test_only_the_branch_plans(ordered, town, who):
    actor, refusal = {
        "leader": (town.leader(GROUP), NotYours),
        "organiser": (town.organiser, NotYours),
        "committee": (town.committee, NotYours),
        "outsider": (town.outsider, OutOfReach),
        "other secretary": (town.secretary("西村"), OutOfReach),
    }[who]

    with pytest.raises(refusal):
        do(actor, actions.plan, ordered, PLAN)


def test_steps_are_taken_in_order_and_by_the_right_people(ordered, town):
    secretary = town.secretary("东村")
    with pytest.raises(OutOfOrder):
        do(secretary, actions.report, ordered, REPORT)
    do(secretary, actions.plan, ordered, PLAN)
    with pytest.raises(OutOfOrder):
        do(town.organiser, actions.accept, ordered)
    do(secretary, actions.report, ordered, REPORT)
    with pytest.raises(NotYours):
        do(secretary, actions.accept, ordered)
    with pytest.raises(NotYours):
        do(town.committee, actions.accept, ordered)


def test_nobody_checks_his_own_branch(ordered, town):
    secretary = town.secretary("东村")
    do(secretary, actions.plan, ordered, PLAN)
    do(secretary, actions.report, ordered, REPORT)
    villager = town.actor("villager", (Role.ORGANISER, "清河镇"))  # a member of a group of the branch

    with pytest.raises(NotYours, match="回避"):
        do(villager, actions.accept, ordered)
    with pytest.raises(NotYours, match="回避"):
        do(villager, actions.return_report, ordered, "不行")


def test_the_branch_may_only_choose_an_earlier_deadline(ordered, town, sql):
    secretary = town.secretary("东村")
    with pytest.raises(Invalid):
        do(secretary, actions.plan, ordered, PLAN.model_copy(update={"due_on": date(2026, 3, 3)}))
    with pytest.raises(Invalid):
        do(secretary, actions.plan, ordered, PLAN.model_copy(update={"due_on": date(2025, 11, 30)}))

    do(secretary, actions.plan, ordered, PLAN.model_copy(update={"due_on": date(2026, 1, 30)}))

    assert sql("select due_on from assessment.rectification") == [(date(2026, 1, 30),)]
    waiting = sql("select kind, due_on from office.todo where subject like 'rectification:%' and closed_at is null")
    assert waiting == [("assessment.report", date(2026, 1, 30))]


def test_a_report_that_is_returned_late_gets_a_new_deadline(ordered, town, sql, move_to):
    secretary = town.secretary("东村")
    do(secretary, actions.plan, ordered, PLAN)
    do(secretary, actions.report, ordered, REPORT)
    move_to(date(2026, 3, 10))
    with pytest.raises(Invalid, match="新的期限"):
        do(town.organiser, actions.return_report, ordered, "依据不足。")

    do(town.organiser, actions.return_report, ordered, "依据不足。", date(2026, 4, 10))

    waiting = sql("select kind, due_on from office.todo where subject like 'rectification:%' and closed_at is null")
    assert waiting == [("assessment.rework", date(2026, 4, 10))]
    [(reason, due)] = sql(
        "select reason, body->>'due_on' from office.happening where fact = 'RectificationMoved' and step = 'return'"
    )
    assert (reason, due) == ("依据不足。（整改期限由2026-03-02改为2026-04-10）", "2026-04-10")  # said, not silently


def test_what_was_reported_first_stays_beside_what_is_reported_next(ordered, town, sql):
    secretary, organiser = town.secretary("东村"), town.organiser
    do(secretary, actions.plan, ordered, PLAN)
    do(secretary, actions.report, ordered, REPORT)
    do(organiser, actions.return_report, ordered, "请附上日期。")
    assert sql("select stage from assessment.rectification") == [("returned",)]
    do(secretary, actions.report, ordered, REPORT.model_copy(update={"report": "第二次：补了日期。"}))

    with unit("assessment", organiser) as session:
        [kept] = queries.returned_reports(session, organiser, ordered)
        assert (kept.report, kept.returned_why, kept.due_before) == (REPORT.report, "请附上日期。", kept.due_after)
    with unit("assessment", town.outsider) as session:
        assert queries.returned_reports(session, town.outsider, ordered) == []
    with pytest.raises(ProgrammingError), unit("assessment", organiser) as session:
        session.execute(text("update assessment.returned_report set report = 'x'"))


def test_it_ends_with_the_post_and_nothing_waits_any_more(ordered, town, sql):
    sql("update office.post set ends_on = office.today() where person_id = %s", town.people[f"leader of {GROUP}"])
    with unit("assessment") as session:
        actions.end_with_posts(session)
        actions.end_with_posts(session)

    assert sql("select stage from assessment.rectification") == [("ended",)]
    assert not sql("select from office.todo where subject like 'rectification:%' and closed_at is null")
    told = sql("select reason, body->>'stage' from office.happening where fact = 'RectificationMoved'")
    assert told == [("已不再担任这个党小组的组长，整改随职务终止。", "ended")]
    with pytest.raises(OutOfOrder):
        do(town.secretary("东村"), actions.plan, ordered, PLAN)


def test_a_result_that_was_decided_again_ends_what_followed_from_it(ordered, town, sql):
    [(case, cycle)] = sql("select case_id, cycle_id from assessment.rectification")
    sql("update assessment.leader_case set grade = 'competent' where id = %s", case)

    with unit("assessment") as session:
        actions.order_rectifications(session, cycle)

    assert sql("select stage from assessment.rectification") == [("ended",)]


def taken_up(town, case: int) -> None:
    with unit("assessment", town.committee) as session:
        reopen(session, town.committee, case, "重新评定。")


def test_while_the_grade_is_decided_again_what_follows_from_it_is_held(ordered, town, steps, sql, activities):
    [(case, cycle)] = sql("select case_id, cycle_id from assessment.rectification")
    taken_up(town, case)
    with pytest.raises(OutOfOrder, match="重新评定"):
        do(town.secretary("东村"), actions.plan, ordered, PLAN)

    steps.decide(case, Grade.INCOMPETENT)
    steps.end(cycle)
    activities.rest()

    do(town.secretary("东村"), actions.plan, ordered, PLAN)
    assert sql("select stage from assessment.rectification") == [("work",)]


def test_what_the_group_has_on_record_since_the_order_stands_beside_the_button(ordered, town, sql):
    sql(
        "insert into activities.activity (group_id, branch_id, township_id, kind, held_on, expected, present, stage,"
        " revision) select %s, %s, %s, 'study', d, 8, 7, s, 1 from (values (date '2025-11-30', 'confirmed'),"
        " (date '2025-12-01', 'confirmed'), (date '2026-01-10', 'submitted'), (date '2026-02-10', 'draft')) v (d, s)",
        town.units[GROUP],
        town.units["东村"],
        town.id,
    )

    with unit("assessment", town.organiser) as session:
        row = queries.rectification(session, town.organiser, ordered)[0]
        since = [(each.held_on, each.stage) for each in queries.records_since(session, row)]
    assert since == [(date(2025, 12, 1), "confirmed"), (date(2026, 1, 10), "submitted")]
    with unit("assessment", town.outsider) as session:
        asked = text("select 1 from activities.records_since(:group, '2025-01-01')")
        assert session.execute(asked, {"group": town.units[GROUP]}).all() == []


# --- two years running ---


@pytest.fixture
def twice(close, sql, town, move_to) -> int:
    """The same leader incompetent in two assessed years running; the proposal's id."""
    close(GROUP, year=2025)
    assert not sql("select 1 from assessment.replacement")
    move_to(date(2026, 12, 1))
    close(GROUP, "西村1组", year=2026)
    return int(sql("select id from assessment.replacement")[0][0])


def test_a_second_year_running_proposes_a_replacement_that_nobody_decided(twice, sql, town):
    rows = sql("select person_id, group_id, year, stage from assessment.replacement")

    assert rows == [(town.people[f"leader of {GROUP}"], town.units[GROUP], 2026, "proposed")]
    assert len(facts(sql, "ReplacementProposed")) == 1
    assert sql("select ends_on from office.post where person_id = %s", rows[0][0]) == [(None,)]


def test_a_year_not_assessed_neither_counts_nor_breaks_the_run(close, sql, town, move_to):
    close(GROUP, year=2025)
    move_to(date(2026, 12, 1))
    close(year=2026)
    sql("update assessment.leader_case set grade = null where year = 2026")

    move_to(date(2027, 12, 1))
    close(GROUP, year=2027)

    assert sql("select year from assessment.replacement") == [(2027,)]


def test_a_better_year_between_ends_the_run(close, sql, move_to):
    close(GROUP, year=2025)
    move_to(date(2026, 12, 1))
    close(year=2026)
    move_to(date(2027, 12, 1))
    close(GROUP, year=2027)

    assert not sql("select 1 from assessment.replacement")


def test_the_committee_decides_and_only_then_does_the_post_end(twice, town, sql):
    with pytest.raises(NotYours):
        do(town.organiser, actions.decide_replacement, twice, ReplacementDecision(replaced=True, reason="不行"))
    with pytest.raises(OutOfReach):
        do(town.outsider, actions.decide_replacement, twice, ReplacementDecision(replaced=True, reason="不行"))

    do(town.committee, actions.decide_replacement, twice, ReplacementDecision(replaced=True, reason="会议研究决定。"))
    work.settle(("activities",))

    assert sql("select stage, decided_on from assessment.replacement") == [("decided", date(2026, 12, 1))]
    [decided] = facts(sql, "ReplacementDecided")
    assert decided["replaced"] is True
    assert sql("select ends_on from office.post where person_id = %s", decided["person_id"]) == [(date(2026, 12, 1),)]
    with pytest.raises(OutOfOrder):
        do(town.committee, actions.decide_replacement, twice, ReplacementDecision(replaced=False, reason="再议"))


LATER = ReplacementDecision(replaced=True, on=date(2026, 12, 20), reason="会议研究决定。")
SUCCESSION = "select kind, post, due_on from office.todo where kind in %s and closed_at is null order by 1"
KINDS = "('assessment.oversee', 'assessment.replace', 'assessment.succeed')"


def test_a_replacement_is_decided_for_a_day_and_leaves_a_leader_to_find_to_branch_and_office(twice, town, sql):
    do(town.committee, actions.decide_replacement, twice, LATER)
    work.settle(("activities",))

    [decided] = facts(sql, "ReplacementDecided")
    assert decided["on"] == "2026-12-20"
    left = "select ends_on from office.post where person_id = %s and kind = 'leader'"
    assert sql(left, decided["person_id"]) == [(date(2026, 12, 20),)]
    assert sql(SUCCESSION.replace("%s", KINDS)) == [
        ("assessment.oversee", "organiser", date(2027, 1, 19)),
        ("assessment.succeed", "secretary", date(2027, 1, 19)),
    ]


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2027, 12, 1)])
def test_a_day_that_is_past_or_that_nobody_foresees_is_refused(twice, town, day):
    with pytest.raises(Invalid, match="应当在今天到2027-05-30之间") as refused:
        do(town.committee, actions.decide_replacement, twice, LATER.model_copy(update={"on": day}))
    assert refused.value.field == "on"


def test_until_its_day_it_is_undone_and_he_goes_on_as_if_nothing_had_been(twice, town, sql, move_to):
    do(town.committee, actions.decide_replacement, twice, LATER)
    work.settle(("activities",))
    with pytest.raises(OutOfReach):
        do(town.outsider, actions.undo_replacement, twice, "不行")
    for other in (town.organiser, town.secretary("东村")):
        with pytest.raises(NotYours):
            do(other, actions.undo_replacement, twice, "不行")

    do(town.committee, actions.undo_replacement, twice, "人选没有定。")
    work.settle(("activities",))

    [undone] = facts(sql, "ReplacementUndone")
    assert undone["on"] == "2026-12-20"
    assert sql("select ends_on from office.post where person_id = %s", undone["person_id"]) == [(None,)]
    row = "select stage, effective_on, decided_why, decided_by from assessment.replacement"
    assert sql(row) == [("proposed", None, None, None)]
    assert [kind for kind, *_ in sql(SUCCESSION.replace("%s", KINDS))] == ["assessment.replace"]

    do(town.committee, actions.decide_replacement, twice, LATER)
    move_to(date(2026, 12, 20))
    with pytest.raises(OutOfOrder, match="已于2026-12-20生效"):
        do(town.committee, actions.undo_replacement, twice, "晚了。")


def test_what_was_taken_back_before_anybody_heard_of_it_ends_no_post_in_whatever_order_it_is_heard(twice, town, sql):
    do(town.committee, actions.decide_replacement, twice, LATER)
    do(town.committee, actions.undo_replacement, twice, "人选没有定。")
    waiting = "update activities.job set run_at = office.now() + interval '1 day' where payload ->> 'fact' = %s"
    sql(waiting, "ReplacementDecided")
    work.settle(("activities",))
    sql("update activities.job set run_at = office.now() where state = 'ready'")
    work.settle(("activities",))

    [undone] = facts(sql, "ReplacementUndone")
    assert sql("select ends_on from office.post where person_id = %s", undone["person_id"]) == [(None,)]


def test_what_is_decided_anew_for_the_same_day_ends_the_post_in_whatever_order_it_is_heard(twice, town, sql):
    do(town.committee, actions.decide_replacement, twice, LATER)
    work.settle(("activities",))
    do(town.committee, actions.undo_replacement, twice, "人选没有定。")
    do(town.committee, actions.decide_replacement, twice, LATER)
    late = "update activities.job set run_at = office.now() + interval '1 day' where payload ->> 'fact' = %s"
    sql(late + " and state = 'ready'", "ReplacementUndone")
    work.settle(("activities",))
    sql("update activities.job set run_at = office.now() where state = 'ready'")
    work.settle(("activities",))

    person = facts(sql, "ReplacementUndone")[0]["person_id"]
    left = "select ends_on from office.post where person_id = %s and kind = 'leader'"
    assert sql(left, person) == [(date(2026, 12, 20),)]


def test_it_is_over_where_the_same_person_is_appointed_anew_by_procedure(twice, town, sql, move_to):
    do(town.committee, actions.decide_replacement, twice, LATER)
    work.settle(("activities",))
    move_to(date(2027, 1, 5))
    sql(
        "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'leader', '2027-01-04')",
        town.people[f"leader of {GROUP}"],
        town.units[GROUP],
    )
    do(SYSTEM, lambda session, _: actions.settle_replacements(session))

    assert sql("select stage from assessment.replacement") == [("replaced",)]
    assert sql(SUCCESSION.replace("%s", KINDS)) == []


def test_it_is_over_once_the_group_has_another_leader(twice, town, sql, move_to):
    do(town.committee, actions.decide_replacement, twice, LATER)
    work.settle(("activities",))
    move_to(date(2027, 1, 5))
    do(SYSTEM, lambda session, _: actions.settle_replacements(session))
    assert sql("select stage from assessment.replacement") == [("decided",)]

    sql(
        "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'leader', '2027-01-04')",
        town.people["villager"],
        town.units[GROUP],
    )
    do(SYSTEM, lambda session, _: actions.settle_replacements(session))

    assert sql("select stage from assessment.replacement") == [("replaced",)]
    assert sql(SUCCESSION.replace("%s", KINDS)) == []


def test_what_ended_is_ordered_anew_when_the_grade_is_incompetent_again(ordered, town, steps, sql, activities):
    [(case, cycle)] = sql("select case_id, cycle_id from assessment.rectification")
    for grade, stages in ((Grade.COMPETENT, ["ended"]), (Grade.INCOMPETENT, ["ended", "plan"])):
        taken_up(town, case)
        steps.decide(case, grade)
        steps.end(cycle)
        activities.rest()
        assert [stage for (stage,) in sql("select stage from assessment.rectification order by id")] == stages


def test_a_proposal_that_ended_is_made_anew_when_the_rule_asks_for_it_again(twice, town, steps, sql, activities):
    question = "select id, cycle_id from assessment.leader_case where year = 2025 and group_id = %s"
    [(case, cycle)] = sql(question, town.units[GROUP])
    for grade, stages in ((Grade.COMPETENT, ["ended"]), (Grade.INCOMPETENT, ["ended", "proposed"])):
        taken_up(town, case)
        steps.decide(case, grade)
        steps.end(cycle)
        activities.rest()
        assert [stage for (stage,) in sql("select stage from assessment.replacement order by id")] == stages


def test_the_committee_may_keep_him(twice, town, sql):
    do(town.committee, actions.decide_replacement, twice, ReplacementDecision(replaced=False, reason="继续帮助。"))
    work.settle(("activities",))

    assert sql("select stage from assessment.replacement") == [("kept",)]
    [decided] = facts(sql, "ReplacementDecided")
    assert sql("select ends_on from office.post where person_id = %s", decided["person_id"]) == [(None,)]


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_proposal_ends_with_either_of_the_grades_that_it_rests_on(twice, town, steps, sql, year: int):
    question = "select id, cycle_id from assessment.leader_case where year = %s and group_id = %s"
    [(case, cycle)] = sql(question, year, town.units[GROUP])
    taken_up(town, case)
    with pytest.raises(OutOfOrder, match="重新评定"):
        do(town.committee, actions.decide_replacement, twice, ReplacementDecision(replaced=True, reason="不行"))

    steps.decide(case, Grade.COMPETENT)
    steps.end(cycle)
    steps.activities.rest()

    assert sql("select stage from assessment.replacement") == [("ended",)]
    assert sql("select 1 from office.todo where kind = 'assessment.replace' and closed_at is null") == []
    told = "select actor_id is null, reason from office.happening where fact = 'ReplacementEnded'"
    assert [why for _, why in sql(told)] == ["考核等次已经重新评定，不再符合调整的条件。"]


def test_a_proposal_stands_that_still_rests_on_two_years(twice, town, steps, sql, activities):
    [(case, cycle)] = sql(
        "select id, cycle_id from assessment.leader_case where year = 2026 and group_id = %s", town.units["西村1组"]
    )
    taken_up(town, case)
    steps.decide(case, Grade.COMPETENT)
    steps.end(cycle)
    activities.rest()

    assert sql("select stage from assessment.replacement") == [("proposed",)]
    do(town.committee, actions.decide_replacement, twice, ReplacementDecision(replaced=False, reason="继续帮助。"))


# --- who sees what, through the door ---


@pytest.fixture
def client(town):
    app = applications.of_service("assessment")

    def sign_in(name: str) -> TestClient:
        with unit("activities") as session:
            account = Account(
                person_id=town.people[name], login=name, password_hash="-", first_password=False, failures=0
            )
            session.add(account)
            session.flush()
            now = clock.now(session)
            hashed = sha256(name.encode()).digest()
            session.add(Sitting(token_hash=hashed, account_id=account.id, started_at=now, seen_at=now))
        return TestClient(app, headers={"authorization": f"Bearer {name}"}, raise_server_exceptions=False)

    return sign_in


def test_the_door_shows_what_may_be_done_next_and_an_outsider_nothing(ordered, client, town):
    organiser, outsider = client("organiser"), client("outsider")

    [row] = organiser.get("/rectifications").json()["rows"]
    assert (row["group"], row["stage"]) == (GROUP, "plan")
    assert organiser.get(f"/rectifications/{ordered}").json()["steps"] == []
    assert outsider.get("/rectifications").json()["rows"] == []
    assert outsider.get(f"/rectifications/{ordered}").status_code == 404
    answer = outsider.post(f"/rectifications/{ordered}/acceptances", headers={"Idempotency-Key": "a"})
    assert answer.status_code == 404


def test_a_plan_through_the_door(ordered, client, town):
    town.people["secretary"] = town.people["secretary of 东村"]
    secretary = client("secretary")
    assert secretary.get(f"/rectifications/{ordered}").json()["steps"] == ["plan"]

    answer = secretary.post(
        f"/rectifications/{ordered}/plans", json=PLAN.model_dump(mode="json"), headers={"Idempotency-Key": "a"}
    )

    assert answer.status_code == 201
    assert answer.json()["stage"] == "work"
    assert [row["step"] for row in secretary.get(f"/rectifications/{ordered}/history").json()] == ["plan"]


def test_a_decision_through_the_door(twice, client):
    committee = client("committee")
    [row] = committee.get("/replacements").json()["rows"]
    assert (row["stage"], row["steps"]) == ("proposed", ["replace", "keep"])

    answer = committee.post(
        f"/replacements/{twice}/decisions",
        json={"replaced": False, "reason": "继续帮助。"},
        headers={"Idempotency-Key": "a"},
    )

    assert answer.json() == {"id": twice, "stage": "kept"}
    assert committee.get(f"/replacements/{twice}").json()["steps"] == []


def test_a_row_says_the_same_to_the_second_wall(ordered, town):
    with unit("assessment", town.outsider) as session:
        assert not queries.rectifications_of_cycle(session, SYSTEM, 1)


CHOSEN = ("group_life", "assessment", "choosings")
SUCCEEDING = "('assessment.choose', 'assessment.oversee', 'assessment.replace', 'assessment.succeed')"


def waits(sql):
    """What waits for somebody about the group whose leader is replaced."""
    of_it = "select kind from office.todo where closed_at is null and unit_id = (%s) and kind in {} order by kind"
    return [
        kind for (kind,) in sql(of_it.format(SUCCEEDING).replace("%s", "select group_id from assessment.replacement"))
    ]


def let_leaders_be_chosen(town, sql) -> None:
    sql(
        "insert into office.setting (unit_id, key, value, effective_from, reason)"
        " values (%s, 'systems', to_jsonb(%s::text[]), office.today(), '开通')",
        town.id,
        list(CHOSEN),
    )


def nominee(person_id: int, from_on: date) -> Nominee:
    said = {"resolved_on": date(2026, 12, 1), "consent_on": date(2026, 12, 1), "conduct": "群众信得过。"}
    return Nominee(person_id=person_id, expected=5, present=5, in_favour=5, from_on=from_on, **said)


UNDO = (actions.undo_replacement, "人选没有定。")
FILE = (choosings.file, ChoosingFiling())


@pytest.mark.parametrize(("first", "second"), [(UNDO, FILE), (FILE, UNDO)], ids=["undone first", "filed first"])
def test_what_is_undone_while_it_is_filed_is_one_of_the_two(twice, town, sql, first, second):
    let_leaders_be_chosen(town, sql)
    do(town.committee, actions.decide_replacement, twice, LATER)
    work.settle(("activities", "assessment"))
    ((here,),) = sql("update assessment.choosing set way = 'nominate' where reason = 'adjustment' returning id")
    sql("update office.person set unit_id = %s where id = %s", town.units[GROUP], town.people["villager"])
    do(town.secretary("东村"), choosings.nominate, here, nominee(town.people["villager"], date(2026, 12, 20)))

    def act(session, step) -> None:
        who, what = (town.committee, twice) if step is UNDO else (town.organiser, here)
        step[0](session, who, what, step[1])

    refused: list[str] = []

    def later() -> None:
        try:
            with unit("assessment", town.committee if second is UNDO else town.organiser) as session:
                act(session, second)
        except OutOfOrder as why:
            refused.append(why.detail)

    other = threading.Thread(target=later)
    with unit("assessment", town.committee if first is UNDO else town.organiser) as session:
        act(session, first)
        other.start()
        waits = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        while other.is_alive() and not sql(waits):
            pass
    other.join()

    assert len(refused) == 1
    assert ("已经备案" in refused[0]) if first is FILE else ("调整决定已经撤销" in refused[0])
    left = sql("select r.stage, c.stage from assessment.replacement r, assessment.choosing c where c.id = %s", here)
    assert left == [("decided", "filed") if first is FILE else ("proposed", "review")]


def test_a_renewal_that_went_on_already_takes_no_replaced_leader_and_goes_on_where_that_is_undone(twice, town, sql):
    let_leaders_be_chosen(town, sql)
    group, led = sql("select group_id, person_id from assessment.replacement")[0]
    with unit("assessment", town.organiser) as session:
        here = choosings.open_choosing(session, town.organiser, NewChoosing(group_id=group, reason="term")).id
    sql("update assessment.choosing set way = 'nominate' where id = %s", here)
    do(town.committee, actions.decide_replacement, twice, LATER)
    work.settle(("activities", "assessment"))
    assert sql("select replacement_id from assessment.choosing where id = %s", here) == [(twice,)]
    again = nominee(led, date(2026, 12, 20))
    with pytest.raises(Invalid, match="是党委决定调整的原任"):
        do(town.secretary("东村"), choosings.nominate, here, again)
    do(town.committee, actions.undo_replacement, twice, "人选没有定。")
    work.settle(("activities", "assessment"))
    do(town.secretary("东村"), choosings.nominate, here, again)
    do(town.organiser, choosings.file, here, ChoosingFiling())
    assert sql("select stage from assessment.choosing where id = %s", here) == [("filed",)]


def test_whoever_follows_is_chosen_for_it_and_once_filed_it_is_withdrawn_first(twice, town, sql):
    let_leaders_be_chosen(town, sql)
    do(town.committee, actions.decide_replacement, twice, LATER)
    work.settle(("activities", "assessment"))
    rows = "select reason, stage, replacement_id, former_id from assessment.choosing where former_id is not null order by id"
    led = sql("select person_id from assessment.replacement")[0][0]
    assert sql(rows) == [("adjustment", "draft", twice, led)]
    assert waits(sql) == ["assessment.choose", "assessment.oversee"], "the branch is asked once"

    ((here,),) = sql("update assessment.choosing set way = 'nominate' where reason = 'adjustment' returning id")
    early = nominee(led, date(2026, 12, 10))
    with pytest.raises(Invalid, match="是党委决定调整的原任"):
        do(town.secretary("东村"), choosings.nominate, here, early.model_copy(update={"from_on": date(2026, 12, 20)}))
    with pytest.raises(Invalid, match="任职日期应在他卸任以后"):  # whom it replaces goes on its day, not earlier
        other = {"person_id": town.people["villager"]}
        do(town.secretary("东村"), choosings.nominate, here, early.model_copy(update=other))
    filed = "update assessment.choosing set stage = 'filed', number_id = 1, filing_number = '选备〔2026〕1号'"
    sql(filed)
    with pytest.raises(OutOfOrder, match="先在“选配换届”里撤销备案"):
        do(town.committee, actions.undo_replacement, twice, "人选没有定。")
    sql("update assessment.choosing set stage = 'ended'")
    sql("update office.todo set closed_at = office.now() where kind = 'assessment.choose'")
    do(SYSTEM, lambda session, _: choosings.look_over(session))
    assert [row[:3] for row in sql(rows)][1:] == [("adjustment", "draft", twice)]  # it is about the same still
    assert waits(sql) == ["assessment.choose", "assessment.oversee"]
    for systems, waiting in ((CHOSEN[:2], "succeed"), (CHOSEN, "choose")):  # switched off, the decision waits itself
        sql("update office.setting set value = to_jsonb(%s::text[]) where key = 'systems'", list(systems))
        do(SYSTEM, lambda session, _: choosings.follow_switch(session, town.id))
        assert waits(sql) == sorted([f"assessment.{waiting}", "assessment.oversee"])

    do(town.committee, actions.undo_replacement, twice, "人选没有定。")
    work.settle(("activities", "assessment"))
    assert {stage for _, stage, *_ in sql(rows)} == {"ended"}
    assert waits(sql) == ["assessment.replace"]
