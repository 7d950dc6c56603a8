"""A township switches a kind of message off: it is said no more, what waits to leave ends, formal ones stay."""

import pytest

from shared.events import ActivityReturned

LIGHT = "/notify/wordings/ActivityReturned/returned"


@pytest.fixture
def returned(town, say, rest):
    """A record of the first branch's group was returned."""

    def happen(activity):
        return say(ActivityReturned(unit_id=town.units["东村一组"], activity_id=activity), "activities")

    return happen


def switch(visit, name="organiser", status=200, page=LIGHT):
    organiser = visit(name)
    return organiser.submit(organiser.get(page), "switch", status=status, reason="基层减负。")


def test_what_is_off_is_told_to_nobody_and_on_again_it_is(returned, visit, rest, rows):
    page = switch(visit)
    assert "已停用" in page.text
    assert "已停用" in visit("organiser").get("/notify/book").text
    off = returned(7)
    rest()
    assert not rows("select from notify.message")

    assert "已启用" in switch(visit).text
    returned(8)
    rest()
    assert [row.title for row in rows("select title from notify.message")] == ["一条活动记录被退回"]
    assert rows("select notify.came_of(%s) as came", off)[0].came["off"] == 1
    assert len(rows("select from office.happening where fact = 'TellingSwitched'")) == 2


def test_letters_that_wait_end_with_their_work_and_the_history_says_how_many(returned, visit, rest, rows, execute):
    execute("update office.clock set shift = shift + make_interval(hours => 14)")  # into the quiet hours
    told = returned(7)
    rest()
    waits = rows("select id from notify.delivery where channel = 'mail' and state = 'ready'")
    assert waits, rows("select state, reason, channel from notify.delivery")

    page = switch(visit)

    assert f"{len(waits)}封等着发的信不再发送" in page.text
    assert not rows("select from notify.delivery where state = 'ready'")
    assert not rows("select from notify.job where task = 'notify.send_letters' and state = 'ready'")
    stopped = rows("select body ->> 'stopped' as n from office.happening where fact = 'TellingSwitched'")
    assert stopped[0].n == str(len(waits))
    came = rows("select notify.came_of(%s) as came", told)[0].came
    assert (came["told"], came["kept"], came["sent"]) == (1, len(waits), 0)


def test_formal_ones_and_those_of_accounts_and_the_machine_stay_on(town, visit, say, rest, rows):
    for page, why in (
        ("/notify/wordings/CycleOpened/opened", "正式通知和紧急通知不能停用"),
        ("/notify/wordings/BackupFailed/failed", "不能停用"),
    ):
        seen = visit("organiser").get(page)
        assert why in seen.text
        assert not seen.root.xpath("//form[@id='switch']")


def test_only_the_organiser_turns_it_and_each_township_its_own(returned, visit, rest, rows, client):
    switch(visit, "outsider")
    returned(7)
    rest()
    assert len(rows("select from notify.message")) == 1
    asked = {"reason": "基层减负。", "based_on": 0, "on": False}
    address = "/wordings/ActivityReturned/returned/switches"
    assert client("first").post(address, json=asked, headers={"idempotency-key": "a"}).status_code == 403
    assert client("organiser").post(address, json=asked, headers={"idempotency-key": "b"}).status_code < 300
    again = client("organiser").post(address, json=asked, headers={"idempotency-key": "c"})
    assert again.status_code == 409
    formal = client("organiser").post(
        "/wordings/CycleOpened/opened/switches", json=asked, headers={"idempotency-key": "d"}
    )
    assert formal.status_code == 409
    assert "不能停用" in formal.json()["detail"]
