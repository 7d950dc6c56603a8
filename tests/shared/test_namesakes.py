"""People of one name in a list are told apart, by as little as is enough."""

from datetime import date

from shared.people.namesakes import Named, told_apart
from tests.town import DONGLING, FIRST, SECOND


def test_who_shares_his_name_gets_his_unit_and_then_his_year_of_birth():
    people = [
        Named(1, "罗有才", FIRST, date(1960, 5, 1)),
        Named(2, "罗有才", SECOND, date(1985, 5, 1)),
        Named(3, "袁永贵", FIRST, date(1958, 1, 1)),
        Named(4, "袁永贵", FIRST, date(1990, 1, 1)),
        Named(5, "冯实", FIRST, date(1970, 1, 1)),
    ]

    assert told_apart(people) == [
        (1, "罗有才（第一党小组）"),
        (2, "罗有才（第二党小组）"),
        (3, "袁永贵（第一党小组，1958年生）"),
        (4, "袁永贵（第一党小组，1990年生）"),
        (5, "冯实"),
    ]


def test_who_was_born_in_one_year_in_one_unit_is_told_by_the_month_and_then_by_the_day():
    days = [date(1960, 5, 1), date(1960, 8, 1), date(1960, 8, 9), date(1970, 1, 1)]

    assert [words for _, words in told_apart(Named(who, "罗有才", FIRST, day) for who, day in enumerate(days))] == [
        "罗有才（第一党小组，1960年5月生）",
        "罗有才（第一党小组，1960年8月1日生）",
        "罗有才（第一党小组，1960年8月9日生）",
        "罗有才（第一党小组，1970年生）",
    ]


def test_the_choice_of_who_takes_up_a_post_tells_them_apart(visit, doors, town):
    for group in (FIRST, SECOND):
        doors.organiser.post(f"activities/units/{town.groups[DONGLING, group]}/people", {"name": "石有才"})

    page = visit("organiser").get(f"/activities/register/units/{town.units[DONGLING]}")

    words = [each for each in page.root.xpath("//select[@name='person_id']/option/text()") if "石有才" in each]
    assert set(words) == {f"石有才（{FIRST}）", f"石有才（{SECOND}）"}
    merging = visit("organiser").get(f"/activities/register/units/{town.units[DONGLING]}/regroupings/merge")
    told = [each for each in merging.root.xpath("//select[@name='leader']/option/text()") if "石有才" in each]
    assert sorted(told) == sorted(set(words))
