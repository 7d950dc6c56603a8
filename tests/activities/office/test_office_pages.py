"""The office's pages, as a browser without script meets them: the keeper's, the auditor's, the organiser's rules."""

from datetime import date
from urllib.parse import quote

import psycopg
import pytest

from services.activities.office.rules import INSTALLED, SECRET
from shared import audit, daily, heads, work
from shared.db import unit
from shared.settings import Settings
from tests.servers import Database
from tests.shared.test_codes import code_of
from tests.town import Town


def seal_all() -> None:
    with unit("keeper") as session:
        while audit.seal(session):
            pass


@pytest.mark.parametrize(
    ("login", "title"),
    [("keeper", "运行状况"), ("auditor", "审计"), ("organiser", "清溪镇：设置"), ("dongling", "清溪镇：执行的制度")],
)
def test_everybody_lands_on_what_concerns_him(visit, login: str, title: str):
    page = visit(login).get("/office/")

    assert page.title in {title, "清溪镇：执行的制度"}


def test_the_keeper_sees_the_machine_and_nobody_elses_business(visit, town: Town):
    page = visit("keeper").get("/office/machine")

    assert "PostgreSQL" in page.text
    assert "可用" in page.text
    assert "孙勤" not in page.text


@pytest.mark.parametrize("address", ["/office/machine", "/office/audit", "/office/audit/seal", "/office/audit/head"])
@pytest.mark.parametrize("login", ["organiser", "dongling", "member", "outsider"])
def test_others_are_told_whose_it_is(visit, login: str, address: str):
    assert "管理员" in visit(login).get(address, 403).text


@pytest.mark.parametrize("login", ["committee", "auditor", "dongling", "member", "outsider"])
def test_settings_are_for_the_keeper_and_the_organiser(visit, town: Town, login: str):
    visit(login).get("/office/settings", 403)
    assert visit(login).client.get(f"/office/settings?township_id={town.id}").status_code in {403, 404}


def test_a_setting_is_changed_with_a_reason_and_stands_with_it(visit):
    keeper = visit("keeper")
    page = keeper.get("/office/settings")

    again = keeper.submit(page, "set-quiet_from", 422, value="30", reason="农忙")
    assert "0 到 24" in again.text
    assert again.form("set-quiet_from").fields["value"] == "30"
    done = keeper.submit(again, "set-quiet_from", value="19", reason="农忙")

    assert "「免打扰开始」已修改" in done.text
    assert "免打扰开始：19 点" in done.text
    assert "农忙" in done.text


def test_roles_that_need_codes_are_ticked(visit):
    keeper = visit("keeper")

    done = keeper.submit(
        keeper.get("/office/settings"), "set-totp_roles", value=["committee", "auditor"], reason="等保"
    )

    assert "党委、审计员" in done.text


def test_without_a_reason_nothing_is_set_and_what_was_typed_stays(visit):
    keeper = visit("keeper")

    again = keeper.submit(keeper.get("/office/settings"), "set-quiet_from", 422, value="19", reason=" ")

    assert "理由" in again.text
    assert again.form("set-quiet_from").fields["value"] == "19"


def test_secrets_and_addresses_of_servers_are_on_no_page(visit, office: Database):
    page = visit("keeper").get("/office/settings")

    assert "XIAOZU_QUIET_FROM" in page.text
    for secret in ("XIAOZU_SECRET_KEY", "XIAOZU_DATABASE_URL", "XIAOZU_MAIL_PASSWORD", office.app_url):
        assert secret not in page.answer.text


# --- rules ---


def test_the_rules_in_force_stand_with_their_articles(visit):
    page = visit("diligent").get("/office/rules")

    assert "每月至少 1 次" in page.text
    assert "《中国共产党支部工作条例（试行）》" in page.text or "支部工作条例" in page.text
    assert "拟一个新版本" not in page.text


def test_the_organiser_stores_a_version_from_a_day_on(visit):
    organiser = visit("organiser")
    page = organiser.get("/office/rules/new")
    typed = {"assessment.notice_working_days": "7", "reason": "党委会议定。", "effective_from": "2025-06-01"}

    done = organiser.submit(page, "version", **typed)

    assert "已改动 1 条" in done.text
    assert "2025-06-01-1" in done.text
    assert "7 个工作日" in done.text
    assert "还没执行" in done.text
    assert "7 个工作日" not in organiser.get("/office/rules").text


def test_looser_than_the_floor_comes_back_with_both_rules_and_what_was_typed(visit):
    organiser = visit("organiser")
    typed = {"audit.kept_months": "3", "reason": "地方不够。", "effective_from": "2025-06-01"}

    again = organiser.submit(organiser.get("/office/rules/new"), "version", 400, **typed)

    assert "宽松" in again.text
    assert "网络安全法" in again.text
    assert "（至少 3 个月，本乡镇决定）" in again.text
    assert again.form("version").fields["audit.kept_months"] == "3"


@pytest.mark.parametrize("login", ["keeper", "committee", "dongling", "outsider"])
def test_nobody_else_drafts_rules(visit, login: str):
    visit(login).get("/office/rules/new", 403)


def test_the_rules_of_another_township_are_not_found(visit, town: Town):
    visit("outsider").get(f"/office/rules?township_id={town.id}", 404)


# --- the audit ---


def test_the_auditor_narrows_the_history_by_person_and_kind(visit, office: Database):
    keeper = visit("keeper")
    keeper.submit(keeper.get("/office/settings"), "set-quiet_from", value="19", reason="农忙")
    with psycopg.connect(office.owner_url) as connection:
        account = connection.execute("select id from office.account where login = 'keeper'").fetchone()[0]

    auditor = visit("auditor")
    page = auditor.get(f"/office/audit?account={account}&unit=&fact=SettingChanged&since=&until=")
    none = auditor.get("/office/audit?fact=SettingChanged&until=2025-03-02")

    assert "修改设置" in page.text
    assert "马静" in page.text
    assert "21 点 → 19 点" in page.text
    assert "没有符合条件的记录" in none.text


def test_the_seal_is_verified_on_the_page_and_an_altered_row_named(visit, office: Database):
    auditor = visit("auditor")
    seal_all()
    assert "没有被改、被删或者挪动" in auditor.get("/office/audit/seal").text

    with psycopg.connect(office.owner_url) as connection:
        altered = connection.execute(
            "update office.happening set fact = 'X' where id = (select min(id) from office.happening) returning id"
        ).fetchone()[0]

    assert f"第 {altered} 条" in auditor.get("/office/audit/seal").text


def test_a_head_is_printed_noted_every_day_and_looked_up_again(visit, office: Database):
    auditor = visit("auditor")
    seal_all()
    daily.post("activities")
    work.settle(("activities",))
    paper = auditor.get("/office/audit/head")
    typed = paper.root.find(".//code").text
    link = heads.daily()[0].link

    seal_all()
    stands = auditor.get(f"/office/audit/seal?head={quote(typed)}&link={link}")
    other = auditor.get(f"/office/audit/seal?head={'0' * 64}")
    short = auditor.get("/office/audit/seal?head=12ab")
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute("delete from office.seal where seq >= %s", [link])
    cut = auditor.get(f"/office/audit/seal?head={quote(typed)}")

    assert all(len(group) == 4 for group in typed.split())
    assert paper.root.find(".//svg[@role='img']") is not None
    assert f"第 {link} 环" in stands.text
    assert "到这一环为止，历史没有被改动" in stands.text
    assert "历史里没有这个封印头" in other.text
    assert "64 个数字和字母" in short.text
    assert "2025年3月3日抄存的" in cut.text
    assert "和这个封印头对不上" in cut.text
    assert "被截断或者重做过" in auditor.get("/office/audit/seal").text


def test_the_offices_date_is_shown_where_it_was_moved(visit, move_to):
    move_to(date(2025, 6, 2))

    assert "2025年6月2日" in visit("keeper").get("/office/machine").text


def test_the_keeper_sets_a_lost_telephone_up_anew_with_a_reason(visit):
    secretary, keeper = visit("dongling"), visit("keeper")
    assert "还没有人" in keeper.get("/office/codes").text
    page = secretary.submit(secretary.get("/account/code"), "begin")
    secretary.submit(page, "confirmation", code=code_of(page.root.find(".//code").text, -1))

    page = keeper.get("/office/codes")
    assert "陆明" in page.text
    name = next(form.get("id") for form in page.root.forms if (form.get("id") or "").startswith("reset-"))
    refused = keeper.submit(page, name, 422, reason="")
    assert "请写明重置的理由" in refused.text
    done = keeper.submit(refused, name, reason="手机丢失，本人来电。")

    assert "验证码已重置" in done.text
    assert secretary.get("/account").title == "登录"
    assert visit("dongling").get("/account").title == "我的账号"


@pytest.mark.parametrize("login", ["organiser", "auditor", "dongling", "outsider"])
def test_nobody_else_sees_who_signs_in_with_codes(visit, login: str):
    visit(login).get("/office/codes", 403)


def test_answers_kept_for_forms_are_dropped_after_a_month(visit, office: Database):
    keeper = visit("keeper")
    keeper.submit(keeper.get("/office/settings"), "set-quiet_from", value="19", reason="农忙")
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        kept = "select count(*) from office.reply"
        old = connection.execute(kept).fetchone()
        connection.execute("update office.reply set at = at - interval '31 days'")
        keeper.submit(keeper.get("/office/settings"), "set-quiet_from", value="20", reason="农忙")

        daily.post("activities")
        work.settle(("activities",))

        assert old != (0,)
        assert connection.execute(kept).fetchone() == (1,)


def test_every_setting_of_the_installation_is_said_in_chinese_but_for_secrets():
    shown = {name for name in Settings.model_fields if not any(word in name for word in SECRET)}

    assert set(INSTALLED) == shown
    assert not [word for pair in INSTALLED.values() for word in pair if word.isascii()]
