"""Each kind of file in a real browser: handed in, read, done, seen, taken out, handed in unchanged, printed, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.activities.imports.test_import_in_browser import finished
from tests.activities.imports.test_import_pages import a_book
from tests.browsing import DESK, PHONE, Desk, served
from tests.town import DONGLING, FIRST, Town

HERE = "/activities/imports"
OF_BRANCH, OF_CARE = "/activities/register/units/{branch}", "/activities/register/units/{branch}/care"


@dataclass(frozen=True)
class Walk:
    """A kind of file. does: what the preview says; ticks: of whom a box is ticked, where a person has to decide.

    seen: where, and by what words; out: the list in which it is taken out, or "" where it is handed in once more as it
    is; back: the page and the button by which what was ticked is undone, where it is an act of the register.
    """

    rows: Sequence[Sequence[Any]]
    does: str
    seen: tuple[str, str]
    out: str = ""
    kind: str = "党员花名册"
    ticks: str = ""
    button: str = "登记勾选的"
    back: str = ""


WALKS = {
    "groups and leaders": Walk(
        rows=(
            ("清溪镇党小组设置情况汇总表",),
            ("序号", "党支部", "党小组名称", "划分依据", "党员数", "组长姓名", "学历", "任职时间", "备注"),
            ("1", DONGLING, "第三党小组", "自然村", "1", "白梅", "高中", "2025.01", ""),
        ),
        does="白梅",
        seen=(OF_BRANCH, "第三党小组"),
        out="groups",
    ),
    "corrections": Walk(
        rows=(("党员信息更正表",), ("党支部", "姓名", "学历", "备注"), (DONGLING, "许安", "大专", "")),
        does="许安：更新学历",
        seen=("/activities/register/people/{许安}", "大专"),
        out="roster",
    ),
    "the national table": Walk(
        rows=(
            ("党员信息采集表",),
            ("姓名", "所在党支部", "性别", "民族", "学历", "人员类别", "加入党组织日期", "转为正式党员日期"),
            (
                "许安",
                f"中国共产党某县清溪镇{DONGLING.removesuffix('党支部')}支部委员会",
                "女",
                "汉族",
                "本科",
                "正式党员",
                "",
                "",
            ),
        ),
        does="许安：更新",
        seen=("/activities/register/people/{许安}", "本科"),
        out="roster_full",
    ),
    "members from elsewhere": Walk(
        rows=(
            ("清溪镇流入党员台账",),
            ("姓名", "流出地党组织", "编入党支部", "流入时间", "流入类型"),
            ("白来客", "石桥村党支部", DONGLING, "2025-01-06", "务工"),
        ),
        does=f"白来客：登记为{DONGLING}的流入党员",
        seen=(OF_CARE, "白来客"),
        out="mobile_in",
    ),
    "a leader's own blank": Walk(
        kind="活动台账",
        rows=(
            (f"{DONGLING}活动台账",),
            ("序号", "会议名称", "会议日期", "会议时间", "会议类型", "所属党小组", "会议议题", "参会人员名单"),
            ("1", "二月学习", "2025-02-05", "上午9:00", "集中学习", FIRST, "春耕生产", "孙勤、陆明、许安"),
        ),
        does="1 条新记录",
        seen=("/activities/records?year=2025", "春耕生产"),
        out="ledger",
    ),
    "new committees": Walk(
        kind="支部委员会换届名册",
        rows=(
            ("清溪镇支部委员会换届名册",),
            ("党支部", "职务", "分工", "姓名", "本届从哪天起", "届满日期", "依据"),
            (DONGLING, "支部书记", "", "陆明", "2025-02-01", "2030-01-31", "支部党员大会选举，镇党委批复。"),
            (DONGLING, "支部委员", "纪检", "许安", "", "", ""),
        ),
        does=f"{DONGLING}",
        seen=(OF_BRANCH, "纪检"),
    ),
    "mobile members": Walk(
        rows=(
            ("清溪镇流动党员台账",),
            ("姓名", "流出党支部", "外出时间", "外出类型", "流入地", "支部联系人", "最近联系时间"),
            ("白梅", DONGLING, "2025-02-01", "务工", "广东省深圳市", "陆明", "2025-02-20"),
        ),
        does="白梅",
        ticks="流动党员（流出）：白梅",
        seen=(OF_CARE, "广东省深圳市"),
        out="mobile",
        back="结束：白梅",
    ),
    "members in need": Walk(
        rows=(
            ("清溪镇困难党员台账",),
            ("姓名", "党支部", "困难类型", "困难情况", "帮扶措施", "结对党员姓名", "认定时间"),
            ("许安", DONGLING, "病", "长期住院", "按季走访", "陆明", "2025-01-10"),
        ),
        does="许安",
        ticks="困难党员：许安",
        seen=(OF_CARE, "按季走访"),
        out="in_need",
        back="结束：许安",
    ),
    "former members": Walk(
        rows=(
            ("党支部", "党小组", "姓名", "党员类别", "备注"),
            (DONGLING, FIRST, "钱老根", "正式党员", "2025年2月20日去世"),
        ),
        does="文件写着已不在册的（1 人）",
        ticks="钱老根",
        button="办理勾选的",
        seen=("/activities/register/people/{钱老根}", "去世"),
        out="changes",
        back="撤销去世",
    ),
}
IMPORTED = [name for name, walk in WALKS.items() if not walk.ticks]


@pytest.fixture
def desk(doors, chromium):
    with served(doors.client.app) as address:
        yield Desk(chromium, address)


def hand_in(page: Page, walk: Walk, file: Path) -> None:
    page.goto(HERE)
    page.get_by_label(walk.kind).check()
    page.get_by_label("文件", exact=True).set_input_files(file)
    page.get_by_role("button", name="上传，先看看").click()
    page.wait_for_url("**/imports/*")


def at(town: Town, path: str) -> str:
    return path.format(branch=town.units[DONGLING], **town.people)


def do(page: Page, walk: Walk, *, script: bool) -> None:
    """It is done: brought in, or where a person decides, ticked."""
    if not walk.ticks:
        page.get_by_role("button", name="确认导入").click()
        finished(page, script=script)
        return
    page.get_by_label(walk.ticks).check()
    page.get_by_role("button", name=walk.button).click()
    page.wait_for_load_state()


def undo(page: Page, walk: Walk, town: Town, handed: str) -> None:
    """It is taken back: the import, or what was ticked at its own place in the register."""
    if not walk.back:
        page.goto(f"{handed}/undo")
        page.get_by_role("button", name="撤销这次导入").click()
        expect(page.get_by_text("这次导入已撤销")).to_be_visible()
        return
    page.goto(at(town, walk.seen[0]))
    folded = page.locator("details").filter(has=page.locator("button", has_text=walk.back)).last
    folded.locator("summary").first.click()
    folded.locator("button", has_text=walk.back).click()
    page.wait_for_load_state()


def taken(page: Page, town: Town, walk: Walk, form: str) -> bytes:
    unit = f"/activities/units/{town.id}/prints/{walk.out}?file={form}&year=2025"
    answer = page.request.get(unit)
    assert answer.ok, unit
    return answer.body()


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(
    ("names", "script"), [(list(WALKS), True), (IMPORTED, False)], ids=["desk", "phone without script"]
)
def test_each_kind_goes_in_out_and_back(desk, town: Town, tmp_path: Path, names: list[str], *, script: bool):
    with desk.window("organiser", size=DESK if script else PHONE, script=script) as page:
        for name in names:
            walk, file, out = WALKS[name], tmp_path / f"{name}.xlsx", tmp_path / f"{name} out.xlsx"
            file.write_bytes(a_book(*walk.rows))
            hand_in(page, walk, file)
            handed = page.url
            assert walk.does in " ".join(page.locator("main").inner_text().split()), name
            do(page, walk, script=script)

            where, said = walk.seen
            page.goto(at(town, where))
            assert said in page.locator("main").inner_text(), name
            out.write_bytes(taken(page, town, walk, "xlsx") if walk.out else file.read_bytes())
            assert not walk.out or taken(page, town, walk, "pdf").startswith(b"%PDF"), name
            if walk.out != "changes":  # figures alone
                hand_in(page, walk, out)
                expect(page.get_by_text("不用导入")).to_be_visible()

            undo(page, walk, town, handed)
            page.goto(at(town, where))
            if walk.back != "撤销去世":
                assert said not in page.locator("main").inner_text(), name
