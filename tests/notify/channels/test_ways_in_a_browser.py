"""The pages of ways out in a real Chromium, on a phone and at a desk: a way that is in trouble, and who is to be rung."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from services.notify.channels import actions
from services.notify.channels.rules.ways import Way
from shared.db import unit
from shared.events import NoticeOpened
from shared.roles import Role
from tests import applications
from tests.browsing import PHONE, Desk, served
from tests.pages.looks import flaws_at

ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6"
SEEN = os.environ.get("XIAOZU_SEEN", "")  # a folder: pictures of what was looked at go there


@pytest.fixture
def township(here, client):
    """A robot that is held up, a telephone list with somebody on it."""
    town = here.town
    keeper = town.actor("keeper", (Role.KEEPER, "清河镇"))
    with unit("notify") as session:
        actions.set_way(
            session, keeper, actions.robot(town.units["东村"], Way.WECOM_ROBOT, "东村支部工作群", ROBOT, "")
        )
        actions.set_way(session, keeper, actions.call_list(town.units["清河镇"]))
    figures = [[town.units["西村"], 4]]
    here.say(NoticeOpened(unit_id=town.units["清河镇"], cycle_id=7, year=2025, ends_on="2025-12-31", branches=figures))
    here.rest()
    here.execute(
        "update notify.channel set trouble = '企业微信群机器人不认这个地址：请重新复制 Webhook 地址。',"
        " trouble_at = office.now(), open_until = office.now() + interval '4 minutes', tried_at = office.now(),"
        " tried_came = 'held' where name like 'way:%%' and tokens > 0"
    )
    client("organiser")
    return town


@pytest.mark.parametrize("size", [PHONE, {"width": 1440, "height": 900}], ids=["phone", "desk"])
def test_what_is_in_the_way_and_who_is_to_be_rung(township, chromium: Browser, size):
    with served(applications.whole()) as address, Desk(chromium, address).window(size=size) as page:
        safe = address.replace("http:", "https:")
        page.context.add_cookies([{"name": "__Host-sid", "value": "organiser", "url": safe}])
        for path, words in (
            ("/notify/ways", "重新复制 Webhook 地址"),
            ("/notify/calls", "没有账号"),
            ("/notify/channels", "试发一封邮件"),
            ("/notify/deliveries", "还没有账号，看不到"),
        ):
            page.goto(path)
            if SEEN:
                page.screenshot(
                    path=Path(SEEN) / f"{path.strip('/').replace('/', '-')}-{size['width']}.png", full_page=True
                )
            expect(page.get_by_text(words).first).to_be_visible()
            assert flaws_at(page, path) == []
