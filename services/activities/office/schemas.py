"""Shapes in and out of the office's doors."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StrictBool, StrictInt, StringConstraints

from services.activities.office.rules import Change
from shared.access import chats, providers
from shared.office_settings import REASON_LENGTH_MAX, Key
from shared.rulebase import Per
from shared.shapes import ID_MAX, Day, Id, Keyword, OneLine, Shape, UrlId, Whole

ANNOUNCEMENT_MAX = 5000
Reason = Annotated[str, Field(min_length=1, max_length=REASON_LENGTH_MAX)]
Number = Annotated[StrictInt, Whole]


class NewDecision(Shape):
    """A setting with its reason, from today unless a day to come is named."""

    key: Key
    value: Number | Annotated[str, Field(max_length=40)] | list[Annotated[str, Field(max_length=40)]]
    reason: Reason
    effective_from: Day | None = None
    ends_open: bool = False


class SettingOut(Shape):
    """A setting as it stands today; without a decision it is as installed."""

    key: Key
    title: str
    value: int | str | list[str]
    said: str
    reason: str | None
    since: date | None


class RuleChange(Shape):
    """Another value for one rule."""

    key: Annotated[str, Field(max_length=60)]
    value: StrictBool | Number | tuple[Number, ...]
    per: Per | None = None
    article: Annotated[str, Field(max_length=80)] = ""

    def change(self) -> Change:
        """As the rules take it."""
        return Change(self.key, self.value, self.per, self.article)


class NewRuleVersion(Shape):
    """Changes to the local rules from a day on."""

    effective_from: Day
    reason: Reason
    changes: Annotated[list[RuleChange], Field(min_length=1, max_length=100)]


class RuleOut(Shape):
    """A rule in force."""

    key: str
    title: str
    value: Any
    unit: str
    figure: str
    article: str
    source: str
    mark: str


class RulesOut(Shape):
    """What holds in a township on a day, and the fingerprint that is kept with what is judged by it."""

    on: date
    local: str | None
    versions: dict[str, str]
    fingerprint: str
    rules: list[RuleOut]


class RuleVersionOut(Shape):
    """A version that the township stored."""

    id: int
    version: str
    effective_from: date
    reason: str
    stored_at: datetime


Sought = Literal["posts", "grades", "corrections", "sign_ins", "numbers", "downloads"]
"""The kinds of lines that an auditor asks for (rules.kinds)."""


class AuditAsked(BaseModel):
    """What is looked for on the audit: by whom, where, between which days, what, about whom; and the page."""

    account_id: UrlId | None = None
    unit_id: UrlId | None = None
    since: Day | None = None
    until: Day | None = None
    fact: Keyword | None = None
    kind: Sought | None = None
    person_id: UrlId | None = None
    after: Annotated[int | None, Field(ge=0, le=ID_MAX)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ChangeOut(Shape):
    """One thing that was otherwise before."""

    what: str
    before: str
    after: str


class EntryOut(Shape):
    """A line of the audit."""

    id: int
    at: datetime
    fact: str
    words: str
    subject: str
    about: str
    unit: str
    account_id: int | None
    who: str
    step: str | None
    stage_before: str | None
    stage_after: str | None
    moved: str
    changes: list[ChangeOut]
    person_id: int | None
    reason: str | None
    body: dict[str, Any]
    sealed: bool


class HeadOut(Shape):
    """A head of the chain that was kept outside the database on a day."""

    day: date
    link: int
    hash: str


class VerifiedOut(Shape):
    """How far the history is sealed; the rows whose seal does not fit, and the heads kept that are links no more.

    Both are empty if nobody altered anything.
    """

    links: int
    head: str
    until: datetime | None
    waiting: int
    broken: list[int]
    lost: list[HeadOut]


class LookedUpOut(Shape):
    """What became of a head: which link it is or was (0: nothing tells), when that was made, whether it stands."""

    head: str
    link: int
    at: datetime | None
    kept_on: date | None
    stands: bool


class QueueOut(Shape):
    """The work of a service."""

    service: str
    ready: int
    later: int
    dead: int
    oldest: datetime | None
    passed_over: int


class SignOut(Shape):
    """When a process was last seen at work."""

    name: str
    at: datetime
    seconds: int
    alike: bool = Field(description="Whether it runs the code that the web runs.")


class FilesOut(Shape):
    """What the files of a branch take up, or those of a township itself, in bytes."""

    name: str
    used: int


class HealthOut(Shape):
    """How the machine is."""

    queues: list[QueueOut]
    signs: list[SignOut]
    disk_free: int
    disk_whole: int
    files: list[FilesOut]  # of those in reach that have most
    files_most: int  # how much each of them may have, in bytes
    versions: dict[str, str]
    sealed: int
    head: str
    clock_jumped_at: datetime | None  # and nobody has confirmed since that it is right


class NewWorkdays(Shape):
    """An announcement of a year's days off, in lines; `whole`: nothing of the year is missing."""

    announcement: Annotated[str, Field(max_length=ANNOUNCEMENT_MAX)]
    whole: StrictBool = False
    reason: Reason


class DroppedWorkdays(Shape):
    """Own entries that are taken back, from the first day to the last."""

    first: Day
    last: Day
    reason: Reason


class WorkdaysLine(Shape):
    """Days off or made up for, on end: by the published table (`name`: the holiday) or by the office (`name`: why)."""

    first: date
    last: date
    working: bool
    said: str
    name: str
    own: bool


class WorkdaysOut(Shape):
    """A year as it stands; not settled: its weekdays are guessed."""

    year: int
    settled: bool
    why: str | None
    lines: list[WorkdaysLine]


class CodeReset(Shape):
    """Why somebody's second step is set up anew."""

    reason: Reason


class Done(Shape):
    """What it was done to."""

    id: int


# --- what the forms of the pages send ---


class Decided(Shape):
    """A setting; its value is read by its key."""

    township_id: int
    setting: Key
    reason: Annotated[str | None, Field(max_length=2000)] = None
    effective_from: Day | None = None
    ends_open: str | None = None


class Announced(Shape):
    """An announcement of days off; `whole` is ticked where nothing of the year is missing."""

    year: int
    announcement: Annotated[str, Field(max_length=ANNOUNCEMENT_MAX)] = ""
    whole: str | None = None
    reason: Annotated[str | None, Field(max_length=2000)] = None


class Dropped(Shape):
    """Which of the office's own entries are taken back, and why."""

    first: Day
    last: Day
    reason: Annotated[str | None, Field(max_length=2000)] = None


class ResetAsked(Shape):
    """Whose codes are set up anew, and why."""

    account_id: int
    reason: Annotated[str | None, Field(max_length=2000)] = None


class RulesDecided(Shape):
    """A version; what is changed in it stands under the keys of the rules."""

    township_id: int
    effective_from: Day
    reason: Annotated[str | None, Field(max_length=2000)] = None


class HeadAsked(BaseModel):
    """A head of the chain, as somebody reads it from paper, and the number of the link that is written beside it."""

    head: Annotated[str, Field(max_length=200)] = ""
    link: Annotated[int | None, Field(ge=1, le=ID_MAX)] = None


class AuditFilter(BaseModel):
    """What is looked for on the page of the audit; a field left empty asks for nothing."""

    account: int | None = None
    unit: int | None = None
    since: Day | None = None
    until: Day | None = None
    fact: Annotated[str | None, Field(max_length=60)] = None
    kind: Sought | None = None
    person: int | None = None
    after: int | None = None


class Called(Shape):
    """By what name somebody is looked for."""

    name: Annotated[str, Field(min_length=1, max_length=60)]


# --- where people may sign in from besides this house ---


class NewProvider(Shape):
    """A provider to be set up, or changed; without a place it is asked at its own address. Its secret is never told."""

    township_id: Id
    kind: Literal["wecom", "dingtalk", "oidc"]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=20), OneLine]
    place: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    client: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    secret: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    agent: Annotated[str, Field(max_length=20)] = ""

    def wanted(self) -> providers.Wanted:
        """As it is set up."""
        return providers.Wanted(**self.model_dump() | {"place": self.place or chats.OFFICIAL.get(self.kind, "")})


class ProviderEnded(Shape):
    """Why nobody is to sign in by it any more."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class ProviderOut(Shape):
    """A provider as its keeper sees it: where people are sent back to, how many are bound to it; without its secret."""

    id: int
    township_id: int
    kind: str
    name: str
    place: str
    client: str
    agent: str
    back: str
    trouble: str | None
    bound: int
