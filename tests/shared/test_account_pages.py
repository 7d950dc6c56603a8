"""One's own account on pages: where one is signed in, codes set up and asked for, what is kept of people."""

from time import time

from shared.settings import settings
from tests.browsing import Seen, Visitor
from tests.shared.test_codes import code_of, wrong
from tests.town import PASSWORD


def secret_on(page: Seen) -> str:
    return page.root.find(".//code").text


def set_up(visitor: Visitor, typed: str | None = None) -> tuple[str, Seen]:
    """Somebody sets up codes; the code of the half minute before is his first one."""
    page = visitor.submit(visitor.get("/account/code"), "begin")
    secret = secret_on(page)
    return secret, visitor.submit(page, "confirmation", code=typed or code_of(secret, -1))


def test_codes_are_set_up_by_a_picture_and_a_first_code(visit):
    visitor = visit("dongling")
    page = visitor.submit(visitor.get("/account/code"), "begin")
    assert page.root.find(".//main//*[@class='qr']/svg") is not None
    assert "style=" not in page.answer.text

    refused = visitor.submit(page, "confirmation", 422, code=wrong(secret_on(page)))
    assert "验证码不正确" in refused.text
    visitor.submit(refused, "confirmation", code=code_of(secret_on(refused), -1))

    assert "已设置" in visitor.get("/account").text
    assert visitor.get("/account/code").root.find(".//code") is None


def test_signing_in_then_asks_for_the_code_before_any_page(visit):
    secret, _ = set_up(visit("dongling"))
    later = visit()

    step = later.submit(later.get("/sign-in"), "sign-in", login="dongling", password=PASSWORD)
    assert step.title == "输入验证码"
    assert later.get("/account").title == "输入验证码"
    refused = later.submit(step, "code", 422, code=wrong(secret))
    assert "验证码不正确" in refused.text
    later.submit(refused, "code", code=code_of(secret))

    assert later.get("/account").title == "我的账号"


def test_whoever_must_have_codes_is_led_to_set_them_up(visit):
    keeper = visit("keeper")
    keeper.submit(keeper.get("/office/settings"), "set-totp_roles", value=["secretary"], reason="等保")
    secretary = visit()

    led = secretary.submit(secretary.get("/sign-in"), "sign-in", login="dongling", password=PASSWORD)
    assert led.title == "设置一次性验证码"
    set_up(secretary)

    assert secretary.get("/account").title == "我的账号"


def test_a_new_password_ends_every_other_sitting_and_the_old_one_opens_none(visit):
    here, there = visit("dongling"), visit("dongling")
    new = "another one, just as long"

    led = here.submit(here.get("/password"), "password", current=PASSWORD, password=new, again=new)

    assert "其他地方的登录已全部退出" in led.text
    assert [each.get("/account").title for each in (here, there)] == ["我的账号", "登录"]
    late = visit()
    late.submit(late.get("/sign-in"), "sign-in", 401, login="dongling", password=PASSWORD)
    assert visit("dongling", password=new).get("/account").title == "我的账号"


def test_one_place_or_all_others_are_signed_out(visit):
    here, there, elsewhere = visit("dongling"), visit("dongling"), visit("dongling")
    page = here.get("/account")
    assert page.text.count("退出这一处") == 2
    first = next(form.get("id") for form in page.root.forms if (form.get("id") or "").startswith("seat-"))

    page = here.submit(page, first)
    assert page.text.count("退出这一处") == 1
    here.submit(page, "others")

    assert [each.get("/account").title for each in (here, there, elsewhere)] == ["我的账号", "登录", "登录"]


def test_what_is_kept_of_people_is_told_to_anybody(visit):
    page = visit().get("/privacy")

    for words in ("为什么", "谁能看", "保存多久", "加密保存"):
        assert words in page.text


def sign_in(visitor: Visitor, status: int, password: str = PASSWORD) -> Seen:
    door = visitor.get("/sign-in")
    return visitor.submit(door, "sign-in", status, login="dongling", password=password)


def test_a_device_in_which_one_has_signed_in_gets_in_while_strangers_guess(visit):
    known, stranger = visit("dongling"), visit()
    known.submit(known.get("/account"), "sign-out")
    for _ in range(settings().lock_tries):
        sign_in(stranger, 401, "wrong")

    sign_in(stranger, 401)
    sign_in(known, 200)

    assert known.get("/account").title == "我的账号"


def test_by_what_a_device_is_known_no_script_reads_and_only_encrypted_addresses_get(visit):
    visitor, halfway = visit("dongling"), visit()
    device = next(cookie for cookie in visitor.client.cookies.jar if "device" in cookie.name)

    assert (device.name, device.secure, device.path) == ("__Host-device", True, "/")
    assert device.has_nonstandard_attr("HttpOnly")
    assert device.expires - time() > 300 * 86400
    set_up(visitor)
    sign_in(halfway, 200)
    assert "__Host-device" not in halfway.client.cookies  # the password alone is not enough
