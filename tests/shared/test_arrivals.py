"""Signing in where people are: set up by the keeper, bound by oneself, checked whole, never instead of a second step."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import psycopg
import pytest

from shared import access, office_settings
from shared.access import SYSTEM, identities, talks
from shared.db import unit
from shared.office_settings import Key
from shared.people import Account
from shared.settings import settings
from tests.browsing import Seen, Visitor
from tests.servers import Database
from tests.shared.elsewhere import CLIENT, KNOWN, SECRET, Elsewhere, serve
from tests.shared.test_codes import begin, code_of, confirm
from tests.town import PASSWORD, Town

KINDS = ("oidc", "wecom", "dingtalk")
OUR = "https://testserver"


@pytest.fixture
def elsewhere(settled_environment: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    """Providers on loopback, whose place the machine's settings name."""
    made = Elsewhere()
    server = serve(made)
    settled_environment.setenv("XIAOZU_PLACES", made.place)
    settled_environment.setenv("XIAOZU_PUBLIC_URL", OUR)
    settings.cache_clear()
    yield made
    server.shutdown()
    server.server_close()
    settings.cache_clear()


@pytest.fixture
def here(town: Town, visit, elsewhere: Elsewhere, office: Database) -> SimpleNamespace:
    """The named world, and where its people are besides."""
    return SimpleNamespace(town=town, visit=visit, elsewhere=elsewhere, office=office, set_up=None)


def set_up(here: SimpleNamespace, kind: str = "oidc", status: int = 200, **typed: str) -> Seen:
    """The keeper sets a provider up."""
    here.elsewhere.who = KNOWN[kind]
    chosen = {"client": CLIENT, "secret": SECRET, "place": here.elsewhere.place}
    if kind != "oidc":
        chosen["agent"] = "1000002"
    keeper = here.visit("keeper")
    return keeper.submit(keeper.get("/office/providers"), f"provider-{kind}", status, **(chosen | typed))


def id_of(here: SimpleNamespace) -> int:
    return rows(here, "select max(id) from office.provider")[0][0]


def rows(here: SimpleNamespace, question: str) -> list[tuple]:
    with psycopg.connect(here.office.owner_url) as connection:
        return connection.execute(question).fetchall()


def write(here: SimpleNamespace, change: str) -> None:
    with psycopg.connect(here.office.owner_url) as connection:
        connection.execute(change)


def person(here: SimpleNamespace, login: str) -> int:
    return rows(here, f"select person_id from office.account where login = '{login}'")[0][0]


def out_and_back(here: SimpleNamespace, visitor: Visitor, address: str, **changed: str) -> Seen:
    """Out to the provider by a link of ours, and back with what it says."""
    gone = visitor.client.get(address, follow_redirects=False)
    assert gone.status_code == 303, gone.text
    said = here.elsewhere.says_yes(gone.headers["location"]) | changed
    return Seen(visitor.client.get(here.elsewhere.back, params=said))


def bind(here: SimpleNamespace, login: str, status: int = 200) -> Visitor:
    """Somebody binds himself, on the page of his account."""
    visitor = here.visit(login)
    link = next(link for link in visitor.get("/account/providers").links() if link.startswith("/account/providers/"))
    asked = out_and_back(here, visitor, link)
    assert asked.title == "确认绑定", asked.text
    visitor.submit(asked, "bind", status)
    return visitor


def come(here: SimpleNamespace, **changed: str) -> tuple[Visitor, Seen]:
    """Somebody who is not signed in comes from there."""
    visitor = here.visit()
    return visitor, out_and_back(here, visitor, f"/sign-in/with/{id_of(here)}?next=/account", **changed)


# --- set up, bound, signed in ---


@pytest.mark.parametrize("kind", KINDS)
def test_once_bound_somebody_comes_in_from_where_he_is(here, kind):
    assert "登录</a>" not in here.visit().get("/sign-in").answer.text  # nothing is set up: nothing is offered
    set_up(here, kind)
    assert f"/sign-in/with/{id_of(here)}?next=" in here.visit().get("/sign-in").links()

    bind(here, "dongling")
    visitor, seen = come(here)

    assert seen.title == "我的账号"
    assert "已绑定" in visitor.get("/account/providers").text
    told = [change for (change,) in rows(here, "select body ->> 'change' from office.happening order by id") if change]
    assert {"set", "provider_bound"} <= set(told)
    assert not rows(here, f"select from office.happening where body::text like '%{SECRET}%'")


def test_whoever_is_not_bound_does_not_come_in_and_it_is_counted(here):
    set_up(here)
    bind(here, "dongling")
    here.elsewhere.who = "somebody else"

    visitor, seen = come(here)

    assert seen.title == "登录"
    assert "还没有账号和它绑定" in seen.answer.text
    assert visitor.get("/account", 200).title == "登录"
    assert rows(
        here, "select body ->> 'login' from office.happening where fact = 'SignedIn' order by id desc limit 1"
    ) == [("（没有绑定的外部帐号）",)]
    # It is told to the township whose provider it is; nobody guessed, so nobody at his address has fewer tries.
    assert rows(here, "select unit_id from office.happening where fact = 'SignedIn' order by id desc limit 1") == [
        (here.town.id,)
    ]
    assert not rows(here, "select from office.guess where source not like 'provider:%'")


def test_an_officer_of_the_township_comes_in_with_his_code_alone_and_sets_it_up_with_his_password(here):
    set_up(here)
    bind(here, "organiser")
    for wanted in ([], ["organiser"]):  # whatever the township asks of its officers
        with unit("activities") as session:
            office_settings.put(session, SYSTEM, here.town.id, Key.TOTP_ROLES, wanted, reason="等保要求。")
        visitor, seen = come(here)
        assert seen.title == "登录"
        assert "设置一次性验证码以后才能从这里登录" in seen.answer.text
        assert visitor.get("/account", 200).title == "登录"

    with unit("activities") as session:
        account = session.query(Account).filter_by(login="organiser").one()
        token = access.sign_in(session, "organiser", PASSWORD)
    secret = begin(token)
    assert confirm(token, code_of(secret, -1))
    visitor, seen = come(here)

    assert "/code" in seen.address
    assert rows(
        here, f"select awaits from office.sitting where account_id = {account.id} order by id desc limit 1"
    ) == [("code",)]


def test_what_wants_the_password_is_not_satisfied_by_a_provider(here):
    set_up(here)
    bind(here, "dongling")
    visitor, _ = come(here)

    assert visitor.get("/account/providers").form("proof") is not None
    again = visitor.client.get(f"/account/providers/{id_of(here)}", follow_redirects=False)
    assert again.status_code in {409, 422}


# --- said of it: to him before he is bound, to the history, to the auditor ---

CALLED = {"oidc": "兰溪（lanxi）", "wecom": "兰溪（LanXi）", "dingtalk": "岚"}


@pytest.mark.parametrize("kind", KINDS)
def test_before_he_is_bound_he_reads_whom_the_provider_names_and_whose_account_it_is(here, kind):
    set_up(here, kind)
    visitor = here.visit("dongling")
    asked = out_and_back(here, visitor, f"/account/providers/{id_of(here)}").text

    assert CALLED[kind] in asked
    assert "登录名 dongling" in asked
    ((name,),) = rows(here, f"select name from office.person where id = {person(here, 'dongling')}")
    assert name in asked


@pytest.mark.parametrize("kind", ["oidc", "wecom"])
def test_a_provider_that_gives_no_name_is_said_to_give_none(here, kind):
    here.elsewhere.fault = "no names"
    set_up(here, kind)
    asked = out_and_back(here, here.visit("dongling"), f"/account/providers/{id_of(here)}").text

    assert ("没有给出姓名" in asked) == (kind == "oidc")
    assert KNOWN[kind] in asked


def test_the_history_names_the_provider_by_which_somebody_came_in_after_his_code_too(here):
    set_up(here)
    bind(here, "dongling")
    come(here)
    said = "select body ->> 'through' from office.happening where fact = 'SignedIn' and body ->> 'succeeded' = 'true'"
    assert rows(here, f"{said} order by id desc limit 1") == [("统一身份认证",)]

    with unit("activities") as session:
        token = access.sign_in(session, "dongling", PASSWORD)
    secret = begin(token)
    assert confirm(token, code_of(secret, -1))
    visitor, seen = come(here)
    visitor.submit(seen, "code", code=code_of(secret))

    assert rows(here, f"{said} order by id desc limit 1") == [("统一身份认证",)]
    assert "登录成功（经统一身份认证）" in here.visit("auditor").get("/office/audit?fact=SignedIn").text


def test_the_auditor_is_told_of_every_change_of_a_provider_and_whose_account_is_bound_himself(here, settle):
    set_up(here)
    set_up(here, name="单位认证")
    bind(here, "dongling")
    keeper = here.visit("keeper")
    keeper.submit(keeper.get("/office/providers"), f"ending-{id_of(here)}", reason="不再使用")
    settle()

    told = "select telling, person_id from notify.message where fact = 'WayChanged' order by id"
    auditor = person(here, "auditor")
    assert rows(here, told) == [(f"provider_{what}", auditor) for what in ("set", "changed", "ended")]
    bound = "select person_id from notify.message where fact = 'AccountChanged' and telling = 'provider_bound'"
    assert rows(here, bound) == [(person(here, "dongling"),)]


# --- by the password of a slip ---


def slip_of(here: SimpleNamespace, login: str) -> Visitor:
    """Somebody got another slip, and has just given its password."""
    with unit("activities") as session:
        account = session.query(Account).filter_by(login=login).one()
        password = access.renew_password(session, account.id)
    visitor = here.visit()
    visitor.submit(visitor.get("/sign-in"), "sign-in", login=login, password=password)
    return visitor


def test_whoever_has_a_slip_binds_himself_by_it_and_needs_no_password_of_his_own(here):
    set_up(here)
    visitor = slip_of(here, "dongling")
    link = f"/sign-in/with/{id_of(here)}/by-slip"
    assert link in visitor.get("/password").links()

    asked = out_and_back(here, visitor, link)
    assert asked.title == "确认绑定", asked.text
    assert "登录名 dongling" in asked.text
    visitor.submit(asked, "bind")

    assert visitor.get("/account").title == "我的账号"
    assert come(here)[1].title == "我的账号"
    left = "select first_password, renewal_due from office.account where login = 'dongling'"
    assert rows(here, left) == [(False, False)]  # his slip is used up, and nobody knows a password


def test_whoever_was_bound_by_his_slip_sets_a_password_himself_once_he_has_come_in_again(here):
    set_up(here)
    sitting, own = slip_of(here, "dongling"), "shan-qian-kan-yun-qi"
    sitting.submit(out_and_back(here, sitting, f"/sign-in/with/{id_of(here)}/by-slip"), "bind")
    assert "没有设置" in sitting.get("/account").text

    page = sitting.get("/password")  # he sits, but that is not enough
    assert not [form for form in page.root.forms if form.get("id") == "password"]
    typed = dict(page.form("sign-out").fields) | {"password": own, "again": own}
    refused = sitting.client.post("/password", data=typed)
    assert "请先从您绑定的应用再登录一次" in refused.text

    [link] = [link for link in page.links() if link.startswith("/sign-in/with/")]
    asked = out_and_back(here, sitting, link)
    assert asked.title == "设置自己的密码"
    sitting.submit(asked, "password", password=own, again=own)

    assert "没有设置" not in sitting.get("/account").root.xpath("string(//p[contains(., '密码：')])")
    with unit("activities") as session:
        assert access.sign_in(session, "dongling", own)
    assert come(here)[1].title == "我的账号"  # and his provider as before
    told = rows(here, "select body ->> 'change' from office.happening where fact = 'AccountChanged' order by id")
    assert told[-2:] == [("provider_bound",), ("password",)]


def test_an_open_sitting_that_came_in_a_while_ago_sets_no_password(here):
    set_up(here)
    sitting = slip_of(here, "dongling")
    sitting.submit(out_and_back(here, sitting, f"/sign-in/with/{id_of(here)}/by-slip"), "bind")
    visitor, _ = come(here)
    assert [form for form in visitor.get("/password").root.forms if form.get("id") == "password"]
    write(here, "update office.sitting set started_at = started_at - interval '11 minutes'")

    assert not [form for form in visitor.get("/password").root.forms if form.get("id") == "password"]
    assert "当前密码" in here.visit("member").get("/password").text  # who has one gives it, as ever


def test_an_officer_and_whoever_has_chosen_his_password_bind_nothing_by_a_slip(here):
    set_up(here)
    link = f"/sign-in/with/{id_of(here)}/by-slip"
    officer = slip_of(here, "organiser")
    assert link not in officer.get("/password").links()
    assert officer.client.get(link, follow_redirects=False).status_code in {409, 422}
    visitor = slip_of(here, "dongling")
    asked = out_and_back(here, visitor, link)
    slip_of(here, "dongling")  # the office gives him another meanwhile
    visitor.client.post("/sign-in/with/confirmation", data=dict(asked.form("bind").fields))
    assert not rows(here, "select from office.identity where opens")
    assert here.visit("member").client.get("/sign-in/with/confirmation").status_code == 404


def test_whoever_chose_his_own_password_meanwhile_keeps_it(here):
    set_up(here)
    visitor, own = slip_of(here, "dongling"), "shan-qian-kan-yun-qi"
    asked = out_and_back(here, visitor, f"/sign-in/with/{id_of(here)}/by-slip")
    visitor.submit(visitor.get("/password"), "password", password=own, again=own)
    visitor.client.post("/sign-in/with/confirmation", data=dict(asked.form("bind").fields))

    with unit("activities") as session:
        assert access.sign_in(session, "dongling", own)
    assert not rows(here, "select from office.identity where opens")


def test_whoever_took_his_time_with_a_slip_reads_that_he_signs_in_with_it_once_more(here):
    set_up(here)
    visitor = slip_of(here, "dongling")
    write(here, "update office.sitting set proved_at = proved_at - interval '11 minutes'")

    assert "用密码条上的密码再登录一次" in visitor.client.get(f"/sign-in/with/{id_of(here)}/by-slip").text


def test_a_name_from_elsewhere_carries_nothing_that_nobody_sees():
    assert talks.called("\ud800张\u202e三\n", "zhang") == "张三（zhang）"
    assert talks.called(None, "zhang") == "zhang"
    assert talks.called(None, 7) == ""


# --- whatever is wrong with what comes back ---

WRONG = (
    "odd fields",
    "nonce",
    "no nonce",
    "issuer",
    "audience",
    "several audiences",
    "expired",
    "none",
    "shared secret",
    "another key",
)


@pytest.mark.parametrize("fault", WRONG)
def test_a_token_that_is_not_ours_lets_nobody_in(here, fault):
    set_up(here)
    bind(here, "dongling")
    here.elsewhere.fault = fault

    _, seen = come(here)

    assert seen.title == "登录"
    assert "没有通过核对" in seen.answer.text


@pytest.mark.parametrize("changed", [{"state": "another"}, {"state": ""}, {"code": "another"}, {"code": ""}])
def test_another_state_or_code_lets_nobody_in(here, changed):
    set_up(here)
    bind(here, "dongling")
    asked = len(here.elsewhere.asked)

    _, seen = come(here, **changed)

    assert seen.title == "登录"
    assert "没有" in seen.answer.text
    assert "state" not in changed or len(here.elsewhere.asked) == asked  # nobody is asked before the state is ours


def test_a_state_is_good_once_and_in_its_own_browser(here):
    set_up(here)
    bind(here, "dongling")
    visitor, other = here.visit(), here.visit()
    gone = visitor.client.get(f"/sign-in/with/{id_of(here)}", follow_redirects=False)
    said = here.elsewhere.says_yes(gone.headers["location"])
    trip = dict(visitor.client.cookies)

    assert Seen(other.client.get(here.elsewhere.back, params=said)).title == "登录"  # it set out with nothing
    assert Seen(visitor.client.get(here.elsewhere.back, params=said)).title != "登录"
    other.client.cookies.update(trip)
    again = Seen(other.client.get(here.elsewhere.back, params=here.elsewhere.says_yes(gone.headers["location"])))

    assert again.title == "登录"
    assert "没有接上" in again.answer.text


def test_the_answer_of_one_provider_is_not_brought_back_as_anothers(here):
    set_up(here)
    bind(here, "dongling")
    visitor = here.visit()
    gone = visitor.client.get(f"/sign-in/with/{id_of(here)}", follow_redirects=False)
    said, asked = here.elsewhere.says_yes(gone.headers["location"]), len(here.elsewhere.asked)

    seen = Seen(visitor.client.get(here.elsewhere.back.replace("oidc", "wecom"), params=said))

    assert "没有通过核对" in seen.answer.text
    assert len(here.elsewhere.asked) == asked  # nobody else is told the code


def test_a_state_is_good_for_ten_minutes(here, pass_time):
    set_up(here)
    bind(here, "dongling")
    visitor = here.visit()
    gone = visitor.client.get(f"/sign-in/with/{id_of(here)}", follow_redirects=False)
    said = here.elsewhere.says_yes(gone.headers["location"])

    pass_time(timedelta(minutes=11))

    assert "没有接上" in Seen(visitor.client.get(here.elsewhere.back, params=said)).answer.text


def test_a_provider_may_change_its_keys_and_the_old_one_opens_nothing_then(here):
    set_up(here)
    bind(here, "dongling")
    asked = here.elsewhere.paths().count("/keys")
    assert come(here)[1].title == "我的账号"
    assert here.elsewhere.paths().count("/keys") == asked  # they are kept
    old = here.elsewhere.key
    here.elsewhere.rotate()

    assert come(here)[1].title == "我的账号"
    here.elsewhere.key, current = old, here.elsewhere.key
    assert current.kid == "second"
    kept = here.elsewhere.fault
    here.elsewhere.fault = kept or "another key"
    assert come(here)[1].title == "登录"


@pytest.mark.parametrize("fault", ["hang", "drip", "302", "500", "429", "nonsense"])
def test_a_provider_that_is_away_is_answered_for_in_time_and_the_keeper_reads_why(here, fault, monkeypatch):
    monkeypatch.setattr(talks, "SECONDS", 0.5)
    set_up(here)
    bind(here, "dongling")
    here.elsewhere.fault = fault

    _, seen = come(here)

    assert "没有回答，这一次没有登录" in seen.answer.text
    assert "最近一次没有登录成功" in here.visit("keeper").get("/office/providers").text
    here.elsewhere.fault = ""
    assert come(here)[1].title == "我的账号"
    assert "最近一次没有登录成功" not in here.visit("keeper").get("/office/providers").text


def test_a_name_that_nothing_resolves_is_given_up_in_time(monkeypatch):
    over = threading.Event()

    def say_nothing(*_: object, **__: object) -> list[object]:
        over.wait(20)
        return []

    monkeypatch.setattr("socket.getaddrinfo", say_nothing)

    with pytest.raises(talks.Held, match="没有回答"):
        talks.Talk("钉钉", {"https://oapi.dingtalk.com"}, 0.2).get("https://oapi.dingtalk.com/gettoken")

    assert not over.is_set()  # the resolver still says nothing
    over.set()


# --- accounts that end, and bindings ---


@pytest.mark.parametrize("office_does", [access.end_account, access.renew_password])
def test_an_account_that_is_ended_or_given_a_new_password_between_is_not_opened(here, office_does):
    set_up(here)
    bind(here, "dongling")
    visitor = here.visit()
    gone = visitor.client.get(f"/sign-in/with/{id_of(here)}", follow_redirects=False)
    said = here.elsewhere.says_yes(gone.headers["location"])
    with unit("activities") as session:
        account = session.query(Account).filter_by(login="dongling").one()
        office_does(session, account.id)

    assert Seen(visitor.client.get(here.elsewhere.back, params=said)).title == "登录"
    assert not rows(here, "select from office.identity where opens")


def test_one_number_is_one_account_and_unbound_it_opens_nothing(here):
    set_up(here)
    owner = bind(here, "dongling")
    bind(here, "committee", 409)

    owner.submit(owner.get("/account/providers"), f"remove-{id_of(here)}")

    assert come(here)[1].title == "登录"
    assert "没有绑定" in owner.get("/account/providers").text


def test_what_one_began_nobody_else_ends(here):
    set_up(here)
    one, other = here.visit("organiser"), here.visit("committee")
    asked = out_and_back(here, one, f"/account/providers/{id_of(here)}")
    assert asked.title == "确认绑定"
    other.client.cookies.set("__Host-trip", one.client.cookies["__Host-trip"])

    assert other.client.get("/account/providers/confirmation").status_code == 404


@pytest.mark.parametrize("who", ["of the township", "left it"])
def test_whoever_has_left_a_township_is_let_in_by_its_provider_no_more(here, who):
    set_up(here)
    bind(here, "member")
    if who == "left it":
        write(here, f"delete from office.post where person_id = {person(here, 'member')}")
        elsewhere = "select id from office.unit where kind = 'township' and name = '柳湾镇'"
        write(here, f"update office.person set unit_id = ({elsewhere}) where id = {person(here, 'member')}")

    assert (come(here)[1].title == "我的账号") == (who == "of the township")


def test_nobody_binds_himself_to_the_provider_of_another_township(here):
    set_up(here)
    outsider = here.visit("outsider")

    assert outsider.client.get(f"/account/providers/{id_of(here)}", follow_redirects=False).status_code == 404


def test_what_a_sheet_says_of_a_number_gives_way_to_whoever_proves_that_it_is_his(here):
    set_up(here, "wecom")
    with unit("notify") as session:
        identities.put_down(session, id_of(here), person(here, "committee"), KNOWN["wecom"].lower(), opens=False)

    bind(here, "dongling")

    assert rows(here, "select person_id, opens from office.identity") == [(person(here, "dongling"), True)]


@pytest.mark.parametrize("kind", KINDS)
def test_where_its_secret_cannot_be_opened_any_more_that_is_said(here, kind):
    set_up(here, kind)
    bind(here, "dongling")
    visitor = here.visit()
    gone = visitor.client.get(f"/sign-in/with/{id_of(here)}", follow_redirects=False)
    said = here.elsewhere.says_yes(gone.headers["location"])
    write(here, "update office.provider set chosen_sealed = 'by a key that is lost'")

    assert "没有回答" in Seen(visitor.client.get(here.elsewhere.back, params=said)).answer.text
    assert "无法解密" in here.visit().get(f"/sign-in/with/{id_of(here)}", 503).answer.text
    assert "无法解密" in here.visit("keeper").get("/office/providers").text


# --- set up by whom, and where ---


def test_only_the_keeper_sets_one_up_and_an_outsider_is_offered_none_of_it(here):
    set_up(here)
    assert here.visit("organiser").client.get("/office/providers").status_code == 403
    assert "没有设置外部登录" in here.visit("outsider").get("/account/providers").text
    keeper = here.visit("keeper")
    assert SECRET not in keeper.get("/office/providers").answer.text

    keeper.submit(keeper.get("/office/providers"), f"ending-{id_of(here)}", reason="不再使用")

    assert "/sign-in/with/" not in here.visit().get("/sign-in").answer.text
    assert rows(here, "select length(chosen_sealed), ended_at is not null from office.provider") == [(0, True)]


def test_by_the_doors_a_keeper_sets_one_up_reads_it_without_its_secret_and_ends_it(here, doors):
    def ask(login: str, method: str, path: str, **body: object):
        return getattr(doors, login).ask(method, f"activities/{path}", **({"json": body} if body else {}))

    wanted = {"township_id": here.town.id, "kind": "wecom", "name": "单位微信", "client": CLIENT, "secret": SECRET}
    wanted |= {"agent": "1000002", "place": here.elsewhere.place}
    assert ask("organiser", "POST", "providers", **wanted).status_code == 403
    assert ask("keeper", "POST", "providers", **wanted).status_code == 201
    assert ask("organiser", "GET", "providers").status_code == 403
    told = ask("keeper", "GET", "providers")
    (row,) = told.json()
    assert SECRET not in told.text
    assert (row["name"], row["bound"], row["back"].startswith(OUR)) == ("单位微信", 0, True)
    assert ask("outsider", "POST", f"providers/{row['id']}/endings", reason="不再使用").status_code in {403, 404}
    ended = ask("keeper", "POST", f"providers/{row['id']}/endings", reason="不再使用")
    assert ended.status_code == 201
    assert rows(here, "select ended_at is not null from office.provider") == [(True,)]


@pytest.mark.parametrize(
    ("kind", "typed", "says"),
    [
        ("oidc", {"place": "https://sso.example.org"}, "不在允许的名单里"),
        ("oidc", {"place": "http://169.254.169.254"}, "不在允许的名单里"),
        ("wecom", {"place": "https://evil.example.org"}, "不在允许的名单里"),
        ("wecom", {"agent": "小组"}, "AgentId"),
        ("wecom", {"place": "不是地址"}, "不能发送的字符"),
    ],
)
def test_what_cannot_be_called_is_not_set_up(here, kind, typed, says):
    assert says in set_up(here, kind, 422, **typed).answer.text


@pytest.mark.parametrize(
    ("fault", "says"), [("another issuer", "不一样"), ("keys elsewhere", "同一台服务器"), ("500", "没有问到")]
)
def test_a_provider_that_says_something_else_of_itself_is_not_set_up(here, fault, says):
    here.elsewhere.fault = fault

    assert says in set_up(here, "oidc", 422).answer.text


def test_another_client_begins_anew(here):
    set_up(here)
    bind(here, "dongling")

    set_up(here, client="another")

    assert not rows(here, "select from office.identity")
    told = "select body ->> 'after' from office.happening where fact = 'WayChanged' order by id desc limit 1"
    assert "1人的绑定作废" in rows(here, told)[0][0]
    assert rows(here, "select count(*) from office.provider where ended_at is null") == [(1,)]


def test_the_audit_says_what_of_a_provider_is_new_and_never_its_secret(here):
    set_up(here, "wecom")

    set_up(here, "wecom", secret="another-secret", name="单位微信")

    told = rows(here, "select body::text from office.happening where fact = 'WayChanged' order by id desc limit 1")[0][
        0
    ]
    assert "改了密钥、名称" in told
    assert "another-secret" not in told


# --- the token of an application ---


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_an_applications_token_is_fetched_once_and_anew_once_it_is_spent(here, kind):
    set_up(here, kind)
    bind(here, "dongling")
    come(here)
    assert here.elsewhere.tokens == 1

    here.elsewhere.fault = "token spent"
    assert come(here)[1].title == "我的账号"
    assert here.elsewhere.tokens == 2
    assert b"token-2" not in bytes(rows(here, "select token_sealed from office.provider")[0][0])


def test_whoever_is_not_of_the_office_is_nobody_here(here):
    set_up(here, "wecom")
    bind(here, "dongling")
    here.elsewhere.fault = "not of the office"

    assert "没有通过核对" in come(here)[1].answer.text


def test_wecoms_own_browser_is_sent_where_it_is_known(here):
    set_up(here, "wecom")
    inside = here.visit()
    inside.client.headers["User-Agent"] = "Mozilla/5.0 wxwork/4.1.0 MicroMessenger/7.0.1"
    for visitor, path in ((inside, "/connect/oauth2/authorize"), (here.visit(), "/wwlogin/sso/login")):
        gone = visitor.client.get(f"/sign-in/with/{id_of(here)}", follow_redirects=False)
        assert path in gone.headers["location"]
