"""The machine, settings with their reasons, working days, codes, and the rules in force."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import Query
from fastapi.responses import RedirectResponse, Response

from services.activities.office import actions, queries
from services.activities.office.pages.tabs import tabs_of
from services.activities.office.rules import Change, is_open, value_from
from services.activities.office.schemas import Announced, Decided, Dropped, ResetAsked, RulesDecided
from shared import clock
from shared.errors import Invalid
from shared.office_settings import ABOUT, About, Key
from shared.people import names_by_account
from shared.roles import Role
from shared.rulebase import Per, Rule
from shared.shapes import Day
from shared.web import Pages, Signed, Unit
from shared.web.forms import Form, Sent
from shared.web.pages import Html, Viewed
from shared.web.sections import SERVICES_SAID

pages = Pages(prefix="/office")

PERS = {Per.MONTH: "每月", Per.QUARTER: "每季度", Per.HALF: "每半年", Per.YEAR: "每年"}
FOLLOWS = "明早起按新日历重排尚未到期的提醒。"
AnyYear = Annotated[int | None, Query(ge=2004, le=2099)]


@pages.get("/")
def landing(actor: Signed) -> Response:
    """On to the first that concerns whoever comes."""
    return RedirectResponse(tabs_of(actor)[0][0], status_code=303)


@pages.get("/machine")
def machine(view: Viewed, actor: Signed, session: Unit) -> Html:
    """How the machine is."""
    return view.show(
        "office/machine.html",
        tabs=tabs_of(actor),
        health=queries.health(session, actor),
        words=SERVICES_SAID,
        passed_over_days=queries.PASSED_OVER_DAYS,
        wanting=queries.year_wanting(session),
    )


@pages.post("/machine/clock")
def confirm_clock(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:  # noqa: ARG001  no field
    """Say that the clock is right."""
    actions.confirm_clock(session, actor)
    return view.to("/office/machine", said="已确认系统时间无误，暂停的事项接着办理。")


# --- settings ---


@pages.get("/settings")
def settings(view: Viewed, actor: Signed, session: Unit, township_id: int | None = None) -> Html:
    """What the office decided for itself, with the reasons, and what was set when the system was installed."""
    township = queries.township_here(session, actor, township_id, *queries.SETS)
    roles = actor.roles_over(township.id)
    return view.show(
        "office/settings.html",
        tabs=tabs_of(actor),
        township=township,
        townships=queries.townships_of(session, actor, *queries.SETS),
        standing=queries.settings_of(session, township.id),
        about=ABOUT,
        mine={key for key in Key if ABOUT[key].roles & roles},
        decisions=queries.decisions(session, township.id),
        going_on=queries.going_on(session, township.id),
        installed=queries.environment() if Role.KEEPER in roles else [],
        today=clock.today(session),
    )


@pages.post("/settings")
def decide(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Decide one of them."""
    asked = form.read(Decided)
    about = ABOUT[asked.setting]
    value: object = form.all("value") if about.choices else _typed(form, about)
    actions.decide(
        session,
        actor,
        asked.township_id,
        asked.setting,
        value,
        reason=asked.reason or "",
        effective_from=asked.effective_from,
        ends_open=asked.ends_open is not None,
    )
    return view.to(f"/office/settings?township_id={asked.township_id}", said=f"「{about.title}」已修改。")


def _typed(form: Form, about: About) -> int | str:
    typed = form.text("value")
    if about.written:
        return typed
    if not typed.isdecimal():
        raise Invalid(f"「{about.title}」应为整数。", field="value")
    return int(typed)


# --- working days ---


@pages.get("/workdays")
def workdays(view: Viewed, actor: Signed, session: Unit, year: AnyYear = None) -> Html:
    """A year's days off and the days made up for, each with who says so, and the form for an announcement."""
    now = clock.today(session).year
    shown = year or queries.year_wanting(session) or now
    return view.show(
        "office/workdays.html",
        tabs=tabs_of(actor),
        found=queries.working_days(session, actor, shown),
        years=sorted({*range(now - 1, now + actions.YEARS_AHEAD + 1), shown}),
        enters=actions.may_enter(session, actor),
        open=now <= shown <= now + actions.YEARS_AHEAD,
    )


@pages.post("/workdays")
def enter_workdays(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Enter an announcement."""
    asked = form.read(Announced)
    entered = actions.enter_workdays(
        session,
        actor,
        asked.year,
        asked.announcement,
        whole=asked.whole is not None,
        reason=asked.reason or "",
    )
    said = f"已录入 {len(entered)} 段" + ("，这一年已录完" if asked.whole else "")
    return view.to(f"/office/workdays?year={asked.year}", said=f"{said}。{FOLLOWS}")


@pages.post("/workdays/removals")
def drop_workdays(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Take an entry back."""
    asked = form.read(Dropped)
    actions.drop_workdays(session, actor, asked.first, asked.last, reason=asked.reason or "")
    return view.to(f"/office/workdays?year={asked.first.year}", said=f"已删除。{FOLLOWS}")


# --- codes of telephones that were lost ---


@pages.get("/codes")
def codes(view: Viewed, actor: Signed, session: Unit) -> Html:
    """Who signs in with codes; the keeper sets them up anew for whoever lost his telephone."""
    return view.show(
        "office/codes.html",
        tabs=tabs_of(actor),
        rows=queries.accounts_with_codes(session, actor),
        own=actor.account_id,
    )


@pages.post("/codes")
def reset_codes(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Forget a telephone."""
    asked = form.read(ResetAsked)
    actions.reset_codes(session, actor, asked.account_id, reason=asked.reason or "")
    return view.to("/office/codes", said="验证码已重置，本人下次登录时重新设置；他的登录已全部退出。")


# --- rules ---


@pages.get("/rules")
def rules(view: Viewed, actor: Signed, session: Unit, township_id: int | None = None, on: Day | None = None) -> Html:
    """The rules in force on a day, with their articles and sources, and the versions that the township decided."""
    township = queries.township_lived_in(session, actor, township_id)
    day = on or clock.today(session)
    book = queries.book_of(session, actor, township.id)[1]
    stored = queries.versions(session, township.id)
    return view.show(
        "office/rules.html",
        tabs=tabs_of(actor),
        township=township,
        day=day,
        in_force=book.on(day),
        sources=queries.rules_by_source(book, day),
        versions=stored,
        names=names_by_account(session, {each.stored_by for each in stored}),
        edits=Role.ORGANISER in actor.roles_over(township.id),
        today=clock.today(session),
    )


@pages.get("/rules/new")
def edit_rules(view: Viewed, actor: Signed, session: Unit, township_id: int | None = None) -> Html:
    """Another version: what a township may decide itself, from a day to come on."""
    township = queries.township_here(session, actor, township_id, Role.ORGANISER)
    tomorrow = clock.today(session) + timedelta(days=1)
    rules_then = queries.book_of(session, actor, township.id)[1].on(date.max - timedelta(days=1))
    return view.show(
        "office/rules_new.html",
        tabs=tabs_of(actor),
        township=township,
        tomorrow=tomorrow,
        open_rules=[rule for _, rule in sorted(rules_then.by_key.items()) if is_open(rule)],
        typed=typed_value,
        pers=[(per.value, word) for per, word in PERS.items()],
    )


def typed_value(rule: Rule) -> str:
    """A rule's value as it is typed."""
    if isinstance(rule.value, bool):
        return str(rule.value).lower()
    return "、".join(map(str, rule.value)) if isinstance(rule.value, tuple) else str(rule.value)


@pages.post("/rules")
def store_rules(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Store it; looser than the floor is refused with both rules named."""
    asked = form.read(RulesDecided)
    township = queries.township_here(session, actor, asked.township_id, Role.ORGANISER)
    book = queries.book_of(session, actor, township.id)[1]
    changes = [
        change
        for rule in book.on(asked.effective_from).by_key.values()
        if is_open(rule) and (change := _change(form, rule))
    ]
    actions.store_rules(
        session, actor, township.id, changes, effective_from=asked.effective_from, reason=asked.reason or ""
    )
    return view.to(
        f"/office/rules?township_id={township.id}&on={asked.effective_from}",
        said=f"已改动 {len(changes)} 条，到期执行。",
    )


def _change(form: Form, rule: Rule) -> Change | None:
    """What was typed for a rule, if it differs from what holds."""
    typed, per = form.text(rule.key), form.text(f"{rule.key}.per")
    if not typed:
        return None
    value = value_from(rule, typed)
    wanted = Per(per) if rule.per and per in set(Per) else None
    if value == rule.value and wanted in {None, rule.per}:
        return None
    return Change(rule.key, value, wanted, form.text("article")[:80])
