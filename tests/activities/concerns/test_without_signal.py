"""A view noted in the field without signal is one view, of whoever wrote it, once the line is back."""

import psycopg
from playwright.sync_api import expect

from tests.activities.workbook.test_without_signal import BAR, COPIES, back_on_the_line, until
from tests.browsing import PHONE, Desk
from tests.servers import Database
from tests.town import Town

NOTED = """
    select c.said, c.stage, a.login from activities.concern c join office.account a on a.id = c.noted_by order by c.id"""


def test_it_opens_without_signal_and_what_is_written_is_one_view_of_its_writer(
    town: Town, desk: Desk, office: Database
):
    with desk.window("diligent", size=PHONE) as page:
        page.goto("/activities/todos")
        until(page, f"{COPIES}.then(all => all.includes('/activities/concerns/new'))")
        page.context.set_offline(True)
        page.goto(str(page.get_by_role("link", name="记群众意见").get_attribute("href")))
        expect(page.get_by_text(BAR)).to_be_visible()
        page.get_by_text("道路水电").tap()
        page.get_by_role("textbox", name="什么事").fill("村口路灯坏了三天。")
        page.get_by_role("button", name="记下并上交").tap()
        expect(page.get_by_text("有信号时自动发送")).to_be_visible()
        back_on_the_line(page.context, page)

    with psycopg.connect(office.owner_url) as connection:
        assert connection.execute(NOTED).fetchall() == [("村口路灯坏了三天。", "passed", "diligent")]
