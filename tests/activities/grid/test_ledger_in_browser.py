"""The ledger of the grid in a real browser: handed in, read, done, seen, taken out, handed in unchanged, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.activities.grid.conftest import Grid
from tests.activities.imports.conftest import worker  # noqa: F401  a fixture
from tests.activities.imports.test_each_kind_in_browser import HERE, Walk, do, hand_in, undo
from tests.activities.imports.test_import_pages import a_book
from tests.browsing import DESK, PHONE, Desk, served
from tests.town import DONGLING, FIRST

WALK = Walk(
    kind="网格台账",
    rows=(
        ("清溪镇网格党员联户台账",),
        ("序号", "网格", "上级网格", "党支部", "党小组", "党员姓名", "联系户数", "联系户(户号/门牌)", "备注"),
        ("1", "南网格", "东岭村", DONGLING, FIRST, "白梅", "18", "1-18号", ""),
    ),
    does="白梅：联系党员“东岭村/南网格”",
    seen=("/activities/cells", "南网格"),
    out="",
)


@pytest.fixture
def desk(doors, chromium):
    with served(doors.client.app) as address:
        yield Desk(chromium, address)


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("script", [True, False], ids=["desk", "phone without script"])
def test_it_goes_in_out_and_back(desk, grid: Grid, tmp_path: Path, *, script: bool):
    file, out = tmp_path / "台账.xlsx", tmp_path / "网格台账.xlsx"
    file.write_bytes(a_book(*WALK.rows))
    with desk.window("organiser", size=DESK if script else PHONE, script=script) as page:
        hand_in(page, WALK, file)
        handed = page.url
        assert WALK.does in " ".join(page.locator("main").inner_text().split())
        assert page.evaluate("document.documentElement.scrollWidth") <= (DESK if script else PHONE)["width"]
        do(page, WALK, script=script)

        where, said = WALK.seen
        page.goto(where)
        assert said in page.locator("main").inner_text()
        out.write_bytes(page.request.get("/activities/cells/ledger.xlsx").body())
        hand_in(page, WALK, out)
        expect(page.get_by_text("不用导入")).to_be_visible()

        undo(page, WALK, grid.people.town, handed)
        page.goto(where)
        assert said not in page.locator("main").inner_text()
        page.goto(HERE)
        expect(page.get_by_text("已撤销导入")).to_be_visible()
