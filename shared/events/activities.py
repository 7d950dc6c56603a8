"""What activities announces."""

from dataclasses import dataclass, field

from shared.events.fact import Fact, Reminder


@dataclass(frozen=True, kw_only=True)
class RosterImported(Fact):
    """A roster was read into the register."""

    about = "unit_id"
    added: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class LedgerImported(Fact):
    """A year's ledger was read in."""

    about = "unit_id"
    year: int
    added: int


@dataclass(frozen=True, kw_only=True)
class FileMoved(Fact):
    """A file that was handed in is being brought in, was stopped or refused, or is in."""

    about = "handed_id"
    handed_id: int


@dataclass(frozen=True, kw_only=True)
class PostChanged(Fact):
    """Somebody took or left a post, from a day on, which may be to come.

    `told`: he is to be told; of several that one act changes, by the first alone. `machine`: an office of the township,
    given or taken at the machine's own command line.
    """

    heard_by = ("assessment", "notify")
    about = "post_id"
    post_id: int
    person_id: int
    kind: str
    change: str = ""  # taken, left; empty: told before this was said
    since: str = ""  # the first day of it, or the first no longer
    told: bool = False
    machine: bool = False


@dataclass(frozen=True, kw_only=True)
class ChosenSeated(Fact):
    """Whoever was chosen and filed has the post from its day on; or the register could not write it, and says why."""

    heard_by = ("assessment",)
    about = "choosing_id"
    choosing_id: int
    person_id: int
    kind: str
    post_id: int = 0  # none: not written
    why_not: str = ""  # a word, never a name


@dataclass(frozen=True, kw_only=True)
class StandInChanged(Fact):
    """Somebody stands in for a post until a last day, or does so no more (`ended`: its last day is another now)."""

    heard_by = ("notify",)
    about = "stand_in_id"
    stand_in_id: int
    person_id: int
    kind: str
    change: str  # begun, ended
    since: str
    last_day: str


@dataclass(frozen=True, kw_only=True)
class TermChanged(Fact):
    """The term of a branch's committee began, was corrected, or never was (`withdrawn`)."""

    about = "term_id"
    term_id: int
    change: str
    on: str  # its first day
    until: str  # its last one by the rule


@dataclass(frozen=True, kw_only=True)
class OfficerActMoved(Fact):
    """An act on an officer's account or post was asked for, agreed to, declined, withdrawn or done.

    `before` and `after`: how his account or post stands without it and with it, in words for the audit.
    """

    heard_by = ("notify",)
    about = "officer_act_id"
    officer_act_id: int
    act: str
    person_id: int
    post: str  # that it is about; empty: an account
    agrees: str  # the post whose agreement it wants
    asked_by: int  # account
    stage: str
    before: str
    after: str
    machine: bool  # decided at the machine's own command line


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Fact):
    """Somebody was registered, went to another unit, or is kept away by a circumstance from a day on, or no longer is.

    Which circumstance it is stands with the person alone: illness is nobody else's business.
    """

    about = "person_id"
    person_id: int
    change: str  # registered, moved, excused, returned
    on: str


@dataclass(frozen=True, kw_only=True)
class PersonCorrected(Fact):
    """What is registered of somebody was corrected, or is to be, or is not to be; what it is stands sealed beside."""

    about = "correction_id"
    correction_id: int
    person_id: int
    corrected: str  # the fields, with commas between
    stage: str


@dataclass(frozen=True, kw_only=True)
class AddressCorrected(Fact):
    """Somebody's telephone or mail is another now: letters that had nowhere to go may go."""

    heard_by = ("notify",)
    about = "person_id"
    person_id: int
    by_letter: bool  # whether letters go elsewhere now


@dataclass(frozen=True, kw_only=True)
class MemberActMoved(Fact):
    """A member is to leave the roll, to go elsewhere or to become full on a day, or did, or it was taken back.

    Told once for each unit concerned; the history of the act itself stands at the unit that he belonged to. On what
    basis it was done stands with the act alone.
    """

    heard_by = ("notify",)
    about = "member_act_id"
    member_act_id: int
    person_id: int
    turn: str
    sort: str  # left, moved, full, came
    on: str
    stage: str
    before: str
    after: str
    grouped: bool  # whether this unit is a group, which has a leader
    comes: bool = False  # to this unit, from another


@dataclass(frozen=True, kw_only=True)
class CareChanged(Fact):
    """A mobile member or a member in need was put on the list of a branch, met, or taken off it. Never as what."""

    about = "care_id"
    care_id: int
    change: str  # begun, met, ended, undone
    on: str


@dataclass(frozen=True, kw_only=True)
class GuestNumberShown(Fact):
    """Somebody looked at the telephone number of a mobile member from elsewhere, for a reason."""

    about = "care_id"
    care_id: int


@dataclass(frozen=True, kw_only=True)
class TransferMoved(Fact):
    """A letter to another township of the installation was sent, taken, returned or withdrawn; told to both of them.

    Its history stands at the giving township.
    """

    heard_by = ("notify",)
    about = "transfer_id"
    transfer_id: int
    on: str
    stage: str
    comes: bool  # to this township


@dataclass(frozen=True, kw_only=True)
class UnitChanged(Fact):
    """A unit was founded, renamed, split, merged, moved to another branch, or dissolved by one of these.

    A township was given another rule set or day of beginning.

    `others` are the units that it gave members to or took them from. A former name stands in the reason.
    """

    about = "unit_id"
    change: str
    on: str
    others: list[int]


@dataclass(frozen=True, kw_only=True)
class RegroupingPlanned(Fact):
    """Groups are to be regrouped on a day to come; or it was withdrawn, or done on its day, or could not be done."""

    heard_by = ("notify",)
    about = "planned_id"
    planned_id: int
    sort: str
    on: str
    change: str  # planned, withdrawn, done, failed


@dataclass(frozen=True, kw_only=True)
class GroupsRegrouped(Fact):
    """Groups of a township were split, merged or moved: one fact, one message to each branch concerned."""

    heard_by = ("notify",)
    sort: str
    on: str
    branches: list[list[int]]  # [branch, groups concerned, members who go to another group]


@dataclass(frozen=True, kw_only=True)
class NumberShown(Fact):
    """Somebody looked at a number that is shown masked, for the reason given; the number is nowhere in it."""

    about = "person_id"
    person_id: int
    field: str


@dataclass(frozen=True, kw_only=True)
class NumberSought(Fact):
    """Somebody was found by a number of his, for the reason given, or nobody was; the number is nowhere in it."""

    about = "person_id"
    person_id: int  # 0: nobody's
    field: str

    @property
    def subject(self) -> str:
        """Whose number it is, where somebody has it."""
        return super().subject if self.person_id else ""


@dataclass(frozen=True, kw_only=True)
class ActivityRecorded(Fact):
    """A record was written, as a draft or at once for confirmation; also what an import brought in."""

    about = "activity_id"
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivitySubmitted(Fact):
    """The leader handed a record to the secretary."""

    about = "activity_id"
    heard_by = ("notify",)
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityConfirmed(Fact):
    """The secretary confirmed a record: now it counts."""

    about = "activity_id"
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityReturned(Fact):
    """The secretary returned a record with a reason."""

    about = "activity_id"
    heard_by = ("notify",)
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityDiscarded(Fact):
    """A record that was never confirmed was given up."""

    about = "activity_id"
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityWithdrawn(Fact):
    """Whoever handed a record in took it back before it was confirmed."""

    about = "activity_id"
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityCorrected(Fact):
    """A record was corrected; its earlier form is kept."""

    about = "activity_id"
    activity_id: int
    revision: int


@dataclass(frozen=True, kw_only=True)
class AttachmentAdded(Fact):
    """A photo or a paper was added to a record."""

    about = "activity_id"
    activity_id: int
    attachment_id: int


@dataclass(frozen=True, kw_only=True)
class ActPaperChanged(Fact):
    """A paper was attached to an act on a member or to a correction, or taken away from it."""

    sort: str  # member_act, correction
    thing_id: int
    attachment_id: int
    change: str  # added, removed

    @property
    def subject(self) -> str:
        """The act: `member_act:7`."""
        return f"{self.sort}:{self.thing_id}"


@dataclass(frozen=True, kw_only=True)
class AttachmentRemoved(Fact):
    """A photo or a paper was taken away from a record that was not confirmed."""

    about = "activity_id"
    activity_id: int
    attachment_id: int


@dataclass(frozen=True, kw_only=True)
class DutiesDue(Reminder):
    """Groups still owe something in a period that soon ends: one fact a township, one message a branch."""

    version = 3
    heard_by = ("notify",)
    period: str
    due_on: str
    branches: list[list[int]]  # [branch, groups that owe, things owed]
    groups: list[list[int]] = field(default_factory=list)  # the same of each group: [group, 1, things owed]


@dataclass(frozen=True, kw_only=True)
class DutiesReminded(Fact):
    """The township asks branches to make up what they owe: one fact, one message a branch, once a day."""

    heard_by = ("notify",)
    year: int
    branches: list[list[int]]  # [branch, groups that owe, things overdue, things still due]
