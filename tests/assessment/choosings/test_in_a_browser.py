"""In a real browser: a leader dies and a choosing opens by itself; his branch nominates on a phone, and the post begins."""

import os
from datetime import date
from pathlib import Path

from tests.browsing import PHONE
from tests.town import DONGLING, FIRST


def look(page, name):
    """Kept for whoever wants to see it."""
    if folder := os.environ.get("XIAOZU_TEST_LOOKS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_from_a_death_to_the_next_leader_s_post(walk, desk, sql):
    died = walk.town.people["孙勤"]
    with desk.window("organiser") as page:
        page.goto(f"/activities/register/people/{died}")
        walk.doors.organiser.post(f"activities/people/{died}/member-acts", {"turn": "died", "basis": "病故。"})
        walk.settle()
    with desk.window("dongling", size=PHONE) as page:
        page.goto("/activities/todos")
        page.get_by_role("link", name="提名").first.click()
        assert "代为办理" in page.locator("main").inner_text()
        page.get_by_label("人选").select_option(
            label=page.locator("#nomination option", has_text="许安").first.inner_text()
        )
        for label, typed in (("应到人数", "5"), ("到会人数", "5"), ("同意人数", "2")):
            page.get_by_label(label).fill(typed)
        for label in ("支部会议日期", "本人同意的日期"):
            page.get_by_label(label).fill("2025-03-03")
        page.get_by_label("支部建议").fill("身体健康，作风正派，群众信得过。")
        look(page, "nomination-phone")
        page.get_by_role("button", name="提交审查备案").click()
        page.get_by_text("没有超过半数").first.wait_for()  # what was typed stands there still
        page.get_by_label("同意人数").fill("4")
        page.get_by_role("button", name="提交审查备案").click()
        page.get_by_text("已提交，等组织委员审查备案。").wait_for()
        look(page, "nominated-phone")
    with desk.window("organiser") as page:
        page.goto("/assessment/choosings")
        look(page, "list-desk")
        page.get_by_role("link", name=f"{DONGLING} · {FIRST}").click()
        look(page, "review-desk")
        page.get_by_role("button", name="备案", exact=True).click()
        page.get_by_text("选备〔2025〕1号").first.wait_for()
        walk.settle()
        page.reload()
        assert "已到任" in page.locator("main").inner_text()
        look(page, "in-post-desk")
    asked = "select person_id, starts_on from office.post where unit_id = %s and kind = 'leader' and ends_on is null"
    assert sql(asked, walk.town.groups[DONGLING, FIRST]) == [(walk.town.people["许安"], date(2025, 3, 3))]
