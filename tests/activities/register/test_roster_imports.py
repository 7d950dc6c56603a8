"""A roster brought in: what it adds, moves and changes, what it leaves alone, and whom it cannot tell apart."""

from dataclasses import replace
from datetime import date

import pytest

from services.activities.register import actions, queries
from services.activities.register.rules import Held, Kind, Roster
from services.activities.register.rules.posts import Hindrance, PostHeld
from shared.access import SYSTEM
from shared.errors import OutOfReach
from shared.people import holder_of
from shared.roles import Role


def commit(working, township, roster, **options):
    with working() as session:
        return actions.commit_roster(session, SYSTEM, township, roster, **options)


def changed(roster: Roster, at: int, **changes) -> Roster:
    rows = list(roster.people)
    rows[at] = replace(rows[at], **changes)
    return replace(roster, people=rows)


def at_name(roster: Roster, name: str) -> int:
    return next(at for at, row in enumerate(roster.people) if row.name == name)


def test_the_sample_comes_in_exactly(sample_township, working, roster, truth):
    with working() as session:
        plan = actions.preview_roster(session, SYSTEM, sample_township, roster)
        units = queries.tree(session, SYSTEM, below=sample_township)
        members = queries.members_on(session, SYSTEM, sample_township, date(2026, 1, 5))
        holders = queries.holders(session, SYSTEM, sample_township, on=date(2026, 1, 5), below=True)

    assert plan.counts | {"rows": 334, "read": 334, "refused": 0} == plan.counts
    assert {key: plan.counts[key] for key in truth if key in plan.counts} == {
        key: value for key, value in truth.items() if key in plan.counts
    }
    assert [unit.kind for unit in units].count("group") == truth["groups"]
    assert len(members) == truth["members"]
    assert sum(member.kind == "probationary" for member in members) == truth["probationary"]
    assert sum(holder.kind == "leader" for holder in holders) == truth["leaders"]
    assert [unit.name for unit in units[1:6]] == [
        "东庄村党支部",
        "第一党小组",
        "第二党小组",
        "第三党小组",
        "第四党小组",
    ]


def test_bringing_it_in_again_changes_nothing(sample_township, working, roster, everything):
    before = everything()

    plan = commit(working, sample_township, roster)

    assert plan.is_empty
    assert everything() == before


def test_a_preview_writes_nothing(sample_township, working, roster, everything):
    before = everything()

    with working() as session:
        plan = actions.preview_roster(session, SYSTEM, sample_township, changed(roster, 0, name="另一人"))

    assert plan.changes == ["另一人：更新姓名"]
    assert everything() == before


def test_numbers_are_stored_sealed_and_open_only_for_their_owner(sample_township, working, roster, everything):
    row = roster.people[0]

    assert not any(row.id_number in line or row.phone in line for line in everything()["office.person"])
    with working() as session:
        first, second = queries.people(session, SYSTEM, sample_township, on=date(2026, 1, 5), after=None, limit=2)
        stored = {person.Person.name: queries.opened_phone(person.Person) for person in (first, second)}
    assert stored == {each.name: each.phone for each in roster.people if each.name in stored}


def test_somebody_in_another_group_is_moved_and_his_earlier_time_stays(sample_township, working, roster):
    at = at_name(roster, "傅立新")
    moved = changed(roster, at, group="第二党小组")

    plan = commit(working, sample_township, moved, as_of=date(2026, 3, 1))

    assert plan.changes == ["傅立新：从柳河村党支部第一党小组调到柳河村党支部第二党小组"]
    with working() as session:
        units = {(unit.branch_id, unit.name): unit.id for unit in queries.tree(session, SYSTEM, below=sample_township)}
        branch = next(unit_id for (_, name), unit_id in units.items() if name == "柳河村党支部")
        old, new = units[branch, "第一党小组"], units[branch, "第二党小组"]

        def names(unit_id, day):
            return {member.name for member in queries.members_on(session, SYSTEM, unit_id, day)}

        assert "傅立新" in names(old, date(2026, 2, 28))
        assert "傅立新" not in names(old, date(2026, 3, 1))
        assert "傅立新" in names(new, date(2026, 3, 1))


def test_a_new_leader_takes_the_place_of_the_old_one(sample_township, working, roster):
    old, new = at_name(roster, "朱志强"), at_name(roster, "王玉梅")
    other = changed(changed(roster, old, posts=()), new, posts=(PostHeld(Held.LEADER, "党小组长"),))

    plan = commit(working, sample_township, other, as_of=date(2026, 3, 1))

    assert sorted(plan.changes) == [
        "朱志强：不再担任柳河村党支部第一党小组党小组长",
        "王玉梅：任柳河村党支部第一党小组党小组长",
    ]
    with working() as session:
        group = next(
            holder
            for holder in queries.holders(session, SYSTEM, sample_township, on=date(2026, 2, 1), below=True)
            if holder.name == "朱志强"
        ).unit_id
        assert holder_of(session, group, Role.LEADER, date(2026, 2, 28)) is not None
        assert holder_of(session, group, Role.LEADER, date(2026, 2, 28)) != holder_of(
            session, group, Role.LEADER, date(2026, 3, 1)
        )


def test_a_probationary_member_becomes_full_but_never_the_other_way(sample_township, working, roster):
    became = changed(roster, at_name(roster, "谢有才"), kind=Kind.FULL, full_on=date(2026, 2, 10))
    fell = changed(roster, at_name(roster, "朱志强"), kind=Kind.PROBATIONARY)

    assert commit(working, sample_township, became).changes == ["谢有才：更新转正时间", "谢有才：转为正式党员"]
    plan = commit(working, sample_township, fell)
    assert not plan.memberships
    assert "已是正式党员" in next(problem.problem for problem in plan.problems if "朱志强" in problem.problem)


def test_whoever_is_not_in_the_file_is_named_and_stays(sample_township, working, roster, everything):
    before = everything()

    plan = commit(working, sample_township, replace(roster, people=roster.people[1:]))

    assert plan.missing == ["柳河村党支部第一党小组：朱志强"]
    assert everything() == before


def test_a_blank_cell_erases_nothing(sample_township, working, roster, everything):
    before = everything()
    at = at_name(roster, "傅立新")

    plan = commit(
        working,
        sample_township,
        changed(roster, at, id_number=None, phone=None, education=None, joined_on=None, sex=None),
    )

    assert plan.is_empty
    assert everything() == before


def test_two_who_cannot_be_told_apart_are_refused_and_the_others_come_in(sample_township, working, roster):
    row = roster.people[0]
    twin = replace(row, id_number="990100197309051110", row=900)
    blind = replace(row, id_number=None, born_on=None)
    commit(working, sample_township, replace(roster, people=[*roster.people, twin]))

    plan = commit(working, sample_township, replace(roster, people=[blind, *roster.people[1:]]))

    assert (plan.counts["read"], plan.counts["refused"]) == (333, 1)
    assert [problem.cell for problem in plan.problems if problem.fatal] == [row.where]


def test_a_new_circumstance_begins_and_one_that_the_file_leaves_out_goes_on(sample_township, working, roster):
    away = next(at for at, row in enumerate(roster.people) if Hindrance.AWAY in row.circumstances)
    other = changed(changed(roster, away, circumstances=()), at_name(roster, "傅立新"), circumstances=(Hindrance.AGED,))

    plan = commit(working, sample_township, other)

    assert plan.changes == ["傅立新：登记为年老体弱"]
    assert [problem.problem for problem in plan.problems if "保留不变" in problem.problem]


def test_other_spellings_of_branches_and_groups_are_the_same_units(sample_township, working, roster, everything):
    before = everything()
    respelt = [
        replace(row, branch=row.branch.replace("党支部", "支部"), group=(row.group or "").replace("党小组", "小组"))
        for row in roster.people
    ]

    assert commit(working, sample_township, replace(roster, people=respelt)).is_empty
    assert everything() == before


def test_a_number_that_another_township_has_is_refused_and_the_others_come_in(sample_township, place, working, roster):
    with working(place.organiser) as session:
        plan = actions.commit_roster(
            session, place.organiser, place.township, replace(roster, people=roster.people[:3])
        )
        assert (plan.counts["read"], len(plan.problems)) == (0, 3)
        assert "别的乡镇" in plan.problems[0].problem
        first = replace(roster.people[0], id_number=None)
        other = replace(roster, people=[first, *roster.people[1:3]])
        assert actions.commit_roster(session, place.organiser, place.township, other).counts["read"] == 1


def test_only_the_office_brings_a_roster_in(place, working, roster):
    for actor, refusal in ((place.secretary, OutOfReach), (place.outsider, OutOfReach)):
        with pytest.raises(refusal), working(actor) as session:
            actions.commit_roster(session, actor, place.township, roster)

    with working(place.organiser) as session:
        assert actions.commit_roster(session, place.organiser, place.township, roster).counts["read"] == 334
