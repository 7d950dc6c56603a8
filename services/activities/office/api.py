"""The office's doors."""

from typing import Annotated

from fastapi import Path, Query

from services.activities.office import actions, queries
from services.activities.office.queries import Asked
from services.activities.office.schemas import (
    AuditAsked,
    CodeReset,
    Done,
    DroppedWorkdays,
    EntryOut,
    FilesOut,
    HeadAsked,
    HealthOut,
    LookedUpOut,
    NewDecision,
    NewProvider,
    NewRuleVersion,
    NewWorkdays,
    ProviderEnded,
    ProviderOut,
    QueueOut,
    RuleOut,
    RulesOut,
    RuleVersionOut,
    SettingOut,
    SignOut,
    VerifiedOut,
    WorkdaysLine,
    WorkdaysOut,
)
from shared import clock
from shared.access import providers as where
from shared.office_settings import ABOUT
from shared.shapes import Day
from shared.web import Door, Page, Signed, Unit, UrlId, refusals

door = Door(tags=["office"])
Year = Annotated[int, Path(ge=2004, le=2099)]


@door.get("/townships/{township_id}/settings")
def settings(township_id: UrlId, actor: Signed, session: Unit) -> list[SettingOut]:
    """What a township decided for itself, as it stands today."""
    queries.township_as(session, actor, township_id, *queries.SETS)
    return [
        SettingOut(
            key=each.key,
            title=ABOUT[each.key].title,
            value=each.value,
            said=each.said,
            reason=each.decision and each.decision.reason,
            since=each.decision and each.decision.effective_from,
        )
        for each in queries.settings_of(session, township_id)
    ]


@door.post("/townships/{township_id}/settings")
def decide(township_id: UrlId, asked: NewDecision, actor: Signed, session: Unit) -> Done:
    """Decide one, with a reason."""
    made = actions.decide(
        session,
        actor,
        township_id,
        asked.key,
        asked.value,
        reason=asked.reason,
        effective_from=asked.effective_from,
        ends_open=asked.ends_open,
    )
    return Done(id=made.id)


@door.get("/townships/{township_id}/rules")
def rules(township_id: UrlId, actor: Signed, session: Unit, on: Day | None = None) -> RulesOut:
    """What holds in a township on a day."""
    day = on or clock.today(session)
    found = queries.book_of(session, actor, township_id)[1].on(day)
    return RulesOut(
        on=day,
        local=found.local,
        versions=dict(found.versions),
        fingerprint=found.fingerprint,
        rules=[
            RuleOut(
                figure=rule.figure(), **{name: getattr(rule, name) for name in RuleOut.model_fields if name != "figure"}
            )
            for _, rule in sorted(found.by_key.items())
        ],
    )


@door.get("/townships/{township_id}/rule-versions")
def rule_versions(township_id: UrlId, actor: Signed, session: Unit) -> list[RuleVersionOut]:
    """The versions that a township stored, the newest first."""
    queries.book_of(session, actor, township_id)
    return [RuleVersionOut.model_validate(each, extra="ignore") for each in queries.versions(session, township_id)]


@door.post("/townships/{township_id}/rule-versions")
def store_rules(township_id: UrlId, asked: NewRuleVersion, actor: Signed, session: Unit) -> Done:
    """Another version from a day to come on; looser than the floor is refused with both rules named."""
    changes = [each.change() for each in asked.changes]
    made = actions.store_rules(
        session, actor, township_id, changes, effective_from=asked.effective_from, reason=asked.reason
    )
    return Done(id=made.id)


@door.get("/audit")
def audit(asked: Annotated[AuditAsked, Query()], actor: Signed, session: Unit) -> Page[EntryOut]:
    """A page of the history, the newest first: by person, unit, days and kind."""
    wanted = Asked(asked.account_id, asked.unit_id, asked.since, asked.until, asked.fact, asked.kind, asked.person_id)
    found = queries.audit(session, actor, wanted, after=asked.after, limit=asked.limit)
    rows = [EntryOut.model_validate(each) for each in found]
    return Page(rows=rows, next=rows[-1].id if len(rows) == asked.limit else None)


@door.get("/audit/seal")
def seal(actor: Signed, session: Unit) -> VerifiedOut:
    """Whether anybody altered the history, and how far it is sealed."""
    return VerifiedOut.model_validate(queries.seal_verified(session, actor))


@door.get("/audit/heads", responses=refusals(409))
def look_up_head(asked: Annotated[HeadAsked, Query()], actor: Signed, session: Unit) -> LookedUpOut:
    """What became of a head of the chain that somebody kept outside."""
    return LookedUpOut.model_validate(queries.head_looked_up(session, actor, asked.head, asked.link))


@door.get("/machine")
def machine(actor: Signed, session: Unit) -> HealthOut:
    """How the machine is."""
    found = queries.health(session, actor)
    return HealthOut(
        queues=[QueueOut.model_validate(each) for each in found.queues],
        signs=[SignOut(name=name, at=at, seconds=seconds, alike=alike) for name, at, seconds, alike in found.signs],
        disk_free=found.disk_free,
        disk_whole=found.disk_whole,
        files=[FilesOut(name=name, used=size) for name, size in found.files],
        files_most=found.files_most,
        versions=dict(found.versions),
        sealed=found.sealed,
        head=found.head,
        clock_jumped_at=found.jump and found.jump[0],
    )


@door.post("/machine/clock-confirmations")
def confirm_clock(actor: Signed, session: Unit) -> HealthOut:
    """Say that the machine's clock is right after a jump: what waited goes on."""
    actions.confirm_clock(session, actor)
    return machine(actor, session)


@door.get("/workdays/{year}")
def workdays(year: Year, actor: Signed, session: Unit) -> WorkdaysOut:
    """A year's days off and the days made up for."""
    found = queries.working_days(session, actor, year)
    lines = [
        WorkdaysLine(
            first=each.stretch.first,
            last=each.stretch.last,
            working=each.stretch.working,
            said=each.stretch.said(),
            name=each.name,
            own=each.own,
        )
        for each in found.lines
    ]
    return WorkdaysOut(year=year, settled=found.settled, why=found.why, lines=lines)


@door.post("/workdays/{year}")
def enter_workdays(year: Year, asked: NewWorkdays, actor: Signed, session: Unit) -> Done:
    """Enter an announcement: all of it, or each line that is not understood is named."""
    actions.enter_workdays(session, actor, year, asked.announcement, whole=asked.whole, reason=asked.reason)
    return Done(id=year)


@door.post("/workdays/{year}/removals")
def drop_workdays(year: Year, asked: DroppedWorkdays, actor: Signed, session: Unit) -> Done:
    """Take own entries back: the published table holds again."""
    actions.drop_workdays(session, actor, asked.first, asked.last, reason=asked.reason)
    return Done(id=year)


@door.post("/accounts/{account_id}/code-resets")
def reset_codes(account_id: UrlId, asked: CodeReset, actor: Signed, session: Unit) -> Done:
    """Forget the telephone of somebody who lost it."""
    actions.reset_codes(session, actor, account_id, reason=asked.reason)
    return Done(id=account_id)


@door.get("/providers")
def providers(actor: Signed, session: Unit) -> list[ProviderOut]:
    """Where people may sign in from besides this house: what the keeper's townships have set up."""
    return [
        ProviderOut(
            back=where.back(each.kind, each.township_id),
            **{name: getattr(each, name) for name in ProviderOut.model_fields if name != "back"},
        )
        for each in where.stands(session, actor)
    ]


@door.post("/providers", responses=refusals(422))
def set_provider(asked: NewProvider, actor: Signed, session: Unit) -> Done:
    """Set one up; what is there of its kind takes what is chosen now, another client or place begins anew."""
    return Done(id=where.set_provider(session, actor, asked.wanted()))


@door.post("/providers/{provider_id}/endings")
def end_provider(provider_id: UrlId, asked: ProviderEnded, actor: Signed, session: Unit) -> Done:
    """Nobody signs in by it any more; its secret and who was bound to it are forgotten."""
    where.end_provider(session, actor, provider_id, reason=asked.reason)
    return Done(id=provider_id)
