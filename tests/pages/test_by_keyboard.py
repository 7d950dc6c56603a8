"""Whoever uses no mouse and no finger gets in, past the bar, and to his work."""

from tests.browsing import DESK, Desk
from tests.town import PASSWORD


def focused(page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


def test_the_door_opens_by_keyboard_and_a_wrong_password_is_read_out_first(desk: Desk):
    with desk.window(size=DESK) as page:
        page.goto("/sign-in")

        page.keyboard.press("Tab")
        assert focused(page) == "跳到正文"
        page.get_by_label("账号").focus()
        page.keyboard.type("committee")
        page.keyboard.press("Tab")
        page.keyboard.type("not the one that it is")
        page.keyboard.press("Enter")

        page.wait_for_selector("#trouble")
        assert focused(page) == "trouble"
        assert page.get_by_label("账号").input_value() == "committee"

        page.keyboard.press("Tab")  # the link to the field that was wrong
        page.keyboard.press("Enter")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/assessment/**")

        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert focused(page) == "main"
