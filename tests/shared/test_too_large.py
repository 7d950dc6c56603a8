"""A form that is larger than it may be: said with the limit, and what was typed beside the file is not lost."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect

from shared.web.bodies import READ_BYTES_MAX, UPLOAD_BYTES_MAX
from tests.browsing import PHONE, Desk, Visitor
from tests.servers import Database

Visit = Callable[..., Visitor]
NEW = "/activities/records/new"
LIMIT = "最多 16 MB，这次没有提交"


def written(office: Database) -> int:
    with psycopg.connect(office.owner_url) as connection:
        (count,) = connection.execute("select count(*) from activities.activity").fetchone() or (0,)
    return int(count)


@pytest.mark.parametrize("beyond", [1, 2**20, 20 * 2**20])
def test_what_was_typed_comes_back_without_the_file(visit: Visit, office: Database, beyond: int):
    leader = visit("diligent")
    files = [("photos", ("会场.jpg", b"\xff\xd8" + b"x" * (UPLOAD_BYTES_MAX + beyond), "image/jpeg"))]

    again = leader.submit(leader.get(NEW), "write", 413, files=files, topic="植树", place="后山", submitted="1")

    assert LIMIT in again.text
    assert again.title == "写记录"
    assert (again.form("write").fields["topic"], again.form("write").fields["place"]) == ("植树", "后山")
    assert written(office) == 0
    assert "等待支部书记确认" in leader.submit(again, "write", submitted="1").text
    assert written(office) == 1


def test_what_is_far_too_large_is_not_read_but_leads_back_to_its_form(visit: Visit):
    leader = visit("diligent")
    leader.client.headers["Referer"] = f"https://testserver{NEW}?kind=study"
    files = [("photos", ("会场.jpg", b"x" * (READ_BYTES_MAX + 1), "image/jpeg"))]

    told = leader.submit(leader.get(NEW), "write", 413, files=files, topic="植树", submitted="1")

    assert LIMIT in told.text
    assert f"{NEW}?kind=study" in told.links()


def test_whoever_comes_from_elsewhere_is_led_home(visit: Visit):
    leader = visit("diligent")
    leader.client.headers["Referer"] = f"https://elsewhere.example{NEW}"

    told = leader.submit(leader.get(NEW), "write", 413, files=[("photos", ("a", b"x" * (READ_BYTES_MAX + 1)))])

    assert told.links() == ["/", "/"]


@pytest.mark.parametrize("script", [True, False])
def test_in_a_real_browser_the_form_is_there_again(desk: Desk, tmp_path: Path, script: bool):
    large = tmp_path / "会议材料.pdf"
    large.write_bytes(b"%PDF-1.7\n" + b"x" * (UPLOAD_BYTES_MAX + 2**20))
    with desk.window("diligent", size=PHONE, script=script) as page:
        page.goto(NEW)
        page.get_by_role("textbox", name="主题").fill("植树")
        page.get_by_text("再写一些").click()
        page.locator("input[type=file]").set_input_files(large)
        page.get_by_role("button", name="提交").click()

        expect(page.get_by_text(LIMIT)).to_be_visible()
        expect(page.get_by_role("textbox", name="主题")).to_have_value("植树")
