"""What every service may announce: messages read, work re-driven, people signing in, what an office decides."""

from dataclasses import dataclass
from enum import StrEnum

from shared.events.fact import Fact


@dataclass(frozen=True, kw_only=True)
class MessageRead(Fact):
    """A message was read or acknowledged by its recipient."""

    about = "message_id"
    message_id: int
    acknowledged: bool


@dataclass(frozen=True, kw_only=True)
class TodosReminded(Fact):
    """On a day a township was reminded of what waits for somebody: before its day, after it, or once it is reported."""

    on: str
    things: int


@dataclass(frozen=True, kw_only=True)
class WorkRedriven(Fact):
    """A person gave dead work another chance, or discarded it with a reason."""

    service: str  # for a letter, notify.delivery
    job_id: int
    discarded: bool

    @property
    def subject(self) -> str:
        """The work, or the letter: `notify:7`, `notify.delivery:7`."""
        return f"{self.service}:{self.job_id}"


class _OfBackups:
    """One subject for all of them, so that the last one is found."""

    @property
    def subject(self) -> str:
        """`backup`."""
        return "backup"


@dataclass(frozen=True, kw_only=True)
class BackupTaken(_OfBackups, Fact):
    """A backup was made and tried: as which file, how many bytes, since when it stands for what there is."""

    file: str
    size: int
    taken_at: str


@dataclass(frozen=True, kw_only=True)
class BackupFailed(_OfBackups, Fact):
    """There was to be a backup, and there is none; why, as a sentence."""

    heard_by = ("notify",)
    why: str


@dataclass(frozen=True, kw_only=True)
class BackupRestored(_OfBackups, Fact):
    """What there is was brought back from a backup: made when, the last thing known of, how many letters in doubt."""

    taken_at: str
    last: str
    letters: int


@dataclass(frozen=True, kw_only=True)
class DataExported(Fact):
    """Whoever sits at the machine took everything out as plain files; whether with the sealed fields opened."""

    rows: int
    opened: bool


@dataclass(frozen=True, kw_only=True)
class SignedIn(Fact):
    """Somebody signed in, or somebody failed to: then it names the login that was tried, and nobody's account."""

    account_id: int = 0
    login: str = ""
    succeeded: bool
    times: int = 1  # more where one line tells of a crowd of failures
    through: str = ""  # the provider that said who he is; empty: it was his password, or a passkey

    @property
    def subject(self) -> str:
        """The account, or the login: `account:7`, `login:east`."""
        return f"account:{self.account_id}" if self.account_id else f"login:{self.login}"


@dataclass(frozen=True, kw_only=True)
class ActedIn(Fact):
    """Somebody went on in another of his posts; `unit_id` is where he holds it."""

    account_id: int
    person_id: int
    kind: str

    @property
    def subject(self) -> str:
        """Himself, as what he acts: `acting:7`."""
        return f"acting:{self.account_id}"


@dataclass(frozen=True, kw_only=True)
class AccountChanged(Fact):
    """An account was made, ended, opened again, or got another password.

    `told`: whether it makes sense to tell whose it is; of the dead nobody is told in their own name.
    """

    heard_by = ("notify",)
    about = "account_id"
    account_id: int
    change: str
    told: bool = True


@dataclass(frozen=True, kw_only=True)
class SettingChanged(Fact):
    """An office decided something for itself; the reason stands beside the fact."""

    heard_by = ("assessment",)
    about = "setting_id"
    setting_id: int
    key: str
    before: str
    after: str
    effective_from: str


@dataclass(frozen=True, kw_only=True)
class WorkdaysChanged(Fact):
    """The working days of a year were entered, or an entry was taken back; by what, stands beside the fact."""

    year: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class PaperMade(Fact):
    """A large list that somebody asked for can be taken by him, or it could not be made."""

    heard_by = ("notify",)
    about = "paper_id"
    paper_id: int
    account_id: int
    refused: bool


@dataclass(frozen=True, kw_only=True)
class PaperTaken(Fact):
    """Somebody took out a file in which people are named: what paper it is, in which form, and of which thing."""

    taken = True
    paper: str  # book, unread, attachment, evidence
    form: str  # pdf, xlsx, docx, jpg, …
    sort: str
    thing_id: int
    year: int = 0
    quarter: int = 0
    template_id: int = 0  # the office's own paper that it was made by; 0: as it ships
    of_version: int = 0  # of that paper

    @property
    def subject(self) -> str:
        """The thing that the paper is of: `handed:7`, `activity:7`."""
        return f"{self.sort}:{self.thing_id}"


@dataclass(frozen=True, kw_only=True)
class PaperTemplateChanged(Fact):
    """An office's own paper of some kind was handed in, taken into use, or given up again."""

    about = "template_id"
    template_id: int
    of_paper: str
    change: str  # handed, used, given_up


@dataclass(frozen=True, kw_only=True)
class AuditTaken(Fact):
    """Somebody took a part of the audit out as a file: how many lines, and what he asked for (0 or empty: all)."""

    taken = True
    rows: int
    by_account: int = 0
    in_unit: int = 0
    of_fact: str = ""
    since: str = ""
    until: str = ""
    of_kind: str = ""
    about_person: int = 0


@dataclass(frozen=True, kw_only=True)
class WordingChanged(Fact):
    """An office put a telling into words of its own, or went back to the shipped ones."""

    about = "wording_id"
    wording_id: int


@dataclass(frozen=True, kw_only=True)
class TellingSwitched(Fact):
    """A township wants a kind of message no more, or again; how many letters were waiting, and do not go."""

    about = "switch_id"
    switch_id: int
    on: bool
    stopped: int


@dataclass(frozen=True, kw_only=True)
class CircularMoved(Fact):
    """A notice that an office wrote itself was written, changed, sent, corrected, withdrawn or dropped."""

    heard_by = ("notify",)
    about = "circular_id"
    circular_id: int
    change: str


@dataclass(frozen=True, kw_only=True)
class ReceiptRecorded(Fact):
    """A receipt of a notice came back on paper, and somebody recorded it: of which message, the day on it."""

    about = "circular_id"
    circular_id: int
    message_id: int
    on: str


@dataclass(frozen=True, kw_only=True)
class CircularFileChanged(Fact):
    """A file was attached to a notice, or taken away."""

    about = "circular_id"
    circular_id: int
    file_id: int
    change: str


@dataclass(frozen=True, kw_only=True)
class MeetingCame(Fact):
    """The day of a meeting came that was announced ahead: of which kind, in which units its record begins.

    first_id: the first of a row of corrections, by which a record is begun once; hour: such as `19:30`, or empty.
    """

    heard_by = ("activities",)
    about = "circular_id"
    circular_id: int
    first_id: int
    kind: str
    on: str
    hour: str
    units: list[int]


class Alarm(StrEnum):
    """Of what people are warned."""

    GUESSING = "guessing"
    SEAL = "seal"


@dataclass(frozen=True, kw_only=True)
class AlarmRaised(Fact):
    """Somebody guesses at passwords (`times`: failures within the hour), or the seal is broken (links that misfit)."""

    heard_by = ("notify",)
    alarm: str
    times: int

    @property
    def subject(self) -> str:
        """`alarm:guessing`."""
        return f"alarm:{self.alarm}"


@dataclass(frozen=True, kw_only=True)
class MachineChanged(Fact):
    """The machine got worse or is well again, such as `disk_low`, `disk_well`; one for each township that it serves."""

    heard_by = ("notify",)
    part: str
    change: str

    @property
    def subject(self) -> str:
        """The part of the machine: `machine:disk`."""
        return f"machine:{self.part}"


class _OfLines:
    """The way out that it is about: `way:7`, or `mail`."""

    line: str

    @property
    def subject(self) -> str:
        """Its line."""
        return self.line


@dataclass(frozen=True, kw_only=True)
class WayChanged(_OfLines, Fact):
    """A way out of the house was set, tried or ended; which kind it is, never its whole address or its key.

    before, after: the place (scheme, host and port) that it called and calls, and what else of it is new, in words.
    Of a provider by which people sign in the auditors are told: whoever keeps it decides whom it names.
    """

    heard_by = ("notify",)
    line: str
    kind: str
    change: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class WaysChosen(Fact):
    """Somebody chose by which ways he is told, or an office for a post (then `person_id` is 0); in words, each."""

    person_id: int = 0
    post: str = ""
    before: str
    after: str

    @property
    def subject(self) -> str:
        """Himself, or the office: `person:7`, `unit:1`."""
        return f"person:{self.person_id}" if self.person_id else f"unit:{self.unit_id}"


@dataclass(frozen=True, kw_only=True)
class WayHeld(_OfLines, Fact):
    """Nothing leaves by a way out any more; why, as a sentence for whoever can mend it."""

    heard_by = ("notify",)
    line: str
    why: str


@dataclass(frozen=True, kw_only=True)
class RuleVersionStored(Fact):
    """A township decided another version of its local rules, from a day on; the reason stands beside the fact."""

    about = "version_id"
    version_id: int
    edition: str
    changed: str
    effective_from: str
