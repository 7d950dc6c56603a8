"""Photos and papers of a record: never asked for, kept once, seen by whoever sees the record and by nobody else."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.pictures import photo
from tests.town import DONGLING, FIRST, Doors, Town

JPEG = photo()
PDF = b"%PDF-1.7\n%%EOF\n"


def paper() -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return made.getvalue()


@pytest.fixture
def record(doors: Doors, town: Town) -> str:
    """A record handed in by the leader of 东岭村第一党小组."""
    asked = {
        "group_id": town.groups[DONGLING, FIRST],
        "kind": "study",
        "held_on": date(2025, 2, 20).isoformat(),
        "submitted": True,
    }
    return f"activities/activities/{doors.diligent.post('activities/activities', asked)['id']}"


def add(person, record: str, data: bytes, name: str = "现场.jpg", status: int = 201):
    return person.upload(f"{record}/attachments", name, data, status)


def names(person, record: str) -> list[str]:
    return [row["name"] for row in person.get(f"{record}/attachments")]


def test_a_record_needs_no_attachment(doors: Doors, record: str):
    number = int(record.rpartition("/")[2])

    (confirmed,) = doors.dongling.post("activities/confirmations", {"activity_ids": [number]})

    assert confirmed["stage"] == "confirmed"
    assert names(doors.dongling, record) == []


def test_whoever_sees_the_record_sees_its_photos_and_papers(doors: Doors, record: str):
    shown = add(doors.diligent, record, JPEG)
    saved = add(doors.diligent, record, paper(), "签到表.doc")

    assert (shown["kind"], saved["kind"], saved["name"]) == ("jpg", "docx", "签到表.docx")
    for person in (doors.diligent, doors.dongling, doors.organiser):
        assert names(person, record) == ["现场.jpg", "签到表.docx"]
        answer = person.ask("GET", f"activities/attachments/{shown['id']}")
        assert (answer.content, answer.headers["content-type"]) == (JPEG, "image/jpeg")
        assert answer.headers["x-content-type-options"] == "nosniff"
    answer = doors.dongling.ask("GET", f"activities/attachments/{saved['id']}")
    assert answer.headers["content-disposition"].startswith("attachment;")


def test_an_outsider_a_member_and_the_keeper_see_nothing_of_it(doors: Doors, record: str):
    shown = add(doors.diligent, record, JPEG)

    for person in (doors.outsider, doors.member, doors.keeper, doors.xihe):
        assert person.ask("GET", f"{record}/attachments").status_code == 404
        assert person.ask("GET", f"activities/attachments/{shown['id']}").status_code == 404
        assert person.ask("POST", f"activities/attachments/{shown['id']}/removals").status_code == 404
        add(person, record, photo(1), status=404)
    assert names(doors.diligent, record) == ["现场.jpg"]


def test_the_same_photo_is_attached_once(doors: Doors, record: str):
    first, again = add(doors.diligent, record, JPEG), add(doors.dongling, record, JPEG, "另一个名字.jpg")

    assert first["id"] == again["id"]
    assert names(doors.diligent, record) == ["现场.jpg"]


def test_five_are_enough_and_the_sixth_is_refused_with_what_to_do(doors: Doors, record: str):
    for number in range(5):
        add(doors.diligent, record, photo(number), f"{number}.jpg")

    refused = add(doors.diligent, record, photo(5), status=409)

    assert "最多 5 个" in refused["detail"]
    assert refused["fields"] == {"files": refused["detail"]}
    assert len(names(doors.diligent, record)) == 5


def test_what_is_taken_away_is_gone_for_everybody_and_may_come_again(doors: Doors, record: str):
    shown = add(doors.diligent, record, JPEG)

    assert doors.diligent.post(f"activities/attachments/{shown['id']}/removals") == []

    assert doors.dongling.ask("GET", f"activities/attachments/{shown['id']}").status_code == 404
    assert add(doors.diligent, record, JPEG)["id"] != shown["id"]


def test_a_confirmed_record_keeps_what_it_was_confirmed_with(doors: Doors, record: str):
    shown = add(doors.diligent, record, JPEG)
    doors.dongling.post("activities/confirmations", {"activity_ids": [int(record.rpartition("/")[2])]})

    refused = add(doors.diligent, record, PDF, "会议.pdf", status=409)

    assert "先更正记录" in refused["detail"]
    assert doors.diligent.ask("POST", f"activities/attachments/{shown['id']}/removals").status_code == 409
    assert names(doors.diligent, record) == ["现场.jpg"]


def test_the_organiser_looks_and_does_not_write(doors: Doors, record: str):
    add(doors.organiser, record, JPEG, status=403)


def test_the_history_knows_who_added_and_who_took_away(doors: Doors, town: Town, record: str, office):
    import psycopg

    shown = add(doors.diligent, record, JPEG)
    doors.dongling.post(f"activities/attachments/{shown['id']}/removals")

    with psycopg.connect(office.owner_url) as connection:
        rows = connection.execute(
            "select h.fact, a.login, h.body ->> 'attachment_id' from office.happening h"
            " join office.account a on a.id = h.actor_id where h.fact like 'Attachment%' order by h.id"
        ).fetchall()
    wanted = str(shown["id"])
    assert rows == [("AttachmentAdded", "diligent", wanted), ("AttachmentRemoved", "dongling", wanted)]
