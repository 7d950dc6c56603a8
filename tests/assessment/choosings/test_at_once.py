"""Two file at the same moment: each choosing has one number, none is left out, and whoever comes second is told (F18)."""

from typing import Any

from tests.walking import at_once

HERE = "assessment/choosings"
NUMBERS = "select place from office.number where purpose = 'assessment.choosing' order by place"
FILED = "select count(*) from office.happening where subject = %s and step = 'file'"


def twice(*asked: tuple[Any, str, Any]) -> list[tuple[int, Any]]:
    """All of these at the same moment; whoever asks is signed in before the race begins."""
    for person, _, _ in asked:
        person.get("activities/sittings/me")
    acts = [
        lambda person=person, path=path, body=body, key=str(key): person.ask("POST", path, json=body, key=key)
        for key, (person, path, body) in enumerate(asked)
    ]
    return [(answer.status_code, answer.json()) for answer in at_once(*acts)]


def test_f18_a_choosing_is_filed_once_and_the_second_is_told(walk, opened, sql):
    walk.nominate(opened, "许安")
    filing = (walk.doors.organiser, f"{HERE}/{opened}/filings", {})
    answers = twice(filing, filing)
    assert sorted(status for status, _ in answers) == [201, 409]
    assert "请刷新" in next(body["detail"] for status, body in answers if status == 409)
    assert (sql(NUMBERS), sql(FILED, f"choosing:{opened}")) == ([(1,)], [(1,)])


def test_f18_several_are_filed_once_together(walk, sql):
    walk.doors.organiser.post(
        "assessment/choosing-renewals",
        {"branch_ids": [walk.town.units["东岭村党支部"]], "due_on": "2025-04-30"},
    )
    ids = sorted(row["id"] for row in walk.doors.organiser.pages(HERE))
    for each, name in zip(ids, ("许安", "姚立"), strict=True):
        walk.nominate(each, name)
    first = (walk.doors.organiser, "assessment/choosing-filings", {"choosing_ids": ids})
    second = (walk.doors.organiser, "assessment/choosing-filings", {"choosing_ids": ids[::-1]})
    answers = twice(first, second)
    assert sorted((status, body["refused"]) for status, body in answers) == [(201, 0), (201, len(ids))]
    assert sql(NUMBERS) == [(1,)]
    assert [sql(FILED, f"choosing:{each}") for each in ids] == [[(1,)], [(1,)]]


def test_f19_what_is_taken_back_while_it_is_filed_is_one_or_the_other(walk, opened, sql):
    walk.nominate(opened, "许安")
    answers = twice(
        (walk.doors.organiser, f"{HERE}/{opened}/filings", {}),
        (walk.doors.dongling, f"{HERE}/{opened}/retractions", None),
    )
    assert sorted(status for status, _ in answers) == [201, 409]
    filed = answers[0][0] == 201
    assert walk.seen(opened)["stage"] == ("filed" if filed else "draft")
    assert len(sql(NUMBERS)) == filed  # no number is used for what was taken back
