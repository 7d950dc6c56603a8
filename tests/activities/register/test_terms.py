"""Terms of branch committees: entered with the committee in one act, 届满未改选 past their day; no post ends by itself."""

from datetime import date, timedelta

import psycopg
import pytest

from deploy import doctor
from services.activities.register import actions, queries
from services.activities.register.rules.terms import DEPUTY, Asked, Committee, Length, last_day
from services.notify.messages.rules.reminding import levels
from shared import clock, daily
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.people import Unit
from shared.people.terms import term_on
from shared.roles import Role
from shared.rulebase import effective
from shared.waiting import lines_of
from shared.workdays import Workdays

SINCE = date(2024, 1, 1)


def asked(day: date, length: Length = Length.VILLAGE, last: date | None = None) -> Asked:
    return Asked(starts_on=day, length=length, last_day=last, basis="支部党员大会选举产生。")


@pytest.mark.parametrize(
    ("term", "years", "last"),
    [
        (asked(date(2021, 3, 15)), 5, date(2026, 3, 14)),
        (asked(date(2024, 2, 29)), 3, date(2027, 2, 27)),
        (asked(date(2021, 3, 15), last=date(2025, 12, 31)), 5, date(2025, 12, 31)),
    ],
)
def test_a_term_is_as_long_as_its_rule_or_as_it_was_decided(term, years, last):
    assert last_day(term, years) == last


@pytest.mark.parametrize("wrong", [date(2021, 3, 15), date(2020, 1, 1), date(2027, 3, 15)])
def test_a_last_day_that_cannot_be_meant_is_refused(wrong):
    with pytest.raises(Invalid, match=r"届满的日子|请核对"):
        last_day(asked(date(2021, 3, 15), last=wrong), 5)


def test_who_answers_for_several_things_has_one_seat_and_nobody_is_his_own_deputy():
    seats = Committee(secretary_id=1, answering={DEPUTY: 2, "organisation": 2, "discipline": 3}, members=(3, 4)).seats()

    assert seats == {
        (1, Role.SECRETARY): (),
        (2, Role.COMMITTEE_MEMBER): (DEPUTY, "organisation"),
        (3, Role.COMMITTEE_MEMBER): ("discipline",),
        (4, Role.COMMITTEE_MEMBER): (),
    }
    with pytest.raises(Invalid, match="不能是同一个人"):
        Committee(secretary_id=1, answering={DEPUTY: 1}).seats()
    with pytest.raises(Invalid, match="请选择新一届"):
        Committee().seats()


def holds(working, place, day: date) -> dict[str, set[str]]:
    with working(place.organiser) as session:
        found = queries.holders(session, place.organiser, place.branch, on=day)
    return {f"{each.kind}{'+'.join(('', *each.duties))}": set() for each in found} | {
        key: {each.name for each in found if f"{each.kind}{'+'.join(('', *each.duties))}" == key}
        for key in {f"{each.kind}{'+'.join(('', *each.duties))}" for each in found}
    }


def test_a_new_committee_is_one_act_and_who_goes_on_goes_on(working, place):
    who = place.people
    with working(place.organiser) as session:
        today = clock.today(session)
        first = Committee(secretary_id=who["书记"], answering={DEPUTY: who["甲乙"], "organisation": who["丙丁"]})
        actions.seat_committee(session, place.organiser, place.branch, asked(date(2024, 6, 1)), first)
    with working(place.organiser) as session:
        second = Committee(secretary_id=who["书记"], answering={DEPUTY: who["丙丁"], "publicity": who["戊己"]})
        actions.seat_committee(session, place.organiser, place.branch, asked(today), second)

    assert holds(working, place, date(2024, 5, 31)) == {"secretary": {"书记"}}
    assert holds(working, place, date(2024, 7, 1)) == {
        "secretary": {"书记"},
        "committee_member+deputy_secretary": {"甲乙"},
        "committee_member+organisation": {"丙丁"},
    }
    assert holds(working, place, today) == {
        "secretary": {"书记"},
        "committee_member+deputy_secretary": {"丙丁"},
        "committee_member+publicity": {"戊己"},
    }
    with working(place.organiser) as session:
        (secretary,) = [
            each
            for each in queries.holders(session, place.organiser, place.branch, on=today)
            if each.kind == Role.SECRETARY
        ]
        assert secretary.starts_on == SINCE  # the same post
        latest, former = queries.terms_of(session, session.get_one(Unit, place.branch))
        assert (former.starts_on, former.ends_on, latest.starts_on) == (date(2024, 6, 1), today, today)
        assert term_on(session, session.get_one(Unit, place.group), today) is latest  # a leader's is the committee's


def test_nobody_else_enters_a_term_and_none_begins_before_another(working, place):
    with working(place.organiser) as session:
        actions.begin_term(session, place.organiser, place.branch, asked(date(2024, 6, 1)))
    for actor, refusal in ((place.secretary, NotYours), (place.outsider, OutOfReach)):
        with working(actor) as session, pytest.raises(refusal):
            actions.begin_term(session, actor, place.branch, asked(date(2025, 1, 1)))
    with working(place.organiser) as session, pytest.raises(Conflict, match="已登记从2024年6月1日起"):
        actions.begin_term(session, place.organiser, place.branch, asked(date(2024, 6, 1)))
    with working(place.organiser) as session, pytest.raises(Invalid, match="成立"):
        actions.begin_term(session, place.organiser, place.other_branch, asked(date(2023, 6, 1)))


def test_a_term_entered_wrongly_is_corrected_with_its_history_and_the_former_goes_on(working, place):
    with working(place.organiser) as session:
        first = actions.begin_term(session, place.organiser, place.branch, asked(SINCE)).id
        second = actions.begin_term(session, place.organiser, place.branch, asked(date(2024, 9, 1))).id
    with working(place.organiser) as session, pytest.raises(Conflict, match="最近一届"):
        actions.correct_term(session, place.organiser, first, reason="改。", due_on=date(2027, 1, 1))
    for day in (date(2024, 8, 1), date(2024, 10, 1)):
        with working(place.organiser) as session:
            actions.correct_term(session, place.organiser, second, reason="批复的日期。", starts_on=day)
            spans = [(t.starts_on, t.ends_on) for t in queries.terms_of(session, session.get_one(Unit, place.branch))]
            assert spans == [(day, None), (SINCE, day)]
    with working(place.organiser) as session:
        actions.correct_term(session, place.organiser, second, reason="没有换届。", mistaken=True)
        (only,) = queries.terms_of(session, session.get_one(Unit, place.branch))
        assert (only.id, only.ends_on) == (first, None)
        told = [line for line in queries.history(session, place.organiser, place.branch) if line.fact == "TermChanged"]
    assert [line.body["change"] for line in told] == ["withdrawn", "corrected", "corrected", "begun", "begun"]
    with working(place.outsider) as session, pytest.raises(OutOfReach):
        actions.correct_term(session, place.outsider, first, reason="改。", mistaken=True)


def test_the_branch_is_reminded_three_months_and_one_month_before():
    told = list(levels(date(2026, 5, 31), "activities.term", effective(date(2026, 1, 1)), Workdays({}, frozenset())))

    assert told[:2] == [(-93, date(2026, 2, 28)), (-31, date(2026, 4, 30))]
    assert [level for level, _ in told[2:]] == [1, 2]


def waiting(working, actor) -> dict[str, tuple[int, date | None, int]]:
    with working(actor) as session:
        found = lines_of(session, actor.account_id, actor.posts)
    return {line.kind: (line.count, line.due_on, line.overdue) for line in found if line.kind.startswith("activities.")}


def test_a_term_that_runs_out_waits_for_whoever_enters_the_next_and_no_post_ends(working, place):
    with working(place.organiser) as session:
        today = clock.today(session)
        actions.begin_term(session, place.organiser, place.branch, asked(SINCE, last=today.replace(day=1)))
    late = waiting(working, place.organiser)["activities.term"]
    assert "activities.term" not in waiting(working, place.secretary), "what he may not enter is not asked of him"

    assert late == (1, today.replace(day=1), int(today.day > 1))
    assert "activities.term" not in waiting(working, place.outsider)
    assert holds(working, place, today) == {"secretary": {"书记"}}
    with working(place.organiser) as session:
        said = [
            each.said for each in queries.amiss(session, place.organiser, session.get_one(Unit, place.branch), today)
        ]
        assert any("届满" in each for each in said)
        actions.begin_term(session, place.organiser, place.branch, asked(today))
    assert "activities.term" not in waiting(working, place.organiser)


def test_days_that_come_by_themselves_bring_what_waits(working, place, move_to, settle):
    with working(place.organiser) as session:
        today = clock.today(session)
        last = today + timedelta(days=150)
        actions.begin_term(session, place.organiser, place.branch, asked(SINCE, last=last))
        joined = today - timedelta(days=300)
        actions.add_person(
            session, place.organiser, place.group, name="新人", kind="probationary", joined_on=joined, starts_on=joined
        )
    assert {"activities.term", "activities.probation"}.isdisjoint(waiting(working, place.organiser))
    move_to(today + timedelta(days=50))
    daily.post("activities")
    settle()

    found = waiting(working, place.organiser)

    assert found["activities.term"] == (1, last, 0)
    assert found["activities.probation"][0] == 1
    assert "activities.probation" not in waiting(working, place.outsider)


FIVE_MONTHS = """{"name": "zhen", "title": "本镇", "version": "2", "rules": [{"key": "term.lead_months",
  "title": "任期届满前提醒", "value": [5, 1], "unit": "个月", "direction": "choice", "article": "本镇", "source": "本镇",
  "mark": "L"}]}"""


def test_a_township_that_reminds_earlier_finds_the_term_on_the_desk_by_then(working, place, office):
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute(
            "insert into office.rule_version (township_id, version, effective_from, body, reason)"
            " values (%s, '2', '2020-01-01', %s, '试')",
            (place.township, FIVE_MONTHS),
        )
    with working(place.organiser) as session:
        today = clock.today(session)
        last = today + timedelta(days=150)
        actions.begin_term(session, place.organiser, place.branch, asked(SINCE, last=last))

    assert waiting(working, place.organiser)["activities.term"] == (1, last, 0)
    with working(place.organiser) as session:
        branch = session.get_one(Unit, place.branch)
        assert any("届满" in each.said for each in queries.amiss(session, place.organiser, branch, today))
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK


def test_a_post_that_was_taken_back_before_it_began_moves_no_vacancy(working, place):
    with working(place.organiser) as session:
        who = actions.appoint(
            session, place.organiser, place.people["姊妹"], place.sister, Role.LEADER, starts_on=SINCE
        ).id
    with working(place.organiser) as session:
        actions.end_post(session, place.organiser, who, reason="辞任。")
    before = waiting(working, place.organiser)["activities.leaderless"]
    with working(place.organiser) as session:
        later = clock.today(session) + timedelta(days=200)
        never = actions.appoint(
            session, place.organiser, place.people["姊妹"], place.sister, Role.LEADER, starts_on=later
        ).id
    with working(place.organiser) as session:
        actions.end_post(session, place.organiser, never, ends_on=later, reason="不任了。")

    assert waiting(working, place.organiser)["activities.leaderless"] == before


def test_what_the_check_finds_waits_and_ends_with_what_mends_it(working, place):
    with working(place.organiser) as session:
        today = clock.today(session)
    assert waiting(working, place.organiser)["activities.leaderless"][0] == 1  # the second group
    with working(place.organiser) as session:
        who = actions.appoint(session, place.organiser, place.people["姊妹"], place.sister, Role.LEADER).id
    assert "activities.leaderless" not in waiting(working, place.organiser)
    with working(place.organiser) as session:
        actions.end_post(session, place.organiser, who, reason="辞任。")
    leaderless = waiting(working, place.organiser)["activities.leaderless"]
    assert leaderless[1] > today  # thirty days to choose another

    with working(SYSTEM) as session:
        actions.appoint(session, SYSTEM, place.people["外人"], place.branch, Role.COMMITTEE_MEMBER, starts_on=SINCE)
    assert waiting(working, place.organiser)["activities.elsewhere"][0] == 1
    with working(place.organiser) as session:
        post = next(
            each.post_id
            for each in queries.holders(session, place.organiser, place.branch, on=today)
            if each.kind == Role.COMMITTEE_MEMBER
        )
        actions.end_post(session, place.organiser, post, reason="调整。")
    assert "activities.elsewhere" not in waiting(working, place.organiser)
