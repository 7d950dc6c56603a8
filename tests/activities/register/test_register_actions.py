"""The register: what a roster brings in and changes, posts and who may give them, and whom nobody else sees."""

from dataclasses import replace
from datetime import date

import psycopg
import pytest

from services.activities.register import actions, queries
from services.activities.register.rules import Held, Kind, Roster
from services.activities.register.rules.posts import Hindrance, PostHeld
from shared import people
from shared.access import SYSTEM, console
from shared.audit import announce
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.events import ReplacementDecided
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


# --- who may ---


def test_only_the_office_brings_a_roster_in(place, working, roster):
    for actor, refusal in ((place.secretary, OutOfReach), (place.outsider, OutOfReach)):
        with pytest.raises(refusal), working(actor) as session:
            actions.commit_roster(session, actor, place.township, roster)

    with working(place.organiser) as session:
        assert actions.commit_roster(session, place.organiser, place.township, roster).counts["read"] == 334


def test_an_outsider_sees_nothing_of_another_branch(place, working):
    outsider = place.outsider
    with working(outsider) as session:
        assert {unit.id for unit in queries.tree(session, outsider)} == {place.other_branch, place.other_group}
        assert queries.members_on(session, outsider, place.branch, date(2025, 3, 3)) == []
        assert queries.holders(session, outsider, place.branch, on=date(2025, 3, 3)) == []
        assert not queries.people(session, outsider, place.township, on=date(2025, 3, 3), after=None, limit=50)[1:]
        for look in (
            lambda: queries.unit_in_reach(session, outsider, place.group),
            lambda: queries.person_in_reach(session, outsider, place.people["甲乙"]),
        ):
            with pytest.raises(OutOfReach):
                look()


def test_the_second_wall_stands_without_the_first(place, working):
    with working(place.outsider) as session:
        names = {person.name for person in session.query(people.Person)}

    assert names == {"外人"}


def test_whoever_has_no_post_sees_no_unit(place, working):
    nobody = place.actor("甲乙")
    with working(nobody) as session:
        assert queries.tree(session, nobody) == []


# --- posts, people, accounts ---


def test_a_post_that_one_holds_must_be_left_before_another_takes_it(place, working):
    with pytest.raises(Conflict), working() as session:
        actions.appoint(session, SYSTEM, place.people["甲乙"], place.group, Role.LEADER)

    with working(place.organiser) as session:
        post = next(each for each in queries.holders(session, place.organiser, place.group, on=date(2025, 3, 3)))
        actions.end_post(session, place.organiser, post.post_id, reason="任期届满")
        actions.appoint(session, place.organiser, place.people["甲乙"], place.group, Role.LEADER)
        assert holder_of(session, place.group, Role.LEADER, date(2025, 3, 3)) == place.people["甲乙"]


def test_a_post_is_not_left_before_it_was_taken_up(place, working, everything):
    organiser = place.organiser
    with working(organiser) as session:
        post = actions.appoint(
            session, organiser, place.people["甲乙"], place.group, Role.DEPUTY, starts_on=date(2025, 2, 3)
        ).id
    before = everything()
    with working(organiser) as session, pytest.raises(Invalid) as refused:
        actions.end_post(session, organiser, post, ends_on=date(2025, 2, 2), reason="误登")

    said = "免职日期2025年2月2日早于任职日期2025年2月3日，请填写任职当天或以后的日期。"
    assert (refused.value.field, refused.value.detail) == ("ends_on", said)
    assert everything() == before
    with working(organiser) as session:
        left = actions.end_post(session, organiser, post, ends_on=date(2025, 2, 3), reason="误登")
        assert left.ends_on == left.starts_on


def test_a_post_belongs_to_its_kind_of_unit_and_is_given_by_its_own_officer(place, working):
    with pytest.raises(Invalid), working() as session:
        actions.appoint(session, SYSTEM, place.people["甲乙"], place.branch, Role.LEADER)
    with pytest.raises(NotYours), working(place.secretary) as session:
        actions.appoint(session, place.secretary, place.people["甲乙"], place.group, Role.DEPUTY)
    with pytest.raises(NotYours), working(place.organiser) as session:
        actions.appoint(session, place.organiser, place.people["甲乙"], place.township, Role.COMMITTEE)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2023, 12, 31), "任职日期不能早于东村党支部新组成立的2024年6月1日。"),
        (date(2024, 5, 31), "任职日期不能早于东村党支部新组成立的2024年6月1日。"),
        (date(2024, 8, 31), "任职日期不能早于姊妹编入的2024年9月1日。"),
    ],
)
def test_a_post_is_not_taken_up_before_its_unit_or_its_holder_was_there(place, working, everything, day, said):
    organiser, somebody = place.organiser, place.people["姊妹"]
    with working(organiser) as session:
        new = actions.found_group(session, organiser, place.branch, "新组", founded_on=date(2024, 6, 1)).id
        actions.move_person(session, organiser, somebody, new, on=date(2024, 9, 1))
    before = everything()
    with working(organiser) as session, pytest.raises(Invalid) as refused:
        actions.appoint(session, organiser, somebody, new, Role.LEADER, starts_on=day)
    assert (refused.value.field, refused.value.detail) == ("starts_on", said)
    assert everything() == before
    with working(organiser) as session:
        actions.appoint(session, organiser, somebody, new, Role.LEADER, starts_on=date(2024, 9, 1))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2024, 5, 31), "调动日期不能早于东村党支部新组成立的2024年6月1日。"),
        (date(2024, 9, 1), "姊妹从2024年9月1日起才编入现在的单位，调动日期应在这之后。"),
    ],
)
def test_nobody_is_moved_before_he_came_or_the_unit_was_founded(place, working, everything, day, said):
    organiser, somebody = place.organiser, place.people["姊妹"]
    with working(organiser) as session:
        new = actions.found_group(session, organiser, place.branch, "新组", founded_on=date(2024, 6, 1)).id
        actions.move_person(session, organiser, somebody, place.group, on=date(2024, 9, 1))
    before = everything()
    with working(organiser) as session, pytest.raises(Invalid) as refused:
        actions.move_person(session, organiser, somebody, new, on=day)
    assert (refused.value.field, refused.value.detail) == ("on", said)
    assert everything() == before


def test_who_belongs_nowhere_any_more_is_not_moved_to_a_day_on_which_he_still_did(place, working, office):
    somebody = place.people["姊妹"]
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("update office.membership set ends_on = '2025-02-01' where person_id = %s", [somebody])
    with (
        working(place.organiser) as session,
        pytest.raises(Invalid, match="姊妹到2025年2月1日还编在原来的单位") as refused,
    ):
        actions.move_person(session, place.organiser, somebody, place.group, on=date(2025, 1, 31))
    assert refused.value.field == "on"


def test_a_decided_replacement_ends_the_leaders_post_and_nothing_else(place, working):
    fact = ReplacementDecided(
        unit_id=place.group,
        replacement_id=1,
        person_id=place.people["组长"],
        group_id=place.group,
        replaced=False,
        on="2025-03-10",
    )
    with working() as session:
        actions.follow_replacement(session, fact)
        assert holder_of(session, place.group, Role.LEADER, date(2025, 3, 11)) == place.people["组长"]

    with working() as session:
        for _ in range(2):
            actions.follow_replacement(session, replace(fact, replaced=True))
        assert holder_of(session, place.group, Role.LEADER, date(2025, 3, 9)) == place.people["组长"]
        assert holder_of(session, place.group, Role.LEADER, date(2025, 3, 10)) is None
        assert holder_of(session, place.other_group, Role.LEADER, date(2025, 3, 10)) == place.people["外人"]


def test_the_decision_is_heard_through_a_row_of_work(place, working, settle):
    from shared.db import unit

    fact = ReplacementDecided(
        unit_id=place.group,
        replacement_id=1,
        person_id=place.people["组长"],
        group_id=place.group,
        replaced=True,
        on="2025-03-03",
    )
    with unit("assessment") as session:
        announce(session, fact, by=SYSTEM)

    settle()

    with working() as session:
        assert holder_of(session, place.group, Role.LEADER, date(2025, 3, 3)) is None


def test_a_circumstance_is_dated(place, working):
    with working(place.secretary) as session:
        actions.set_circumstance(session, place.secretary, place.people["甲乙"], "away", starts_on=date(2025, 1, 1))
        with pytest.raises(Conflict):
            actions.set_circumstance(session, place.secretary, place.people["甲乙"], "away")
        actions.end_circumstance(session, place.secretary, place.people["甲乙"], "away", ends_on=date(2025, 2, 1))

        def kinds(day):
            found = queries.members_on(session, place.secretary, place.group, day)
            return next(member.circumstances for member in found if member.name == "甲乙")

        assert (kinds(date(2024, 12, 31)), kinds(date(2025, 1, 31)), kinds(date(2025, 2, 1))) == ((), ("away",), ())


def test_a_circumstance_does_not_end_before_it_began(place, working, everything):
    secretary, person = place.secretary, place.people["甲乙"]
    with working(secretary) as session:
        actions.set_circumstance(session, secretary, person, "away", starts_on=date(2025, 5, 1))
    before = everything()
    for day, said in ((date(2025, 4, 30), "2025年4月30日"), (None, "2025年3月3日")):  # none: today
        with working(secretary) as session, pytest.raises(Invalid) as refused:
            actions.end_circumstance(session, secretary, person, "away", ends_on=day)
        told = f"结束日期{said}早于开始日期2025年5月1日，请填写开始当天或以后的日期。"
        assert (refused.value.field, refused.value.detail) == ("ends_on", told)
    assert everything() == before


def test_what_keeps_somebody_away_is_known_in_his_new_group_too(place, working):
    person, organiser = place.people["甲乙"], place.organiser
    with working(organiser) as session:
        actions.set_circumstance(session, organiser, person, "away", starts_on=date(2025, 1, 1))
        actions.move_person(session, organiser, person, place.sister, on=date(2025, 3, 1))

    def seen(actor, unit, day):
        with working(actor) as session:
            found = queries.members_on(session, actor, unit, day)
            return {member.name: member.circumstances for member in found if member.person_id == person}

    sister_leader = place.actor("姊妹", (Role.LEADER, place.sister))
    assert seen(sister_leader, place.sister, date(2025, 3, 1)) == {"甲乙": ("away",)}
    assert seen(place.secretary, place.group, date(2025, 2, 28)) == {"甲乙": ("away",)}
    assert seen(place.leader, place.group, date(2025, 3, 1)) == {}


def test_a_leader_leaves_his_post_before_his_group(place, working):
    with pytest.raises(Conflict), working(place.organiser) as session:
        actions.move_person(session, place.organiser, place.people["组长"], place.sister)


def test_a_township_is_founded_at_the_machine_only(office, place, working):
    with pytest.raises(NotYours), working(place.organiser) as session:
        actions.found_township(session, place.organiser, "别的乡")
    officer = console(Role.ORGANISER, unit_id=place.township)
    with pytest.raises(NotYours), working(officer) as session:
        actions.found_township(session, officer, "别的乡")


def test_a_person_has_one_account_and_a_login_one_person(place, working):
    with working() as session:
        account_id, password = actions.make_account(session, SYSTEM, place.people["甲乙"], "jiayi")
        assert account_id
        assert len(password) >= 12
        for person, login in (("甲乙", "other"), ("丙丁", "jiayi")):
            with pytest.raises(Conflict):
                actions.make_account(session, SYSTEM, place.people[person], login)
    with pytest.raises(NotYours), working(place.secretary) as session:
        actions.make_account(session, place.secretary, place.people["丙丁"], "bingding")
