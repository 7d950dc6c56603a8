"""Schemathesis at the doors of one service: all its checks, as whoever may, with ids that are somebody's."""

import re
from collections.abc import Iterator
from itertools import count, cycle
from typing import Any, ClassVar

import schemathesis
from schemathesis import AuthContext, Case
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema
from sqlalchemy import select
from structlog.testing import capture_logs

from shared import clock, db
from shared.access.sittings import open_sitting
from shared.people import Account
from shared.settings import SERVICES
from shared.web.door import KEY_HEADER
from tests import applications

OWN = r"^/(sittings|codes|passwords|passkeys)"
# Whoever may, by the address of a door; all others are the organiser's.
WHO = {
    OWN: "steady",
    r"/(dead-jobs|job-|machine|accounts/)|/settings$": "keeper",
    r"/audit": "auditor",
    r"/decisions$|/reopenings$": "committee",
    r"/nominations$|/plans$|/reports$|/evidence-files|/confirmations$|/activities/.*/returns$": "dongling",
    r"/(activities|attachments)": "diligent",
}
FEW = 1
# Whose every boundary is tried each time: a sitting that ends, a word that is kept, a step, several at once.
IN_FULL = r"^/(sittings/{sitting_id}|units/{unit_id}/names|cases/{case_id}/filings|resendings)$"
METHODS_TRIED = ["PUT"]  # one that no door knows stands for all of them


def differences(service: str, ids: dict[str, list[Any]], *, at_length: int = 0) -> list[str]:
    """Where a service and its OpenAPI differ: the check, the door, what was asked and what was answered.

    `at_length`: so many examples of each door, all boundaries, and one request after another.
    """
    whole = {} if at_length else {"path_regex": IN_FULL}
    phases = ("examples", "fuzzing", *(("stateful",) if at_length else ()))
    with capture_logs():
        found = [*_asked(service, ids, phases, at_length or FEW)]
        return [*found, *_asked(service, ids, ("coverage",), at_length or FEW, **whole)]


def _asked(
    service: str, ids: dict[str, list[Any]], phases: tuple[str, ...], examples: int, **only: str
) -> Iterator[str]:
    schema = schemathesis.openapi.from_asgi(
        "/openapi.json", applications.of_service(service), config=_how(phases, examples)
    )
    if service != SERVICES[0]:  # whose doors of sittings stand for those of the others: hashing is slow
        schema = schema.exclude(path_regex=OWN)
    schema = schema.include(**only) if only else schema
    schema.auth(refresh_interval=None)(
        type("Sitting", (Sitting,), {"ids": {name: cycle(of) for name, of in ids.items()}})
    )
    for event in from_schema(schema).execute():
        yield from _found(event)


def _how(phases: tuple[str, ...], examples: int) -> SchemathesisConfig:
    every = {name: {"enabled": name in phases} for name in ("examples", "coverage", "fuzzing", "stateful")}
    every["coverage"]["unexpected-methods"] = METHODS_TRIED
    generation = {"deterministic": True, "max-examples": examples, "no-shrink": True}
    return SchemathesisConfig.from_dict(
        {"seed": 1, "continue-on-failure": True, "generation": generation, "phases": every}
    )


class Sitting:
    """A sitting of its own for each request, since some of them end it; and what a request needs to be no repetition."""

    ids: ClassVar[dict[str, Iterator[Any]]]

    def __init__(self) -> None:
        self.number = count(1)

    def get(self, case: Case, _: AuthContext) -> str:
        login = next((who for where, who in WHO.items() if re.search(where, case.operation.path)), "organiser")
        with db.unit("activities") as session:
            account = session.scalars(select(Account).where(Account.login == login)).one()
            return open_sitting(session, account.id, awaits=None, device="", proved_at=clock.now(session))

    def set(self, case: Case, token: str, _: AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {token}"
        number = next(self.number)
        if is_right(case, ParameterLocation.HEADER) and KEY_HEADER in case.headers:
            case.headers[KEY_HEADER] = f"contract:{number}"
        if is_right(case, ParameterLocation.PATH) and number % 2:
            real = {name: next(self.ids[name]) for name in case.path_parameters if name in self.ids}
            case.path_parameters.update(real)


def is_right(case: Case, where: ParameterLocation) -> bool:
    """Whether a part of a request is as the description has it."""
    return case.meta is None or not case.meta.is_negative_at(where)


def _found(event: events.EngineEvent) -> Iterator[str]:
    if isinstance(event, events.FatalError):
        raise event.exception
    if isinstance(event, events.NonFatalError):
        yield f"{event.label}: {event.value}"
    if isinstance(event, events.ScenarioFinished):
        for number, checks in event.recorder.checks.items():
            asked = event.recorder.interactions[number]
            for check in checks:
                if check.failure_info:
                    yield (
                        f"{check.name}: {check.failure_info.failure.message}\n  {asked.request.method} {asked.request.uri}"
                        f" {asked.request.body!r}\n  {asked.response and asked.response.status_code}"
                        f" {asked.response and asked.response.content.decode(errors='replace')}"
                    )
