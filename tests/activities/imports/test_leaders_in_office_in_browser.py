"""A table of those who lead already, in a real browser, where leaders are chosen: taken over with a reason, and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from shared import office_settings
from shared.access import SYSTEM
from shared.db import unit
from shared.office_settings import Key
from shared.systems import SWITCHED
from tests.activities.imports.test_each_kind_in_browser import WALKS, at, hand_in, taken
from tests.activities.imports.test_import_in_browser import finished
from tests.activities.imports.test_import_pages import a_book
from tests.browsing import DESK, PHONE, Desk, served
from tests.town import Town

WALK = WALKS["groups and leaders"]
WHY = "二〇二四年换届时选出，这里补登记。"
LED = """
    select p.name, t.taken_over_why from office.post t join office.unit u on u.id = t.unit_id
    join office.person p on p.id = t.person_id where u.name = '第三党小组' and t.ends_on is null"""


@pytest.fixture
def desk(doors, chromium, town: Town):
    """A window where everything is switched on, so that leaders are chosen."""
    with unit("activities") as session:
        value = [system.value for system in SWITCHED]
        office_settings.put(session, SYSTEM, town.id, Key.SYSTEMS, value, reason="全部开通。")
    with served(doors.client.app) as address:
        yield Desk(chromium, address)


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("script", [True, False], ids=["desk", "phone without script"])
def test_those_who_lead_are_taken_over_taken_out_printed_and_taken_back(
    desk, town: Town, sql, tmp_path: Path, *, script: bool
):
    file, out = tmp_path / "组长.xlsx", tmp_path / "组长导出.xlsx"
    file.write_bytes(a_book(*WALK.rows))
    with desk.window("organiser", size=DESK if script else PHONE, script=script) as page:
        hand_in(page, WALK, file)
        handed = page.url
        reason = page.get_by_label("接管的原因")
        expect(reason).to_be_visible()
        assert sql(LED) == []

        reason.fill(WHY)
        page.get_by_role("button", name="确认导入").click()
        finished(page, script=script)
        assert sql(LED) == [("白梅", WHY)]

        out.write_bytes(taken(page, town, WALK, "xlsx"))
        assert taken(page, town, WALK, "pdf").startswith(b"%PDF")
        hand_in(page, WALK, out)
        expect(page.get_by_text("不用导入")).to_be_visible()

        page.goto(f"{handed}/undo")
        page.get_by_role("button", name="撤销这次导入").click()
        expect(page.get_by_text("这次导入已撤销")).to_be_visible()
        assert sql(LED) == []
        page.goto(at(town, WALK.seen[0]))
        assert WALK.seen[1] not in page.locator("main").inner_text()
