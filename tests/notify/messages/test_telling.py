"""Who is told what: the holder of the post on that day, the township where it is vacant, nobody twice."""

import dataclasses

from services.notify.messages.rules import RECIPIENTS, fields_of, worded
from shared.events import (
    CATALOGUE,
    CycleClosed,
    CycleOpened,
    CycleScored,
    DutiesDue,
    ObjectionAnswered,
    RectificationOrdered,
    TellerNamed,
    TellerSlipMade,
)
from shared.roles import Role


def scored(town, *branches: str) -> CycleScored:
    figures = [[town.units[name], 4] for name in branches or ("东村", "西村", "南村")]
    return CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=1, branches=figures)


def test_each_branch_is_told_once_by_one_fact(town, say, rest, rows):
    say(scored(town))

    rest()

    told = rows(
        "select u.name, m.title, m.body from notify.message m join office.unit u on u.id = m.unit_id order by m.id"
    )
    assert [row.name for row in told] == ["东村", "西村", "南村"]
    assert told[0].title == "2025年度党小组长考核已完成计分"
    assert told[0].body.startswith("东村4名党小组长的2025年度考核已完成计分")


def test_the_holder_of_the_post_on_that_day_is_told(town, say, rest, rows, execute):
    execute("update office.post set ends_on = '2025-03-01' where person_id = %s", town.people["first"])
    execute(
        "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'secretary', '2025-03-01')",
        town.people["leader"],
        town.units["东村"],
    )

    say(scored(town, "东村"))
    rest()

    assert [row.person_id for row in rows("select person_id from notify.message")] == [town.people["leader"]]


def test_where_the_post_is_vacant_the_township_is_told(town, say, rest, rows):
    say(scored(town, "南村"))

    rest()

    [message] = rows("select * from notify.message")
    assert message.person_id == town.people["organiser"]
    assert message.stands_in
    assert message.title == "（代南村）2025年度党小组长考核已完成计分"
    assert message.body.startswith(f"南村的{Role.SECRETARY.chinese}空缺，请代为办理。")


def test_where_a_group_has_no_leader_its_deputy_is_told_and_then_its_secretary(town, say, rest, rows, execute):
    group = town.units["东村一组"]
    execute("update office.post set ends_on = '2025-01-01' where kind = 'leader'")
    ordered = RectificationOrdered(unit_id=group, rectification_id=1, year=2024, due_on="2025-06-01")
    told = (
        "select person_id from notify.message where telling = 'ordered_leader' and stands_in order by id desc limit 1"
    )

    say(ordered)
    rest()
    assert [row.person_id for row in rows(told)] == [town.people["first"]]
    deputy = "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'deputy', '2025-01-01')"
    execute(deputy, town.people["leader"], group)
    say(ordered)
    rest()

    assert [row.person_id for row in rows(told)] == [town.people["leader"]]


def test_without_an_organiser_the_committee_is_told(town, say, rest, rows, execute):
    execute("update office.post set ends_on = '2025-01-01' where kind = 'organiser'")

    say(scored(town, "南村"))
    rest()

    assert [row.person_id for row in rows("select person_id from notify.message")] == [town.people["committee"]]


def test_where_nobody_can_be_told_the_message_says_so(town, say, rest, rows, execute):
    execute("update office.post set ends_on = '2025-01-01'")

    say(scored(town, "南村"))
    rest()

    [delivery] = rows("select * from notify.delivery")
    assert (delivery.person_id, delivery.state, delivery.reason) == (None, "suppressed", "没有收件人")


def test_heard_twice_is_told_once(town, say, rest, rows, execute):
    say(scored(town))
    rest()
    execute("update notify.job set state = 'ready' where task = 'notify.hear'")

    rest()

    assert len(rows("select from notify.message")) == 3
    assert len(rows("select from notify.delivery")) == 6
    assert not rows("select from notify.job where state = 'dead'")


def test_a_fact_of_a_township_without_figures_goes_to_all_of_its_branches(town, say, rest, rows):
    say(CycleOpened(unit_id=town.units["清河镇"], cycle_id=7, year=2025, due_on="2025-12-15"))

    rest()

    told = rows("select * from notify.message order by unit_id")
    assert [row.unit_id for row in told] == [town.units[name] for name in ("东村", "西村", "南村")]
    assert "请东村在2025年12月15日前" in told[0].body
    assert {row.kind for row in told} == {"formal"}
    assert all(row.wants_acknowledgement for row in told)


def test_those_whose_year_it_is_hear_of_it_themselves_and_of_their_grade_only_that_it_is_there(town, say, rest, rows):
    township, leader = town.units["清河镇"], town.people["leader"]
    say(CycleOpened(unit_id=township, cycle_id=7, year=2025, due_on="2025-12-15", people=[leader]))
    say(CycleClosed(unit_id=township, cycle_id=7, year=2025, branches=[], people=[leader]))

    rest()

    opened, closed = rows("select * from notify.message where telling like '%_leader' order by id")
    assert (opened.person_id, opened.telling, opened.link) == (leader, "opened_leader", "/assessment/")
    assert "2025年12月15日前" in opened.body
    assert (closed.person_id, closed.telling) == (leader, "closed_leader")
    assert not any(grade in closed.title + closed.body for grade in ("优秀", "称职"))


def test_whoever_counts_a_vote_is_told_himself_where_and_hears_of_a_slip_in_his_name(town, say, rest, rows):
    group, teller = town.units["东村一组"], town.people["leader"]
    say(TellerNamed(unit_id=group, ballot_id=7, person_id=teller, place=1))
    say(TellerSlipMade(unit_id=group, ballot_id=7, person_id=teller, place=1))

    rest()

    named, slip = rows("select * from notify.message order by id")
    assert (named.person_id, named.link) == (teller, "/assessment/ballots/7/count")
    assert (slip.person_id, slip.telling, slip.link) == (teller, "slip_made", "/assessment/ballots/7")


def test_a_leader_hears_what_his_own_group_still_owes(town, say, rest, rows):
    branch, group = town.units["东村"], town.units["东村一组"]
    owing = {"branches": [[branch, 1, 3]], "groups": [[group, 1, 3]]}
    say(DutiesDue(unit_id=town.units["清河镇"], period="2025-12", due_on="2025-12-31", **owing))

    rest()

    (told,) = rows("select * from notify.message where telling = 'due_leader'")
    assert (told.person_id, told.unit_id) == (town.people["leader"], group)
    assert told.title == "2025年12月还有3项组织生活待完成"


def test_a_fact_about_a_group_goes_up_to_its_branch_and_down_to_its_leader(town, say, rest, rows):
    group = town.units["东村一组"]
    say(RectificationOrdered(unit_id=group, rectification_id=3, year=2025, due_on="2026-03-31"))

    rest()

    told = {row.person_id: row for row in rows("select * from notify.message")}
    assert set(told) == {town.people["first"], town.people["leader"]}
    assert told[town.people["first"]].title == "请组织东村一组整改"
    assert told[town.people["first"]].link == "/assessment/rectifications/3"


def test_an_objection_that_is_upheld_waits_for_the_committee_and_one_that_is_not_for_nobody(town, say, rest, rows):
    group = town.units["东村一组"]
    for number, upheld in enumerate((False, True), 1):
        say(ObjectionAnswered(unit_id=group, case_id=7, objection_id=number, upheld=upheld))

    rest()

    [message] = rows("select * from notify.message")
    assert message.person_id == town.people["committee"]
    assert message.title == "东村一组的考核结果待重新评定"
    assert message.link == "/assessment/cases/7"


def test_a_group_is_named_with_its_branch(town, say, rest, rows, execute):
    group = town.units["东村一组"]
    execute("update office.unit set name = '第一党小组' where id = %s", group)

    say(RectificationOrdered(unit_id=group, rectification_id=3, year=2025, due_on="2026-03-31"))
    rest()

    assert rows("select title from notify.message where telling = 'ordered'")[0].title == "请组织东村第一党小组整改"


def test_a_per_cent_sign_in_a_name_is_only_a_sign(town, say, rest, rows, execute):
    execute("update office.unit set name = '100%%s村' where id = %s", town.units["东村"])

    say(scored(town, "东村"))
    rest()

    assert rows("select body from notify.message")[0].body.startswith("100%s村4名")


def test_every_fact_that_notify_hears_stands_in_the_table():
    heard = {fact for fact in CATALOGUE.values() if "notify" in fact.heard_by}

    assert set(RECIPIENTS) == heard


def test_names_of_tellings_are_unique_within_a_fact():
    for fact, entries in RECIPIENTS.items():
        assert len({entry.name for entry in entries}) == len(entries), fact.__name__


def test_every_wording_can_be_filled_from_its_fact():
    sample = {int: 1, str: "2025-12-01", bool: True, list[int]: [1], list[list[int]]: [[1, 2, 3, 4]]}
    for fact, entries in RECIPIENTS.items():
        made = fact(**{field.name: sample[field.type] for field in dataclasses.fields(fact)})
        for entry in entries:
            assert "{" not in worded(entry.title, fields_of(made)) + worded(entry.body, fields_of(made))
            assert "{" not in entry.link.format(**fields_of(made))


def test_no_wording_speaks_of_a_person():
    for entries in RECIPIENTS.values():
        for entry in entries:
            assert "person" not in entry.title + entry.body + entry.link


def test_two_thousand_branches_are_told_by_one_statement(town, say, rest, rows, execute):
    execute(
        """with made as (
             insert into office.unit (kind, name, sort_key, township_id, founded_on)
             select 'branch', '支部' || n, '', %s, '2020-01-01' from generate_series(1, 2000) n returning id),
           staffed as (
             insert into office.person (unit_id, name, pinyin) select id, 'n', '' from made returning id, unit_id)
           insert into office.post (person_id, unit_id, kind, starts_on)
           select id, unit_id, 'secretary', '2020-01-01' from staffed""",
        town.units["清河镇"],
    )
    branches = [[row.id, 5] for row in rows("select id from office.unit where kind = 'branch' and name like '支部%'")]
    say(CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=1, branches=branches))

    rest()

    assert len(rows("select from notify.message")) == 2000
    assert len(rows("select from notify.job where task = 'notify.hear'")) == 1
