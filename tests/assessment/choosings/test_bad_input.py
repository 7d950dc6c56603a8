"""What cannot be of a choosing is refused in a sentence that says what to do, and leaves nothing behind."""

from tests.town import DONGLING, FIRST

HERE = "assessment/choosings/{}"
STANDS = "select stage, person_id, number_id from assessment.choosing"


def test_whoever_has_left_is_no_candidate(walk, opened, sql):
    gone = "update office.membership set ends_on = '2025-02-01' where person_id = %s and ends_on is null"
    sql(gone, walk.town.people["白梅"])
    refused = walk.doors.dongling.post(f"{HERE.format(opened)}/nominations", walk.nominee("白梅"), 409)
    assert "2025年3月10日不在册" in refused["fields"]["person_id"]
    assert sql(STANDS) == [("draft", None, None)]


def test_nobody_is_put_into_the_span_of_another(walk, opened, sql):
    group = walk.town.groups[DONGLING, FIRST]
    sql("update office.post set ends_on = '2025-03-15' where unit_id = %s and kind = 'leader'", group)
    sql(
        "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'leader', '2025-03-15')",
        walk.town.people["白梅"],
        group,
    )
    asked = walk.nominee("许安", from_on="2025-03-15")
    refused = walk.doors.dongling.post(f"{HERE.format(opened)}/nominations", asked, 409)
    assert "白梅从2025-03-15起已有任职安排" in refused["fields"]["from_on"]
    assert sql(STANDS) == [("draft", None, None)]


def test_nothing_is_filed_that_nobody_has_put_forward(walk, opened, sql):
    refused = walk.doors.organiser.post(f"{HERE.format(opened)}/filings", {}, 409)
    assert "待提出人选" in refused["detail"]
    walk.nominate(opened, "许安")
    twice = walk.doors.dongling.post(f"{HERE.format(opened)}/nominations", walk.nominee("许安"), 409)
    assert "待审查备案" in twice["detail"]
    walk.file(opened)
    again = walk.doors.organiser.post(f"{HERE.format(opened)}/filings", {}, 409)
    assert "已备案" in again["detail"]
    assert sql("select count(*) from office.number where purpose = 'assessment.choosing'") == [(1,)]
