"""On a phone nobody scrolls through more than three screens before he can act: on lists, and on his own desk."""

from tests.browsing import PHONE, Desk
from tests.town import DONGLING, FIRST, Town

SCREENS = 3
# Where what one came for begins: the rows of a list, or the first thing to be done.
BEGINS = "() => { const it = document.querySelector('#rows') || document.querySelector('main .list, main table,"
BEGINS += " main form:not(.filters) button, main a.button, main .empty'); return it ? it.getBoundingClientRect().top + scrollY : -1; }"
LISTS = {
    "organiser": (
        *(
            "/activities/todos",
            "/activities/records",
            "/activities/duties",
            "/activities/register/units/{branch}/people",
        ),
        *("/activities/register/accounts", "/activities/register/units/{branch}", "/activities/register/units/{group}"),
        *("/notify/", "/notify/sent", "/notify/deliveries", "/notify/calls", "/assessment/"),
    ),
    "dongling": (
        *("/activities/todos", "/activities/records", "/activities/records/waiting", "/activities/duties"),
        *("/activities/register/units/{branch}", "/activities/register/units/{branch}/people", "/notify/"),
    ),
    "diligent": ("/activities/todos", "/activities/records", "/activities/register/units/{group}", "/notify/"),
    "keeper": ("/activities/todos", "/activities/register/accounts", "/notify/channels"),
}


def test_nobody_scrolls_through_more_than_three_screens_before_he_can_act(desk: Desk, town: Town):
    where = {"branch": town.units[DONGLING], "group": town.groups[DONGLING, FIRST]}
    far = {}
    for login, addresses in LISTS.items():
        with desk.window(login, size=PHONE) as page:
            for address in addresses:
                answer = page.goto(address.format(**where))
                assert answer
                assert answer.status == 200, f"{login} {address}: {answer.status}"
                top = page.evaluate(BEGINS)
                assert top >= 0, f"{login} {address}: nothing to be done"
                if top > SCREENS * PHONE["height"]:
                    far[login, address] = top
    assert not far
