"""Both sample files handed in and brought in with a real browser, with and without its script."""

import psycopg
import pytest

from tests.activities.conftest import SAMPLES
from tests.browsing import DESK, PHONE, Desk, served


@pytest.fixture
def desk(doors, chromium):
    with served(doors.client.app) as address:
        yield Desk(chromium, address)


def finished(page, *, script: bool) -> None:
    """Until the page says that it is in: by itself, or asked again and again by its own 刷新."""
    done = page.get_by_text("这个文件已于")
    while not script and not done.count():
        page.get_by_role("link", name="刷新").click()
    done.wait_for()


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(("size", "script"), [(DESK, True), (PHONE, False)], ids=["desk", "phone without script"])
def test_both_sample_files_are_brought_in_by_upload(desk, office, truth, size, script):
    with desk.window("organiser", size=size, script=script) as page:
        for file, kind, figure in (
            ("花名册.xlsx", "党员花名册", f"{truth['members']} 行已识别"),
            ("活动台账2025.xlsx", "活动台账", "912 条新记录"),
        ):
            page.goto("/activities/imports")
            page.get_by_label(kind).check()
            page.get_by_label("台账的年度").fill("2025")
            page.get_by_label("文件", exact=True).set_input_files(SAMPLES / file)
            page.get_by_role("button", name="上传，先看看").click()
            page.wait_for_url("**/imports/*")
            assert figure in " ".join(page.locator("main").inner_text().split())
            page.get_by_role("button", name="确认导入").click()
            finished(page, script=script)

    with psycopg.connect(office.owner_url) as connection:
        assert connection.execute("select count(*) from activities.activity").fetchone() == (912,)
