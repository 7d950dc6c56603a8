"""A sitting that is over: the door says why and leads back, and what was being sent is there again for who sent it."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest

from tests.browsing import PHONE, Desk, Visitor
from tests.servers import Database
from tests.shared.test_account_pages import set_up
from tests.shared.test_codes import code_of
from tests.town import PASSWORD

Visit = Callable[..., Visitor]
Pass = Callable[[timedelta], None]
IDLE = timedelta(minutes=31)


def come_back(visitor: Visitor, door, login: str, status: int = 200):
    return visitor.submit(door, "sign-in", status, login=login, password=PASSWORD)


def test_the_door_says_that_a_sitting_was_idle_and_leads_back(visit: Visit, pass_time: Pass):
    keeper = visit("keeper")
    pass_time(IDLE)

    door = keeper.get("/office/settings?seen=1")

    assert "登录已过期（30 分钟没有操作），请重新登录；登录后回到刚才的页面。" in door.text
    assert come_back(keeper, door, "keeper").address == "/office/settings?seen=1"


def test_the_door_says_that_a_sitting_was_long_or_ended_elsewhere(visit: Visit, pass_time: Pass):
    here, there = visit("keeper"), visit("keeper")
    there.submit(there.get("/account"), "others")
    assert "这次登录已经结束（在别处退出，或者改过密码）" in here.get("/account").text

    for _ in range(25):
        pass_time(timedelta(minutes=29))
        there.get("/account")

    assert "登录已过期（登录满 12 小时）" in there.get("/account").text


def test_a_stranger_and_whoever_signed_out_himself_are_told_nothing(visit: Visit):
    keeper = visit("keeper")
    keeper.submit(keeper.get("/account"), "sign-out")

    for each in (keeper, visit()):
        door = each.get("/account")
        assert door.title == "登录"
        assert "过期" not in door.text
        assert "结束" not in door.text


def test_a_wrong_password_still_says_why_and_where_it_leads(visit: Visit, pass_time: Pass):
    keeper = visit("keeper")
    pass_time(IDLE)

    again = keeper.submit(keeper.get("/account"), "sign-in", 401, login="keeper", password="wrong wrong wrong")

    assert "30 分钟没有操作" in again.text
    assert come_back(keeper, again, "keeper").address == "/account"


def test_what_was_being_sent_is_there_again_after_signing_in_and_is_sent_once(visit: Visit, pass_time: Pass):
    keeper = visit("keeper")
    page = keeper.get("/office/settings")
    pass_time(IDLE)

    door = keeper.submit(page, "set-quiet_from", value="19", reason="农忙时节，晚饭吃得早")
    assert "刚才填写的内容已经存好，登录后接着提交" in door.text
    shown = come_back(keeper, door, "keeper", 409)

    assert "这份内容还没有提交" in shown.text
    assert shown.form("set-quiet_from").fields["reason"].strip() == "农忙时节，晚饭吃得早"
    assert "免打扰开始：19 点" in keeper.submit(shown, "set-quiet_from").text
    assert "已经提交过" in keeper.submit(shown, "set-quiet_from", 409, value="20").text


def test_it_stays_after_a_second_look_and_stands_nowhere_in_clear(visit: Visit, pass_time: Pass, office: Database):
    keeper = visit("keeper")
    page = keeper.get("/office/settings")
    pass_time(IDLE)
    shown = come_back(keeper, keeper.submit(page, "set-quiet_from", value="19", reason="只有我知道"), "keeper", 409)

    assert keeper.get(shown.address, 409).form("set-quiet_from").fields["reason"].strip() == "只有我知道"
    assert "只有我知道" not in shown.address
    with psycopg.connect(office.owner_url) as connection:
        assert "只有我知道" not in str(connection.execute("select * from office.reply").fetchall())


def test_nobody_else_sees_it(visit: Visit, pass_time: Pass):
    keeper = visit("keeper")
    page = keeper.get("/office/settings")
    pass_time(IDLE)
    door = keeper.submit(page, "set-quiet_from", value="19", reason="只有我知道")

    other = come_back(keeper, door, "organiser", 404)

    assert "没有您没提交的内容" in other.text
    assert "只有我知道" not in other.answer.text


def test_a_form_that_was_made_for_somebody_else_is_not_kept(visit: Visit, pass_time: Pass, office: Database):
    keeper, organiser = visit("keeper"), visit("organiser")
    page = keeper.get("/office/settings")
    pass_time(IDLE)

    door = organiser.submit(page, "set-quiet_from", value="19", reason="不是他的表单")

    assert "已经存好" not in door.text
    with psycopg.connect(office.owner_url) as connection:
        assert not connection.execute("select 1 from office.reply where key like 'unsent%'").fetchall()


def test_after_the_code_too_one_comes_back_to_what_was_being_sent(visit: Visit, pass_time: Pass):
    secret, _ = set_up(keeper := visit("keeper"))
    page = keeper.get("/office/settings")
    pass_time(IDLE)

    step = come_back(keeper, keeper.submit(page, "set-quiet_from", value="19", reason="农忙"), "keeper")
    shown = keeper.submit(step, "code", 409, code=code_of(secret))

    assert shown.form("set-quiet_from").fields["reason"].strip() == "农忙"


@pytest.mark.parametrize("script", [True, False])
def test_in_a_real_browser_what_was_typed_is_there_again(desk: Desk, pass_time: Pass, script: bool):
    with desk.window("keeper", size=PHONE, script=script) as page:
        page.goto("/office/settings#set-quiet_from")
        form = page.locator("#set-quiet_from")
        form.evaluate("form => { for (const outer of document.querySelectorAll('details')) outer.open = true }")
        form.get_by_label("理由").fill("农忙时节")
        pass_time(IDLE)
        form.get_by_role("button").last.click()
        page.get_by_label("账号").fill("keeper")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()

        assert "还没有提交" in page.locator("#trouble").inner_text()
        assert page.locator("#set-quiet_from").get_by_label("理由").input_value() == "农忙时节"
