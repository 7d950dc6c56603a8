"""A leader who lost his post: what he was told and what is his own stays open to him, the unit's does not."""

from io import BytesIO
from types import SimpleNamespace

import docx
import psycopg
import pytest
from sqlalchemy import text

from shared.access import actor_of
from shared.db import unit
from tests.browsing import Visitor
from tests.conftest import Doors, TwoYears
from tests.test_reach import database_url
from tests.two_years import NEGLIGENT


@pytest.fixture(scope="module")
def him(afterwards: Doors) -> SimpleNamespace:
    """何闲, who led a group for three years until he was replaced: at the doors and at the pages."""
    return SimpleNamespace(door=afterwards.negligent, pages=Visitor(afterwards.client.app, "negligent"))


@pytest.fixture
def told(him: SimpleNamespace) -> list[int]:
    """His messages of the time when he was in post, none of them read."""
    with psycopg.connect(database_url(), autocommit=True) as connection:
        connection.execute("update notify.message set read_at = null, acknowledged_at = null")
    return [row["id"] for row in him.door.get("notify/inbox")["rows"]]


def history(question: str) -> list[tuple]:
    with psycopg.connect(database_url()) as connection:
        return connection.execute(
            "select h.subject, p.name, h.unit_id from office.happening h join office.account a on a.id = h.actor_id"
            f" join office.person p on p.id = a.person_id where {question} order by h.id"
        ).fetchall()


def test_he_opens_a_message_and_comes_to_what_it_is_about(him, told, two_years: TwoYears):
    opened = him.pages.submit(him.pages.get(f"/notify/messages/{told[0]}"), "open")

    assert opened.address == him.door.get(f"notify/messages/{told[0]}")["link"]
    assert him.door.get(f"notify/messages/{told[0]}")["read_at"]
    where = two_years.town.groups[NEGLIGENT]
    assert history("h.fact = 'MessageRead'")[-1] == (f"message:{told[0]}", "何闲", where)


def test_he_marks_all_of_them_read(him, told):
    page = him.pages.submit(him.pages.get("/notify/"), "all")

    assert f"已把{len(told)}条通知标为已读。" in page.text
    assert him.door.get("notify/inbox/unread") == {"unread": 0}


def test_he_acknowledges_what_waits_for_it(him, told):
    with psycopg.connect(database_url(), autocommit=True) as connection:
        connection.execute("update notify.message set wants_acknowledgement = true where id = %s", [told[0]])

    assert him.door.post(f"notify/messages/{told[0]}/acknowledgements")["acknowledged_at"]


def test_he_takes_out_the_opinion_form_of_his_years_with_his_name_in_it(him, two_years: TwoYears):
    cases = him.door.get("assessment/cases")["rows"]
    assert [(row["year"], row["person"]) for row in cases] == [(2024, "何闲"), (2025, "何闲")]

    for row in cases:
        paper = him.pages.client.get(f"/assessment/cases/{row['id']}/opinion.docx")
        assert paper.status_code == 200
        document = docx.Document(BytesIO(paper.content))
        cells = {cell.text for table in document.tables for line in table.rows for cell in line.cells}
        assert "何闲" in cells
        assert him.pages.client.get(f"/assessment/cases/{row['id']}/opinion.pdf").content.startswith(b"%PDF")
    taken = history("h.fact = 'OpinionTaken'")
    assert [name for _, name, _ in taken[-4:]] == ["何闲"] * 4


def test_neither_messages_nor_forms_of_others_are_his(him, afterwards: Doors):
    secretary = afterwards.dongling.get("notify/inbox")["rows"][0]
    others = [row["id"] for row in afterwards.organiser.pages("assessment/cases") if row["person"] != "何闲"]

    him.door.post(f"notify/messages/{secretary['id']}/readings", status=404)
    for case in others:
        assert him.pages.client.get(f"/assessment/cases/{case}/opinion.docx").status_code == 404


def test_the_history_of_his_group_is_closed_to_him(him, two_years: TwoYears):
    group = two_years.town.groups[NEGLIGENT]
    him.door.get("activities/audit", status=403, unit_id=group)
    with unit("activities") as session:
        actor = actor_of(session, him.door.token)
    assert actor is not None
    assert history(f"h.unit_id = {group}")

    for service in ("activities", "assessment", "notify"):
        with unit(service, actor) as session:
            assert session.scalar(text("select count(*) from office.happening")) == 0
